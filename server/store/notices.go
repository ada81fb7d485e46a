package store

import (
	"context"

	"longtable/server/community"
)

var noticeIndexes = []Index{
	{Name: "member", Fields: []string{"member", "at"}},
	{Name: "naming", Fields: []string{"by"}},
}

type notices struct {
	*Collection[community.NoticeID, community.Notice]
}

// Of pages through a member's notices, newest first.
func (n notices) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Notice, community.Cursor, error) {
	return n.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// Naming pages through the notices of others that name a member.
func (n notices) Naming(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Notice, community.Cursor, error) {
	return n.Page(ctx, Query{Index: "naming", Eq: []any{member}}, page)
}
