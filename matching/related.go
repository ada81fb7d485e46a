package matching

import (
	"cmp"
	"math/bits"
	"slices"
)

const (
	// MaxRelated is how many related skills count for one skill. Of 0, 8, 32
	// and 128 tried on an occupational vocabulary, 8 was the knee: more found
	// hardly a better helper.
	MaxRelated = 8
	// MaxSimilarity of two different skills, in sixteenths: however often they
	// occur together, having exactly what is needed counts for more.
	MaxSimilarity = 11
	// MaxSet is how many skills of one set LearnRelated reads, because the
	// pairs grow with its square.
	MaxSet = 256

	sameSkill = 16 // similarity of a skill to itself, sixteenths
)

// Related names, for a needed skill, the skills that help with it too. It need
// not be symmetric. A skill's relation to itself is ignored.
type Related map[Skill][]Similar

// Similar is one related skill.
type Similar struct {
	Skill Skill
	// Sixteenths is the similarity, 1 to MaxSimilarity; zero is no relation,
	// more counts as MaxSimilarity.
	Sixteenths uint8
}

// LearnRelated finds related skills in sets that occur together: those of one
// occupation, or those that one member offers. Two skills are as similar as the
// cosine of their occurrence, n(a,b) / sqrt(n(a) * n(b)), in sixteenths rounded
// up, at most MaxSimilarity; the MaxRelated most similar are kept, at equal
// cosine the smaller skill. Pairs found in fewer than minTogether sets are left
// out: 1 suits curated sets; for members' profiles take enough that no pair
// tells of one person.
//
// The sets' order, and the order within them, does not matter; of a set, the
// MaxSet smallest skills are read.
func LearnRelated(sets [][]Skill, minTogether int) Related {
	count := make(map[Skill]uint64)
	var pairs []pair
	for _, set := range sets {
		distinct := slices.Compact(slices.Sorted(slices.Values(set)))
		distinct = distinct[:min(len(distinct), MaxSet)]
		for _, a := range distinct {
			count[a]++
			for _, b := range distinct {
				if a != b {
					pairs = append(pairs, pair{a, b})
				}
			}
		}
	}
	related := make(Related)
	for need, near := range tally(pairs, minTogether) {
		related[need] = nearest(need, near, count)
	}
	return related
}

// pair is a needed skill and another found in the same set.
type pair struct{ need, other Skill }

// together counts the sets in which another skill occurs with the needed one.
type together struct {
	other Skill
	sets  uint64
}

// tally sorts rather than hashes the pairs: there are many times more pairs
// than skills, and runs of a sorted slice need no map of maps.
func tally(pairs []pair, minTogether int) map[Skill][]together {
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.need, b.need), cmp.Compare(a.other, b.other))
	})
	near := make(map[Skill][]together)
	for from := 0; from < len(pairs); {
		to := from + 1
		for to < len(pairs) && pairs[to] == pairs[from] {
			to++
		}
		if to-from >= minTogether {
			p := pairs[from]
			near[p.need] = append(near[p.need], together{p.other, uint64(to - from)})
		}
		from = to
	}
	return near
}

func nearest(need Skill, near []together, count map[Skill]uint64) []Similar {
	slices.SortFunc(near, func(a, b together) int {
		// By cosine downwards. Squared, and without what both have in common,
		// a is nearer when a.sets² / n(a) > b.sets² / n(b).
		byCosine := compareProducts(b.sets*b.sets, count[a.other], a.sets*a.sets, count[b.other])
		return cmp.Or(byCosine, cmp.Compare(a.other, b.other))
	})
	best := make([]Similar, 0, MaxRelated)
	for _, t := range near[:min(len(near), MaxRelated)] {
		best = append(best, Similar{t.other, sixteenths(t.sets, count[need], count[t.other])})
	}
	return best
}

// sixteenths returns the cosine both / sqrt(a*b) in sixteenths, rounded up, at
// most MaxSimilarity.
func sixteenths(both, a, b uint64) uint8 {
	s := uint64(1)
	for s < MaxSimilarity && compareProducts(s*s*a, b, sameSkill*sameSkill*both, both) < 0 {
		s++
	}
	return uint8(s)
}

// compareProducts compares a*b with c*d without overflow.
func compareProducts(a, b, c, d uint64) int {
	abHigh, abLow := bits.Mul64(a, b)
	cdHigh, cdLow := bits.Mul64(c, d)
	return cmp.Or(cmp.Compare(abHigh, cdHigh), cmp.Compare(abLow, cdLow))
}

// Or returns what both relations say: of two skills, the larger similarity;
// of one skill, the MaxRelated most similar. Neither is changed.
func (r Related) Or(other Related) Related {
	both := make(Related, max(len(r), len(other)))
	for _, relations := range []Related{r, other} {
		for need, similar := range relations {
			both[need] = append(both[need], similar...)
		}
	}
	for need, row := range both {
		slices.SortFunc(row, func(a, b Similar) int {
			return cmp.Or(cmp.Compare(a.Skill, b.Skill), cmp.Compare(b.Sixteenths, a.Sixteenths))
		})
		both[need] = slices.CompactFunc(row, func(a, b Similar) bool { return a.Skill == b.Skill })
	}
	return both.normal()
}

// normal returns a copy that the formula can read: in range, without self,
// at most MaxRelated per skill, the most similar first.
func (r Related) normal() Related {
	normal := make(Related, len(r))
	for need, similar := range r {
		var row []Similar
		for _, s := range similar {
			if s.Skill != need && s.Sixteenths > 0 {
				row = append(row, Similar{s.Skill, min(s.Sixteenths, MaxSimilarity)})
			}
		}
		slices.SortFunc(row, func(a, b Similar) int {
			return cmp.Or(cmp.Compare(b.Sixteenths, a.Sixteenths), cmp.Compare(a.Skill, b.Skill))
		})
		normal[need] = row[:min(len(row), MaxRelated)]
	}
	return normal
}
