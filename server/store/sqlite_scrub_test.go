package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"longtable/server/store"
)

// gossip writes, changes and removes documents of all sizes, some of them with the canary, and ends with none.
func gossip(t *testing.T, e *store.SQLite, canary string, seed uint64) map[string]string {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 1))
	must(t, e.Ensure(t.Context(), "keepers", []store.Index{{Name: "name", Fields: []string{"name", "n"}}}))
	body := func(id string, rev int64, words string) store.Doc {
		size := dice.IntN(900)
		if dice.IntN(20) == 0 {
			size = dice.IntN(9000)
		}
		return store.Doc{ID: id, Rev: rev, Body: fmt.Appendf(nil, `{"_id":%q,"rev":%d,"name":"%s %d","n":%d,"text":%q}`,
			id, rev, words, dice.IntN(1000), dice.IntN(100), words+strings.Repeat("x", size)+words)}
	}
	said := func() string {
		if dice.IntN(2) == 0 {
			return canary
		}
		return "plain"
	}
	revs, left := map[string]int64{}, map[string]string{}
	for range 10 {
		var docs []store.Doc
		for range 80 {
			id := fmt.Sprintf("%016x", dice.Uint64())
			docs, revs[id] = append(docs, body(id, 1, said())), 1
		}
		must(t, e.Insert(t.Context(), "keepers", docs))
		for _, d := range docs[:30] { // grown and shrunk, so that rows move
			must(t, e.Replace(t.Context(), "keepers", 1, body(d.ID, 2, said())))
			revs[d.ID] = 2
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	for id, rev := range revs {
		next, remove := body(id, rev+1, "plain"), dice.IntN(4) == 0
		wg.Go(func() {
			if remove {
				must(t, e.Remove(t.Context(), "keepers", id, rev))
				return
			}
			must(t, e.Replace(t.Context(), "keepers", rev, next))
			mu.Lock()
			defer mu.Unlock()
			left[id] = string(next.Body)
		})
	}
	wg.Wait()
	return left
}

// secure_delete alone leaves copies in the slack of pages whose rows were moved, and the log holds everything.
func TestAScrubLeavesNoByteOfWhatWasDeleted(t *testing.T) {
	dir := t.TempDir()
	e := openSQLite(t, dir)
	const canary = "canary-كناري-金丝雀"
	left := map[string]string{}
	for seed := uint64(1); !inFiles(t, dir, canary); seed++ {
		if seed > 20 {
			t.Fatal("overwriting, and emptying the log, is enough: this test would prove nothing")
		}
		maps.Copy(left, gossip(t, e, canary, seed))
		emptyLog(t, dir)
	}
	must(t, e.Scrub(t.Context()))
	if inFiles(t, dir, canary) {
		t.Error("what was deleted can still be read in the files")
	}
	ids := make([]string, 0, len(left))
	for id := range left {
		ids = append(ids, id)
	}
	must(t, e.Get(t.Context(), "keepers", ids, func(body []byte) error {
		for id, want := range left {
			if string(body) == want {
				delete(left, id)
			}
		}
		return nil
	}))
	if len(left) > 0 {
		t.Errorf("%d documents are not as they were", len(left))
	}
	must(t, e.Close())
	checkIntegrity(t, dir)
}

// emptyLog is what a scrub would be without wiping.
func emptyLog(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, store.SQLiteFile))
	must(t, err)
	defer db.Close()
	var busy, pages, moved int
	must(t, db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved))
	if busy != 0 {
		t.Fatal("the log is held")
	}
}

func checkIntegrity(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, store.SQLiteFile))
	must(t, err)
	defer db.Close()
	var verdict string
	must(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("the file is damaged: %s", verdict)
	}
}

func TestAScrubHarmsNobodyWhoReadsAndWrites(t *testing.T) {
	dir := t.TempDir()
	e := openSQLite(t, dir)
	must(t, e.Ensure(t.Context(), "keepers", nil))
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				id := fmt.Sprintf("k%d-%d", w, i)
				must(t, e.Insert(t.Context(), "keepers", []store.Doc{doc(id)}))
				if i%2 == 0 {
					must(t, e.Remove(t.Context(), "keepers", id, 1))
				} else if !holds(t, e, id) {
					t.Errorf("%s is lost", id)
				}
			}
		})
	}
	for range 10 {
		must(t, e.Scrub(t.Context()))
	}
	stop()
	wg.Wait()
	must(t, e.Close())
	checkIntegrity(t, dir)
	if err := e.Scrub(t.Context()); !errors.Is(err, store.ErrClosed) && err == nil {
		t.Errorf("a closed engine: %v", err)
	}
}
