package mongodb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"longtable/server/community"
	"longtable/server/store"
)

const (
	// probeRounds and probeWriters make a server that reads, compares and writes back without a lock give itself away:
	// one known to do so let several of 8 writers win in most rounds.
	probeRounds  = 4
	probeWriters = 8
)

// probe does what the store relies on, in a collection of its own that it drops again.
func (e *Engine) probe(ctx context.Context) (err error) {
	name := "probe_" + community.NewID[string]()
	defer func() { err = errors.Join(err, e.db.Collection(name).Drop(context.WithoutCancel(ctx))) }()
	if err := e.Ensure(ctx, name, []store.Index{{Name: "key", Fields: []string{"key"}, Unique: true}}); err != nil {
		return fmt.Errorf("store: MongoDB doesn't let us make indexes; give the user the role readWrite on %s: %w", e.db.Name(), err)
	}
	one := func(id string, rev int64) store.Doc {
		return store.Doc{ID: id, Rev: rev, Body: fmt.Appendf(nil, `{"_id":%q,"rev":%d,"key":"same"}`, id, rev)}
	}
	if err := e.Insert(ctx, name, []store.Doc{one("a", 1)}); err != nil {
		return fmt.Errorf("store: MongoDB doesn't let us write: %w", err)
	}
	if err := e.Insert(ctx, name, []store.Doc{one("b", 1)}); !errors.Is(err, store.ErrDuplicate) {
		return fmt.Errorf("store: this server doesn't keep unique keys, so it can't hold a network; use MongoDB 7 or 8 (%v)", err)
	}
	for rev := int64(1); rev <= probeRounds; rev++ {
		if won, err := e.race(ctx, name, rev, one("a", rev+1)); err != nil {
			return fmt.Errorf("store: MongoDB doesn't let us write: %w", err)
		} else if won != 1 {
			return fmt.Errorf("store: this server let %d of %d writers replace the same revision, so it would lose changes; use MongoDB 7 or 8",
				won, probeWriters)
		}
	}
	return nil
}

// race lets writers replace the same revision at once, and tells how many were told that they did.
func (e *Engine) race(ctx context.Context, name string, rev int64, doc store.Doc) (int, error) {
	var won atomic.Int32
	errs := make([]error, probeWriters)
	var all sync.WaitGroup
	for i := range probeWriters {
		all.Go(func() {
			err := e.Replace(ctx, name, rev, doc)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrStale) {
				errs[i] = err
			}
		})
	}
	all.Wait()
	return int(won.Load()), errors.Join(errs...)
}
