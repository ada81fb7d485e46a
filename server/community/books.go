package community

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Charge enters the months of a seat that are due by now, each once. It may be repeated, and run by several programs.
func (n *Network) Charge(ctx context.Context, d *Dues) error {
	for d.Next != 0 && d.Next <= n.Now() {
		p, err := n.openPool(ctx, d.Hub, d.Currency)
		if err != nil {
			return err
		}
		next, at := d.due(p.Zone)
		if next == nil || at > n.Now() {
			return nil
		}
		t := *next
		if err := n.chargeMonth(ctx, p, d.Member, t); err != nil {
			return err
		}
		d, err = n.Dues.Change(ctx, d.ID, func(d *Dues) error {
			for i := range d.Terms {
				if x := &d.Terms[i]; x.Since == t.Since && x.Payer == t.Payer && x.Charged == t.Charged {
					x.Charged++
					_, d.Next = d.due(p.Zone)
					return nil
				}
			}
			return ErrUnchanged
		})
		if err != nil {
			return ignoreMissing(err)
		}
	}
	return nil
}

// chargeMonth enters one month. Where the pool was to pay and took its grant back, nothing is owed by anybody.
func (n *Network) chargeMonth(ctx context.Context, p *Pool, member MemberID, t Term) error {
	if t.Fee == 0 {
		return nil
	}
	kind, from := ItemFee, AccountOwed
	switch t.Payer {
	case PayerPool:
		kind, from = ItemCovered, AccountPromised
	case PayerProgramme:
		kind, from = ItemFunded, AccountFunded
	}
	key := fmt.Sprintf("month~%s~%s~%s~%d", member, t.Payer, strconv.FormatInt(int64(t.Since), 36), t.Charged)
	_, err := n.decide(ctx, p.ID, key, func(p *Pool) error {
		if t.Payer == PayerPool {
			g := p.grantOf(member, t.Grant)
			if g == nil || g.Left < t.Fee {
				return ErrUnchanged
			}
			g.Left -= t.Fee
		}
		p.enter(Item{What: key, Kind: kind, Member: member, Plan: t.Plan, Legs: []Leg{{from, t.Fee}, {AccountFees, -t.Fee}}}, n.Now())
		return nil
	})
	return err
}

func (p *Pool) grantOf(member MemberID, since Instant) *Grant {
	for i := range p.Grants {
		if g := &p.Grants[i]; g.Member == member && g.Since == since && !g.Over {
			return g
		}
	}
	return nil
}

// PaymentDraft is money that came in, as the bookkeeper writes it down. There is no card and no account number in it.
type PaymentDraft struct {
	Member   MemberID `json:"member"` // empty for a gift from outside
	Currency Currency `json:"currency"`
	Fee      string   `json:"fee"`     // of it for the member's fee, as it was typed
	ForPool  string   `json:"forPool"` // of it for the pool
	On       string   `json:"on"`      // the day, such as 2027-03-31; empty for today
	Note     string   `json:"note"`
	Nonce    string   `json:"nonce"` // of the form: sent twice is entered once
}

// RecordPayment enters money that came in; for the hub's bookkeeper.
func (n *Network) RecordPayment(ctx context.Context, v Viewer, hub HubID, d PaymentDraft) error {
	if !v.Books(hub) {
		return NotFound("the books of %s are for its bookkeeper", hub)
	}
	p, item, err := n.paymentItem(ctx, hub, d)
	if err != nil {
		return err
	}
	item.By = v.ID
	if p, err = n.decide(ctx, p.ID, item.What, func(p *Pool) error { p.enter(item, n.Now()); return nil }); err != nil {
		return err
	}
	return n.followUp(ctx, p)
}

