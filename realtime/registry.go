package realtime

import (
	"maps"
	"slices"
	"sync"
	"unique"
)

// registry knows every connection, whose it is, and waits for them all at the end.
type registry struct {
	perPerson  int
	perAddress int

	running sync.WaitGroup // one for each connection; added under mu while not closed

	mu        sync.Mutex
	closed    bool
	people    map[string][]*conn // oldest first
	addresses map[unique.Handle[string]]int
}

func newRegistry(l Limits) *registry {
	return &registry{
		perPerson: l.PerPerson, perAddress: l.PerAddress,
		people: map[string][]*conn{}, addresses: map[unique.Handle[string]]int{},
	}
}

// begin counts a connection as running; it is false once the registry is closed. True must be followed by done.
func (r *registry) begin() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.running.Add(1)
	}
	return !r.closed
}

func (r *registry) done() { r.running.Done() }

// enter lets others find c, unless the registry is closed or the address has too many; an ok must be followed by leave.
// A person with too many loses the oldest, which the caller ends: it may be a phone that vanished without a word, and
// the person must not be locked out until that is noticed.
func (r *registry) enter(c *conn) (oldest *conn, why reason, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.closed:
		return nil, byeRestart, false
	case r.addresses[c.address] >= r.perAddress:
		return nil, byeTooMany, false
	}
	theirs := append(r.people[c.person], c)
	if len(theirs) > r.perPerson {
		oldest = theirs[0]
		theirs = slices.Delete(theirs, 0, 1)
	}
	r.people[c.person] = theirs
	r.addresses[c.address]++
	return oldest, reason{}, true
}

func (r *registry) leave(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people[c.person] = slices.DeleteFunc(r.people[c.person], func(other *conn) bool { return other == c })
	if len(r.people[c.person]) == 0 {
		delete(r.people, c.person)
	}
	if r.addresses[c.address]--; r.addresses[c.address] == 0 {
		delete(r.addresses, c.address)
	}
}

// of returns the connections of one person.
func (r *registry) of(person string) []*conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.people[person])
}

// names returns everybody who has a connection, in an order that stays.
func (r *registry) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.people))
}

// all returns every connection.
func (r *registry) all() []*conn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Concat(slices.Collect(maps.Values(r.people))...)
}

// close lets nobody begin or enter any more; running can then be waited for.
func (r *registry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
}
