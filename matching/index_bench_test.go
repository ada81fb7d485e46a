package matching

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// town is the world in which the index is measured: skills with a long tail,
// each sector with its own favourites, hubs of uneven size whose members share
// a clock and mostly a language.
type town struct {
	random   *rand.Rand
	common   *tail
	usual    *tail
	by       [][]Skill // skills by sector
	hubs     *tail
	regionOf []uint32
	speechOf []int
	causes   *tail
}

const (
	townSkills  = 3000
	townRelated = 4
	townRegions = 12
)

func newTown(seed uint64, members int, exponent float64) *town {
	t := &town{random: rand.New(rand.NewPCG(seed, 1)), common: newPower(townSkills, exponent), usual: newPower(townSkills/6, exponent)}
	for range sectors {
		favourites := make([]Skill, townSkills/6)
		for i, s := range t.random.Perm(townSkills)[:len(favourites)] {
			favourites[i] = Skill(s)
		}
		t.by = append(t.by, favourites)
	}
	t.hubs, t.causes = newPower(max(40, members/2000), 0.9), newPower(Causes, 0.7)
	for range t.hubs.upTo {
		t.regionOf = append(t.regionOf, uint32(1+t.random.IntN(townRegions)))
		t.speechOf = append(t.speechOf, 1+t.random.IntN(30))
	}
	return t
}

func newPower(n int, exponent float64) *tail {
	t := &tail{upTo: make([]float64, n)}
	sum := 0.0
	for i := range t.upTo {
		sum += math.Pow(float64(i+1), -exponent)
		t.upTo[i] = sum
	}
	return t
}

func (t *town) draw(sector uint8) Skill {
	if t.random.IntN(2) == 0 {
		return t.by[sector-1][t.usual.draw(t.random)]
	}
	return Skill(t.common.draw(t.random))
}

func (t *town) member(n int) Profile {
	r := t.random
	p := Profile{
		ID: fmt.Sprintf("member%010d", n), Sector: uint8(1 + r.IntN(sectors)), Stage: uint8(r.IntN(MaxStage + 1)),
		HoursPerWeek: uint8(r.IntN(12)),
	}
	p.Family = 1 + p.Sector/4
	hub := t.hubs.draw(r)
	p.Hub, p.Region = uint32(1+hub), t.regionOf[hub]
	p.Hours = WorkingHours(120*int(p.Region)-720, 9, 18)
	p.Languages = 1 << t.speechOf[hub]
	if r.IntN(4) > 0 {
		p.Languages |= 1
	}
	for range 1 + r.IntN(3) {
		p.Causes |= 1 << t.causes.draw(r)
	}
	offers := 4 + r.IntN(5)
	for len(p.Offers) < offers {
		p.Offers = normalOffers(p.Offers, []Offer{{t.draw(p.Sector), Level(8 + 4*r.IntN(3))}})
	}
	if r.IntN(10) == 0 {
		return p
	}
	from := p.Sector
	if r.IntN(2) == 0 {
		from = uint8(1 + r.IntN(sectors))
	}
	needs := 2 + r.IntN(3)
	for have := 0; have < needs; {
		s := t.draw(from)
		if !slices.ContainsFunc(p.Needs, func(n Need) bool { return n.Skill == s }) {
			p.Needs = append(p.Needs, Need{s, uint8(1 + r.IntN(3))})
			have++
		}
	}
	return p
}

func (t *town) members(n int) []Profile {
	profiles := make([]Profile, n)
	for i := range profiles {
		profiles[i] = t.member(i)
	}
	return profiles
}

