package store

import (
	"context"

	"longtable/server/community"
)

var earlierIndexes = []Index{
	{Name: "sender", Fields: []string{"sender"}},
	{Name: "wipe", Fields: []string{"wipeAt"}},
}

// earlier are the words that messages had before they were changed.
type earlier struct {
	*Collection[community.MessageID, community.Earlier]
}

// Of pages through those of one sender.
func (e earlier) Of(ctx context.Context, sender community.MemberID, page community.Page) ([]*community.Earlier, community.Cursor, error) {
	return e.Page(ctx, Query{Index: "sender", Eq: []any{sender}}, page)
}

// Past finds those to be wiped, longest overdue first.
func (e earlier) Past(ctx context.Context, now community.Instant, limit int) ([]*community.Earlier, error) {
	return e.Find(ctx, Query{Index: "wipe", To: now, Limit: limit})
}
