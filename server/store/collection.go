package store

import (
	"context"
	"fmt"
	"iter"

	"longtable/server/community"
)

// eachPage is how many documents Each reads at a time: large enough to be quick, small enough to hold in memory.
const eachPage = 200

var dueIndex = Index{Name: "due", Fields: []string{"due"}}

// Collection keeps documents of one kind under ids of one type. What it returns belongs to the caller. Safe for
// concurrent use.
type Collection[ID ~string, T any] struct {
	db      *DB
	name    string
	indexes map[string]Index
	kept    func(*T) community.Kept
	silent  bool // nobody is told of changes
}

// Open prepares a collection and declares all its indexes; those declared before and no longer are dropped. A *T must
// be Kept, which the compiler checks; a name is opened once.
//
//	members, err := store.Open[community.MemberID, community.Member](ctx, db, "members",
//		store.Index{Name: "email", Fields: []string{"emailKey"}, Unique: true})
func Open[ID ~string, T any, P interface {
	*T
	community.Kept
}](ctx context.Context, db *DB, name string, indexes ...Index) (*Collection[ID, T], error) {
	c := &Collection[ID, T]{db: db, name: name, kept: func(v *T) community.Kept { return P(v) }}
	return c, c.open(ctx, c, append(indexes, dueIndex))
}

// OpenSilent opens a collection of whose changes nobody is told, such as sessions: nothing is marked, and Delete
// removes at once.
func OpenSilent[ID ~string, T any, P interface {
	*T
	community.Kept
}](ctx context.Context, db *DB, name string, indexes ...Index) (*Collection[ID, T], error) {
	c := &Collection[ID, T]{db: db, name: name, kept: func(v *T) community.Kept { return P(v) }, silent: true}
	return c, c.open(ctx, nil, indexes)
}

func (c *Collection[ID, T]) open(ctx context.Context, carry carrier, indexes []Index) error {
	c.indexes = map[string]Index{}
	for _, ix := range indexes {
		if err := ix.check(); err != nil {
			return err
		}
		if _, twice := c.indexes[ix.Name]; twice {
			return fmt.Errorf("store: collection %s declares index %s twice", c.name, ix.Name)
		}
		c.indexes[ix.Name] = ix
	}
	return c.db.claim(ctx, c.name, indexes, carry, c.readAll)
}

// Get reads one document; what doesn't exist, or was deleted, is community.NotFound.
func (c *Collection[ID, T]) Get(ctx context.Context, id ID) (*T, error) {
	v, err := c.read(ctx, string(id))
	if err != nil {
		return nil, err
	}
	if v == nil || c.kept(v).Stamped().Gone {
		return nil, community.NotFound("no %s %q", c.name, string(id))
	}
	return v, nil
}

// read is Get that also sees a deleted document, and gives nil for one that never was or is no more.
func (c *Collection[ID, T]) read(ctx context.Context, id string) (*T, error) {
	var v *T
	err := c.db.engine.Get(ctx, c.name, []string{id}, func(body []byte) (err error) {
		v, err = c.decode(body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: read %s %q: %w", c.name, id, err)
	}
	return v, nil
}

// Many reads documents in the order of ids, with nil for those that don't exist.
func (c *Collection[ID, T]) Many(ctx context.Context, ids []ID) ([]*T, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = string(id)
	}
	found := make(map[string]*T, len(ids))
	err := c.db.engine.Get(ctx, c.name, keys, func(body []byte) error {
		v, err := c.decode(body)
		if err == nil && !c.kept(v).Stamped().Gone {
			found[c.kept(v).Key()] = v
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: read %d %s: %w", len(ids), c.name, err)
	}
	all := make([]*T, len(ids))
	for i, key := range keys {
		all[i] = found[key]
	}
	return all, nil
}

// Find reads a page. It is empty, not an error, when nothing is there; fewer than Limit are the last ones.
func (c *Collection[ID, T]) Find(ctx context.Context, q Query) ([]*T, error) {
	ix, q, err := c.plan(q)
	if err != nil {
		return nil, err
	}
	if q.Limit < 1 || q.Limit > LimitMax {
		return nil, fmt.Errorf("store: a limit is 1 to %d, not %d", LimitMax, q.Limit)
	}
	all, err := c.page(ctx, ix, q)
	if err != nil {
		return nil, err
	}
	return c.present(all), nil
}

// Count tells how many documents the query reads. Its Limit is where counting stops; 0 counts them all.
func (c *Collection[ID, T]) Count(ctx context.Context, q Query) (int64, error) {
	ix, q, err := c.plan(q)
	if err != nil {
		return 0, err
	}
	n, err := c.db.engine.Count(ctx, c.name, ix, q)
	if err != nil {
		return 0, fmt.Errorf("store: count %s by %s: %w", c.name, q.Index, err)
	}
	return n, nil
}

// Each goes through the whole collection in the order of ids, page by page, seeing changes made meanwhile or not. It
// ends after the first error.
func (c *Collection[ID, T]) Each(ctx context.Context) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		q := Query{Limit: eachPage}
		for {
			all, err := c.page(ctx, Index{}, q)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(all) > 0 {
				q.After = &At{ID: c.kept(all[len(all)-1]).Key()}
			}
			for _, v := range c.present(all) {
				if !yield(v, nil) {
					return
				}
			}
			if len(all) < q.Limit {
				return
			}
		}
	}
}

func (c *Collection[ID, T]) readAll(ctx context.Context) (n int64, err error) {
	for _, err := range c.Each(ctx) {
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (c *Collection[ID, T]) plan(q Query) (Index, Query, error) {
	ix, declared := c.indexes[q.Index]
	if !declared {
		return ix, q, fmt.Errorf("store: collection %s has no index %q", c.name, q.Index)
	}
	if q.Limit < 0 {
		return ix, q, fmt.Errorf("store: a limit can't be %d", q.Limit)
	}
	q, err := q.fit(ix)
	return ix, q, err
}

// page reads what an index holds, deleted documents included: only due and the order of ids have any.
func (c *Collection[ID, T]) page(ctx context.Context, ix Index, q Query) ([]*T, error) {
	var all []*T
	err := c.db.engine.Find(ctx, c.name, ix, q, func(body []byte) error {
		v, err := c.decode(body)
		all = append(all, v)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: find %s by %q: %w", c.name, ix.Name, err)
	}
	return all, nil
}

func (c *Collection[ID, T]) present(all []*T) []*T {
	out := all[:0]
	for _, v := range all {
		if !c.kept(v).Stamped().Gone {
			out = append(out, v)
		}
	}
	return out
}
