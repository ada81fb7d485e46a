package community

import "context"

// PlanID names a plan.
type PlanID string

// Plan is what a hub offers for a monthly fee. Each member chooses their own between the least and the most.
type Plan struct {
	Record[PlanID] `bson:",inline"`
	Hub            HubID    `json:"hub"`
	Name           string   `json:"name"`
	Includes       string   `json:"includes,omitempty"`
	Currency       Currency `json:"currency"`
	Least          int64    `json:"least"` // minor units a month, as the two others; what a seat costs the hub, and the pool
	Suggested      int64    `json:"suggested"`
	Most           int64    `json:"most"`
	Closed         bool     `json:"closed,omitempty"` // nobody takes it any more; who has it keeps it until their term ends
	MadeAt         Instant  `json:"madeAt"`
}

// Plans is what the domain needs of the store.
type Plans interface {
	Keeper[PlanID, Plan]
	Of(ctx context.Context, hub HubID) ([]*Plan, error) // oldest first; at most PlansMax are open
}

// PlansOf are the plans of a hub that can be taken, the oldest first. They are open to everyone, as prices are.
func (n *Network) PlansOf(ctx context.Context, hub HubID) ([]*Plan, error) {
	all, err := n.Plans.Of(ctx, hub)
	open := make([]*Plan, 0, len(all))
	for _, p := range all {
		if !p.Closed {
			open = append(open, p)
		}
	}
	return open, err
}

// Plan is one plan; open to everyone.
func (n *Network) Plan(ctx context.Context, id PlanID) (*Plan, error) { return n.Plans.Get(ctx, id) }

// PlanDraft is a plan as hosts type it. Amounts are as they were typed, such as 30 or 30.50.
type PlanDraft struct {
	Name      string   `json:"name"`
	Includes  string   `json:"includes"`
	Currency  Currency `json:"currency"` // stays as it was first
	Least     string   `json:"least"`
	Suggested string   `json:"suggested"`
	Most      string   `json:"most"`
}

// PlanDraftOf is the form of a plan as it is now.
func PlanDraftOf(p *Plan) PlanDraft {
	return PlanDraft{p.Name, p.Includes, p.Currency, p.Currency.Plain(p.Least), p.Currency.Plain(p.Suggested), p.Currency.Plain(p.Most)}
}

// AddPlan offers a new plan; for the hub's hosts.
func (n *Network) AddPlan(ctx context.Context, v Viewer, hub HubID, d PlanDraft) (*Plan, error) {
	if _, err := n.Hubs.Get(ctx, hub); err != nil {
		return nil, err
	}
	if !v.Hosts(hub) && !v.Steward {
		return nil, Forbidden("plans.only-hosts")
	}
	p := &Plan{Record: Record[PlanID]{ID: NewID[PlanID]()}, Hub: hub, MadeAt: n.Now()}
	if err := Invalid(d.fill(p)); err != nil {
		return nil, err
	}
	open, err := n.PlansOf(ctx, hub)
	if err != nil {
		return nil, err
	}
	if len(open) >= PlansMax {
		return nil, TooMany("plans.too-many", map[string]any{"max": PlansMax})
	}
	return p, n.Plans.Add(ctx, p)
}

// EditPlan changes a plan. Fees that were chosen before stay until the end of their term.
func (n *Network) EditPlan(ctx context.Context, v Viewer, id PlanID, d PlanDraft) (*Plan, error) {
	return n.changePlan(ctx, v, id, func(p *Plan) error {
		d.Currency = p.Currency
		return Invalid(d.fill(p))
	})
}

// ClosePlan takes a plan from the list.
func (n *Network) ClosePlan(ctx context.Context, v Viewer, id PlanID) (*Plan, error) {
	return n.changePlan(ctx, v, id, func(p *Plan) error { p.Closed = true; return nil })
}

func (n *Network) changePlan(ctx context.Context, v Viewer, id PlanID, change func(*Plan) error) (*Plan, error) {
	p, err := n.Plans.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !v.Hosts(p.Hub) && !v.Steward {
		return nil, Forbidden("plans.only-hosts")
	}
	return n.Plans.Change(ctx, id, change)
}

// fill cleans the draft, puts it into the plan, and finds what is wrong with it.
func (d *PlanDraft) fill(p *Plan) Problems {
	wrong := Problems{}
	p.Name, p.Includes, p.Currency = Line(d.Name), Paragraphs(d.Includes), d.Currency
	wrong.need("name", p.Name, NameMax)
	wrong.atMost("includes", p.Includes, AboutMax)
	if oneOf(wrong, "currency", d.Currency, Currencies); len(wrong) > 0 {
		return wrong
	}
	p.Least = wrong.amount("least", d.Least, d.Currency, 0, AmountMax)
	p.Suggested = wrong.amount("suggested", d.Suggested, d.Currency, min(p.Least, AmountMax), AmountMax)
	p.Most = wrong.amount("most", d.Most, d.Currency, min(max(p.Least, p.Suggested), AmountMax), AmountMax)
	return wrong
}
