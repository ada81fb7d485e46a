package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

func openSQLite(t testing.TB, dir string) *store.SQLite {
	t.Helper()
	e, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

func TestSQLiteKeepsTheContract(t *testing.T) {
	storetest.Contract(t, func(t *testing.T) store.Engine { return openSQLite(t, t.TempDir()) })
}

func doc(id string) store.Doc {
	return store.Doc{ID: id, Rev: 1, Body: fmt.Appendf(nil, `{"_id":%q,"rev":1}`, id)}
}

// filled makes a store with one document, closes it and gives its folder.
func filled(t *testing.T, dir string) string {
	t.Helper()
	e, err := store.OpenSQLite(dir)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(e.Ensure(t.Context(), "keepers", nil), e.Insert(t.Context(), "keepers", []store.Doc{doc("amina")}), e.Close())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func holds(t *testing.T, e store.Engine, id string) bool {
	t.Helper()
	found := false
	err := e.Get(t.Context(), "keepers", []string{id}, func([]byte) error { found = true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWhatWasWrittenIsThereAfterARestart(t *testing.T) {
	dir := filled(t, filepath.Join(t.TempDir(), "odd name? 100% #1", "store"))
	if !holds(t, openSQLite(t, dir), "amina") {
		t.Fatal("amina is lost")
	}
	for _, name := range []string{store.SQLiteFile, store.LockFile} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", name, info.Mode())
		}
	}
}

func TestASecondServerIsRefused(t *testing.T) {
	dir := t.TempDir()
	first := openSQLite(t, dir)
	if _, err := store.OpenSQLite(dir); err == nil || !strings.Contains(err.Error(), "another server is using this folder") {
		t.Fatalf("got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := openSQLite(t, dir).Ensure(t.Context(), "keepers", nil); err != nil {
		t.Fatalf("the folder wasn't given back: %v", err)
	}
}

func TestAFileThatIsNoStoreOfOursIsRefusedAndLeftAlone(t *testing.T) {
	overwrite := func(at int64, b ...byte) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err == nil {
				_, err = f.WriteAt(b, at)
				err = errors.Join(err, f.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	resize := func(n int64) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.Truncate(path, n); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, bad := range map[string]struct {
		spoil func(*testing.T, string)
		want  string
	}{
		"empty":            {resize(0), "too short"},
		"cut in a page":    {resize(5000), "cut short"},
		"another program":  {overwrite(68, 0, 0, 0, 7), "not a store of this program"},
		"no database":      {overwrite(0, 'P', 'K'), "not a store of this program"},
		"a newer version":  {overwrite(60, 0, 0, 0, 99), "newer version"},
		"a folder instead": {func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o700)) }, "too short"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filled(t, t.TempDir())
			path := filepath.Join(dir, store.SQLiteFile)
			bad.spoil(t, path)
			before, _ := os.ReadFile(path) // a folder has no content
			_, err := store.OpenSQLite(dir)
			if err == nil || !strings.Contains(err.Error(), bad.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one sentence with %q", err, bad.want)
			}
			if after, _ := os.ReadFile(path); string(after) != string(before) {
				t.Error("the file was changed")
			}
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
			openSQLite(t, dir) // the lock was given back
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestACrashWhileTheFileIsMadeIsNoHindrance(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.SQLiteFile+".new"), []byte("half of a fi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := openSQLite(t, dir).Ensure(t.Context(), "keepers", nil); err != nil {
		t.Fatal(err)
	}
}

func TestDeletedBytesAreOverwritten(t *testing.T) {
	dir := t.TempDir()
	e := openSQLite(t, dir)
	const canary = "canary-4711-in-a-private-field"
	d := store.Doc{ID: "amina", Rev: 1, Body: []byte(`{"_id":"amina","rev":1,"secret":"` + canary + `"}`)}
	must(t, errors.Join(e.Ensure(t.Context(), "keepers", nil), e.Insert(t.Context(), "keepers", []store.Doc{d})))
	if !inFiles(t, dir, canary) {
		t.Fatal("the canary isn't in the files: this test would prove nothing")
	}
	must(t, e.Remove(t.Context(), "keepers", "amina", 1))
	must(t, e.Close()) // moves the log into the file
	if inFiles(t, dir, canary) {
		t.Fatal("what was deleted can still be read in the files")
	}
}

func inFiles(t *testing.T, dir, text string) bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	for _, name := range names {
		content, err := os.ReadFile(name)
		must(t, err)
		if strings.Contains(string(content), text) {
			return true
		}
	}
	return false
}

func TestAClosedEngineRefusesWrites(t *testing.T) {
	e := openSQLite(t, t.TempDir())
	must(t, errors.Join(e.Ensure(t.Context(), "keepers", nil), e.Close()))
	if err := e.Insert(t.Context(), "keepers", []store.Doc{doc("amina")}); !errors.Is(err, store.ErrClosed) {
		t.Fatalf("got %v, want %v", err, store.ErrClosed)
	}
	if err := e.Close(); err != nil {
		t.Fatalf("closing twice: %v", err)
	}
}

// Each of many writers gives up at some moment, and the engine closes at some moment: whatever they were told is so.
func TestTheAnswerToAWriteIsTheTruth(t *testing.T) {
	dir := t.TempDir()
	e := openSQLite(t, dir)
	must(t, e.Ensure(t.Context(), "keepers", nil))
	var mu sync.Mutex
	answers := map[string]error{}
	var wg sync.WaitGroup
	for w := range 16 {
		wg.Go(func() {
			for i := range 40 {
				id := fmt.Sprintf("k%d-%d", w, i)
				ctx, cancel := context.WithCancel(t.Context())
				gone := make(chan struct{})
				go func() { defer close(gone); cancel() }() // at about the same time as the write
				err := e.Insert(ctx, "keepers", []store.Doc{doc(id)})
				<-gone
				mu.Lock()
				answers[id] = err
				if len(answers) == 500 {
					wg.Go(func() { _ = e.Close() }) // reported by the cleanup
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	must(t, e.Close())
	again := openSQLite(t, dir)
	stored := 0
	for id, err := range answers {
		if there := holds(t, again, id); there != (err == nil) {
			t.Errorf("%s: stored %v, but the answer was %v", id, there, err)
		} else if there {
			stored++
		}
		if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, store.ErrClosed) {
			t.Errorf("%s: %v", id, err)
		}
	}
	t.Logf("%d of %d writes happened", stored, len(answers))
}

func TestARefusedWriteLeavesItsCompanionsAlone(t *testing.T) {
	e := openSQLite(t, t.TempDir())
	must(t, e.Ensure(t.Context(), "keepers", []store.Index{{Name: "email", Fields: []string{"email"}}}))
	must(t, e.Insert(t.Context(), "keepers", []store.Doc{doc("taken")}))
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			var err, want error
			switch i % 3 {
			case 0:
				err = e.Insert(t.Context(), "keepers", []store.Doc{doc(fmt.Sprint("k", i))})
			case 1:
				err, want = e.Insert(t.Context(), "keepers", []store.Doc{doc("taken")}), store.ErrDuplicate
			case 2:
				err, want = e.Remove(t.Context(), "keepers", "taken", 7), store.ErrStale
			}
			if !errors.Is(err, want) {
				t.Errorf("write %d: got %v, want %v", i, err, want)
			}
		})
	}
	broken := store.Doc{ID: "broken", Rev: 1, Body: []byte(`{"_id":`)} // not JSON: the index can't be kept
	if err := e.Insert(t.Context(), "keepers", []store.Doc{broken}); err == nil {
		t.Error("a broken document was stored")
	}
	wg.Wait()
	n, err := e.Count(t.Context(), "keepers", store.Index{}, store.Query{})
	if err != nil || n != 21 {
		t.Fatalf("%d documents, %v; want the 20 good ones and the first", n, err)
	}
}

// No query of ours is answered by sorting or by reading past its index: an administrator's tool sees the same plans.
func TestEveryShapeOfQueryIsServedByItsIndex(t *testing.T) {
	dir := t.TempDir()
	e := openSQLite(t, dir)
	c, err := store.Open[community.MemberID, storetest.Keeper](t.Context(), store.NewDB(e), "keepers", storetest.Indexes...)
	must(t, err)
	must(t, c.Add(t.Context(), &storetest.Keeper{Record: community.Record[community.MemberID]{ID: "amina"}, Hub: "tea", Joined: 1}))
	must(t, e.Close())
	db, err := sql.Open("sqlite", filepath.Join(dir, store.SQLiteFile))
	must(t, err)
	defer db.Close()
	for _, tail := range []string{
		`ORDER BY "joined", id LIMIT 5`, `ORDER BY "joined" DESC, id DESC LIMIT 5`,
		`AND "joined" >= 1 AND "joined" < 5 ORDER BY "joined", id LIMIT 5`,
		`AND ("joined", id) > (1, 'a') ORDER BY "joined", id LIMIT 5`,
		`AND ("joined", id) < (1, 'a') ORDER BY "joined" DESC, id DESC LIMIT 5`,
	} {
		query := `EXPLAIN QUERY PLAN SELECT body FROM "keepers" INDEXED BY "keepers.joined:hub+joined" WHERE "hub" IS NOT NULL AND "hub" = 'tea' ` + tail
		plan := ""
		rows, err := db.Query(query)
		must(t, err)
		for rows.Next() {
			var id, parent, unused int
			var detail string
			must(t, rows.Scan(&id, &parent, &unused, &detail))
			plan += detail
		}
		must(t, errors.Join(rows.Err(), rows.Close()))
		if !strings.Contains(plan, "SEARCH keepers USING INDEX") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", tail, plan)
		}
	}
}
