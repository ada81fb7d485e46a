package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"
)

// maxBehind is how many documents of an index are remembered as missing from the primary; with more, all
// are suspect.
const maxBehind = 10_000

// Behind reports that the embedded engine has a batch and the primary one has not; Lacking says so too.
// It matches ErrUnavailable.
type Behind struct {
	Index string
	Err   error // of the primary
}

func (b *Behind) Error() string {
	return fmt.Sprintf("search: primary is behind on %s: %v", b.Index, b.Err)
}

// Unwrap returns the primary's error and ErrUnavailable.
func (b *Behind) Unwrap() []error { return []error{ErrUnavailable, b.Err} }

// Fallback keeps two engines fed and lets the embedded one answer whenever the primary one cannot.
//
// What the primary lacks is remembered in memory, and Lacking names it for whoever brings it over. As long as it lacks
// anything of an index, searches of that index go to the embedded engine, so a change that somebody made is not undone by an
// engine that slept. After a start nothing is known of the primary: it is not asked until the caller has compared it
// with the store and said so with Compared, or has filled it.
type Fallback struct {
	primary, embedded Engine
	breaker           breaker
	// patience bounds what one Apply waits for the primary; tests end it themselves.
	patience func(context.Context) (context.Context, context.CancelFunc)

	mu     sync.Mutex
	behind map[string]*backlog // by index; protected by mu
}

var _ Engine = (*Fallback)(nil)

// applyPatience is what whoever tells the index of a change waits for the primary: they have letters to send, too.
// What takes longer is brought over later.
const applyPatience = 5 * time.Second

// backlog is what the primary lacks of one index.
type backlog struct {
	ids  map[string]bool // documents whose last Apply failed
	all  bool            // nothing is known of it: until Compared or CatchUp
	over bool            // more than maxBehind ids
}

// NewFallback joins two engines. It owns both and closes them.
func NewFallback(primary, embedded Engine) *Fallback {
	return &Fallback{primary: primary, embedded: embedded, breaker: breaker{now: time.Now}, behind: map[string]*backlog{},
		patience: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, applyPatience)
		}}
}

// Ensure implements Engine. An unreachable primary is no error. Fresh is true if either engine is to be rebuilt,
// so that one
// Rebuild serves both; see CatchUp for a primary that comes back later.
func (f *Fallback) Ensure(ctx context.Context, s Schema) (bool, error) {
	fresh, err := f.embedded.Ensure(ctx, s)
	if err != nil {
		return false, err
	}
	freshThere, err := f.primary.Ensure(ctx, s)
	if errors.Is(err, ErrBadQuery) {
		return false, err
	}
	f.Suspect(s.Name)
	return fresh || freshThere, nil
}

// Suspect sends all searches of an index to the embedded engine until Compared or CatchUp. Whoever compares says so before:
// what Apply cannot bring over from then on stays lacking.
func (f *Fallback) Suspect(index string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behind[index] = &backlog{ids: map[string]bool{}, all: true}
}

// Apply implements Engine. Nil means that both engines have the batch; *Behind that the embedded one has it.
func (f *Fallback) Apply(ctx context.Context, index string, b Batch) error {
	refused := f.embedded.Apply(ctx, index, b)
	if !isDone(refused) {
		return refused
	}
	err := errNotAsked
	if f.breaker.allows() {
		limited, cancel := f.patience(ctx)
		err = f.primary.Apply(limited, index, b)
		cancel()
		if ctx.Err() == nil { // a caller that went away says nothing about the primary
			f.breaker.saw(err)
		}
	}
	if !isDone(err) {
		f.note(index, b)
		return errors.Join(&Behind{Index: index, Err: err}, refused)
	}
	f.settle(index, b)
	return cmp.Or(refused, err)
}

// isDone tells whether a call took effect, with or without refused documents.
func isDone(err error) bool {
	var rejected *Rejected
	return err == nil || errors.As(err, &rejected)
}

// errNotAsked is the error of a primary that failed so often that it is left alone.
var errNotAsked = unavailable("primary", errors.New("not asked after repeated failures"))

// note remembers what did not reach the primary.
func (f *Fallback) note(index string, b Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.behind[index]
	if log == nil {
		log = &backlog{ids: map[string]bool{}}
		f.behind[index] = log
	}
	for id := range b.ids() {
		log.ids[id] = true
	}
	if len(log.ids) > maxBehind {
		log.over, log.ids = true, map[string]bool{}
	}
}

