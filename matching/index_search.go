package matching

import (
	"math/bits"
	"slices"
)

// searcher is one search and the room it works in. It is used by one goroutine
// at a time and rests in the index's pool.
type searcher struct {
	x    *index
	d    *Definition
	me   member
	q    Question
	turn uint64
	top  shortlist
	circumstances
	skills

	live        []uint64           // who may be listed and has not been looked at
	exact       [MaxNeeds][]uint64 // who offers just what need n asks
	near        [MaxNeeds][]uint64 // who offers something related to need n
	some        []uint64           // who needs what the viewer offers, or something related
	sure, surer []uint64
	more        []uint64 // who does so more than once, or with all they need
	causes      []uint64 // who shares a cause

	u, v   []Points // bounds of both affinities, by block
	bound  []Points // bound of the score, by block
	order  []uint32 // blocks, best bound first
	fresh  []*entry
	counts struct{ blocks, groups, checked, scored int }
}

// skills are the viewer's needs and offers as tables by skill number. All
// entries are 0 between searches.
type skills struct {
	touches []touch  // what helps with the viewer's needs
	touched []uint8  // by skill: one more than its place in touches
	meets   []uint16 // by skill: how strongly the viewer's offers meet a need of it, 0 to 256
	own     []bool
	met     []uint32 // the skills that meets has entries for
	exactly [MaxNeeds]Points
	nearly  [MaxNeeds]Points
	// strongest is the largest entry of meets that somebody needs.
	one, all, oneNear, allNear, mixed Points
	rest                              [MaxNeeds + 1]Points
	base                              Points // what is covered when nothing matches: kappa or nothing
	unstated                          Points
}

// touch is a skill that helps with some of the viewer's needs.
type touch struct {
	skill uint32
	needs uint16          // bit n for need n
	helps [MaxNeeds]uint8 // similarity by need, sixteenths
}

func (s *searcher) search(x *index, gone []uint32, fresh []*entry, q Question) []candidate {
	s.x, s.d, s.q, s.fresh = x, x.definition, q, fresh
	s.turn = q.turn(s.me.ID)
	s.top.reset(q.Limit)
	s.counts = struct{ blocks, groups, checked, scored int }{}
	if q.Limit <= 0 {
		return nil
	}
	s.circumstances.read(s.d, x.scale, &s.me)
	s.readSkills()
	s.room(len(x.blocks))
	s.admit(gone)
	s.mark()
	s.rankBlocks()
	for _, b := range s.order {
		if s.bound[b] < s.top.floor {
			continue
		}
		s.visit(int(b))
	}
	s.visitFresh()
	s.forget()
	return s.top.best()
}

func (s *searcher) readSkills() {
	v := s.x.vocabulary
	if len(s.touched) != len(v.skills) {
		s.touched, s.meets = make([]uint8, len(v.skills)), make([]uint16, len(v.skills))
	}
	s.touches, s.met, s.own = s.touches[:0], s.met[:0], s.own[:0]
	for n := range s.me.needs {
		need := &s.me.needs[n]
		s.touch(n, need.Skill, sameSkill)
		for _, r := range need.related {
			s.touch(n, r.Skill, r.Sixteenths)
		}
	}
	for _, o := range s.me.Offers {
		number := v.numbers[o.Skill]
		if number == 0 {
			continue
		}
		s.meet(number, uint16(o.Level)*sameSkill, true)
	}
	for _, o := range s.me.Offers {
		number := v.numbers[o.Skill]
		if number == 0 {
			continue
		}
		for _, r := range v.helps.of(number) {
			s.meet(r.skill(), uint16(o.Level)*uint16(r.similarity()), false)
		}
	}
}

func (s *searcher) touch(n int, skill Skill, similarity uint8) {
	number := s.x.vocabulary.numbers[skill]
	if number == 0 {
		return
	}
	at := s.touched[number]
	if at == 0 {
		s.touches = append(s.touches, touch{skill: number})
		at = uint8(len(s.touches))
		s.touched[number] = at
	}
	t := &s.touches[at-1]
	t.needs |= 1 << n
	t.helps[n] = max(t.helps[n], similarity)
}

func (s *searcher) meet(number uint32, strength uint16, own bool) {
	if s.meets[number] == 0 {
		s.met = append(s.met, number)
		s.own = append(s.own, own)
	}
	s.meets[number] = max(s.meets[number], strength)
}

func (s *searcher) forget() {
	for _, t := range s.touches {
		s.touched[t.skill] = 0
	}
	for _, number := range s.met {
		s.meets[number] = 0
	}
}

