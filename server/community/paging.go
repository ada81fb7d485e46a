package community

import (
	"context"
	"iter"
	"math"
)

// Cursor is a place in a list, made by the store and opaque to everybody else. Empty is the start.
type Cursor string

// Page asks for a part of a list: at most Limit items behind After.
type Page struct {
	After Cursor
	Limit int
}

// visible reads a page of what is not hidden. What is hidden leaves no trace: the page is as full as if it were not
// there, and the cursor, which names the thing it lies behind, never lies behind a hidden one.
func visible[T any](page Page, read func(Page) ([]*T, Cursor, error), hidden func(*T) bool) ([]*T, Cursor, error) {
	var kept []*T
	var last Page                                          // reads exactly as far as the last one kept
	look := Page{After: page.After, Limit: page.Limit + 1} // one more tells whether another page follows
	for {
		found, next, err := read(look)
		if err != nil {
			return nil, "", err
		}
		for i, thing := range found {
			if hidden(thing) {
				continue
			}
			if len(kept) == page.Limit {
				_, cursor, err := read(last)
				return kept, cursor, err
			}
			kept, last = append(kept, thing), Page{After: look.After, Limit: i + 1}
		}
		if next == "" {
			return kept, "", nil
		}
		look = Page{After: next, Limit: min(2*look.Limit, PageMax)}
	}
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

// throughout hands over everything that is read, page by page.
func throughout[T any](read func(Page) ([]*T, Cursor, error), take func(*T)) error {
	return upTo(math.MaxInt, read, take)
}

// upTo is throughout that reads no further page once it has handed over so many.
func upTo[T any](most int, read func(Page) ([]*T, Cursor, error), take func(*T)) error {
	page, taken := Page{Limit: PageMax}, 0
	for {
		found, next, err := read(page)
		if err != nil {
			return err
		}
		for _, thing := range found {
			take(thing)
		}
		if page.After, taken = next, taken+len(found); next == "" || taken >= most {
			return nil
		}
	}
}
