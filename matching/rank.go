package matching

import (
	"cmp"
	"container/heap"
	"slices"
)

// Question says which list is wanted. The same question of the same pool has
// the same answer.
type Question struct {
	// Limit is the length of the list at most; zero or less asks for nothing.
	Limit int
	// Day numbers the day in the viewer's life: ties turn over when it changes.
	Day int32
	// Key is a secret of the network: without it a member could choose an id
	// that wins ties.
	Key uint64
	// Allow reports whether a member may be listed; nil allows everybody. It
	// leaves out the blocked, the dismissed and the ineligible. It must give
	// the same answer for the same id throughout; it may be called for some
	// members only, in any order, on the calling goroutine.
	Allow func(id string) bool
}

// Match is one suggestion.
type Match struct {
	ID      string
	Score   Points // R, more than zero
	Reasons Reasons
}

// Rank returns the best matches for the viewer, best first, exactly as the
// package comment defines them. The viewer need not be in the pool, and is
// taken as passed, private needs included: the answer is for the viewer alone.
func (p *Pool) Rank(viewer Profile, q Question) []Match {
	me := p.definition.read(viewer)
	best := p.scan(me, q)
	matches := make([]Match, len(best))
	for i, c := range best {
		matches[i] = Match{c.ID, c.score, p.definition.explain(me, c.member)}
	}
	return matches
}

// scan scores every member. It is the reference that an index has to equal.
func (p *Pool) scan(me *member, q Question) []candidate {
	top := shortlist{limit: min(q.Limit, len(p.members))}
	turn := mix(mix(q.Key^uint64(uint32(q.Day))) ^ me.tag)
	for _, m := range p.members {
		if !eligible(me, m) {
			continue
		}
		// One direction bounds both: the harmonic mean is at most that with a
		// perfect other side, so most members need no second look.
		mine := p.definition.benefit(me, m)
		if !top.reaches(harmonicMean(mine, MaxPoints)) {
			continue
		}
		score := harmonicMean(mine, p.definition.benefit(m, me))
		if score == 0 || !top.reaches(score) {
			continue
		}
		// Allow comes last because few get this far and it may be slow.
		if q.Allow == nil || q.Allow(m.ID) {
			top.offer(candidate{m, score, mix(turn ^ m.tag)})
		}
	}
	slices.SortFunc(top.kept, candidate.compare)
	return top.kept
}

// candidate is a member with their place in one list.
type candidate struct {
	*member
	score Points
	tie   uint64 // keyed hash of (viewer, candidate, day)
}

// compare orders the better candidate first. No two are equal, since ids differ.
func (c candidate) compare(o candidate) int {
	return cmp.Or(cmp.Compare(o.score, c.score), cmp.Compare(c.tie, o.tie), cmp.Compare(c.ID, o.ID))
}

// mix spreads every bit of x over the whole word: the finaliser of splitmix64.
// It is one-to-one, so two tags meet only if they were equal.
func mix(x uint64) uint64 {
	x += 0x9E3779B97F4A7C15
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// shortlist keeps the best candidates offered, up to its limit: a heap with the
// worst on top.
type shortlist struct {
	limit int
	kept  worstFirst
}

// reaches reports whether a score could enter. Equal scores may: ties decide.
func (s *shortlist) reaches(score Points) bool {
	return len(s.kept) < s.limit || s.limit > 0 && score >= s.kept[0].score
}

func (s *shortlist) offer(c candidate) {
	// heap.Push would box every candidate; appending and fixing does not.
	if len(s.kept) < s.limit {
		s.kept = append(s.kept, c)
		heap.Fix(&s.kept, len(s.kept)-1)
	} else if s.limit > 0 && c.compare(s.kept[0]) < 0 {
		s.kept[0] = c
		heap.Fix(&s.kept, 0)
	}
}

// worstFirst implements heap.Interface; Push and Pop are there for it only.
type worstFirst []candidate

func (w worstFirst) Len() int           { return len(w) }
func (w worstFirst) Less(i, j int) bool { return w[i].compare(w[j]) > 0 }
func (w worstFirst) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *worstFirst) Push(x any)        { *w = append(*w, x.(candidate)) }
func (w *worstFirst) Pop() any {
	last := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return last
}
