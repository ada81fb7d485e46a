package community

import (
	"context"
	"slices"
	"strings"
	"time"
)

// PoolID is derived of a hub and a currency.
type PoolID string

// Pool is the solidarity pool of a hub in one currency, with the head of its books. Who is given a seat, who waits, what is
// free and which number comes next stand in this one record, so that they are decided together: a seat is never promised
// twice the money, and nobody overtakes. Only the bookkeeper reads it, and each member what is about them.
type Pool struct {
	Record[PoolID] `bson:",inline"`
	Hub            HubID             `json:"hub"`
	Currency       Currency          `json:"currency"`
	Zone           string            `json:"zone"`   // whose months the books have
	Number         int64             `json:"number"` // of the last entry
	LastAt         Instant           `json:"lastAt,omitempty"`
	Began          Instant           `json:"began"`
	OpenFrom       Instant           `json:"openFrom"` // months before are closed
	Balances       map[Account]int64 `json:"balances,omitempty"`
	Grants         []Grant           `json:"grants,omitempty"`  // that are not finished, earliest first
	Given          []Given           `json:"given,omitempty"`   // what is left to know of those finished within two years
	Waiting        []Wish            `json:"waiting,omitempty"` // longest waiting first
	Pending        []Item            `json:"pending,omitempty"` // entries that may not be in the ledger yet
}

// Grant is a term of a seat that the pool pays for.
type Grant struct {
	Member MemberID `json:"member"`
	Plan   PlanID   `json:"plan"`
	Fee    int64    `json:"fee"`    // a month
	Months int      `json:"months"` // of the term; those that were used, once it is over
	Left   int64    `json:"left"`   // promised and not used yet
	At     Instant  `json:"at"`
	Since  Instant  `json:"since"`
	Until  Instant  `json:"until"`
	Seated bool     `json:"seated,omitempty"` // the seat is in the member's dues
	Over   bool     `json:"over,omitempty"`   // given back
}

// Given is a term that is over and settled. Its money stands in the ledger, so the record that decides remembers only what
// counts towards the months that one person can have.
type Given struct {
	Member MemberID `json:"m"`
	Months int      `json:"n"` // 1 and up
	At     Instant  `json:"at"`
}

// Wish is somebody who waits for a seat from the pool. Nothing is asked, so nothing else stands here.
type Wish struct {
	Member MemberID `json:"member"`
	Plan   PlanID   `json:"plan"`
	At     Instant  `json:"at"`
	Renews bool     `json:"renews,omitempty"` // has a seat from the pool: nobody is removed because the share slips
}

// Pools is what the domain needs of the store.
type Pools interface {
	Keeper[PoolID, Pool]
	Whole[Pool]
	Of(ctx context.Context, hub HubID) ([]*Pool, error)
}

// poolYears is how long a grant is remembered, for the months that one person can have.
const poolYears = 2 * 365 * day

func poolID(hub HubID, c Currency) PoolID {
	return PoolID(string(hub) + "~" + strings.ToLower(string(c)))
}

// Free is what the pool can still give.
func (p *Pool) Free() int64 { return -p.Balances[AccountPool] }

