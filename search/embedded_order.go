package search

import (
	"cmp"
	"container/heap"
	"math"
	"slices"
	"strings"
)

// ranked is a document with its rank and what it is ordered by before that.
type ranked struct {
	number uint64
	rank   rank
	id     string
	keys   []float64 // smaller goes first; +Inf where there is none, which is last both ways
}

func byOrder(a, b ranked) int {
	return cmp.Or(slices.Compare(a.keys, b.keys), cmp.Compare(b.rank, a.rank), strings.Compare(a.id, b.id))
}

// best returns the first n of the documents found, in order. Others are only compared with the last of these.
func (s snapshot) best(found []ranked, sorts []Sort, n int) []ranked {
	if n == 0 {
		return nil
	}
	part := 0
	first := make(worstFirst, 0, min(n, len(found)))
	for _, d := range found { // by number, so parts are passed one after another
		for d.number >= s.segments[part].first+uint64(len(s.segments[part].ids)) {
			part++
		}
		at := int(d.number - s.segments[part].first)
		d.id, d.keys = s.segments[part].ids[at], s.keys(s.segments[part].rows, at, sorts)
		if len(first) < n {
			heap.Push(&first, d)
		} else if byOrder(d, first[0]) < 0 {
			first[0] = d
			heap.Fix(&first, 0)
		}
	}
	slices.SortFunc(first, byOrder)
	return first
}

// keys are what a document is ordered by before its rank.
func (s snapshot) keys(r *rows, at int, sorts []Sort) []float64 {
	if len(sorts) == 0 {
		return nil
	}
	keys := make([]float64, len(sorts))
	for i, o := range sorts {
		var key float64
		switch {
		case o.Near != nil:
			key = meters(*o.Near, r.places[at])
		case o.Descending:
			key = -r.numbers[slices.Index(s.volume.schema.Sorts, o.Number)][at]
		default:
			key = r.numbers[slices.Index(s.volume.schema.Sorts, o.Number)][at]
		}
		if math.IsNaN(key) {
			key = math.Inf(1)
		}
		keys[i] = key
	}
	return keys
}

// worstFirst is a heap whose first is the last in order.
type worstFirst []ranked

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return byOrder(h[i], h[j]) > 0 }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(x any)        { *h = append(*h, x.(ranked)) }
func (h *worstFirst) Pop() any {
	last := len(*h) - 1
	d := (*h)[last]
	*h = (*h)[:last]
	return d
}

// counts are the most frequent values of a facet among documents, then by value.
func (s snapshot) counts(facet string, found []ranked, size int) []FacetCount {
	f := slices.Index(s.volume.schema.Facets, facet)
	names := s.values[f]
	times := make([]int, len(names))
	part := 0
	for _, d := range found {
		for d.number >= s.segments[part].first+uint64(len(s.segments[part].ids)) {
			part++
		}
		for _, value := range s.segments[part].facets[f].at(int(d.number - s.segments[part].first)) {
			times[value]++
		}
	}
	counts := []FacetCount{}
	for value, n := range times {
		if n > 0 {
			counts = append(counts, FacetCount{names[value], n})
		}
	}
	slices.SortFunc(counts, func(a, b FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return counts[:min(len(counts), size)]
}
