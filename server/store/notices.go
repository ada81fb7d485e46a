package store

import (
	"context"

	"longtable/server/community"
)

var noticeIndexes = []Index{{Name: "member", Fields: []string{"member", "at"}}}

type notices struct {
	*Collection[community.NoticeID, community.Notice]
}

// Of pages through a member's notices, newest first.
func (n notices) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Notice, community.Cursor, error) {
	return n.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}
