package matching

import "math/bits"

// skillTables are a viewer's needs and offers by skill number.
type skillTables struct {
	touches []touch // the skills that help with the viewer's needs
	// touched is, by skill, one more than its place in touches. A viewer has at
	// most MaxNeeds * (1 + MaxRelated) = 144 of them.
	touched []uint8
	meets   []uint16 // by skill: how strongly the viewer's offers meet a need of it, 0 to 256
	meant   []uint32 // the skills in meets that the viewer offers
	kin     []uint32 // the other skills in meets
}

// touch is a skill that helps with some of the viewer's needs.
type touch struct {
	skill uint32
	needs uint16          // bit n for need n
	helps [MaxNeeds]uint8 // similarity by need, sixteenths
}

// read fills the tables for a viewer, and first takes out what an earlier
// search has left in them.
func (t *skillTables) read(v *vocabulary, me *member) {
	t.wipe(len(v.skills))
	for n := range me.needs {
		need := &me.needs[n]
		t.touch(v.numbers[need.Skill], n, sameSkill)
		for _, r := range need.related {
			t.touch(v.numbers[r.Skill], n, r.Sixteenths)
		}
	}
	for _, o := range me.Offers {
		t.meant = t.meet(t.meant, v.numbers[o.Skill], uint16(o.Level)*sameSkill)
	}
	for _, o := range me.Offers {
		for _, r := range v.helps.of(v.numbers[o.Skill]) {
			t.kin = t.meet(t.kin, r.skill(), uint16(o.Level)*r.similarity())
		}
	}
}

func (t *skillTables) wipe(skills int) {
	if len(t.touched) != skills {
		t.touched, t.meets = make([]uint8, skills), make([]uint16, skills)
	} else {
		for i := range t.touches {
			t.touched[t.touches[i].skill] = 0
		}
		for _, skill := range t.meant {
			t.meets[skill] = 0
		}
		for _, skill := range t.kin {
			t.meets[skill] = 0
		}
	}
	t.touches, t.meant, t.kin = t.touches[:0], t.meant[:0], t.kin[:0]
}

// touch notes that a skill helps with need n. A skill that no member of the
// index names has the number 0 and is left out.
func (t *skillTables) touch(skill uint32, n int, similarity uint8) {
	if skill == 0 {
		return
	}
	if t.touched[skill] == 0 {
		t.touches = append(t.touches, touch{skill: skill})
		t.touched[skill] = uint8(len(t.touches))
	}
	at := &t.touches[t.touched[skill]-1]
	at.needs |= 1 << n
	at.helps[n] = max(at.helps[n], similarity) // a relation may name a skill twice
}

// meet notes that an offer meets a need of the skill, which it appends to list
// when it is new.
func (t *skillTables) meet(list []uint32, skill uint32, strength uint16) []uint32 {
	if skill == 0 {
		return list
	}
	if t.meets[skill] == 0 {
		list = append(list, skill)
	}
	t.meets[skill] = max(t.meets[skill], strength)
	return list
}

// covers returns cov(i<-j) of the viewer's needs by a record's offers, as a
// weight times sixteenths squared: 0 to 61,440.
func (t *skillTables) covers(needs []need, r *record) uint32 {
	var best [MaxNeeds]uint32
	for o, skill := range r.offers {
		at := t.touched[skill]
		if at == 0 {
			continue
		}
		helps := &t.touches[at-1]
		for rest := helps.needs; rest != 0; rest &= rest - 1 {
			n := bits.TrailingZeros16(rest) % MaxNeeds
			best[n] = max(best[n], uint32(helps.helps[n])*uint32(r.levels[o]))
		}
	}
	covered := uint32(0)
	for n := range needs {
		covered += uint32(needs[n].Weight) * best[n]
	}
	return covered
}

// covered returns cov(j<-i) of a record's needs by the viewer's offers, in the
// same measure.
func (t *skillTables) covered(r *record) uint32 {
	covered := uint32(0)
	for n, skill := range r.needs {
		covered += uint32(r.weights[n]) * uint32(t.meets[skill])
	}
	return covered
}
