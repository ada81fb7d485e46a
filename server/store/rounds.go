package store

import (
	"context"

	"longtable/server/community"
)

var impactIndexes = []Index{{Name: "set", Fields: []string{"set"}}}

type impacts struct {
	*Collection[community.ImpactsID, community.Impacts]
}

// OfSet pages through the parts of one set.
func (i impacts) OfSet(ctx context.Context, set string, page community.Page) ([]*community.Impacts, community.Cursor, error) {
	return i.Page(ctx, Query{Index: "set", Eq: []any{set}}, page)
}
