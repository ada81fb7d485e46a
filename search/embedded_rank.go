package search

import (
	"math/bits"
	"unicode/utf8"
)

// rank tells how well a document answers a query; higher is better and 0 is not at all.
// The rules follow Meilisearch: more words, then fewer typos, then words nearer to each other, then more telling fields, then values
// that say just what was typed and more whole words. They look at the document alone, so nobody's hidden words move it.
type rank uint64

// Bits of a rank from the lowest. Ten words give sums of at most 10 whole words, 1,000 weight, 72 steps apart and 20 typos.
const (
	wholeBits   = 4
	exactlyBits = 2
	weightBits  = 10
	nearBits    = 7
	typoBits    = 5

	weightAt = wholeBits + exactlyBits
	nearAt   = weightAt + weightBits
	typosAt  = nearAt + nearBits
	wordsAt  = typosAt + typoBits

	mostTypos = 1<<typoBits - 1
	mostApart = 1<<nearBits - 1
)

// wordRank is the best place of one word in a document: 0 if it is absent.
func wordRank(f fit, weight int) rank {
	r := rank(mostTypos-f.typos)<<typosAt | rank(weight)<<weightAt
	if f.whole {
		r++
	}
	return r
}

func (r rank) typos() int  { return mostTypos - int(r>>typosAt&mostTypos) }
func (r rank) weight() int { return int(r >> weightAt & (1<<weightBits - 1)) }
func (r rank) whole() int  { return int(r & (1<<wholeBits - 1)) }

// worse is the place of a word that was found for the price of a typo.
func (r rank) worse() rank { return r - 1<<typosAt }

// with adds what the second look saw.
func (r rank) with(apart, exactly int) rank {
	return r | rank(mostApart-apart)<<nearAt | rank(exactly)<<wholeBits
}

// rankOf combines the places of words in one document.
func rankOf(words []rank) rank {
	typos, weight, whole := 0, 0, 0
	for _, w := range words {
		typos += w.typos()
		weight += w.weight()
		whole += w.whole()
	}
	return rank(len(words))<<wordsAt | rank(max(0, mostTypos-typos))<<typosAt | rank(weight)<<weightAt | rank(whole)
}

// column holds the place of one word in each document, by document number.
type column []rank

func (c *column) raise(n uint64, r rank) {
	for uint64(len(*c)) <= n {
		*c = append(*c, make([]rank, 4096)...)
	}
	(*c)[n] = max((*c)[n], r)
}

func (c column) at(n uint64) rank {
	if n < uint64(len(c)) {
		return c[n]
	}
	return 0
}

// columns looks up the words of a query, the other names of what they say, and the words written as one or as two.
func (s snapshot) columns(words []word, shown docset) ([]column, error) {
	out := make([]column, len(words))
	for i, w := range words {
		var err error
		if out[i], err = s.column(w); err != nil {
			return nil, err
		}
	}
	for _, o := range s.volume.synonyms.others(words) {
		if err := s.raiseOther(out, o); err != nil {
			return nil, err
		}
	}
	if err := s.raiseRuns(out, words); err != nil {
		return nil, err
	}
	return out, s.raiseHalves(out, words, shown)
}

// column looks up one word in all fields.
func (s snapshot) column(w word) (column, error) {
	var out column
	if w.text == "" {
		return s.runColumn(w.parts)
	}
	begun := w.prefix && utf8.RuneCountInString(w.text) <= shortest
	if begun {
		if kept, ok := s.sets.begun(w.text); ok {
			return kept, nil
		}
	}
	for _, c := range s.volume.terms.candidates(w) {
		for set := c.fields; set != 0; set &= set - 1 {
			field := s.volume.schema.Text[bits.TrailingZeros64(set)]
			r := wordRank(c.fit, field.Weight)
			if err := s.postings(prefixText+field.Name, c.term, func(n uint64) { out.raise(n, r) }); err != nil {
				return nil, err
			}
		}
	}
	if begun {
		s.sets.keepBegun(w.text, out)
	}
	return out, nil
}

// runColumn looks up an unspaced run: all of its pairs in one field.
func (s snapshot) runColumn(parts []string) (column, error) {
	var out column
	shared := ^uint64(0)
	for _, p := range parts {
		shared &= s.volume.terms.fieldsOf(p)
	}
	for ; shared != 0; shared &= shared - 1 {
		field := s.volume.schema.Text[bits.TrailingZeros64(shared)]
		var all docset
		for i, p := range parts {
			found, err := s.any(prefixText+field.Name, []string{p})
			if err != nil {
				return nil, err
			}
			if i > 0 {
				found = all.both(found)
			}
			all = found
		}
		for _, n := range all.numbers() {
			out.raise(n, wordRank(fit{whole: true}, field.Weight))
		}
	}
	return out, nil
}

// raiseOther lets documents that have all words of another name count as having the words it stands for.
// They count as unfinished words, so that the name that was typed ranks higher.
func (s snapshot) raiseOther(columns []column, o other) error {
	var found []column
	for _, w := range o.name {
		c, err := s.column(w)
		if err != nil {
			return err
		}
		found = append(found, c)
	}
	for n := range uint64(len(found[0])) {
		least := found[0][n]
		for _, c := range found[1:] {
			least = min(least, c.at(n))
		}
		if least == 0 {
			continue
		}
		for i := o.from; i < o.to; i++ {
			columns[i].raise(n, wordRank(fit{}, least.weight()))
		}
	}
	return nil
}

// rankAll ranks the documents of a set and leaves out those that do not answer. Strict wants all words;
// otherwise a document must have the first word and counts the words up to the first missing one.
func rankAll(of docset, columns []column, strict bool) []ranked {
	var out []ranked
	places := make([]rank, 0, len(columns))
	for _, n := range of.numbers() {
		places = places[:0]
		for _, c := range columns {
			r := c.at(n)
			if r == 0 {
				break
			}
			places = append(places, r)
		}
		if len(places) == len(columns) || !strict && len(places) > 0 {
			out = append(out, ranked{number: n, rank: rankOf(places)})
		}
	}
	return out
}
