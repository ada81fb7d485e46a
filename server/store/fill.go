package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
)

// Fill puts documents of a version, see Migrate, into an engine that holds no network, and compares what is there afterwards
// with what came. Interrupted, it leaves a store that no program opens, and can be repeated with the same documents.
func Fill(ctx context.Context, e Engine, version int, documents iter.Seq2[Entry, error], progress func(done int64)) (Manifest, error) {
	db := NewDB(e)
	mark, err := db.beginFill(ctx)
	if err != nil {
		return nil, err
	}
	f := filling{ctx: ctx, engine: e}
	for entry, err := range content(documents) {
		if err == nil {
			err = f.add(entry)
		}
		if err != nil {
			return nil, err
		}
		progress(f.done)
	}
	if err := f.flush(); err != nil {
		return nil, err
	}
	want := f.sum.end()
	if err := holdsExactly(ctx, e, want); err != nil {
		return nil, fmt.Errorf("what arrived is not what was sent; empty the place and try again: %w", err)
	}
	_, err = mark.Change(ctx, schemaOne, func(s *schema) error {
		s.Version, s.Filling = version, false
		return nil
	})
	return want, err
}

// holdsExactly reads everything back.
func holdsExactly(ctx context.Context, e Engine, want Manifest) error {
	s, err := e.Snapshot(ctx)
	if err != nil {
		return err
	}
	got, err := Survey(content(s.Documents(ctx)))
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return want.Same(got)
}

// filling gathers documents of one collection and inserts them together.
type filling struct {
	ctx        context.Context
	engine     Engine
	collection string
	docs       []Doc
	sum        census
	done       int64
}

func (f *filling) add(e Entry) error {
	if err := f.sum.add(e); err != nil {
		return err
	}
	if e.Collection != f.collection {
		if err := f.flush(); err != nil {
			return err
		}
		f.collection = e.Collection
		if err := f.engine.Ensure(f.ctx, e.Collection, nil); err != nil {
			return fmt.Errorf("store: prepare %s: %w", e.Collection, err)
		}
	}
	e.Body = bytes.Clone(e.Body)
	if f.docs = append(f.docs, e.Doc); len(f.docs) == insertBatch {
		return f.flush()
	}
	return nil
}

func (f *filling) flush() error {
	if len(f.docs) == 0 {
		return nil
	}
	err := f.engine.Insert(f.ctx, f.collection, f.docs)
	if errors.Is(err, ErrDuplicate) { // an attempt before this one came so far
		err = f.oneByOne()
	}
	if err != nil {
		return fmt.Errorf("store: fill %s: %w", f.collection, err)
	}
	f.done += int64(len(f.docs))
	f.docs = f.docs[:0]
	return nil
}

// oneByOne adds what isn't there. Whether the rest is the same is seen in the end.
func (f *filling) oneByOne() error {
	for i := range f.docs {
		if err := f.engine.Insert(f.ctx, f.collection, f.docs[i:i+1]); err != nil && !errors.Is(err, ErrDuplicate) {
			return err
		}
	}
	return nil
}
