package community

import (
	"cmp"
	"context"
	"slices"
)

// Payer says who pays for a term.
type Payer string

// The payers.
const (
	PayerMember    Payer = "member"
	PayerPool      Payer = "pool"
	PayerProgramme Payer = "programme"
)

// Term is a stretch of months of a seat.
type Term struct {
	Plan      PlanID      `json:"plan"`
	Payer     Payer       `json:"payer"`
	Fee       int64       `json:"fee"` // minor units a month
	Since     Instant     `json:"since"`
	Until     Instant     `json:"until"`
	Charged   int         `json:"charged"`         // months that are in the books
	Grant     Instant     `json:"grant,omitempty"` // when the pool meant it to begin, by which it knows what it promised
	Programme ProgrammeID `json:"programme,omitempty"`
}

// DuesID is derived of the hub and the member.
type DuesID string

// Dues are the books about one member's seat: who pays, and how much. The member and the hub's bookkeeper read them, and
// nobody else.
type Dues struct {
	Record[DuesID] `bson:",inline"`
	Hub            HubID    `json:"hub"`
	Member         MemberID `json:"member"`
	Currency       Currency `json:"currency"`
	RoundUp        int64    `json:"roundUp"`        // what they add each month for the pool, if they like
	Terms          []Term   `json:"terms"`          // earliest first; they do not overlap
	Next           Instant  `json:"next,omitempty"` // when the next month is due; not there when none is
	Over           bool     `json:"over,omitempty"` // given back
}

// DuesBooks is what the domain needs of the store.
type DuesBooks interface {
	Keeper[DuesID, Dues]
	At(ctx context.Context, hub HubID, page Page) ([]*Dues, Cursor, error)
	Of(ctx context.Context, member MemberID) ([]*Dues, error)
	DueBy(ctx context.Context, at Instant, page Page) ([]*Dues, Cursor, error)
}

func duesID(hub HubID, member MemberID) DuesID { return DuesID(string(hub) + "~" + string(member)) }

const (
	// RenewWithin is how long before its end a seat can be renewed, and how long before people are reminded: two pay days.
	RenewWithin = 30 * day

	termsKept = 8 // terms of a seat that its dues remember: the ledger has them all
)

// last is the term that ends last; nil before there is one.
func (d *Dues) last() *Term {
	if len(d.Terms) == 0 {
		return nil
	}
	return &d.Terms[len(d.Terms)-1]
}

// Now is the term that runs, or the next; nil when the seat is over.
func (d *Dues) Now(now Instant) *Term {
	for i := range d.Terms {
		if d.Terms[i].Until > now && !d.Over {
			return &d.Terms[i]
		}
	}
	return nil
}

// Renewable tells whether the next term can be asked for.
func (d *Dues) Renewable(now Instant) bool {
	last := d.last()
	return d.Over || last == nil || last.Until <= now.Plus(RenewWithin)
}

// due is the term whose next month comes first, and when that begins; nil when none is to come.
func (d *Dues) due(zone string) (*Term, Instant) {
	for i := range d.Terms {
		t := &d.Terms[i]
		if at := monthsAfter(t.Since, t.Charged, zone); at < t.Until && !d.Over {
			return t, at
		}
	}
	return nil, 0
}

// add puts so many months behind the terms that are there, once. They begin when they were meant to, or later if another
// term was begun meanwhile: nobody owes two fees for one month.
func (d *Dues) add(t Term, months int, zone string) error {
	known := func(o Term) bool { return o.Payer == t.Payer && o.Grant == t.Grant && o.Programme == t.Programme }
	if t.Payer != PayerMember && !d.Over && slices.ContainsFunc(d.Terms, known) {
		return ErrUnchanged
	}
	if d.Over {
		d.Terms, d.Over = nil, false
	}
	if last := d.last(); last != nil {
		t.Since = max(t.Since, last.Until)
	}
	t.Until = monthsAfter(t.Since, months, zone)
	if d.Terms = append(d.Terms, t); len(d.Terms) > termsKept {
		d.Terms = d.Terms[len(d.Terms)-termsKept:]
	}
	_, d.Next = d.due(zone)
	return nil
}

