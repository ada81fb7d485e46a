package demo

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// dice are the chances of one document. They depend on the seed, the kind and the number of the document alone, never
// on what was made before it. Only whole numbers are drawn, because fractions differ between processors.
type dice struct{ *rand.Rand }

func (g *Generator) dice(kind string, number int) dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind)) // documented never to fail
	return dice{rand.New(rand.NewPCG(g.seed^h.Sum64(), uint64(number)))}
}

// chance is true in so many of a hundred cases.
func (d dice) chance(percent int) bool { return d.IntN(100) < percent }

// between draws a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

// span draws a duration in whole minutes.
func (d dice) span(low, high time.Duration) time.Duration {
	return low + time.Duration(d.Int64N(int64((high-low)/time.Minute)+1))*time.Minute
}

// pick draws one of a list; of an empty list the zero value.
func pick[T any](d dice, list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[d.IntN(len(list))]
}

// some draws count different ones of a list, or all of it.
func some[T any](d dice, list []T, count int) []T {
	drawn := slices.Clone(list)
	d.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn[:min(max(count, 0), len(drawn))]
}

// inOrder draws like some, and keeps the order of the list.
func inOrder[T comparable](d dice, list []T, count int) []T {
	drawn := some(d, list, count)
	var kept []T
	for _, x := range list {
		if slices.Contains(drawn, x) {
			kept = append(kept, x)
		}
	}
	return kept
}

var idLetters = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// idBytes are the 80 bits of every id, as those that the community makes itself.
const idBytes = 10

// idOf is the id of a document, the same whenever it is made.
func idOf[ID ~string](g *Generator, kind string, number int) ID {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", g.seed, kind, number))
	return ID(idLetters.EncodeToString(sum[:idBytes]))
}