// openPool finds the pool of a hub, or begins its books.
func (n *Network) openPool(ctx context.Context, hub HubID, c Currency) (*Pool, error) {
	id := poolID(hub, c)
	p, err := n.Pools.Get(ctx, id)
	if KindOf(err) != KindNotFound {
		return p, err
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	begins := MonthOf(n.Now(), h.Zone).Begins(h.Zone)
	p = &Pool{Record: Record[PoolID]{ID: id}, Hub: hub, Currency: c, Zone: h.Zone, Began: begins, OpenFrom: begins}
	if err := n.Pools.Add(ctx, p); err != nil && KindOf(err) != KindConflict {
		return nil, err
	}
	return n.Pools.Get(ctx, id)
}

// running is the grant that pays for a seat now, or next; nil for none.
func (p *Pool) running(member MemberID, now Instant) *Grant {
	for i := range p.Grants {
		if g := &p.Grants[i]; g.Member == member && !g.Over && g.Until > now {
			return g
		}
	}
	return nil
}

// given counts the months that the pool paid or promised somebody within two years.
func (p *Pool) given(member MemberID, now Instant) (months int) {
	for _, g := range p.Grants {
		if g.Member == member && g.At.Plus(poolYears) > now {
			months += g.Months
		}
	}
	for _, g := range p.Given {
		if g.Member == member && g.At.Plus(poolYears) > now {
			months += g.Months
		}
	}
	return months
}

// settled tells whether nothing can happen to a grant any more: it was given back, or its time is over with all its months
// in the books.
func (g *Grant) settled(now Instant) bool {
	return g.Over || g.Seated && g.Left == 0 && g.Until <= now
}

// settle keeps of grants that are over what still counts, and forgets that after two years. A term of which no month was
// used counts nothing.
func (p *Pool) settle(now Instant) {
	p.Grants = slices.DeleteFunc(p.Grants, func(g Grant) bool {
		over := g.settled(now)
		if over && g.Months > 0 {
			p.Given = append(p.Given, Given{g.Member, g.Months, g.At})
		}
		return over
	})
	p.Given = slices.DeleteFunc(p.Given, func(g Given) bool { return g.At.Plus(poolYears) <= now })
}

// PlaceInLine is how many stand before the member, and they: 1 and up; 0 when they do not wait.
func (p *Pool) PlaceInLine(member MemberID) int {
	return 1 + slices.IndexFunc(p.Waiting, func(w Wish) bool { return w.Member == member })
}

// leaveLine takes somebody off the waiting list, and tells whether they stood on it.
func (p *Pool) leaveLine(member MemberID) bool {
	before := len(p.Waiting)
	p.Waiting = slices.DeleteFunc(p.Waiting, func(w Wish) bool { return w.Member == member })
	return len(p.Waiting) < before
}

// room is what a pool is filled by.
type room struct {
	now   Instant
	rules Rules
	seats int // that the hub has now, whoever pays
	plans map[PlanID]*Plan
	until map[MemberID]Instant // when the seat that somebody has now ends
}

// takes tells whether the share agreed on leaves room for one more seat. The first is always possible, or a small hub
// could never begin.
func (r *room) takes(p *Pool) bool {
	paid := 0
	for _, g := range p.Grants {
		if !g.Over && g.Until > r.now {
			paid++
		}
	}
	most := r.rules.PoolShare * (r.seats + 1) / 100
	if r.rules.PoolShare > 0 {
		most = max(most, 1)
	}
	return paid < most
}

// fill gives seats to those who wait, in their order, as far as there is room and money. Where money is short nobody is
// served before somebody who has waited longer; the share holds up new seats only, and not those that are renewed.
func (p *Pool) fill(r *room) {
	var still []Wish
	short := false
	for _, w := range p.Waiting {
		plan := r.plans[w.Plan]
		if plan == nil || plan.Closed {
			continue // it is not offered any more
		}
		cost := plan.Least * int64(r.rules.TermMonths)
		short = short || cost > p.Free()
		if short || !w.Renews && !r.takes(p) || len(p.Grants) >= PoolGrantsMax || len(p.Given) >= PoolGivenMax {
			still = append(still, w)
			continue
		}
		p.grant(w, plan, cost, r)
	}
	p.Waiting = still
}

func (p *Pool) grant(w Wish, plan *Plan, cost int64, r *room) {
	since := max(r.now, r.until[w.Member])
	if g := p.running(w.Member, r.now); g != nil {
		since = max(since, g.Until)
	}
	g := Grant{Member: w.Member, Plan: plan.ID, Fee: plan.Least, Months: r.rules.TermMonths, Left: cost, At: r.now, Since: since,
		Until: monthsAfter(since, r.rules.TermMonths, p.Zone)}
	p.Grants = append(p.Grants, g)
	if cost > 0 {
		p.enter(Item{Kind: ItemPromise, Member: w.Member, Plan: plan.ID, Legs: []Leg{{AccountPool, cost}, {AccountPromised, -cost}}}, r.now)
	}
}

// end takes a grant back: what is left of it goes to the pool.
func (p *Pool) end(g *Grant, now Instant) {
	if g.Fee > 0 {
		g.Months -= int(g.Left / g.Fee)
	} else if g.Since > now {
		g.Months = 0
	}
	if g.Left > 0 {
		p.enter(Item{Kind: ItemReturn, Member: g.Member, Plan: g.Plan, Legs: []Leg{{AccountPromised, g.Left}, {AccountPool, -g.Left}}}, now)
	}
	g.Left, g.Over = 0, true
}

// roomAt reads what a pool is filled by.
func (n *Network) roomAt(ctx context.Context, p *Pool) (*room, error) {
	r := &room{now: n.Now(), plans: map[PlanID]*Plan{}, until: map[MemberID]Instant{}}
	var err error
	if r.rules, err = n.rules(ctx, p.Hub); err != nil {
		return nil, err
	}
	seats, err := n.PlanSeats.Holding(ctx, p.Hub, r.now)
	if err != nil {
		return nil, err
	}
	r.seats = int(seats)
	plans, err := n.Plans.Of(ctx, p.Hub)
	for _, plan := range plans {
		r.plans[plan.ID] = plan
	}
	if err != nil {
		return nil, err
	}
	ids := make([]PlanSeatID, len(p.Waiting))
	for i, w := range p.Waiting {
		ids[i] = planSeatID(p.Hub, w.Member)
	}
	had, err := n.PlanSeats.Many(ctx, ids)
	for _, s := range had {
		if s != nil {
			r.until[s.Member] = s.Until
		}
	}
	return r, err
}

// MovePool gives seats to those who wait as far as there is room, and finishes what was decided. It may be repeated, and
// run by several programs.
func (n *Network) MovePool(ctx context.Context, id PoolID) error {
	p, err := n.Pools.Get(ctx, id)
	if err != nil {
		return err
	}
	if len(p.Waiting) == 0 {
		err = n.copyEntries(ctx, p)
	} else {
		var r *room
		if r, err = n.roomAt(ctx, p); err != nil {
			return err
		}
		p, err = n.decide(ctx, id, "", func(p *Pool) error {
			before := len(p.Waiting)
			if p.fill(r); len(p.Waiting) == before {
				return ErrUnchanged
			}
			return nil
		})
	}
	if err != nil {
		return err
	}
	return n.seatGranted(ctx, p)
}

// followUp is MovePool after a decision that left the pool so.
func (n *Network) followUp(ctx context.Context, p *Pool) error {
	if len(p.Waiting) > 0 {
		return n.MovePool(ctx, p.ID)
	}
	return n.seatGranted(ctx, p)
}

// seatGranted gives those their seat to whom the pool has promised one.
func (n *Network) seatGranted(ctx context.Context, p *Pool) error {
	seated := map[MemberID]Instant{}
	for _, g := range p.Grants {
		if g.Over || g.Seated {
			continue
		}
		term := Term{Plan: g.Plan, Payer: PayerPool, Fee: g.Fee, Since: g.Since, Grant: g.Since}
		if err := n.addTerm(ctx, p, g.Member, term, g.Months); err != nil {
			return err
		}
		seated[g.Member] = g.Since
	}
	if len(seated) == 0 {
		return nil
	}
	_, err := n.Pools.Change(ctx, p.ID, func(p *Pool) error {
		for i := range p.Grants {
			if g := &p.Grants[i]; seated[g.Member] == g.Since {
				g.Seated = true
			}
		}
		return nil
	})
	return ignoreMissing(err)
}

// monthsAfter is the same day and time so many months later, as clocks show it in a zone; the last day of a month that has
// no such day. (time.Time.AddDate makes 3 March of a month after 31 January: two fees in March, and none in February.)
func monthsAfter(at Instant, months int, zone string) Instant {
	from := at.In(zone)
	to := from.AddDate(0, months, 0)
	if to.Day() != from.Day() {
		to = to.AddDate(0, 0, -to.Day())
	}
	return At(to)
}

// Month is one of a calendar, such as 2027-03.
type Month string

// MonthOf is the month in which a moment lies, in a zone.
func MonthOf(at Instant, zone string) Month { return Month(at.In(zone).Format("2006-01")) }

// Begins is its first moment in a zone; never for what is no month.
func (m Month) Begins(zone string) Instant {
	at, ok := clockTime(string(m)+"-01", "00:00", zone)
	if !ok {
		return 0
	}
	return at
}

// Next is the month after.
func (m Month) Next() Month {
	t, err := time.Parse("2006-01", string(m))
	if err != nil {
		return m
	}
	return Month(t.AddDate(0, 1, 0).Format("2006-01"))
}
