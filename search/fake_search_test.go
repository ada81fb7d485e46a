package search

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"longtable/search/meilitest"
)

// fakeSearch is one query of a multi-search.
type fakeSearch struct {
	IndexUID, Q, Filter, MatchingStrategy string
	Sort, Facets, AttributesToHighlight   []string
	HighlightPreTag, HighlightPostTag     string
	Offset, Limit                         int
}

// fakeMeili is the stand-in with the embedded engine for its relevance.
type fakeMeili struct {
	*meilitest.Server
	t testing.TB
}

func newFakeMeili(t testing.TB) *fakeMeili {
	f := &fakeMeili{t: t}
	f.Server = meilitest.New(t, f.search)
	return f
}

// fault is what goes wrong with a request.
type fault = meilitest.Fault

const (
	well   = meilitest.Well
	busy   = meilitest.Busy
	hang   = meilitest.Hang
	drop   = meilitest.Drop
	fails  = meilitest.Fails
	refuse = meilitest.Refuse
	torn   = meilitest.Torn
	forget = meilitest.Forget
	poison = meilitest.Poison
)

// search asks an embedded engine that holds the index's documents, with audience and except as plain facets, so that
// nothing but the filter that was sent hides anything.
func (f *fakeMeili) search(ctx context.Context, of *meilitest.Index, raw json.RawMessage) (any, error) {
	var q fakeSearch
	if err := json.Unmarshal(raw, &q); err != nil {
		return nil, err
	}
	x := &fakeIndex{of}
	e, s := openEmbeddedAt(f.t, f.t.TempDir()), x.schema()
	if err := e.Rebuild(ctx, s, sourceOf(x.documents()), nil); err != nil {
		return nil, err
	}
	filter, err := parseMeiliFilter(q.Filter)
	if err != nil {
		return nil, err
	}
	query := Query{Index: s.Name, Text: q.Q, Viewer: []string{"all"}, Filter: filter, Offset: q.Offset, Limit: q.Limit}
	for _, f := range q.Facets {
		query.Facets = append(query.Facets, strings.TrimPrefix(f, prefixFacet))
	}
	for _, f := range q.AttributesToHighlight {
		query.Highlight = append(query.Highlight, strings.TrimPrefix(f, prefixText))
	}
	for _, rule := range q.Sort {
		query.Sort = append(query.Sort, parseSortRule(rule))
	}
	res, err := e.Search(ctx, query)
	if err != nil || res.Relaxed && q.MatchingStrategy != "last" {
		res = Results{}
	}
	return x.answer(q, res), err
}

type fakeIndex struct{ *meilitest.Index }

// schema reads the settings back.
func (x *fakeIndex) schema() Schema {
	s := Schema{Name: "fake"}
	weight := 90
	for _, name := range x.list("searchableAttributes") {
		s.Text = append(s.Text, TextField{strings.TrimPrefix(name, prefixText), weight})
		weight -= 10
	}
	for _, name := range x.list("filterableAttributes") {
		switch {
		case name == "_geo":
			s.Geo = true
		case strings.HasPrefix(name, prefixNumber):
			s.Sorts = append(s.Sorts, strings.TrimPrefix(name, prefixNumber))
		default:
			s.Facets = append(s.Facets, strings.TrimPrefix(name, prefixFacet))
		}
	}
	var synonyms map[string][]string
	_ = json.Unmarshal(x.Settings["synonyms"], &synonyms) // none were sent: no synonyms
	for _, name := range sortedKeys(synonyms) {
		s.Synonyms = append(s.Synonyms, append([]string{name}, synonyms[name]...))
	}
	return s
}

func (x *fakeIndex) list(setting string) (out []string) {
	_ = json.Unmarshal(x.Settings[setting], &out) // absent: empty
	return out
}

func (x *fakeIndex) documents() []Document {
	var out []Document
	for _, id := range sortedKeys(x.Docs) {
		d := Document{ID: id, Of: id, Audience: []string{"all"}, Text: map[string][]string{}, Facets: map[string][]string{}, Numbers: map[string]float64{}}
		for name, raw := range x.Docs[id] {
			var values []string
			var number float64
			var place struct{ Lat, Lng float64 }
			switch {
			case name == fieldAudience || name == fieldExcept || strings.HasPrefix(name, prefixFacet):
				_ = json.Unmarshal(raw, &values)
				d.Facets[strings.TrimPrefix(name, prefixFacet)] = values
			case strings.HasPrefix(name, prefixText):
				_ = json.Unmarshal(raw, &values)
				d.Text[strings.TrimPrefix(name, prefixText)] = values
			case strings.HasPrefix(name, prefixNumber):
				_ = json.Unmarshal(raw, &number)
				d.Numbers[strings.TrimPrefix(name, prefixNumber)] = number
			case name == "_geo":
				_ = json.Unmarshal(raw, &place)
				d.Place = &Point{place.Lat, place.Lng}
			}
		}
		out = append(out, d)
	}
	return out
}

// answer writes results as Meilisearch does.
func (x *fakeIndex) answer(q fakeSearch, res Results) any {
	hits := []map[string]any{}
	for _, h := range res.Hits {
		doc := x.Docs[h.ID]
		hit := map[string]any{"id": doc["id"], "of": doc["of"], "rev": doc["rev"]}
		formatted := map[string]any{}
		for _, field := range q.AttributesToHighlight {
			var values []string
			_ = json.Unmarshal(doc[field], &values)
			formatted[field] = markAll(q, strings.TrimPrefix(field, prefixText), values, h)
		}
		if len(formatted) > 0 {
			hit["_formatted"] = formatted
		}
		hits = append(hits, hit)
	}
	facets := map[string]map[string]int{}
	for name, counts := range res.Facets {
		facets[prefixFacet+name] = map[string]int{}
		for _, c := range counts {
			facets[prefixFacet+name][c.Value] = c.Count
		}
	}
	return map[string]any{"hits": hits, "estimatedTotalHits": res.Total, "facetDistribution": facets, "processingTimeMs": 1, "query": q.Q}
}

// markAll puts tags around what was found in the values of a field.
func markAll(q fakeSearch, field string, values []string, h Hit) []string {
	out := slices.Clone(values)
	for _, l := range h.Highlights {
		var plain, marked strings.Builder
		for _, f := range l.Fragments {
			plain.WriteString(f.Text)
			if f.Hit {
				marked.WriteString(q.HighlightPreTag + f.Text + q.HighlightPostTag)
			} else {
				marked.WriteString(f.Text)
			}
		}
		for i, v := range values {
			if l.Field == field && v == plain.String() {
				out[i] = marked.String()
			}
		}
	}
	return out
}

func parseSortRule(rule string) Sort {
	var p Point
	if n, _ := fmt.Sscanf(rule, "_geoPoint(%f, %f):asc", &p.Lat, &p.Lon); n == 2 {
		return Sort{Near: &p}
	}
	name, way, _ := strings.Cut(strings.TrimPrefix(rule, prefixNumber), ":")
	return Sort{Number: name, Descending: way == "desc"}
}
