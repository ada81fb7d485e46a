package store

import (
	"context"

	"longtable/server/community"
)

var weightsIndexes = []Index{{Name: "number", Fields: []string{"number"}, Unique: true}}

type weights struct {
	*Collection[community.WeightsID, community.WeightsVersion]
}

// Newest pages through the versions, highest number first.
func (w weights) Newest(ctx context.Context, page community.Page) ([]*community.WeightsVersion, community.Cursor, error) {
	return w.Page(ctx, Query{Index: "number", Desc: true}, page)
}
