package store

import (
	"context"

	"longtable/server/community"
)

var savedSearchIndexes = []Index{
	{Name: "owner", Fields: []string{"owner", "savedAt"}},
	{Name: "kind", Fields: []string{"kind", "savedAt"}},
}

type savedSearches struct {
	*Collection[community.SavedSearchID, community.SavedSearch]
}

// Of pages through a member's, earliest first.
func (s savedSearches) Of(ctx context.Context, owner community.MemberID, page community.Page) ([]*community.SavedSearch, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "owner", Eq: []any{owner}}, page)
}

// ForKind pages through those of a kind, earliest first.
func (s savedSearches) ForKind(ctx context.Context, kind community.Index, page community.Page) ([]*community.SavedSearch, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "kind", Eq: []any{kind}}, page)
}
