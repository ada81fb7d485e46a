package search

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is one word of a query, folded.
type word struct {
	text   string   // for typos and prefixes; empty for an unspaced run
	parts  []string // pairs of neighbours of an unspaced run; all must be found in one field
	budget int      // typos allowed
	prefix bool     // may be the beginning of a word
}

// budgetFor returns how many typos a word may have: none below 5 letters, 1 from 5, 2 from 9,
// and none in words with digits, where another digit is another thing.
func budgetFor(term string) int {
	if strings.ContainsFunc(term, unicode.IsDigit) {
		return 0
	}
	switch n := utf8.RuneCountInString(term); {
	case n >= 9:
		return 2
	case n >= 5:
		return 1
	}
	return 0
}

// cut shortens what was typed to MaxQueryBytes at a character and makes it valid text.
func cut(text string) string {
	if len(text) > MaxQueryBytes {
		end := MaxQueryBytes
		for end > 0 && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Co, r) {
			return ' '
		}
		return r
	}, text)
}

// queryWords splits what was typed into at most MaxQueryWords words. The last one may be the
// beginning of a word unless something was typed after it.
func queryWords(text string) []word {
	text = cut(text)
	var out []word
	found := spans(text)
	for i, s := range found {
		if len(out) == MaxQueryWords {
			break
		}
		raw := text[s.start:s.end]
		w := word{prefix: i == len(found)-1 && s.end == len(text)}
		if s.unspaced {
			w.parts = runParts(raw)
			w.prefix = false
		} else {
			w.text = fold(raw)
			w.budget = budgetFor(w.text)
		}
		if w.text != "" || len(w.parts) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// runParts returns the pairs of neighbours of an unspaced run, or its only character.
func runParts(run string) []string {
	var singles, pairs []string
	for _, t := range tokens(run) {
		if utf8.RuneCountInString(run[t.start:t.end]) == 1 {
			singles = append(singles, t.term)
		} else {
			pairs = append(pairs, t.term)
		}
	}
	if len(pairs) > 0 {
		return pairs
	}
	return singles
}

// fit is how well a term answers a word: fewer typos are better, then a whole word.
type fit struct {
	typos int
	whole bool
}

// fits compares a folded term with the word.
func (w word) fits(term string) (fit, bool) {
	switch {
	case w.text == "":
		for _, p := range w.parts {
			if p == term {
				return fit{whole: true}, true
			}
		}
		return fit{}, false
	case term == w.text:
		return fit{whole: true}, true
	case w.prefix && strings.HasPrefix(term, w.text):
		return fit{}, true
	case w.budget == 0:
		return fit{}, false
	}
	typos, whole := w.distance(term)
	return fit{typos: typos, whole: whole}, typos <= w.budget
}

// maxRunes bounds the rows of the distance table: a term plus what two typos may add.
const maxRunes = maxTermRunes + 3

// distance returns the typos between the word and a term or, if the word may be a beginning,
// the best beginning of the term. Neighbours that changed places are one typo; a wrong first
// letter counts two, because people seldom mistake it. More than the budget is any larger number.
func (w word) distance(term string) (typos int, whole bool) {
	var wordBuf, termBuf [maxRunes]rune
	a := runesInto(wordBuf[:0], w.text, maxTermRunes)
	limit := len(a) + w.budget
	b := runesInto(termBuf[:0], term, limit+1)
	over := w.budget + 1
	if len(b) < len(a)-w.budget || len(b) > limit && !w.prefix || !mayFit(lettersOf(a), lettersOf(b), w.budget) {
		return over, false
	}
	last := optimalAlignment(a, b, w.budget)
	if last == nil {
		return over, false
	}
	typos, whole = last[len(b)], len(b) <= limit
	if w.prefix {
		for _, d := range last[1:] {
			if d < typos {
				typos, whole = d, false
			}
		}
	}
	if a[0] != b[0] {
		typos++
	}
	return typos, whole
}

func runesInto(buf []rune, s string, limit int) []rune {
	for _, r := range s {
		if len(buf) == min(limit, maxRunes) {
			break
		}
		buf = append(buf, r)
	}
	return buf
}

// optimalAlignment returns the last row of the table of edit distances between a and each
// beginning of b, or nil as soon as every entry is above the budget.
func optimalAlignment(a, b []rune, budget int) []int {
	var rows [3][maxRunes + 1]int
	before, prev, row := rows[0][:len(b)+1], rows[1][:len(b)+1], rows[2][:len(b)+1]
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > budget {
			return nil
		}
		before, prev, row = prev, row, before
	}
	return prev
}

// letterSet has a bit for each letter of a word; letters may share one.
type letterSet uint64

func lettersOf(runes []rune) (set letterSet) {
	for _, r := range runes {
		set |= 1 << (uint32(r) * 0x9e3779b1 >> 26)
	}
	return set
}

// mayFit tells whether a word may be within a budget of typos of a term: each typo mends one letter that the term lacks.
func mayFit(word, term letterSet, budget int) bool {
	return bits.OnesCount64(uint64(word&^term)) <= budget
}
