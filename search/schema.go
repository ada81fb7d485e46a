package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"regexp"
)

// Limits of a schema. They keep one index small enough to hold in memory and to scan while one types.
const (
	MaxTextFields    = 16     // text fields of an index; a word's fields fit one 64-bit set with room to spare
	MaxFacets        = 32     // facets of an index
	MaxSorts         = 16     // numbers of an index
	MaxSynonymGroups = 20_000 // a vocabulary of some 3,000 skills in several languages, several times over
	maxSynonymWords  = 4      // words in one name of a group; longer names are not tried
)

// Schema describes one index. The same value drives every engine.
type Schema struct {
	// Name of the index: lower-case letters and digits, 1 to 40, the first one a letter.
	Name string
	// Text fields that are searched, the most telling first: a word found in an earlier field ranks higher.
	Text []TextField
	// Facets are exact values that can be filtered by and counted.
	Facets []string
	// Sorts are the numbers of a document; each can be sorted by and filtered with Range.
	Sorts []string
	// Geo tells whether documents may have a Place.
	Geo bool
	// Synonyms are groups of names for the same thing, in any languages. Whoever searches for
	// one of them finds the others too. A change takes effect at the next Ensure.
	Synonyms [][]string
}

// TextField is one searched field.
type TextField struct {
	Name string
	// Weight is what a word found in this field counts, 1 to 100, and never more than the weight
	// of the field before. Meilisearch ranks by the order alone.
	Weight int
}

var nameShape = regexp.MustCompile(`^[a-z][a-z0-9]{0,39}$`)

// check returns an ErrBadQuery that says what is wrong with the schema, or nil.
func (s Schema) check() error {
	if !nameShape.MatchString(s.Name) {
		return badQuery("index name %q", s.Name)
	}
	if len(s.Text) == 0 || len(s.Text) > MaxTextFields || len(s.Facets) > MaxFacets || len(s.Sorts) > MaxSorts || len(s.Synonyms) > MaxSynonymGroups {
		return badQuery("index %s: no text field, or more fields or synonyms than allowed", s.Name)
	}
	if err := s.checkText(); err != nil {
		return err
	}
	for _, names := range [][]string{s.Facets, s.Sorts} {
		seen := map[string]bool{}
		for _, n := range names {
			if !nameShape.MatchString(n) || seen[n] {
				return badQuery("index %s: field name %q", s.Name, n)
			}
			seen[n] = true
		}
	}
	return nil
}

func (s Schema) checkText() error {
	seen := map[string]bool{}
	for i, f := range s.Text {
		if !nameShape.MatchString(f.Name) || seen[f.Name] {
			return badQuery("index %s: text field name %q", s.Name, f.Name)
		}
		if f.Weight < 1 || f.Weight > 100 || i > 0 && f.Weight > s.Text[i-1].Weight {
			return badQuery("index %s: weight %d of %s", s.Name, f.Weight, f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// layoutVersion changes whenever the same schema is laid out differently on disk, or words are folded differently.
const layoutVersion = 3 // 2: words without the Arabic article; 3: documents with their sums

// layout names what decides how documents lie on disk, so that an index made for another
// layout is recognised. Synonyms and weights act at query time and do not belong to it.
func (s Schema) layout() string {
	text := make([]string, len(s.Text))
	for i, f := range s.Text {
		text[i] = f.Name
	}
	// Slices of strings and a bool always encode.
	raw, _ := json.Marshal([]any{layoutVersion, text, s.Facets, s.Sorts, s.Geo})
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:6])
}
