package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	// scrubWait is how long a scrub waits for readers that hold the log, in milliseconds. Writers wait behind it.
	scrubWait = 1000

	// wipeAtOnce is how many pages are wiped in one transaction, so that writers wait some milliseconds at most.
	wipeAtOnce = 64

	// pagesMax is where the number of an overflow page could be taken for the mark of another kind of page: at 128 GB.
	pagesMax = 1 << 25
)

// errLogHeld is a scrub's answer when something reads the store for long, such as a backup. It can be tried again.
var errLogHeld = errors.New("store: the log is being read and can't be emptied now")

// Scrub makes the files forget what was deleted, while others read and write. SQLite's secure_delete overwrites what is
// deleted, but not the copies that stay in the slack of a page when its rows are moved to another; and the log holds
// pages as they were. So the slack is wiped, and the log written back and cut to nothing.
func (e *SQLite) Scrub(ctx context.Context) error {
	if err := e.wipeSlack(ctx); err != nil {
		return fmt.Errorf("store: scrub: %w", err)
	}
	if err := e.chore(ctx, (*batch).emptyLog); err != nil {
		return fmt.Errorf("store: scrub: %w", err)
	}
	return nil
}

// chore has the writer do something between two transactions, and waits for it.
func (e *SQLite) chore(ctx context.Context, do func(*batch) error) error {
	w := &write{do: do, done: make(chan struct{})}
	select {
	case e.chores <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-e.stopped:
		return ErrClosed
	}
	<-w.done
	return w.err
}

// wipeSlack looks at every page beside the writer, and lets it wipe those that need it.
func (e *SQLite) wipeSlack(ctx context.Context) error {
	var pages int64
	if err := e.reads.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	if pages >= pagesMax {
		return fmt.Errorf("store: a file of %d pages is too large to be scrubbed; keep it in MongoDB", pages)
	}
	read, err := e.reads.PrepareContext(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = ?")
	if err != nil {
		return err
	}
	defer read.Close()
	var stained []int64
	for number := int64(1); number <= pages; number++ {
		var page []byte
		if err := read.QueryRowContext(ctx, number).Scan(&page); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if wipe(page, number == 1) {
			stained = append(stained, number)
		}
		if len(stained) == wipeAtOnce || number == pages && len(stained) > 0 {
			if err := e.chore(ctx, func(b *batch) error { return b.wipePages(stained) }); err != nil {
				return err
			}
			stained = stained[:0]
		}
	}
	return nil
}

// wipePages reads them again: they may have changed since.
func (b *batch) wipePages(numbers []int64) error {
	ctx := context.Background() // once begun it takes some milliseconds
	if _, err := b.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, number := range numbers {
		var page []byte
		err := b.conn.QueryRowContext(ctx, "SELECT data FROM sqlite_dbpage WHERE pgno = ?", number).Scan(&page)
		if err == nil && wipe(page, number == 1) {
			_, err = b.conn.ExecContext(ctx, "UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?", page, number)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return errors.Join(err, b.rollback())
		}
	}
	if _, err := b.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return errors.Join(err, b.rollback())
	}
	return nil
}

// emptyLog writes everything back into the file and cuts the log to nothing.
func (b *batch) emptyLog() error {
	ctx := context.Background() // an interrupted checkpoint is worth nothing; scrubWait bounds it
	if _, err := b.conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", scrubWait)); err != nil {
		return err
	}
	var busy, pages, moved int
	err := b.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved)
	if err == nil && busy != 0 {
		err = errLogHeld
	}
	_, restored := b.conn.ExecContext(ctx, "PRAGMA busy_timeout = "+busyTimeout)
	return errors.Join(err, restored)
}

// wipe overwrites what a page of rows or of an index holds besides them, and tells whether there was anything: the space
// between the list of its cells and the cells, and the blocks that were freed among these. Pages of other kinds, and
// whatever is not exactly as the format says (sqlite.org/fileformat2.html, 1.6), stay untouched.
func wipe(page []byte, first bool) (stained bool) {
	for _, s := range slack(page, first) {
		for i := s[0]; i < s[1]; i++ {
			stained = stained || page[i] != 0
			page[i] = 0
		}
	}
	return stained
}

// slack finds these stretches, as offsets from and to.
func slack(page []byte, first bool) (stretches [][2]int) {
	head := 0
	if first {
		head = 100 // the header of the file stands before it
	}
	if len(page) < head+12 {
		return nil
	}
	word := func(at int) int { return int(binary.BigEndian.Uint16(page[at:])) }
	list := head + 8
	switch page[head] {
	case 2, 5: // inner pages have one pointer more
		list = head + 12
	case 10, 13:
	default:
		return nil
	}
	cellsFrom := word(head + 5)
	if cellsFrom == 0 {
		cellsFrom = 1 << 16
	}
	listEnd := list + 2*word(head+3)
	if listEnd > cellsFrom || cellsFrom > len(page) {
		return nil
	}
	stretches = append(stretches, [2]int{listEnd, cellsFrom})
	for free, before := word(head+1), cellsFrom; free != 0; {
		if free < before || free+4 > len(page) || free+word(free+2) > len(page) || word(free+2) < 4 {
			return nil
		}
		stretches = append(stretches, [2]int{free + 4, free + word(free+2)})
		free, before = word(free), free+word(free+2)
	}
	return stretches
}
