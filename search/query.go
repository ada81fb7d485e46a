package search

import (
	"slices"
)

// Limits of a query and of its answer.
const (
	MaxWindow     = 1_000 // Offset + Limit; Meilisearch shows no more, and nobody turns fifty pages
	MaxQueries    = 20    // queries in one SearchAll
	MaxViewer     = 2_100 // tokens of a viewer: oneself, hubs, and 2,000 contacts
	MaxFacetSize  = 100   // values counted for each facet
	MaxQueryBytes = 400   // of the text; the rest is cut off
	MaxQueryWords = 10    // words of the text; the rest is cut off, as Meilisearch does
)

// Query asks one index. Its zero value asks for nothing on behalf of nobody.
type Query struct {
	Index string
	// Viewer holds the audience tokens of who is asking, such as `network`, `hub:ghent` or
	// `member:mira`. Without any, nothing is found.
	Viewer []string
	// Text is what was typed, as it is. All of its words must be found, the last of them may be
	// the beginning of a word; see Results.Relaxed. Empty text finds everything.
	Text string
	// Filter may be nil.
	Filter Filter
	// Chosen are facet values that were picked: documents have one of the values of each facet.
	// The counts of a facet ignore its own choice, so that the other values can still be picked.
	Chosen map[string][]string
	// Facets are counted, FacetSize values each (0 means MaxFacetSize), the most frequent first.
	Facets    []string
	FacetSize int
	// Sort goes before relevance; documents without the number or place come last. Equal ones are ordered by
	// relevance and then by id.
	Sort []Sort
	// Highlight names the text fields that hits show.
	Highlight []string
	// Offset and Limit cut a page out; a Limit of 0 only counts.
	Offset, Limit int
}

// Sort orders by a number or, if Near is set, by the distance from a point, nearest first.
type Sort struct {
	Number     string
	Descending bool
	Near       *Point
}

// Results is the answer to one query.
type Results struct {
	Hits   []Hit
	Total  int // documents found, exact
	Facets map[string][]FacetCount
	// Relaxed means that no document has all the words, and that these have the first ones.
	Relaxed bool
	// Degraded means that the preferred engine did not answer in time and another one did.
	Degraded bool
}

// Hit is one document found.
type Hit struct {
	ID, Of     string
	Rev        int64
	Highlights []Highlight // at most MaxHighlights
}

// FacetCount tells how many of the documents found have a value.
type FacetCount struct {
	Value string
	Count int
}

// check returns an ErrBadQuery that says what is wrong with the query, or nil.
func (q Query) check(s Schema) error {
	switch {
	case q.Offset < 0 || q.Limit < 0 || q.Offset+q.Limit > MaxWindow || q.Offset > MaxWindow:
		return badQuery("page %d+%d", q.Offset, q.Limit)
	case len(q.Viewer) > MaxViewer:
		return badQuery("%d viewer tokens", len(q.Viewer))
	case q.FacetSize < 0 || q.FacetSize > MaxFacetSize:
		return badQuery("facet size %d", q.FacetSize)
	case len(q.Facets) > MaxFacets || len(q.Sort) > MaxSorts:
		return badQuery("too many facets or sorts")
	}
	for _, f := range q.Facets {
		if !slices.Contains(s.Facets, f) {
			return badQuery("facet %q", f)
		}
	}
	for _, h := range q.Highlight {
		if !slices.ContainsFunc(s.Text, func(f TextField) bool { return f.Name == h }) {
			return badQuery("highlight of %q", h)
		}
	}
	for _, o := range q.Sort {
		if o.Near != nil && (!s.Geo || !o.Near.valid()) || o.Near == nil && !slices.Contains(s.Sorts, o.Number) {
			return badQuery("sort by %q", o.Number)
		}
	}
	return checkFilter(s, q.condition(""))
}

// condition returns the filter and the choices as one tree, leaving out the choice of one facet.
func (q Query) condition(without string) Filter {
	all := And{}
	if q.Filter != nil {
		all = append(all, q.Filter)
	}
	for _, facet := range sortedKeys(q.Chosen) {
		if facet != without && len(q.Chosen[facet]) > 0 {
			all = append(all, In{Facet: facet, Values: q.Chosen[facet]})
		}
	}
	return all
}

// facetSize returns how many values of a facet are wanted.
func (q Query) facetSize() int {
	if q.FacetSize == 0 {
		return MaxFacetSize
	}
	return q.FacetSize
}

// ownFacets divides the wanted facets into those that are counted on the documents found and
// those that are counted without their own choice.
func (q Query) ownFacets() (shared, own []string) {
	for _, f := range q.Facets {
		if len(q.Chosen[f]) > 0 {
			own = append(own, f)
		} else {
			shared = append(shared, f)
		}
	}
	return shared, own
}
