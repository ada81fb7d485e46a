package matching

import (
	"math/bits"
	"slices"
)

// searcher is one search with the room it works in.
type searcher struct {
	me member // the viewer
	q  Question
	x  *index
	// fresh are the members beside the index; a candidate's at is ^i for fresh[i].
	fresh []*entry
	turn  uint64
	top   shortlist

	circumstances
	skillTables
	caps
	marks

	weight   uint32 // of skills, thousandths
	unstated Points // kappa
	stated   Points // what everybody covers of the viewer's needs: kappa or nothing
	// asks are the viewer's needs, the one that counts most first; after the
	// last one stands a zero.
	asks [MaxNeeds + 1]ask

	u, v   []Points // bounds of both affinities, by block
	bounds []Points // bounds of the score, by block; 0 for a block that is done with
	order  []uint32 // blocks, best bound first
}

// search returns the viewer's best among the index's members who are not gone
// and the fresh, best first. The list is the searcher's, until the next search.
func (s *searcher) search(x *index, gone []uint32, fresh []*entry, q Question) []candidate {
	s.top.reset(q.Limit)
	if q.Limit <= 0 {
		return nil
	}
	s.x, s.fresh, s.q, s.turn = x, fresh, q, q.turn(s.me.ID)
	s.readViewer()
	s.markMembers(gone)
	s.boundBlocks()
	s.visitBest()
	for b, bound := range s.bounds {
		if bound > 0 && bound >= s.top.floor {
			s.visit(b)
		}
	}
	s.visitFresh()
	s.x, s.fresh, s.q = nil, nil, Question{} // whose they are may let go of them
	return s.top.best()
}

func (s *searcher) readViewer() {
	d := s.x.definition
	s.circumstances.read(d, s.x.scale, &s.me)
	s.skillTables.read(s.x.vocabulary, &s.me)
	s.weight, s.unstated, s.stated = uint32(d.weights.Skills), d.unstated(), 0
	if len(s.me.needs) == 0 {
		s.stated = s.unstated
	}
	s.readAsks()
	s.caps.read(s.x, &s.skillTables)
}

// bestBlocks is the part of the blocks, and fewBlocks the number on top of it,
// that is visited best first to raise the floor. The rest, most of which falls
// below it, comes in the order in which it stands in memory; a network of 16,000
// is all visited best first.
const bestBlocks, fewBlocks = 16, 256

func (s *searcher) visitBest() {
	for _, b := range s.order[:min(len(s.order), len(s.order)/bestBlocks+fewBlocks)] {
		if bound := s.bounds[b]; bound > 0 && bound >= s.top.floor {
			s.visit(int(b))
		}
		s.bounds[b] = 0
	}
}

// visit looks for a block's members who can enter.
func (s *searcher) visit(b int) {
	live := s.live[b]
	for i := range s.me.needs {
		a, n := &s.asks[i], s.asks[i].need
		a.exact = live & s.exact[n][b]
		a.near = live & s.near[n][b] &^ a.exact
	}
	for _, c := range s.classes(b, live) {
		if c.members != 0 {
			s.divide(b, c.members, c.cap)
		}
	}
}

// class is members of a block with a bound of what the viewer's offers cover of
// their needs.
type class struct {
	members uint64
	cap     Points
}

// classes divides a block's members by how the viewer's offers meet their needs.
func (s *searcher) classes(b int, live uint64) [10]class {
	once, again, own, ownAgain := s.once[b], s.again[b], s.own[b], s.ownAgain[b]
	unstated, heavy := s.x.words.unstated[b], s.x.words.heavy[b]
	mixed := live & again & own &^ ownAgain
	owned := live & own &^ again
	akin := live & once &^ again &^ own
	return [...]class{
		{live & ownAgain, s.ownTwice},
		{mixed & heavy, s.mixed},
		{mixed &^ heavy, s.mixedLight},
		{owned & heavy, s.ownOnce},
		{owned &^ heavy, s.ownLight},
		{live & again &^ own, s.akinTwice},
		{akin & heavy, s.akinOnce},
		{akin &^ heavy, s.akinLight},
		{live & unstated, s.unstated},
		{live &^ once &^ unstated, 0},
	}
}

