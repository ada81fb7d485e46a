package community

import (
	"cmp"
	"context"
)

// DonationID names a gift.
type DonationID string

// DonationState of a gift.
type DonationState string

// A gift is promised on a page, and given when the bookkeeper has seen the money.
const (
	DonationPromised DonationState = "promised"
	DonationReceived DonationState = "received"
)

// Donation is money that somebody wants to give to a hub's pool. Who gives learns counts, and nobody's name.
type Donation struct {
	Record[DonationID] `bson:",inline"`
	Hub                HubID         `json:"hub"`
	Currency           Currency      `json:"currency"`
	Amount             int64         `json:"amount"` // minor units
	By                 MemberID      `json:"by,omitempty"`
	State              DonationState `json:"state"`
	At                 Instant       `json:"at"`
}

// Donations is what the domain needs of the store.
type Donations interface {
	Keeper[DonationID, Donation]
	At(ctx context.Context, hub HubID, state DonationState, page Page) ([]*Donation, Cursor, error) // earliest first
	By(ctx context.Context, member MemberID, page Page) ([]*Donation, Cursor, error)                // newest first
}

// DonationDraft is a gift as it is typed.
type DonationDraft struct {
	Currency Currency `json:"currency"`
	Amount   string   `json:"amount"`
}

// PromiseDonation tells the bookkeeper that money is on its way to the pool.
func (n *Network) PromiseDonation(ctx context.Context, v Viewer, hub HubID, d DonationDraft) (*Donation, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	pools, err := n.poolCurrencies(ctx, hub)
	if err != nil {
		return nil, err
	}
	wrong := Problems{}
	if oneOf(wrong, "currency", d.Currency, pools); len(wrong) > 0 {
		return nil, Invalid(wrong)
	}
	amount := wrong.amount("amount", d.Amount, d.Currency, 1, AmountMax)
	if err := Invalid(wrong); err != nil {
		return nil, err
	}
	if _, err := n.openPool(ctx, hub, d.Currency); err != nil {
		return nil, err
	}
	g := &Donation{Record: Record[DonationID]{ID: NewID[DonationID]()}, Hub: hub, Currency: d.Currency, Amount: amount, By: v.ID, State: DonationPromised, At: n.Now()}
	return g, n.Donations.Add(ctx, g)
}

// poolCurrencies are those of the plans that a hub offers.
func (n *Network) poolCurrencies(ctx context.Context, hub HubID) ([]Currency, error) {
	if _, err := n.Hubs.Get(ctx, hub); err != nil {
		return nil, err
	}
	plans, err := n.PlansOf(ctx, hub)
	seen := map[Currency]bool{}
	var all []Currency
	for _, p := range plans {
		if !seen[p.Currency] {
			seen[p.Currency], all = true, append(all, p.Currency)
		}
	}
	return all, err
}

// ReceiveDonation enters a gift whose money has come in, once; for the hub's bookkeeper.
func (n *Network) ReceiveDonation(ctx context.Context, v Viewer, id DonationID) (HubID, error) {
	g, err := n.Donations.Get(ctx, id)
	if err != nil || !v.Books(g.Hub) {
		return "", cmp.Or(err, NotFound("gift %s is for the bookkeeper of %s", id, g.Hub))
	}
	p, err := n.openPool(ctx, g.Hub, g.Currency)
	if err != nil {
		return "", err
	}
	item := Item{What: "gift~" + string(g.ID), Kind: ItemGift, Member: g.By, By: v.ID, Legs: []Leg{{AccountBank, g.Amount}, {AccountPool, -g.Amount}}}
	if p, err = n.decide(ctx, p.ID, item.What, func(p *Pool) error { p.enter(item, n.Now()); return nil }); err != nil {
		return "", err
	}
	if _, err := n.Donations.Change(ctx, id, func(g *Donation) error { g.State = DonationReceived; return nil }); err != nil {
		return "", err
	}
	return g.Hub, n.followUp(ctx, p)
}

// DropDonation takes back a promise; for who made it, and for the bookkeeper when no money came.
func (n *Network) DropDonation(ctx context.Context, v Viewer, id DonationID) (*Donation, error) {
	g, err := n.Donations.Get(ctx, id)
	if err != nil || !v.Known() || g.By != v.ID && !v.Books(g.Hub) {
		return nil, cmp.Or(err, NotFound("gift %s is not of %s", id, v.ID))
	}
	if g.State != DonationPromised {
		return nil, Conflict("pool.gift-received")
	}
	return g, n.Donations.Delete(ctx, id)
}

// OwnDonations are the viewer's, newest first.
func (n *Network) OwnDonations(ctx context.Context, v Viewer, page Page) ([]*Donation, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Donations.By(ctx, v.ID, page)
}

// PoolFacts is what everybody in the network reads of a pool.
type PoolFacts struct {
	Hub        *Hub
	Currencies []Currency
	Month      Month // the last one that is closed; empty before there is one
	Seats      int   // that the pool paid for in it, counted down to the step
	Rules      Rules
}

// PoolStep is the step in which seats of a pool are counted for others, once a month: one seat more or less is a person.
const PoolStep = 5

// FactsOfPool are counts of the last closed month, never of today: a figure that moves as somebody takes a seat would tell
// of that person.
func (n *Network) FactsOfPool(ctx context.Context, v Viewer, hub HubID) (*PoolFacts, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	f := &PoolFacts{Hub: h}
	if f.Rules, err = n.rules(ctx, hub); err != nil {
		return nil, err
	}
	if f.Currencies, err = n.poolCurrencies(ctx, hub); err != nil {
		return nil, err
	}
	pools, err := n.Pools.Of(ctx, hub)
	for _, p := range pools {
		last, err := n.Closings.Last(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if last != nil {
			f.Month = max(f.Month, last.Month)
			f.Seats += last.Covered
		}
	}
	f.Seats -= f.Seats % PoolStep
	return f, err
}

func (n *Network) eraseDonations(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Donation, Cursor, error) { return n.Donations.By(ctx, id, p) }, func(g *Donation) error {
		if g.State == DonationPromised {
			return n.Donations.Delete(ctx, g.ID)
		}
		_, err := n.Donations.Change(ctx, g.ID, func(g *Donation) error { g.By = ""; return nil })
		return err
	})
}
