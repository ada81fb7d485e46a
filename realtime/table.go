package realtime

import (
	"hash/maphash"
	"sync"
)

// tableShards parts the lock of a table, so that a message in one conversation doesn't wait for another's.
const tableShards = 64

// table knows who is subscribed to what, and with which cursor where there is one.
type table struct {
	seed   maphash.Seed
	shards [tableShards]struct {
		mu   sync.RWMutex // held while each calls; so what each calls must not come back here
		subs map[string]map[*conn]*cursor
	}
}

func newTable() *table {
	t := &table{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].subs = map[string]map[*conn]*cursor{}
	}
	return t
}

func (t *table) add(name string, c *conn, cur *cursor) {
	s := &t.shards[maphash.String(t.seed, name)%tableShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.subs[name] == nil {
		s.subs[name] = map[*conn]*cursor{}
	}
	s.subs[name][c] = cur
}

func (t *table) remove(name string, c *conn) {
	s := &t.shards[maphash.String(t.seed, name)%tableShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.subs[name], c)
	if len(s.subs[name]) == 0 {
		delete(s.subs, name)
	}
}

// each calls f for every subscriber of name. f must be quick and must not wait for a socket.
func (t *table) each(name string, f func(*conn, *cursor)) {
	s := &t.shards[maphash.String(t.seed, name)%tableShards]
	s.mu.RLock()
	defer s.mu.RUnlock()
	for c, cur := range s.subs[name] {
		f(c, cur)
	}
}

// any tells whether each would call at all, before a frame is encoded for nobody.
func (t *table) any(name string) bool {
	s := &t.shards[maphash.String(t.seed, name)%tableShards]
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.subs[name]) > 0
}
