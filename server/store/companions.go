package store

import (
	"context"

	"longtable/server/community"
)

var companionIndexes = []Index{
	{Name: "application", Fields: []string{"application"}},
	{Name: "member", Fields: []string{"member"}},
}

type companions struct {
	*Collection[community.CompanionID, community.Companion]
}

// Of pages through those who had a part in an application.
func (c companions) Of(ctx context.Context, application community.ApplicationID, page community.Page) ([]*community.Companion, community.Cursor, error) {
	return c.Page(ctx, Query{Index: "application", Eq: []any{application}}, page)
}

// By pages through the applications in which a member had a part.
func (c companions) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Companion, community.Cursor, error) {
	return c.Page(ctx, Query{Index: "member", Eq: []any{member}}, page)
}
