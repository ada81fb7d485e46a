package storetest

import (
	"context"
	"encoding/json"
	"errors"

	"longtable/server/community"
	"longtable/server/store"
)

// Careless is an engine that replaces a document whatever its revision is. A test of promises that passes on it proves
// nothing.
type Careless struct{ store.Engine }

// Replace implements store.Engine, wrongly.
func (c Careless) Replace(ctx context.Context, collection string, rev int64, doc store.Doc) error {
	for {
		if err := c.Engine.Replace(ctx, collection, rev, doc); !errors.Is(err, store.ErrStale) {
			return err
		}
		there := false
		err := c.Get(ctx, collection, []string{doc.ID}, func(body []byte) error {
			there = true
			var stored community.Stamp
			err := json.Unmarshal(body, &stored)
			rev = stored.Rev
			return err
		})
		if err != nil {
			return err
		}
		if !there {
			return store.ErrStale // it was deleted: there is nothing to replace
		}
	}
}

// Repeating is an engine that keeps no key unique, for the same purpose.
type Repeating struct{ store.Engine }

// Ensure implements store.Engine, wrongly.
func (r Repeating) Ensure(ctx context.Context, collection string, indexes []store.Index) error {
	loose := make([]store.Index, len(indexes))
	for i, ix := range indexes {
		ix.Unique = false
		loose[i] = ix
	}
	return r.Engine.Ensure(ctx, collection, loose)
}
