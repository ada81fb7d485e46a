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
	people    map[string]*conn // the newest of each, which knows the next older
	addresses map[unique.Handle[string]]int
}

func newRegistry(l Limits) *registry {
	return &registry{
		perPerson: l.PerPerson, perAddress: l.PerAddress,
		people: map[string]*conn{}, addresses: map[unique.Handle[string]]int{},
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
	c.older = r.people[c.person]
	r.people[c.person] = c
	r.addresses[c.address]++
	return c.part(r.perPerson), reason{}, true
}

// part takes the connection beyond the newest few from those of one person, of whom c is the newest.
func (c *conn) part(few int) (oldest *conn) {
	for n := 1; c != nil; n, c = n+1, c.older {
		if n == few {
			oldest, c.older = c.older, nil
			break
		}
	}
	return oldest
}

func (r *registry) leave(c *conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(c)
	if r.addresses[c.address]--; r.addresses[c.address] == 0 {
		delete(r.addresses, c.address)
	}
}

// forget takes a connection from those of its person, if it is there. Called with mu held.
func (r *registry) forget(c *conn) {
	newest := r.people[c.person]
	switch {
	case newest != c:
		for other := newest; other != nil; other = other.older {
			if other.older == c {
				other.older = c.older
			}
		}
	case c.older != nil:
		r.people[c.person] = c.older
	default:
		delete(r.people, c.person)
	}
	c.older = nil
}

// of returns the connections of one person, the newest first.
func (r *registry) of(person string) (theirs []*conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := r.people[person]; c != nil; c = c.older {
		theirs = append(theirs, c)
	}
	return theirs
}

// has tells whether a person has a connection.
func (r *registry) has(person string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.people[person] != nil
}

// names returns everybody who has a connection, in an order that stays.
func (r *registry) names() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.people))
}

// all returns every connection.
func (r *registry) all() (all []*conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all = make([]*conn, 0, len(r.people))
	for _, newest := range r.people {
		for c := newest; c != nil; c = c.older {
			all = append(all, c)
		}
	}
	return all
}

// close lets nobody begin or enter any more; running can then be waited for.
func (r *registry) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
}
