package web

import (
	"slices"

	"longtable/frontend/components"
	"longtable/frontend/pages/plans"
	"longtable/server/community"
)

// planData is a plan of a hub.
type planData struct {
	ID        community.PlanID `json:"id"`
	Hub       community.HubID  `json:"hub"`
	Name      string           `json:"name"`
	Includes  string           `json:"includes"`
	Least     moneyData        `json:"least"` // a month, as the others
	Suggested moneyData        `json:"suggested"`
	Most      moneyData        `json:"most"`
	Closed    bool             `json:"closed"`
}

func planDataOf(p *community.Plan) planData {
	return planData{p.ID, p.Hub, p.Name, p.Includes, moneyOf(p.Least, p.Currency), moneyOf(p.Suggested, p.Currency), moneyOf(p.Most, p.Currency), p.Closed}
}

func showPlans(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	found, err := q.Network.PlansOf(q.Context(), h.ID)
	if err != nil {
		return Answer{}, err
	}
	rules, err := q.Network.RulesAt(q.Context(), h.ID)
	if err != nil {
		return Answer{}, err
	}
	view := plans.ListView{HubID: string(h.ID), Hub: h.Name, MayEdit: q.Viewer.Hosts(h.ID) || q.Viewer.Steward, Mine: q.Viewer.Hub == h.ID, SignedIn: q.Viewer.Known(),
		Term: rules.TermMonths, PoolShare: rules.PoolShare, Form: q.Form(community.PlanDraft{Currency: usualCurrency(found)}),
		Currencies: currencyOptions(community.Currencies), NameMax: community.NameMax, TextMax: community.AboutMax}
	data := []planData{}
	for _, p := range found {
		data = append(data, planDataOf(p))
		view.Plans = append(view.Plans, plans.Plan{ID: string(p.ID), Name: p.Name, Includes: p.Includes, Least: q.price(p.Least, p.Currency),
			Suggested: q.price(p.Suggested, p.Currency), Most: q.price(p.Most, p.Currency)})
	}
	return Answer{Data: ListOf(data, community.Cursor("")), View: View{Title: q.Say("plans.title", "hub", h.Name), Section: "hubs", Content: plans.List(view), Modules: []string{"form"}}}, nil
}

// usualCurrency is that of the plans there are.
func usualCurrency(found []*community.Plan) community.Currency {
	if len(found) == 0 {
		return "EUR"
	}
	return found[0].Currency
}

func currencyOptions(all []community.Currency) (options []components.Option) {
	for _, c := range all {
		options = append(options, components.Option{Value: string(c), Label: string(c)})
	}
	return options
}

// plan loads the one that the path names, for those who change it.
func (q *Request) plan() (*community.Plan, *community.Hub, error) {
	id, err := Param[community.PlanID](q, "id")
	if err != nil {
		return nil, nil, err
	}
	p, err := q.Network.Plan(q.Context(), id)
	if err != nil {
		return nil, nil, err
	}
	h, err := q.Network.Hub(q.Context(), p.Hub)
	if err == nil && !q.Viewer.Hosts(h.ID) && !q.Viewer.Steward {
		err = community.Forbidden("plans.only-hosts")
	}
	return p, h, err
}

func editPlan(q *Request) (Answer, error) {
	p, h, err := q.plan()
	if err != nil {
		return Answer{}, err
	}
	view := plans.FormView{ID: string(p.ID), HubID: string(h.ID), Hub: h.Name, Form: q.Form(community.PlanDraftOf(p)), NameMax: community.NameMax, TextMax: community.AboutMax}
	return Answer{View: View{Title: q.Say("plans.edit"), Section: "hubs", Content: plans.Form(view), Modules: []string{"form"}}}, nil
}

func addPlan(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.PlanDraft](q)
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.AddPlan(q.Context(), q.Viewer, h.ID, draft)
	return planChanged(p, "plans.said-added", err)
}

func changePlan(q *Request) (Answer, error) {
	p, _, err := q.plan()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.PlanDraft](q)
	if err != nil {
		return Answer{}, err
	}
	p, err = q.Network.EditPlan(q.Context(), q.Viewer, p.ID, draft)
	return planChanged(p, "plans.said-changed", err)
}

func closePlan(q *Request) (Answer, error) {
	p, _, err := q.plan()
	if err != nil {
		return Answer{}, err
	}
	p, err = q.Network.ClosePlan(q.Context(), q.Viewer, p.ID)
	return planChanged(p, "plans.said-closed", err)
}

func planChanged(p *community.Plan, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: planDataOf(p), Location: "/hubs/" + string(p.Hub) + "/plans", Said: said}, nil
}

// planNames are the names of a hub's plans, those that are closed too.
func planNames(all []*community.Plan) func(community.PlanID) string {
	return func(id community.PlanID) string {
		if at := slices.IndexFunc(all, func(p *community.Plan) bool { return p.ID == id }); at >= 0 {
			return all[at].Name
		}
		return ""
	}
}
