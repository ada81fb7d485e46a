package realtime

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
)

// tableShards parts the lock of a table, so that a message in one conversation doesn't wait for another's.
const tableShards = 64

// table knows who is subscribed to what, and with which cursor where there is one.
type table struct {
	seed   maphash.Seed
	shards [tableShards]shard
}

type shard struct {
	mu   sync.RWMutex // held while each calls; so what each calls must not come back here
	subs map[string]*audience
}

// audience are the subscribers of one name.
type audience struct {
	told  atomic.Int64 // of a conversation: the highest seq that all of them were told of
	conns map[*conn]*cursor
}

// tell raises told to seq.
func (a *audience) tell(seq int64) {
	for told := a.told.Load(); told < seq && !a.told.CompareAndSwap(told, seq); told = a.told.Load() {
	}
}

func newTable() *table {
	t := &table{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].subs = map[string]*audience{}
	}
	return t
}

func (t *table) shard(name string) *shard { return &t.shards[maphash.String(t.seed, name)%tableShards] }

// add subscribes c, which begins at head; it tells whether that is news to others here. Topics have no head.
func (t *table) add(name string, c *conn, cur *cursor, head int64) (news bool) {
	s := t.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.subs[name]
	if a == nil {
		a = &audience{conns: make(map[*conn]*cursor, 1)}
		a.told.Store(head)
		s.subs[name] = a
	}
	a.conns[c] = cur
	return head > a.told.Load()
}

func (t *table) remove(name string, c *conn) {
	s := t.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.subs[name]
	if a == nil {
		return
	}
	delete(a.conns, c)
	if len(a.conns) == 0 {
		delete(s.subs, name)
	}
}

// each calls f for every subscriber of name, who are then told of seq. f must be quick and must not wait for a socket.
func (t *table) each(name string, seq int64, f func(*conn, *cursor)) {
	s := t.shard(name)
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.subs[name]
	if a == nil {
		return
	}
	for c, cur := range a.conns {
		f(c, cur)
	}
	a.tell(seq)
}

// told returns the highest seq that all subscribers of name were told of; here is false when there are none.
func (t *table) told(name string) (seq int64, here bool) {
	s := t.shard(name)
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.subs[name]
	if a == nil {
		return 0, false
	}
	return a.told.Load(), true
}

// names are all that somebody is subscribed to.
func (t *table) names() (names []string) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.RLock()
		names = slices.AppendSeq(names, maps.Keys(s.subs))
		s.mu.RUnlock()
	}
	return names
}
