package store

import (
	"context"
	"errors"
	"iter"

	"longtable/server/community"
)

// ErrDuplicate refuses a document whose id or unique key is taken.
var ErrDuplicate error = &community.Error{
	Kind: community.KindConflict, Say: "error.taken", Err: errors.New("store: the id or a unique key is taken"),
}

// ErrStale is an engine's answer when the stored revision is another one, or there is no such document.
var ErrStale = errors.New("store: the stored revision is another one")

// ErrUnknown says that a write may or may not have happened, because the answer to it was lost. Ids come from us, so
// the same write can be repeated.
var ErrUnknown = errors.New("store: it isn't known whether the write happened")

// ErrClosed refuses work after Close.
var ErrClosed = errors.New("store: closed")

// Doc is a document as engines see it: the whole of it is Body, a JSON object that repeats the id as _id and the
// revision as rev.
type Doc struct {
	ID   string
	Rev  int64
	Body []byte
}

// Engine is all that MongoDB and the embedded database have to provide. Both keep exactly the JSON they are given, but
// may drop members that are null. Queries arrive checked: see Query.
type Engine interface {
	// Ensure prepares a collection with exactly these indexes. It may be repeated, and interrupted.
	Ensure(ctx context.Context, collection string, indexes []Index) error

	// Insert stores new documents in order, up to the first that is refused: ErrDuplicate. Those before it stay.
	Insert(ctx context.Context, collection string, docs []Doc) error

	// Replace stores doc in the place of the revision rev; if that isn't the stored one, ErrStale.
	Replace(ctx context.Context, collection string, rev int64, doc Doc) error

	// Remove forgets the document if its revision is rev; if that isn't the stored one, ErrStale.
	Remove(ctx context.Context, collection, id string, rev int64) error

	// Get hands over those of the documents that exist, in no order. The body is valid during the call only.
	Get(ctx context.Context, collection string, ids []string, each func(body []byte) error) error

	// Find hands over what the query reads from the index, in its order. An index without fields is the order of ids.
	Find(ctx context.Context, collection string, ix Index, q Query, each func(body []byte) error) error

	// Count tells how many documents Find would hand over; a Limit of 0 counts them all.
	Count(ctx context.Context, collection string, ix Index, q Query) (int64, error)

	// Collections names the collections that there are, in order; some may be empty.
	Collections(ctx context.Context) ([]string, error)

	// Snapshot freezes what is stored at this moment, for reading all of it while others go on writing.
	Snapshot(ctx context.Context) (Snapshot, error)

	// Close waits for the writes under way. What was acknowledged before it is durable with or without it.
	Close() error
}

// Entry is one document of a whole store.
type Entry struct {
	Collection string
	Doc
}

// Snapshot is a whole store as it was at one moment. One goroutine uses it, and closes it soon: while it lives, the
// engine keeps what others replace.
type Snapshot interface {
	// Documents goes through the collections named, or through all, in the order of collections and ids. A body is
	// valid until the next one. It ends after the first error.
	Documents(ctx context.Context, collections ...string) iter.Seq2[Entry, error]

	// Count is about how many documents there are, for a progress bar.
	Count(ctx context.Context) (int64, error)

	Close() error
}
