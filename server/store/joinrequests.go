package store

import (
	"context"

	"longtable/server/community"
)

var joinRequestIndexes = []Index{
	{Name: "desk", Fields: []string{"hub", "state", "askedAt"}},
	{Name: "member", Fields: []string{"member", "askedAt"}},
	{Name: "answered", Fields: []string{"answeredBy"}},
}

type joinRequests struct {
	*Collection[community.JoinRequestID, community.JoinRequest]
}

// OpenAt pages through what a hub's hosts have to answer, longest waiting first.
func (j joinRequests) OpenAt(ctx context.Context, hub community.HubID, page community.Page) ([]*community.JoinRequest, community.Cursor, error) {
	return j.Page(ctx, Query{Index: "desk", Eq: []any{hub, community.JoinOpen}}, page)
}

// By pages through a member's own, newest first.
func (j joinRequests) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.JoinRequest, community.Cursor, error) {
	return j.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// AnsweredBy pages through what a host answered.
func (j joinRequests) AnsweredBy(ctx context.Context, host community.MemberID, page community.Page) ([]*community.JoinRequest, community.Cursor, error) {
	return j.Page(ctx, Query{Index: "answered", Eq: []any{host}}, page)
}
