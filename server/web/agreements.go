package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/agreements"
	"longtable/server/community"
)

// agreementData is one version of an agreement.
type agreementData struct {
	Version    int                  `json:"version"`
	Concession int                  `json:"concession"` // percent of each list's quality that may be spent on turns
	Reason     string               `json:"reason"`
	By         personData           `json:"by"`
	At         time.Time            `json:"at"`
	Proposal   community.ProposalID `json:"proposal,omitempty"`
	Rules      community.Rules      `json:"rules"`
}

// agreementsData are the versions of a hub or of the network, the newest first; InForce is what holds for its people.
type agreementsData struct {
	Scope     string          `json:"scope"`   // the id of a hub, or "network"
	InForce   int             `json:"inForce"` // percent
	Own       bool            `json:"own"`     // else that of the network holds
	Rules     community.Rules `json:"rules"`   // in force
	ReviewAt  *time.Time      `json:"reviewAt"`
	Proposals []proposalData  `json:"proposals"` // of a hub: the newest
	Items     []agreementData `json:"items"`
	Next      *string         `json:"next"`
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
	data := agreementsData{Scope: scope, InForce: now.Percent(), Own: own, Rules: now.Holds(), Proposals: []proposalData{}}
	if now.ReviewAt > 0 {
		at := now.ReviewAt.Time()
		data.ReviewAt, view.ReviewAt = &at, at
	}
	view.Rules = q.rulesView(now.Holds())
	if hub != "" {
		if err := q.fillProposals(hub, &data, &view); err != nil {
			return Answer{}, err
		}
	}
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
		data.Items = append(data.Items, agreementData{a.Version, a.Percent(), a.Reason, by, a.At.Time(), a.Proposal, a.Holds()})
		view.Versions = append(view.Versions, agreements.Version{Number: a.Version, Keeps: 100 - a.Percent(), Reason: a.Reason, By: by.Name, At: a.At.In(zone),
			Proposal: string(a.Proposal)})
	}
	return nil
}

// fillProposals adds what people of the hub talk about and decided.
func (q *Request) fillProposals(hub community.HubID, data *agreementsData, view *agreements.View) error {
	h, err := q.Network.Hub(q.Context(), hub)
	if err != nil {
		return err
	}
	view.ByHosts, view.MayPropose, view.Propose = h.Form == community.Business, q.Viewer.MayPropose(h), "/hubs/"+string(hub)+"/proposals/new"
	found, _, err := q.Network.ProposalsOf(q.Context(), q.Viewer, hub, community.Page{Limit: agreementsOnPage})
	for _, p := range found {
		data.Proposals = append(data.Proposals, proposalDataOf(p))
		view.Proposals = append(view.Proposals, q.proposalCard(p, h.Zone))
	}
	return err
}

// rulesView are the rules beside the share for turns, as facts.
func (q *Request) rulesView(r community.Rules) agreements.Rules {
	percent := func(n int) string { return i18n.Percent(i18n.With(q.Context(), q.Lang), n) }
	return agreements.Rules{Conduct: r.Conduct, Rows: []components.SummaryRow{
		{Label: q.Say("agreements.rule-pool-share"), Value: percent(r.PoolShare)},
		{Label: q.Say("agreements.rule-term"), Value: q.months(r.TermMonths)},
		{Label: q.Say("agreements.rule-person"), Value: q.months(r.PoolPerPerson)},
		{Label: q.Say("agreements.rule-join"), Value: q.days(r.JoinDays)},
		{Label: q.Say("agreements.rule-report"), Value: q.days(r.ReportDays)},
		{Label: q.Say("agreements.rule-quorum"), Value: percent(r.Quorum)},
		{Label: q.Say("agreements.rule-notice"), Value: q.days(r.NoticeDays)},
	}}
}

func (q *Request) months(n int) string {
	return i18n.N(i18n.With(q.Context(), q.Lang), "agreements.months", n)
}

func (q *Request) days(n int) string {
	return i18n.N(i18n.With(q.Context(), q.Lang), "agreements.days", n)
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
