package store

import (
	"context"

	"longtable/server/community"
)

type erasures struct {
	*Collection[community.MemberID, community.Erasure]
}

// All are the erasures under way, a handful.
func (e erasures) All(ctx context.Context) ([]*community.Erasure, error) {
	return every(ctx, e.Collection)
}
