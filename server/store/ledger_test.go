package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

// ledger is what writers were promised, on whatever became of the store since. Its methods may be called at once.
type ledger struct {
	mu       sync.Mutex
	promises []promise
	audited  int            // promises that were found fulfilled before
	cups     map[string]int // the most that was acknowledged for each teapot
	said     [writers]int   // how much was acknowledged to each
	rows     int
	ended    []string // why writers ended by themselves
}

func (l *ledger) note(p promise) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case p.Ended != "":
		l.ended = append(l.ended, p.Ended)
		return
	case p.Poured != "":
		if l.cups == nil {
			l.cups = map[string]int{}
		}
		l.cups[p.Poured] = max(l.cups[p.Poured], p.Cups)
	case p.Said != nil:
		number, _ := strconv.Atoi(strings.TrimPrefix(string(p.Said.Sender), "writer-"))
		nonce, _ := strconv.Atoi(p.Said.Nonce)
		l.said[number] = nonce + 1
	case p.Row != 0:
		l.rows = max(l.rows, p.Row)
	}
	l.promises = append(l.promises, p)
}

// findings are what an audit holds against a store. Lost counts acknowledged writes that aren't there as they were
// acknowledged, by their id and by their index; double counts what is there twice, or out of order.
type findings struct {
	lost, double int
	opened       bool
	reasons      []string // the first few
}

func (f *findings) report(count *int, format string, args ...any) {
	if *count++; len(f.reasons) < 5 {
		f.reasons = append(f.reasons, fmt.Sprintf(format, args...))
	}
}

func (f *findings) err() error {
	if f.opened && f.lost == 0 && f.double == 0 && len(f.reasons) == 0 {
		return nil
	}
	return fmt.Errorf("opened %v, %d lost, %d double or out of order: %s", f.opened, f.lost, f.double, strings.Join(f.reasons, "; "))
}

// scope is which promises an audit looks up: those since the one before, or everything since the store was new.
type scope bool

const (
	newest     scope = false
	everything scope = true
)

// audit opens the store and compares it with the promises.
func (l *ledger) audit(ctx context.Context, dir string, of scope) *findings {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &findings{}
	table, err := layTable(ctx, dir)
	if err != nil {
		f.reasons = append(f.reasons, err.Error())
		return f
	}
	f.opened = true
	from := l.audited
	if of == everything {
		from = 0
	}
	err = errors.Join(
		l.auditKeepers(ctx, table, f, l.promises[from:]), l.auditTeapots(ctx, table, f), l.auditSaid(ctx, table, f, l.promises[from:]),
		auditLogs(ctx, table, f), table.db.Close(), auditFile(dir))
	if err != nil {
		f.reasons = append(f.reasons, err.Error())
	}
	l.audited = len(l.promises)
	return f
}

func (l *ledger) auditKeepers(ctx context.Context, table *kitchenTable, f *findings, promises []promise) error {
	var ids []community.MemberID
	for _, p := range promises {
		if p.Added != "" {
			ids = append(ids, community.MemberID(p.Added))
		}
	}
	all, err := table.keepers.Many(ctx, ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		if all[i] == nil || all[i].Name != story(string(id)) {
			f.report(&f.lost, "keeper %s is not there as acknowledged", id)
			continue
		}
		found, err := table.keepers.Find(ctx, store.Query{Index: "email", Eq: []any{string(id) + "@example.org"}, Limit: 2})
		if err != nil {
			return err
		}
		if len(found) != 1 || found[0].ID != id {
			f.report(&f.lost, "the index of addresses has %d of keeper %s", len(found), id)
		}
	}
	return nil
}

// auditTeapots also counts cups that nobody asked for: a teapot's revision is raised with each cup.
func (l *ledger) auditTeapots(ctx context.Context, table *kitchenTable, f *findings) error {
	for id, cups := range l.cups {
		pot, err := table.keepers.Get(ctx, community.MemberID(id))
		switch {
		case community.KindOf(err) == community.KindNotFound:
			f.report(&f.lost, "%s is not there", id)
		case err != nil:
			return err
		case pot.Cups < cups:
			f.report(&f.lost, "%s has %d cups, %d were acknowledged", id, pot.Cups, cups)
		case pot.Rev != int64(pot.Cups)+1:
			f.report(&f.double, "%s has %d cups at revision %d", id, pot.Cups, pot.Rev)
		}
	}
	return nil
}

