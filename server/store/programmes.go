package store

import (
	"context"

	"longtable/server/community"
)

var (
	programmeIndexes = []Index{
		{Name: "closes", Fields: []string{"closes"}},
		{Name: "hub", Fields: []string{"hub", "postedAt"}},
		{Name: "state", Fields: []string{"state"}},
	}
	applicationIndexes = []Index{
		{Name: "programme", Fields: []string{"programme", "number"}},
		{Name: "member", Fields: []string{"member", "sentAt"}},
		{Name: "code", Fields: []string{"codeHash"}, Unique: true},
		{Name: "decided", Fields: []string{"decidedBy"}},
		{Name: "undecided", Fields: []string{"programme", "state", "sentAt"}},
	}
)

type programmes struct {
	*Collection[community.ProgrammeID, community.Programme]
}

// ByClosing pages through the programmes whose last day is not over by then, soonest first.
func (p programmes) ByClosing(ctx context.Context, since community.Instant, page community.Page) ([]*community.Programme, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "closes", From: since}, page)
}

// InHub pages through all programmes of a hub, newest first.
func (p programmes) InHub(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Programme, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "hub", Eq: []any{hub}, Desc: true}, page)
}

// InState pages through the programmes that are in one phase.
func (p programmes) InState(ctx context.Context, state community.ProgrammeState, page community.Page) ([]*community.Programme, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "state", Eq: []any{state}}, page)
}

type applications struct {
	*Collection[community.ApplicationID, community.Application]
}

// To pages through the applications to a programme by number.
func (a applications) To(ctx context.Context, programme community.ProgrammeID, page community.Page) ([]*community.Application, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "programme", Eq: []any{programme}}, page)
}

// Of pages through a member's own applications, newest first.
func (a applications) Of(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Application, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}

// ByCode finds the application whose code has this digest.
func (a applications) ByCode(ctx context.Context, codeHash string) (*community.Application, error) {
	return one(ctx, a.Collection, Query{Index: "code", Eq: []any{codeHash}})
}

// DecidedBy pages through what a host decided.
func (a applications) DecidedBy(ctx context.Context, host community.MemberID, page community.Page) ([]*community.Application, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "decided", Eq: []any{host}}, page)
}

// Undecided pages through the applications to a programme that wait for a decision, longest waiting first.
func (a applications) Undecided(ctx context.Context, programme community.ProgrammeID, page community.Page) ([]*community.Application, community.Cursor, error) {
	return a.Page(ctx, Query{Index: "undecided", Eq: []any{programme, community.ApplicationSent}}, page)
}

// one finds the only document under a unique key.
func one[ID ~string, T any](ctx context.Context, c *Collection[ID, T], q Query) (*T, error) {
	q.Limit = 1
	found, err := c.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, community.NotFound("no %s under that key of %s", c.name, q.Index)
	}
	return found[0], nil
}
