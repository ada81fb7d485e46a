package store

import (
	"context"

	"longtable/server/community"
)

var seatIndexes = []Index{
	{Name: "member", Fields: []string{"member", "lastAt"}},
	{Name: "tray", Fields: []string{"tray", "lastAt"}},
	{Name: "answered", Fields: []string{"member", "answeredAt"}},
}

var conversationIndexes = []Index{{Name: "asked", Fields: []string{"askedAt"}}}

type conversations struct {
	*Collection[community.ConversationID, community.Conversation]
}

type seats struct {
	*Collection[community.SeatID, community.Seat]
}

// Of pages through a member's seats, latest talk first.
func (s seats) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Seat, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// InTray pages through the requests that a member has not answered, longest waiting first.
func (s seats) InTray(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Seat, community.Cursor, error) {
	return s.Page(ctx, Query{Index: "tray", Eq: []any{member}}, page)
}

// AnsweredSince finds the requests that a member answered since then.
func (s seats) AnsweredSince(ctx context.Context, member community.MemberID, since community.Instant, limit int) ([]*community.Seat, error) {
	return s.Find(ctx, Query{Index: "answered", Eq: []any{member}, From: since, Limit: limit})
}

// AskedSince pages through the conversations that began with a first message since then, earliest first.
func (c conversations) AskedSince(ctx context.Context, since community.Instant, page community.Page) ([]*community.Conversation, community.Cursor, error) {
	return c.Page(ctx, Query{Index: "asked", From: since}, page)
}
