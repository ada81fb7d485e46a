package search

import (
	"context"
	"errors"
	"slices"

	"github.com/blevesearch/bleve/v2/geo"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
)

// snapshot reads one state of a volume.
type snapshot struct {
	ctx      context.Context
	reader   *scorch.IndexSnapshot
	volume   *volume
	segments []segment
	values   [][]string // of the facets, by number
	sets     *sets
}

// visible returns the documents that a viewer may find. Every search starts from it.
func (s snapshot) visible(viewer []string) (docset, error) {
	shown, err := s.any(fieldAudience, viewer)
	if err != nil {
		return nil, err
	}
	hidden, err := s.any(fieldExcept, viewer)
	if err != nil {
		return nil, err
	}
	return shown.without(hidden), nil
}

// matching returns the documents of a set that a filter holds for.
func (s snapshot) matching(f Filter, of docset) (docset, error) {
	switch f := f.(type) {
	case And:
		var err error
		for _, part := range f {
			if of, err = s.matching(part, of); err != nil {
				return nil, err
			}
		}
		return of, nil
	case Or:
		var out docset
		for _, part := range f {
			found, err := s.matching(part, of)
			if err != nil {
				return nil, err
			}
			out = out.either(found)
		}
		return out, nil
	case Not:
		found, err := s.matching(f.Filter, of)
		return of.without(found), err
	}
	found, err := s.leaf(f)
	return of.both(found), err
}

// leaf returns the documents that a condition without parts holds for.
func (s snapshot) leaf(f Filter) (docset, error) {
	switch f := f.(type) {
	case In:
		return s.any(prefixFacet+f.Facet, f.Values)
	case Range:
		number := slices.Index(s.volume.schema.Sorts, f.Number)
		return s.where(func(r *rows, at int) bool { n := r.numbers[number][at]; return n >= f.Min && n <= f.Max }), nil
	case GeoRadius:
		return s.where(func(r *rows, at int) bool { return meters(f.Center, r.places[at]) <= f.Meters }), nil
	}
	return nil, badQuery("filter of type %T", f)
}

// where returns the documents whose row fits, deleted ones too: whoever asks begins with what a viewer may see.
func (s snapshot) where(fits func(r *rows, at int) bool) docset {
	var out docset
	for _, part := range s.segments {
		for at := range part.ids {
			if fits(part.rows, at) {
				out.add(part.first + uint64(at))
			}
		}
	}
	return out
}

// meters is the distance along the surface; not a number if either point is nowhere.
func meters(a, b Point) float64 { return geo.Haversin(a.Lon, a.Lat, b.Lon, b.Lat) * 1000 }

// any returns the documents that have one of the terms in a field.
func (s snapshot) any(field string, terms []string) (docset, error) {
	var out docset
	for _, term := range terms {
		all, err := s.having(field, term)
		if err != nil {
			return nil, err
		}
		out = out.either(all)
	}
	return out, nil
}

// having returns the documents that have a term in a field. A large set is kept for as long as the index stays as it
// is: most people ask as somebody of the whole network.
func (s snapshot) having(field, term string) (docset, error) {
	if known, ok := s.sets.get(field, term); ok {
		return known, nil
	}
	var out docset
	count := 0
	if err := s.postings(field, term, func(n uint64) { out.add(n); count++ }); err != nil {
		return nil, err
	}
	if count >= largeSet {
		s.sets.put(field, term, out)
	}
	return out, nil
}

// postings calls f with the number of each document that has a term in a field.
func (s snapshot) postings(field, term string, f func(n uint64)) error {
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	list, err := s.reader.TermFieldReader(s.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	var doc index.TermFieldDoc
	for {
		next, err := list.Next(doc.Reset())
		if err != nil {
			return errors.Join(err, list.Close())
		}
		if next == nil {
			return list.Close()
		}
		f(next.ID.Value())
	}
}
