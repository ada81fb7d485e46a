package search

import "slices"

// Limits of the second look.
const (
	nearLook = 50 // documents looked at again: two pages; who reads on gets the others in the order of the first look
	farApart = 8  // words further apart than this are equally far, as in Meilisearch
)

// lookAgain ranks the first documents by what the index does not hold: how near the words stand to each other, and
// whether a value says just what was typed.
func (s snapshot) lookAgain(first []ranked, words []word) error {
	for i := range first {
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		k, err := s.read(first[i].number)
		if err != nil {
			return err
		}
		near, exact := look(k.Text, words)
		first[i].rank = first[i].rank.with(near, exact)
	}
	return nil
}

// look reads the text of a document: the distance of neighbouring words, summed, and 2 if a value is what was typed, 1 if it begins
// with it.
func look(text map[string][]string, words []word) (apart, exact int) {
	nearest := make([]int, max(0, len(words)-1))
	for i := range nearest {
		nearest[i] = farApart
	}
	places := make([][]int, len(words))
	for _, values := range text {
		for _, value := range values {
			found := tokens(value)
			for i, w := range words {
				places[i] = places[i][:0]
				for at, t := range found {
					if _, ok := w.fits(t.term); ok {
						places[i] = append(places[i], at)
					}
				}
			}
			for i := range nearest {
				nearest[i] = min(nearest[i], distance(places[i], places[i+1]))
			}
			exact = max(exact, exactness(found, words))
		}
	}
	for _, n := range nearest {
		apart += n
	}
	return apart, exact
}

// distance is how far a word stands from the next one at best; the other way round counts one more.
func distance(one, next []int) int {
	least := farApart
	for _, a := range one {
		for _, b := range next {
			switch {
			case b > a:
				least = min(least, b-a)
			case b < a:
				least = min(least, a-b+1)
			}
		}
	}
	return least
}

// exactness is 2 if a value consists of the words as they were typed, 1 if it begins with them.
func exactness(value []token, words []word) int {
	if len(words) > len(value) || slices.ContainsFunc(words, func(w word) bool { return w.text == "" }) {
		return 0
	}
	for i, w := range words {
		if value[i].term != w.text {
			return 0
		}
	}
	if len(words) == len(value) {
		return 2
	}
	return 1
}
