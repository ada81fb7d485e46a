package store

import (
	"context"

	"longtable/server/community"
)

var digestIndexes = []Index{{Name: "dueat", Fields: []string{"dueAt"}}}

// digests are letters that wait for their time.
type digests struct {
	*Collection[community.MemberID, community.Digest]
}

// Due finds those whose time is before now, longest overdue first.
func (d digests) Due(ctx context.Context, now community.Instant, limit int) ([]*community.Digest, error) {
	return d.Find(ctx, Query{Index: "dueat", To: now, Limit: limit})
}
