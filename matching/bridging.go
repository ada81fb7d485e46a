package matching

import (
	"cmp"
	"slices"
)

// bridgesEach is how many bridges are kept of one member: enough that a choice
// of pairs with each person once rarely finds a member's all taken.
const bridgesEach = 5

// Bridge is a pair of two circles who fit each other well: each covers a need
// of the other, so that neither would come for the other's sake alone.
type Bridge struct {
	A, B    string // A is one of those asked about
	Score   Points
	Reasons Reasons // with A as the viewer
}

// Bridges looks among the best q.Limit matches of each of these members for
// those whom separate says to be of another circle, and returns the pairs, best
// first, each once. Ties turn over with q.Day. It costs a search for each
// member, and calls separate for at most q.Limit others of each.
func (p *Pool) Bridges(from []string, separate func(a, b string) bool, q Question) []Bridge {
	var bridges []Bridge
	seen := map[[2]string]bool{}
	for _, a := range from {
		profile, found := p.Get(a)
		if !found {
			continue
		}
		kept := 0
		for _, m := range p.Rank(profile, q) {
			pair := [2]string{min(a, m.ID), max(a, m.ID)}
			if kept == bridgesEach || seen[pair] || !mutual(m.Reasons) || !separate(a, m.ID) {
				continue
			}
			seen[pair] = true
			kept++
			bridges = append(bridges, Bridge{a, m.ID, m.Score, m.Reasons})
		}
	}
	slices.SortFunc(bridges, func(x, y Bridge) int { return x.compare(y, q) })
	return bridges
}

// mutual reports whether each covers a need of the other.
func mutual(r Reasons) bool { return r.ForViewer.Covered() > 0 && r.ForCandidate.Covered() > 0 }

func (b Bridge) compare(o Bridge, q Question) int {
	return cmp.Or(cmp.Compare(o.Score, b.Score), cmp.Compare(b.tie(q), o.tie(q)), cmp.Compare(b.A, o.A), cmp.Compare(b.B, o.B))
}

// tie does not depend on which of the two is A.
func (b Bridge) tie(q Question) uint64 { return tie(q.turn(min(b.A, b.B)), max(b.A, b.B)) }

// Apiece chooses bridges from the front of a list so that nobody is in two, at
// most limit, and only those that keep accepts.
func Apiece(bridges []Bridge, keep func(Bridge) bool, limit int) []Bridge {
	var chosen []Bridge
	taken := map[string]bool{}
	for _, b := range bridges {
		if len(chosen) >= limit {
			break
		}
		if !taken[b.A] && !taken[b.B] && keep(b) {
			taken[b.A], taken[b.B] = true, true
			chosen = append(chosen, b)
		}
	}
	return chosen
}
