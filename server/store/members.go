package store

import (
	"context"

	"longtable/server/community"
)

var memberIndexes = []Index{
	{Name: "hub", Fields: []string{"hub", "joinedAt"}},
	{Name: "joined", Fields: []string{"joinedAt"}},
	{Name: "steward", Fields: []string{"steward"}},
}

type members struct {
	*Collection[community.MemberID, community.Member]
}

// InHub pages through the people whose home is the hub, newest first.
func (m members) InHub(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Member, community.Cursor, error) {
	return m.Page(ctx, Query{Index: "hub", Eq: []any{hub}, Desc: true}, page)
}

// Newest pages through everybody, newest first.
func (m members) Newest(ctx context.Context, page community.Page) ([]*community.Member, community.Cursor, error) {
	return m.Page(ctx, Query{Index: "joined", Desc: true}, page)
}

// Stewards are all of them, a handful.
func (m members) Stewards(ctx context.Context) ([]*community.Member, error) {
	return all(ctx, m.Collection, Query{Index: "steward", Eq: []any{true}})
}
