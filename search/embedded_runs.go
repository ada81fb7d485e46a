package search

import "unicode/utf8"

// People write "book keeping" for bookkeeping and "sunflower" for sun flower. Both are found, for the price of a typo.

const (
	runMost   = 3   // words that are tried as one, as in Meilisearch
	halfLeast = 2   // letters of each half of a word that is tried as two
	splitLook = 200 // documents of which is read whether both halves stand side by side; with more, the halves say little
)

// run is some words of a query, from..to, typed as one.
type run struct {
	from, to int
	word     word
}

// runs returns the neighbouring words of a query written as one, without typos.
func runs(words []word) []run {
	var out []run
	for from := range words {
		text := words[from].text
		for to := from + 2; text != "" && to <= min(from+runMost, len(words)); to++ {
			last := words[to-1]
			if last.text == "" {
				break
			}
			text += last.text
			if utf8.RuneCountInString(text) <= maxTermRunes {
				out = append(out, run{from, to, word{text: text, prefix: last.prefix}})
			}
		}
	}
	return out
}

// raiseRuns lets documents with the one word count as having those it was typed as.
func (s snapshot) raiseRuns(columns []column, words []word) error {
	for _, r := range runs(words) {
		found, err := s.column(r.word)
		if err != nil {
			return err
		}
		for n, place := range found {
			if place == 0 {
				continue
			}
			columns[r.from].raise(uint64(n), place.worse())
			for i := r.from + 1; i < r.to; i++ {
				columns[i].raise(uint64(n), place)
			}
		}
	}
	return nil
}

// half is a word as two, with the fields in which both occur.
type half struct {
	left, right string
	fields      uint64
}

// halves returns the ways to write a word as two that both occur. Whether the word itself occurs does not matter: it
// may be a word that somebody hides.
func (v *vocabulary) halves(w word) []half {
	var out []half
	letters := []rune(w.text)
	for i := halfLeast; i <= len(letters)-halfLeast; i++ {
		left, right := string(letters[:i]), string(letters[i:])
		if shared := v.fieldsOf(left) & v.fieldsOf(right); shared != 0 {
			out = append(out, half{left, right, shared})
		}
	}
	return out
}

// raiseHalves lets documents in which both halves of a word stand side by side count as having it.
func (s snapshot) raiseHalves(columns []column, words []word, shown docset) error {
	for i, w := range words {
		for _, h := range s.volume.terms.halves(w) {
			left, err := s.columnOf(h.left, h.fields)
			if err != nil {
				return err
			}
			right, err := s.columnOf(h.right, h.fields)
			if err != nil {
				return err
			}
			if err := s.raiseNeighbours(&columns[i], left, right, h, shown); err != nil {
				return err
			}
		}
	}
	return nil
}

// raiseNeighbours reads the documents that have both halves.
func (s snapshot) raiseNeighbours(into *column, left, right column, h half, shown docset) error {
	var both []uint64
	for _, n := range shown.numbers() {
		if left.at(n) != 0 && right.at(n) != 0 {
			both = append(both, n)
		}
	}
	if len(both) > splitLook {
		return nil
	}
	for _, n := range both {
		k, err := s.read(n)
		if err != nil {
			return err
		}
		if sideBySide(k.Text, h) {
			into.raise(n, min(left.at(n), right.at(n)).worse())
		}
	}
	return nil
}

// columnOf looks up one term in some fields.
func (s snapshot) columnOf(term string, fields uint64) (out column, err error) {
	for i, f := range s.volume.schema.Text {
		if fields&(1<<i) == 0 {
			continue
		}
		r := wordRank(fit{whole: true}, f.Weight)
		if err := s.postings(prefixText+f.Name, term, func(n uint64) { out.raise(n, r) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sideBySide(text map[string][]string, h half) bool {
	for _, values := range text {
		for _, value := range values {
			found := tokens(value)
			for i := range max(0, len(found)-1) {
				if found[i].term == h.left && found[i+1].term == h.right {
					return true
				}
			}
		}
	}
	return false
}
