package store_test

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/store/storetest"
)

const (
	lettersMany = 200_000 // of the benchmarks
	lettersFew  = 2_000   // of the ordinary test
	writersMany = 32
	rateBar     = 0.5 // of the raw peer's rate in the same run

	// ratePairs pairs of slices of each peer take turns, so that the noise of the machine hits both alike.
	ratePairs = 10
	sliceTime = 200 * time.Millisecond
)

// go test -bench Store ./server/store
func BenchmarkStore(b *testing.B) {
	m := newMatch(b, lettersMany)
	for _, c := range m.contests() {
		b.Run(c.name, func(b *testing.B) {
			const turns = 10
			var ours, raw effort
			for turn := range turns {
				n := b.N*(turn+1)/turns - b.N*turn/turns
				must(b, errors.Join(ours.do(n, c.atOnce, c.ours), raw.do(n, c.atOnce, c.raw)))
			}
			b.ReportMetric(0, "ns/op") // that of both together says nothing
			b.ReportMetric(ours.each(), "store-ns/op")
			b.ReportMetric(raw.each(), "raw-ns/op")
			b.ReportMetric(raw.each()/ours.each(), "of-raw-rate")
			b.ReportMetric(ours.allocated(), "store-allocs/op")
			b.ReportMetric(raw.allocated(), "raw-allocs/op")
		})
	}
}

func TestProveStoreRate(t *testing.T) {
	storetest.NeedsProving(t)
	m := newMatch(t, lettersMany)
	for _, c := range m.contests() {
		ratio := m.rate(c, ratePairs, sliceTime)
		fmt.Printf("figure store-rate-%s %.2f of-raw bar %.1f\n", c.name, ratio, rateBar)
		if ratio < rateBar {
			t.Errorf("%s: %.2f of the raw peer's rate, less than %.1f", c.name, ratio, rateBar)
		}
	}
}

// The raw peer must do the same work, or its rate says nothing.
func TestTheRawPeerDoesTheSameWork(t *testing.T) {
	m := newMatch(t, lettersFew)
	for _, c := range m.contests() {
		if ratio := m.rate(c, 1, time.Millisecond); ratio <= 0 {
			t.Errorf("%s: the rate is %v", c.name, ratio)
		}
	}
	var plan string
	var ignored any
	must(t, m.raw.reads.QueryRow("EXPLAIN QUERY PLAN "+rawNewest, talk(0)).Scan(&ignored, &ignored, &ignored, &plan))
	if !strings.Contains(plan, "USING INDEX letters.place") {
		t.Errorf("the raw peer finds the newest letters by %s", plan)
	}
	id := m.anyID()
	ours, mine := m.letters.Get(t.Context(), id)
	theirs, others := m.raw.read(t.Context(), string(id))
	sameLetters(t, []*letter{ours}, []*letter{theirs}, errors.Join(mine, others))
	some := m.anyTalk()
	newest, mine := m.letters.Before(t.Context(), some, 0, newestLetters)
	newestRaw, others := m.raw.newest(t.Context(), some)
	sameLetters(t, newest, newestRaw, errors.Join(mine, others))
	added := m.first()
	must(t, errors.Join(m.letters.Add(t.Context(), added), m.raw.add(added), m.raw.addTogether(m.first())))
	stored, mine := m.letters.Get(t.Context(), added.ID)
	storedRaw, others := m.raw.read(t.Context(), string(added.ID))
	sameLetters(t, []*letter{stored}, []*letter{storedRaw}, errors.Join(mine, others))
}

func sameLetters(t *testing.T, ours, raw []*letter, err error) {
	t.Helper()
	must(t, err)
	if !slices.EqualFunc(ours, raw, func(a, b *letter) bool { return *a == *b }) {
		t.Errorf("the store has %d letters, the raw peer %d, and they differ", len(ours), len(raw))
	}
}

// contest is one kind of work, by either peer.
type contest struct {
	name      string
	atOnce    int // how many do it at the same time
	ours, raw func() error
}

func (m *match) contests() []contest {
	ctx := m.t.Context()
	add := func() error { return m.letters.Add(ctx, m.first()) }
	return []contest{
		{"insert-1", 1, add, func() error { return m.raw.add(m.marked()) }},
		{"insert-32", writersMany, add, func() error { return m.raw.addTogether(m.marked()) }},
		{"read", 1,
			func() error { _, err := m.letters.Get(ctx, m.anyID()); return err },
			func() error { _, err := m.raw.read(ctx, string(m.anyID())); return err }},
		{"newest-50", 1,
			func() error { return fifty(m.letters.Before(ctx, m.anyTalk(), 0, newestLetters)) },
			func() error { return fifty(m.raw.newest(ctx, m.anyTalk())) }},
	}
}

// marked is a new letter as the store would stamp it.
func (m *match) marked() *letter {
	l := m.first()
	l.Stamp = community.Stamp{Rev: 1, Due: time.Now().UnixMilli()}
	return l
}

func fifty(all []*letter, err error) error {
	if err == nil && len(all) != newestLetters {
		err = fmt.Errorf("%d letters, not %d", len(all), newestLetters)
	}
	return err
}

// rate is the store's rate as a part of the raw peer's, from slices of both in turn.
func (m *match) rate(c contest, pairs int, slice time.Duration) float64 {
	m.t.Helper()
	var warm, ours, raw effort
	must(m.t, errors.Join(warm.do(8*c.atOnce, c.atOnce, c.raw), warm.do(8*c.atOnce, c.atOnce, c.ours)))
	n := max(c.atOnce, int(float64(slice)/warm.each()))
	for range pairs {
		must(m.t, errors.Join(ours.do(n, c.atOnce, c.ours), raw.do(n, c.atOnce, c.raw)))
		must(m.t, errors.Join(raw.do(n, c.atOnce, c.raw), ours.do(n, c.atOnce, c.ours)))
	}
	return raw.each() / ours.each()
}

// effort is what some work took.
type effort struct {
	times   int
	took    time.Duration
	mallocs uint64
}

// do does the work n times, some of it at once.
func (e *effort) do(n, atOnce int, work func() error) error {
	errs := make([]error, atOnce)
	var all sync.WaitGroup
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begun := time.Now()
	for i := range atOnce {
		all.Go(func() {
			for range n*(i+1)/atOnce - n*i/atOnce {
				if errs[i] = work(); errs[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	e.took += time.Since(begun)
	runtime.ReadMemStats(&after)
	e.times += n
	e.mallocs += after.Mallocs - before.Mallocs
	return errors.Join(errs...)
}

// each is the time of one, in nanoseconds.
func (e *effort) each() float64 { return float64(e.took.Nanoseconds()) / float64(e.times) }

// allocated is how many objects one needs.
func (e *effort) allocated() float64 { return float64(e.mallocs) / float64(e.times) }
