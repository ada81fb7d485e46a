package store

import (
	"context"

	"longtable/server/community"
)

var agreementIndexes = []Index{
	{Name: "scope", Fields: []string{"scope", "version"}},
	{Name: "by", Fields: []string{"by"}},
	{Name: "review", Fields: []string{"reviewAt"}},
}

type agreements struct {
	*Collection[community.AgreementID, community.Agreement]
}

// Of pages through the versions of a hub or the network, newest first.
func (a agreements) Of(ctx context.Context, scope string, page community.Page) ([]*community.Agreement, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "scope", Eq: []any{scope}, Desc: true}, page)
}

// By pages through those that a member wrote down.
func (a agreements) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Agreement, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "by", Eq: []any{member}}, page)
}

// ReviewedBetween pages through versions whose day of review lies between the two.
func (a agreements) ReviewedBetween(ctx context.Context, from, to community.Instant, page community.Page) ([]*community.Agreement, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "review", From: from, To: to + 1}, page)
}
