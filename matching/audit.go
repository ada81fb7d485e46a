package matching

import "fmt"

// Group is some of the members, by what everybody may know of them. It is for
// looking whether they are seen less than others, and no ranking reads it.
type Group struct {
	Name string
	IDs  map[string]bool
}

// How far from others a group may be seen under new weights.
const (
	LeastSeen Thousandths = 800  // of what others are seen, per head
	MostSeen  Thousandths = 1300 // likewise
	// SeenSlack is how much farther than under the hand-set weights a group may
	// be from that band where those leave it themselves. Against the hand-set
	// ones and not yesterday's, or a little more every day would go far.
	SeenSlack Thousandths = 50
	// GroupMin is how many members a group and the others need to be looked at:
	// of fewer, chance says more than weights.
	GroupMin = 20
)

// Exposure adds up how much everybody is seen when each of the viewers has the
// list of the question: plain lists, since turns only even out what they show.
func (p *Pool) Exposure(viewers []Profile, q Question) map[string]uint64 {
	seen, list := map[string]uint64{}, []Ranked(nil)
	for _, v := range viewers {
		list = p.AppendRank(list[:0], v, q)
		for r, m := range list {
			seen[m.ID] += uint64(ExposureAt(r + 1))
		}
	}
	return seen
}

// SeenRatio is how much members of the group are seen per head, of what others
// are. It is not known for small groups, small rests, and when nobody else is
// seen. members is how many there are in all.
func SeenRatio(seen map[string]uint64, g Group, members int) (ratio Thousandths, known bool) {
	in, out := uint64(0), uint64(0)
	for id, s := range seen {
		if g.IDs[id] {
			in += s
		} else {
			out += s
		}
	}
	size, rest := len(g.IDs), members-len(g.IDs)
	if size < GroupMin || rest < GroupMin || out == 0 {
		return 0, false
	}
	// Per head and in thousandths; a ratio of sixty-five is as bad as any above.
	return Thousandths(min(fullShare*in*uint64(rest)/(out*uint64(size)), 65_000)), true
}

// Skewed says of the first group that new weights would put out of the band,
// where it would be; empty when they all may be as they are. Hand-set is the
// exposure under the hand-set weights.
func Skewed(handSet, proposed map[string]uint64, groups []Group, members int) string {
	for _, g := range groups {
		was, known := SeenRatio(handSet, g, members)
		would, still := SeenRatio(proposed, g, members)
		if !known || !still {
			continue
		}
		low, high := LeastSeen, MostSeen
		if was < low {
			low = was - min(was, SeenSlack)
		}
		if was > high {
			high = was + SeenSlack
		}
		if would < low || would > high {
			return fmt.Sprintf("%s would be seen %s as much as others, and may be from %s to %s", g.Name, would, low, high)
		}
	}
	return ""
}