// divide looks for those of a group who cover enough of the viewer's needs,
// when the viewer covers at most v of theirs.
func (s *searcher) divide(b int, group uint64, v Points) {
	least, possible := required(v+s.v[b], s.top.floor)
	if !possible {
		return
	}
	least -= min(least, s.u[b])
	if least > s.stated {
		// Most groups end here: only who covers a need can come to the least.
		most, helpful := s.stated, uint64(0)
		for i := range s.me.needs {
			a := &s.asks[i]
			if group&a.exact != 0 {
				most += a.exactly
			} else if group&a.near != 0 {
				most += a.nearly
			}
			helpful |= a.exact | a.near
		}
		if most < least {
			return
		}
		group &= helpful
	}
	s.split(b, 0, group, s.stated, least, v)
}

// split divides a group by the needs asked from i on that its members cover,
// and leaves those who can't come to the least that is required.
func (s *searcher) split(b, i int, group uint64, covered, least, v Points) {
	if group == 0 || covered+s.asks[i].rest < least {
		return
	}
	if i == len(s.me.needs) {
		s.lookAt(b, group, covered, v)
		return
	}
	a := &s.asks[i]
	s.split(b, i+1, group&a.exact, covered+a.exactly, least, v)
	s.split(b, i+1, group&a.near, covered+a.nearly, least, v)
	s.split(b, i+1, group&^(a.exact|a.near), covered, least, v)
}

// lookAt looks at a group whose coverages u and v bound: first at those who
// share a cause with the viewer.
func (s *searcher) lookAt(b int, group uint64, u, v Points) {
	most, theirs := s.u[b], s.v[b]
	if group&s.sharing[b] != 0 && reaches(u+most, v+theirs, s.top.floor) {
		s.lookEach(b, group&s.sharing[b], u, v)
	}
	if group &^= s.sharing[b]; group == 0 {
		return
	}
	mineLess, theirsLess := s.withoutCauses(&s.x.blocks[b])
	if reaches(u+most-mineLess, v+theirs-theirsLess, s.top.floor) {
		s.lookEach(b, group, u, v)
	}
}

func (s *searcher) lookEach(b int, group uint64, u, v Points) {
	for ; group != 0; group &= group - 1 {
		at := b*blockSize + bits.TrailingZeros64(group)
		s.look(&s.x.records[at], at, u, v)
	}
}

// look scores one member, whose coverages u and v bound, unless a cheaper term
// shows that they can't enter.
func (s *searcher) look(r *record, at int, u, v Points) {
	mine, theirs := s.ofMember(r)
	if !reaches(u+mine, v+theirs, s.top.floor) {
		return
	}
	if r.long() {
		s.enter(s.x.definition.score(&s.me, s.long(r, at)), at)
		return
	}
	if r.needs[0] == 0 {
		theirs += s.unstated
	} else {
		theirs += Points(s.weight * s.covered(r))
	}
	if !reaches(u+mine, theirs, s.top.floor) {
		return
	}
	if len(s.me.needs) == 0 {
		mine += s.unstated
	} else {
		mine += Points(s.weight * s.covers(s.me.needs, r))
	}
	s.enter(harmonicMean(mine, theirs), at)
}

// long is the whole of a member whom their record does not hold.
func (s *searcher) long(r *record, at int) *member {
	if at < 0 {
		return s.fresh[^at].long
	}
	return s.x.longs[r.longAt()]
}

// enter puts a member on the list who reaches it and is allowed.
func (s *searcher) enter(score Points, at int) {
	if score == 0 || !s.top.reaches(score) {
		return
	}
	var id string
	if at < 0 {
		id = s.fresh[^at].id
	} else {
		id = s.x.names.of(uint32(at))
	}
	// Allow comes last because few get this far and it may be slow.
	if s.q.Allow == nil || s.q.Allow(id) {
		s.top.offer(candidate{id, score, tie(s.turn, id), at})
	}
}

// visitFresh looks at everybody edited since the index was made.
func (s *searcher) visitFresh() {
	most := Points(s.weight * FullWeight * sameSkill * uint32(Seasoned)) // kappa is at most that
	for i, e := range s.fresh {
		p := Profile{ID: e.id, Languages: e.record.languages, Hub: e.record.hub, Region: e.record.region}
		if eligible(&s.me, &member{Profile: p}) && s.q.Within.holds(&p) {
			s.look(&e.record, ^i, most, most)
		}
	}
}

// resized returns a slice of n elements of any value, in the same room if it
// has enough.
func resized[T any](slice []T, n int) []T { return slices.Grow(slice[:0], n)[:n] }
