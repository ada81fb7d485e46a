package community

import (
	"cmp"
	"context"
	"maps"
)

// ClosingID is derived of the pool and the month.
type ClosingID string

// Closing is the statement of a pool for a month that is over. It is nothing but what the ledger says, so it can be
// computed again at any time; it names nobody.
type Closing struct {
	Record[ClosingID] `bson:",inline"`
	Pool              PoolID `json:"pool"`
	PoolMonth         `bson:",inline"`
	ClosedAt          Instant `json:"closedAt"`
}

// PoolMonth is a month of a pool's books.
type PoolMonth struct {
	Month   Month              `json:"month"`
	First   int64              `json:"first"`   // number of the first entry, or of the next where there is none
	Through int64              `json:"through"` // number of the last entry up to its end
	Opening map[Account]int64  `json:"opening"`
	Ending  map[Account]int64  `json:"ending"`
	Sums    map[ItemKind]int64 `json:"sums"`    // what entries of a kind moved, one side of it
	Covered int                `json:"covered"` // months of seats that the pool paid for
}

// Closings is what the domain needs of the store.
type Closings interface {
	Keeper[ClosingID, Closing]
	Of(ctx context.Context, pool PoolID, page Page) ([]*Closing, Cursor, error) // newest first
	Last(ctx context.Context, pool PoolID) (*Closing, error)                    // nil before there is one
}

// CloseMonths closes the months of a pool that are over, one after the other. Once a month is closed nothing is entered
// into it, by any program: the pool's record says from when on the books are open.
func (n *Network) CloseMonths(ctx context.Context, id PoolID) error {
	p, err := n.Pools.Get(ctx, id)
	if err != nil {
		return err
	}
	last, err := n.Closings.Last(ctx, id)
	if err != nil {
		return err
	}
	for {
		month := MonthOf(p.Began, p.Zone)
		if last != nil {
			month = last.Month.Next()
		}
		end := month.Next().Begins(p.Zone)
		if end == 0 || end > n.Now() {
			return nil
		}
		p, err = n.decide(ctx, id, "", func(p *Pool) error {
			if p.OpenFrom >= end {
				return ErrUnchanged
			}
			p.OpenFrom = end
			return nil
		})
		if err != nil {
			return err
		}
		if last, err = n.closeMonth(ctx, p, month, last); err != nil {
			return err
		}
	}
}

func (n *Network) closeMonth(ctx context.Context, p *Pool, month Month, before *Closing) (*Closing, error) {
	sum, err := n.monthOfPool(ctx, p, month, before)
	if err != nil {
		return nil, err
	}
	c := &Closing{Record: Record[ClosingID]{ID: ClosingID(string(p.ID) + "~" + string(month))}, Pool: p.ID, PoolMonth: sum, ClosedAt: n.Now()}
	if err := n.Closings.Add(ctx, c); err != nil && KindOf(err) != KindConflict {
		return nil, err
	}
	return n.Closings.Get(ctx, c.ID)
}

// monthOfPool computes a month from the ledger, behind the one before it.
func (n *Network) monthOfPool(ctx context.Context, p *Pool, month Month, before *Closing) (PoolMonth, error) {
	sum := PoolMonth{Month: month, First: 1, Opening: map[Account]int64{}, Sums: map[ItemKind]int64{}}
	if before != nil {
		sum.First, sum.Opening = before.Through+1, before.Ending
	}
	sum.Through, sum.Ending = sum.First-1, maps.Clone(sum.Opening)
	end := month.Next().Begins(p.Zone)
	for {
		found, err := n.Ledger.From(ctx, p.ID, sum.Through+1, PageMax)
		if err != nil {
			return sum, err
		}
		for _, e := range found {
			if e.At >= end {
				return sum, nil
			}
			sum.add(e.Item)
		}
		if len(found) < PageMax {
			return sum, nil
		}
	}
}

func (m *PoolMonth) add(i Item) {
	m.Through = i.Number
	for _, l := range i.Legs {
		m.Ending[l.Account] += l.Amount
		m.Sums[i.Kind] += max(l.Amount, 0)
	}
	if i.Kind == ItemCovered {
		m.Covered++
	}
}

// MonthsOf are the closed months of a hub's books in one currency, newest first; for its bookkeeper.
func (n *Network) MonthsOf(ctx context.Context, v Viewer, hub HubID, c Currency, page Page) ([]*Closing, Cursor, error) {
	if !v.Books(hub) {
		return nil, "", NotFound("the books of %s are for its bookkeeper", hub)
	}
	return n.Closings.Of(ctx, poolID(hub, c), page)
}

// Statement is a member's account at a hub, as they and the bookkeeper read it. A month that the pool or a programme pays
// stands there as fee and as covered, so that every statement has the same form.
type Statement struct {
	Currency Currency
	Rows     []StatementRow // earliest first
	Owed     int64          // in the end; below nothing where they paid ahead
}

// StatementRow is one movement of it.
type StatementRow struct {
	Number  int64
	Kind    ItemKind
	At      Instant
	On      string
	Amount  int64 // added to what is owed
	ForPool int64 // of a payment, beside the fee
	Owed    int64 // after it
}

// StatementOf is computed from the ledger each time; for the member, and for the hub's bookkeeper.
func (n *Network) StatementOf(ctx context.Context, v Viewer, hub HubID, c Currency, member MemberID) (*Statement, error) {
	if !v.Known() || v.ID != member && !v.Books(hub) {
		return nil, NotFound("the statement of %s is theirs and the bookkeeper's", member)
	}
	id := poolID(hub, c)
	if err := n.copied(ctx, id); err != nil {
		return nil, err
	}
	s := &Statement{Currency: c}
	read := func(p Page) ([]*LedgerEntry, Cursor, error) { return n.Ledger.About(ctx, member, p) }
	return s, throughout(read, func(e *LedgerEntry) {
		if e.Pool == id {
			s.add(e.Item)
		}
	})
}

func (s *Statement) add(i Item) {
	row := StatementRow{Number: i.Number, Kind: i.Kind, At: i.At, On: i.On, Amount: i.in(AccountOwed)}
	switch i.Kind {
	case ItemPromise, ItemReturn:
		return
	case ItemCovered, ItemFunded:
		covered := row
		row.Kind, row.Amount = ItemFee, -i.in(AccountFees)
		covered.Kind, covered.Amount = ItemCovered, i.in(AccountFees)
		s.append(row)
		row = covered
	case ItemPayment, ItemGift:
		row.ForPool = -i.in(AccountPool)
	}
	s.append(row)
}

func (s *Statement) append(row StatementRow) {
	s.Owed += row.Amount
	row.Owed = s.Owed
	s.Rows = append(s.Rows, row)
}

// KeepPools does what time brings to seats and books: months that are due, seats for those who wait, months to close. It may
// be repeated, and run by several programs.
func (n *Network) KeepPools(ctx context.Context) error {
	now := n.Now()
	for { // what was charged is due no more, so the list is read from its beginning
		due, _, err := n.Dues.DueBy(ctx, now, Page{Limit: PageMax})
		if err != nil {
			return err
		}
		if len(due) == 0 {
			break
		}
		for _, d := range due {
			if err := n.KeepSeat(ctx, d); err != nil {
				return err
			}
		}
	}
	for p, err := range n.Pools.Each(ctx) {
		if err != nil {
			return err
		}
		if err := cmp.Or(ignoreMissing(n.MovePool(ctx, p.ID)), ignoreMissing(n.CloseMonths(ctx, p.ID))); err != nil {
			return err
		}
	}
	return nil
}
