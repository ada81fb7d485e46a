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

// audience are the subscribers of one name, in no order.
type audience struct {
	told    atomic.Int64 // of a conversation: the highest seq that all of them were told of
	cursors []*cursor
}

// spareMax is how often the subscribers must fit into the room for them before it is given back.
const spareMax = 4

func (a *audience) add(cur *cursor) {
	a.cursors = append(a.cursors, cur)
	cur.at = int32(len(a.cursors))
}

// remove lets the last one take the place of cur.
func (a *audience) remove(cur *cursor) {
	end := len(a.cursors) - 1
	last := a.cursors[end]
	a.cursors[cur.at-1], last.at = last, cur.at
	cur.at = 0
	a.cursors[end] = nil
	if a.cursors = a.cursors[:end]; end*spareMax < cap(a.cursors) {
		a.cursors = slices.Clone(a.cursors)
	}
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

// add subscribes a cursor, which begins at head; it tells whether that is news to others here. Topics have no head.
func (t *table) add(cur *cursor, head int64) (news bool) {
	name := cur.name.Value()
	s := t.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.subs[name]
	if a == nil {
		a = &audience{cursors: make([]*cursor, 0, 1)}
		a.told.Store(head)
		s.subs[name] = a
	}
	if cur.at == 0 {
		a.add(cur)
	}
	return head > a.told.Load()
}

// remove does nothing about a cursor that is not, or no longer, subscribed.
func (t *table) remove(cur *cursor) {
	name := cur.name.Value()
	s := t.shard(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.subs[name]
	if a == nil || cur.at == 0 {
		return
	}
	if a.remove(cur); len(a.cursors) == 0 {
		delete(s.subs, name)
	}
}

// each calls f for every subscriber of name, who are then told of seq. f must be quick and must not wait for a socket.
func (t *table) each(name string, seq int64, f func(*cursor)) {
	s := t.shard(name)
	s.mu.RLock()
	defer s.mu.RUnlock()
	a := s.subs[name]
	if a == nil {
		return
	}
	for _, cur := range a.cursors {
		f(cur)
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
