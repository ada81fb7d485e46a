package store

import (
	"context"

	"longtable/server/community"
)

var hubIndexes = []Index{{Name: "name", Fields: []string{"name"}}}

type hubs struct {
	*Collection[community.HubID, community.Hub]
}

// ByName pages through the hubs in the order of their names.
func (h hubs) ByName(ctx context.Context, page community.Page) ([]*community.Hub, community.Cursor, error) {
	return h.Page(ctx, Query{Index: "name"}, page)
}

// All reads all hubs, some hundred.
func (h hubs) All(ctx context.Context) ([]*community.Hub, error) { return every(ctx, h.Collection) }
