package search

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Limits of a document and of a batch.
const (
	MaxID          = 200    // characters of an id; twice that fits Meilisearch's 511 bytes
	MaxBatch       = 2_000  // documents and deletions in one Apply
	MaxTextBytes   = 32_768 // text of one document; more is a file, not a profile
	MaxAudience    = 500    // audience tokens of one document
	MaxExcept      = 5_000  // excepted tokens of one document: everybody who is blocked
	MaxToken       = 100    // bytes of a token or of a facet value; encoded three times as long it fits Meilisearch's 468
	MaxFacetValues = 500    // facet values of one document
)

// Document is what one audience may find of one thing.
//
// A thing that different people see differently has several documents with the same Of. The
// caller divides the viewers among them with Audience and Except, so that each viewer
// can reach at most one; the engines do not merge.
type Document struct {
	ID  string // 1 to MaxID characters of A-Z a-z 0-9 _ ~ -
	Of  string // the id of the thing, in the same characters; hits return it
	Rev int64  // the revision of the thing; hits return it, so that lag can be seen
	// Audience holds the tokens of those who may find the document. Nobody finds one without any.
	Audience []string
	// Except holds the tokens of those who do not find it although they are in Audience.
	Except  []string
	Text    map[string][]string // values of text fields
	Facets  map[string][]string // values of facets, exact
	Numbers map[string]float64  // values to sort by and filter with Range; finite
	Place   *Point              // nil if the thing is nowhere
}

// Point is a place on Earth in degrees: Lat from -90 to 90, Lon from -180 to 180.
type Point struct {
	Lat, Lon float64
}

func (p Point) valid() bool {
	return math.Abs(p.Lat) <= 90 && math.Abs(p.Lon) <= 180 // false for NaN
}

// Batch holds changes to one index. Deletes happen first: an id in both is upserted.
// If an id is upserted twice, the later document counts.
type Batch struct {
	Upserts []Document
	Deletes []string
}

var idShape = regexp.MustCompile(`^[A-Za-z0-9_~-]+$`)

func validID(id string) bool { return len(id) <= MaxID && idShape.MatchString(id) }

// sifted returns the changes that can be made, cleaned and without repetitions, and notes the
// documents that cannot. Ids that cannot exist are dropped from the deletions: there is nothing to delete.
func (b Batch) sifted(s Schema, bad *rejections) (Batch, error) {
	if len(b.Upserts)+len(b.Deletes) > MaxBatch {
		return Batch{}, badQuery("more than %d changes in a batch", MaxBatch)
	}
	last := map[string]int{}
	for i, d := range b.Upserts {
		last[d.ID] = i
	}
	var out Batch
	for i, d := range b.Upserts {
		if last[d.ID] != i {
			continue
		}
		if reason := d.refusal(s); reason != "" {
			bad.add(d.ID, reason)
			continue
		}
		out.Upserts = append(out.Upserts, d.cleaned())
	}
	for _, id := range b.Deletes {
		if _, upserted := last[id]; validID(id) && !upserted {
			out.Deletes = append(out.Deletes, id)
		}
	}
	slices.Sort(out.Deletes)
	out.Deletes = slices.Compact(out.Deletes)
	return out, nil
}

// refusal returns why the document cannot be indexed, or "" if it can.
func (d Document) refusal(s Schema) string {
	switch {
	case !validID(d.ID):
		return "id"
	case !validID(d.Of):
		return "id of its thing"
	case len(d.Audience) > MaxAudience || !validTokens(d.Audience):
		return "audience"
	case len(d.Except) > MaxExcept || !validTokens(d.Except):
		return "exceptions"
	case d.Place != nil && (!s.Geo || !d.Place.valid()):
		return "place"
	}
	return d.refusalOfFields(s)
}

func (d Document) refusalOfFields(s Schema) string {
	size := 0
	for name, values := range d.Text {
		if !slices.ContainsFunc(s.Text, func(f TextField) bool { return f.Name == name }) {
			return "text field " + name
		}
		for _, v := range values {
			size += len(v)
		}
	}
	if size > MaxTextBytes {
		return "length of its text"
	}
	count := 0
	for name, values := range d.Facets {
		count += len(values)
		if !slices.Contains(s.Facets, name) || !validTokens(values) || count > MaxFacetValues {
			return "facet " + name
		}
	}
	for name, v := range d.Numbers {
		if !slices.Contains(s.Sorts, name) || math.IsNaN(v) || math.IsInf(v, 0) {
			return "number " + name
		}
	}
	return ""
}

// validTokens tells whether all values can be kept exactly by every engine.
func validTokens(values []string) bool {
	return !slices.ContainsFunc(values, func(v string) bool {
		return v == "" || len(v) > MaxToken || v != clean(v)
	})
}

// cleaned returns the document with text that every engine and every highlight can carry.
func (d Document) cleaned() Document {
	text := make(map[string][]string, len(d.Text))
	for name, values := range d.Text {
		for _, v := range values {
			if v = clean(v); v != "" {
				text[name] = append(text[name], v)
			}
		}
	}
	d.Text = text
	return d
}

// clean drops what is not text: invalid UTF-8, control characters and private-use characters.
// The latter mark highlights on their way from Meilisearch, so none may come from a document.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Co, r):
			return -1
		}
		return r
	}, s))
}
