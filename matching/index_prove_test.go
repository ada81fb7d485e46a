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

// noBar marks a figure that is told for comparison only.
const noBar = -1

func (f figures) atLeast(name string, value float64, unit string, bar float64) {
	f.tell(name, value, unit, bar, value >= bar)
}

func (f figures) atMost(name string, value float64, unit string, bar float64) {
	f.tell(name, value, unit, bar, value <= bar || bar == noBar)
}

func (f figures) tell(name string, value float64, unit string, bar float64, held bool) {
	told := fmt.Sprint(bar)
	if bar == noBar {
		told = "none"
	}
	fmt.Printf("figure matching-%s-%s %.1f %s bar %s\n", f.town, name, value, unit, told)
	if !held {
		f.t.Errorf("%s at %s is %.2f %s; the bar is %s", name, f.town, value, unit, told)
	}
}

// trial is one town of the speed proof with its bars: how many times longer
// than the index the others take for the question in the middle, and how many
// plain searches a new index may take.
type trial struct {
	name              string
	members           int
	exponent          float64
	viewers, slowOnes int // how many questions; how many of them to plain and bleve
	rounds            int // of each question, of which the fastest counts
	plain, tuned      float64
	bleve             float64 // at a million it would need minutes to index
	rebuild           float64
}

// TestProveMatchingSpeed compares the index with what one would do instead, in
// one run. Times are told as ratios only.
func TestProveMatchingSpeed(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	for _, trial := range []trial{
		{"16k", networkSize, 1, 400, 400, 5, 25, 5, 25, 2},
		{"16k-flat", networkSize, 0.7, 400, 400, 3, noBar, noBar, noBar, noBar},
		{"1M", 1_000_000, 1, 200, 40, 2, 40, 9, noBar, noBar},
		{"1M-flat", 1_000_000, 0.7, 200, 20, 2, noBar, noBar, noBar, noBar},
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
	times := race(t, viewers, c.rounds, index, tuned)
	f.atLeast("tuned-p50", ratio(times[1], times[0], 50), "times", c.tuned)
	f.atLeast("tuned-p99", ratio(times[1], times[0], 99), "times", 1)
	others := []func(Profile) []Ranked{index, plain}
	if c.members <= networkSize {
		others = append(others, newPeer(t, d, profiles).rank)
	}
	times = race(t, viewers[:c.slowOnes], c.rounds, others...)
	f.atLeast("plain-p50", ratio(times[1], times[0], 50), "times", c.plain)
	if c.members <= networkSize {
		f.atLeast("bleve-p50", ratio(times[2], times[0], 50), "times", c.bleve)
	}
	f.atMost("rebuild", float64(rebuild(pool, profiles))/float64(percentile(times[1], 50)), "plain searches", c.rebuild)
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

// rebuild is the time of a new index for as many edits as a pool keeps, the
// fastest of twenty.
func rebuild(pool *Pool, profiles []Profile) time.Duration {
	for i := range maxFresh {
		pool = pool.With(profiles[i])
	}
	best := time.Hour
	for range 20 {
		begun := time.Now()
		pool.settled.merged(pool.gone, pool.fresh)
		best = min(best, time.Since(begun))
	}
	return best
}

func allocations(pool *Pool, viewers []Profile) float64 {
	i, list := 0, make([]Ranked, 0, 20)
	return testing.AllocsPerRun(len(viewers)-1, func() {
		list = pool.AppendRank(list[:0], viewers[i], Question{Limit: 20})
		i++
	})
}
