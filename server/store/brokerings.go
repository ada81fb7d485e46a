package store

import (
	"context"

	"longtable/server/community"
)

var brokeringIndexes = []Index{
	{Name: "a", Fields: []string{"a.member", "askedAt"}},
	{Name: "b", Fields: []string{"b.member", "askedAt"}},
	{Name: "host", Fields: []string{"host", "askedAt"}},
	{Name: "asked", Fields: []string{"askedAt"}},
}

type brokerings struct {
	*Collection[community.BrokeringID, community.Brokering]
}

// Of finds everything of which a member is one of the two, on either side.
func (b brokerings) Of(ctx context.Context, member community.MemberID) ([]*community.Brokering, error) {
	as, err := all(ctx, b.Collection, Query{Index: "a", Eq: []any{member}})
	if err != nil {
		return nil, err
	}
	bs, err := all(ctx, b.Collection, Query{Index: "b", Eq: []any{member}})
	return append(as, bs...), err
}

// BrokeredBy pages through what a host proposed, newest first.
func (b brokerings) BrokeredBy(ctx context.Context, host community.MemberID, page community.Page) ([]*community.Brokering, community.Cursor, error) {
	return b.Page(ctx, Query{Index: "host", Eq: []any{host}, Desc: true}, page)
}

// AskedSince pages through everything that was proposed since then, earliest first.
func (b brokerings) AskedSince(ctx context.Context, since community.Instant, page community.Page) ([]*community.Brokering, community.Cursor, error) {
	return b.Page(ctx, Query{Index: "asked", From: since}, page)
}
