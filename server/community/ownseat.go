package community

import (
	"context"
)

// OwnSeat is what a member reads of their seat: what they have, what they pay, and where they stand in line.
type OwnSeat struct {
	Hub       *Hub      // of the seat, else the viewer's; nil for who has none
	Seat      *PlanSeat // nil before they take one
	Plan      *Plan     // of the seat
	Dues      *Dues     // nil before there are any
	Statement *Statement
	Plans     []*Plan // that they can take
	Rules     Rules
	Place     int // in line for the pool; 0 when they do not wait
}

// OwnSeat is the viewer's.
func (n *Network) OwnSeat(ctx context.Context, v Viewer) (*OwnSeat, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	own := &OwnSeat{}
	hub := v.Hub
	seats, err := n.PlanSeats.Of(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range seats {
		if own.Seat == nil || s.Until > own.Seat.Until {
			own.Seat, hub = s, s.Hub
		}
	}
	if hub == "" {
		return own, nil
	}
	if own.Hub, err = n.Hubs.Get(ctx, hub); err != nil {
		return nil, err
	}
	if own.Seat != nil {
		if own.Plan, err = n.Plans.Get(ctx, own.Seat.Plan); err != nil {
			return nil, err
		}
	}
	return own, n.fillOwnSeat(ctx, v, own)
}

func (n *Network) fillOwnSeat(ctx context.Context, v Viewer, own *OwnSeat) (err error) {
	hub := own.Hub.ID
	if own.Rules, err = n.rules(ctx, hub); err != nil {
		return err
	}
	if v.Hub == hub {
		if own.Plans, err = n.PlansOf(ctx, hub); err != nil {
			return err
		}
	}
	pools, err := n.Pools.Of(ctx, hub)
	for _, p := range pools {
		own.Place = max(own.Place, p.PlaceInLine(v.ID))
	}
	if err != nil {
		return err
	}
	own.Dues, err = n.Dues.Get(ctx, duesID(hub, v.ID))
	if err != nil {
		own.Dues = nil
		return ignoreMissing(err)
	}
	own.Statement, err = n.StatementOf(ctx, v, hub, own.Dues.Currency, v.ID)
	return err
}
