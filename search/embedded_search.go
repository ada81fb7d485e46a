package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// search answers a query: with all words or, if nothing has them all, with the first ones.
func (v *volume) search(ctx context.Context, q Query) (Results, error) {
	if err := q.check(v.schema); err != nil {
		return Results{}, err
	}
	if len(q.Viewer) == 0 {
		return Results{}, nil
	}
	words := queryWords(q.Text)
	out, err := v.answer(ctx, q, words, true)
	if err == nil && out.Total == 0 && len(words) > 1 {
		out, err = v.answer(ctx, q, words, false)
		out.Relaxed = out.Total > 0
	}
	if err != nil && ctx.Err() != nil {
		return Results{}, context.Cause(ctx)
	}
	return out, err
}

// answer runs the query, and again for each facet that is counted without its own choice.
func (v *volume) answer(ctx context.Context, q Query, words []word, strict bool) (Results, error) {
	shared, own := q.ownFacets()
	found := &found{volume: v, viewer: q.Viewer, filter: q.condition(""), words: words, strict: strict}
	req := bleve.NewSearchRequestOptions(found, q.Limit, q.Offset, false)
	req.Fields = []string{fieldKept}
	order, err := sortOrder(q.Sort)
	if err != nil {
		return Results{}, err
	}
	req.SortByCustom(order)
	countFacets(req, shared, q.facetSize())
	res, err := v.bleve.SearchInContext(ctx, req)
	if err != nil {
		return Results{}, err
	}
	out := Results{Total: int(res.Total), Facets: map[string][]FacetCount{}}
	readFacets(out.Facets, res.Facets)
	if out.Hits, err = v.hits(res.Hits, q.Highlight, words); err != nil {
		return Results{}, err
	}
	for _, facet := range own {
		alone := *found
		alone.filter = q.condition(facet)
		req := bleve.NewSearchRequestOptions(&alone, 0, 0, false)
		countFacets(req, []string{facet}, q.facetSize())
		res, err := v.bleve.SearchInContext(ctx, req)
		if err != nil {
			return Results{}, err
		}
		readFacets(out.Facets, res.Facets)
	}
	return out, nil
}

func countFacets(req *bleve.SearchRequest, facets []string, size int) {
	for _, f := range facets {
		req.AddFacet(f, bleve.NewFacetRequest(prefixFacet+f, size))
	}
}

// readFacets takes over bleve's counts, which come most frequent first and then by value.
func readFacets(into map[string][]FacetCount, from search.FacetResults) {
	for name, facet := range from {
		counts := []FacetCount{}
		if facet.Terms != nil {
			for _, t := range facet.Terms.Terms() {
				counts = append(counts, FacetCount{Value: t.Term, Count: t.Count})
			}
		}
		into[name] = counts
	}
}

// sortOrder puts what was asked for first, then relevance, then the id.
func sortOrder(sorts []Sort) (search.SortOrder, error) {
	var out search.SortOrder
	for _, s := range sorts {
		if s.Near == nil {
			out = append(out, &search.SortField{Field: prefixNumber + s.Number, Desc: s.Descending,
				Type: search.SortFieldAsNumber, Missing: search.SortFieldMissingLast})
			continue
		}
		near, err := search.NewSortGeoDistance(fieldPlace, "m", s.Near.Lon, s.Near.Lat, false)
		if err != nil {
			return nil, fmt.Errorf("search: sort by distance: %w", err)
		}
		out = append(out, near)
	}
	return append(out, &search.SortScore{Desc: true}, &search.SortDocID{}), nil
}

// hits makes our hits of bleve's.
func (v *volume) hits(from search.DocumentMatchCollection, fields []string, words []word) ([]Hit, error) {
	shown := words
	for _, o := range v.synonyms.others(words) {
		shown = append(shown[:len(shown):len(shown)], o.name...)
	}
	var out []Hit
	for _, m := range from {
		var k kept
		raw, _ := m.Fields[fieldKept].(string) // written with every document
		if err := json.Unmarshal([]byte(raw), &k); err != nil {
			return nil, fmt.Errorf("search: read hit %s: %w", m.ID, err)
		}
		out = append(out, Hit{ID: m.ID, Of: k.Of, Rev: k.Rev, Highlights: highlight(k.Text, fields, shown)})
	}
	return out, nil
}

// found is the bleve query for what a viewer may find, ranked our way.
type found struct {
	volume *volume
	viewer []string
	filter Filter
	words  []word
	strict bool
}

// Searcher implements bleve's query.Query.
func (f *found) Searcher(ctx context.Context, r index.IndexReader, _ mapping.IndexMapping, _ search.SearcherOptions) (search.Searcher, error) {
	s := snapshot{ctx: ctx, reader: r, volume: f.volume}
	docs, err := s.visible(f.viewer)
	if err != nil {
		return nil, err
	}
	if docs, err = s.matching(f.filter, docs); err != nil {
		return nil, err
	}
	all, err := s.rankAll(docs, f.words, f.strict)
	return &walk{docs: all}, err
}

// walk hands ranked documents to bleve's collector in the order of their numbers.
type walk struct {
	docs []ranked
	next int
}

var _ search.Searcher = (*walk)(nil)

func (w *walk) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if w.next == len(w.docs) {
		return nil, nil
	}
	d := w.docs[w.next]
	w.next++
	m := ctx.DocumentMatchPool.Get()
	m.IndexInternalID = index.NewIndexInternalID(m.IndexInternalID, d.number)
	m.Score = float64(d.rank)
	return m, nil
}

func (w *walk) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	if len(id) != 8 {
		return nil, errors.New("search: document number of another shape")
	}
	for w.next < len(w.docs) && w.docs[w.next].number < id.Value() {
		w.next++
	}
	return w.Next(ctx)
}

func (w *walk) Close() error               { return nil }
func (w *walk) Weight() float64            { return 0 }
func (w *walk) SetQueryNorm(float64)       {}
func (w *walk) Count() uint64              { return uint64(len(w.docs)) }
func (w *walk) Min() int                   { return 0 }
func (w *walk) Size() int                  { return len(w.docs) * 16 }
func (w *walk) DocumentMatchPoolSize() int { return 1 }
