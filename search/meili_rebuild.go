package search

import (
	"context"
	"iter"

	"github.com/meilisearch/meilisearch-go"
)

// shadowSuffix names the index that a rebuild fills.
const shadowSuffix = "-next"

// Rebuild implements Engine.
func (m *Meili) Rebuild(ctx context.Context, s Schema, source iter.Seq2[Document, error], progress func(done int)) error {
	if _, err := m.Ensure(ctx, s); err != nil {
		return err
	}
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	r, err := m.remote(s.Name)
	if err != nil {
		return err
	}
	if err := r.rebuilding.enter(ctx); err != nil {
		return err
	}
	defer r.rebuilding.leave()
	if err := r.writing.enter(ctx); err != nil {
		return err
	}
	r.changes = newChanges()
	r.writing.leave()
	defer func() {
		r.writing <- struct{}{}
		r.changes = nil
		r.writing.leave()
	}()
	var bad rejections
	if err := m.fillShadow(ctx, r, s, source, progress, &bad); err != nil {
		return err
	}
	if err := m.exchange(ctx, r, &bad); err != nil {
		return err
	}
	return bad.err()
}

// fillShadow makes the shadow index anew and sends it all documents of the source.
func (m *Meili) fillShadow(ctx context.Context, r *remote, s Schema, source iter.Seq2[Document, error], progress func(int), bad *rejections) error {
	shadow := r.uid + shadowSuffix
	if err := m.drop(ctx, shadow); err != nil {
		return err
	}
	if err := m.prepare(ctx, shadow, s); err != nil {
		return err
	}
	seen := map[string]bool{}
	var docs []map[string]any
	taken := 0
	flush := func() error {
		err := m.add(ctx, shadow, docs, bad)
		docs = docs[:0]
		if err == nil && progress != nil {
			progress(taken)
		}
		return err
	}
	for d, err := range source {
		if err != nil {
			return err
		}
		taken++
		if reason := d.refusal(s); reason != "" {
			bad.add(d.ID, reason)
			continue
		}
		if seen[d.ID] { // the first one counts
			continue
		}
		seen[d.ID] = true
		if docs = append(docs, meiliDocument(d.cleaned())); len(docs) == rebuildBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// drop deletes an index, whether or not it exists.
func (m *Meili) drop(ctx context.Context, uid string) error {
	task, err := m.client.DeleteIndexWithContext(ctx, uid)
	err = m.settle(ctx, "delete index "+uid, task, err)
	if hasCode(err, "index_not_found") {
		return nil
	}
	return err
}

// exchange repeats on the shadow what changed meanwhile and swaps it with the live index.
func (m *Meili) exchange(ctx context.Context, r *remote, bad *rejections) error {
	if err := r.writing.enter(ctx); err != nil {
		return err
	}
	defer r.writing.leave()
	if r.changes.over {
		return ErrTooManyChanges
	}
	shadow := r.uid + shadowSuffix
	for _, b := range r.changes.batches() {
		if err := m.send(ctx, shadow, b, bad); err != nil {
			return err
		}
	}
	marker := []map[string]any{{"id": markerID, fieldAudience: []string{}}}
	if err := m.add(ctx, shadow, marker, bad); err != nil {
		return err
	}
	task, err := m.client.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{r.uid, shadow}}})
	if err := m.settle(ctx, "swap "+r.uid, task, err); err != nil {
		return err
	}
	// The former index holds words that were deleted since. If the server is gone by now, the next rebuild drops it.
	_ = m.drop(ctx, shadow)
	return nil
}
