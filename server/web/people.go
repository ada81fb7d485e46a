package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/people"
	"longtable/server/community"
)

// findPeople searches what the viewer may see of everybody, and loads who was found through the domain.
func findPeople(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	facets := []facet{q.skillFacet(), q.causeFacet(), q.hubFacet(hubs), q.languageFacet(), q.countryFacet()}
	found, err := q.find(community.IndexPeople, facets, "joined")
	if err != nil {
		return Answer{}, err
	}
	persons, err := q.Network.People(q.Context(), q.Viewer, as[community.MemberID](found.IDs))
	if err != nil {
		return Answer{}, err
	}
	found.Box.Address, found.Box.Label, found.Box.Hint = "/people", q.Say("people.search"), q.Say("search.hint")
	view := people.ListView{Search: found.Box, Total: found.Total, More: q.Next(found.Next), Narrowed: found.Narrowed,
		Relaxed: found.Relaxed, Degraded: found.Degraded, Save: found.Save}
	for _, p := range persons {
		view.Cards = append(view.Cards, q.personCard(p, hubs))
	}
	return Answer{Data: ListOf(persons, found.Next), View: View{Title: q.Say("people.title"), Section: "people",
		Content: people.List(view), Modules: []string{"search"}}}, nil
}

const tagsOnCard = 4 // skills on a card: two lines of a phone

// personCard is a person in a list, with the first skills they can do.
func (q *Request) personCard(p community.Profile, hubs hubNames) components.PersonCard {
	skills := skillsOf(p, community.CanDo, community.LivedExperience)
	return components.PersonCard{ID: string(p.ID), Address: "/people/" + string(p.ID), Name: p.Name, Pronouns: p.Pronouns,
		Headline: p.Headline, Place: hubs.name(p.Hub), Tags: q.skillTags(skills[:min(len(skills), tagsOnCard)])}
}

// skillsOf are the skills that somebody holds in one of these ways.
func skillsOf(p community.Profile, grasps ...community.Grasp) []community.SkillID {
	var skills []community.SkillID
	for _, grasp := range grasps {
		for _, o := range p.Offers {
			if o.Grasp == grasp {
				skills = append(skills, o.Skill)
			}
		}
	}
	return skills
}
