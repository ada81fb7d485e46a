package search

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/meilisearch/meilisearch-go"
)

// Each implements Engine. It reads page by page: what is written meanwhile may be missing or come twice.
func (m *Meili) Each(index string) iter.Seq2[Held, error] {
	return func(yield func(Held, error) bool) {
		ctx, leave, err := m.life.enter(m.life.ctx)
		if err != nil {
			yield(Held{}, err)
			return
		}
		defer leave()
		r, err := m.remote(index)
		for offset := int64(0); err == nil; offset += rebuildBatch {
			var page []Held
			page, err = m.page(ctx, r.uid, offset)
			for _, h := range page {
				if !yield(h, nil) {
					return
				}
			}
			if err == nil && len(page) == 0 {
				return
			}
		}
		yield(Held{}, err)
	}
}

// page returns the documents from an offset, and none behind the last one.
func (m *Meili) page(ctx context.Context, uid string, offset int64) ([]Held, error) {
	var found meilisearch.DocumentsResult
	query := &meilisearch.DocumentsQuery{Offset: offset, Limit: rebuildBatch, Fields: []string{"id", "of", "sum"}}
	if err := m.client.Index(uid).GetDocumentsWithContext(ctx, query, &found); err != nil {
		return nil, m.failure(ctx, "list documents", err)
	}
	var page []Held
	for _, raw := range found.Results {
		var id string
		var h Held
		for name, to := range map[string]*string{"id": &id, "of": &h.Of, "sum": &h.Sum} {
			if raw[name] == nil {
				continue // the marker has an id alone
			}
			if err := json.Unmarshal(raw[name], to); err != nil {
				return nil, unavailable("read documents", err)
			}
		}
		if id == markerID && len(found.Results) == 1 {
			return nil, nil
		}
		if h.ID = idReading.Replace(id); id != markerID {
			page = append(page, h)
		}
	}
	return page, nil
}