func (s *searcher) room(blocks int) {
	for n := range s.me.needs {
		s.exact[n] = wiped(s.exact[n], blocks)
		s.near[n] = wiped(s.near[n], blocks)
	}
	s.live = wiped(s.live, blocks)
	s.some = wiped(s.some, blocks)
	s.more = wiped(s.more, blocks)
	s.sure = wiped(s.sure, blocks)
	s.surer = wiped(s.surer, blocks)
	s.causes = wiped(s.causes, blocks)
	s.u = slices.Grow(s.u[:0], blocks)[:blocks]
	s.v = slices.Grow(s.v[:0], blocks)[:blocks]
	s.bound = slices.Grow(s.bound[:0], blocks)[:blocks]
	s.order = slices.Grow(s.order[:0], blocks)[:0]
}

func wiped(words []uint64, n int) []uint64 {
	words = slices.Grow(words[:0], n)[:n]
	clear(words)
	return words
}

// admit sets the live words to those whom no filter but Allow leaves out.
func (s *searcher) admit(gone []uint32) {
	x := s.x
	s.speak(s.me.Languages)
	for _, at := range gone {
		s.live[at/blockSize] &^= 1 << (at % blockSize)
	}
	if at, found := x.names.find(s.me.ID); found {
		s.live[at/blockSize] &^= 1 << (at % blockSize)
	}
	if rest := len(x.records) % blockSize; rest != 0 {
		s.live[len(s.live)-1] &= 1<<rest - 1
	}
	s.narrow(s.q.Within)
}

func (s *searcher) speak(languages uint64) {
	w := &s.x.words
	if languages == 0 {
		for b := range s.live {
			s.live[b] = ^uint64(0)
		}
		return
	}
	copy(s.live, w.unspoken)
	for rest := languages; rest != 0; rest &= rest - 1 {
		for b, word := range w.languages[bits.TrailingZeros64(rest)] {
			s.live[b] |= word
		}
	}
}

func (s *searcher) narrow(to Scope) {
	if to == (Scope{}) {
		return
	}
	for b := range s.live {
		k := &s.x.blocks[b]
		if to.Hub != 0 && k.hubs&sieve(to.Hub) == 0 || to.Region != 0 && k.regions&sieve(to.Region) == 0 {
			s.live[b] = 0
		}
		for m := s.live[b]; m != 0; m &= m - 1 {
			at := bits.TrailingZeros64(m)
			if !s.inside(to, &s.x.records[b*blockSize+at]) {
				s.live[b] &^= 1 << at
			}
		}
	}
}

func (s *searcher) inside(to Scope, r *record) bool {
	return to.holds(&Profile{Hub: r.hub, Region: r.region, Languages: r.languages})
}

// mark sets the words of the needs on both sides.
func (s *searcher) mark() {
	x := s.x
	weight := func(n int, strength uint32) Points {
		return Points(uint32(s.d.weights.Skills) * uint32(s.me.needs[n].Weight) * strength)
	}
	for n := range s.me.needs {
		s.exactly[n] = weight(n, sameSkill*uint32(Seasoned))
		s.nearly[n] = 0
	}
	for i := range s.touches {
		t := &s.touches[i]
		for m := t.needs; m != 0; m &= m - 1 {
			n := bits.TrailingZeros16(m)
			if t.helps[n] == sameSkill {
				x.offers.mark(s.exact[n], t.skill)
			} else {
				x.offers.mark(s.near[n], t.skill)
				s.nearly[n] = max(s.nearly[n], weight(n, uint32(t.helps[n])*uint32(Seasoned)))
			}
		}
	}
	s.base, s.unstated = 0, s.d.unstated()
	if len(s.me.needs) == 0 {
		s.base = s.unstated
	}
	s.rest[len(s.me.needs)] = s.base * 0
	for n := len(s.me.needs) - 1; n >= 0; n-- {
		s.rest[n] = s.rest[n+1] + s.exactly[n]
	}
	strongest, strongestNear := uint32(0), uint32(0)
	for i, number := range s.met {
		list, words := x.needs.of(number, len(s.some))
		if len(list)+len(words) == 0 {
			continue
		}
		if s.own[i] {
			strongest = max(strongest, uint32(s.meets[number]))
			for _, at := range list {
				b, bit := at/blockSize, uint64(1)<<(at%blockSize)
				s.surer[b] |= s.sure[b] & bit
				s.sure[b] |= bit
			}
			for b, word := range words {
				s.surer[b] |= s.sure[b] & word
				s.sure[b] |= word
			}
		} else {
			strongestNear = max(strongestNear, uint32(s.meets[number]))
		}
		for _, at := range list {
			b, bit := at/blockSize, uint64(1)<<(at%blockSize)
			s.more[b] |= s.some[b] & bit
			s.some[b] |= bit
		}
		for b, word := range words {
			s.more[b] |= s.some[b] & word
			s.some[b] |= word
		}
	}
	for b, word := range x.words.single {
		s.more[b] |= s.some[b] & word
	}
	for b, word := range x.words.single {
		s.surer[b] |= s.sure[b] & word
	}
	strongest = max(strongest, strongestNear)
	skills := uint32(s.d.weights.Skills)
	heaviest := x.words.heaviest
	s.all = Points(skills * FullWeight * strongest)
	s.one = Points(skills * heaviest * strongest)
	s.allNear = Points(skills * FullWeight * strongestNear)
	s.oneNear = Points(skills * heaviest * strongestNear)
	s.mixed = Points(skills * (heaviest*strongest + (FullWeight-heaviest)*strongestNear))
	for rest := s.me.Causes; rest != 0; rest &= rest - 1 {
		for b, word := range x.words.causes[bits.TrailingZeros32(rest)] {
			s.causes[b] |= word
		}
	}
}

