package store

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"

	"longtable/server/community"
)

const (
	// appendTries bounds how often an append starts over because another server was faster.
	appendTries = 100

	// logLocks is how many conversations can be written at once in this process; others share a lock by chance.
	logLocks = 256
)

// Line is where an entry of a log keeps what makes it one. Nonce is chosen by the sender, so that the same thing sent
// twice is stored once, for ever. In JSON the fields are named conversation, seq, sender and nonce.
type Line struct {
	Conversation, Sender, Nonce string
	Seq                         *int64
	Others                      *int64 // where the entries that are not counted are counted; nil where all count
	Other                       bool   // the entry is one of them
}

// Log keeps entries numbered 1, 2, 3 … in each conversation, without a gap at any moment: number n+1 is stored only
// after n, so whoever has read up to n has missed nothing. A counter would not do, because a writer can take a number
// and commit it late. Entries are never deleted while their conversation lives, or a number would be given twice:
// empty an entry with Change. Safe for concurrent use.
type Log[ID ~string, T any] struct {
	*Collection[ID, T]
	line  func(*T) Line
	seed  maphash.Seed
	locks [logLocks]chan struct{} // one writer for each conversation in this process, so that they don't race each other
}

// OpenLog opens a collection as a log, with its own indexes place and origin beside those given.
func OpenLog[ID ~string, T any, P interface {
	*T
	community.Kept
}](ctx context.Context, db *DB, name string, line func(*T) Line, indexes ...Index) (*Log[ID, T], error) {
	c, err := Open[ID, T, P](ctx, db, name, append(indexes,
		Index{Name: "place", Fields: []string{"conversation", "seq"}, Unique: true},
		Index{Name: "origin", Fields: []string{"conversation", "sender", "nonce"}, Unique: true})...)
	if err != nil {
		return nil, err
	}
	l := &Log[ID, T]{Collection: c, line: line, seed: maphash.MakeSeed()}
	for i := range l.locks {
		l.locks[i] = make(chan struct{}, 1)
	}
	return l, nil
}

// Append stores the entry behind the newest one of its conversation and sets its number. If its sender has used its
// nonce in this conversation before, the entry stored then is returned, and fresh is false. ErrDuplicate when its id is
// taken by another entry.
func (l *Log[ID, T]) Append(ctx context.Context, v *T) (stored *T, fresh bool, err error) {
	line := l.line(v)
	if line.Conversation == "" || line.Sender == "" || line.Nonce == "" {
		return nil, false, fmt.Errorf("store: an entry of %s lacks its conversation, sender or nonce", l.name)
	}
	lock := l.locks[maphash.String(l.seed, line.Conversation)%logLocks]
	select {
	case lock <- struct{}{}:
		defer func() { <-lock }()
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	for try := range appendTries {
		if err := l.number(ctx, line); err != nil {
			return nil, false, err
		}
		if err = l.Add(ctx, v); err == nil {
			return v, true, nil
		}
		if !errors.Is(err, ErrDuplicate) {
			return nil, false, err
		}
		if stored, err := l.taken(ctx, line, l.kept(v).Key()); stored != nil || err != nil {
			return stored, false, err
		}
		if err := pause(ctx, try); err != nil {
			return nil, false, err
		}
	}
	return nil, false, community.Conflict("error.changed-meanwhile")
}

// number gives the entry the place behind the newest one.
func (l *Log[ID, T]) number(ctx context.Context, line Line) error {
	newest, err := l.Before(ctx, line.Conversation, 0, 1)
	if err != nil {
		return err
	}
	head, others := int64(0), int64(0)
	if len(newest) > 0 {
		last := l.line(newest[0])
		if head = *last.Seq; last.Others != nil {
			others = *last.Others
		}
	}
	*line.Seq = head + 1
	if line.Others == nil {
		return nil
	}
	if *line.Others = others; line.Other {
		*line.Others++
	}
	return nil
}

// taken finds out why an entry was refused: the entry sent before with the same nonce, an error if the id is another
// entry's, and neither if only another server was faster.
func (l *Log[ID, T]) taken(ctx context.Context, line Line, id string) (*T, error) {
	before, err := l.Find(ctx, Query{Index: "origin", Eq: []any{line.Conversation, line.Sender, line.Nonce}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(before) > 0 {
		return before[0], nil
	}
	other, err := l.read(ctx, id)
	if err == nil && other != nil {
		err = fmt.Errorf("store: append %s %q: %w", l.name, id, ErrDuplicate)
	}
	return nil, err
}

// Head is the number of the newest entry of a conversation, 0 when it has none.
func (l *Log[ID, T]) Head(ctx context.Context, conversation string) (int64, error) {
	newest, err := l.Before(ctx, conversation, 0, 1)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return *l.line(newest[0]).Seq, nil
}

// Behind reads entries in order, those with a number above seq; a limit of 1 to LimitMax.
func (l *Log[ID, T]) Behind(ctx context.Context, conversation string, seq int64, limit int) ([]*T, error) {
	return l.Find(ctx, Query{Index: "place", Eq: []any{conversation}, From: seq + 1, Limit: limit})
}

// Before reads entries newest first, those with a number below seq, or from the end if seq is 0; a limit of 1 to LimitMax.
func (l *Log[ID, T]) Before(ctx context.Context, conversation string, seq int64, limit int) ([]*T, error) {
	q := Query{Index: "place", Eq: []any{conversation}, Desc: true, Limit: limit}
	if seq > 0 {
		q.To = seq
	}
	return l.Find(ctx, q)
}
