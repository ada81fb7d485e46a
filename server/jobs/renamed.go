package jobs

import (
	"context"
	"slices"

	"longtable/server/community"
)

// Renamed makes people and postings found by the new names of skills. It goes through everybody, so many skills are told
// at once.
func (j *Jobs) Renamed(ctx context.Context, skills []community.SkillID) error {
	if len(skills) == 0 {
		return nil
	}
	renamed := make(map[community.SkillID]bool, len(skills))
	for _, id := range skills {
		renamed[id] = true
	}
	has := func(id community.SkillID) bool { return renamed[id] }
	for m, err := range j.Network.Members.Each(ctx) {
		if err == nil && (slices.ContainsFunc(m.Needs, has) || slices.ContainsFunc(m.Offers, func(o community.Offered) bool { return renamed[o.Skill] })) {
			err = j.indexMember(ctx, m)
		}
		if err != nil {
			return err
		}
	}
	for p, err := range j.Network.Postings.Each(ctx) {
		if err == nil && slices.ContainsFunc(p.Skills, has) {
			err = j.applyPosting(ctx, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// learnName takes up a skill. One that a steward has put on the common list, or given more names, is found by them. What an
// import writes is told by the import, for thousands at once: an edition of the book for each would take minutes.
func (j *Jobs) learnName(ctx context.Context, s *community.Skill) error {
	if s.Source != "" && !s.Gone {
		return nil
	}
	j.Network.Skills.Put(s)
	if s.Gone || s.Rev == 1 || s.State != community.SkillAccepted {
		return nil
	}
	return j.Renamed(ctx, []community.SkillID{s.ID})
}
