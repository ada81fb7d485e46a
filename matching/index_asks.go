package matching

import (
	"cmp"
	"math/bits"
	"slices"
)

// ask is a need of the viewer's with what it can add to the coverage.
type ask struct {
	need    int    // its place in the profile
	exactly Points // bounds what an exact offer adds
	nearly  Points // bounds what a related offer adds
	rest    Points // bounds what this need and those after it add
	// Of the block being visited: who offers just it, who only something related.
	exact, near uint64
}

func (s *searcher) readAsks() {
	count := len(s.me.needs)
	for n := range count {
		s.asks[n] = ask{need: n, exactly: s.covering(n, sameSkill)}
	}
	for i := range s.touches {
		t := &s.touches[i]
		for rest := t.needs; rest != 0; rest &= rest - 1 {
			if n := bits.TrailingZeros16(rest); t.helps[n] < sameSkill {
				s.asks[n].nearly = max(s.asks[n].nearly, s.covering(n, t.helps[n]))
			}
		}
	}
	slices.SortStableFunc(s.asks[:count], func(a, b ask) int { return cmp.Compare(b.exactly, a.exactly) })
	s.asks[count] = ask{}
	for i := count - 1; i >= 0; i-- {
		s.asks[i].rest = s.asks[i+1].rest + s.asks[i].exactly
	}
}

// covering is what a seasoned offer of this similarity covers of need n.
func (s *searcher) covering(n int, similarity uint8) Points {
	return Points(s.weight * uint32(s.me.needs[n].Weight) * uint32(similarity) * uint32(Seasoned))
}
