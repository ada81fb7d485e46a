package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
)

func contention(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", ""))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if _, err := c.Change(t.Context(), "amina", func(k *Keeper) error { k.Cups++; return nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := get(t, c, "amina"); got.Cups != 200 || got.Rev != 201 {
		t.Fatalf("%d cups at revision %d, want 200 at 201", got.Cups, got.Rev)
	}
}

func seats(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("table", ""))
	full := errors.New("no seat is left")
	var seated atomic.Int32
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := c.Change(t.Context(), "table", func(k *Keeper) error {
				if len(k.Tags) == 3 {
					return full
				}
				k.Tags = append(k.Tags, fmt.Sprint("person", i))
				return nil
			})
			if err == nil {
				seated.Add(1)
			} else if !errors.Is(err, full) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := get(t, c, "table"); seated.Load() != 3 || len(got.Tags) != 3 {
		t.Fatalf("%d were told they sit, %v do", seated.Load(), got.Tags)
	}
}

func endedContext(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	add(t, c, keeper("amina", ""))
	_, get := c.Get(ended(), "amina")
	_, found := c.Find(ended(), store.Query{Index: "name", Limit: 1})
	_, count := c.Count(ended(), store.Query{Index: "name"})
	_, change := c.Change(ended(), "amina", func(*Keeper) error { return nil })
	for name, err := range map[string]error{
		"get": get, "find": found, "count": count, "change": change,
		"add": c.Add(ended(), keeper("bram", "")), "delete": c.Delete(ended(), "amina"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want %v", name, err, context.Canceled)
		}
	}
	if all, err := c.Many(t.Context(), []community.MemberID{"amina", "bram"}); err != nil || all[0] == nil || all[1] != nil {
		t.Fatalf("afterwards there are %v, %v: an ended context wrote", all, err)
	}
}

func everythingAtOnce(t *testing.T, db *store.DB) {
	c := keepers(t, db)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 6 {
				id := community.MemberID(fmt.Sprintf("w%d-%d", w, i))
				if err := c.Add(t.Context(), keeper(string(id), string(id)+"@example.org")); err != nil {
					t.Error(err)
				}
				_, change := c.Change(t.Context(), id, func(k *Keeper) error { k.Cups = i; return nil })
				_, many := c.Many(t.Context(), []community.MemberID{id})
				_, found := c.Find(t.Context(), store.Query{Index: "name", Limit: 5})
				_, _, page := c.Page(t.Context(), store.Query{Index: "name"}, community.Page{Limit: 2})
				_, count := c.Count(t.Context(), store.Query{Index: "due"})
				told := c.AddTold(t.Context(), []*Keeper{keeper("t"+string(id), "")})
				marked := c.AddMany(t.Context(), []*Keeper{keeper("m"+string(id), "")})
				if err := errors.Join(change, many, found, page, count, told, marked); err != nil {
					t.Error(err)
				}
				for _, err := range c.Each(t.Context()) {
					if err != nil {
						t.Error(err)
					}
				}
				if i%2 == 0 {
					if err := c.Delete(t.Context(), id); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if n, err := c.Count(t.Context(), store.Query{Index: "name"}); err != nil || n != 4*(3+6+6) {
		t.Fatalf("%d documents left and %v, want 60", n, err)
	}
}
