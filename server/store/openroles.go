package store

import (
	"context"

	"longtable/server/community"
)

var openRoleIndexes = []Index{
	{Name: "enterprise", Fields: []string{"enterprise", "until"}},
	{Name: "open", Fields: []string{"open", "until"}},
}

type openRoles struct {
	*Collection[community.RoleID, community.OpenRole]
}

// Of pages through the roles of an enterprise, closed ones too, soonest ending first.
func (r openRoles) Of(ctx context.Context, enterprise community.EnterpriseID, page community.Page) ([]*community.OpenRole, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "enterprise", Eq: []any{enterprise}}, page)
}

// OpenFrom pages through the open roles of all enterprises that end at that time or later, soonest first.
func (r openRoles) OpenFrom(ctx context.Context, since community.Instant, page community.Page) ([]*community.OpenRole, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "open", Eq: []any{"open"}, From: since}, page)
}
