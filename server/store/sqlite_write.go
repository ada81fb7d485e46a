package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

const (
	// queueMax bounds the writes that wait; behind it callers wait themselves, for as long as their context lasts.
	queueMax = 1024

	// groupMax bounds the writes of one transaction, and so how long the first of them waits for the last.
	groupMax = 256
)

// A write is queued until the writer takes it or the caller gives up; only one of them can.
type write struct {
	do    func(*batch) error
	taken atomic.Bool
	err   error         // set before done is closed
	done  chan struct{} // closed when the transaction has ended
}

// write has do run inside the next transaction and waits until that is on disk. A caller whose context ends earlier gets
// its error only if do will never run; once taken, the write is waited for and its outcome reported as it is.
func (e *SQLite) write(ctx context.Context, do func(*batch) error) error {
	w := &write{do: do, done: make(chan struct{})}
	select {
	case e.queue <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.closing:
		return ErrClosed
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		if w.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-e.stopped:
		if w.taken.CompareAndSwap(false, true) {
			return ErrClosed
		}
	}
	<-w.done
	return w.err
}

// writer owns the connection that writes, until closing and the queue is empty.
func (e *SQLite) writer(conn *sql.Conn) {
	defer close(e.stopped)
	b := &batch{conn: conn, prepared: map[string]*sql.Stmt{}}
	defer b.close()
	for {
		select {
		case first := <-e.queue:
			b.commit(e.group(first))
		case chore := <-e.chores:
			chore.err = chore.do(b)
			close(chore.done)
		case <-e.closing:
			select {
			case first := <-e.queue:
				b.commit(e.group(first))
			default:
				return
			}
		}
	}
}

// group gathers what is queued already, without waiting for more: while one group is being flushed the next one grows.
func (e *SQLite) group(first *write) []*write {
	var all []*write
	for w := first; ; {
		if w.taken.CompareAndSwap(false, true) {
			all = append(all, w)
		}
		if len(all) == groupMax {
			return all
		}
		select {
		case w = <-e.queue:
		default:
			return all
		}
	}
}

// batch is the writer's connection with a transaction on it. Only the writer uses it.
type batch struct {
	conn     *sql.Conn
	prepared map[string]*sql.Stmt // a handful for each collection
}

func (b *batch) commit(group []*write) {
	if len(group) == 0 {
		return
	}
	err := b.transact(group)
	for _, w := range group {
		if err != nil {
			w.err = clearly(err)
		}
		close(w.done)
	}
}

// transact runs the group in one transaction. A write that is refused leaves the others alone; an error here means that
// none of them happened, or ErrUnknown.
func (b *batch) transact(group []*write) error {
	if _, err := b.conn.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	for _, w := range group {
		if w.err = w.do(b); w.err != nil && !harmless(w.err) {
			return errors.Join(fmt.Errorf("store: write: %w", w.err), b.rollback())
		}
	}
	if _, err := b.conn.ExecContext(context.Background(), "COMMIT"); err != nil {
		return errors.Join(ErrUnknown, fmt.Errorf("store: commit: %w", err), b.rollback())
	}
	return nil
}

// rollback ends the transaction; SQLite may have done so by itself after a grave error, and then has nothing to end.
func (b *batch) rollback() error {
	_, err := b.conn.ExecContext(context.Background(), "ROLLBACK")
	var refused *sqlite.Error
	if errors.As(err, &refused) && refused.Code()&0xff == codes.SQLITE_ERROR {
		return nil
	}
	return err
}

// exec runs one prepared statement and tells how many rows it changed.
func (b *batch) exec(query string, args ...any) (int64, error) {
	s := b.prepared[query]
	if s == nil {
		var err error
		if s, err = b.conn.PrepareContext(context.Background(), query); err != nil {
			return 0, err
		}
		b.prepared[query] = s
	}
	r, err := s.Exec(args...)
	if err != nil {
		return 0, refusal(err)
	}
	return r.RowsAffected()
}

func (b *batch) close() {
	for _, s := range b.prepared {
		_ = s.Close() // the connection goes with it, and reports what matters
	}
	_ = b.conn.Close() // back to its pool, which Close closes
}

// harmless errors undo their own statement and leave the transaction open; SQLite may end it after any other.
func harmless(err error) bool {
	if errors.Is(err, ErrDuplicate) || errors.Is(err, ErrStale) {
		return true
	}
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Code() & 0xff {
	case codes.SQLITE_ERROR, codes.SQLITE_CONSTRAINT, codes.SQLITE_TOOBIG, codes.SQLITE_MISMATCH:
		return true
	}
	return false
}

// refusal translates what SQLite says about a statement.
func refusal(err error) error {
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Code() {
	case codes.SQLITE_CONSTRAINT_UNIQUE, codes.SQLITE_CONSTRAINT_PRIMARYKEY:
		return ErrDuplicate
	}
	return err
}

// Insert implements Engine.
func (e *SQLite) Insert(ctx context.Context, collection string, docs []Doc) error {
	query := `INSERT INTO "` + collection + `"(id, rev, body) VALUES(?, ?, ?)`
	return e.write(ctx, func(b *batch) error {
		for _, d := range docs {
			if _, err := b.exec(query, d.ID, d.Rev, string(d.Body)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Replace implements Engine.
func (e *SQLite) Replace(ctx context.Context, collection string, rev int64, d Doc) error {
	query := `UPDATE "` + collection + `" SET rev = ?, body = ? WHERE id = ? AND rev = ?`
	return e.write(ctx, func(b *batch) error { return b.one(query, d.Rev, string(d.Body), d.ID, rev) })
}

// Remove implements Engine.
func (e *SQLite) Remove(ctx context.Context, collection, id string, rev int64) error {
	query := `DELETE FROM "` + collection + `" WHERE id = ? AND rev = ?`
	return e.write(ctx, func(b *batch) error { return b.one(query, id, rev) })
}

// one is exec for statements that change one row or find another revision.
func (b *batch) one(query string, args ...any) error {
	n, err := b.exec(query, args...)
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}
