package store

import (
	"context"

	"longtable/server/community"
)

var (
	blockIndexes = []Index{
		{Name: "by", Fields: []string{"by"}},
		{Name: "against", Fields: []string{"against"}},
	}
	reportIndexes = []Index{
		{Name: "desk", Fields: []string{"desk", "at"}},
		{Name: "by", Fields: []string{"by", "at"}},
		{Name: "about", Fields: []string{"person", "at"}},
		{Name: "handled", Fields: []string{"handledBy"}},
	}
)

type blocks struct {
	*Collection[community.BlockID, community.Block]
}

// By finds the blocks that a member made.
func (b blocks) By(ctx context.Context, member community.MemberID) ([]*community.Block, error) {
	return all(ctx, b.Collection, Query{Index: "by", Eq: []any{member}})
}

// Around finds everybody with whom a member has a block, whoever made it.
func (b blocks) Around(ctx context.Context, member community.MemberID) (map[community.MemberID]bool, error) {
	made, err := b.By(ctx, member)
	if err != nil {
		return nil, err
	}
	against, err := all(ctx, b.Collection, Query{Index: "against", Eq: []any{member}})
	if err != nil {
		return nil, err
	}
	apart := map[community.MemberID]bool{}
	for _, one := range made {
		apart[one.Against] = true
	}
	for _, one := range against {
		apart[one.By] = true
	}
	return apart, nil
}

type reports struct {
	*Collection[community.ReportID, community.Report]
}

// OnDesk pages through what a desk has to handle, oldest first.
func (r reports) OnDesk(ctx context.Context, desk string, page community.Page) ([]*community.Report, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "desk", Eq: []any{desk}}, page)
}

// By pages through what a member reported, oldest first.
func (r reports) By(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Report, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "by", Eq: []any{member}}, page)
}

// About pages through what was reported of a member, oldest first.
func (r reports) About(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Report, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "about", Eq: []any{member}}, page)
}

// HandledBy pages through what a host or a steward handled.
func (r reports) HandledBy(ctx context.Context, member community.MemberID, page community.Page) ([]*community.Report, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "handled", Eq: []any{member}}, page)
}