// settle forgets what has reached the primary.
func (f *Fallback) settle(index string, b Batch) {
	f.mu.Lock()
	defer f.mu.Unlock()
	log := f.behind[index]
	if log == nil {
		return
	}
	for id := range b.ids() {
		delete(log.ids, id)
	}
	f.forgetIfEmpty(index)
}

// forgetIfEmpty lets the primary answer again once it lacks nothing; the caller holds mu.
func (f *Fallback) forgetIfEmpty(index string) {
	if log := f.behind[index]; !log.all && !log.over && len(log.ids) == 0 {
		delete(f.behind, index)
	}
}

// Lagging returns the indexes for which the primary is not asked, with the number of
// documents it lacks, or -1 if nothing is known of it and it has to be compared or filled.
func (f *Fallback) Lagging() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[string]int{}
	for index, log := range f.behind {
		out[index] = len(log.ids)
		if log.all || log.over {
			out[index] = -1
		}
	}
	return out
}

// Lacking are the documents of an index that the primary is known to lack, in order.
func (f *Fallback) Lacking(index string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if log := f.behind[index]; log != nil {
		return sortedKeys(log.ids)
	}
	return nil
}

// Compared lets the primary answer for an index again, but for what it is still known to lack.
func (f *Fallback) Compared(index string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if log := f.behind[index]; log != nil {
		log.all = false
		f.forgetIfEmpty(index)
	}
}

// isBehind tells whether the primary lacks anything that one of the queries may ask for.
func (f *Fallback) isBehind(qs []Query) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, q := range qs {
		if f.behind[q.Index] != nil {
			return true
		}
	}
	return false
}

// Search implements Engine.
func (f *Fallback) Search(ctx context.Context, q Query) (Results, error) {
	all, err := f.SearchAll(ctx, []Query{q})
	if err != nil {
		return Results{}, err
	}
	return all[0], nil
}

// SearchAll implements Engine. An answer of the embedded engine is marked as Degraded.
func (f *Fallback) SearchAll(ctx context.Context, qs []Query) ([]Results, error) {
	if !f.isBehind(qs) && f.breaker.allows() {
		out, err := f.primary.SearchAll(ctx, qs)
		if ctx.Err() == nil { // a caller that went away says nothing about the primary
			f.breaker.saw(err)
		}
		if !errors.Is(err, ErrUnavailable) {
			return out, err
		}
	}
	out, err := f.embedded.SearchAll(ctx, qs)
	for i := range out {
		out[i].Degraded = true
	}
	return out, err
}

// Rebuild implements Engine: the embedded index first and then the primary's, each reading the
// source once. It returns *Behind if only the primary's failed; progress starts again for it.
func (f *Fallback) Rebuild(ctx context.Context, s Schema, source iter.Seq2[Document, error], progress func(done int)) error {
	refused := f.embedded.Rebuild(ctx, s, source, progress)
	if !isDone(refused) {
		return refused
	}
	err := f.CatchUp(ctx, s, source, progress)
	if !isDone(err) {
		return errors.Join(err, refused)
	}
	return cmp.Or(refused, err)
}

// CatchUp rebuilds the primary's index alone. Call it when Health is nil and Lagging names an
// index with -1. It returns *Behind if the primary failed.
func (f *Fallback) CatchUp(ctx context.Context, s Schema, source iter.Seq2[Document, error], progress func(done int)) error {
	f.Suspect(s.Name) // and note from here on what Apply cannot bring over: the source may have passed it
	err := f.primary.Rebuild(ctx, s, source, progress)
	if !isDone(err) {
		return &Behind{Index: s.Name, Err: err}
	}
	f.Compared(s.Name)
	return err
}

// Count implements Engine: the embedded engine has everything.
func (f *Fallback) Count(ctx context.Context, index string) (int, error) {
	return f.embedded.Count(ctx, index)
}

// Health implements Engine. It is the primary's: with nil, searches are not degraded or soon will not be.
func (f *Fallback) Health(ctx context.Context) error {
	return errors.Join(f.embedded.Health(ctx), f.primary.Health(ctx))
}

// Close implements Engine.
func (f *Fallback) Close() error {
	return errors.Join(f.primary.Close(), f.embedded.Close())
}

// ids yields the ids that a batch touches.
func (b Batch) ids() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, d := range b.Upserts {
			if !yield(d.ID) {
				return
			}
		}
		for _, id := range b.Deletes {
			if !yield(id) {
				return
			}
		}
	}
}
