package search

import (
	"math"
	"slices"
)

// Limits of a filter tree: no page of ours comes near them, and no tree within them is slow.
const (
	MaxFilterNodes  = 200
	MaxFilterDepth  = 10
	MaxFilterValues = 1_000 // values of one In
)

// Filter is a condition on documents: And, Or, Not, In, Range or GeoRadius.
// It is a tree and never a string, so that no value can change its meaning.
type Filter interface{ isFilter() }

// And holds for documents that all of its filters hold for; an empty And holds for all.
type And []Filter

// Or holds for documents that any of its filters holds for; an empty Or holds for none.
type Or []Filter

// Not holds for documents that its filter does not hold for.
type Not struct{ Filter Filter }

// In holds for documents that have at least one of the values in a facet; without values, for none.
type In struct {
	Facet  string
	Values []string
}

// Range holds for documents whose number lies between Min and Max, both included, and for
// none without that number. Use math.Inf for an open end.
type Range struct {
	Number   string
	Min, Max float64
}

// GeoRadius holds for documents with a place at most Meters from Center along the surface.
type GeoRadius struct {
	Center Point
	Meters float64 // above 0, up to MaxRadius
}

// MaxRadius is half the circumference of the Earth in metres: everything is nearer.
const MaxRadius = 20_037_508

func (And) isFilter()       {}
func (Or) isFilter()        {}
func (Not) isFilter()       {}
func (In) isFilter()        {}
func (Range) isFilter()     {}
func (GeoRadius) isFilter() {}

// Eq holds for documents that have the value in a facet.
func Eq(facet, value string) Filter { return In{Facet: facet, Values: []string{value}} }

// filterCheck counts nodes while it walks a tree.
type filterCheck struct {
	schema Schema
	nodes  int
}

// checkFilter returns an ErrBadQuery if the tree cannot be asked of an index with this schema.
func checkFilter(s Schema, f Filter) error {
	if f == nil {
		return nil
	}
	c := filterCheck{schema: s}
	return c.walk(f, 0) // the root is the And that condition adds
}

func (c *filterCheck) walk(f Filter, depth int) error {
	c.nodes++
	if depth > MaxFilterDepth || c.nodes > MaxFilterNodes {
		return badQuery("filter too large")
	}
	switch f := f.(type) {
	case And:
		return c.walkAll(f, depth)
	case Or:
		return c.walkAll(f, depth)
	case Not:
		return c.walk(f.Filter, depth+1)
	case In:
		if !slices.Contains(c.schema.Facets, f.Facet) || len(f.Values) > MaxFilterValues {
			return badQuery("filter on facet %q", f.Facet)
		}
	case Range:
		if !slices.Contains(c.schema.Sorts, f.Number) || math.IsNaN(f.Min) || math.IsNaN(f.Max) {
			return badQuery("filter on number %q", f.Number)
		}
	case GeoRadius:
		if !c.schema.Geo || !f.Center.valid() || !(f.Meters > 0 && f.Meters <= MaxRadius) {
			return badQuery("filter on place")
		}
	default:
		return badQuery("filter of type %T", f)
	}
	return nil
}

func (c *filterCheck) walkAll(fs []Filter, depth int) error {
	for _, f := range fs {
		if err := c.walk(f, depth+1); err != nil {
			return err
		}
	}
	return nil
}
