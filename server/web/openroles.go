package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/fits"
	"longtable/frontend/pages/openroles"
	"longtable/server/community"
)

// openRoleData is an open role. Fitting is for the people of its enterprise.
type openRoleData struct {
	ID             community.RoleID       `json:"id"`
	Enterprise     community.EnterpriseID `json:"enterprise"`
	EnterpriseName string                 `json:"enterpriseName"`
	Title          string                 `json:"title"`
	Text           string                 `json:"text"`
	Skills         []community.SkillID    `json:"skills"`
	HoursPerWeek   int                    `json:"hoursPerWeek"` // 0 when not said
	Form           community.RoleForm     `json:"form"`
	LastDay        string                 `json:"lastDay"` // such as 2027-03-31
	Open           bool                   `json:"open"`
	PostedAt       time.Time              `json:"postedAt"`
	Fitting        []community.Match      `json:"fitting,omitempty"`
}

func (q *Request) openRoleData(r *community.OpenRole, e *community.Enterprise) openRoleData {
	return openRoleData{ID: r.ID, Enterprise: r.Enterprise, EnterpriseName: e.Name, Title: r.Title, Text: r.Text, Skills: orEmpty(r.Skills),
		HoursPerWeek: r.HoursPerWeek, Form: r.Form, LastDay: lastDayOf(r).Format(time.DateOnly), Open: !r.TakenAt(q.Network.Now()), PostedAt: r.PostedAt.Time()}
}

// lastDayOf is the day before the role ends, as Until is the midnight after it.
func lastDayOf(r *community.OpenRole) time.Time { return r.Until.In(r.Zone).AddDate(0, 0, -1) }

func (q *Request) roleCard(r *community.OpenRole) components.Card {
	card := components.Card{ID: string(r.ID), Address: "/roles/" + string(r.ID), Title: r.Title, Text: opening(r.Text), Tags: q.skillTags(r.Skills),
		Meta: []string{q.Say("words.role-" + string(r.Form))}, Level: 3}
	if r.HoursPerWeek > 0 {
		card.Meta = append(card.Meta, q.Say("roles.hours", "n", r.HoursPerWeek))
	}
	card.Meta = append(card.Meta, q.Say("roles.until", "date", q.day(community.At(lastDayOf(r)))))
	return card
}

// rolesForYou are the open roles that fit the viewer.
func rolesForYou(q *Request) (Answer, error) {
	found, err := q.Network.RolesFor(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	var data []fitData[openRoleData]
	var cards []fits.Card
	for _, m := range found {
		data = append(data, fitData[openRoleData]{q.openRoleData(m.Role, m.Enterprise), m.ForYou, m.ForThem})
		card := q.roleCard(m.Role)
		card.Level, card.Kicker = 2, m.Enterprise.Name
		cards = append(cards, fits.Card{Card: card, Reasons: q.reasons(community.Match{ForYou: m.ForYou, ForThem: m.ForThem})})
	}
	above := components.Crumb{Label: q.Say("enterprises.title"), Address: "/enterprises"}
	return q.fits("roles", "enterprises", above, ListOf(data, community.Cursor("")), cards)
}

// enterpriseRoles are the cards of an enterprise's open roles, for its page.
func (q *Request) enterpriseRoles(e *community.Enterprise) ([]openRoleData, []components.Card, error) {
	open, err := q.Network.Roles(q.Context(), q.Viewer, e.ID)
	var data []openRoleData
	var cards []components.Card
	for _, r := range open {
		data, cards = append(data, q.openRoleData(r, e)), append(cards, q.roleCard(r))
	}
	return data, cards, err
}

// role loads the one that the path names, with its enterprise.
func (q *Request) role() (*community.OpenRole, *community.Enterprise, error) {
	id, err := Param[community.RoleID](q, "id")
	if err != nil {
		return nil, nil, err
	}
	return q.Network.Role(q.Context(), q.Viewer, id)
}

func showRole(q *Request) (Answer, error) {
	r, e, err := q.role()
	if err != nil {
		return Answer{}, err
	}
	data := q.openRoleData(r, e)
	view := openroles.ShowView{ID: string(r.ID), Title: r.Title, Text: r.Text, Enterprise: components.Tag{Label: e.Name, Address: "/enterprises/" + string(e.ID)},
		Form: q.Say("words.role-" + string(r.Form)), Hours: r.HoursPerWeek, LastDay: lastDayOf(r), Skills: q.skillTags(r.Skills), Over: !data.Open,
		Mine: e.In(q.Viewer.ID), Problem: q.Form(nil).General}
	if view.Mine {
		if data.Fitting, err = q.Network.PeopleForRole(q.Context(), q.Viewer, r.ID); err != nil {
			return Answer{}, err
		}
		hubs, err := q.hubNames()
		if err != nil {
			return Answer{}, err
		}
		view.Fitting = q.helperCards(data.Fitting, hubs)
	} else if view.People, err = q.whomToAsk(e); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, View: View{Title: r.Title, Section: "enterprises", Content: openroles.Show(view)}}, nil
}

