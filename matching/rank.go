package matching

import (
	"cmp"
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
	// Within narrows the list by what members state.
	Within Scope
	// Allow reports whether a member may be listed; nil allows everybody. It
	// leaves out the blocked, the dismissed and the ineligible. It must give
	// the same answer for the same id throughout; it may be called for some
	// members only, in any order, on the calling goroutine.
	Allow func(id string) bool
}

// Scope narrows a list to members who state certain things. A zero field asks
// for nothing; a member who leaves unstated what a scope asks is outside it.
//
// Scope and Allow are all the filters there are, and not a set of members in
// bits: its positions would be those of one pool and stale after the next edit.
// What a filter asks of a profile is a Scope, and costs next to nothing: whole
// blocks are skipped by it. What it asks of a person (met, blocked, not in the
// programme) is an Allow, which comes last and is asked of the few who would
// make the list. Only a filter that refuses nearly everybody makes Allow costly:
// it is then asked of everybody, as it would be in a scan.
type Scope struct {
	Hub, Region uint32 // the same hub, the same region
	Languages   uint64 // at least one of these
}

func (s Scope) holds(p *Profile) bool {
	return (s.Hub == 0 || s.Hub == p.Hub) && (s.Region == 0 || s.Region == p.Region) &&
		(s.Languages == 0 || s.Languages&p.Languages != 0)
}

// Match is one suggestion.
type Match struct {
	ID      string
	Score   Points // R, more than zero
	Reasons Reasons
}

// Rank returns the best matches for the viewer among the candidates, best
// first, exactly as the package comment defines them: it scores everybody.
// Candidates have distinct ids. A Pool gives the same answer faster.
func (d *Definition) Rank(viewer Profile, candidates []Profile, q Question) []Match {
	members := make([]*member, len(candidates))
	for at, p := range candidates {
		members[at] = d.read(p)
	}
	me := d.read(viewer)
	best := d.scan(me, members, q)
	matches := make([]Match, len(best))
	for i, c := range best {
		matches[i] = Match{c.id, c.score, d.explain(me, members[c.at])}
	}
	return matches
}

// scan scores every member. It is the reference that the index has to equal.
func (d *Definition) scan(me *member, members []*member, q Question) []candidate {
	var top shortlist
	top.reset(q.Limit)
	turn := q.turn(me.ID)
	for at, m := range members {
		if !eligible(me, m) || !q.Within.holds(&m.Profile) {
			continue
		}
		score := d.score(me, m)
		if score == 0 || !top.reaches(score) {
			continue
		}
		// Allow comes last because few get this far and it may be slow.
		if q.Allow == nil || q.Allow(m.ID) {
			top.offer(candidate{m.ID, score, tie(turn, m.ID), at})
		}
	}
	return top.best()
}

// candidate is a member with their place in one list.
type candidate struct {
	id    string
	score Points
	tie   uint64 // keyed hash of (viewer, candidate, day)
	at    int    // where the ranking found them
}

// compare orders the better candidate first. No two are equal, since ids differ.
func (c *candidate) compare(o *candidate) int {
	switch { // not cmp.Or, which would compare the ids each time
	case c.score != o.score:
		return cmp.Compare(o.score, c.score)
	case c.tie != o.tie:
		return cmp.Compare(c.tie, o.tie)
	}
	return cmp.Compare(c.id, o.id)
}

// turn is what breaks the viewer's ties on this day.
func (q *Question) turn(viewer string) uint64 {
	return mix(mix(q.Key^uint64(uint32(q.Day))) ^ tag(viewer))
}

func tie(turn uint64, id string) uint64 { return mix(turn ^ tag(id)) }

// tag is the hash FNV-1a of an id.
func tag(id string) uint64 {
	hash := uint64(0xCBF29CE484222325)
	for i := range len(id) {
		hash = (hash ^ uint64(id[i])) * 0x100000001B3
	}
	return hash
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
	kept  []candidate
	// floor is the least score that can still enter; equal scores may, since
	// ties decide.
	floor Points
}

func (s *shortlist) reset(limit int) { s.limit, s.kept, s.floor = max(limit, 0), s.kept[:0], 0 }

func (s *shortlist) reaches(score Points) bool { return s.limit > 0 && score >= s.floor }

func (s *shortlist) offer(c candidate) {
	if len(s.kept) < s.limit {
		s.kept = append(s.kept, c)
		s.rise(len(s.kept) - 1)
	} else if s.limit > 0 && c.compare(&s.kept[0]) < 0 {
		s.kept[0] = c
		s.sink()
	}
	if len(s.kept) == s.limit && s.limit > 0 {
		s.floor = s.kept[0].score
	}
}

// rise moves a candidate up while it is worse than the one above.
func (s *shortlist) rise(at int) {
	for at > 0 {
		above := (at - 1) / 2
		if s.kept[at].compare(&s.kept[above]) < 0 {
			return
		}
		s.kept[at], s.kept[above] = s.kept[above], s.kept[at]
		at = above
	}
}

// sink moves the candidate on top down while one below is worse.
func (s *shortlist) sink() {
	for at := 0; ; {
		worse := 2*at + 1
		if worse >= len(s.kept) {
			return
		}
		if other := worse + 1; other < len(s.kept) && s.kept[other].compare(&s.kept[worse]) > 0 {
			worse = other
		}
		if s.kept[at].compare(&s.kept[worse]) > 0 {
			return
		}
		s.kept[at], s.kept[worse] = s.kept[worse], s.kept[at]
		at = worse
	}
}

// best sorts the kept, best first.
func (s *shortlist) best() []candidate {
	slices.SortFunc(s.kept, func(a, b candidate) int { return a.compare(&b) })
	return s.kept
}
