package store_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

// openPlain opens a database beside our engine, with the same driver and another value of synchronous. It shows what a
// rig says about a store that doesn't flush before it acknowledges.
func openPlain(dir, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "plain.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one after the other, as our engine's writer
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS plain(row INTEGER PRIMARY KEY, body TEXT NOT NULL)"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// writePlainly acknowledges each row after its own transaction. Life is the last row there was before.
func writePlainly(ctx context.Context, o orders, tell func(promise)) error {
	db, err := openPlain(o.Folder, o.Plain)
	if err != nil {
		return err
	}
	for row := o.Life + 1; err == nil && (o.Each == 0 || row <= o.Life+o.Each); row++ {
		if _, err = db.ExecContext(ctx, "INSERT INTO plain(row, body) VALUES(?, ?)", row, strings.Repeat("tea ", 100)); err == nil {
			tell(promise{Row: row})
		}
	}
	return errors.Join(err, db.Close())
}

// auditPlain tells how many acknowledged rows are not there, all of them if the database can't be read.
func auditPlain(ctx context.Context, dir string, l *ledger) (lost int) {
	db, err := openPlain(dir, "FULL")
	if err != nil {
		return len(l.promises)
	}
	for _, p := range l.promises {
		var row int
		if err := db.QueryRowContext(ctx, "SELECT row FROM plain WHERE row = ?", p.Row).Scan(&row); err != nil {
			lost++
		}
	}
	if err := db.Close(); err != nil {
		return len(l.promises)
	}
	return lost
}

func TestAPlainDatabaseKeepsWhatNobodyCuts(t *testing.T) {
	for _, synchronous := range []string{"NORMAL", "OFF"} {
		dir := t.TempDir()
		var l ledger
		must(t, writePlainly(t.Context(), orders{Folder: dir, Plain: synchronous, Each: 20}, l.note))
		if lost := auditPlain(t.Context(), dir, &l); len(l.promises) != 20 || lost != 0 {
			t.Errorf("%s: %d of %d rows are lost", synchronous, lost, len(l.promises))
		}
		l.note(promise{Row: 21})
		if lost := auditPlain(t.Context(), dir, &l); lost != 1 {
			t.Errorf("%s: a row that was never written is not missed", synchronous)
		}
	}
}