const buckets = 512

// rankBlocks bounds every block and orders them, best first, in buckets.
func (s *searcher) rankBlocks() {
	var count [buckets + 1]uint32
	const width = uint32(MaxPoints)/buckets + 1
	for b := range s.x.blocks {
		live := s.live[b]
		if live == 0 {
			s.bound[b] = 0
			continue
		}
		u, v := s.bounds(&s.x.blocks[b])
		s.u[b], s.v[b] = u, v
		c := s.base
		for n := range s.me.needs {
			if s.exact[n][b]&live != 0 {
				c += s.exactly[n]
			} else if s.near[n][b]&live != 0 {
				c += s.nearly[n]
			}
		}
		t := Points(0)
		if s.surer[b]&live != 0 {
			t = s.all
		} else if s.more[b]&s.sure[b]&live != 0 {
			t = max(s.mixed, s.allNear)
		} else if s.more[b]&live != 0 {
			t = max(s.allNear, s.one)
		} else if s.some[b]&live != 0 {
			t = s.one
		}
		if s.x.words.unstated[b]&live != 0 {
			t = max(t, s.unstated)
		}
		s.bound[b] = harmonicMean(c+u, t+v)
		count[buckets-1-uint32(s.bound[b])/width+1]++
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	s.order = s.order[:count[buckets]]
	for b := range s.x.blocks {
		if s.live[b] == 0 {
			continue
		}
		k := buckets - 1 - uint32(s.bound[b])/width
		s.order[count[k]] = uint32(b)
		count[k]++
	}
}

func (s *searcher) visit(b int) {
	s.counts.blocks++
	live := s.live[b]
	some, more, unstated := s.some[b], s.more[b], s.x.words.unstated[b]
	exact, exacter := s.sure[b], s.surer[b]
	s.class(b, live&exacter, s.all)
	s.class(b, live&more&exact&^exacter, s.mixed)
	s.class(b, live&exact&^more, s.one)
	s.class(b, live&more&^exact, s.allNear)
	s.class(b, live&some&^more&^exact, s.oneNear)
	s.class(b, live&unstated, s.unstated)
	s.class(b, live&^some&^unstated, 0)
}

// class looks at members whose needs the viewer's offers cover with at most v.
func (s *searcher) class(b int, group uint64, v Points) {
	if group == 0 {
		return
	}
	least, possible := required(v+s.v[b], s.top.floor)
	if !possible || least > s.u[b]+s.base+s.rest[0] {
		return
	}
	least -= min(least, s.u[b])
	s.split(b, 0, group, s.base, least, v)
}

// required is the least u whose harmonic mean with v is at least floor.
func required(v, floor Points) (u Points, possible bool) {
	if floor == 0 {
		return 0, true
	}
	if 2*v <= floor {
		return 0, false
	}
	below := uint64(2*v - floor)
	return Points((uint64(floor)*uint64(v) + below - 1) / below), true
}

// split divides members by the needs of the viewer that they cover, and leaves
// those who can't cover enough.
func (s *searcher) split(b, n int, group uint64, covered, least, v Points) {
	if group == 0 || covered+s.rest[n] < least {
		return
	}
	if n < len(s.me.needs) {
		exact := group & s.exact[n][b]
		near := group & s.near[n][b] &^ exact
		s.split(b, n+1, exact, covered+s.exactly[n], least, v)
		s.split(b, n+1, near, covered+s.nearly[n], least, v)
		s.split(b, n+1, group&^exact&^near, covered, least, v)
		return
	}
	s.group(b, group, covered, v)
}

// group looks at members whose coverages have the same bounds.
func (s *searcher) group(b int, group uint64, u, v Points) {
	s.counts.groups++
	s.run(b, group&s.causes[b], u, v, s.u[b], s.v[b])
	if group &= ^s.causes[b]; group != 0 {
		un, vn := s.u[b], s.v[b]
		if shared := bits.OnesCount32(s.x.blocks[b].causes & s.causeMask); shared > 0 {
			un -= s.circumstances.causes[s.ownCauses][shared]
			vn -= s.wholeCauses
		}
		s.run(b, group, u, v, un, vn)
	}
}

func (s *searcher) run(b int, group uint64, u, v, au, av Points) {
	if group == 0 || !reaches(u+au, v+av, s.top.floor) {
		return
	}
	for ; group != 0; group &= group - 1 {
		at := b*blockSize + bits.TrailingZeros64(group)
		s.look(&s.x.records[at], at, u, v)
	}
}

// reaches reports whether the harmonic mean of u and v is at least floor,
// without dividing. Both products are at most 2*61,440,000².
func reaches(u, v, floor Points) bool {
	return 2*uint64(u)*uint64(v) >= uint64(floor)*(uint64(u)+uint64(v))
}

// look scores a member if they can still enter; u and v bound the coverages.
func (s *searcher) look(r *record, at int, u, v Points) {
	s.counts.checked++
	mine, theirs := s.affinities(r)
	if !reaches(u+mine, v+theirs, s.top.floor) {
		return
	}
	if r.long() {
		s.lookLong(r, at)
		return
	}
	theirs += s.coverOfTheirs(r)
	if !reaches(u+mine, theirs, s.top.floor) {
		return
	}
	s.counts.scored++
	mine += s.coverOfMine(r)
	s.enter(harmonicMean(mine, theirs), at)
}

func (s *searcher) enter(score Points, at int) {
	if score == 0 || score < s.top.floor {
		return
	}
	id := s.id(at)
	if s.q.Allow == nil || s.q.Allow(id) {
		s.top.offer(candidate{id, score, tie(s.turn, id), at})
	}
}

func (s *searcher) id(at int) string {
	if at < 0 {
		return s.fresh[^at].id
	}
	return s.x.names.of(uint32(at))
}

func (s *searcher) lookLong(r *record, at int) {
	var m *member
	if at < 0 {
		m = s.fresh[^at].long
	} else {
		m = s.x.longs[r.longAt()].member
	}
	s.enter(s.d.score(&s.me, m), at)
}

func (s *searcher) coverOfTheirs(r *record) Points {
	if r.needs[0] == 0 {
		return s.unstated
	}
	covered := uint32(0)
	for n, skill := range r.needs {
		covered += uint32(r.weights[n]) * uint32(s.meets[skill])
	}
	return Points(uint32(s.d.weights.Skills) * covered)
}

func (s *searcher) coverOfMine(r *record) Points {
	if len(s.me.needs) == 0 {
		return s.unstated
	}
	var best [MaxNeeds]uint32
	for o, skill := range r.offers {
		at := s.touched[skill]
		if at == 0 {
			continue
		}
		t := &s.touches[at-1]
		for m := t.needs; m != 0; m &= m - 1 {
			n := bits.TrailingZeros16(m) % MaxNeeds
			best[n] = max(best[n], uint32(t.helps[n])*uint32(r.levels[o]))
		}
	}
	covered := uint32(0)
	for n := range s.me.needs {
		covered += uint32(s.me.needs[n].Weight) * best[n]
	}
	return Points(uint32(s.d.weights.Skills) * covered)
}

// visitFresh looks at everybody edited since the index was made.
func (s *searcher) visitFresh() {
	const whole = Points(FullWeight * sameSkill * uint32(Seasoned))
	most := Points(s.d.weights.Skills) * whole
	for i, e := range s.fresh {
		r := &e.record
		understand := r.languages&s.me.Languages != 0 || r.languages == 0 || s.me.Languages == 0
		if understand && e.id != s.me.ID && s.inside(s.q.Within, r) {
			s.look(r, ^i, max(most, s.unstated), max(most, s.unstated))
		}
	}
}
