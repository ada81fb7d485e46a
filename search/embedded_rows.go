package search

import (
	"math"
	"slices"
	"sync"

	"github.com/blevesearch/bleve/v2/geo"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/numeric"
	index "github.com/blevesearch/bleve_index_api"
)

// rows are what the documents of one segment are counted and ordered by. Bleve decodes these values for every document
// of every answer, which was half of its time; a segment never changes, so here they are read once: about 150 bytes
// for a member.
type rows struct {
	ids     []string
	facets  []lists     // by facet of the schema: the numbers of the document's values
	numbers [][]float64 // by number of the schema: NaN where there is none
	places  []Point     // NaN where there is none
}

// lists holds one list for each document in two slices.
type lists struct {
	starts []uint32 // where the list of each document begins, and where the last one ends
	values []uint32
}

func (l lists) at(n int) []uint32 { return l.values[l.starts[n]:l.starts[n+1]] }

// table keeps the rows of the segments of one index and numbers the values of its facets.
type table struct {
	mu       sync.Mutex
	segments map[uint64]*rows    // by bleve's number of the segment; protected by mu
	numbers  []map[string]uint32 // of values, by facet; protected by mu
	values   [][]string          // by facet and number; protected by mu, and only ever longer
	sets     *sets               // of the newest state that was opened; protected by mu
}

// sets are large sets of documents of one state of an index.
type sets struct {
	state []uint64 // number and living documents of each segment

	mu    sync.Mutex
	known map[[2]string]docset // by field and term; protected by mu
	short map[string]column    // of short beginnings; protected by mu
}

const (
	largeSet = 1_000 // documents from which a set is worth keeping: it costs more to read than to look up
	mostSets = 256   // sets kept of a state: 2 kB each for 16,000 members

	shortest  = 2  // letters of a beginning whose column is kept: it stands in thousands of terms, and everybody types one first
	mostShort = 64 // such columns kept of a state: 128 kB each for 16,000 members
)

// begun returns the column of a short beginning; it is the caller's to change.
func (s *sets) begun(text string) (column, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.short[text]
	return slices.Clone(c), ok
}

func (s *sets) keepBegun(text string, c column) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.short) < mostShort {
		s.short[text] = slices.Clone(c)
	}
}

func (s *sets) get(field, term string) (docset, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.known[[2]string{field, term}]
	return d, ok
}

func (s *sets) put(field, term string, d docset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.known) < mostSets {
		s.known[[2]string{field, term}] = d
	}
}

func newTable(s Schema) *table {
	t := &table{segments: map[uint64]*rows{}, numbers: make([]map[string]uint32, len(s.Facets)), values: make([][]string, len(s.Facets))}
	for i := range t.numbers {
		t.numbers[i] = map[string]uint32{}
	}
	return t
}

// segment is one part of a snapshot: its rows, and the number of its first document.
type segment struct {
	*rows
	first uint64
	of    *scorch.SegmentSnapshot
}

// open adds to a snapshot the rows of its segments, the values of the facets and the sets of its state. Rows of segments
// that are gone are forgotten.
func (t *table) open(s *snapshot) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	first := uint64(0)
	var state []uint64
	kept := make(map[uint64]*rows, len(t.segments))
	for _, part := range s.reader.Segments() {
		r := t.segments[part.Id()]
		if r == nil {
			var err error
			if r, err = t.read(s.reader, part, s.volume.schema, first); err != nil {
				return err
			}
		}
		kept[part.Id()] = r
		s.segments = append(s.segments, segment{r, first, part})
		state = append(state, part.Id(), uint64(part.LiveSize()))
		first += uint64(part.FullSize())
	}
	t.segments, s.values = kept, slices.Clone(t.values)
	if t.sets == nil || !slices.Equal(t.sets.state, state) {
		t.sets = &sets{state: state, known: map[[2]string]docset{}, short: map[string]column{}}
	}
	s.sets = t.sets
	return nil
}

// read makes the rows of a segment; the caller holds mu.
func (t *table) read(reader *scorch.IndexSnapshot, part *scorch.SegmentSnapshot, s Schema, first uint64) (*rows, error) {
	n := int(part.FullSize())
	r := &rows{ids: make([]string, n), facets: make([]lists, len(s.Facets)), numbers: make([][]float64, len(s.Sorts)), places: make([]Point, n)}
	fill := map[string]func(doc int, term []byte){}
	var fields []string
	for i, name := range s.Facets {
		fields = append(fields, prefixFacet+name)
		fill[prefixFacet+name] = func(_ int, term []byte) { r.facets[i].values = append(r.facets[i].values, t.number(i, term)) }
	}
	for i, name := range s.Sorts {
		fields, r.numbers[i] = append(fields, prefixNumber+name), allAbsent(n)
		fill[prefixNumber+name] = func(doc int, term []byte) {
			if bits, ok := exactBits(term); ok {
				r.numbers[i][doc] = numeric.Int64ToFloat64(bits)
			}
		}
	}
	if s.Geo {
		fields = append(fields, fieldPlace)
		fill[fieldPlace] = func(doc int, term []byte) {
			if bits, ok := exactBits(term); ok {
				r.places[doc] = Point{geo.MortonUnhashLat(uint64(bits)), geo.MortonUnhashLon(uint64(bits))}
			}
		}
	}
	values, err := reader.DocValueReader(fields)
	if err != nil {
		return nil, err
	}
	for doc := range n {
		r.places[doc] = Point{math.NaN(), math.NaN()}
		for i := range r.facets {
			r.facets[i].starts = append(r.facets[i].starts, uint32(len(r.facets[i].values)))
		}
		id, err := part.DocID(uint64(doc))
		if err != nil {
			return nil, err
		}
		r.ids[doc] = string(id)
		err = values.VisitDocValues(index.NewIndexInternalID(nil, first+uint64(doc)), func(field string, term []byte) { fill[field](doc, term) })
		if err != nil {
			return nil, err
		}
	}
	for i := range r.facets {
		r.facets[i].starts = append(r.facets[i].starts, uint32(len(r.facets[i].values)))
	}
	return r, nil
}

// number returns the number of a facet's value, a new one if need be; the caller holds mu.
func (t *table) number(facet int, term []byte) uint32 {
	if n, known := t.numbers[facet][string(term)]; known {
		return n
	}
	n := uint32(len(t.values[facet]))
	t.numbers[facet][string(term)] = n
	t.values[facet] = append(t.values[facet], string(term))
	return n
}

func allAbsent(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// exactBits reads a number from bleve's terms for it, of which only the one without a shift is exact.
func exactBits(term []byte) (int64, bool) {
	coded := numeric.PrefixCoded(term)
	if shift, err := coded.Shift(); err != nil || shift != 0 {
		return 0, false
	}
	bits, err := coded.Int64()
	return bits, err == nil
}