// addTerm gives a member a term in the books, and the seat that follows from it.
func (n *Network) addTerm(ctx context.Context, p *Pool, member MemberID, t Term, months int) error {
	if left, err := n.gone(ctx, member); err != nil || left {
		return err
	}
	id := duesID(p.Hub, member)
	d, err := n.Dues.Change(ctx, id, func(d *Dues) error { return d.add(t, months, p.Zone) })
	if KindOf(err) == KindNotFound {
		d = &Dues{Record: Record[DuesID]{ID: id}, Hub: p.Hub, Member: member, Currency: p.Currency}
		if err = d.add(t, months, p.Zone); err == nil {
			err = n.Dues.Add(ctx, d)
		}
		if KindOf(err) == KindConflict {
			d, err = n.Dues.Change(ctx, id, func(d *Dues) error { return d.add(t, months, p.Zone) })
		}
	}
	if err != nil {
		return err
	}
	return n.KeepSeat(ctx, d)
}

// KeepSeat makes the seat what the dues say, and enters the months that are due. It may be repeated.
func (n *Network) KeepSeat(ctx context.Context, d *Dues) error {
	id, last := planSeatID(d.Hub, d.Member), d.last()
	if last == nil || d.Over {
		return ignoreMissing(n.PlanSeats.Delete(ctx, id))
	}
	if err := n.seatAs(ctx, id, d, n.Now()); err != nil {
		return err
	}
	return n.Charge(ctx, d)
}

// seatAs writes the seat. Since stays that of an unbroken stretch.
func (n *Network) seatAs(ctx context.Context, id PlanSeatID, d *Dues, now Instant) error {
	running, last := cmp.Or(d.Now(now), d.last()), d.last()
	fresh := PlanSeat{Record: Record[PlanSeatID]{ID: id}, Hub: d.Hub, Member: d.Member, Plan: running.Plan, Since: running.Since, Until: last.Until}
	err := n.PlanSeats.Add(ctx, &fresh)
	if KindOf(err) != KindConflict {
		return err
	}
	_, err = n.PlanSeats.Change(ctx, id, func(s *PlanSeat) error {
		since := s.Since
		if s.Until < running.Since {
			since = running.Since
		}
		if s.Plan == running.Plan && s.Until == last.Until && s.Since == since {
			return ErrUnchanged
		}
		s.Plan, s.Since, s.Until = running.Plan, since, last.Until
		return nil
	})
	return err
}

// choose sets what the member pays: of the terms that they pay already, and of a further one when that can be asked for.
func (d *Dues) choose(plan *Plan, fee, roundUp int64, months int, now Instant, zone string) error {
	d.RoundUp = roundUp
	if running := d.Now(now); running != nil && running.Payer != PayerMember && !d.Renewable(now) {
		return Conflict("seats.not-yet")
	}
	for i := range d.Terms {
		if t := &d.Terms[i]; t.Payer == PayerMember && t.Until > now && !d.Over {
			t.Fee, t.Plan = fee, plan.ID
		}
	}
	if !d.Renewable(now) {
		return nil
	}
	return d.add(Term{Plan: plan.ID, Payer: PayerMember, Fee: fee, Since: now}, months, zone)
}

// changeDues changes a member's dues, or begins them, and keeps the seat.
func (n *Network) changeDues(ctx context.Context, p *Pool, member MemberID, change func(*Dues) error) error {
	id := duesID(p.Hub, member)
	d, err := n.Dues.Change(ctx, id, func(d *Dues) error {
		if d.Currency != p.Currency {
			if d.Now(n.Now()) != nil {
				return Conflict("seats.term-runs")
			}
			d.Currency, d.Terms, d.Over = p.Currency, nil, false
		}
		return change(d)
	})
	if KindOf(err) == KindNotFound {
		d = &Dues{Record: Record[DuesID]{ID: id}, Hub: p.Hub, Member: member, Currency: p.Currency}
		if err = change(d); err == nil {
			err = n.Dues.Add(ctx, d)
		}
		if KindOf(err) == KindConflict {
			return Conflict("error.changed-meanwhile")
		}
	}
	if err != nil {
		return err
	}
	return n.KeepSeat(ctx, d)
}
