package store

import (
	"context"

	"longtable/server/community"
)

var (
	proposalIndexes = []Index{
		{Name: "hub", Fields: []string{"hub", "openedAt"}},
		{Name: "state", Fields: []string{"hub", "state"}},
		{Name: "closes", Fields: []string{"state", "closesAt"}},
		{Name: "version", Fields: []string{"state", "version"}},
		{Name: "by", Fields: []string{"by", "openedAt"}},
	}
	voteIndexes = []Index{
		{Name: "proposal", Fields: []string{"proposal"}},
		{Name: "member", Fields: []string{"member"}},
	}
	remarkIndexes = []Index{
		{Name: "proposal", Fields: []string{"proposal", "at"}},
		{Name: "member", Fields: []string{"member", "at"}},
	}
)

type proposals struct {
	*Collection[community.ProposalID, community.Proposal]
}

// Of pages through those of a hub, newest first.
func (p proposals) Of(ctx context.Context, hub community.HubID, page community.Page) ([]*community.Proposal, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "hub", Eq: []any{hub}, Desc: true}, page)
}

// Open finds those of a hub that people vote on.
func (p proposals) Open(ctx context.Context, hub community.HubID) ([]*community.Proposal, error) {
	return all(ctx, p.Collection, Query{Index: "state", Eq: []any{hub, community.ProposalOpen}})
}

// ToDecide pages through open ones that close by then, the earliest first.
func (p proposals) ToDecide(ctx context.Context, at community.Instant, page community.Page) ([]*community.Proposal, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "closes", Eq: []any{community.ProposalOpen}, To: at + 1}, page)
}

// ToSettle pages through passed ones that are no version yet.
func (p proposals) ToSettle(ctx context.Context, page community.Page) ([]*community.Proposal, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "version", Eq: []any{community.ProposalPassed, 0}}, page)
}

// By pages through a member's, newest first.
func (p proposals) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Proposal, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "by", Eq: []any{member}, Desc: true}, page)
}

type votes struct {
	*Collection[community.VoteID, community.Vote]
}

// On pages through the votes on a proposal.
func (v votes) On(ctx context.Context, proposal community.ProposalID, page community.Page) ([]*community.Vote, community.Cursor, error) {
	return v.Page(ctx, Query{Index: "proposal", Eq: []any{proposal}}, page)
}

// By pages through a member's.
func (v votes) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Vote, community.Cursor, error) {
	return v.Page(ctx, Query{Index: "member", Eq: []any{member}}, page)
}

type remarks struct {
	*Collection[community.RemarkID, community.Remark]
}

// On pages through what was said about a proposal, earliest first.
func (r remarks) On(ctx context.Context, proposal community.ProposalID, page community.Page) ([]*community.Remark, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "proposal", Eq: []any{proposal}}, page)
}

// By pages through what a member said, newest first.
func (r remarks) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Remark, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "member", Eq: []any{member}, Desc: true}, page)
}
