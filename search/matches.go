package search

import "slices"

// Matches tells whether a query finds a document, by the same words and the same viewer as the embedded engine. It asks no
// index: whoever is told of each new thing compares it with what people wait for. Filter and synonyms are not looked at.
func (s Schema) Matches(q Query, d Document) bool {
	hears := func(tokens []string) bool {
		return slices.ContainsFunc(tokens, func(t string) bool { return slices.Contains(q.Viewer, t) })
	}
	if !hears(d.Audience) || hears(d.Except) {
		return false
	}
	for facet, chosen := range q.Chosen {
		if len(chosen) > 0 && !slices.ContainsFunc(d.Facets[facet], func(v string) bool { return slices.Contains(chosen, v) }) {
			return false
		}
	}
	words := queryWords(q.Text)
	text := s.tokensOf(d)
	found := make([]bool, len(words))
	for i, w := range words {
		found[i] = w.foundIn(text)
	}
	for _, r := range runs(words) {
		if r.word.foundIn(text) {
			for i := r.from; i < r.to; i++ {
				found[i] = true
			}
		}
	}
	return !slices.Contains(found, false)
}

// tokensOf are the terms of each value of each field.
func (s Schema) tokensOf(d Document) [][][]token {
	var out [][][]token
	for _, f := range s.Text {
		var field [][]token
		for _, value := range d.cleaned().Text[f.Name] {
			field = append(field, tokens(value))
		}
		out = append(out, field)
	}
	return out
}

// foundIn tells whether a word stands in a text, or its two halves side by side.
func (w word) foundIn(text [][][]token) bool {
	for _, field := range text {
		has := func(term string) bool {
			return slices.ContainsFunc(field, func(value []token) bool {
				return slices.ContainsFunc(value, func(t token) bool { return t.term == term })
			})
		}
		if w.text == "" {
			if !slices.ContainsFunc(w.parts, func(p string) bool { return !has(p) }) {
				return true
			}
			continue
		}
		for _, value := range field {
			for i, t := range value {
				if _, fits := w.fits(t.term); fits || i > 0 && w.isSplit(value[i-1].term, t.term) {
					return true
				}
			}
		}
	}
	return false
}

// isSplit tells whether two terms are the word typed as one.
func (w word) isSplit(left, right string) bool {
	least := func(half string) bool { return len([]rune(half)) >= halfLeast }
	return left+right == w.text && least(left) && least(right)
}
