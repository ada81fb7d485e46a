package store

import (
	"context"
	"errors"
	"time"

	"longtable/server/community"
)

const (
	// pauseFirst is the pause after a first failure; each further one in a row doubles it.
	pauseFirst = time.Second

	// ParkAfter is how many failures in a row park a reaction: by then it was tried for some five minutes.
	ParkAfter = 8

	// parkedPause is how often a parked reaction is tried again, in case its cause was cured.
	parkedPause = time.Hour

	// failuresMax bounds the failures remembered in memory; those beyond start from the first pause each time.
	failuresMax = 10_000

	// parkedMax bounds what Parked lists: more is one cause, not many.
	parkedMax = 100

	// recordTime bounds the writes that note a failure; they go on when the reaction used up its own time.
	recordTime = 10 * time.Second
)

// Parked is a reaction that failed so often that a person should look. It is still tried now and then. Its id says nothing:
// that of a document can say who blocked whom.
type Parked struct {
	community.Record[string] `bson:",inline"`
	Collection               string            `json:"collection"`
	Document                 string            `json:"document"` // its id
	Since                    community.Instant `json:"since"`
	Failures                 int               `json:"failures"` // in a row
	Reason                   string            `json:"reason"`   // of the last failure, without a word of the document: see reasonOf
}

const parkedCollection = "relay_parked"

var parkedIndexes = []Index{
	{Name: "since", Fields: []string{"since"}},
	{Name: "of", Fields: []string{"collection", "document"}, Unique: true},
}

// Parked lists the reactions that keep failing, longest first, at most parkedMax.
func (r *Relay) Parked(ctx context.Context) ([]*Parked, error) {
	all, err := r.parked.Find(ctx, Query{Index: "since", Limit: parkedMax})
	if err != nil {
		return nil, err
	}
	var still []*Parked
	for _, p := range all {
		marked := false
		if c := r.db.carrier(p.Collection); c != nil {
			if marked, err = c.marked(ctx, p.Document); err != nil {
				return nil, err
			}
		}
		if marked {
			still = append(still, p)
		} else if err := r.unpark(ctx, p.ID); err != nil { // another server succeeded meanwhile
			return nil, err
		}
	}
	return still, nil
}

// TryAgain moves the mark of a parked reaction to now and has it told beside the others, without waiting for the outcome:
// what succeeds is parked no longer. What isn't parked is community.NotFound.
func (r *Relay) TryAgain(ctx context.Context, id string) error {
	p, err := r.parked.Get(ctx, id)
	if err != nil {
		return err
	}
	c := r.db.carrier(p.Collection)
	if c == nil {
		return community.NotFound("parked %s is of %s, which is not open here", id, p.Collection)
	}
	if err := c.hasten(ctx, p.Document); err != nil {
		return err
	}
	r.offer(ref{p.Collection, p.Document})
	return nil
}

// failed puts the change off, so that it never stands in the way of others, and parks it in the end.
func (r *Relay) failed(at ref, rev int64, cause error) {
	ctx, cancel := context.WithTimeout(context.Background(), recordTime)
	defer cancel()
	n, err := r.countFailure(ctx, at)
	wait := parkedPause
	if n < ParkAfter {
		wait = pauseFirst << (n - 1)
	} else {
		err = errors.Join(err, r.park(ctx, at, n, cause))
	}
	until := time.Now().Add(wait)
	err = errors.Join(err, r.db.carrier(at.collection).putOff(ctx, at.id, rev, until.UnixMilli()))
	r.log.WarnContext(ctx, "reaction failed", "collection", at.collection, "id", at.id, "failures", n, "again", until, "reason", reasonOf(cause))
	if err != nil {
		r.log.ErrorContext(ctx, "note a failed reaction", "collection", at.collection, "id", at.id, "error", err)
	}
}

// countFailure tells how many failures in a row there were with this one, those before the last start included.
func (r *Relay) countFailure(ctx context.Context, at ref) (int, error) {
	r.mu.Lock()
	n := r.failures[at]
	r.mu.Unlock()
	var err error
	if n == 0 {
		var before *Parked
		if before, err = r.parkedOf(ctx, at); before != nil {
			n = before.Failures
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.failures[at]; known || len(r.failures) < failuresMax {
		r.failures[at] = n + 1
	}
	return n + 1, err
}

func (r *Relay) park(ctx context.Context, at ref, failures int, cause error) error {
	before, err := r.parkedOf(ctx, at)
	switch {
	case err != nil:
		return err
	case before == nil:
		return r.parked.Add(ctx, &Parked{
			Record: community.Record[string]{ID: community.NewID[string]()}, Collection: at.collection, Document: at.id,
			Since: community.At(time.Now()), Failures: failures, Reason: reasonOf(cause),
		})
	}
	_, err = r.parked.Change(ctx, before.ID, func(p *Parked) error {
		p.Failures, p.Reason = failures, reasonOf(cause)
		return nil
	})
	return err
}

// parkedOf is what is parked of a document; nil for nothing.
func (r *Relay) parkedOf(ctx context.Context, at ref) (*Parked, error) {
	found, err := r.parked.Find(ctx, Query{Index: "of", Eq: []any{at.collection, at.id}, Limit: 1})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// recovered forgets the failures before a success.
func (r *Relay) recovered(ctx context.Context, at ref) {
	r.mu.Lock()
	n := r.failures[at]
	delete(r.failures, at)
	r.mu.Unlock()
	if n < ParkAfter {
		return
	}
	before, err := r.parkedOf(ctx, at)
	if before != nil {
		err = r.unpark(ctx, before.ID)
	}
	if err != nil {
		r.log.WarnContext(ctx, "forget a parked reaction", "collection", at.collection, "id", at.id, "error", err)
	}
}

func (r *Relay) unpark(ctx context.Context, id string) error {
	return ignoreMissing(r.parked.Delete(ctx, id))
}
