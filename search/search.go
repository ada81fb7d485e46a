// Package search finds things by their words, on an engine inside the program or on a Meilisearch server.
//
// Both engines stand behind [Engine], take the same [Schema] and pass the same conformance cases.
// What is indexed is a projection: one [Document] for each audience of a thing, holding only what that
// audience may see. The engines compare the audience of every document with the tokens of the viewer,
// so a field that is hidden from somebody cannot be found, counted, sorted by or highlighted for them.
//
// Hits are ids. Whoever shows them loads the things through the domain, which checks the viewer again:
// an index may lag behind the store and then hides a row or shows one too many, it decides nothing.
package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Engine is one search engine holding several indexes, each described by a Schema.
// All methods may be called at once from many goroutines.
type Engine interface {
	// Ensure creates the index or opens the one that exists. Fresh means that the index
	// holds nothing to rely on (new, set aside as damaged, made for an older schema, or its
	// first rebuild never ended) and that the caller should Rebuild it; until then it answers
	// with what Apply has put there.
	Ensure(ctx context.Context, s Schema) (fresh bool, err error)

	// Apply deletes and then upserts the documents of b and returns once they are searchable
	// and durable. Batches for one index take effect in the order of their calls and the last
	// writer wins, so callers read a thing's present state just before they apply it.
	// A *Rejected error names the documents that cannot be indexed; all others were.
	Apply(ctx context.Context, index string, b Batch) error

	// Search answers one query, SearchAll several of them together, in the order given.
	// SearchAll fails as a whole.
	Search(ctx context.Context, q Query) (Results, error)
	SearchAll(ctx context.Context, qs []Query) ([]Results, error)

	// Rebuild fills a shadow of the index from source, repeats on it what Apply changed in the
	// meantime, and exchanges it for the live one, which answers until then. When an id comes twice, the first
	// document counts; an id that Apply has touched meanwhile keeps what Apply said. Nothing
	// changes if source fails. Documents that cannot be indexed are left out and named by a
	// *Rejected error after the exchange. Progress, which may be nil, is called now and then
	// with the number of documents taken from source so far. One rebuild of an index runs at
	// a time, a second one waits.
	Rebuild(ctx context.Context, s Schema, source iter.Seq2[Document, error], progress func(done int)) error

	// Count returns the number of documents in an index, whoever may see them.
	Count(ctx context.Context, index string) (int, error)

	// Each yields what an index holds, whoever may see it, until the loop ends or with an error at last. An index must not be
	// rebuilt from within the loop.
	Each(index string) iter.Seq2[Held, error]

	// Health returns nil if the engine can answer now.
	Health(ctx context.Context) error

	// Close ends the engine after the calls in progress. Later calls return ErrUnavailable.
	Close() error
}

// ErrUnavailable means that the engine cannot answer now; the same call may succeed later.
var ErrUnavailable = errors.New("search: engine unavailable")

// ErrBadQuery means that the call itself is wrong, for example names an unknown index or facet.
// Text typed by a person never causes it.
var ErrBadQuery = errors.New("search: bad query")

// ErrTooManyChanges means that a rebuild gave up because more than MaxReplay documents
// changed while it ran. The live index is as before and the rebuild may be tried again.
var ErrTooManyChanges = errors.New("search: too many changes during a rebuild")

// Rejected reports documents that cannot be indexed however often they are sent.
type Rejected struct {
	IDs    []string // of the documents, sorted
	Reason string   // why the first of them was refused, for the log
}

func (r *Rejected) Error() string {
	return fmt.Sprintf("search: %d documents rejected (%s): %s", len(r.IDs), r.Reason, strings.Join(r.IDs, " "))
}

// rejections collects refused documents; its zero value is ready to use.
type rejections struct {
	ids    []string
	reason string
}

func (r *rejections) add(id, reason string) {
	if len(r.ids) == 0 {
		r.reason = reason
	}
	r.ids = append(r.ids, id)
}

// err returns nil if nothing was refused.
func (r *rejections) err() error {
	if len(r.ids) == 0 {
		return nil
	}
	slices.Sort(r.ids)
	return &Rejected{IDs: slices.Compact(r.ids), Reason: r.reason}
}

// badQuery makes an error that matches ErrBadQuery.
func badQuery(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrBadQuery, fmt.Sprintf(format, args...))
}

// unavailable makes an error that matches ErrUnavailable and its cause.
func unavailable(doing string, cause error) error {
	return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, cause)
}
