package search

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"

	"github.com/blevesearch/bleve/v2"
)

// Rebuild implements Engine.
func (e *Embedded) Rebuild(ctx context.Context, s Schema, source iter.Seq2[Document, error], progress func(done int)) error {
	if err := s.check(); err != nil {
		return err
	}
	ctx, leave, err := e.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	sh := e.shelfFor(s.Name)
	if err := sh.rebuilding.enter(ctx); err != nil {
		return err
	}
	defer sh.rebuilding.leave()
	if err := e.startRebuild(ctx, sh, s); err != nil {
		return err
	}
	defer stopRecording(sh)
	var bad rejections
	if err := e.rebuild(ctx, sh, s, source, progress, &bad); err != nil {
		return err
	}
	return bad.err()
}

// startRebuild opens the index and lets Apply note its changes from now on.
func (e *Embedded) startRebuild(ctx context.Context, sh *shelf, s Schema) error {
	if err := sh.writing.enter(ctx); err != nil {
		return err
	}
	defer sh.writing.leave()
	if _, err := e.ensure(sh, s); err != nil {
		return err
	}
	sh.changes = newChanges()
	return nil
}

// stopRecording ends the notes of Apply. Whoever holds the gate lets go within one batch.
func stopRecording(sh *shelf) {
	sh.writing <- struct{}{}
	sh.changes = nil
	sh.writing.leave()
}

// rebuild fills a new folder and exchanges it for the live one.
func (e *Embedded) rebuild(ctx context.Context, sh *shelf, s Schema, source iter.Seq2[Document, error], progress func(int), bad *rejections) error {
	folder := e.nextFolder(s)
	path := filepath.Join(e.dir, folder)
	v, err := fill(ctx, path, s, source, progress, bad)
	if err == nil {
		if err = e.exchange(ctx, sh, v, folder); err == nil {
			return nil
		}
		err = errors.Join(err, v.close())
	}
	return errors.Join(err, os.RemoveAll(path))
}

// fill builds an index of all documents of a source in one segment on disk and opens it.
func fill(ctx context.Context, path string, s Schema, source iter.Seq2[Document, error], progress func(int), bad *rejections) (*volume, error) {
	layout, err := layoutOf(s)
	if err != nil {
		return nil, err
	}
	builder, err := bleve.NewBuilder(path, layout, map[string]any{"batchSize": rebuildBatch, "buildPathPrefix": path})
	if err != nil {
		return nil, unavailable("start a new index", err)
	}
	n, err := feed(ctx, builder, s, source, progress, bad)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		// A builder without documents cannot be closed: bleve 2.6.3 takes the first of no segments.
		if err := os.RemoveAll(path); err != nil {
			return nil, unavailable("start a new index", err)
		}
		return newVolume(path, s)
	}
	if err := builder.Close(); err != nil {
		return nil, unavailable("finish a new index", err)
	}
	return openVolume(path, s)
}

// feed hands the documents of a source to a builder and returns how many it took.
func feed(ctx context.Context, builder bleve.Builder, s Schema, source iter.Seq2[Document, error], progress func(int), bad *rejections) (int, error) {
	seen := map[string]bool{}
	taken := 0
	for d, err := range source {
		switch {
		case err != nil:
			return len(seen), err
		case ctx.Err() != nil:
			return len(seen), context.Cause(ctx)
		}
		taken++
		if progress != nil && taken%rebuildBatch == 0 {
			progress(taken)
		}
		if reason := d.refusal(s); reason != "" {
			bad.add(d.ID, reason)
			continue
		}
		if seen[d.ID] { // a page moved while the source was read; a builder takes an id once
			continue
		}
		seen[d.ID] = true
		if err := builder.Index(d.ID, bleveDocument(s, d.cleaned())); err != nil {
			return len(seen), unavailable("write a new index", err)
		}
	}
	if progress != nil {
		progress(taken)
	}
	return len(seen), nil
}

// exchange repeats what changed meanwhile on the new volume and puts it in the place of the live one.
func (e *Embedded) exchange(ctx context.Context, sh *shelf, v *volume, folder string) error {
	if err := sh.writing.enter(ctx); err != nil {
		return err
	}
	defer sh.writing.leave()
	if sh.changes.over {
		return ErrTooManyChanges
	}
	for _, b := range sh.changes.batches() {
		if err := v.apply(b); err != nil {
			return err
		}
	}
	m := manifest{Layout: v.schema.layout(), Folder: folder, Filled: true}
	if err := e.writeManifest(v.schema.Name, m); err != nil {
		return err
	}
	sh.fresh = false
	sh.mu.Lock()
	old := sh.live
	sh.live = v
	sh.mu.Unlock()
	// From here on the new index lives, so what is left over is no failure of the rebuild:
	// the next Ensure sweeps again.
	_ = old.close()
	_ = e.sweepAll(v.schema.Name, folder)
	return nil
}
