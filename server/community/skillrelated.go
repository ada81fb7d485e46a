package community

import "longtable/matching"

// RelatedSkill helps where the skill that names it is needed.
type RelatedSkill struct {
	Skill      SkillID `json:"skill"`
	Sixteenths int     `json:"sixteenths"` // how well, 1 to matching.MaxSimilarity
}

// related are the relations that the list of skills holds, by the numbers of the ranking.
func (m *Matchmaking) related(book *SkillBook) matching.Related {
	m.mu.Lock()
	defer m.mu.Unlock()
	related := matching.Related{}
	for _, s := range book.All() {
		for _, r := range s.Related {
			need := m.number(s.ID)
			related[need] = append(related[need], matching.Similar{Skill: m.number(r.Skill), Sixteenths: uint8(min(max(r.Sixteenths, 0), matching.MaxSimilarity))})
		}
	}
	return related
}
