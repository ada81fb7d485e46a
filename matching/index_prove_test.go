package matching

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

// figures prints what was measured and fails what misses its bar.
type figures struct {
	t    *testing.T
	town string
}

func (f figures) atLeast(name string, value float64, unit string, bar float64) {
	fmt.Printf("figure matching-%s-%s %.1f %s bar %g\n", f.town, name, value, unit, bar)
	if value < bar {
		f.t.Errorf("%s at %s: %.2f %s, the bar is at least %g", name, f.town, value, unit, bar)
	}
}

func (f figures) atMost(name string, value float64, unit string, bar float64) {
	fmt.Printf("figure matching-%s-%s %.1f %s bar %g\n", f.town, name, value, unit, bar)
	if value > bar {
		f.t.Errorf("%s at %s: %.2f %s, the bar is at most %g", name, f.town, value, unit, bar)
	}
}

// trial is one town of the speed proof with its bars: how many times longer
// than the index the others take for the question in the middle.
type trial struct {
	name                string
	members             int
	exponent            float64
	viewers, slowOnes   int // how many questions; how many of them to plain and bleve
	plain, tuned, bleve float64
	withPeer            bool
}

// TestProveMatchingSpeed compares the index with what one would do instead, in
// one run. Times are told as ratios only.
func TestProveMatchingSpeed(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	for _, trial := range []trial{
		{name: "16k", members: networkSize, exponent: 1, viewers: 400, slowOnes: 400, plain: 25, tuned: 5, bleve: 25, withPeer: true},
		{name: "16k-flat", members: networkSize, exponent: 0.7, viewers: 400, slowOnes: 400, withPeer: true},
		{name: "1M", members: 1_000_000, exponent: 1, viewers: 200, slowOnes: 50, plain: 40, tuned: 9},
		{name: "1M-flat", members: 1_000_000, exponent: 0.7, viewers: 200, slowOnes: 30},
	} {
		trial.run(t)
	}
}

func (c trial) run(t *testing.T) {
	town := newTown(1, c.members, c.exponent)
	profiles := town.members(c.members)
	d := town.definition(t)
	f := figures{t, c.name}
	before := heap()
	pool, resting := NewPool(d, profiles), new(searcher)
	d.readInto(&resting.me, profiles[0])
	resting.search(pool.settled, nil, nil, Question{Limit: 20})
	f.atMost("memory", float64(heap()-before)/float64(c.members), "bytes/member", 140)
	runtime.KeepAlive(resting)

	index, tuned, plain := contestants(pool, Question{Limit: 20, Day: 1, Key: 1})
	viewers := askers(profiles, c.viewers)
	index(viewers[0])
	times := race(t, viewers, 3, index, tuned)
	f.atLeast("tuned-p50", ratio(times[1], times[0], 50), "times", c.tuned)
	f.atLeast("tuned-p99", ratio(times[1], times[0], 99), "times", 1)
	others := []func(Profile) []Ranked{index, plain}
	if c.withPeer {
		others = append(others, newPeer(t, d, profiles).rank)
	}
	times = race(t, viewers[:c.slowOnes], 2, others...)
	f.atLeast("plain-p50", ratio(times[1], times[0], 50), "times", c.plain)
	if c.withPeer {
		f.atLeast("bleve-p50", ratio(times[2], times[0], 50), "times", c.bleve)
	}
	f.atMost("rebuild", rebuild(pool, profiles, plain), "plain searches", 2)
	f.atMost("allocations", allocations(pool, viewers), "a search", 0)
}

// heap is the bytes in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// rebuild is the time of a new index for as many edits as a pool keeps, in
// plain searches; both are in the middle of ten, taken in turn.
func rebuild(pool *Pool, profiles []Profile, plain func(Profile) []Ranked) float64 {
	for i := range maxFresh {
		pool = pool.With(profiles[i])
	}
	var builds, searches []time.Duration
	for i := range 10 {
		begun := time.Now()
		pool.settled.merged(pool.gone, pool.fresh)
		built := time.Now()
		plain(profiles[i])
		builds, searches = append(builds, built.Sub(begun)), append(searches, time.Since(built))
	}
	return ratio(builds, searches, 50)
}

func allocations(pool *Pool, viewers []Profile) float64 {
	i, list := 0, make([]Ranked, 0, 20)
	return testing.AllocsPerRun(len(viewers)-1, func() {
		list = pool.AppendRank(list[:0], viewers[i], Question{Limit: 20})
		i++
	})
}
