package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"longtable/server/store"
)

// Memory is an engine that keeps the contract in memory and nothing on disk: for proofs with more operations than a disk
// takes in the time there is. Whole numbers are compared as fractions, so beyond 2^53 they are not told apart. Safe for
// concurrent use.
type Memory struct {
	mu      sync.RWMutex
	shelves map[string]*shelf // by collection; guarded by mu, as all that is in them
	closed  bool              // guarded by mu
}

// shelf is a collection: its documents, and their places in each index.
type shelf struct {
	docs    map[string]store.Doc // bodies never change, so readers keep them
	indexes []store.Index
	orders  map[string]*order // by the index's name; the order of ids has none
}

// NewMemory is empty.
func NewMemory() *Memory { return &Memory{shelves: map[string]*shelf{}} }

var _ store.Engine = (*Memory)(nil)

// Ensure implements store.Engine.
func (m *Memory) Ensure(ctx context.Context, collection string, indexes []store.Index) error {
	return m.write(ctx, func() error {
		s := &shelf{docs: map[string]store.Doc{}, indexes: slices.Clone(indexes), orders: map[string]*order{"": {}}}
		for _, ix := range indexes {
			s.orders[ix.Name] = &order{}
		}
		if before := m.shelves[collection]; before != nil {
			for _, doc := range before.docs {
				if err := s.put(doc); err != nil {
					return err
				}
			}
		}
		m.shelves[collection] = s
		return nil
	})
}

// Insert implements store.Engine.
func (m *Memory) Insert(ctx context.Context, collection string, docs []store.Doc) error {
	return m.on(ctx, collection, func(s *shelf) error {
		for _, doc := range docs {
			if _, taken := s.docs[doc.ID]; taken {
				return store.ErrDuplicate
			}
			if err := s.put(doc); err != nil {
				return err
			}
		}
		return nil
	})
}

// Replace implements store.Engine.
func (m *Memory) Replace(ctx context.Context, collection string, rev int64, doc store.Doc) error {
	return m.on(ctx, collection, func(s *shelf) error {
		if old, there := s.docs[doc.ID]; !there || old.Rev != rev {
			return store.ErrStale
		}
		return s.put(doc)
	})
}

// Remove implements store.Engine.
func (m *Memory) Remove(ctx context.Context, collection, id string, rev int64) error {
	return m.on(ctx, collection, func(s *shelf) error {
		old, there := s.docs[id]
		if !there || old.Rev != rev {
			return store.ErrStale
		}
		places, err := s.places(old)
		for name, p := range places {
			s.orders[name].remove(p)
		}
		delete(s.docs, id)
		return err
	})
}

// Get implements store.Engine.
func (m *Memory) Get(ctx context.Context, collection string, ids []string, each func([]byte) error) error {
	return m.read(ctx, collection, each, func(s *shelf) (bodies [][]byte) {
		for _, id := range ids {
			if doc, there := s.docs[id]; there {
				bodies = append(bodies, doc.Body)
			}
		}
		return bodies
	})
}

// Find implements store.Engine.
func (m *Memory) Find(ctx context.Context, collection string, ix store.Index, q store.Query, each func([]byte) error) error {
	return m.read(ctx, collection, each, func(s *shelf) (bodies [][]byte) {
		for p := range s.orders[ix.Name].within(stretchOf(ix, q)) {
			if bodies = append(bodies, s.docs[p.id].Body); len(bodies) == q.Limit {
				break
			}
		}
		return bodies
	})
}

// Count implements store.Engine.
func (m *Memory) Count(ctx context.Context, collection string, ix store.Index, q store.Query) (n int64, err error) {
	err = m.read(ctx, collection, nil, func(s *shelf) [][]byte {
		for range s.orders[ix.Name].within(stretchOf(ix, q)) {
			if n++; n == int64(q.Limit) {
				break
			}
		}
		return nil
	})
	return n, err
}

// Collections implements store.Engine.
func (m *Memory) Collections(ctx context.Context) ([]string, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Sorted(maps.Keys(m.shelves)), m.usable(ctx)
}

// Close implements store.Engine.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

func (m *Memory) usable(ctx context.Context) error {
	if m.closed {
		return store.ErrClosed
	}
	return ctx.Err()
}

func (m *Memory) write(ctx context.Context, do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.usable(ctx); err != nil {
		return err
	}
	return do()
}

