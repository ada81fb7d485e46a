package search

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"unicode/utf8"
)

// vocabulary holds the terms of an index and the text fields in which each occurs, so that a misspelt
// or unfinished word finds its candidates without asking the index. It may hold terms whose
// documents are gone: those find nothing.
type vocabulary struct {
	mu sync.RWMutex
	// fields has a bit for each text field; first lists the terms by their first letter, because
	// most typos leave it alone. Protected by mu.
	fields map[string]uint64
	first  map[rune][]known
}

// known is a term with its letters, which tell most terms from a word at a glance.
type known struct {
	term    string
	letters letterSet
}

func newVocabulary() *vocabulary {
	return &vocabulary{fields: map[string]uint64{}, first: map[rune][]known{}}
}

// learn adds terms with the fields in which they occur.
func (v *vocabulary) learn(terms map[string]uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for term, set := range terms {
		if v.fields[term] == 0 {
			r, _ := utf8.DecodeRuneInString(term)
			v.first[r] = append(v.first[r], known{term, lettersOf([]rune(term))})
		}
		v.fields[term] |= set
	}
}

// candidate is a term that answers a word.
type candidate struct {
	term   string
	fields uint64
	fit    fit
}

// candidates returns the terms that answer a word, the best first.
func (v *vocabulary) candidates(w word) []candidate {
	v.mu.RLock()
	defer v.mu.RUnlock()
	var out []candidate
	letters := lettersOf([]rune(w.text))
	consider := func(terms []known) {
		for _, k := range terms {
			if !mayFit(letters, k.letters, w.budget) {
				continue
			}
			if f, ok := w.fits(k.term); ok {
				out = append(out, candidate{k.term, v.fields[k.term], f})
			}
		}
	}
	first, _ := utf8.DecodeRuneInString(w.text)
	if w.budget < 2 { // a wrong first letter costs two
		consider(v.first[first])
	} else {
		for _, r := range slices.Sorted(maps.Keys(v.first)) {
			consider(v.first[r])
		}
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.fit.typos, b.fit.typos), cmp.Compare(a.term, b.term))
	})
	return out
}

// fieldsOf returns the fields in which a term occurs.
func (v *vocabulary) fieldsOf(term string) uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.fields[term]
}

// terms returns the folded terms of a document with the fields in which they occur.
func terms(s Schema, d Document) map[string]uint64 {
	out := map[string]uint64{}
	for i, f := range s.Text {
		for _, value := range d.Text[f.Name] {
			for _, t := range tokens(value) {
				out[t.term] |= 1 << i
			}
		}
	}
	return out
}
