package matching

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// TestBoundsAreBounds compares every bound with what it bounds, member by
// member: a list can be right although a bound is wrong.
func TestBoundsAreBounds(t *testing.T) {
	members := 0
	for world := range uint64(400) {
		d := newDuel(t, rand.New(rand.NewPCG(5, world)))
		x := d.pool.settled
		for range 5 {
			s := bounded(d.pool, d.viewer())
			for b := range x.blocks {
				members += bits.OnesCount64(s.live[b])
				if fault := s.wrongBound(b); fault != "" {
					t.Fatalf("world %d, %s: %s", world, s.me.ID, fault)
				}
			}
		}
	}
	if members < 100_000 {
		t.Errorf("only %d members were bounded", members)
	}
}

// bounded is a search that has bounded everybody and looked at nobody.
func bounded(p *Pool, viewer Profile) *searcher {
	s := new(searcher)
	p.definition.readInto(&s.me, viewer)
	s.x, s.q = p.settled, Question{Limit: 1}
	s.readViewer()
	s.markMembers(p.gone)
	s.boundBlocks()
	return s
}

// TestRelatedOffersMayMeetMoreThanOwnOnes: Rosa is learning what Sami needs
// most, and a master of what is related to the rest.
func TestRelatedOffersMayMeetMoreThanOwnOnes(t *testing.T) {
	const bread, cakes, cooking, catering = 1, 2, 3, 4
	rosa := Profile{ID: "rosa", Offers: []Offer{{bread, Learning}, {cakes, Learning}, {cooking, Seasoned}}}
	sami := Profile{ID: "sami", Needs: EvenNeeds(bread, cakes, catering)}
	pool := NewPool(definition(t, Related{catering: {{cooking, MaxSimilarity}}}), []Profile{sami})
	if fault := bounded(pool, rosa).wrongBound(0); fault != "" {
		t.Error(fault)
	}
}

// wrongBound names a bound of a block that does not hold for one of its members.
func (s *searcher) wrongBound(b int) string {
	seen := uint64(0)
	for kind, c := range s.classes(b, s.live[b]) {
		if seen&c.members != 0 {
			return fmt.Sprintf("class %d holds members of others", kind)
		}
		seen |= c.members
		for rest := c.members; rest != 0; rest &= rest - 1 {
			if fault := s.wrongFor(b, bits.TrailingZeros64(rest), c.cap); fault != "" {
				return fmt.Sprintf("%s in class %d", fault, kind)
			}
		}
	}
	if seen != s.live[b] {
		return "the classes leave somebody out"
	}
	return ""
}

func (s *searcher) wrongFor(b, bit int, cap Points) string {
	d, at := s.x.definition, b*blockSize+bit
	r := &s.x.records[at]
	m := new(member)
	if r.long() {
		m = s.x.longs[r.longAt()]
	} else {
		s.x.vocabulary.unpack(m, s.x.names.of(uint32(at)), r, d)
	}
	mine, theirs := d.benefit(&s.me, m), d.benefit(m, &s.me)
	affinity, affinityOfTheirs := s.ofMember(r)
	most, mostOfTheirs := s.u[b], s.v[b]
	if s.sharing[b]>>bit&1 == 0 {
		less, theirsLess := s.withoutCauses(&s.x.blocks[b])
		most, mostOfTheirs = most-less, mostOfTheirs-theirsLess
	}
	covered, left := s.stated, s.stated+s.asks[0].rest
	for i := range s.me.needs {
		a := &s.asks[i]
		if s.exact[a.need][b]>>bit&1 == 1 {
			covered += a.exactly
		} else if s.near[a.need][b]>>bit&1 == 1 {
			covered += a.nearly
		}
	}
	switch {
	case affinity > most || affinityOfTheirs > mostOfTheirs:
		return "an affinity exceeds the block's"
	case mine > affinity+covered || covered > left:
		return "what a member covers exceeds its bound"
	case theirs > affinityOfTheirs+cap:
		return "what a member has covered exceeds its cap"
	case harmonicMean(mine, theirs) > s.bounds[b]:
		return "a score exceeds the block's bound"
	}
	return ""
}

// TestWrongBoundsAreFound spoils one bound after the other, and expects the
// comparison with the definition to notice each.
func TestWrongBoundsAreFound(t *testing.T) {
	for fault, spoil := range map[string]func(x *index){
		"a block forgets its causes":        func(x *index) { x.blocks[0].causes = 0 },
		"a block forgets its hours":         func(x *index) { x.blocks[0].hours = 0 },
		"a block forgets its hubs":          func(x *index) { x.blocks[0].hubs = 0 },
		"a block forgets its regions":       func(x *index) { x.blocks[0].regions = 0 },
		"a block forgets its sectors":       func(x *index) { x.blocks[0].sectors = 0 },
		"a block forgets its families":      func(x *index) { x.blocks[0].families = 0 },
		"a block forgets its stages":        func(x *index) { x.blocks[0].stages = 0 },
		"a block forgets its time":          func(x *index) { x.blocks[0].time = 0 },
		"needs weigh less than they do":     func(x *index) { x.words.heaviest /= 2 },
		"nobody has a heavy need":           func(x *index) { clear(x.words.heavy) },
		"nobody has a single need":          func(x *index) { clear(x.words.single) },
		"everybody has stated a need":       func(x *index) { clear(x.words.unstated) },
		"everybody speaks":                  func(x *index) { clear(x.words.unspoken) },
		"a cause is nobody's":               func(x *index) { clear(x.words.causes[3]) },
		"offers are not posted":             func(x *index) { x.offers = unposted(x.offers) },
		"needs are not posted":              func(x *index) { x.needs = unposted(x.needs) },
		"no skill helps with another":       func(x *index) { x.vocabulary.helps = rows{} },
		"a long member counts as any other": func(x *index) { forgetLong(x) },
	} {
		noticed := false
		for world := uint64(0); world < 400 && !noticed; world++ {
			d := newDuel(t, rand.New(rand.NewPCG(3, world)))
			if len(d.pool.settled.records) == 0 {
				continue
			}
			spoil(d.pool.settled)
			for range 25 {
				_, agree := d.search()
				noticed = noticed || !agree
			}
		}
		if !noticed {
			t.Errorf("%s, and no search differed", fault)
		}
	}
}

func unposted(p postings) postings { return postings{from: make([]uint32, len(p.from))} }

func forgetLong(x *index) {
	for at := range x.records {
		if r := &x.records[at]; r.long() {
			r.facts &^= longFlag
			r.offers = [recordOffers]uint16{}
		}
	}
}
