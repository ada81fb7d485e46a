package search

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"slices"
)

// Held is what an index knows of one document, for whoever compares it with the store.
type Held struct {
	ID, Of string
	Sum    string // of the document as it was applied; see Document.Sum
}

// Sum is a digest of everything that is found of a document, whatever the order of its values. Its revision is not part
// of it: a thing may be saved again without anything to find having changed.
func (d Document) Sum() string {
	d = d.cleaned()
	sorted := func(lists map[string][]string) map[string][]string {
		out := make(map[string][]string, len(lists))
		for name, values := range lists {
			if len(values) > 0 {
				out[name] = slices.Sorted(slices.Values(values))
			}
		}
		return out
	}
	audience, except := slices.Sorted(slices.Values(d.Audience)), slices.Sorted(slices.Values(d.Except))
	// Texts, finite numbers and a place always encode, maps in the order of their keys.
	raw, _ := json.Marshal([]any{d.ID, d.Of, audience, except, sorted(d.Text), sorted(d.Facets), d.Numbers, d.Place})
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// Each implements Engine.
func (e *Embedded) Each(index string) iter.Seq2[Held, error] {
	return func(yield func(Held, error) bool) {
		ctx, leave, err := e.life.enter(e.life.ctx)
		if err != nil {
			yield(Held{}, err)
			return
		}
		defer leave()
		err = e.reading(index, func(v *volume) error {
			s, err := v.snapshot(ctx)
			if err != nil {
				return err
			}
			return errors.Join(s.each(yield), s.reader.Close())
		})
		if err != nil {
			yield(Held{}, err)
		}
	}
}

// each hands over the documents of a snapshot until nobody wants more.
func (s snapshot) each(yield func(Held, error) bool) error {
	for _, part := range s.segments {
		gone := part.of.Deleted()
		for at, id := range part.ids {
			if gone != nil && gone.Contains(uint32(at)) {
				continue
			}
			k, err := s.read(part.first + uint64(at))
			if err != nil {
				return err
			}
			if !yield(Held{ID: id, Of: k.Of, Sum: k.Sum}, nil) {
				return nil
			}
		}
	}
	return nil
}

// Each implements Engine: the embedded engine has everything.
func (f *Fallback) Each(index string) iter.Seq2[Held, error] { return f.embedded.Each(index) }

// Parts are the engines that f keeps fed.
func (f *Fallback) Parts() []Engine { return []Engine{f.primary, f.embedded} }
