package matching

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// world is a generated network: skills with a long tail, each sector with its
// own favourites, so that people in one line of work resemble each other.
type world struct {
	random  *rand.Rand
	skills  *tail
	sectors [][]Skill
	within  *tail
}

const sectors = 20

func newWorld(seed uint64, skills int) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 0)), skills: newTail(skills), within: newTail(max(skills/6, 12))}
	for range sectors {
		favourites := make([]Skill, len(w.within.upTo))
		for i := range favourites {
			favourites[i] = Skill(w.random.IntN(skills))
		}
		w.sectors = append(w.sectors, favourites)
	}
	return w
}

// draw picks a skill, half the time one that is usual in the sector.
func (w *world) draw(sector uint8) Skill {
	if w.random.IntN(2) == 0 {
		return w.sectors[sector-1][w.within.draw(w.random)]
	}
	return Skill(w.skills.draw(w.random))
}

// established is a member with a full profile.
func (w *world) established(id string) Profile {
	p := w.newcomer(id)
	for range 3 + w.random.IntN(4) {
		p.Offers = append(p.Offers, Offer{w.draw(p.Sector), Level(8 + 4*w.random.IntN(3))})
	}
	needsFrom := p.Sector
	if w.random.IntN(2) == 0 {
		needsFrom = uint8(1 + w.random.IntN(sectors))
	}
	for range 2 + w.random.IntN(3) {
		p.Needs = append(p.Needs, Need{w.draw(needsFrom), uint8(1 + w.random.IntN(3))})
	}
	p.Causes |= 1 << w.random.IntN(Causes)
	return p
}

// newcomer has said little yet: one or two offers, a cause or two, no need.
func (w *world) newcomer(id string) Profile {
	p := Profile{
		ID: id, Sector: uint8(1 + w.random.IntN(sectors)), Stage: uint8(w.random.IntN(MaxStage + 1)),
		Hub: uint32(1 + w.random.IntN(100)), HoursPerWeek: uint8(w.random.IntN(12)),
	}
	for range 1 + w.random.IntN(2) {
		p.Offers = append(p.Offers, Offer{w.draw(p.Sector), Level(8 + 4*w.random.IntN(3))})
	}
	for range 1 + w.random.IntN(2) {
		p.Causes |= 1 << w.random.IntN(Causes)
	}
	p.Family = 1 + p.Sector/4
	p.Region = 1 + p.Hub%12
	p.Hours = WorkingHours(60*int(p.Region*2)-720, 9, 17)
	p.Languages = 1 << (p.Hub % 30)
	if w.random.IntN(4) > 0 {
		p.Languages |= 1
	}
	return p
}

// members generates n profiles, every tenth a newcomer. The newcomers' ids
// begin with "new".
func (w *world) members(n int) []Profile {
	profiles := make([]Profile, n)
	for i := range profiles {
		if i%10 == 0 {
			profiles[i] = w.newcomer(fmt.Sprintf("new-%05d", i))
		} else {
			profiles[i] = w.established(fmt.Sprintf("old-%05d", i))
		}
	}
	return profiles
}

// definition relates the skills that the profiles offer together.
func (w *world) definition(t testing.TB, profiles []Profile) *Definition {
	sets := make([][]Skill, len(profiles))
	for i, p := range profiles {
		for _, o := range p.Offers {
			sets[i] = append(sets[i], o.Skill)
		}
	}
	d, err := NewDefinition(LearnRelated(sets, 2), HandSet())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// tail draws 0, 1, 2 … with chances 1, 1/2, 1/3 …
type tail struct{ upTo []float64 }

func newTail(n int) *tail {
	t := &tail{upTo: make([]float64, n)}
	sum := 0.0
	for i := range t.upTo {
		sum += 1 / float64(i+1)
		t.upTo[i] = sum
	}
	return t
}

func (t *tail) draw(r *rand.Rand) int {
	at, _ := slices.BinarySearch(t.upTo, r.Float64()*t.upTo[len(t.upTo)-1])
	return int(math.Min(float64(at), float64(len(t.upTo)-1)))
}
