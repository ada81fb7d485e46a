package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"longtable/server/community"
)

const (
	// RelayWorkers is how many reactions run at once; they mostly wait for the index and the mail.
	RelayWorkers = 8

	// RelayQueue bounds the changes waiting in memory. What doesn't fit keeps its mark, and the sweeper finds it.
	RelayQueue = 4096

	// ReactionTime is how long one reaction may take before it counts as failed and its worker goes on.
	ReactionTime = 30 * time.Second
)

// ErrPutOff is Settle's answer when the only marks left belong to reactions that failed and wait for their next try.
var ErrPutOff = errors.New("store: reactions failed and are put off")

// Reaction is told of a changed document: a *T of its collection, its to keep. A deleted one has Gone set. It is told at
// least once of the newest state, never of one document twice at the same time, and must be harmless when repeated. An
// error, or a panic, makes it be asked again later.
type Reaction func(ctx context.Context, changed any) error

// Relay sees to it that every change gets its reaction. A fresh change is queued in memory and told within milliseconds;
// the mark in the document is the truth, and a sweeper repeats what a full queue, a crash or a failure left behind.
// Of several servers one at a time sweeps. Safe for concurrent use.
type Relay struct {
	db     *DB
	log    *slog.Logger
	react  Reaction
	holder string // names this process in the lease
	leases *Collection[string, lease]
	parked *Collection[string, Parked]
	queue  chan ref

	mu       sync.Mutex
	pending  map[ref]bool  // queued or at work; true when it changed again meanwhile
	idle     chan struct{} // closed while pending is empty
	failures map[ref]int   // in a row, of those that failed last time; at most failuresMax
}

// ref names a document of any collection.
type ref struct{ collection, id string }

// carrier is what the relay needs of a collection, whatever it keeps.
type carrier interface {
	// tell lets react see the document if its mark is due, and clears the mark. told is false when there was nothing to do.
	tell(ctx context.Context, id string, react Reaction) (rev int64, told bool, err error)

	// putOff moves the mark of this revision, in Unix milliseconds; a newer revision keeps its own.
	putOff(ctx context.Context, id string, rev, until int64) error

	// hasten moves the mark, if there is one, to now; a change made meanwhile has its own.
	hasten(ctx context.Context, id string) error

	// due lists marks before a time in Unix milliseconds, behind a place, oldest first.
	due(ctx context.Context, before int64, after *At, limit int) ([]At, error)

	// graves tells whether deleted documents wait until everybody was told.
	graves(ctx context.Context) (bool, error)

	// marked tells whether somebody must still be told of the document.
	marked(ctx context.Context, id string) (bool, error)
}

// NewRelay lets react be told of changes in every collection of db that isn't silent, once Run runs. One for each DB.
func NewRelay(ctx context.Context, db *DB, log *slog.Logger, react Reaction) (*Relay, error) {
	host, err := os.Hostname()
	if err != nil {
		host = "unnamed"
	}
	r := &Relay{
		db: db, log: log, react: react, holder: fmt.Sprintf("%s %d %s", host, os.Getpid(), community.NewID[string]()),
		queue: make(chan ref, RelayQueue), pending: map[ref]bool{}, idle: make(chan struct{}), failures: map[ref]int{},
	}
	close(r.idle)
	if r.leases, err = OpenSilent[string, lease](ctx, db, "relay_leases"); err != nil {
		return nil, err
	}
	r.parked, err = OpenSilent[string, Parked](ctx, db, parkedCollection, parkedIndexes...)
	if err != nil {
		return nil, err
	}
	if !db.relay.CompareAndSwap(nil, r) {
		return nil, errors.New("store: there is a relay already")
	}
	return r, nil
}

// Run tells and sweeps until ctx ends, then finishes the reactions under way; what is still queued keeps its mark.
func (r *Relay) Run(ctx context.Context) {
	var all sync.WaitGroup
	for range RelayWorkers {
		all.Go(func() { r.work(ctx) })
	}
	all.Go(func() { r.sweeper(ctx) })
	all.Wait()
}

// offer queues a change that was just made. It never waits: the mark outlives a full queue.
func (r *Relay) offer(at ref) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.pending[at]; there {
		r.pending[at] = true
		return
	}
	select {
	case r.queue <- at:
		r.enter(at)
	default:
	}
}

// enter notes a queued change; the caller holds mu.
func (r *Relay) enter(at ref) {
	if len(r.pending) == 0 {
		r.idle = make(chan struct{})
	}
	r.pending[at] = false
}

// leave notes that a change was told or put off, and queues it again if it changed meanwhile.
func (r *Relay) leave(at ref) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.pending[at] {
		select {
		case r.queue <- at:
			r.pending[at] = false
			return
		default: // the sweeper will find it
		}
	}
	delete(r.pending, at)
	if len(r.pending) == 0 {
		close(r.idle)
	}
}

func (r *Relay) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case at := <-r.queue:
			r.deliver(ctx, at)
			r.leave(at)
		}
	}
}

// deliver finishes what it began even when the server is stopping; ReactionTime bounds it.
func (r *Relay) deliver(ctx context.Context, at ref) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ReactionTime)
	defer cancel()
	rev, told, err := r.db.carrier(at.collection).tell(ctx, at.id, r.guarded)
	if err != nil {
		r.failed(at, rev, err)
	} else if told {
		r.recovered(ctx, at)
	}
}

// guarded turns a panic into an error, so that one document no reaction can digest doesn't end the server.
func (r *Relay) guarded(ctx context.Context, changed any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &panicError{p}
		}
	}()
	return r.react(ctx, changed)
}

// Settle waits until every change was told, those included that only the marks know of. ErrPutOff says that some
// reactions failed and nothing else is left. For tests and before shutdown; Run must be running.
func (r *Relay) Settle(ctx context.Context) error {
	for {
		r.mu.Lock()
		idle := r.idle
		r.mu.Unlock()
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
		found, err := r.sweep(ctx, time.Now().UnixMilli()+1)
		if err != nil {
			return err
		}
		if found > 0 {
			continue
		}
		if again, err := r.unsettled(ctx); !again {
			return err
		}
		if err := pause(ctx, 0); err != nil {
			return err
		}
	}
}

// unsettled looks for marks that a sweep left. Those due soon are either changes made just now or failures about to be
// tried again, and worth waiting for; the others are an error.
func (r *Relay) unsettled(ctx context.Context) (again bool, late error) {
	soon := time.Now().Add(pauseFirst / 2).UnixMilli()
	for name, c := range r.db.carriers() {
		left, err := c.due(ctx, foreverMilli, nil, 1)
		switch {
		case err != nil:
			return false, err
		case len(left) == 0:
		case left[0].Key.(int64) <= soon: // what due gives
			return true, nil
		default:
			late = fmt.Errorf("%w: %s %q and perhaps others", ErrPutOff, name, left[0].ID)
		}
	}
	return false, late
}
