package storetest

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

// told remembers what a reaction was told, for each document the newest revision, and whether it was gone.
type told struct {
	mu    sync.Mutex
	revs  map[string]int64
	gone  map[string]bool
	calls int
	fail  error // returned while it is set
}

func (s *told) react(_ context.Context, changed any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.fail != nil {
		return s.fail
	}
	k := changed.(*Keeper)
	s.revs[k.Key()], s.gone[k.Key()] = k.Rev, k.Gone
	k.Cups = -1 // it is the reaction's own copy
	return nil
}

// relay runs until the test ends.
func relay(t *testing.T, db *store.DB, react store.Reaction) *store.Relay {
	t.Helper()
	r, err := store.NewRelay(t.Context(), db, slog.New(slog.DiscardHandler), react)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { r.Run(ctx) })
	t.Cleanup(func() { cancel(); running.Wait() })
	return r
}

func settle(t *testing.T, r *store.Relay) {
	t.Helper()
	if err := r.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func marks(t *testing.T, c *Keepers) int64 {
	t.Helper()
	n, err := c.Count(t.Context(), store.Query{Index: "due"})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func everyChangeTold(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("before", "")) // marked while nobody listened, as after a crash
	sink := &told{revs: map[string]int64{}, gone: map[string]bool{}}
	r := relay(t, db, sink.react)
	add(t, c, keeper("amina", ""), keeper("bram", ""))
	if _, err := c.Change(t.Context(), "amina", func(k *Keeper) error { k.Cups = 2; return nil }); err != nil {
		t.Fatal(err)
	}
	settle(t, r)
	sink.mu.Lock()
	defer sink.mu.Unlock()
	if sink.revs["before"] != 1 || sink.revs["amina"] != 2 || sink.revs["bram"] != 1 {
		t.Fatalf("told of %v", sink.revs)
	}
	if n := marks(t, c); n != 0 {
		t.Fatalf("%d marks are left", n)
	}
	if got := get(t, c, "amina"); got.Rev != 2 || got.Due != 0 || got.Cups != 2 {
		t.Fatalf("clearing the mark left %+v", got)
	}
}

func deletedAfterTold(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	sink := &told{revs: map[string]int64{}, gone: map[string]bool{}}
	add(t, c, keeper("amina", "amina@example.org"))
	if err := c.Delete(t.Context(), "amina"); err != nil {
		t.Fatal(err)
	}
	settle(t, relay(t, db, func(ctx context.Context, changed any) error {
		if k := changed.(*Keeper); k.Gone && k.Email != "amina@example.org" {
			t.Errorf("told of %+v, want what was deleted", k)
		}
		return sink.react(ctx, changed)
	}))
	if sink.revs["amina"] != 2 || !sink.gone["amina"] {
		t.Fatalf("told of %v, gone %v", sink.revs, sink.gone)
	}
	err := db.Engine().Get(t.Context(), "keepers", []string{"amina"}, func(body []byte) error {
		t.Errorf("still kept: %s", body)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	add(t, c, keeper("amina", ""))
	if got := get(t, c, "amina"); got.Rev != 1 {
		t.Fatalf("the new one is at revision %d", got.Rev)
	}
}

func newerKeepsMark(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	var once sync.Once
	var revs []int64
	add(t, c, keeper("amina", ""))
	settle(t, relay(t, db, func(ctx context.Context, changed any) error {
		revs = append(revs, changed.(*Keeper).Rev) // one at a time, as promised: the race detector watches
		once.Do(func() {                           // somebody changes it while its reaction runs
			if _, err := c.Change(ctx, "amina", func(k *Keeper) error { k.Cups = 1; return nil }); err != nil {
				t.Error(err)
			}
		})
		return nil
	}))
	if len(revs) != 2 || revs[1] != 2 || marks(t, c) != 0 {
		t.Fatalf("told of revisions %v, want 1 and 2", revs)
	}
}

func failurePutOff(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	sink := &told{revs: map[string]int64{}, gone: map[string]bool{}}
	r := relay(t, db, func(ctx context.Context, changed any) error {
		switch changed.(*Keeper).Key() {
		case "error":
			return errors.New("the index is down")
		case "panic":
			panic("a document that nobody expected")
		}
		return sink.react(ctx, changed)
	})
	add(t, c, keeper("error", ""), keeper("panic", ""), keeper("amina", ""))
	if err := r.Settle(t.Context()); !errors.Is(err, store.ErrPutOff) {
		t.Fatalf("got %v, want %v", err, store.ErrPutOff)
	}
	if sink.revs["amina"] != 1 || marks(t, c) != 2 {
		t.Fatalf("told of %v, %d marks left: a failure stood in the way", sink.revs, marks(t, c))
	}
	if err := c.Delete(t.Context(), "error"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Change(t.Context(), "panic", func(k *Keeper) error { k.Cups++; return nil }); err != nil {
		t.Fatal(err)
	}
	if err := r.Settle(t.Context()); !errors.Is(err, store.ErrPutOff) || get(t, c, "panic").Due == 0 {
		t.Fatalf("got %v for failures that go on", err)
	}
}

func manyTold(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	sink := &told{revs: map[string]int64{}, gone: map[string]bool{}}
	r := relay(t, db, sink.react)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 10 {
				id := string(rune('a'+w)) + string(rune('a'+i))
				if err := c.Add(t.Context(), keeper(id, "")); err != nil {
					t.Error(err)
				}
				if _, err := c.Change(t.Context(), community.MemberID(id), func(k *Keeper) error { k.Cups++; return nil }); err != nil {
					t.Error(err)
				}
				if i == 9 {
					if err := c.Delete(t.Context(), community.MemberID(id)); err != nil {
						t.Error(err)
					}
				}
				if _, err := r.Parked(t.Context()); err != nil {
					t.Error(err)
				}
				if err := r.TryAgain(t.Context(), id); community.KindOf(err) != community.KindNotFound {
					t.Errorf("what isn't parked is tried again with %v", err)
				}
			}
			if err := r.Settle(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for id, rev := range sink.revs {
		if want := int64(2); rev != want && (!sink.gone[id] || rev != want+1) {
			t.Errorf("%s was last told at revision %d", id, rev)
		}
	}
	if len(sink.revs) != 40 || marks(t, c) != 0 {
		t.Fatalf("told of %d documents, %d marks left", len(sink.revs), marks(t, c))
	}
}
