package store

import (
	"context"
	"errors"
	"time"
)

// tell implements carrier.
func (c *Collection[ID, T]) tell(ctx context.Context, id string, react Reaction) (rev int64, told bool, err error) {
	v, err := c.read(ctx, id)
	if err != nil || v == nil {
		return 0, false, err
	}
	stamp := *c.kept(v).Stamped()
	if stamp.Due == 0 || stamp.Due > time.Now().UnixMilli() {
		return stamp.Rev, false, nil
	}
	c.kept(v).Stamped().Due = 0
	doc, err := c.encode(v) // before the reaction has it: what that does to it isn't stored
	if err != nil {
		return stamp.Rev, false, err
	}
	*c.kept(v).Stamped() = stamp
	if err := react(ctx, v); err != nil {
		return stamp.Rev, false, err
	}
	if stamp.Gone {
		err = c.db.engine.Remove(ctx, c.name, id, stamp.Rev)
	} else {
		err = c.db.engine.Replace(ctx, c.name, stamp.Rev, doc)
	}
	if errors.Is(err, ErrStale) {
		err = nil // a newer change, whose mark stays
	}
	return stamp.Rev, err == nil, err
}

// putOff implements carrier.
func (c *Collection[ID, T]) putOff(ctx context.Context, id string, rev, until int64) error {
	v, err := c.read(ctx, id)
	if err != nil || v == nil {
		return err
	}
	stamp := c.kept(v).Stamped()
	if stamp.Rev != rev || stamp.Due == 0 {
		return nil
	}
	return c.moveMark(ctx, v, until)
}

// hasten implements carrier.
func (c *Collection[ID, T]) hasten(ctx context.Context, id string) error {
	v, err := c.read(ctx, id)
	if err != nil || v == nil {
		return err
	}
	now := time.Now().UnixMilli()
	if c.kept(v).Stamped().Due <= now { // due already, or without a mark
		return nil
	}
	return c.moveMark(ctx, v, now)
}

// moveMark stores the document as it was read with its mark at another time, in Unix milliseconds; a newer revision keeps
// its own.
func (c *Collection[ID, T]) moveMark(ctx context.Context, v *T, to int64) error {
	stamp := c.kept(v).Stamped()
	stamp.Due = to
	if err := c.replace(ctx, stamp.Rev, v); !errors.Is(err, ErrStale) {
		return err
	}
	return nil
}

// due implements carrier.
func (c *Collection[ID, T]) due(ctx context.Context, before int64, after *At, limit int) ([]At, error) {
	all, err := c.page(ctx, dueIndex, Query{To: before, After: after, Limit: limit})
	if err != nil {
		return nil, err
	}
	marks := make([]At, len(all))
	for i, v := range all {
		marks[i] = At{Key: c.kept(v).Stamped().Due, ID: c.kept(v).Key()}
	}
	return marks, nil
}

// marked implements carrier.
func (c *Collection[ID, T]) marked(ctx context.Context, id string) (bool, error) {
	v, err := c.read(ctx, id)
	return v != nil && c.kept(v).Stamped().Due != 0, err
}
