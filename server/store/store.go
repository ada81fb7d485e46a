// Package store keeps the community's documents: one layer with the same queries over an embedded SQLite file or a
// MongoDB cluster. What it acknowledges is durable, every change is a compare-and-swap on the document's revision, and
// nobody downstream misses one, because the mark "somebody must still be told" is part of the same atomic write.
package store

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"sync"
	"sync/atomic"
)

// DB is one engine, the collections opened on it and the relay that is told of their changes. Safe for concurrent use.
type DB struct {
	engine Engine
	turns  *turns
	relay  atomic.Pointer[Relay] // nil until NewRelay: until then changes only keep their marks

	mu      sync.Mutex
	carried map[string]carrier                              // by collection name: those whose changes are told
	opened  map[string]func(context.Context) (int64, error) // by collection name: reads all of it
}

// NewDB takes over the engine; Close closes it.
func NewDB(engine Engine) *DB {
	return &DB{engine: engine, turns: newTurns(), carried: map[string]carrier{}, opened: map[string]func(context.Context) (int64, error){}}
}

// Engine is what lies under the collections, for work on whole stores such as a backup. It stays owned by the DB.
func (db *DB) Engine() Engine { return db.engine }

// Close waits for the writes under way and closes the engine. End the relay first.
func (db *DB) Close() error { return db.engine.Close() }

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// claim declares the collection to the engine, once; carry is nil for a collection whose changes nobody is told of.
func (db *DB) claim(ctx context.Context, name string, indexes []Index, carry carrier, readAll func(context.Context) (int64, error)) error {
	if !nameForm.MatchString(name) {
		return fmt.Errorf("store: %q can't name a collection", name)
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.opened[name] != nil {
		return fmt.Errorf("store: collection %s is already open", name)
	}
	if err := db.engine.Ensure(ctx, name, indexes); err != nil {
		return fmt.Errorf("store: prepare collection %s: %w", name, err)
	}
	db.opened[name] = readAll
	if carry != nil {
		db.carried[name] = carry
	}
	return nil
}

// ReadAll reads every document of the collections that are open, to see that this program understands it, and tells how
// many there are. Deleted ones that wait until everybody was told aren't counted.
func (db *DB) ReadAll(ctx context.Context) (all int64, err error) {
	db.mu.Lock()
	opened := maps.Clone(db.opened)
	db.mu.Unlock()
	for _, readAll := range opened {
		n, err := readAll(ctx)
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

// offer hands a fresh change to the relay, if there is one. It never waits.
func (db *DB) offer(collection, id string) {
	if r := db.relay.Load(); r != nil {
		r.offer(ref{collection, id})
	}
}

func (db *DB) carrier(collection string) carrier {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.carried[collection]
}

func (db *DB) carriers() map[string]carrier {
	db.mu.Lock()
	defer db.mu.Unlock()
	return maps.Clone(db.carried)
}