func (n *Network) paymentItem(ctx context.Context, hub HubID, d PaymentDraft) (*Pool, Item, error) {
	wrong := Problems{}
	d.Note = Line(d.Note)
	wrong.atMost("note", d.Note, SummaryMax)
	p, err := n.Pools.Get(ctx, poolID(hub, d.Currency))
	if KindOf(err) == KindNotFound && err != nil { // the first money that comes in opens the books
		var offered []Currency
		if offered, err = n.poolCurrencies(ctx, hub); err != nil {
			return nil, Item{}, err
		}
		if oneOf(wrong, "currency", d.Currency, offered); len(wrong) > 0 {
			return nil, Item{}, Invalid(wrong)
		}
		p, err = n.openPool(ctx, hub, d.Currency)
	}
	if err != nil {
		return nil, Item{}, err
	}
	fee := wrong.amount("fee", cmp.Or(Line(d.Fee), "0"), d.Currency, 0, AmountMax)
	gift := wrong.amount("forPool", cmp.Or(Line(d.ForPool), "0"), d.Currency, 0, AmountMax)
	if len(wrong) == 0 && fee+gift == 0 {
		wrong["fee"] = Problem{Say: "problem.needed"}
	}
	if _, err := time.Parse(time.DateOnly, d.On); d.On != "" && err != nil {
		wrong["on"] = Problem{Say: "problem.not-a-date"}
	}
	if d.Nonce = Line(d.Nonce); len(d.Nonce) > NonceMax || d.Nonce == "" {
		wrong["nonce"] = Problem{Say: "problem.needed"}
	}
	switch _, err := n.Dues.Get(ctx, duesID(hub, d.Member)); {
	case d.Member == "" && fee > 0:
		wrong["member"] = Problem{Say: "problem.needed"}
	case d.Member != "" && KindOf(err) == KindNotFound && err != nil:
		wrong["member"] = Problem{Say: "problem.choose-from-list"}
	case d.Member != "" && err != nil:
		return nil, Item{}, err
	}
	item := Item{What: "paid~" + d.Nonce, Kind: ItemPayment, Member: d.Member, Note: d.Note, On: d.On}
	if fee == 0 {
		item.Kind = ItemGift
	}
	item.Legs = moved(Leg{AccountBank, fee + gift}, Leg{AccountOwed, -fee}, Leg{AccountPool, -gift})
	return p, item, Invalid(wrong)
}

// moved leaves out lines that move nothing.
func moved(lines ...Leg) []Leg {
	return slices.DeleteFunc(lines, func(l Leg) bool { return l.Amount == 0 })
}

// reversible are the kinds that a bookkeeper may undo. What the pool promised is undone by giving the seat back.
var reversible = []ItemKind{ItemPayment, ItemGift, ItemFee}

// Reversible tells whether entries of a kind can be undone.
func Reversible(kind ItemKind) bool { return slices.Contains(reversible, kind) }

// Reverse undoes an entry by one that moves everything back, once; for the hub's bookkeeper. Nothing is ever struck out.
func (n *Network) Reverse(ctx context.Context, v Viewer, hub HubID, c Currency, number int64, note string) error {
	if !v.Books(hub) {
		return NotFound("the books of %s are for its bookkeeper", hub)
	}
	id := poolID(hub, c)
	note = Line(note)
	wrong := Problems{}
	wrong.need("note", note, SummaryMax)
	if err := Invalid(wrong); err != nil {
		return err
	}
	if err := n.copied(ctx, id); err != nil {
		return err
	}
	e, err := n.Ledger.Get(ctx, entryID(id, number))
	if err != nil {
		return err
	}
	if !Reversible(e.Kind) {
		return Forbidden("books.not-reversible")
	}
	back := Item{What: fmt.Sprintf("reverse~%d", number), Kind: ItemReversal, Member: e.Member, Plan: e.Plan, Note: note, Reverses: number, By: v.ID}
	for _, l := range e.Legs {
		back.Legs = append(back.Legs, Leg{l.Account, -l.Amount})
	}
	_, err = n.decide(ctx, id, back.What, func(p *Pool) error {
		if p.Free() < back.in(AccountPool) {
			return Conflict("books.pool-spent")
		}
		p.enter(back, n.Now())
		return nil
	})
	return err
}

// copied brings the ledger of a pool up to its record.
func (n *Network) copied(ctx context.Context, id PoolID) error {
	p, err := n.Pools.Get(ctx, id)
	if err != nil {
		return err
	}
	return n.copyEntries(ctx, p)
}

// Books is what the bookkeeper of a hub has before them.
type Books struct {
	Hub   *Hub
	Pools []*Pool
	Gifts []*Donation // promised, and not seen yet
}

