package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
)

// sqliteSnapshot is a connection of its own whose transaction began at the moment of the snapshot: what the writer
// commits later stands in the log behind it.
type sqliteSnapshot struct {
	db   *sql.DB
	conn *sql.Conn
}

// Snapshot implements Engine.
func (e *SQLite) Snapshot(ctx context.Context) (Snapshot, error) { return freeze(ctx, e.path) }

// SnapshotSQLite freezes the store in a folder, whether or not another process is writing to it.
func SnapshotSQLite(ctx context.Context, dir string) (Snapshot, error) {
	path, err := filepath.Abs(filepath.Join(dir, SQLiteFile))
	if err != nil {
		return nil, fmt.Errorf("store: folder %s: %w", dir, err)
	}
	switch err := checkFile(path); {
	case errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("store: there is no network in %s; name its folder with --data", dir)
	case err != nil:
		return nil, err
	}
	return freeze(ctx, path)
}

func freeze(ctx context.Context, path string) (Snapshot, error) {
	db, err := sql.Open("sqlite", fileAddress(path, "mode=ro&_pragma=query_only(1)"))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store: open %s: %w", path, err), db.Close())
	}
	s := &sqliteSnapshot{db, conn}
	// A transaction begins with its first read, not with BEGIN.
	for _, statement := range []string{`BEGIN`, `SELECT 1 FROM sqlite_master LIMIT 1`} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return nil, errors.Join(fmt.Errorf("store: freeze %s: %w", path, clearly(err)), s.Close())
		}
	}
	return s, nil
}

// Close implements Snapshot; the transaction ends with its connection.
func (s *sqliteSnapshot) Close() error { return errors.Join(s.conn.Close(), s.db.Close()) }

// Count implements Snapshot.
func (s *sqliteSnapshot) Count(ctx context.Context) (all int64, err error) {
	names, err := collections(ctx, s.conn)
	for _, name := range names {
		var n int64
		if err := s.conn.QueryRowContext(ctx, `SELECT count(*) FROM "`+name+`"`).Scan(&n); err != nil {
			return 0, fmt.Errorf("store: count %s: %w", name, err)
		}
		all += n
	}
	return all, err
}

// Documents implements Snapshot.
func (s *sqliteSnapshot) Documents(ctx context.Context, only ...string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		names, err := collections(ctx, s.conn)
		if err != nil {
			yield(Entry{}, err)
			return
		}
		for _, name := range names {
			if (len(only) == 0 || slices.Contains(only, name)) && !s.each(ctx, name, yield) {
				return
			}
		}
	}
}

// each goes through one collection, and tells whether to go on with the next.
func (s *sqliteSnapshot) each(ctx context.Context, name string, yield func(Entry, error) bool) bool {
	rows, err := s.conn.QueryContext(ctx, `SELECT id, rev, body FROM "`+name+`" ORDER BY id`)
	if err != nil {
		return yield(Entry{}, fmt.Errorf("store: read %s: %w", name, clearly(err)))
	}
	defer rows.Close()
	for rows.Next() {
		var body sql.RawBytes
		entry := Entry{Collection: name}
		if err := rows.Scan(&entry.ID, &entry.Rev, &body); err != nil {
			yield(Entry{}, fmt.Errorf("store: read %s: %w", name, clearly(err)))
			return false
		}
		entry.Body = body
		if !yield(entry, nil) {
			return false
		}
	}
	if err := rows.Err(); err != nil {
		yield(Entry{}, fmt.Errorf("store: read %s: %w", name, clearly(err)))
		return false
	}
	return true
}

// Collections implements Engine.
func (e *SQLite) Collections(ctx context.Context) ([]string, error) {
	conn, err := e.reads.Conn(ctx)
	if err != nil {
		return nil, err
	}
	names, err := collections(ctx, conn)
	return names, errors.Join(err, conn.Close())
}

func collections(ctx context.Context, conn *sql.Conn) (names []string, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("store: list collections: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("store: list collections: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
