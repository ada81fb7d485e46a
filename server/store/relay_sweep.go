package store

import (
	"context"
	"errors"
	"math"
	"time"

	"longtable/server/community"
)

const (
	// sweepEvery is how often the sweeper looks for marks left behind: a read of a nearly empty index.
	sweepEvery = 2 * time.Second

	// sweepGrace is how old a mark must be before it counts as left behind, many times what the queue needs.
	sweepGrace = 5 * time.Second

	// sweepPage is how many marks are read at once.
	sweepPage = 100

	// leaseTime is how long a server that stopped answering keeps others from sweeping. A late sweep costs nothing but time.
	leaseTime = 20 * time.Second

	foreverMilli = math.MaxInt64
)

// lease lets one server at a time do a thing that all could do.
type lease struct {
	community.Record[string] `bson:",inline"`
	Holder                   string `json:"holder"`
	Until                    int64  `json:"until"` // Unix milliseconds
}

const sweeping = "sweep"

var errHeld = errors.New("store: another server holds the lease")

func (r *Relay) sweeper(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			r.release(ctx)
			return
		case <-tick.C:
		}
		leads, err := r.leads(ctx)
		if leads {
			_, err = r.sweep(ctx, time.Now().Add(-sweepGrace).UnixMilli())
		}
		if err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "sweep for untold changes", "error", err)
		}
	}
}

// sweep queues what is marked before a time, waiting for room, and tells how many it found that weren't queued.
func (r *Relay) sweep(ctx context.Context, before int64) (found int, err error) {
	for name, c := range r.db.carriers() {
		var after *At
		for {
			marks, err := c.due(ctx, before, after, sweepPage)
			if err != nil {
				return found, err
			}
			for _, m := range marks {
				queued, err := r.enqueue(ctx, ref{name, m.ID})
				if err != nil {
					return found, err
				}
				if queued {
					found++
				}
			}
			if len(marks) < sweepPage {
				break
			}
			after = &marks[len(marks)-1]
		}
	}
	return found, nil
}

// enqueue is offer that waits for room, and leaves alone what is queued or at work already.
func (r *Relay) enqueue(ctx context.Context, at ref) (bool, error) {
	r.mu.Lock()
	if _, there := r.pending[at]; there {
		r.mu.Unlock()
		return false, nil
	}
	r.enter(at)
	r.mu.Unlock()
	select {
	case r.queue <- at:
		return true, nil
	case <-ctx.Done():
		r.leave(at)
		return false, ctx.Err()
	}
}

// leads tells whether this server may sweep, and takes or renews the lease when needed.
func (r *Relay) leads(ctx context.Context) (bool, error) {
	now := time.Now()
	held, err := r.leases.Get(ctx, sweeping)
	if community.KindOf(err) == community.KindNotFound && err != nil {
		first := &lease{Record: community.Record[string]{ID: sweeping}, Holder: r.holder, Until: now.Add(leaseTime).UnixMilli()}
		if err = r.leases.Add(ctx, first); errors.Is(err, ErrDuplicate) {
			return false, nil
		}
		return err == nil, err
	}
	if err != nil {
		return false, err
	}
	if held.Holder == r.holder && held.Until > now.Add(leaseTime/2).UnixMilli() {
		return true, nil
	}
	_, err = r.leases.Change(ctx, sweeping, func(l *lease) error {
		if l.Holder != r.holder && l.Until > now.UnixMilli() {
			return errHeld
		}
		l.Holder, l.Until = r.holder, now.Add(leaseTime).UnixMilli()
		return nil
	})
	if errors.Is(err, errHeld) {
		return false, nil
	}
	return err == nil, err
}

// release lets another server sweep at once. If it can't, the lease runs out.
func (r *Relay) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepGrace)
	defer cancel()
	_, err := r.leases.Change(ctx, sweeping, func(l *lease) error {
		if l.Holder != r.holder {
			return community.ErrUnchanged
		}
		l.Until = 0
		return nil
	})
	if err != nil && community.KindOf(err) != community.KindNotFound {
		r.log.WarnContext(ctx, "release the lease to sweep", "error", err)
	}
}
