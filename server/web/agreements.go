package web

import (
	"time"

	"longtable/frontend/pages/agreements"
	"longtable/server/community"
)

// agreementData is one version of an agreement.
type agreementData struct {
	Version    int        `json:"version"`
	Concession int        `json:"concession"` // percent of each list's quality that may be spent on turns
	Reason     string     `json:"reason"`
	By         personData `json:"by"`
	At         time.Time  `json:"at"`
}

// agreementsData are the versions of a hub or of the network, the newest first; InForce is what holds for its people.
type agreementsData struct {
	Scope   string          `json:"scope"`   // the id of a hub, or "network"
	InForce int             `json:"inForce"` // percent
	Own     bool            `json:"own"`     // else that of the network holds
	Items   []agreementData `json:"items"`
	Next    *string         `json:"next"`
}

// agreementsOnPage is how many versions one looks through at a time.
const agreementsOnPage = 20

func agreementAddress(scope string) string {
	if scope == community.NetworkScope {
		return "/agreement"
	}
	return "/hubs/" + scope + "/agreement"
}

// scope is what the path speaks of: a hub or the network; name is empty for the latter.
func (q *Request) scope() (scope, name string, err error) {
	if q.c.Params("id") == "" {
		return community.NetworkScope, "", nil
	}
	h, err := q.hub()
	if err != nil {
		return "", "", err
	}
	return string(h.ID), h.Name, nil
}

func showAgreement(q *Request) (Answer, error) {
	scope, name, err := q.scope()
	if err != nil {
		return Answer{}, err
	}
	found, next, err := q.Network.AgreementsOf(q.Context(), q.Viewer, scope, q.Page(agreementsOnPage))
	if err != nil {
		return Answer{}, err
	}
	hub := community.HubID(scope)
	if scope == community.NetworkScope {
		hub = ""
	}
	now, err := q.Network.InForce(q.Context(), q.Viewer, hub)
	if err != nil {
		return Answer{}, err
	}
	own := now.Version > 0 && now.Scope == scope
	view := agreements.View{Hub: name, Address: agreementAddress(scope), Keeps: 100 - now.Percent(), Own: own, Agreed: now.Version > 0, MayAgree: q.Viewer.MayAgree(scope),
		Form: q.Form(nil), ReasonMax: community.WordsMax, More: q.Next(next)}
	if name != "" {
		view.Back = "/hubs/" + scope
	}
	if own {
		view.After = now.Version
	}
	data := agreementsData{Scope: scope, InForce: now.Percent(), Own: own}
	if err := q.fillAgreements(found, &data, &view); err != nil {
		return Answer{}, err
	}
	data.Next = ListOf(found, next).Next
	return Answer{Data: data, View: View{Title: q.Say("agreements.title"), Section: "hubs", Content: agreements.Show(view), Modules: []string{"form"}}}, nil
}

func (q *Request) fillAgreements(found []*community.Agreement, data *agreementsData, view *agreements.View) error {
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	ids := make([]community.MemberID, len(found))
	for i, a := range found {
		ids[i] = a.By
	}
	people, err := q.Network.People(q.Context(), q.Viewer, ids)
	if err != nil {
		return err
	}
	names := map[community.MemberID]string{}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	data.Items = []agreementData{}
	for _, a := range found {
		by := personData{Name: names[a.By]}
		if by.Name != "" {
			by.ID = a.By
		}
		data.Items = append(data.Items, agreementData{a.Version, a.Percent(), a.Reason, by, a.At.Time()})
		view.Versions = append(view.Versions, agreements.Version{Number: a.Version, Keeps: 100 - a.Percent(), Reason: a.Reason, By: by.Name, At: a.At.In(zone)})
	}
	return nil
}

func agree(q *Request) (Answer, error) {
	scope, _, err := q.scope()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.AgreementDraft](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.Agree(q.Context(), q.Viewer, scope, draft); err != nil {
		return Answer{}, err
	}
	return Gone(agreementAddress(scope), "agreements.said-agreed"), nil
}
