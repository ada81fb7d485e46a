package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"longtable/server/store"
)

const (
	historiesAtOnce = 16 // so that writes of several histories meet in one transaction of the engine
	clients         = 6  // people at work in one history, half of them at each server
	callsEach       = 12 // of a client: short histories are checked in milliseconds, whatever was lost in them

	hurried      = 8                    // one of so many calls has little patience
	patienceMost = 3 * time.Millisecond // of a hurried call: about what a durable write takes

	// checkTime bounds the search for an order. Histories of this size need milliseconds; one that doesn't counts as
	// illegal.
	checkTime = time.Minute
)

// Verdict is what was found in random concurrent histories.
type Verdict struct {
	Histories  int
	Operations int      // that were checked, those of unknown outcome included
	Unknown    int      // of them: the caller never heard what came of it, and both are legal
	Withdrawn  int      // ended by the caller's impatience; the store said that nothing happened, so none may be seen
	Illegal    int      // histories that no order of their operations explains
	Faults     []string // broken invariants and errors nobody expects, by history
}

// Plus joins two verdicts.
func (v Verdict) Plus(o Verdict) Verdict {
	return Verdict{v.Histories + o.Histories, v.Operations + o.Operations, v.Unknown + o.Unknown, v.Withdrawn + o.Withdrawn,
		v.Illegal + o.Illegal, append(v.Faults, o.Faults...)}
}

// Legal fails the test with what was found first: the rest is usually the same.
func Legal(t testing.TB, v Verdict) {
	t.Helper()
	if v.Illegal > 0 || len(v.Faults) > 0 {
		t.Errorf("%d of %d histories are illegal, %d faults, such as: %s", v.Illegal, v.Histories, len(v.Faults),
			strings.Join(v.Faults[:min(3, len(v.Faults))], "\n"))
	}
}

// story is a kind of history: several people at work on one thing, such as an event.
type story interface {
	begin(ctx context.Context, n int) error                   // makes the thing
	call(ctx context.Context, h *history, server, client int) // does something to it, by chance
	end(ctx context.Context, h *history) (faults []string)    // looks at it once more when all are gone
	model() porcupine.Model                                   // what it promises, restated
}

// play runs histories of one kind, some at a time, on an engine that loses answers.
func play(t testing.TB, lost *forgetful, stories []story) (all Verdict) {
	t.Helper()
	number := 0
	for some := range slices.Chunk(stories, historiesAtOnce) {
		told := make([]*history, len(some))
		var working sync.WaitGroup
		for i, s := range some {
			number++
			if err := s.begin(t.Context(), number); err != nil {
				t.Fatal(err)
			}
			told[i] = &history{begun: time.Now()}
			for c := range clients {
				working.Go(func() {
					for range callsEach {
						ctx, end := patienceOf(t.Context())
						s.call(ctx, told[i], c%2, c)
						end()
					}
				})
			}
		}
		working.Wait()
		lost.late.Wait()
		for i, s := range some {
			all = all.Plus(told[i].judge(s.model(), s.end(t.Context(), told[i])))
		}
	}
	return all
}

// patienceOf gives a call its time: now and then very little.
func patienceOf(ctx context.Context) (context.Context, context.CancelFunc) {
	if rand.N(hurried) > 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, rand.N(patienceMost))
}

// history is what was asked and answered, with the moments of both.
type history struct {
	begun time.Time

	mu        sync.Mutex
	calls     []porcupine.Operation // guarded by mu, as all below
	unknown   int
	withdrawn int
	faults    []string
}

// errRefused is an answer like any other: the domain said no. It is in the call's output.
var errRefused = errors.New("storetest: refused")

// record makes a call and keeps its place in time.
func (h *history) record(ctx context.Context, client int, input any, do func(context.Context) (output any, err error)) {
	op := porcupine.Operation{ClientId: client, Input: input, Call: time.Since(h.begun).Nanoseconds()}
	output, err := do(ctx)
	op.Output, op.Return = output, time.Since(h.begun).Nanoseconds()
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil, errors.Is(err, errRefused):
	case errors.Is(err, store.ErrUnknown): // it may happen at any later time, or never, which is the same as at the end
		op.Output, op.Return = nil, math.MaxInt64
		h.unknown++
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded): // a driver may look at the clock before the context does
		h.withdrawn++
		return
	default:
		h.faults = append(h.faults, fmt.Sprintf("%v: %v", input, err))
		return
	}
	h.calls = append(h.calls, op)
}

func (h *history) judge(m porcupine.Model, faults []string) Verdict {
	v := Verdict{Histories: 1, Operations: len(h.calls), Unknown: h.unknown, Withdrawn: h.withdrawn, Faults: append(h.faults, faults...)}
	if porcupine.CheckOperationsTimeout(m, h.calls, checkTime) != porcupine.Ok {
		v.Illegal = 1
		v.Faults = append(v.Faults, "no order explains\n"+h.String())
	}
	return v
}

// String lists the calls in the order in which they were made.
func (h *history) String() string {
	slices.SortFunc(h.calls, func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	var all strings.Builder
	for _, op := range h.calls {
		fmt.Fprintf(&all, "  client %d at %d to %d: %v: %+v\n", op.ClientId, op.Call, op.Return, op.Input, op.Output)
	}
	return all.String()
}

// forgetful loses the answers to some writes, as a network does: some of them happened, some never do, and some happen
// when nobody thinks of them any more.
type forgetful struct {
	store.Engine
	late sync.WaitGroup
}

// losses is one of how many writes is lost in each of the three ways.
const losses = 100

func (f *forgetful) lose(ctx context.Context, write func(context.Context) error) error {
	switch rand.N(losses) {
	case 0:
		return errors.Join(store.ErrUnknown, write(ctx))
	case 1:
		return store.ErrUnknown
	case 2:
		f.late.Go(func() { _ = write(context.WithoutCancel(ctx)) }) // nobody hears what comes of it
		return store.ErrUnknown
	}
	return write(ctx)
}

func (f *forgetful) Insert(ctx context.Context, collection string, docs []store.Doc) error {
	return f.lose(ctx, func(ctx context.Context) error { return f.Engine.Insert(ctx, collection, docs) })
}

func (f *forgetful) Replace(ctx context.Context, collection string, rev int64, doc store.Doc) error {
	return f.lose(ctx, func(ctx context.Context) error { return f.Engine.Replace(ctx, collection, rev, doc) })
}
