package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
)

// search answers a query: with all words or, if nothing has them all, with the first ones.
func (v *volume) search(ctx context.Context, q Query) (out Results, err error) {
	if err := q.check(v.schema); err != nil {
		return Results{}, err
	}
	if len(q.Viewer) == 0 {
		return Results{}, nil
	}
	s, err := v.snapshot(ctx)
	if err == nil {
		out, err = s.answer(q, queryWords(q.Text))
		err = errors.Join(err, s.reader.Close())
	}
	if err != nil && ctx.Err() != nil {
		return Results{}, context.Cause(ctx)
	}
	return out, err
}

// snapshot opens one state of the index, which must be closed.
func (v *volume) snapshot(ctx context.Context) (snapshot, error) {
	whole, err := v.bleve.Advanced()
	if err != nil {
		return snapshot{}, err
	}
	reader, err := whole.Reader()
	if err != nil {
		return snapshot{}, err
	}
	parts, ours := reader.(*scorch.IndexSnapshot)
	if !ours {
		return snapshot{}, errors.Join(fmt.Errorf("search: index of another kind %T", reader), reader.Close())
	}
	s := snapshot{ctx: ctx, reader: parts, volume: v}
	if err := v.rows.open(&s); err != nil {
		return snapshot{}, errors.Join(err, reader.Close())
	}
	return s, nil
}

// answer finds the documents, takes a second look at the first of them, and counts.
func (s snapshot) answer(q Query, words []word) (Results, error) {
	shown, err := s.visible(q.Viewer)
	if err != nil {
		return Results{}, err
	}
	of, err := s.matching(q.condition(""), shown)
	if err != nil {
		return Results{}, err
	}
	columns, err := s.columns(words, shown)
	if err != nil {
		return Results{}, err
	}
	out := Results{Facets: map[string][]FacetCount{}}
	found := rankAll(of, columns, true)
	if len(found) == 0 && len(words) > 1 {
		found = rankAll(of, columns, false)
		out.Relaxed = len(found) > 0
	}
	out.Total = len(found)
	shared, own := q.ownFacets()
	for _, facet := range shared {
		out.Facets[facet] = s.counts(facet, found, q.facetSize())
	}
	for _, facet := range own { // counted without its own choice
		of, err := s.matching(q.condition(facet), shown)
		if err != nil {
			return Results{}, err
		}
		out.Facets[facet] = s.counts(facet, rankAll(of, columns, !out.Relaxed), q.facetSize())
	}
	out.Hits, err = s.hits(q, words, found)
	return out, err
}

// hits are the page that was asked for.
func (s snapshot) hits(q Query, words []word, found []ranked) ([]Hit, error) {
	end := q.Offset + q.Limit
	if q.Limit == 0 || q.Offset >= len(found) {
		return nil, nil
	}
	look := end
	if len(words) > 0 && len(q.Sort) == 0 {
		look = max(end, nearLook)
	}
	first := s.best(found, q.Sort, look)
	if len(words) > 0 && len(q.Sort) == 0 {
		if err := s.lookAgain(first[:min(len(first), nearLook)], words); err != nil {
			return nil, err
		}
		slices.SortFunc(first, byOrder)
	}
	shown := s.shownWords(words)
	var out []Hit
	for _, d := range first[q.Offset:min(end, len(first))] {
		k, err := s.read(d.number)
		if err != nil {
			return nil, fmt.Errorf("search: read hit %s: %w", d.id, err)
		}
		out = append(out, Hit{ID: d.id, Of: k.Of, Rev: k.Rev, Highlights: highlight(k.Text, q.Highlight, shown)})
	}
	return out, nil
}

// shownWords are the words of a query and what else they find: other names, and words written as one or as two.
func (s snapshot) shownWords(words []word) []word {
	shown := slices.Clone(words)
	for _, o := range s.volume.synonyms.others(words) {
		shown = append(shown, o.name...)
	}
	for _, r := range runs(words) {
		shown = append(shown, r.word)
	}
	for _, w := range words {
		for _, h := range s.volume.terms.halves(w) {
			shown = append(shown, word{text: h.left}, word{text: h.right})
		}
	}
	return shown
}

// read returns what is kept of a document.
func (s snapshot) read(number uint64) (k kept, err error) {
	part := 0
	for number >= s.segments[part].first+uint64(len(s.segments[part].ids)) {
		part++
	}
	visit := func(field string, _ byte, value []byte, _ []uint64) bool {
		if field != fieldKept {
			return true
		}
		err = json.Unmarshal(value, &k)
		return false
	}
	return k, errors.Join(s.segments[part].of.VisitDocument(number-s.segments[part].first, visit), err)
}