func (m *Memory) on(ctx context.Context, collection string, do func(*shelf) error) error {
	return m.write(ctx, func() error {
		s := m.shelves[collection]
		if s == nil {
			return fmt.Errorf("storetest: collection %s was never prepared", collection)
		}
		return do(s)
	})
}

// read gathers bodies under the lock and hands them over outside of it, so that whoever is given them may read more.
func (m *Memory) read(ctx context.Context, collection string, each func([]byte) error, gather func(*shelf) [][]byte) error {
	m.mu.RLock()
	err, s := m.usable(ctx), m.shelves[collection]
	var bodies [][]byte
	if err == nil && s != nil {
		bodies = gather(s)
	}
	m.mu.RUnlock()
	if err == nil && s == nil {
		err = fmt.Errorf("storetest: collection %s was never prepared", collection)
	}
	for i := 0; err == nil && i < len(bodies); i++ {
		err = each(bodies[i])
	}
	return err
}

// put stores a document in the place of what has its id, or refuses it.
func (s *shelf) put(doc store.Doc) error {
	doc.Body = slices.Clone(doc.Body)
	places, err := s.places(doc)
	if err != nil {
		return err
	}
	for _, ix := range s.indexes {
		if p, in := places[ix.Name]; in && ix.Unique && s.orders[ix.Name].holdsOther(p) {
			return store.ErrDuplicate
		}
	}
	var before map[string]place
	if old, there := s.docs[doc.ID]; there {
		if before, err = s.places(old); err != nil {
			return err
		}
	}
	for name, o := range s.orders {
		was, had := before[name]
		is, has := places[name]
		if had && has && was == is {
			continue
		}
		if had {
			o.remove(was)
		}
		if has {
			o.add(is)
		}
	}
	s.docs[doc.ID] = doc
	return nil
}

// places are where a document stands, by the name of the index.
func (s *shelf) places(doc store.Doc) (map[string]place, error) {
	var top map[string]json.RawMessage
	if err := json.Unmarshal(doc.Body, &top); err != nil {
		return nil, fmt.Errorf("storetest: document %s: %w", doc.ID, err)
	}
	all := map[string]place{"": {id: doc.ID}}
	for _, ix := range s.indexes {
		key, needs := "", ix.Needs()
		for i, field := range ix.Fields {
			value, err := reach(top, field)
			if err != nil {
				return nil, err
			}
			if value == nil && i < len(needs) {
				key = ""
				break
			}
			key += sortable(value)
		}
		if key != "" {
			all[ix.Name] = place{key, doc.ID}
		}
	}
	return all, nil
}

// reach reads a field by its dotted name; nil where it is not there.
func reach(top map[string]json.RawMessage, field string) (value any, err error) {
	first, rest, deeper := strings.Cut(field, ".")
	body := top[first]
	if body == nil {
		return nil, nil
	}
	if !deeper {
		return value, json.Unmarshal(body, &value)
	}
	var inner map[string]json.RawMessage
	if err := json.Unmarshal(body, &inner); err != nil {
		return nil, err
	}
	return reach(inner, rest)
}

// Snapshot implements store.Engine. Documents are never changed, so a copy of the map is the moment.
func (m *Memory) Snapshot(ctx context.Context) (store.Snapshot, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	all := moment{}
	for name, s := range m.shelves {
		all[name] = maps.Clone(s.docs)
	}
	return all, m.usable(ctx)
}

type moment map[string]map[string]store.Doc

// Documents implements store.Snapshot.
func (m moment) Documents(ctx context.Context, collections ...string) iter.Seq2[store.Entry, error] {
	if len(collections) == 0 {
		collections = slices.Collect(maps.Keys(m))
	}
	return func(yield func(store.Entry, error) bool) {
		for _, name := range slices.Sorted(slices.Values(collections)) {
			for _, id := range slices.Sorted(maps.Keys(m[name])) {
				if err := ctx.Err(); err != nil {
					yield(store.Entry{}, err)
					return
				}
				if !yield(store.Entry{Collection: name, Doc: m[name][id]}, nil) {
					return
				}
			}
		}
	}
}

// Count implements store.Snapshot.
func (m moment) Count(context.Context) (n int64, err error) {
	for _, docs := range m {
		n += int64(len(docs))
	}
	return n, nil
}

// Close implements store.Snapshot.
func (m moment) Close() error { return nil }
