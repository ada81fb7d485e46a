package store

import (
	"context"

	"longtable/server/community"
)

var refusalIndexes = []Index{
	{Name: "about", Fields: []string{"about", "at"}},
	{Name: "scope", Fields: []string{"scope", "at"}},
	{Name: "by", Fields: []string{"by", "at"}},
}

type refusals struct {
	*Collection[community.RefusalID, community.Refusal]
}

// About pages through the attempts on one declaration, newest first.
func (r refusals) About(ctx context.Context, who community.Declarant, page community.Page) ([]*community.Refusal, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "about", Eq: []any{who}, Desc: true}, page)
}

// In pages through the attempts on the figures of a hub or the network, newest first.
func (r refusals) In(ctx context.Context, scope string, page community.Page) ([]*community.Refusal, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "scope", Eq: []any{scope}, Desc: true}, page)
}

// By pages through what one member tried.
func (r refusals) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Refusal, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "by", Eq: []any{member}}, page)
}
