package search

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/meilisearch/meilisearch-go"
)

// Search implements Engine.
func (m *Meili) Search(ctx context.Context, q Query) (Results, error) {
	all, err := m.SearchAll(ctx, []Query{q})
	if err != nil {
		return Results{}, err
	}
	return all[0], nil
}

// SearchAll implements Engine. All queries travel in one request, and those that nothing
// answered with all words in a second one, within SearchDeadline together.
func (m *Meili) SearchAll(ctx context.Context, qs []Query) ([]Results, error) {
	if len(qs) > MaxQueries {
		return nil, badQuery("%d queries at once", len(qs))
	}
	ctx, leave, err := m.life.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	ctx, cancel := m.patience(ctx)
	defer cancel()
	out := make([]Results, len(qs))
	if err := m.round(ctx, qs, out, meilisearch.All, func(int) bool { return true }); err != nil {
		return nil, err
	}
	retry := func(i int) bool { return out[i].Total == 0 && len(queryWords(qs[i].Text)) > 1 }
	return out, m.round(ctx, qs, out, meilisearch.Last, retry)
}

// part is one request of a round: a query, or the count of one facet without its own choice.
type part struct {
	query int    // in qs
	own   string // the facet; empty for the query itself
}

// round asks the wanted queries and puts the answers into out.
func (m *Meili) round(ctx context.Context, qs []Query, out []Results, strategy meilisearch.MatchingStrategy, want func(i int) bool) error {
	var parts []part
	var requests []*meilisearch.SearchRequest
	for i, q := range qs {
		r, err := m.remote(q.Index)
		if err != nil {
			return err
		}
		if err := q.check(r.schema); err != nil {
			return err
		}
		if !want(i) || len(q.Viewer) == 0 {
			continue
		}
		_, own := q.ownFacets()
		for _, facet := range append([]string{""}, own...) {
			if req := request(r.uid, q, facet, strategy); req != nil {
				parts, requests = append(parts, part{i, facet}), append(requests, req)
			}
		}
	}
	if len(requests) == 0 {
		return nil
	}
	res, err := m.client.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: requests})
	if err != nil {
		return m.failure(ctx, "search", err)
	}
	if len(res.Results) != len(requests) {
		return unavailable("search", &statusError{code: "incomplete_answer"})
	}
	for n, p := range parts {
		if err := read(&out[p.query], qs[p.query], p.own, &res.Results[n]); err != nil {
			return unavailable("read answer", err)
		}
		out[p.query].Relaxed = strategy == meilisearch.Last && out[p.query].Total > 0
	}
	return nil
}

// request writes a query for Meilisearch, or nil if no document can answer it.
func request(uid string, q Query, own string, strategy meilisearch.MatchingStrategy) *meilisearch.SearchRequest {
	filter := viewerFilter(q.Viewer)
	switch text, o := rendered(q.condition(own)); o {
	case never:
		return nil
	case depends:
		filter += " AND " + text
	}
	req := &meilisearch.SearchRequest{
		IndexUID: uid, Query: plainText(q.Text), Filter: filter, MatchingStrategy: strategy,
		AttributesToRetrieve: []string{"id", "of", "rev"},
		Limit:                1, // the library leaves out 0 and the server would send 20
	}
	if own != "" {
		req.Facets = []string{prefixFacet + own}
		return req
	}
	req.Offset, req.Limit = int64(q.Offset), int64(max(q.Limit, 1))
	shared, _ := q.ownFacets()
	for _, f := range shared {
		req.Facets = append(req.Facets, prefixFacet+f)
	}
	for _, f := range q.Highlight {
		req.AttributesToHighlight = append(req.AttributesToHighlight, prefixText+f)
	}
	req.HighlightPreTag, req.HighlightPostTag = markOpen, markClose
	for _, s := range q.Sort {
		req.Sort = append(req.Sort, sortRule(s))
	}
	return req
}

func sortRule(s Sort) string {
	switch {
	case s.Near != nil:
		return "_geoPoint(" + decimal(s.Near.Lat) + ", " + decimal(s.Near.Lon) + "):asc"
	case s.Descending:
		return prefixNumber + s.Number + ":desc"
	}
	return prefixNumber + s.Number + ":asc"
}

// read takes over one answer.
func read(into *Results, q Query, own string, res *meilisearch.SearchResponse) error {
	if into.Facets == nil {
		into.Facets = map[string][]FacetCount{}
	}
	if err := readCounts(into.Facets, res.FacetDistribution, q.facetSize()); err != nil {
		return err
	}
	if own != "" {
		return nil
	}
	into.Total = int(res.EstimatedTotalHits)
	for _, h := range res.Hits[:min(len(res.Hits), q.Limit)] {
		hit, err := readHit(h, q.Highlight)
		if err != nil {
			return err
		}
		into.Hits = append(into.Hits, hit)
	}
	return nil
}

func readCounts(into map[string][]FacetCount, raw json.RawMessage, size int) error {
	if len(raw) == 0 {
		return nil
	}
	var all map[string]map[string]int
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	for name, values := range all {
		counts := []FacetCount{}
		for value, n := range values {
			counts = append(counts, FacetCount{unspelt(value), n})
		}
		slices.SortFunc(counts, func(a, b FacetCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
		})
		into[strings.TrimPrefix(name, prefixFacet)] = counts[:min(len(counts), size)]
	}
	return nil
}

func readHit(from meilisearch.Hit, fields []string) (Hit, error) {
	var id, rev string
	var hit Hit
	for name, to := range map[string]*string{"id": &id, "of": &hit.Of, "rev": &rev} {
		if err := json.Unmarshal(from[name], to); err != nil {
			return hit, err
		}
	}
	hit.ID = idReading.Replace(id)
	var err error
	if hit.Rev, err = strconv.ParseInt(rev, 10, 64); err != nil || len(fields) == 0 {
		return hit, err
	}
	var formatted map[string]json.RawMessage
	if err := json.Unmarshal(from["_formatted"], &formatted); err != nil {
		return hit, err
	}
	for _, field := range fields {
		var values []string
		if raw := formatted[prefixText+field]; raw == nil {
			continue
		} else if err := json.Unmarshal(raw, &values); err != nil {
			return hit, err
		}
		for _, v := range values {
			if len(hit.Highlights) < MaxHighlights && strings.Contains(v, markOpen) {
				hit.Highlights = append(hit.Highlights, Highlight{Field: field, Fragments: crop(markedFragments(v))})
			}
		}
	}
	return hit, nil
}
