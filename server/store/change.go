package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"longtable/server/community"
)

const (
	// changeTries bounds how often one change starts over because a writer of another process was faster; those of this
	// process take turns. With the pauses below it gives up after about two seconds.
	changeTries = 64

	// pauseMax is the longest wait before starting over.
	pauseMax = 32 * time.Millisecond

	// addTries bounds how often Add looks again when its id belonged to a deleted document: a second look finds either
	// no grave any more or a living document, a third is for two that add the same id at once.
	addTries = 3

	// insertBatch is how many documents AddMany hands to the engine at once, and so how long others wait behind it.
	insertBatch = 250
)

// Add stores a new document under its own id and sets its stamp. ErrDuplicate when the id or a unique key is taken; the
// id of a deleted document is free at once.
func (c *Collection[ID, T]) Add(ctx context.Context, v *T) error {
	for range addTries {
		*c.kept(v).Stamped() = community.Stamp{Rev: 1, Due: c.mark()}
		doc, err := c.encode(v)
		if err != nil {
			return err
		}
		err = c.db.engine.Insert(ctx, c.name, []Doc{doc})
		if errors.Is(err, ErrDuplicate) {
			err = c.addOverGrave(ctx, v)
		}
		if errors.Is(err, ErrStale) {
			continue
		}
		if err != nil {
			return fmt.Errorf("store: add %s %q: %w", c.name, doc.ID, err)
		}
		c.changed(doc.ID)
		return nil
	}
	return fmt.Errorf("store: add %s %q: %w", c.name, c.kept(v).Key(), ErrDuplicate)
}

// addOverGrave stores the new document in the place of a deleted one that waits until everybody was told. Its revision
// goes on from there, so that whoever is told of both knows which is newer. ErrStale asks for another try: either a
// unique key is taken and not the id, or the grave was removed a moment ago.
func (c *Collection[ID, T]) addOverGrave(ctx context.Context, v *T) error {
	old, err := c.read(ctx, c.kept(v).Key())
	switch {
	case err != nil:
		return err
	case old == nil:
		return ErrStale
	case !c.kept(old).Stamped().Gone:
		return ErrDuplicate
	}
	rev := c.kept(old).Stamped().Rev
	c.kept(v).Stamped().Rev = rev + 1
	return c.replace(ctx, rev, v)
}

// AddMany stores new documents in order, many at a time. At the first refusal it stops; those before stay.
func (c *Collection[ID, T]) AddMany(ctx context.Context, all []*T) error {
	return c.addMany(ctx, all, c.mark())
}

// AddTold is AddMany for documents of which nobody has to be told, because the index is rebuilt afterwards anyway.
func (c *Collection[ID, T]) AddTold(ctx context.Context, all []*T) error {
	return c.addMany(ctx, all, 0)
}

func (c *Collection[ID, T]) addMany(ctx context.Context, all []*T, due int64) error {
	for batch := range slices.Chunk(all, insertBatch) {
		docs := make([]Doc, len(batch))
		for i, v := range batch {
			*c.kept(v).Stamped() = community.Stamp{Rev: 1, Due: due}
			var err error
			if docs[i], err = c.encode(v); err != nil {
				return err
			}
		}
		if err := c.db.engine.Insert(ctx, c.name, docs); err != nil {
			return fmt.Errorf("store: add %d %s: %w", len(docs), c.name, err)
		}
		for _, doc := range docs {
			if due != 0 {
				c.changed(doc.ID)
			}
		}
	}
	return nil
}

// Change applies a rule to the newest state and stores the result, starting over when another writer was faster, so the
// rule may run several times and should only touch what it is given; it must not change another document. An error of
// the rule is returned as it is; community.ErrUnchanged stops without a write and returns the document as it is. Returns
// the document as stored.
func (c *Collection[ID, T]) Change(ctx context.Context, id ID, rule func(*T) error) (*T, error) {
	leave, err := c.db.turns.take(ctx, c.name, string(id))
	if err != nil {
		return nil, err
	}
	defer leave()
	for try := range changeTries {
		v, err := c.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		rev := c.kept(v).Stamped().Rev
		if err := rule(v); errors.Is(err, community.ErrUnchanged) {
			return v, nil
		} else if err != nil {
			return nil, err
		}
		if key := c.kept(v).Key(); key != string(id) {
			return nil, fmt.Errorf("store: change of %s %q would rename it to %q", c.name, string(id), key)
		}
		*c.kept(v).Stamped() = community.Stamp{Rev: rev + 1, Due: c.mark()}
		switch err := c.replace(ctx, rev, v); {
		case err == nil:
			c.changed(string(id))
			return v, nil
		case !errors.Is(err, ErrStale):
			return nil, fmt.Errorf("store: change %s %q: %w", c.name, string(id), err)
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
	return nil, community.Conflict("error.changed-meanwhile")
}

// Delete takes the document away: readers no longer see it, its unique keys and its id are free, and it is removed from
// disk once everybody was told. What doesn't exist is community.NotFound.
func (c *Collection[ID, T]) Delete(ctx context.Context, id ID) error {
	leave, err := c.db.turns.take(ctx, c.name, string(id))
	if err != nil {
		return err
	}
	defer leave()
	for try := range changeTries {
		v, err := c.Get(ctx, id)
		if err != nil {
			return err
		}
		switch err := c.bury(ctx, v); {
		case err == nil:
			c.changed(string(id))
			return nil
		case !errors.Is(err, ErrStale):
			return fmt.Errorf("store: delete %s %q: %w", c.name, string(id), err)
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return community.Conflict("error.changed-meanwhile")
}

func (c *Collection[ID, T]) bury(ctx context.Context, v *T) error {
	stamp := c.kept(v).Stamped()
	rev := stamp.Rev
	if c.silent {
		return c.db.engine.Remove(ctx, c.name, c.kept(v).Key(), rev)
	}
	*stamp = community.Stamp{Rev: rev + 1, Due: c.mark(), Gone: true}
	return c.replace(ctx, rev, v)
}

func (c *Collection[ID, T]) replace(ctx context.Context, rev int64, v *T) error {
	doc, err := c.encode(v)
	if err != nil {
		return err
	}
	return c.db.engine.Replace(ctx, c.name, rev, doc)
}

// mark is the due mark of a change made now.
func (c *Collection[ID, T]) mark() int64 {
	if c.silent {
		return 0
	}
	return time.Now().UnixMilli()
}

func (c *Collection[ID, T]) changed(id string) {
	if !c.silent {
		c.db.offer(c.name, id)
	}
}

// pause waits before starting over: longer each time, and by chance, so that the same two don't meet again.
func pause(ctx context.Context, try int) error {
	longest := min(pauseMax, time.Millisecond<<min(try, 10))
	select {
	case <-time.After(rand.N(longest)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
