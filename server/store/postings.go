package store

import (
	"context"

	"longtable/server/community"
)

var postingIndexes = []Index{
	{Name: "board", Fields: []string{"board", "postedAt"}},
	{Name: "hub", Fields: []string{"hub", "board", "postedAt"}},
	{Name: "author", Fields: []string{"author", "postedAt"}},
}

type postings struct {
	*Collection[community.PostingID, community.Posting]
}

// Open pages through what hangs on any board, newest first.
func (p postings) Open(ctx context.Context, page community.Page) ([]*community.Posting, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "board", Eq: []any{"open"}, Desc: true}, page)
}

// OpenAt pages through what hangs on the board of a hub, newest first.
func (p postings) OpenAt(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Posting, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "hub", Eq: []any{hub, "open"}, Desc: true}, page)
}

// By pages through what a member posted, newest first.
func (p postings) By(ctx context.Context, author community.MemberID, page community.Page) ([]*community.Posting, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "author", Eq: []any{author}, Desc: true}, page)
}
