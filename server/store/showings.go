package store

import (
	"context"

	"longtable/server/community"
)

var showingIndexes = []Index{
	{Name: "day", Fields: []string{"day"}},
	{Name: "viewer", Fields: []string{"viewer", "day"}},
}

type showings struct {
	*Collection[community.ShowingID, community.Showing]
}

// OfDay pages through all lists of a day, in the order of ids.
func (s showings) OfDay(ctx context.Context, day int, page community.Page) ([]*community.Showing, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "day", Eq: []any{day}}, page)
}

// To pages through the lists that a member was shown, newest first.
func (s showings) To(ctx context.Context, viewer community.MemberID, page community.Page) ([]*community.Showing, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "viewer", Eq: []any{viewer}, Desc: true}, page)
}

// Before pages through the lists of earlier days, earliest first.
func (s showings) Before(ctx context.Context, day int, page community.Page) ([]*community.Showing, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "day", To: day}, page)
}
