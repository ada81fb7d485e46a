package store

import (
	"context"

	"longtable/server/community"
)

var reviewIndexes = []Index{
	{Name: "programme", Fields: []string{"programme"}},
	{Name: "application", Fields: []string{"application"}},
	{Name: "reviewer", Fields: []string{"reviewer"}},
}

type reviews struct {
	*Collection[community.ReviewID, community.Review]
}

// In pages through all reviews of a programme.
func (r reviews) In(ctx context.Context, programme community.ProgrammeID, page community.Page) ([]*community.Review, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "programme", Eq: []any{programme}}, page)
}

// On are all reviews of one application: no more than a programme has reviewers.
func (r reviews) On(ctx context.Context, application community.ApplicationID) ([]*community.Review, error) {
	return all(ctx, r.Collection, Query{Index: "application", Eq: []any{application}})
}

// By pages through what one person gave.
func (r reviews) By(ctx context.Context, reviewer community.MemberID, page community.Page) ([]*community.Review, community.Cursor, error) {
	return r.Page(ctx, Query{Index: "reviewer", Eq: []any{reviewer}}, page)
}
