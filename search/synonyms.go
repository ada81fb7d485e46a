package search

import (
	"slices"
	"strings"
)

// synonyms finds the other names of what stands in a query. It never changes once made.
type synonyms struct {
	groups [][]name         // the names of each group
	of     map[string][]int // the groups of a name, by its key
}

// name is one name of a group as words that must all be found, spelt right.
type name []word

// newSynonyms prepares the groups of a schema. Names of more than maxSynonymWords words are
// left out, groups of one name have nothing to add.
func newSynonyms(groups [][]string) synonyms {
	s := synonyms{of: map[string][]int{}}
	for _, group := range groups {
		var names []name
		for _, text := range group {
			if n := exactWords(text); len(n) > 0 && len(n) <= maxSynonymWords {
				names = append(names, n)
			}
		}
		if len(names) < 2 {
			continue
		}
		for _, n := range names {
			if key := keyOf(n); !slices.Contains(s.of[key], len(s.groups)) {
				s.of[key] = append(s.of[key], len(s.groups))
			}
		}
		s.groups = append(s.groups, names)
	}
	return s
}

// exactWords splits a name into words that allow neither typos nor beginnings.
func exactWords(text string) []word {
	out := queryWords(text)
	for i := range out {
		out[i].budget, out[i].prefix = 0, false
	}
	return out
}

// keyOf joins words into what names are compared by.
func keyOf(words []word) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = w.text + strings.Join(w.parts, "+")
	}
	return strings.Join(parts, " ")
}

// other is a name that may stand in a document instead of the words from..to of the query.
type other struct {
	from, to int
	name     name
}

// others returns what the groups offer instead of any words of a query.
func (s synonyms) others(words []word) []other {
	var out []other
	if len(s.groups) == 0 {
		return nil
	}
	for from := range words {
		for to := from + 1; to <= min(from+maxSynonymWords, len(words)); to++ {
			key := keyOf(words[from:to])
			for _, g := range s.of[key] {
				for _, n := range s.groups[g] {
					if keyOf(n) != key {
						out = append(out, other{from, to, n})
					}
				}
			}
		}
	}
	return out
}
