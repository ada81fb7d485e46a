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
	"sync"

	_ "modernc.org/sqlite" // the driver: SQLite in Go, no C compiler needed
)

const (
	// SQLiteFile, LockFile and SumFile are the names inside the store's folder. Whoever replaces the first one deletes
	// the last one, which is the checksum of a store that was closed.
	SQLiteFile = "longtable.db"
	LockFile   = "longtable.lock"
	SumFile    = SQLiteFile + ".sum"

	// readersMax is how many reads run at once; more don't help two cores, and each has a cache of its own.
	readersMax = 4

	// busyTimeout is how long a connection waits for another's lock, in milliseconds: those of one process never need it.
	busyTimeout = "10000"

	// pragmas hold for each connection: FULL flushes before a commit is acknowledged (NORMAL lost 4,597 of 5,873 writes
	// on a power-cut rig), fullfsync does the same on macOS, secure_delete overwrites what was deleted, and 8 MB of
	// cache measured no slower than 64.
	pragmas = "_pragma=busy_timeout(" + busyTimeout + ")&_pragma=synchronous(FULL)&_pragma=fullfsync(1)" +
		"&_pragma=checkpoint_fullfsync(1)&_pragma=secure_delete(ON)&_pragma=cache_size(-8192)" +
		"&_pragma=journal_size_limit(67108864)"
)

// ErrInUse is matched by the error for a folder that another process holds.
var ErrInUse = errors.New("store: another server is using this folder")

// SQLite is the embedded engine: one file that this process alone owns. One goroutine writes, and commits everything
// queued meanwhile as one transaction, so that many writers share one flush; a few connections read beside it.
type SQLite struct {
	path   string
	lock   *os.File
	reads  *sql.DB
	writes *sql.DB // holds the single connection of the writer

	queue   chan *write
	chores  chan *write   // work on the file itself, done between two transactions
	closing chan struct{} // closed by Close: no more writes are accepted
	stopped chan struct{} // closed by the writer when it has ended
	close   sync.Once

	mu       sync.Mutex
	prepared map[string]*sql.Stmt // reads by their text; one for each shape of query, and those are declared
}

// OpenSQLite opens the store in a folder of its own, and makes both if they don't exist. A folder that another process
// uses, or a file that isn't ours, is refused with a sentence that says so, and left as it is.
func OpenSQLite(dir string) (*SQLite, error) { return openSQLite(dir, "") }

// OpenScratch is OpenSQLite for a store that is thrown away: the tests', or one that a backup is tried out in. It never
// waits for the disk, so a power cut takes what it likes; waiting was two thirds of the time of the community's tests.
func OpenScratch(dir string) (*SQLite, error) { return openSQLite(dir, "&_pragma=synchronous(OFF)") }

func openSQLite(dir, more string) (*SQLite, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("store: folder %s: %w", dir, err)
	}
	if err := makeFolder(dir); err != nil {
		return nil, fmt.Errorf("store: make folder: %w", err)
	}
	lock, err := lockFile(filepath.Join(dir, LockFile))
	if err != nil {
		return nil, err
	}
	e := &SQLite{
		path: filepath.Join(dir, SQLiteFile), lock: lock, prepared: map[string]*sql.Stmt{},
		queue: make(chan *write, queueMax), chores: make(chan *write), closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	if err := e.start(more); err != nil {
		return nil, errors.Join(err, unlockFile(lock))
	}
	return e, nil
}

func (e *SQLite) start(more string) (err error) {
	path := e.path
	if err := prepareFile(path); err != nil {
		return err
	}
	if err := checkContent(path); err != nil {
		return err
	}
	if err := forgetSum(path); err != nil {
		return err
	}
	if e.writes, err = sql.Open("sqlite", fileAddress(path, "_pragma=journal_mode(WAL)"+more)); err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	conn, err := e.writes.Conn(context.Background())
	if err != nil {
		return errors.Join(fmt.Errorf("store: open %s: %w", path, err), e.writes.Close())
	}
	if e.reads, err = sql.Open("sqlite", fileAddress(path, "_pragma=query_only(1)")); err != nil {
		return errors.Join(fmt.Errorf("store: open %s: %w", path, err), conn.Close(), e.writes.Close())
	}
	e.reads.SetMaxOpenConns(readersMax)
	e.reads.SetMaxIdleConns(readersMax)
	go e.writer(conn)
	return nil
}

// Close refuses further writes, finishes those that were queued, and gives the folder back. Safe to repeat.
func (e *SQLite) Close() error {
	var err error
	e.close.Do(func() {
		close(e.closing)
		<-e.stopped
		if err = errors.Join(e.reads.Close(), e.writes.Close()); err == nil {
			err = leaveSum(e.path)
		}
		err = errors.Join(err, unlockFile(e.lock))
	})
	return err
}

// fileAddress is the data source name of a file, whatever characters its path has.
func fileAddress(path, more string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: pragmas + "&" + more}
	return u.String()
}
