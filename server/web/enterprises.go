package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/enterprises"
	"longtable/server/community"
)

// enterpriseData is an enterprise with those of its people whom the viewer may see there. Who was part of it once is
// not told.
type enterpriseData struct {
	ID        community.EnterpriseID `json:"id"`
	Name      string                 `json:"name"`
	Headline  string                 `json:"headline"`
	About     string                 `json:"about"`
	Hub       community.HubID        `json:"hub"` // empty for none
	HubName   string                 `json:"hubName"`
	Causes    []community.Cause      `json:"causes"`
	Stage     community.Stage        `json:"stage"` // 0 when not said
	Website   string                 `json:"website"`
	FoundedAt time.Time              `json:"foundedAt"`
	People    []enterprisePerson     `json:"people,omitempty"` // on the enterprise's own page, as the next
	Roles     []openRoleData         `json:"roles,omitempty"`  // that wait for somebody
}

type enterprisePerson struct {
	ID    community.MemberID `json:"id"`
	Name  string             `json:"name"`
	Title string             `json:"title"`
}

// roleBody brings somebody in.
type roleBody struct {
	Member community.MemberID `json:"member"`
	Title  string             `json:"title"`
}

func enterpriseDataOf(e *community.Enterprise, hubs hubNames) enterpriseData {
	return enterpriseData{ID: e.ID, Name: e.Name, Headline: e.Headline, About: e.About, Hub: e.Hub, HubName: hubs.name(e.Hub),
		Causes: orEmpty(e.Causes), Stage: e.Stage, Website: e.Website, FoundedAt: e.FoundedAt.Time()}
}

// findEnterprises searches, and loads what was found through the domain.
func findEnterprises(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	found, err := q.find(community.IndexEnterprises, []facet{q.hubFacet(hubs), q.causeFacet(), q.countryFacet()}, "")
	if err != nil {
		return Answer{}, err
	}
	list, err := q.Network.EnterprisesWith(q.Context(), q.Viewer, as[community.EnterpriseID](found.IDs))
	if err != nil {
		return Answer{}, err
	}
	found.Box.Address, found.Box.Label, found.Box.Hint = "/enterprises", q.Say("enterprises.label"), q.Say("search.hint")
	view := enterprises.ListView{Search: found.Box, Total: found.Total, More: q.Next(found.Next), Narrowed: found.Narrowed,
		Relaxed: found.Relaxed, Degraded: found.Degraded, Save: found.Save}
	items := make([]enterpriseData, len(list))
	for i, e := range list {
		items[i] = enterpriseDataOf(e, hubs)
		view.Cards = append(view.Cards, q.enterpriseCard(e, hubs))
	}
	return Answer{Data: ListOf(items, found.Next), View: View{Title: q.Say("enterprises.title"), Section: "enterprises",
		Content: enterprises.List(view), Modules: []string{"search"}}}, nil
}

func (q *Request) enterpriseCard(e *community.Enterprise, hubs hubNames) components.Card {
	card := components.Card{ID: string(e.ID), Address: "/enterprises/" + string(e.ID), Title: e.Name, Text: e.Headline, Tags: q.causeTags(e.Causes)}
	if hub := hubs.name(e.Hub); hub != "" {
		card.Meta = append(card.Meta, hub)
	}
	if e.Stage != 0 {
		card.Meta = append(card.Meta, q.stageName(e.Stage))
	}
	return card
}

// causeTags lead from causes to the enterprises that serve them.
func (q *Request) causeTags(causes []community.Cause) []components.Tag {
	tags := make([]components.Tag, len(causes))
	for i, c := range causes {
		tags[i] = components.Tag{Label: q.causeName(c), Address: "/enterprises?cause=" + number(c)}
	}
	return tags
}

func showEnterprise(q *Request) (Answer, error) {
	e, people, err := q.enterprise()
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	data := enterpriseDataOf(e, hubs)
	view := enterprises.ShowView{ID: string(e.ID), Name: e.Name, Headline: e.Headline, About: e.About, Causes: q.causeTags(e.Causes),
		Website: e.Website, Problem: q.Form(nil).General}
	if data.HubName != "" {
		view.Hub = components.Tag{Label: data.HubName, Address: "/hubs/" + string(e.Hub)}
	}
	if e.Stage != 0 {
		view.Stage = q.stageName(e.Stage)
	}
	for _, p := range people {
		role := roleIn(e, p.ID)
		data.People = append(data.People, enterprisePerson{p.ID, p.Name, role})
		card := q.personCard(p, hubs)
		card.Level = 3
		view.People = append(view.People, enterprises.Member{Card: card, Role: role})
	}
	if data.Roles, view.Roles, err = q.enterpriseRoles(e); err != nil {
		return Answer{}, err
	}
	if view.Mine, err = q.enterpriseTools(e); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, View: View{Title: e.Name, Section: "enterprises", Content: enterprises.Show(view), Modules: []string{"form"}}}, nil
}

