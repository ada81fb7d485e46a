package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"testing"

	"longtable/server/store"
)

// rawPeer does by hand what the store does, on a copy of its file: the same table, generated columns, indexes and
// pragmas, the same JSON made from and read into the same struct, reads that a caller can end, and nothing else: no
// revisions, no told refusals, no writes that give up. The store's rates are measured by its own.
type rawPeer struct {
	writes, reads *sql.DB
	insert        *sql.Stmt
	begin, end    *sql.Stmt
	rollback      *sql.Stmt
	byID, last    *sql.Stmt
	queue         chan rawWrite
	stopped       chan struct{}
}

type rawWrite struct {
	id   string
	body []byte
	done chan error
}

const (
	rawInsert = `INSERT INTO letters(id, rev, body) VALUES(?, 1, ?)`
	rawNewest = `SELECT body FROM letters WHERE conversation = ? AND conversation IS NOT NULL AND seq IS NOT NULL ORDER BY seq DESC LIMIT 50`
)

func openRaw(t testing.TB, path string) *rawPeer {
	t.Helper()
	p := &rawPeer{queue: make(chan rawWrite, writersMany), stopped: make(chan struct{})}
	var err error
	p.writes, err = sql.Open("sqlite", store.FileAddress(path, "_pragma=journal_mode(WAL)"))
	must(t, err)
	p.reads, err = sql.Open("sqlite", store.FileAddress(path, "_pragma=query_only(1)"))
	must(t, err)
	conn, err := p.writes.Conn(t.Context()) // held for good, as the engine holds its own
	must(t, err)
	p.reads.SetMaxOpenConns(store.ReadersMax)
	p.reads.SetMaxIdleConns(store.ReadersMax)
	for _, s := range []struct {
		into **sql.Stmt
		db   interface {
			PrepareContext(context.Context, string) (*sql.Stmt, error)
		}
		text string
	}{
		{&p.insert, conn, rawInsert}, {&p.begin, conn, "BEGIN IMMEDIATE"}, {&p.end, conn, "COMMIT"}, {&p.rollback, conn, "ROLLBACK"},
		{&p.byID, p.reads, `SELECT body FROM letters WHERE id = ?`}, {&p.last, p.reads, rawNewest},
	} {
		*s.into, err = s.db.PrepareContext(t.Context(), s.text)
		must(t, err)
	}
	go p.write()
	t.Cleanup(func() {
		close(p.queue)
		<-p.stopped
		must(t, errors.Join(p.reads.Close(), conn.Close(), p.writes.Close()))
	})
	return p
}

// add is one durable insert by the only writer.
func (p *rawPeer) add(l *letter) error {
	body, err := json.Marshal(l)
	if err == nil {
		_, err = p.insert.Exec(string(l.ID), string(body))
	}
	return err
}

// addTogether is one durable insert among those of other writers.
func (p *rawPeer) addTogether(l *letter) error {
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	w := rawWrite{string(l.ID), body, make(chan error, 1)}
	p.queue <- w
	return <-w.done
}

// write commits whatever is queued as one transaction.
func (p *rawPeer) write() {
	defer close(p.stopped)
	for first := range p.queue {
		group := []rawWrite{first}
		for more := true; more; {
			select {
			case w, open := <-p.queue:
				if more = open; open {
					group = append(group, w)
				}
			default:
				more = false
			}
		}
		err := p.commit(group)
		for _, w := range group {
			w.done <- err
		}
	}
}

func (p *rawPeer) commit(group []rawWrite) error {
	if _, err := p.begin.Exec(); err != nil {
		return err
	}
	for _, w := range group {
		if _, err := p.insert.Exec(w.id, string(w.body)); err != nil {
			_, undone := p.rollback.Exec()
			return errors.Join(err, undone)
		}
	}
	_, err := p.end.Exec()
	return err
}

func (p *rawPeer) read(ctx context.Context, id string) (*letter, error) {
	var body []byte
	if err := p.byID.QueryRowContext(ctx, id).Scan(&body); err != nil {
		return nil, err
	}
	l := new(letter)
	return l, json.Unmarshal(body, l)
}

func (p *rawPeer) newest(ctx context.Context, conversation string) (all []*letter, err error) {
	rows, err := p.last.QueryContext(ctx, conversation)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		l := new(letter)
		if err := json.Unmarshal(body, l); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, rows.Err()
}
