package store

import (
	"context"

	"longtable/server/community"
)

var (
	introductionIndexes = []Index{
		{Name: "waiting", Fields: []string{"waiting", "askedAt"}},
		{Name: "from", Fields: []string{"from", "askedAt"}},
		{Name: "answered", Fields: []string{"to", "answeredAt"}},
		{Name: "asked", Fields: []string{"askedAt"}},
	}
	connectionIndexes = []Index{{Name: "owner", Fields: []string{"owner", "since"}}}
)

type introductions struct {
	*Collection[community.IntroductionID, community.Introduction]
}

// WaitingFor pages through what a member has not answered, longest waiting first.
func (i introductions) WaitingFor(ctx context.Context, to community.MemberID, page community.Page) ([]*community.Introduction, community.Cursor, error) {
	return i.Page(ctx, Query{Index: "waiting", Eq: []any{to}}, page)
}

// SentBy pages through what a member asked for, newest first.
func (i introductions) SentBy(ctx context.Context, from community.MemberID, page community.Page) ([]*community.Introduction, community.Cursor, error) {
	return i.Page(ctx, Query{Index: "from", Eq: []any{from}, Desc: true}, page)
}

// AnsweredBySince finds what a member answered since then, either way.
func (i introductions) AnsweredBySince(ctx context.Context, to community.MemberID, since community.Instant, page community.Page) ([]*community.Introduction, error) {
	return i.Find(ctx, Query{Index: "answered", Eq: []any{to}, From: since, Limit: page.Limit})
}

// AnsweredBy pages through everything that a member answered, earliest answer first.
func (i introductions) AnsweredBy(ctx context.Context, to community.MemberID, page community.Page) ([]*community.Introduction, community.Cursor, error) {
	return i.Page(ctx, Query{Index: "answered", Eq: []any{to}, From: 1}, page)
}

// AskedSince pages through everything that was asked for since then, earliest first.
func (i introductions) AskedSince(ctx context.Context, since community.Instant, page community.Page) ([]*community.Introduction, community.Cursor, error) {
	return i.Page(ctx, Query{Index: "asked", From: since}, page)
}

type connections struct {
	*Collection[community.ConnectionID, community.Connection]
}

// Of loads the people whom a member is connected with, the earliest ConnectionsMax.
func (c connections) Of(ctx context.Context, owner community.MemberID) (map[community.MemberID]bool, error) {
	met := map[community.MemberID]bool{}
	page := community.Page{Limit: LimitMax - 1}
	for len(met) < community.ConnectionsMax {
		found, next, err := c.Page(ctx, Query{Index: "owner", Eq: []any{owner}}, page)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			met[one.Other] = true
		}
		if next == "" {
			break
		}
		page.After = next
	}
	return met, nil
}
