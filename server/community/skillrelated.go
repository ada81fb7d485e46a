package community

import "longtable/matching"

// RelatedSkill helps where the skill that names it is needed.
type RelatedSkill struct {
	Skill      SkillID `json:"skill"`
	Sixteenths int     `json:"sixteenths"` // how well, 1 to matching.MaxSimilarity
}

// related says which skills help where others are needed: by the classification in the list of skills, and by what people
// offer to everybody. Equals are told apart by the skills' own order and not by the ranking's numbers, which follow who
// looked first: a need that somebody keeps to themselves would otherwise decide what others are shown.
func (m *Matchmaking) related(book *SkillBook, offers [][]Offered) matching.Related {
	m.mu.Lock()
	defer m.mu.Unlock()
	order := &skillOrder{rank: map[SkillID]matching.Skill{}}
	all := book.All()
	for _, s := range all {
		order.of(s.ID)
	}
	known := matching.Related{}
	for _, s := range all {
		for _, r := range s.Related {
			known[order.of(s.ID)] = append(known[order.of(s.ID)], matching.Similar{Skill: order.of(r.Skill), Sixteenths: uint8(min(max(r.Sixteenths, 0), matching.MaxSimilarity))})
		}
	}
	sets := make([][]matching.Skill, len(offers))
	for i, set := range offers {
		for _, o := range set {
			sets[i] = append(sets[i], order.of(o.Skill))
		}
	}
	both, numbered := known.Or(matching.LearnRelated(sets, relatedTogether)), matching.Related{}
	for need, id := range order.ids {
		for _, r := range both[matching.Skill(need)] {
			at := m.number(id)
			numbered[at] = append(numbered[at], matching.Similar{Skill: m.number(order.ids[r.Skill]), Sixteenths: r.Sixteenths})
		}
	}
	return numbered
}

// skillOrder numbers skills in the order in which they are first asked for.
type skillOrder struct {
	rank map[SkillID]matching.Skill
	ids  []SkillID
}

func (o *skillOrder) of(id SkillID) matching.Skill {
	at, known := o.rank[id]
	if !known {
		at = matching.Skill(len(o.ids))
		o.rank[id], o.ids = at, append(o.ids, id)
	}
	return at
}