// enterprise loads the one that the path names, with its people as the viewer may see them.
func (q *Request) enterprise() (*community.Enterprise, []community.Profile, error) {
	id, err := Param[community.EnterpriseID](q, "id")
	if err != nil {
		return nil, nil, err
	}
	return q.Network.Enterprise(q.Context(), q.Viewer, id)
}

// roleIn is what somebody does in an enterprise today; empty when that was not said.
func roleIn(e *community.Enterprise, id community.MemberID) string {
	for _, r := range e.People {
		if r.Member == id && r.Until == 0 {
			return r.Title
		}
	}
	return ""
}

// enterpriseTools are for its people; nil for others.
func (q *Request) enterpriseTools(e *community.Enterprise) (*enterprises.Mine, error) {
	if !e.In(q.Viewer.ID) {
		return nil, nil
	}
	mine := &enterprises.Mine{Form: q.Form(nil), RoleMax: community.NameMax}
	could, err := q.Network.CouldBringIn(q.Context(), q.Viewer, e)
	for _, p := range could {
		mine.Could = append(mine.Could, components.Option{Value: string(p.ID), Label: p.Name})
	}
	return mine, err
}

func newEnterprise(q *Request) (Answer, error) {
	return q.enterpriseForm("", community.EnterpriseDraft{}, "enterprises.add"), nil
}

func editEnterprise(q *Request) (Answer, error) {
	e, _, err := q.enterprise()
	if err != nil {
		return Answer{}, err
	}
	if !e.In(q.Viewer.ID) {
		return Answer{}, community.Forbidden("enterprises.only-its-people")
	}
	return q.enterpriseForm(e.ID, community.EnterpriseDraftOf(e), "enterprises.edit-title"), nil
}

// enterpriseForm shows a draft, or what was typed when it comes back; id is empty for a new enterprise.
func (q *Request) enterpriseForm(id community.EnterpriseID, draft community.EnterpriseDraft, title string) Answer {
	view := enterprises.FormView{ID: string(id), Form: q.Form(draft), NameMax: community.NameMax, HeadlineMax: community.HeadlineMax,
		AboutMax: community.AboutMax, WebsiteMax: community.WebsiteMax, CausesMax: community.CausesMax}
	for _, c := range community.Causes {
		view.Causes = append(view.Causes, components.Option{Value: number(c), Label: q.causeName(c)})
	}
	for _, s := range community.Stages {
		view.Stages = append(view.Stages, components.Option{Value: number(s), Label: q.stageName(s)})
	}
	return Answer{View: View{Title: q.Say(title), Section: "enterprises", Content: enterprises.Form(view), Modules: []string{"form"}}}
}

func foundEnterprise(q *Request) (Answer, error) {
	draft, err := Decode[community.EnterpriseDraft](q)
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.FoundEnterprise(q.Context(), q.Viewer, draft)
	return q.enterpriseChanged(e, "enterprises.said-founded", err)
}

func changeEnterprise(q *Request) (Answer, error) {
	id, err := Param[community.EnterpriseID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.EnterpriseDraft](q)
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.EditEnterprise(q.Context(), q.Viewer, id, draft)
	return q.enterpriseChanged(e, "enterprises.said-changed", err)
}

func bringIn(q *Request) (Answer, error) {
	id, err := Param[community.EnterpriseID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[roleBody](q)
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.BringIn(q.Context(), q.Viewer, id, body.Member, body.Title)
	return q.enterpriseChanged(e, "enterprises.said-brought-in", err)
}

// enterpriseChanged answers a change of an enterprise.
func (q *Request) enterpriseChanged(e *community.Enterprise, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: enterpriseDataOf(e, hubs), Location: "/enterprises/" + string(e.ID), Said: said}, nil
}

func stepOut(q *Request) (Answer, error) {
	id, err := Param[community.EnterpriseID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.StepOut(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/enterprises/"+string(id), "enterprises.said-stepped-out"), nil
}
