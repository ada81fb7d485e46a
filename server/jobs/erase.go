package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"longtable/search"
	"longtable/server/community"
)

// Whoever leaves is gone at once: their profile is, and with it every page. What follows has three steps, each of which
// may be repeated. The reaction to the intent empties the store. When everything that was under way then has ended, the
// store is emptied once more, for what it may still have written. Then the files are scrubbed, which is dear, for all who
// left meanwhile together; and the intent goes last.

const (
	// eraseGrace is how long after the emptying something may still be under way that knew somebody: a request has ten
	// seconds, a reaction thirty, and a busy machine is slow.
	eraseGrace = 2 * time.Minute

	// scrubEvery is how often the worker looks whether somebody is to be forgotten.
	scrubEvery = time.Minute

	// scrubPause is the least time between two scrubs, so that people who leave one after the other share one.
	scrubPause = 10 * time.Minute
)

// Door is what the jobs need of the way in.
type Door interface {
	// Forget takes away everything that lets the member in, or names their address.
	Forget(ctx context.Context, member community.MemberID) error
}

// Files are what the jobs need of the store's files.
type Files interface {
	// Buried tells whether everything that was deleted has left the store.
	Buried(ctx context.Context) (bool, error)
	// Scrub makes the files forget what was deleted.
	Scrub(ctx context.Context) error
}

// wordy are the indexes that hold what members write for themselves. What stands in the others is a hub's.
var wordy = []community.Index{community.IndexPeople, community.IndexBoard, community.IndexEnterprises}

// errUnburied says that a scrub would leave something behind, and is worth another try.
var errUnburied = errors.New("jobs: what was deleted has not left the store yet")

// empty takes somebody who leaves from the store, and notes when that was done.
func (j *Jobs) empty(ctx context.Context, e *community.Erasure) error {
	if e.Gone || e.EmptiedAt != 0 {
		return nil
	}
	j.Hub.EndPerson(string(e.ID))
	if err := j.Door.Forget(ctx, e.ID); err != nil {
		return fmt.Errorf("forget the account of %s: %w", e.ID, err)
	}
	if err := j.Network.Erase(ctx, e.ID, false); err != nil {
		return err
	}
	_, err := j.Network.Erasures.Change(ctx, e.ID, func(e *community.Erasure) error {
		if e.EmptiedAt != 0 {
			return community.ErrUnchanged
		}
		e.EmptiedAt = j.Network.Now()
		return nil
	})
	return ignoreNotFound(err)
}

// RunScrubs scrubs whenever somebody left, until ctx ends.
func (j *Jobs) RunScrubs(ctx context.Context) {
	pause := time.NewTimer(scrubEvery)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		next := scrubEvery
		scrubbed, err := j.Scrub(ctx, j.Network.Now().Plus(-eraseGrace))
		switch {
		case err != nil && ctx.Err() == nil:
			j.Log.WarnContext(ctx, "scrub after somebody left; it is tried again", "error", err)
		case scrubbed > 0:
			next = scrubPause
		}
		pause.Reset(next)
	}
}

// Scrub forgets for good who was emptied before then: in the store, in the index, in the files. It tells how many.
func (j *Jobs) Scrub(ctx context.Context, before community.Instant) (int, error) {
	leaving, err := j.Network.Erasures.All(ctx)
	if err != nil {
		return 0, err
	}
	var ripe []community.MemberID
	for _, e := range leaving {
		if e.EmptiedAt == 0 || e.EmptiedAt > before {
			continue
		}
		ripe = append(ripe, e.ID)
		if err := errors.Join(j.Door.Forget(ctx, e.ID), j.Network.Erase(ctx, e.ID, true)); err != nil {
			return 0, fmt.Errorf("erase %s: %w", e.ID, err)
		}
	}
	if len(ripe) == 0 {
		return 0, nil
	}
	if err := j.scrubFiles(ctx); err != nil {
		return 0, err
	}
	for _, id := range ripe {
		if err := j.Network.Erasures.Delete(ctx, id); ignoreNotFound(err) != nil {
			return 0, err
		}
	}
	return len(ripe), nil
}

// scrubFiles begins with what costs least. An index keeps deleted words in its files until it is built anew.
func (j *Jobs) scrubFiles(ctx context.Context) error {
	if err := j.awaitBurials(ctx); err != nil {
		return err
	}
	for _, index := range wordy {
		err := j.Search.Rebuild(ctx, Schemas()[index], j.all(ctx, index), nil)
		var rejected *search.Rejected
		if err != nil && !errors.As(err, &rejected) { // an engine that is down still holds the words
			return fmt.Errorf("rebuild index %s: %w", index, err)
		}
	}
	return j.Files.Scrub(ctx)
}

const (
	burialLooks = 50                     // how often is looked; what takes longer than ten seconds waits for the next scrub
	burialPause = 200 * time.Millisecond // between two looks: reactions take milliseconds
)

// awaitBurials waits until deleted documents have left the store, which is when everybody was told.
func (j *Jobs) awaitBurials(ctx context.Context) error {
	for range burialLooks {
		if buried, err := j.Files.Buried(ctx); err != nil || buried {
			return err
		}
		select {
		case <-time.After(burialPause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errUnburied
}
