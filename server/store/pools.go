package store

import (
	"context"

	"longtable/server/community"
)

var (
	planIndexes = []Index{{Name: "hub", Fields: []string{"hub", "madeAt"}}}
	poolIndexes = []Index{{Name: "hub", Fields: []string{"hub"}}}
	duesIndexes = []Index{
		{Name: "hub", Fields: []string{"hub"}},
		{Name: "member", Fields: []string{"member"}},
		{Name: "next", Fields: []string{"next"}},
	}
	planSeatIndexes = []Index{
		{Name: "hub", Fields: []string{"hub", "until"}},
		{Name: "member", Fields: []string{"member"}},
		{Name: "until", Fields: []string{"until"}},
	}
	ledgerIndexes = []Index{
		{Name: "number", Fields: []string{"pool", "number"}, Unique: true},
		{Name: "key", Fields: []string{"pool", "key"}, Unique: true},
		{Name: "member", Fields: []string{"member", "at"}},
		{Name: "by", Fields: []string{"by"}},
	}
	donationIndexes = []Index{
		{Name: "hub", Fields: []string{"hub", "state", "at"}},
		{Name: "by", Fields: []string{"by", "at"}},
	}
	closingIndexes = []Index{{Name: "pool", Fields: []string{"pool", "month"}}}
)

type plans struct {
	*Collection[community.PlanID, community.Plan]
}

// Of finds all plans of a hub, closed ones too, oldest first.
func (p plans) Of(ctx context.Context, hub community.HubID) ([]*community.Plan, error) {
	return all(ctx, p.Collection, Query{Index: "hub", Eq: []any{hub}})
}

type pools struct {
	*Collection[community.PoolID, community.Pool]
}

// Of finds the pools of a hub: one for each currency.
func (p pools) Of(ctx context.Context, hub community.HubID) ([]*community.Pool, error) {
	return all(ctx, p.Collection, Query{Index: "hub", Eq: []any{hub}})
}

type dues struct {
	*Collection[community.DuesID, community.Dues]
}

// At pages through those of a hub.
func (d dues) At(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Dues, community.Cursor, error) {
	return d.Page(ctx, Query{Index: "hub", Eq: []any{hub}}, page)
}

// Of finds a member's.
func (d dues) Of(ctx context.Context, member community.MemberID) ([]*community.Dues, error) {
	return all(ctx, d.Collection, Query{Index: "member", Eq: []any{member}})
}

// DueBy pages through those of which a month is due, the longest first.
func (d dues) DueBy(ctx context.Context, at community.Instant, page community.Page) ([]*community.Dues, community.Cursor, error) {
	return d.Page(ctx, Query{Index: "next", To: at + 1}, page)
}

type planSeats struct {
	*Collection[community.PlanSeatID, community.PlanSeat]
}

// Holding counts the seats of a hub that are somebody's.
func (s planSeats) Holding(ctx context.Context, hub community.HubID, now community.Instant) (int64, error) {
	return s.Count(ctx, Query{Index: "hub", Eq: []any{hub}, From: now + 1})
}

// At pages through them, soonest to end first.
func (s planSeats) At(ctx context.Context, hub community.HubID, now community.Instant, page community.Page) ([]*community.PlanSeat, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "hub", Eq: []any{hub}, From: now + 1}, page)
}

// Ending pages through seats that end between the two, soonest first.
func (s planSeats) Ending(ctx context.Context, from, to community.Instant, page community.Page) ([]*community.PlanSeat, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "until", From: from, To: to}, page)
}

// Of finds a member's seats, past ones too.
func (s planSeats) Of(ctx context.Context, member community.MemberID) ([]*community.PlanSeat, error) {
	return all(ctx, s.Collection, Query{Index: "member", Eq: []any{member}})
}

type ledger struct {
	*Collection[community.EntryID, community.LedgerEntry]
}

// Of pages through the entries of a pool, newest first.
func (l ledger) Of(ctx context.Context, pool community.PoolID, page community.Page) ([]*community.LedgerEntry, community.Cursor, error) {
	return l.Page(ctx, Query{Index: "number", Eq: []any{pool}, Desc: true}, page)
}

// From reads entries in their order, from a number on.
func (l ledger) From(ctx context.Context, pool community.PoolID, number int64, limit int) ([]*community.LedgerEntry, error) {
	return l.Find(ctx, Query{Index: "number", Eq: []any{pool}, From: number, Limit: limit})
}

// ByKey finds the entry of what happened; nil where there is none.
func (l ledger) ByKey(ctx context.Context, pool community.PoolID, key string) (*community.LedgerEntry, error) {
	found, err := l.Find(ctx, Query{Index: "key", Eq: []any{pool, key}, Limit: 1})
	return append(found, nil)[0], err
}

// About pages through what concerns a member, earliest first.
func (l ledger) About(ctx context.Context, member community.MemberID, page community.Page) ([]*community.LedgerEntry, community.Cursor, error) {
	return l.Page(ctx, Query{Index: "member", Eq: []any{member}}, page)
}

// EnteredBy pages through what a bookkeeper wrote.
func (l ledger) EnteredBy(ctx context.Context, member community.MemberID, page community.Page) ([]*community.LedgerEntry, community.Cursor, error) {
	return l.Page(ctx, Query{Index: "by", Eq: []any{member}}, page)
}

type donations struct {
	*Collection[community.DonationID, community.Donation]
}

// At pages through the gifts of a hub in a state, earliest first.
func (d donations) At(ctx context.Context, hub community.HubID, state community.DonationState, page community.Page) ([]*community.Donation, community.Cursor, error) {
	return d.Page(ctx, Query{Index: "hub", Eq: []any{hub, state}}, page)
}

// By pages through a member's, newest first.
func (d donations) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Donation, community.Cursor, error) {
	return d.Page(ctx, Query{Index: "by", Eq: []any{member}, Desc: true}, page)
}

type closings struct {
	*Collection[community.ClosingID, community.Closing]
}

// Of pages through the closed months of a pool, newest first.
func (c closings) Of(ctx context.Context, pool community.PoolID, page community.Page) ([]*community.Closing, community.Cursor, error) {
	return c.Page(ctx, Query{Index: "pool", Eq: []any{pool}, Desc: true}, page)
}

// Last is the newest; nil before there is one.
func (c closings) Last(ctx context.Context, pool community.PoolID) (*community.Closing, error) {
	found, err := c.Find(ctx, Query{Index: "pool", Eq: []any{pool}, Desc: true, Limit: 1})
	return append(found, nil)[0], err
}
