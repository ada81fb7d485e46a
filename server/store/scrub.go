package store

import (
	"context"

	"longtable/server/community"
)

// Buried tells whether everything that was deleted has left the store: a deleted document is kept, with all that it
// said, until everybody was told.
func (db *DB) Buried(ctx context.Context) (bool, error) {
	for _, c := range db.carriers() {
		if waiting, err := c.graves(ctx); err != nil || waiting {
			return false, err
		}
	}
	return true, nil
}

// graves implements carrier.
func (c *Collection[ID, T]) graves(ctx context.Context) (bool, error) {
	q := Query{Limit: sweepPage}
	for {
		marked, err := c.page(ctx, dueIndex, q)
		if err != nil {
			return false, err
		}
		for _, v := range marked {
			if c.kept(v).Stamped().Gone {
				return true, nil
			}
		}
		if len(marked) < q.Limit {
			return false, nil
		}
		last := c.kept(marked[len(marked)-1])
		q.After = &At{Key: last.Stamped().Due, ID: last.Key()}
	}
}

// Scrub makes the files of the engine forget what was deleted from them. A cluster's files are its own affair: there it
// does nothing, and what was deleted is overwritten when the space is used again.
func (db *DB) Scrub(ctx context.Context) error {
	if files, ours := db.engine.(interface{ Scrub(context.Context) error }); ours {
		return files.Scrub(ctx)
	}
	return nil
}

// ForgetReasons takes away what parked reactions said of their failure, which may name people: an address that a mail
// server refused. They are noted anew by the next failure. What is parked no longer is forgotten as a whole.
func (r *Relay) ForgetReasons(ctx context.Context) error {
	if _, err := r.Parked(ctx); err != nil {
		return err
	}
	for p, err := range r.parked.Each(ctx) {
		if err != nil {
			return err
		}
		if p.Reason == "" {
			continue
		}
		if _, err := r.parked.Change(ctx, p.ID, func(p *Parked) error { p.Reason = ""; return nil }); ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}

func ignoreMissing(err error) error {
	if community.KindOf(err) == community.KindNotFound {
		return nil
	}
	return err
}
