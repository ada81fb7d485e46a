package store

import (
	"context"

	"longtable/server/community"
)

var eventIndexes = []Index{
	{Name: "ends", Fields: []string{"endsAt"}},
	{Name: "hub", Fields: []string{"hub", "endsAt"}},
}

type events struct {
	*Collection[community.EventID, community.Event]
}

// From pages through the events that are not over by then, in the order in which they end.
func (e events) From(ctx context.Context, since community.Instant, page community.Page) ([]*community.Event, community.Cursor, error) {
	return e.Page(ctx, Query{Index: "ends", From: since}, page)
}

// InHub is From for one hub.
func (e events) InHub(ctx context.Context, hub community.HubID, since community.Instant, page community.Page) ([]*community.Event, community.Cursor, error) {
	return e.Page(ctx, Query{Index: "hub", Eq: []any{hub}, From: since}, page)
}