func (l *ledger) auditSaid(ctx context.Context, table *kitchenTable, f *findings, promises []promise) error {
	for _, p := range promises {
		if p.Said == nil {
			continue
		}
		byID, err := table.talk.Many(ctx, []community.MessageID{p.Said.ID})
		if err != nil {
			return err
		}
		byOrigin, err := table.talk.Find(ctx, store.Query{Index: "origin", Eq: []any{p.Said.Conversation, p.Said.Sender, p.Said.Nonce}, Limit: 2})
		if err != nil {
			return err
		}
		byPlace, err := table.talk.Find(ctx, store.Query{Index: "place", Eq: []any{p.Said.Conversation, p.Said.Seq}, Limit: 2})
		if err != nil {
			return err
		}
		for _, found := range [][]*storetest.Said{byID, byOrigin, byPlace} {
			if len(found) != 1 || found[0] == nil || *found[0] != *p.Said {
				f.report(&f.lost, "entry %d of %s, said by %s, is not there as acknowledged", p.Said.Seq, p.Said.Conversation, p.Said.Sender)
				break
			}
		}
	}
	return nil
}

// auditLogs reads each log from its beginning: 1, 2, 3 … and each entry once, acknowledged or not.
func auditLogs(ctx context.Context, table *kitchenTable, f *findings) error {
	for i := range conversations {
		conversation, last, seen := fmt.Sprint("table-", i), int64(0), map[string]bool{}
		for {
			page, err := table.talk.Behind(ctx, conversation, last, store.LimitMax)
			if err != nil {
				return err
			}
			for _, s := range page {
				if s.Seq != last+1 {
					f.report(&f.double, "%s goes on from %d with %d", conversation, last, s.Seq)
				}
				if origin := string(s.Sender) + " " + s.Nonce; seen[origin] {
					f.report(&f.double, "%s has %s twice", conversation, origin)
				} else {
					seen[origin] = true
				}
				last = s.Seq
			}
			if len(page) < store.LimitMax {
				break
			}
		}
	}
	return nil
}

// auditFile asks SQLite itself whether the file of a closed store is whole, each index against its table included.
func auditFile(dir string) error {
	db, err := sql.Open("sqlite", filepath.Join(dir, store.SQLiteFile))
	if err != nil {
		return err
	}
	var verdict string
	if err = db.QueryRow("PRAGMA integrity_check(1)").Scan(&verdict); err == nil && verdict != "ok" {
		err = errors.New(verdict)
	}
	return errors.Join(err, db.Close())
}

// An audit that could not fail would prove nothing: each kind of damage is done to a good store and found.
func TestTheAuditFindsWhatIsMissing(t *testing.T) {
	for name, damage := range map[string]struct{ statement, want string }{
		"a lost keeper":      {`DELETE FROM keepers WHERE id = (SELECT max(id) FROM keepers WHERE id LIKE 'keeper%')`, "1 lost, 0 double"},
		"an older keeper":    {`UPDATE keepers SET body = json_set(body, '$.name', 'x') WHERE id = (SELECT max(id) FROM keepers WHERE id LIKE 'keeper%')`, "1 lost, 0 double"},
		"a lost index entry": {`UPDATE keepers SET body = json_remove(body, '$.email') WHERE id = (SELECT max(id) FROM keepers WHERE id LIKE 'keeper%')`, "1 lost, 0 double"},
		"a lost cup":         {`UPDATE keepers SET rev = rev - 1, body = json_set(body, '$.cups', (body ->> '$.cups') - 1, '$.rev', rev - 1) WHERE id = 'teapot-0'`, "1 lost, 0 double"},
		"a cup too many":     {`UPDATE keepers SET body = json_set(body, '$.cups', (body ->> '$.cups') + 1) WHERE id = 'teapot-0'`, "0 lost, 1 double"},
		"a lost last entry":  {`DELETE FROM talk WHERE conversation = 'table-1' AND seq = (SELECT max(seq) FROM talk WHERE conversation = 'table-1')`, "1 lost, 0 double"},
		"a gap":              {`DELETE FROM talk WHERE conversation = 'table-1' AND seq = 2`, "1 lost, 1 double"},
		"an entry twice": {`DROP INDEX "talk.origin:conversation+sender+nonce"; INSERT INTO talk SELECT id || 'x', rev, json_set(body, '$._id', id || 'x', '$.seq',
			(SELECT max(seq) + 1 FROM talk WHERE conversation = 'table-1')) FROM talk WHERE conversation = 'table-1' AND seq = 1`, "opened false"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var l ledger
			must(t, writeTogether(t.Context(), orders{Folder: dir, Each: 10}, l.note))
			db, err := sql.Open("sqlite", filepath.Join(dir, store.SQLiteFile))
			must(t, err)
			_, err = db.Exec(damage.statement)
			must(t, errors.Join(err, db.Close(), os.Remove(filepath.Join(dir, store.SumFile)))) // on purpose
			found := l.audit(t.Context(), dir, everything)
			if err := found.err(); err == nil || !strings.Contains(err.Error(), damage.want) {
				t.Errorf("got %v, want %q", err, damage.want)
			}
		})
	}
}
