package matching

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
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
