package search

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// errClosed is the reason why calls end when their engine is closed.
var errClosed = errors.New("engine closed")

// life counts the calls into an engine, so that Close can end them and wait for them.
type life struct {
	ctx  context.Context // ends with the engine
	stop context.CancelCauseFunc

	mu    sync.Mutex     // makes a call that enters and the end exclude each other
	calls sync.WaitGroup // calls in progress
}

func newLife() *life {
	ctx, stop := context.WithCancelCause(context.Background())
	return &life{ctx: ctx, stop: stop}
}

// enter begins a call: its context also ends when the engine closes, and leave must be called.
func (l *life) enter(ctx context.Context) (_ context.Context, leave func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() != nil {
		return nil, nil, context.Cause(l.ctx)
	}
	l.calls.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	detach := context.AfterFunc(l.ctx, func() { cancel(context.Cause(l.ctx)) })
	return ctx, func() {
		detach()
		cancel(nil)
		l.calls.Done()
	}, nil
}

// end cancels all calls, waits for them and tells whether this was the first end.
func (l *life) end() bool {
	l.mu.Lock()
	first := l.ctx.Err() == nil
	l.stop(unavailable("call", errClosed))
	l.mu.Unlock()
	l.calls.Wait()
	return first
}

// gate lets one holder in at a time; waiting for it ends with the context.
type gate chan struct{}

func newGate() gate { return make(gate, 1) }

func (g gate) enter(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case g <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (g gate) leave() { <-g }

// sortedKeys returns the keys of a map in order.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
