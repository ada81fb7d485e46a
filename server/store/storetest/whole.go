package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

// freeze gives a snapshot that the test closes.
func freeze(t *testing.T, e store.Engine) store.Snapshot {
	t.Helper()
	s, err := e.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// whole lists what a snapshot holds as collection/id:revision.
func whole(t *testing.T, s store.Snapshot, collections ...string) (all []string) {
	t.Helper()
	for e, err := range s.Documents(t.Context(), collections...) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s/%s:%d", e.Collection, e.ID, e.Rev))
	}
	return all
}

func snapshots(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	others, err := store.Open[community.MemberID, Keeper](t.Context(), db, "apprentices")
	if err != nil {
		t.Fatal(err)
	}
	add(t, c, keeper("bram", ""), keeper("amina", ""))
	add(t, others, keeper("chloe", ""))
	s := freeze(t, db.Engine())
	add(t, c, keeper("dana", ""))
	add(t, others, keeper("emil", ""))
	_, change := c.Change(t.Context(), "amina", func(k *Keeper) error { k.Cups = 7; return nil })
	if err := errors.Join(change, others.Delete(t.Context(), "chloe")); err != nil {
		t.Fatal(err)
	}
	want := []string{"apprentices/chloe:1", "keepers/amina:1", "keepers/bram:1"}
	if got := whole(t, s); !slices.Equal(got, want) {
		t.Errorf("the snapshot holds %v, want %v", got, want)
	}
	if got := whole(t, s, "keepers"); !slices.Equal(got, want[1:]) {
		t.Errorf("of the keepers it holds %v, want %v", got, want[1:])
	}
	if got := whole(t, freeze(t, db.Engine()), "keepers"); !slices.Equal(got, []string{"keepers/amina:2", "keepers/bram:1", "keepers/dana:1"}) {
		t.Errorf("a later one holds %v", got)
	}
	for _, err := range s.Documents(ended()) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after its context has ended: %v", err)
		}
	}
}

// longSnapshot reads while others write, so many that no engine has them in one answer.
func longSnapshot(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	var all []*Keeper
	for i := range 1200 {
		all = append(all, keeper(fmt.Sprintf("k%04d", i), ""))
	}
	if err := c.AddMany(t.Context(), all); err != nil {
		t.Fatal(err)
	}
	s := freeze(t, db.Engine())
	var writer sync.WaitGroup
	writer.Go(func() {
		for i := range 100 {
			late := keeper(fmt.Sprintf("k%04dx", i*10), "")
			if err := errors.Join(c.Add(t.Context(), late), c.Delete(t.Context(), community.MemberID(fmt.Sprintf("k%04d", i*7)))); err != nil {
				t.Error(err)
			}
		}
	})
	i := 0
	for e, err := range s.Documents(t.Context()) {
		if want := fmt.Sprintf("k%04d", i); err != nil || e.ID != want || e.Rev != 1 {
			t.Fatalf("document %d is %s:%d, %v", i, e.ID, e.Rev, err)
		}
		i++
	}
	if n, err := s.Count(t.Context()); i != 1200 || err != nil || n < 1100 {
		t.Errorf("%d documents, about %d, %v", i, n, err)
	}
	writer.Wait()
}

func collections(t *testing.T, db *store.DB) {
	if names, err := db.Engine().Collections(t.Context()); err != nil || len(names) != 0 {
		t.Fatalf("a fresh engine has %v, %v", names, err)
	}
	add(t, keepers(t, db), keeper("amina", ""))
	if names, err := db.Engine().Collections(t.Context()); err != nil || !slices.Equal(names, []string{"keepers"}) {
		t.Fatalf("%v, %v", names, err)
	}
	if _, err := db.Engine().Collections(ended()); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context has ended: %v", err)
	}
}

// carriedOver fills this engine from an embedded one, as a restore or a move does.
func carriedOver(t *testing.T, db *store.DB) {
	from, err := store.OpenSQLite(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := from.Close(); err != nil {
			t.Error(err)
		}
	})
	c := keepers(t, store.NewDB(from))
	amina := keeper("amina", "amina@example.org")
	amina.Share, amina.Joined, amina.Notes = 1e21, 1<<53+1, map[string]string{"$set": "a.b"}
	add(t, c, amina, keeper("bram", ""))
	if err := c.Delete(t.Context(), "bram"); err != nil {
		t.Fatal(err)
	}
	var told int64
	m, err := store.Fill(t.Context(), db.Engine(), 1, freeze(t, from).Documents(t.Context()), func(done int64) { told = done })
	if err != nil || m.Documents() != 2 || told > 2 {
		t.Fatalf("%v, %v; told of %d", m, err, told)
	}
	if err := db.Migrate(t.Context(), func(string, int64) {}); err != nil {
		t.Fatal(err)
	}
	if got := get(t, keepers(t, db), "amina"); got.Email != amina.Email || got.Joined != amina.Joined || got.Share != amina.Share {
		t.Errorf("carried over: %+v", got)
	}
	if _, err := store.Fill(t.Context(), db.Engine(), 1, freeze(t, from).Documents(t.Context()), func(int64) {}); err == nil {
		t.Error("a place with a network was filled again")
	}
}
