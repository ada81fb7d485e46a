package matching

import (
	"reflect"
	"slices"
	"sync"
	"testing"
)

func TestPoolKeepsWhatItIsGiven(t *testing.T) {
	ada := Profile{ID: "ada", Offers: []Offer{{1, Able}}, Needs: []Need{{2, 1}, {3, 1}}, Hub: 4}
	pool := NewPool(definition(t, nil), []Profile{{ID: "ada", Hub: 9}, {ID: "ben"}, ada})
	if pool.Len() != 2 {
		t.Errorf("%d members, want 2", pool.Len())
	}
	want := ada
	want.Needs = []Need{{2, 120}, {3, 120}}
	got, found := pool.Get("ada")
	if !found || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want the last of ada's profiles %+v", got, want)
	}
	if _, found := pool.Get("cem"); found {
		t.Error("cem was never added")
	}
}

func TestPoolSharesNothingWithCallers(t *testing.T) {
	ada := Profile{ID: "ada", Offers: []Offer{{1, Able}}, Needs: EvenNeeds(2)}
	pool := NewPool(definition(t, nil), []Profile{ada})
	ada.Offers[0].Skill, ada.Needs[0].Skill = 8, 8
	got, _ := pool.Get("ada")
	got.Offers[0].Skill, got.Needs[0].Skill = 9, 9
	if again, _ := pool.Get("ada"); again.Offers[0].Skill != 1 || again.Needs[0].Skill != 2 {
		t.Errorf("the pool changed under a caller's hand: %+v", again)
	}
}

// TestEditsEqualANewPool applies random edits one by one and compares with a
// pool made afresh of what should be there.
func TestEditsEqualANewPool(t *testing.T) {
	w := newWorld(23, 60)
	profiles := w.members(60)
	d := w.definition(t, profiles)
	pool, there := NewPool(d, nil), map[string]Profile{}
	for step := range 400 {
		p := w.established(profiles[w.random.IntN(len(profiles))].ID)
		before, members := pool, pool.Len()
		if w.random.IntN(3) == 0 {
			pool = pool.Without(p.ID)
			delete(there, p.ID)
		} else {
			pool = pool.With(p)
			there[p.ID] = p
		}
		if before.Len() != members {
			t.Fatalf("step %d changed the pool it started from", step)
		}
		var all []Profile
		for _, p := range there {
			all = append(all, p)
		}
		q := Question{Limit: 20, Day: int32(step)}
		fresh := NewPool(d, all)
		if got, want := pool.Rank(profiles[1], q), fresh.Rank(profiles[1], q); !reflect.DeepEqual(got, want) {
			t.Fatalf("step %d: got %v, want %v", step, brief(got), brief(want))
		}
		if pool.Len() != len(there) {
			t.Fatalf("step %d: %d members, want %d", step, pool.Len(), len(there))
		}
	}
}

func TestWhoLeavesLeavesNothing(t *testing.T) {
	w := newWorld(29, 40)
	profiles := w.members(50)
	pool := NewPool(w.definition(t, profiles), profiles)
	gone := pool.Rank(profiles[1], Question{Limit: 1})[0].ID
	after := pool.Without(gone)
	for _, p := range profiles {
		listed := brief(after.Rank(p, Question{Limit: 50}))
		if slices.ContainsFunc(listed, func(l line) bool { return l.id == gone }) {
			t.Errorf("%s is still in %s's list", gone, p.ID)
		}
	}
	if after.Without(gone) != after {
		t.Error("taking away nobody made a new pool")
	}
}

// TestPoolIsSafeForMany is for the race detector.
func TestPoolIsSafeForMany(t *testing.T) {
	w := newWorld(31, 60)
	profiles := w.members(100)
	pool := NewPool(w.definition(t, profiles), profiles)
	want := brief(pool.Rank(profiles[1], Question{Limit: 10}))
	var many sync.WaitGroup
	for n := range 8 {
		many.Go(func() {
			mine := pool
			for _, p := range profiles[n : n+20] {
				mine = mine.Without(p.ID).With(p)
				mine.Get(p.ID)
			}
			if got := brief(mine.Rank(profiles[1], Question{Limit: 10})); !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
	many.Wait()
}
