package matching

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// duel is one random world in which an index answers beside the definition: the
// same members, once in a pool that was edited into being, once in a list.
type duel struct {
	random     *rand.Rand
	skills     int
	coarse     bool // few different values: many ties
	definition *Definition
	there      map[string]Profile
	pool       *Pool
	members    []*member // what is there, as the definition reads it
}

// newDuel draws a world. Its sizes and habits are drawn too.
func newDuel(t testing.TB, r *rand.Rand) *duel {
	d := &duel{random: r, skills: 1 + r.IntN([]int{4, 60, 900}[r.IntN(3)]), coarse: r.IntN(4) == 0, there: map[string]Profile{}}
	weights := randomWeights(r)
	switch r.IntN(4) {
	case 0:
		weights = HandSet()
	case 1, 2: // skills alone: nothing hides a wrong bound of a coverage
		weights = Weights{Skills: fullShare, Unstated: uint16(r.IntN(fullShare))}
	}
	var err error
	if d.definition, err = NewDefinition(d.related(), weights); err != nil {
		t.Fatal(err)
	}
	profiles := make([]Profile, r.IntN([]int{5, 20, 70, 300, 901}[r.IntN(5)]))
	for i := range profiles {
		profiles[i] = d.profile(fmt.Sprintf("member-%d", i))
		d.there[profiles[i].ID] = profiles[i]
	}
	d.pool = NewPool(d.definition, profiles)
	d.edit(r.IntN([]int{1, 10, 60}[r.IntN(3)]), len(profiles))
	if r.IntN(60) == 0 {
		d.edit(maxFresh+r.IntN(maxFresh), 2*maxFresh)
	}
	for _, p := range d.there {
		d.members = append(d.members, d.definition.read(p))
	}
	return d
}

// edit lets members come, change and leave; some were never there.
func (d *duel) edit(edits, ids int) {
	for range edits {
		id := fmt.Sprintf("member-%d", d.random.IntN(ids+5))
		if d.random.IntN(3) == 0 {
			d.pool = d.pool.Without(id)
			delete(d.there, id)
			continue
		}
		p := d.profile(id)
		d.pool = d.pool.With(p)
		d.there[id] = p
	}
}

// related relates skills to any others, themselves and repetitions included.
func (d *duel) related() Related {
	related := make(Related)
	for s := range d.skills {
		for range d.random.IntN(MaxRelated + 2) {
			other := Similar{d.skill(), uint8(d.random.IntN(MaxSimilarity + 2))}
			related[Skill(s)] = append(related[Skill(s)], other)
		}
	}
	return related
}

// skill prefers low numbers, and now and then is one that nothing relates.
func (d *duel) skill() Skill {
	if d.random.IntN(50) == 0 {
		return Skill(math.MaxUint32 - d.random.Uint32N(3))
	}
	return Skill(d.random.IntN(1 + d.random.IntN(d.skills)))
}

func (d *duel) profile(id string) Profile {
	r := d.random
	p := Profile{
		ID: id, Stage: uint8(r.IntN(MaxStage + 2)), Sector: uint8(r.IntN(9)), Family: uint8(r.IntN(4)),
		Hub: r.Uint32N(7), Region: r.Uint32N(4), HoursPerWeek: uint8(r.IntN(14)),
		Hours: WorkingHours(30*r.IntN(40), 9, 9+r.IntN(10)), Languages: uint64(r.IntN(8)), Causes: r.Uint32() & r.Uint32() & r.Uint32(),
	}
	if r.IntN(8) == 0 {
		p.Hub, p.Region, p.Sector, p.Languages = p.Hub*64, math.MaxUint32, p.Sector*29, 1<<63
	}
	if d.coarse {
		p = Profile{ID: id, Causes: uint32(1 + r.IntN(2)), HoursPerWeek: 8}
	}
	for range d.length(MaxOffers) {
		p.Offers = append(p.Offers, Offer{d.skill(), Level(r.IntN(6) * 4)})
	}
	for range d.length(MaxNeeds) {
		p.Needs = append(p.Needs, Need{d.skill(), uint8(r.IntN(5))})
	}
	forget(r, &p)
	return p
}

// length is that of a list: mostly what a record holds, often nothing or one,
// sometimes more than a record holds or a profile may.
func (d *duel) length(most int) int {
	switch d.random.IntN(12) {
	case 0, 1:
		return 0
	case 2, 3:
		return 1
	case 4:
		return d.random.IntN(most + 5)
	}
	return 1 + d.random.IntN(4)
}

// viewer is somebody who is there, perhaps with private needs, or a stranger.
func (d *duel) viewer() Profile {
	if len(d.members) == 0 || d.random.IntN(5) == 0 {
		return d.profile("stranger")
	}
	p := d.members[d.random.IntN(len(d.members))].Profile
	if d.random.IntN(3) == 0 {
		p.Needs = append(slices.Clone(p.Needs), Need{Skill: d.skill(), Weight: 2})
	}
	return p
}

func (d *duel) question() Question {
	r := d.random
	q := Question{Limit: r.IntN(41), Day: int32(r.IntN(5)), Key: r.Uint64()}
	switch r.IntN(10) {
	case 0:
		q.Limit = r.IntN(2000)
	case 1, 2, 3, 4: // short lists are full early, and everything is left to the bounds
		q.Limit = 1 + r.IntN(3)
	}
	if r.IntN(3) == 0 {
		salt, of := r.Uint64(), 1+r.Uint64N(9)
		q.Allow = func(id string) bool { return mix(tag(id)^salt)%10 < of }
	}
	if r.IntN(4) == 0 {
		q.Within = Scope{Hub: r.Uint32N(3), Region: r.Uint32N(3), Languages: uint64(r.IntN(4))}
	}
	return q
}

// search asks both the same. It returns how many matches they found, and
// whether they agree.
func (d *duel) search() (found int, agree bool) {
	viewer, q := d.viewer(), d.question()
	want := d.definition.scan(d.definition.read(viewer), d.members, q)
	got := d.pool.AppendRank(nil, viewer, q)
	same := func(r Ranked, c candidate) bool { return r == Ranked{c.id, c.score} }
	return len(want), slices.EqualFunc(got, want, same)
}
