package community

import (
	"context"
	"iter"
)

// Cursor is a place in a list, made by the store and opaque to everybody else. Empty is the start.
type Cursor string

// Page asks for a part of a list: at most Limit items behind After.
type Page struct {
	After Cursor
	Limit int
}

// Keeper is what the domain needs of the store for things of one kind. Get answers not found for what is missing or
// gone; Many keeps the order of the ids and leaves nil for those; Change applies the function to the newest state,
// again if another writer was faster, and writes nothing when it returns ErrUnchanged.
type Keeper[ID ~string, T any] interface {
	Add(ctx context.Context, thing *T) error
	Get(ctx context.Context, id ID) (*T, error)
	Many(ctx context.Context, ids []ID) ([]*T, error)
	Change(ctx context.Context, id ID, change func(*T) error) (*T, error)
	Delete(ctx context.Context, id ID) error
}

// Whole is a collection that can be read from end to end, for building what is kept in memory or in the index.
type Whole[T any] interface {
	Each(ctx context.Context) iter.Seq2[*T, error]
}
