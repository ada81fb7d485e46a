package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"longtable/server/community"
)

// faultsMax bounds what one look lists: a damaged file has thousands of consequences of few causes.
const faultsMax = 10

// InUse tells whether a program has the store in the folder open.
func InUse(dir string) (bool, error) { return lockHeld(filepath.Join(dir, LockFile)) }

// CheckFile tells in one sentence why the embedded store in the folder can't be opened by this program; nil if it can, and
// os.ErrNotExist if there is none. Nothing is changed.
func CheckFile(dir string) error { return checkFile(filepath.Join(dir, SQLiteFile)) }

// Look is an embedded store opened to be read alone. Not a byte in the folder changes, whether a program runs on it or not.
type Look struct {
	db *sql.DB
}

// ErrUnread says that the log beside a store is one that only the program itself takes in, at its next start.
var ErrUnread = errors.New("store: a program that was killed left a log without its index; the next start takes it in")

// LookAt opens it, or says ErrUnread. Close gives it back.
func LookAt(dir string) (*Look, error) {
	path, err := filepath.Abs(filepath.Join(dir, SQLiteFile))
	if err != nil {
		return nil, fmt.Errorf("store: folder %s: %w", dir, err)
	}
	used, err := InUse(dir)
	if err != nil {
		return nil, err
	}
	// With nothing in the log and nobody to write there, the file is all there is. Otherwise the log counts too, and so does
	// the index of it that a running program shares; one that a killed program left is read as it is and not repaired.
	how := "mode=ro&readonly_shm=1"
	if log, err := logBeside(path); err != nil {
		return nil, err
	} else if !log && !used {
		how = "mode=ro&immutable=1"
	} else if _, err := os.Stat(path + "-shm"); errors.Is(err, os.ErrNotExist) {
		return nil, ErrUnread
	}
	address := url.URL{Scheme: "file", OmitHost: true, Path: "/" + strings.TrimPrefix(filepath.ToSlash(path), "/"),
		RawQuery: how + "&_pragma=query_only(1)&_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	return &Look{db}, nil
}

// Close ends the look.
func (l *Look) Close() error { return l.db.Close() }

// Each hands over the documents of a collection as JSON; a store that never had it has none. The bytes are the caller's.
func (l *Look) Each(ctx context.Context, collection string, take func(body []byte) error) error {
	known := 0
	if err := l.db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, collection).Scan(&known); err != nil || known == 0 {
		return err
	}
	rows, err := l.db.QueryContext(ctx, `SELECT body FROM "`+collection+`"`)
	if err != nil {
		return fmt.Errorf("store: look at %s: %w", collection, err)
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return fmt.Errorf("store: look at %s: %w", collection, err)
		}
		if err := take(body); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Faults reads the whole file and lists what is damaged in it, at most faultsMax; empty if nothing is. It holds page numbers
// and names of indexes, no words of documents. It takes about a second for each few hundred megabytes.
func (l *Look) Faults(ctx context.Context) (faults []string, err error) {
	rows, err := l.db.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, faultsMax))
	if err != nil {
		return nil, fmt.Errorf("store: check the file: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, fmt.Errorf("store: check the file: %w", err)
		}
		if line != "ok" {
			faults = append(faults, line)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: check the file: %w", err)
	}
	return faults, nil
}

// Parked counts the reactions that keep failing, and tells since when the first does.
func (l *Look) Parked(ctx context.Context) (n int, since community.Instant, err error) {
	known := `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '` + parkedCollection + `'`
	if err := l.db.QueryRowContext(ctx, known).Scan(&n); err != nil || n == 0 {
		return 0, 0, err
	}
	err = l.db.QueryRowContext(ctx, `SELECT count(*), ifnull(min(since), 0) FROM `+parkedCollection).Scan(&n, &since)
	return n, since, err
}

// ParkedIn counts the reactions that keep failing in a store behind any engine.
func ParkedIn(ctx context.Context, e Engine) (int, error) {
	n, err := e.Count(ctx, parkedCollection, Index{}, Query{})
	return int(n), err
}
