package store

import (
	"context"

	"longtable/server/community"
)

var enterpriseIndexes = []Index{
	{Name: "name", Fields: []string{"name"}},
	{Name: "hub", Fields: []string{"hub", "name"}},
}

type enterprises struct {
	*Collection[community.EnterpriseID, community.Enterprise]
}

// ByName pages through all enterprises in the order of their names.
func (e enterprises) ByName(ctx context.Context, page community.Page) ([]*community.Enterprise, community.Cursor, error) {
	return e.Page(ctx, Query{Index: "name"}, page)
}

// InHub pages through the enterprises of a hub.
func (e enterprises) InHub(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Enterprise, community.Cursor, error) {
	return e.Page(ctx, Query{Index: "hub", Eq: []any{hub}}, page)
}
