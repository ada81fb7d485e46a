package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/blevesearch/bleve/v2"
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/custom" // named by the mapping
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/mapping"
)

// volume is one open bleve index with its schema and vocabulary.
type volume struct {
	schema   Schema
	bleve    bleve.Index
	terms    *vocabulary
	rows     *table
	synonyms synonyms
}

// Names of the fields inside bleve; a prefix keeps our names and the schema's apart.
const (
	fieldAudience = "audience"
	fieldExcept   = "except"
	fieldKept     = "kept" // what a hit returns, stored and not indexed
	fieldPlace    = "place"
	prefixText    = "t_"
	prefixFacet   = "f_"
	prefixNumber  = "n_"
)

// kept is what is stored of a document besides the index.
type kept struct {
	Of   string
	Rev  int64
	Sum  string
	Text map[string][]string
}

// termsAnalyzer splits at spaces: documents are handed over as folded terms.
const termsAnalyzer = "terms"

// layoutOf describes a schema to bleve. Scores are not bleve's, so frequencies are left out.
func layoutOf(s Schema) (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	err := m.AddCustomAnalyzer(termsAnalyzer, map[string]any{"type": "custom", "tokenizer": whitespace.Name})
	if err != nil {
		return nil, err
	}
	doc := bleve.NewDocumentStaticMapping()
	for _, f := range s.Text {
		doc.AddFieldMappingsAt(prefixText+f.Name, termField(termsAnalyzer, false))
	}
	for _, f := range s.Facets {
		doc.AddFieldMappingsAt(prefixFacet+f, termField(keyword.Name, true))
	}
	doc.AddFieldMappingsAt(fieldAudience, termField(keyword.Name, false))
	doc.AddFieldMappingsAt(fieldExcept, termField(keyword.Name, false))
	for _, f := range s.Sorts {
		n := bleve.NewNumericFieldMapping()
		n.Store, n.IncludeInAll = false, false
		doc.AddFieldMappingsAt(prefixNumber+f, n)
	}
	if s.Geo {
		g := bleve.NewGeoPointFieldMapping()
		g.Store, g.IncludeInAll = false, false
		doc.AddFieldMappingsAt(fieldPlace, g)
	}
	k := termField(keyword.Name, false)
	k.Index, k.Store = false, true
	doc.AddFieldMappingsAt(fieldKept, k)
	m.DefaultMapping = doc
	return m, nil
}

func termField(analyzer string, counted bool) *mapping.FieldMapping {
	f := bleve.NewTextFieldMapping()
	f.Analyzer, f.DocValues, f.SkipFreqNorm = analyzer, counted, true
	f.Store, f.IncludeTermVectors, f.IncludeInAll = false, false, false
	return f
}

// newVolume makes an empty index in a folder that must not exist.
func newVolume(path string, s Schema) (*volume, error) {
	layout, err := layoutOf(s)
	if err != nil {
		return nil, err
	}
	index, err := bleve.New(path, layout)
	if err != nil {
		return nil, err
	}
	return (&volume{bleve: index, terms: newVocabulary(), rows: newTable(s)}).with(s), nil
}

// lockWait is how long opening waits for another program to let go of the files.
const lockWait = "2s"

// openVolume opens an existing index and reads its vocabulary. Damage is an error, whichever
// way bleve meets it.
func openVolume(path string, s Schema) (v *volume, err error) {
	defer func() {
		// Bleve 2.6.3 panics on some damaged files, among them a root.bolt it cannot read.
		if p := recover(); p != nil {
			v, err = nil, fmt.Errorf("search: damaged index: %v", p)
		}
	}()
	index, err := bleve.OpenUsing(path, map[string]any{"bolt_timeout": lockWait})
	if err != nil {
		return nil, err
	}
	v = (&volume{bleve: index, terms: newVocabulary(), rows: newTable(s)}).with(s)
	if err := errors.Join(v.readTerms(), v.warm()); err != nil {
		return nil, errors.Join(err, index.Close())
	}
	return v, nil
}

// warm reads the rows, so that the first search need not.
func (v *volume) warm() error {
	s, err := v.snapshot(context.Background())
	if err != nil {
		return err
	}
	return s.reader.Close()
}

// with returns the same volume under a schema of the same layout.
func (v *volume) with(s Schema) *volume {
	return &volume{schema: s, bleve: v.bleve, terms: v.terms, rows: v.rows, synonyms: newSynonyms(s.Synonyms)}
}

func (v *volume) close() error { return v.bleve.Close() }

// readTerms fills the vocabulary from the index.
func (v *volume) readTerms() error {
	all := map[string]uint64{}
	for i, f := range v.schema.Text {
		dict, err := v.bleve.FieldDict(prefixText + f.Name)
		if err != nil {
			return err
		}
		for {
			entry, err := dict.Next()
			if err != nil {
				return errors.Join(err, dict.Close())
			}
			if entry == nil {
				break
			}
			all[entry.Term] |= 1 << i
		}
		if err := dict.Close(); err != nil {
			return err
		}
	}
	v.terms.learn(all)
	return nil
}

// apply writes a sifted batch. It returns when the batch is on disk and searchable.
func (v *volume) apply(b Batch) error {
	batch := v.bleve.NewBatch()
	for _, id := range b.Deletes {
		batch.Delete(id)
	}
	for _, d := range b.Upserts {
		v.terms.learn(terms(v.schema, d))
		if err := batch.Index(d.ID, bleveDocument(v.schema, d)); err != nil {
			return fmt.Errorf("search: index %s: %w", d.ID, err)
		}
	}
	if batch.Size() == 0 {
		return nil
	}
	if err := v.bleve.Batch(batch); err != nil {
		return unavailable("write to index "+v.schema.Name, err)
	}
	return nil
}

// bleveDocument lays a document out as the mapping describes it.
func bleveDocument(s Schema, d Document) map[string]any {
	// A struct of strings and numbers always encodes.
	raw, _ := json.Marshal(kept{d.Of, d.Rev, d.Sum(), d.Text})
	out := map[string]any{fieldAudience: d.Audience, fieldExcept: d.Except, fieldKept: string(raw)}
	for _, f := range s.Text {
		out[prefixText+f.Name] = joinTerms(d.Text[f.Name])
	}
	for name, values := range d.Facets {
		out[prefixFacet+name] = values
	}
	for name, n := range d.Numbers {
		out[prefixNumber+name] = n
	}
	if d.Place != nil {
		out[fieldPlace] = map[string]any{"lat": d.Place.Lat, "lon": d.Place.Lon}
	}
	return out
}

func joinTerms(values []string) string {
	var b strings.Builder
	for _, value := range values {
		for _, t := range tokens(value) {
			b.WriteString(t.term)
			b.WriteByte(' ')
		}
	}
	return b.String()
}