// BooksOf opens the books of a hub; for its bookkeeper.
func (n *Network) BooksOf(ctx context.Context, v Viewer, hub HubID) (*Books, error) {
	if !v.Books(hub) {
		return nil, NotFound("the books of %s are for its bookkeeper", hub)
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	b := &Books{Hub: h}
	if b.Pools, err = n.Pools.Of(ctx, hub); err != nil {
		return nil, err
	}
	b.Gifts, _, err = n.Donations.At(ctx, hub, DonationPromised, Page{Limit: PageMax})
	return b, err
}

// Entries are those of a hub's books in one currency, newest first; for its bookkeeper.
func (n *Network) Entries(ctx context.Context, v Viewer, hub HubID, c Currency, page Page) ([]*LedgerEntry, Cursor, error) {
	if !v.Books(hub) {
		return nil, "", NotFound("the books of %s are for its bookkeeper", hub)
	}
	if err := n.copied(ctx, poolID(hub, c)); err != nil {
		return nil, "", err
	}
	return n.Ledger.Of(ctx, poolID(hub, c), page)
}

// DuesAt are the dues of a hub's members; for its bookkeeper.
func (n *Network) DuesAt(ctx context.Context, v Viewer, hub HubID, page Page) ([]*Dues, Cursor, error) {
	if !v.Books(hub) {
		return nil, "", NotFound("the books of %s are for its bookkeeper", hub)
	}
	return n.Dues.At(ctx, hub, page)
}

// DuesOf are those of one member, who reads them, as the hub's bookkeeper does.
func (n *Network) DuesOf(ctx context.Context, v Viewer, hub HubID, member MemberID) (*Dues, error) {
	if !v.Known() || v.ID != member && !v.Books(hub) {
		return nil, NotFound("the dues of %s are theirs and the bookkeeper's", member)
	}
	return n.Dues.Get(ctx, duesID(hub, member))
}

// AppointBookkeeper gives somebody the books of a hub, or takes them away; for its hosts and for stewards. Nobody appoints
// themselves, and no host keeps the books: who runs a hub does not learn who pays what.
func (n *Network) AppointBookkeeper(ctx context.Context, v Viewer, hub HubID, member MemberID, appoint bool) error {
	if !v.Hosts(hub) && !v.Steward {
		return Forbidden("books.only-hosts-appoint")
	}
	if appoint && member == v.ID {
		return Forbidden("books.not-oneself")
	}
	if _, err := n.Hubs.Get(ctx, hub); err != nil {
		return err
	}
	if _, err := n.reachable(ctx, v, member); appoint && err != nil {
		return err
	}
	_, err := n.Members.Change(ctx, member, func(m *Member) error {
		if appoint && slices.Contains(m.HostOf, hub) {
			return Forbidden("books.not-a-host")
		}
		m.BooksOf = withOrWithout(m.BooksOf, hub, appoint)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = n.Hubs.Change(ctx, hub, func(h *Hub) error {
		h.Bookkeepers = withOrWithout(h.Bookkeepers, member, appoint)
		return nil
	})
	return err
}

// eraseFromBooks ends the seat, and leaves amounts and numbers, which are the hub's, without the name.
func (n *Network) eraseFromBooks(ctx context.Context, id MemberID) error {
	for p, err := range n.Pools.Each(ctx) {
		if err != nil {
			return err
		}
		if err := n.eraseFromPool(ctx, p, id); err != nil {
			return err
		}
	}
	dues, err := n.Dues.Of(ctx, id)
	for _, d := range dues {
		err = cmp.Or(err, ignoreMissing(n.Dues.Delete(ctx, d.ID)))
	}
	if err != nil {
		return err
	}
	seats, err := n.PlanSeats.Of(ctx, id)
	for _, s := range seats {
		err = cmp.Or(err, ignoreMissing(n.PlanSeats.Delete(ctx, s.ID)))
	}
	if err != nil {
		return err
	}
	return n.eraseDonations(ctx, id)
}

func (n *Network) eraseFromPool(ctx context.Context, p *Pool, id MemberID) error {
	if err := n.copyEntries(ctx, p); err != nil {
		return err
	}
	if err := n.endGrants(ctx, p, id); err != nil {
		return err
	}
	for _, read := range []func(context.Context, MemberID, Page) ([]*LedgerEntry, Cursor, error){n.Ledger.About, n.Ledger.EnteredBy} {
		err := drain(func(page Page) ([]*LedgerEntry, Cursor, error) { return read(ctx, id, page) }, func(e *LedgerEntry) error {
			_, err := n.Ledger.Change(ctx, e.ID, func(e *LedgerEntry) error { e.part(id); return nil })
			return err
		})
		if err != nil {
			return err
		}
	}
	_, err := n.Pools.Change(ctx, p.ID, func(p *Pool) error {
		if !p.knows(id) {
			return ErrUnchanged
		}
		p.leaveLine(id)
		p.Grants = slices.DeleteFunc(p.Grants, func(g Grant) bool { return g.Member == id })
		p.Given = slices.DeleteFunc(p.Given, func(g Given) bool { return g.Member == id })
		for i := range p.Pending {
			p.Pending[i].part(id)
		}
		return nil
	})
	return ignoreMissing(err)
}

func (p *Pool) knows(id MemberID) bool {
	return p.PlaceInLine(id) > 0 || slices.ContainsFunc(p.Grants, func(g Grant) bool { return g.Member == id }) ||
		slices.ContainsFunc(p.Given, func(g Given) bool { return g.Member == id }) ||
		slices.ContainsFunc(p.Pending, func(i Item) bool { return i.Member == id || i.By == id })
}

// part takes somebody out of an item. The number stays, so that there is no gap, and so do the amounts.
func (i *Item) part(id MemberID) {
	if i.By == id {
		i.By = ""
	}
	if i.Member == id {
		i.Member, i.Note, i.What = "", "", fmt.Sprintf("left~%d", i.Number)
	}
}
