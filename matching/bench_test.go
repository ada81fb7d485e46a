package matching

import "testing"

// networkSize is the network that the product is made for.
const networkSize = 16_000

func BenchmarkRank(b *testing.B) {
	w := newWorld(1, 3000)
	profiles := w.members(networkSize)
	pool := NewPool(w.definition(b, profiles), profiles)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		viewer := profiles[i*37%len(profiles)]
		if got := pool.Rank(viewer, Question{Limit: 20}); len(got) != 20 {
			b.Fatalf("%d matches for %s, want 20", len(got), viewer.ID)
		}
	}
}

func BenchmarkNewPool(b *testing.B) {
	w := newWorld(1, 3000)
	profiles := w.members(networkSize)
	d := w.definition(b, profiles)
	for b.Loop() {
		NewPool(d, profiles)
	}
}

func BenchmarkWith(b *testing.B) {
	w := newWorld(1, 3000)
	profiles := w.members(networkSize)
	pool := NewPool(w.definition(b, profiles), profiles)
	for i := 0; b.Loop(); i++ {
		pool = pool.With(profiles[i%len(profiles)])
	}
}

func BenchmarkLearnRelated(b *testing.B) {
	w := newWorld(1, 3000)
	sets := make([][]Skill, networkSize)
	for i, p := range w.members(networkSize) {
		for _, o := range p.Offers {
			sets[i] = append(sets[i], o.Skill)
		}
	}
	for b.Loop() {
		LearnRelated(sets, 3)
	}
}
