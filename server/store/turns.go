package store

import (
	"context"
	"fmt"
	"hash/maphash"
)

// turnStripes is how many documents can be changed at the same time in one process. The engine writes one after the
// other anyway; two documents that share a stripe only wait a little.
const turnStripes = 256

// turns lets the writers of one document within this process go one after the other, in the order in which they came.
// Without it each of them would have to be faster than all others once, and of two hundred who want the same event some
// would never be. Writers of other processes are still told from each other by the revision. A rule must not change
// another document: it could wait for a turn that waits for its own.
type turns struct {
	seed    maphash.Seed
	stripes [turnStripes]chan struct{}
}

func newTurns() *turns {
	t := &turns{seed: maphash.MakeSeed()}
	for i := range t.stripes {
		t.stripes[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits for the turn on a document; leave ends it. The error is that of ctx.
func (t *turns) take(ctx context.Context, collection, id string) (leave func(), err error) {
	stripe := t.stripes[maphash.String(t.seed, collection+"\x00"+id)%turnStripes]
	select {
	case stripe <- struct{}{}:
		return func() { <-stripe }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("store: wait to change %s %q: %w", collection, id, ctx.Err())
	}
}
