package store

import (
	"context"

	"longtable/server/community"
)

var seatIndexes = []Index{{Name: "member", Fields: []string{"member", "lastAt"}}}

type seats struct {
	*Collection[community.SeatID, community.Seat]
}

// Of pages through a member's seats, latest talk first.
func (s seats) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Seat, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}
