package community

import (
	"cmp"
	"context"
)

// PlanSeatID is derived of the hub and the member.
type PlanSeatID string

// PlanSeat is a member's seat on a plan of their hub. Nothing in it tells who pays: that stands in the member's Dues, apart.
// Every seat is for a term that is renewed, whoever pays, so that the dates tell nothing either.
type PlanSeat struct {
	Record[PlanSeatID] `bson:",inline"`
	Hub                HubID    `json:"hub"`
	Member             MemberID `json:"member"`
	Plan               PlanID   `json:"plan"`
	Since              Instant  `json:"since"`
	Until              Instant  `json:"until"`
}

// PlanSeats is what the domain needs of the store.
type PlanSeats interface {
	Keeper[PlanSeatID, PlanSeat]
	Holding(ctx context.Context, hub HubID, now Instant) (int64, error)
	At(ctx context.Context, hub HubID, now Instant, page Page) ([]*PlanSeat, Cursor, error) // those that hold, soonest to end first
	Of(ctx context.Context, member MemberID) ([]*PlanSeat, error)
	Ending(ctx context.Context, from, to Instant, page Page) ([]*PlanSeat, Cursor, error) // soonest first
}

func planSeatID(hub HubID, member MemberID) PlanSeatID {
	return PlanSeatID(string(hub) + "~" + string(member))
}

// Holds tells whether the seat is somebody's now.
func (s *PlanSeat) Holds(now Instant) bool { return s != nil && s.Until > now }

// SeatDraft is what a member chooses: a plan, and to pay a fee on its scale, or to ask the pool. The pool asks no reason
// and no proof.
type SeatDraft struct {
	Plan    PlanID `json:"plan"`
	Payer   Payer  `json:"payer"`   // member or pool
	Fee     string `json:"fee"`     // as it was typed; for who pays
	RoundUp string `json:"roundUp"` // likewise; empty for nothing
}

// TakeSeat gives the viewer a seat, renews it, or changes what they pay. From the pool it is given by the rule of the
// agreement in force: at once when there is room, else they stand on the waiting list, which moves by itself.
func (n *Network) TakeSeat(ctx context.Context, v Viewer, d SeatDraft) (*OwnSeat, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	plan, err := n.Plans.Get(ctx, d.Plan)
	if err != nil || plan.Closed {
		return nil, cmp.Or(ignoreMissing(err), error(Invalid(Problems{"plan": {Say: "problem.choose-from-list"}})))
	}
	if v.Hub != plan.Hub {
		return nil, Forbidden("seats.not-your-hub")
	}
	p, err := n.openPool(ctx, plan.Hub, plan.Currency)
	if err != nil {
		return nil, err
	}
	switch d.Payer {
	case PayerMember:
		err = n.payForSeat(ctx, v, p, plan, d)
	case PayerPool:
		err = n.askPool(ctx, v, p, plan)
	default:
		err = Invalid(Problems{"payer": {Say: "problem.choose-from-list"}})
	}
	if err != nil {
		return nil, err
	}
	return n.OwnSeat(ctx, v)
}

func (n *Network) payForSeat(ctx context.Context, v Viewer, p *Pool, plan *Plan, d SeatDraft) error {
	wrong := Problems{}
	fee := wrong.amount("fee", d.Fee, plan.Currency, plan.Least, plan.Most)
	roundUp := int64(0)
	if Line(d.RoundUp) != "" {
		roundUp = wrong.amount("roundUp", d.RoundUp, plan.Currency, 0, AmountMax)
	}
	if err := Invalid(wrong); err != nil {
		return err
	}
	rules, err := n.rules(ctx, p.Hub)
	if err != nil {
		return err
	}
	if p.PlaceInLine(v.ID) > 0 {
		if _, err := n.decide(ctx, p.ID, "", func(p *Pool) error { p.leaveLine(v.ID); return nil }); err != nil {
			return err
		}
	}
	now := n.Now()
	choose := func(d *Dues) error { return d.choose(plan, fee, roundUp, rules.TermMonths, now, p.Zone) }
	return n.changeDues(ctx, p, v.ID, choose)
}

// askPool puts the viewer on the waiting list, and lets it move.
func (n *Network) askPool(ctx context.Context, v Viewer, p *Pool, plan *Plan) error {
	rules, err := n.rules(ctx, p.Hub)
	if err != nil {
		return err
	}
	dues, err := n.Dues.Get(ctx, duesID(p.Hub, v.ID))
	if ignoreMissing(err) != nil {
		return err
	}
	now := n.Now()
	if dues != nil && !dues.Renewable(now) {
		return Conflict("seats.not-yet")
	}
	p, err = n.decide(ctx, p.ID, "", func(p *Pool) error {
		switch g := p.running(v.ID, now); {
		case g != nil && g.Until > now.Plus(RenewWithin):
			return Conflict("seats.not-yet")
		case p.PlaceInLine(v.ID) > 0:
			return ErrUnchanged
		case p.given(v.ID, now)+rules.TermMonths > rules.PoolPerPerson:
			return &Error{Kind: KindForbidden, Say: "seats.pool-enough", Args: map[string]any{"months": rules.PoolPerPerson}}
		case len(p.Waiting) >= PoolWaitingMax:
			return TooMany("seats.line-full", nil)
		default:
			p.Waiting = append(p.Waiting, Wish{Member: v.ID, Plan: plan.ID, At: now, Renews: g != nil})
			return nil
		}
	})
	if err != nil {
		return err
	}
	return n.followUp(ctx, p)
}

