package store

import (
	"context"

	"longtable/server/community"
)

var (
	assistanceIndexes = []Index{
		{Name: "member", Fields: []string{"member", "since"}},
		{Name: "helper", Fields: []string{"helper", "since"}},
		{Name: "noted", Fields: []string{"notedBy"}},
	}
	actIndexes = []Index{
		{Name: "member", Fields: []string{"member", "at"}},
		{Name: "by", Fields: []string{"by", "at"}},
		{Name: "with", Fields: []string{"with", "at"}},
	}
	recoveryIndexes = []Index{
		{Name: "hub", Fields: []string{"hub", "startedAt"}},
		{Name: "started", Fields: []string{"startedBy", "startedAt"}},
		{Name: "approved", Fields: []string{"approvedBy"}},
		{Name: "first", Fields: []string{"halfA"}},
	}
)

type assistances struct {
	*Collection[community.AssistanceID, community.Assistance]
}

// Of pages through those who help a member, or did, newest first.
func (a assistances) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Assistance, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// By pages through those whom a member helps, or did, newest first.
func (a assistances) By(ctx context.Context, helper community.MemberID, page community.Page) ([]*community.Assistance, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "helper", Eq: []any{helper}, Desc: true}, page)
}

// NotedBy pages through those whose consent a host noted.
func (a assistances) NotedBy(ctx context.Context, host community.MemberID, page community.Page) ([]*community.Assistance, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "noted", Eq: []any{host}}, page)
}

type acts struct {
	*Collection[community.ActID, community.Act]
}

// Of pages through what was done in a member's name, newest first.
func (a acts) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Act, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// By pages through what somebody did in others' names, newest first.
func (a acts) By(ctx context.Context, helper community.MemberID, page community.Page) ([]*community.Act, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "by", Eq: []any{helper}, Desc: true}, page)
}

// With pages through what names somebody beside who did it, newest first.
func (a acts) With(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Act, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "with", Eq: []any{member}, Desc: true}, page)
}

type recoveries struct {
	*Collection[community.MemberID, community.Recovery]
}

// At pages through the recoveries that a hub began, newest first.
func (r recoveries) At(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Recovery, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "hub", Eq: []any{hub}, Desc: true}, page)
}

// StartedBy pages through those that a host began, newest first.
func (r recoveries) StartedBy(ctx context.Context, host community.MemberID, page community.Page) ([]*community.Recovery, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "started", Eq: []any{host}, Desc: true}, page)
}

// ApprovedBy pages through those that somebody approved.
func (r recoveries) ApprovedBy(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Recovery, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "approved", Eq: []any{member}}, page)
}

// ByFirstHalf finds the one whose first half of the code has this digest.
func (r recoveries) ByFirstHalf(ctx context.Context, digest string) (*community.Recovery, error) {
	return one(ctx, r.Collection, Query{Index: "first", Eq: []any{digest}})
}
