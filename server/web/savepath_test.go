package web

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"

	"longtable/search"
)

// watched counts every call of a search engine.
type watched struct {
	search.Engine
	calls atomic.Int64
}

func (w *watched) Ensure(ctx context.Context, s search.Schema) (bool, error) {
	w.calls.Add(1)
	return w.Engine.Ensure(ctx, s)
}

func (w *watched) Apply(ctx context.Context, index string, b search.Batch) error {
	w.calls.Add(1)
	return w.Engine.Apply(ctx, index, b)
}

func (w *watched) Search(ctx context.Context, q search.Query) (search.Results, error) {
	w.calls.Add(1)
	return w.Engine.Search(ctx, q)
}

func (w *watched) SearchAll(ctx context.Context, qs []search.Query) ([]search.Results, error) {
	w.calls.Add(1)
	return w.Engine.SearchAll(ctx, qs)
}

func (w *watched) Rebuild(ctx context.Context, s search.Schema, from iter.Seq2[search.Document, error], done func(int)) error {
	w.calls.Add(1)
	return w.Engine.Rebuild(ctx, s, from, done)
}

func (w *watched) Count(ctx context.Context, index string) (int, error) {
	w.calls.Add(1)
	return w.Engine.Count(ctx, index)
}

func (w *watched) Each(index string) iter.Seq2[search.Held, error] {
	w.calls.Add(1)
	return w.Engine.Each(index)
}

func (w *watched) Health(ctx context.Context) error {
	w.calls.Add(1)
	return w.Engine.Health(ctx)
}

// A save that asks a search engine stands still when the engine does. What follows from a save is the jobs' matter, and
// there are none in this room.
func TestNoSaveCallsASearchEngine(t *testing.T) {
	t.Parallel()
	saves := 0
	for _, role := range roles[2:] {
		w := &watched{}
		r := openRoomSearching(t, func(e search.Engine) search.Engine { w.Engine = e; return w })
		things := r.furnish()
		session := r.signIn(role.who(r))
		for _, route := range inOrder(routes()) {
			if route.Method == "GET" {
				continue
			}
			before := w.calls.Load()
			if got := r.do(sample(route, things, session)); got.status < 400 {
				saves++
			}
			if n := w.calls.Load() - before; n > 0 {
				t.Errorf("%s %s calls a search engine %d times", route.Method, route.Path, n)
			}
		}
		before := w.calls.Load()
		r.do(call{method: "GET", path: "/search?q=binta"})
		if w.calls.Load() == before {
			t.Fatal("a search is not seen either, so this test means nothing")
		}
	}
	if saves < 50 {
		t.Errorf("only %d saves were made", saves)
	}
}
