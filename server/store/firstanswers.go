package store

import (
	"context"

	"longtable/server/community"
)

var firstAnswerIndexes = []Index{
	{Name: "member", Fields: []string{"member", "answeredAt"}},
	{Name: "hub", Fields: []string{"hub", "answeredAt"}},
	{Name: "answered", Fields: []string{"answeredAt"}},
}

type firstAnswers struct {
	*Collection[community.FirstAnswerID, community.FirstAnswer]
}

// Of pages through the answers that a member got, earliest first.
func (f firstAnswers) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.FirstAnswer, community.Cursor, error) {
	return f.Page(ctx, Query{Index: "member", Eq: []any{member}}, page)
}

// At pages through the answers that people got from a hub, or in it, since then, earliest first.
func (f firstAnswers) At(ctx context.Context, hub community.HubID, since community.Instant, page community.Page) ([]*community.FirstAnswer, community.Cursor, error) {
	return f.Page(ctx, Query{Index: "hub", Eq: []any{hub}, From: since}, page)
}

// Until pages through the answers that were given before then, earliest first.
func (f firstAnswers) Until(ctx context.Context, before community.Instant, page community.Page) ([]*community.FirstAnswer, community.Cursor, error) {
	return f.Page(ctx, Query{Index: "answered", To: before}, page)
}
