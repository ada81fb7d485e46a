package matching

import (
	"maps"
	"slices"
)

// vocabulary numbers the skills that members or relations name, densely from 1;
// 0 is no skill. Numbers are never taken back, so a record stays readable when
// the vocabulary grows.
type vocabulary struct {
	numbers map[Skill]uint32
	skills  []Skill // by number
	// helps lists, by number of an offered skill, the needs it is related to:
	// the definition's relation turned round.
	helps rows
}

// rows are lists end to end; list s is items[from[s]:from[s+1]]. Skills numbered
// later than the rows were made have empty ones.
type rows struct {
	from  []uint32
	items []relation
}

// relation is a skill's number and a similarity in one word: 28 and 4 bits.
type relation uint32

func relationOf(number uint32, sixteenths uint8) relation {
	return relation(number<<4 | uint32(sixteenths))
}

func (r relation) skill() uint32      { return uint32(r) >> 4 }
func (r relation) similarity() uint16 { return uint16(r) & 15 } // MaxSimilarity is below 16

func (r *rows) of(number uint32) []relation {
	if int(number)+1 >= len(r.from) {
		return nil
	}
	return r.items[r.from[number]:r.from[number+1]]
}

// newVocabulary numbers the skills of the profiles first, in order of mention:
// common ones come early, and stand close together in every table.
func newVocabulary(related Related, profiles []Profile) *vocabulary {
	v := &vocabulary{numbers: make(map[Skill]uint32), skills: make([]Skill, 1)}
	for i := range profiles {
		v.learn(&profiles[i])
	}
	needs := slices.Sorted(maps.Keys(related))
	for _, need := range needs {
		v.number(need)
		for _, r := range related[need] {
			v.number(r.Skill)
		}
	}
	v.skills = append(make([]Skill, 0, len(v.skills)), v.skills...) // without room to grow
	v.relate(needs, related)
	return v
}

func (v *vocabulary) learn(p *Profile) {
	for _, o := range p.Offers {
		v.number(o.Skill)
	}
	for _, n := range p.Needs {
		v.number(n.Skill)
	}
}

// number returns a skill's number, a new one for a new skill.
func (v *vocabulary) number(s Skill) uint32 {
	n, known := v.numbers[s]
	if !known {
		n = uint32(len(v.skills))
		v.numbers[s] = n
		v.skills = append(v.skills, s)
	}
	return n
}

func (v *vocabulary) relate(needs []Skill, related Related) {
	from := make([]uint32, len(v.skills)+1)
	for _, need := range needs {
		for _, r := range related[need] {
			from[v.numbers[r.Skill]+1]++
		}
	}
	for s := 1; s < len(from); s++ {
		from[s] += from[s-1]
	}
	items := make([]relation, from[len(from)-1])
	next := slices.Clone(from)
	for _, need := range needs {
		for _, r := range related[need] {
			at := v.numbers[r.Skill]
			items[next[at]] = relationOf(v.numbers[need], r.Sixteenths)
			next[at]++
		}
	}
	v.helps = rows{from, items}
}

// with returns a vocabulary that also numbers the skills of these members; v
// itself when it does already. New skills have no relations: those that do are
// numbered from the beginning.
func (v *vocabulary) with(members []*entry) *vocabulary {
	grown := v
	for _, e := range members {
		if e.long == nil || grown.knows(&e.long.Profile) {
			continue
		}
		if grown == v {
			grown = &vocabulary{maps.Clone(v.numbers), slices.Clone(v.skills), v.helps}
		}
		grown.learn(&e.long.Profile)
	}
	return grown
}

func (v *vocabulary) knows(p *Profile) bool {
	for _, o := range p.Offers {
		if _, known := v.numbers[o.Skill]; !known {
			return false
		}
	}
	for _, n := range p.Needs {
		if _, known := v.numbers[n.Skill]; !known {
			return false
		}
	}
	return true
}