// definition relates each skill to others of its group of ten.
func (t *town) definition(tb testing.TB) *Definition {
	related := make(Related)
	order := t.random.Perm(townSkills)
	for group := 0; group+10 <= townSkills; group += 10 {
		for a := range 10 {
			for b := 1; b <= townRelated; b++ {
				need := Skill(order[group+a])
				related[need] = append(related[need], Similar{Skill(order[group+(a+b)%10]), uint8(4 + t.random.IntN(8))})
			}
		}
	}
	d, err := NewDefinition(related, HandSet())
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// contest holds what the others search: the index's own records, in its order.
type contest struct {
	x    *index
	near [][]relation // by number of a needed skill
}

func newContest(x *index) *contest {
	c := &contest{x, make([][]relation, len(x.vocabulary.skills))}
	for need, similar := range x.definition.related {
		for _, r := range similar {
			n := x.vocabulary.numbers[need]
			c.near[n] = append(c.near[n], relationOf(x.vocabulary.numbers[r.Skill], r.Sixteenths))
		}
	}
	return c
}

// plain is the definition in nested loops, without tables or early exits.
func (c *contest) plain(viewer Profile, q Question) []candidate {
	me := c.x.vocabulary.pack(c.x.definition.read(viewer))
	turn := q.turn(viewer.ID)
	var top shortlist
	top.reset(q.Limit)
	for at := range c.x.records {
		r := &c.x.records[at]
		id := c.x.names.of(uint32(at))
		if me.record.languages&r.languages == 0 && me.record.languages != 0 && r.languages != 0 || id == viewer.ID {
			continue
		}
		score := harmonicMean(c.benefit(&me.record, r), c.benefit(r, &me.record))
		if score > 0 && top.reaches(score) {
			top.offer(candidate{id, score, tie(turn, id), at})
		}
	}
	return top.best()
}

func (c *contest) benefit(i, j *record) Points {
	w := &c.x.definition.weights
	u := Points(0)
	if own := bits.OnesCount32(i.causes()); own > 0 {
		u += part(w.Causes, bits.OnesCount32(i.causes()&j.causes()), own)
	}
	switch {
	case same(i.sector(), j.sector()):
		u += part(w.Sector, 1, 1)
	case same(i.family(), j.family()):
		u += part(w.Sector, 1, 2)
	}
	if i.stage() != 0 && j.stage() != 0 && max(i.stage(), j.stage())-min(i.stage(), j.stage()) <= 1 {
		u += part(w.Stage, 1, 1)
	}
	u += part(w.Hours, min(bits.OnesCount64(i.hours()&j.hours()), enoughHours), enoughHours)
	switch {
	case same(i.hub, j.hub):
		u += part(w.Place, 1, 1)
	case same(i.region, j.region):
		u += part(w.Place, 1, 2)
	}
	u += part(w.Time, min(int(j.time()), enoughPerWeek), enoughPerWeek)
	if i.needs[0] == 0 {
		return u + c.x.definition.unstated()
	}
	for n, need := range i.needs {
		if need == 0 {
			break
		}
		best := uint32(0)
		for o, offer := range j.offers {
			if offer == 0 {
				break
			}
			best = max(best, c.similarity(need, offer)*uint32(j.levels[o]))
		}
		u += Points(uint32(w.Skills) * uint32(i.weights[n]) * best)
	}
	return u
}

func (c *contest) similarity(need, offer uint16) uint32 {
	if need == offer {
		return sameSkill
	}
	for _, r := range c.near[need] {
		if r.skill() == uint32(offer) {
			return uint32(r.similarity())
		}
	}
	return 0
}

// tuned is a full scan of the records with the searcher's own tables.
func (c *contest) tuned(s *searcher, viewer Profile, q Question) []candidate {
	c.x.definition.readInto(&s.me, viewer)
	s.x, s.q, s.turn = c.x, q, q.turn(viewer.ID)
	s.top.reset(q.Limit)
	s.readViewer()
	self, _ := c.x.names.find(viewer.ID)
	for at := range c.x.records {
		r := &c.x.records[at]
		if s.me.Languages&r.languages == 0 && s.me.Languages != 0 && r.languages != 0 || uint32(at) == self {
			continue
		}
		s.enter(s.scoreOf(r), at)
	}
	return s.top.best()
}

func (s *searcher) scoreOf(r *record) Points {
	mine, theirs := s.ofMember(r)
	if len(s.me.needs) == 0 {
		mine += s.unstated
	} else {
		mine += Points(s.weight * s.covers(s.me.needs, r))
	}
	if r.needs[0] == 0 {
		theirs += s.unstated
	} else {
		theirs += Points(s.weight * s.covered(r))
	}
	return harmonicMean(mine, theirs)
}

func benchmarkTown(b *testing.B, members int) {
	t := newTown(1, members, 1)
	profiles := t.members(members)
	d := t.definition(b)
	pool := NewPool(d, profiles)
	c := newContest(pool.settled)
	q := Question{Limit: 20, Day: 1, Key: 1}
	viewer := func(i int) Profile { return profiles[i*7919%members] }
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		var list []Ranked
		for i := 0; b.Loop(); i++ {
			list = pool.AppendRank(list[:0], viewer(i), q)
		}
	})
	b.Run("tuned", func(b *testing.B) {
		s := new(searcher)
		for i := 0; b.Loop(); i++ {
			c.tuned(s, viewer(i), q)
		}
	})
	b.Run("plain", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c.plain(viewer(i), q)
		}
	})
}

func BenchmarkRank16k(b *testing.B) { benchmarkTown(b, 16_000) }
func BenchmarkRank1M(b *testing.B)  { benchmarkTown(b, 1_000_000) }

func TestCountsX(t *testing.T) {
	for _, n := range []int{16000, 1000000} {
		w := newTown(1, n, 1)
		profiles := w.members(n)
		pool := NewPool(w.definition(t), profiles)
		c := newContest(pool.settled)
		s := new(searcher)
		s2 := new(searcher)
		var b, g, ch, sc int
		const Q = 200
		var ours, tuned []time.Duration
		for i := range Q {
			v := profiles[i*7919%n]
			best := time.Hour
			var got []candidate
			for range 5 {
				t0 := time.Now()
				pool.definition.readInto(&s.me, v)
				got = s.search(pool.settled, nil, nil, Question{Limit: 20})
				best = min(best, time.Since(t0))
			}
			ours = append(ours, best)
			best = time.Hour
			for range 3 {
				if n > 100000 && i >= 40 {
					break
				}
				t0 := time.Now()
				want := c.tuned(s2, v, Question{Limit: 20})
				best = min(best, time.Since(t0))
				if !slices.Equal(got, want) {
					t.Fatal("differ")
				}
			}
			if best < time.Hour {
				tuned = append(tuned, best)
			}
		}
		slices.Sort(ours)
		slices.Sort(tuned)
		p := func(d []time.Duration, q int) time.Duration { return d[len(d)*q/100] }
		t.Logf("n %d blocks %d of %d groups %d checked %d scored %d", n, b/Q, len(pool.settled.blocks), g/Q, ch/Q, sc/Q)
		t.Logf("ours p50 %v p90 %v p99 %v  tuned p50 %v p99 %v ratio %.2f p99 %.2f", p(ours, 50), p(ours, 90), p(ours, 99), p(tuned, 50), p(tuned, 99), float64(p(tuned, 50))/float64(p(ours, 50)), float64(p(tuned, 99))/float64(p(ours, 99)))
	}
}
