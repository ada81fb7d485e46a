package store

import (
	"context"

	"longtable/server/community"
)

var releaseIndexes = []Index{
	{Name: "scope", Fields: []string{"scope", "month"}},
	{Name: "month", Fields: []string{"month", "scope"}},
}

type releases struct {
	*Collection[community.ReleaseID, community.Release]
}

// Of pages through the releases of a hub or of the smaller hubs, newest first.
func (r releases) Of(ctx context.Context, scope string, page community.Page) ([]*community.Release, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "scope", Eq: []any{scope}, Desc: true}, page)
}

// In pages through everything that was released in a month.
func (r releases) In(ctx context.Context, month string, page community.Page) ([]*community.Release, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "month", Eq: []any{month}}, page)
}