// whomToAsk are the people of an enterprise who show that they are, to ask for an introduction.
func (q *Request) whomToAsk(e *community.Enterprise) ([]components.Tag, error) {
	_, people, err := q.Network.Enterprise(q.Context(), q.Viewer, e.ID)
	var tags []components.Tag
	for _, p := range people {
		tags = append(tags, components.Tag{Label: p.Name, Address: "/people/" + string(p.ID)})
	}
	return tags, err
}

func newRole(q *Request) (Answer, error) {
	e, _, err := q.enterprise()
	if err != nil {
		return Answer{}, err
	}
	return q.roleForm("", e, community.RoleDraft{Form: community.RoleForms[0]}, "roles.open")
}

func editRole(q *Request) (Answer, error) {
	r, e, err := q.role()
	if err != nil {
		return Answer{}, err
	}
	return q.roleForm(r.ID, e, community.RoleDraftOf(r), "roles.edit-title")
}

// roleForm shows a draft, or what was typed when it comes back; id is empty for a new role.
func (q *Request) roleForm(id community.RoleID, e *community.Enterprise, draft community.RoleDraft, title string) (Answer, error) {
	if !e.In(q.Viewer.ID) {
		return Answer{}, community.Forbidden("enterprises.only-its-people")
	}
	form := q.Form(draft)
	skills, err := q.skillPicker(form, components.SkillPicker{Name: "skills", Legend: q.Say("roles.skills"),
		Hint: q.Say("board.skills-hint", "max", community.NeedsMax), Max: community.NeedsMax})
	if err != nil {
		return Answer{}, err
	}
	view := openroles.FormView{ID: string(id), Form: form, Enterprise: components.Crumb{Label: e.Name, Address: "/enterprises/" + string(e.ID)}, Skills: skills,
		TitleMax: community.TitleMax, TextMax: community.TextMax}
	for _, f := range community.RoleForms {
		view.Kinds = append(view.Kinds, components.Option{Value: string(f), Label: q.Say("words.role-" + string(f))})
	}
	return Answer{View: View{Title: q.Say(title), Section: "enterprises", Content: openroles.Form(view), Modules: []string{"form", "skills"}}}, nil
}

func openRole(q *Request) (Answer, error) {
	id, err := Param[community.EnterpriseID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := q.roleDraft()
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.OpenARole(q.Context(), q.Viewer, id, draft)
	return q.roleChanged(r, "roles.said-opened", err)
}

func changeRole(q *Request) (Answer, error) {
	id, err := Param[community.RoleID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := q.roleDraft()
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.EditRole(q.Context(), q.Viewer, id, draft)
	return q.roleChanged(r, "roles.said-changed", err)
}

// roleDraft reads a draft whose skills may be named rather than given by id.
func (q *Request) roleDraft() (community.RoleDraft, error) {
	draft, err := Decode[community.RoleDraft](q)
	draft.Skills = q.skillIDs(draft.Skills)
	return draft, err
}

// roleChanged answers a change of a role.
func (q *Request) roleChanged(r *community.OpenRole, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	_, e, err := q.Network.Role(q.Context(), q.Viewer, r.ID)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: q.openRoleData(r, e), Location: "/roles/" + string(r.ID), Said: said}, nil
}

func closeRole(q *Request) (Answer, error) {
	id, err := Param[community.RoleID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	r, err := q.Network.CloseRole(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return Gone("/enterprises/"+string(r.Enterprise), "roles.said-closed"), nil
}
