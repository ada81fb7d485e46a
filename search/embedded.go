package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
)

// Embedded is the engine inside the program: one bleve index on disk for each schema, the terms
// of its vocabulary in memory.
//
// Bleve keeps the documents, the postings and the counts. How words are folded, what a typo is and what ranks higher
// is decided here, because bleve's own scores depend on how frequent a word is
// in all documents: a field that somebody hides would move other people's results.
type Embedded struct {
	dir  string
	life *life

	mu      sync.RWMutex
	shelves map[string]*shelf // by index name; protected by mu
}

var _ Engine = (*Embedded)(nil)

// OpenEmbedded opens the engine on a folder of its own, which is made if it is missing.
// The indexes are opened by Ensure. Two processes cannot use the same folder.
func OpenEmbedded(dir string) (*Embedded, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("search: open folder of indexes: %w", err)
	}
	return &Embedded{dir: dir, life: newLife(), shelves: map[string]*shelf{}}, nil
}

// shelf is the place of one index: the live one, which a rebuild exchanges.
type shelf struct {
	rebuilding gate // held by the rebuild that runs
	writing    gate // held by Apply, and by Rebuild and Ensure while they exchange the live index

	changes *changes // while a rebuild runs; owned by the holder of writing
	fresh   bool     // owned by the holder of writing

	mu   sync.RWMutex // held for reading as long as live is in use
	live *volume      // protected by mu; nil until Ensure has opened it
}

// Ensure implements Engine.
func (e *Embedded) Ensure(ctx context.Context, s Schema) (bool, error) {
	if err := s.check(); err != nil {
		return false, err
	}
	ctx, leave, err := e.life.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	sh := e.shelfFor(s.Name)
	if err := sh.rebuilding.enter(ctx); err != nil {
		return false, err
	}
	defer sh.rebuilding.leave()
	if err := sh.writing.enter(ctx); err != nil {
		return false, err
	}
	defer sh.writing.leave()
	return e.ensure(sh, s)
}

// ensure opens the volume of a schema; the caller holds both gates of the shelf.
func (e *Embedded) ensure(sh *shelf, s Schema) (fresh bool, err error) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.live != nil && sh.live.schema.layout() == s.layout() {
		sh.live = sh.live.with(s)
		return sh.fresh, nil
	}
	if sh.live != nil {
		if err := sh.live.close(); err != nil {
			return false, unavailable("close the index for the former schema", err)
		}
		sh.live = nil
	}
	sh.live, sh.fresh, err = e.openShelf(s)
	return sh.fresh, err
}

// shelfFor returns the shelf of a name, a new one if need be.
func (e *Embedded) shelfFor(name string) *shelf {
	e.mu.Lock()
	defer e.mu.Unlock()
	sh := e.shelves[name]
	if sh == nil {
		sh = &shelf{rebuilding: newGate(), writing: newGate()}
		e.shelves[name] = sh
	}
	return sh
}

// reading runs f on the live index, which stays open until f returns.
func (e *Embedded) reading(name string, f func(v *volume) error) error {
	e.mu.RLock()
	sh := e.shelves[name]
	e.mu.RUnlock()
	if sh == nil {
		return badQuery("unknown index %q", name)
	}
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	if sh.live == nil {
		return badQuery("unknown index %q", name)
	}
	return f(sh.live)
}

// Apply implements Engine.
func (e *Embedded) Apply(ctx context.Context, index string, b Batch) error {
	ctx, leave, err := e.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	e.mu.RLock()
	sh := e.shelves[index]
	e.mu.RUnlock()
	if sh == nil {
		return badQuery("unknown index %q", index)
	}
	if err := sh.writing.enter(ctx); err != nil {
		return err
	}
	defer sh.writing.leave()
	return e.reading(index, func(v *volume) error {
		var bad rejections
		good, err := b.sifted(v.schema, &bad)
		if err != nil {
			return err
		}
		if err := v.apply(good); err != nil {
			return err
		}
		if sh.changes != nil {
			sh.changes.add(good)
		}
		return bad.err()
	})
}

// Search implements Engine.
func (e *Embedded) Search(ctx context.Context, q Query) (Results, error) {
	all, err := e.SearchAll(ctx, []Query{q})
	if err != nil {
		return Results{}, err
	}
	return all[0], nil
}

// SearchAll implements Engine. The queries run one after another, so that one box does not
// take all processors from everybody else.
func (e *Embedded) SearchAll(ctx context.Context, qs []Query) ([]Results, error) {
	if len(qs) > MaxQueries {
		return nil, badQuery("%d queries at once", len(qs))
	}
	ctx, leave, err := e.life.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := make([]Results, len(qs))
	for i, q := range qs {
		err := e.reading(q.Index, func(v *volume) (err error) {
			out[i], err = v.search(ctx, q)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Count implements Engine.
func (e *Embedded) Count(ctx context.Context, index string) (int, error) {
	_, leave, err := e.life.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	var n uint64
	err = e.reading(index, func(v *volume) (err error) {
		n, err = v.bleve.DocCount()
		return err
	})
	return int(n), err
}

// Health implements Engine: an open engine can answer.
func (e *Embedded) Health(ctx context.Context) error {
	_, leave, err := e.life.enter(ctx)
	if err != nil {
		return err
	}
	leave()
	return nil
}

// Close implements Engine. A rebuild in progress ends without effect.
func (e *Embedded) Close() error {
	if !e.life.end() {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for _, sh := range e.shelves {
		sh.mu.Lock()
		if sh.live != nil {
			errs = append(errs, sh.live.close())
			sh.live = nil
		}
		sh.mu.Unlock()
	}
	return errors.Join(errs...)
}
