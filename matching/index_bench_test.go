package matching

import "testing"

func benchmarkTown(b *testing.B, members int) {
	town := newTown(1, members, 1)
	profiles := town.members(members)
	d := town.definition(b)
	index, tuned, plain := contestants(NewPool(d, profiles), Question{Limit: 20, Day: 1, Key: 1})
	viewers := askers(profiles, 500)
	run := func(name string, rank func(Profile) []Ranked) {
		b.Run(name, func(b *testing.B) {
			rank(viewers[0])
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				rank(viewers[i%len(viewers)])
			}
		})
	}
	run("index", index)
	run("tuned", tuned)
	run("plain", plain)
	if members <= networkSize { // at a million, bleve needs minutes to index
		run("bleve", newPeer(b, d, profiles).rank)
	}
}

// BenchmarkTown16k and BenchmarkTown1M measure the contestants of
// TestProveMatchingSpeed by themselves; its ratios are of one run.
func BenchmarkTown16k(b *testing.B) { benchmarkTown(b, networkSize) }
func BenchmarkTown1M(b *testing.B)  { benchmarkTown(b, 1_000_000) }

// BenchmarkFresh is a search beside as many edits as there may be.
func BenchmarkFresh(b *testing.B) {
	town := newTown(1, networkSize, 1)
	profiles := town.members(networkSize)
	pool := NewPool(town.definition(b), profiles)
	for i := range maxFresh {
		pool = pool.With(profiles[i])
	}
	viewers := askers(profiles, 500)
	var list []Ranked
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		list = pool.AppendRank(list[:0], viewers[i%len(viewers)], Question{Limit: 20, Day: 1, Key: 1})
	}
}

// BenchmarkMerged makes the new index that every 512 edits cost.
func BenchmarkMerged(b *testing.B) {
	town := newTown(1, networkSize, 1)
	profiles := town.members(networkSize)
	pool := NewPool(town.definition(b), profiles)
	for i := range maxFresh {
		pool = pool.With(profiles[i])
	}
	for b.Loop() {
		pool.settled.merged(pool.gone, pool.fresh)
	}
}
