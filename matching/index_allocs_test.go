//go:build !race

package matching

import "testing"

// The race detector has sync.Pool forget some of what it is given, on purpose, so allocations are counted without it.

func TestSearchesAllocateNothing(t *testing.T) {
	w := newWorld(37, 300)
	profiles := w.members(4000)
	pool := NewPool(w.definition(t, profiles), profiles).With(profiles[7]).Without(profiles[8].ID)
	list := make([]Ranked, 0, 20)
	i := 0
	allocations := testing.AllocsPerRun(200, func() {
		i++
		list = pool.AppendRank(list[:0], profiles[i], Question{Limit: 20})
	})
	if allocations != 0 {
		t.Errorf("%v allocations a search", allocations)
	}
}
