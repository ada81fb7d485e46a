package web

import (
	"slices"
	"strconv"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/people"
	"longtable/server/community"
)

// showPerson is a person as the viewer may see them, and oneself as ?as= says.
func showPerson(q *Request) (Answer, error) {
	id, err := Param[community.MemberID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	seenAs := q.askedAudience()
	p, err := q.personSeen(id, seenAs)
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	view := q.personView(p, hubs)
	if view.Enterprise, err = q.enterpriseTag(p.Enterprise); err != nil {
		return Answer{}, err
	}
	if view.Tie, err = q.tieTo(id); err != nil {
		return Answer{}, err
	}
	view.Talk = "/conversations/" + string(community.PairID[community.ConversationID](q.Viewer.ID, id))
	view.As = string(seenAs)
	for _, audience := range community.Audiences {
		view.Audiences = append(view.Audiences, string(audience))
	}
	seat, err := q.Network.SeatOf(q.Context(), q.Viewer, p)
	if err != nil {
		return Answer{}, err
	}
	view.Seat = seat
	return Answer{Data: seenPerson{p, seat}, View: View{Title: p.Name, Section: "people", Content: people.Show(view)}}, nil
}

// seenPerson is a person, and whether they have a seat at the hub that they show. Who pays for it is not to be seen.
type seenPerson struct {
	community.Profile
	Seat bool `json:"seat,omitempty"`
}

// askedAudience is through whose eyes one wants to see one's own page; one's own when nothing else is said.
func (q *Request) askedAudience() community.Audience {
	if audience := community.Audience(q.Ask("as")); slices.Contains(community.Audiences, audience) {
		return audience
	}
	return community.OnlyMe
}

// personSeen loads a person. Only of oneself the audience can be chosen.
func (q *Request) personSeen(id community.MemberID, seenAs community.Audience) (community.Profile, error) {
	if id != q.Viewer.ID {
		return q.Network.Member(q.Context(), q.Viewer, id)
	}
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return community.Profile{}, err
	}
	return me.ShownTo(seenAs), nil
}

func (q *Request) personView(p community.Profile, hubs hubNames) people.ShowView {
	view := people.ShowView{ID: string(p.ID), Name: p.Name, Pronouns: p.Pronouns, Headline: p.Headline, About: p.About,
		CanDo: q.skillTags(skillsOf(p, community.CanDo)), Lived: q.skillTags(skillsOf(p, community.LivedExperience)),
		Learning: q.skillTags(skillsOf(p, community.Learning)), Needs: q.skillTags(p.Needs), HoursPerWeek: p.HoursPerWeek,
		Recover: p.Hub != "" && q.Viewer.Hosts(p.Hub) && p.ID != q.Viewer.ID}
	for _, c := range p.Causes {
		view.Causes = append(view.Causes, components.Tag{Label: q.causeName(c), Address: "/people?cause=" + strconv.Itoa(int(c))})
	}
	ctx := i18n.With(q.Context(), q.Lang)
	for _, code := range p.Languages {
		view.Languages = append(view.Languages, components.Tag{Label: i18n.LanguageName(ctx, code), Address: "/people?language=" + code})
	}
	if name := hubs.name(p.Hub); name != "" {
		view.Hub = components.Tag{Label: name, Address: "/hubs/" + string(p.Hub)}
	}
	if p.Stage != 0 {
		view.Stage = q.stageName(p.Stage)
	}
	return view
}

func (q *Request) stageName(s community.Stage) string {
	return q.Say("words.stage-" + strconv.Itoa(int(s)))
}

// enterpriseTag leads to an enterprise; it is empty when there is none any more.
func (q *Request) enterpriseTag(id community.EnterpriseID) (components.Tag, error) {
	if id == "" {
		return components.Tag{}, nil
	}
	e, _, err := q.Network.Enterprise(q.Context(), q.Viewer, id)
	if community.KindOf(err) == community.KindNotFound {
		return components.Tag{}, nil
	}
	if err != nil {
		return components.Tag{}, err
	}
	return components.Tag{Label: e.Name, Address: "/enterprises/" + string(e.ID)}, nil
}

// tieTo is how the viewer stands to somebody. Whether they let an asking pass does not show in it.
func (q *Request) tieTo(id community.MemberID) (people.Tie, error) {
	switch {
	case id == q.Viewer.ID:
		return people.Oneself, nil
	case q.Viewer.Contact(id):
		return people.Connected, nil
	}
	asked, err := q.Network.HasAsked(q.Context(), q.Viewer, id)
	if asked {
		return people.Asked, err
	}
	return people.Strangers, err
}

func blockPerson(q *Request) (Answer, error) {
	id, err := Param[community.MemberID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.Block(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/people", "people.said-blocked"), nil
}

func unblockPerson(q *Request) (Answer, error) {
	id, err := Param[community.MemberID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.Unblock(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/settings", "people.said-unblocked"), nil
}
