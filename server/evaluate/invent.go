package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"longtable/matching"
)

// Member is somebody in a network that is measured. What the measures compare by stands beside the profile, where no
// ranking can read it.
type Member struct {
	matching.Profile
	Newcomer bool // has said little yet
	Apart    bool // does not speak the language that most share
	Small    bool // belongs to a hub smaller than the average
}

// Network is people and what is known of their skills.
type Network struct {
	Members []Member
	Related matching.Related
}

// The invented network has the shape of that in the study of the ledger: skills have a long tail, each line of work its
// favourites, and ten at a time are related. One in ten is new and has said little; one in ten of the others looks for
// nothing; a quarter does not speak the common language.
const (
	skillsInvented   = 3000
	sectorsInvented  = 20
	regionsInvented  = 12
	tonguesInvented  = 30
	hubsInvented     = 40
	circleOfSkills   = 10
	relatedInCircle  = 4
	newcomersOneIn   = 10
	needlessOneIn    = 10
	apartOneIn       = 4
	mostCausesDrawn  = 3
	leastRelatedness = 4 // sixteenths; the most is what the ranking allows
)

// Invent returns a network of n members; the same seed gives the same one.
func Invent(n int, seed uint64) Network {
	g := newInventor(seed)
	members, size := make([]Member, n), map[uint32]int{}
	for i := range members {
		members[i] = g.member(fmt.Sprintf("m%06d", i))
		size[members[i].Hub]++
	}
	for i := range members {
		members[i].Small = size[members[i].Hub]*len(size) < n
	}
	return Network{members, g.related()}
}

type inventor struct {
	*rand.Rand
	skills, within, hubs, causes tail
	favourites                   [][]matching.Skill // by sector
	region, tongue               []uint32           // by hub
}

func newInventor(seed uint64) *inventor {
	g := &inventor{Rand: rand.New(rand.NewPCG(seed, 0)), skills: newTail(skillsInvented), within: newTail(skillsInvented / 6),
		hubs: newTail(hubsInvented), causes: newTail(matching.Causes)}
	for range sectorsInvented {
		usual := make([]matching.Skill, 0, len(g.within))
		for _, s := range g.Perm(skillsInvented)[:len(g.within)] {
			usual = append(usual, matching.Skill(s))
		}
		g.favourites = append(g.favourites, usual)
	}
	for range hubsInvented {
		g.region, g.tongue = append(g.region, g.Uint32N(regionsInvented)), append(g.tongue, g.Uint32N(tonguesInvented))
	}
	return g
}

// related relates each skill to the next ones in a circle of ten.
func (g *inventor) related() matching.Related {
	related, order := matching.Related{}, g.Perm(skillsInvented)
	for i, s := range order {
		circle := order[i/circleOfSkills*circleOfSkills:][:circleOfSkills]
		for next := 1; next <= relatedInCircle; next++ {
			near := matching.Similar{Skill: matching.Skill(circle[(i+next)%circleOfSkills]),
				Sixteenths: uint8(leastRelatedness + g.IntN(matching.MaxSimilarity-leastRelatedness+1))}
			related[matching.Skill(s)] = append(related[matching.Skill(s)], near)
		}
	}
	return related
}

func (g *inventor) member(id string) Member {
	m := Member{Newcomer: g.IntN(newcomersOneIn) == 0, Apart: g.IntN(apartOneIn) == 0}
	hub := g.hubs.draw(g.Rand)
	m.Profile = matching.Profile{ID: id, Hub: uint32(hub) + 1, Region: g.region[hub] + 1, Languages: 2 << g.tongue[hub],
		Sector: uint8(1 + g.IntN(sectorsInvented)), Stage: uint8(g.IntN(matching.MaxStage + 1)),
		Hours: matching.WorkingHours(120*int(g.region[hub])-660, 9, 17), HoursPerWeek: []uint8{0, 3, 5, 8}[g.IntN(4)]}
	if !m.Apart {
		m.Languages |= 1
	}
	for range 1 + g.IntN(mostCausesDrawn) {
		m.Causes |= 1 << g.causes.draw(g.Rand)
	}
	switch {
	case m.Newcomer:
		g.abilities(&m.Profile, 1+g.IntN(2), g.IntN(2))
	case g.IntN(needlessOneIn) == 0:
		g.abilities(&m.Profile, 4+g.IntN(5), 0)
	default:
		g.abilities(&m.Profile, 4+g.IntN(5), 2+g.IntN(3))
	}
	return m
}

// abilities draws what somebody offers, mostly usual in their sector, and needs: half of the people look in another one.
func (g *inventor) abilities(p *matching.Profile, offers, needs int) {
	for len(p.Offers) < offers {
		s := g.skill(p.Sector)
		if !slices.ContainsFunc(p.Offers, func(o matching.Offer) bool { return o.Skill == s }) {
			p.Offers = append(p.Offers, matching.Offer{Skill: s, Level: matching.Level(8 + 4*g.IntN(3))})
		}
	}
	sector := p.Sector
	if g.IntN(2) == 0 {
		sector = uint8(1 + g.IntN(sectorsInvented))
	}
	for len(p.Needs) < needs {
		s := g.skill(sector)
		has := slices.ContainsFunc(p.Offers, func(o matching.Offer) bool { return o.Skill == s })
		if !has && !slices.ContainsFunc(p.Needs, func(n matching.Need) bool { return n.Skill == s }) {
			p.Needs = append(p.Needs, matching.Need{Skill: s, Weight: uint8(1 + g.IntN(3))})
		}
	}
}

func (g *inventor) skill(sector uint8) matching.Skill {
	if g.IntN(2) == 0 {
		return g.favourites[sector-1][g.within.draw(g.Rand)]
	}
	return matching.Skill(g.skills.draw(g.Rand))
}

// tail draws 0, 1, 2 … with chances 1, 1/2, 1/3 …, in whole numbers.
type tail []uint64 // chances up to and including each

const tailUnit = 1 << 32 // chance of the first, so that rounding does not matter for any below a million

func newTail(n int) tail {
	t, sum := make(tail, n), uint64(0)
	for i := range t {
		sum += tailUnit / uint64(i+1)
		t[i] = sum
	}
	return t
}

func (t tail) draw(r *rand.Rand) int {
	at, _ := slices.BinarySearch(t, r.Uint64N(t[len(t)-1])+1)
	return at
}

// profiles are what the ranking may know of the members.
func (n Network) profiles() []matching.Profile {
	profiles := make([]matching.Profile, len(n.Members))
	for i, m := range n.Members {
		profiles[i] = m.Profile
	}
	return profiles
}
