package search

import (
	"context"
	"errors"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	index "github.com/blevesearch/bleve_index_api"
)

// snapshot reads one state of a volume.
type snapshot struct {
	ctx    context.Context
	reader index.IndexReader
	volume *volume
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
	opt := search.SearcherOptions{Score: "none"}
	switch f := f.(type) {
	case In:
		return s.any(prefixFacet+f.Facet, f.Values)
	case Range:
		yes := true
		found, err := searcher.NewNumericRangeSearcher(s.ctx, s.reader, &f.Min, &f.Max, &yes, &yes, prefixNumber+f.Number, 1, opt)
		if err != nil {
			return nil, err
		}
		return s.drain(found)
	case GeoRadius:
		found, err := searcher.NewGeoPointDistanceSearcher(s.ctx, s.reader, f.Center.Lon, f.Center.Lat, f.Meters, fieldPlace, 1, opt)
		if err != nil {
			return nil, err
		}
		return s.drain(found)
	}
	return nil, badQuery("filter of type %T", f)
}

// any returns the documents that have one of the terms in a field.
func (s snapshot) any(field string, terms []string) (docset, error) {
	var out docset
	for _, term := range terms {
		if err := s.postings(field, term, func(n uint64) { out.add(n) }); err != nil {
			return nil, err
		}
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

// drain collects what a bleve searcher finds and closes it.
func (s snapshot) drain(from search.Searcher) (docset, error) {
	sctx := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(from.DocumentMatchPoolSize()+1, 0), IndexReader: s.reader}
	var out docset
	for {
		match, err := from.Next(sctx)
		if err != nil {
			return nil, errors.Join(err, from.Close())
		}
		if match == nil {
			return out, from.Close()
		}
		out.add(match.IndexInternalID.Value())
		sctx.DocumentMatchPool.Put(match)
	}
}