// LeaveLine takes the viewer off the waiting lists of their hub.
func (n *Network) LeaveLine(ctx context.Context, v Viewer) error {
	if !v.Known() {
		return Unauthenticated()
	}
	pools, err := n.Pools.Of(ctx, v.Hub)
	if err != nil {
		return err
	}
	for _, p := range pools {
		if p.PlaceInLine(v.ID) == 0 {
			continue
		}
		if _, err := n.decide(ctx, p.ID, "", func(p *Pool) error { p.leaveLine(v.ID); return nil }); err != nil {
			return err
		}
	}
	return nil
}

// GiveSeatBack ends the viewer's seat. What the pool had promised and was not used goes back to it.
func (n *Network) GiveSeatBack(ctx context.Context, v Viewer, id PlanSeatID) error {
	s, err := n.PlanSeats.Get(ctx, id)
	if err != nil || s.Member != v.ID {
		return cmp.Or(err, NotFound("seat %s is not of %s", id, v.ID))
	}
	return n.endSeat(ctx, s.Hub, v.ID)
}

func (n *Network) endSeat(ctx context.Context, hub HubID, member MemberID) error {
	pools, err := n.Pools.Of(ctx, hub)
	if err != nil {
		return err
	}
	for _, p := range pools {
		if err := n.endGrants(ctx, p, member); err != nil {
			return err
		}
	}
	d, err := n.Dues.Change(ctx, duesID(hub, member), func(d *Dues) error { d.Over, d.Next = true, 0; return nil })
	if err != nil {
		return ignoreMissing(err)
	}
	return n.KeepSeat(ctx, d)
}

func (n *Network) endGrants(ctx context.Context, p *Pool, member MemberID) error {
	if p.running(member, n.Now()) == nil && p.PlaceInLine(member) == 0 {
		return nil
	}
	p, err := n.decide(ctx, p.ID, "", func(p *Pool) error {
		p.leaveLine(member)
		for i := range p.Grants {
			if g := &p.Grants[i]; g.Member == member && !g.Over {
				p.end(g, n.Now())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return n.followUp(ctx, p)
}

// seatFrom gives a member a seat on a plan for some months, paid by a programme of the same hub, and given again nothing more.
// The term begins where one that runs ends.
func (n *Network) seatFrom(ctx context.Context, from *Programme, member MemberID, id PlanID, months int) error {
	plan, err := n.Plans.Get(ctx, id)
	if err != nil || plan.Hub != from.Hub {
		return cmp.Or(err, NotFound("plan %s is not of hub %s", id, from.Hub))
	}
	if months < 1 || months > PoolPerPersonMax {
		return Invalid(Problems{"months": {Say: "problem.number-between", Args: map[string]any{"low": 1, "high": PoolPerPersonMax}}})
	}
	if _, err := n.Members.Get(ctx, member); err != nil {
		return err
	}
	p, err := n.openPool(ctx, plan.Hub, plan.Currency)
	if err != nil {
		return err
	}
	now := n.Now()
	return n.changeDues(ctx, p, member, func(d *Dues) error {
		return d.add(Term{Plan: id, Payer: PayerProgramme, Fee: plan.Least, Since: now, Programme: from.ID}, months, p.Zone)
	})
}

// SeatsAt are the seats of a hub that hold, for its hosts: who may use the desks. They read no more than that.
func (n *Network) SeatsAt(ctx context.Context, v Viewer, hub HubID, page Page) ([]*PlanSeat, Cursor, error) {
	if !v.Hosts(hub) && !v.Steward {
		return nil, "", NotFound("the seats of %s are for its hosts", hub)
	}
	read := func(page Page) ([]*PlanSeat, Cursor, error) { return n.PlanSeats.At(ctx, hub, n.Now(), page) }
	return visible(page, read, func(s *PlanSeat) bool { return v.Apart(s.Member) })
}

// SeatOf tells whether a person whom the viewer sees has a seat at the hub that they show.
func (n *Network) SeatOf(ctx context.Context, v Viewer, shown Profile) (bool, error) {
	if !v.Known() || shown.Hub == "" {
		return false, nil
	}
	s, err := n.PlanSeats.Get(ctx, planSeatID(shown.Hub, shown.ID))
	return s.Holds(n.Now()), ignoreMissing(err)
}

// SeatsEnding are the seats whose time to be renewed has begun within two days, soonest to end first.
func (n *Network) SeatsEnding(ctx context.Context) (ending []*PlanSeat, err error) {
	until := n.Now().Plus(RenewWithin)
	read := func(p Page) ([]*PlanSeat, Cursor, error) {
		return n.PlanSeats.Ending(ctx, until.Plus(-2*day), until, p)
	}
	err = throughout(read, func(s *PlanSeat) { ending = append(ending, s) })
	return ending, err
}

// OwnDues are the viewer's, of every hub where they had a seat.
func (n *Network) OwnDues(ctx context.Context, v Viewer) ([]*Dues, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Dues.Of(ctx, v.ID)
}

// OwnSeats are the viewer's, past ones too.
func (n *Network) OwnSeats(ctx context.Context, v Viewer) ([]*PlanSeat, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.PlanSeats.Of(ctx, v.ID)
}
