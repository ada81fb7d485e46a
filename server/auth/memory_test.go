package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
)

// kept is what memory can hold.
type kept[T any] interface {
	*T
	community.Kept
}

// memory is a store of one kind. Like the real one it keeps copies, and replaces only what nobody changed meanwhile.
type memory[ID ~string, T any, P kept[T]] struct {
	name   string
	ledger *ledger
	unique func(*T) string // nil when nothing but the id is unique

	mu     sync.Mutex
	things map[ID]T // guarded by mu
}

// ledger writes down which work was asked of the stores and the post, in order.
type ledger struct {
	mu    sync.Mutex
	lines []string // guarded by mu
	fail  error    // given to every call when set; guarded by mu
}

func (l *ledger) note(line string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, line)
	return l.fail
}

func (l *ledger) failWith(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

// take gives the lines since the last take.
func (l *ledger) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	l.lines = nil
	return lines
}

func newMemory[ID ~string, T any, P kept[T]](name string, book *ledger) memory[ID, T, P] {
	return memory[ID, T, P]{name: name, ledger: book, things: map[ID]T{}}
}

func (m *memory[ID, T, P]) Add(_ context.Context, thing *T) error {
	if err := m.ledger.note(m.name + ".Add"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	id := ID(P(thing).Key())
	for other, existing := range m.things {
		if other == id || m.unique != nil && m.unique(&existing) == m.unique(thing) {
			return community.Conflict("error.taken")
		}
	}
	P(thing).Stamped().Rev = 1
	m.things[id] = throughJSON(*thing)
	return nil
}

func (m *memory[ID, T, P]) Get(_ context.Context, id ID) (*T, error) {
	if err := m.ledger.note(m.name + ".Get"); err != nil {
		return nil, err
	}
	return m.read(id)
}

func (m *memory[ID, T, P]) read(id ID) (*T, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	thing, ok := m.things[id]
	if !ok {
		return nil, community.NotFound("no %s %s", m.name, id)
	}
	return &thing, nil
}

func (m *memory[ID, T, P]) Many(ctx context.Context, ids []ID) ([]*T, error) {
	things := make([]*T, len(ids))
	for i, id := range ids {
		thing, err := m.Get(ctx, id)
		if ignoreMissing(err) != nil {
			return nil, err
		}
		things[i] = thing
	}
	return things, nil
}

func (m *memory[ID, T, P]) Change(_ context.Context, id ID, change func(*T) error) (*T, error) {
	if err := m.ledger.note(m.name + ".Change"); err != nil {
		return nil, err
	}
	for {
		thing, err := m.read(id)
		if err != nil {
			return nil, err
		}
		if err := change(thing); err != nil {
			return nil, err
		}
		if m.replace(id, thing) {
			return thing, nil
		}
	}
}

func (m *memory[ID, T, P]) replace(id ID, thing *T) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	current, ok := m.things[id]
	if !ok || P(&current).Stamped().Rev != P(thing).Stamped().Rev {
		return false
	}
	P(thing).Stamped().Rev++
	m.things[id] = throughJSON(*thing)
	return true
}

func (m *memory[ID, T, P]) Delete(_ context.Context, id ID) error {
	if err := m.ledger.note(m.name + ".Delete"); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.things[id]; !ok {
		return community.NotFound("no %s %s", m.name, id)
	}
	delete(m.things, id)
	return nil
}

func (m *memory[ID, T, P]) where(what string, limit int, fits func(*T) bool) ([]*T, error) {
	if err := m.ledger.note(m.name + "." + what); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []*T
	for _, thing := range m.things {
		if fits(&thing) && len(found) < limit {
			found = append(found, &thing)
		}
	}
	return found, nil
}

// throughJSON stores what the real store would: what has no name in JSON is lost.
func throughJSON[T any](thing T) (copied T) {
	text, err := json.Marshal(thing)
	if err == nil {
		err = json.Unmarshal(text, &copied)
	}
	if err != nil {
		panic(fmt.Sprintf("%T cannot be stored: %v", thing, err))
	}
	return copied
}

const everything = 1 << 20

type (
	accountsInMemory struct {
		memory[community.MemberID, Account, *Account]
	}
	sessionsInMemory struct {
		memory[SessionHash, Session, *Session]
	}
	linksInMemory struct {
		memory[LinkHash, SignInLink, *SignInLink]
	}
	cardsInMemory struct {
		memory[CodeHash, CardCode, *CardCode]
	}
	tokensInMemory struct {
		memory[TokenHash, Token, *Token]
	}
)

func (m *accountsInMemory) ByEmailKey(_ context.Context, key EmailKey) (*Account, error) {
	found, err := m.where("ByEmailKey", 1, func(a *Account) bool { return a.EmailKey == key })
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, community.NotFound("no account for the address")
	}
	return found[0], nil
}

func (m *sessionsInMemory) ByMember(_ context.Context, member community.MemberID) ([]*Session, error) {
	return m.where("ByMember", everything, func(s *Session) bool { return s.Member == member })
}

func (m *sessionsInMemory) Expired(_ context.Context, before community.Instant, limit int) ([]*Session, error) {
	return m.where("Expired", limit, func(s *Session) bool { return s.ExpiresAt < before })
}

func (m *linksInMemory) ByMember(_ context.Context, member community.MemberID) ([]*SignInLink, error) {
	return m.where("ByMember", everything, func(l *SignInLink) bool { return l.Member == member })
}

func (m *linksInMemory) ByEmailKey(_ context.Context, key EmailKey) ([]*SignInLink, error) {
	return m.where("ByEmailKey", everything, func(l *SignInLink) bool { return l.EmailKey == key })
}

func (m *linksInMemory) Expired(_ context.Context, before community.Instant, limit int) ([]*SignInLink, error) {
	return m.where("Expired", limit, func(l *SignInLink) bool { return l.ExpiresAt < before })
}

func (m *cardsInMemory) ByMember(_ context.Context, member community.MemberID) ([]*CardCode, error) {
	return m.where("ByMember", everything, func(c *CardCode) bool { return c.Member == member })
}

func (m *tokensInMemory) ByMember(_ context.Context, member community.MemberID) ([]*Token, error) {
	return m.where("ByMember", everything, func(t *Token) bool { return t.Member == member })
}

// postbox keeps letters instead of sending them.
type postbox struct {
	ledger *ledger

	mu      sync.Mutex
	letters []Letter // guarded by mu
}

func (p *postbox) Send(_ context.Context, letter Letter) error {
	if err := p.ledger.note("letter"); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, letter)
	return nil
}

// wallClock shows the time it was set to.
type wallClock struct {
	mu  sync.Mutex
	now time.Time // guarded by mu
}

func (c *wallClock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *wallClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// porch is a door with everything around it in reach of a test.
type porch struct {
	*Door
	t        *testing.T
	accounts *accountsInMemory
	sessions *sessionsInMemory
	links    *linksInMemory
	tokens   *tokensInMemory
	cards    *cardsInMemory
	post     *postbox
	clock    *wallClock
	ledger   *ledger

	mu    sync.Mutex
	ended []SessionHash // guarded by mu
}

// cheap keeps tests fast; nothing but speed depends on it.
var cheap = Cost{MemoryKiB: 64, Passes: 1, Lanes: 1}

func newPorch(t *testing.T, adjust ...func(*House)) *porch {
	t.Helper()
	book := &ledger{}
	p := &porch{
		t:        t,
		accounts: &accountsInMemory{newMemory[community.MemberID, Account]("accounts", book)},
		sessions: &sessionsInMemory{newMemory[SessionHash, Session]("sessions", book)},
		links:    &linksInMemory{newMemory[LinkHash, SignInLink]("links", book)},
		tokens:   &tokensInMemory{newMemory[TokenHash, Token]("tokens", book)},
		cards:    &cardsInMemory{newMemory[CodeHash, CardCode]("cards", book)},
		post:     &postbox{ledger: book},
		clock:    &wallClock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
		ledger:   book,
	}
	p.accounts.unique = func(a *Account) string { return string(a.EmailKey) }
	passwords, err := NewPasswords(cheap)
	if err != nil {
		t.Fatal(err)
	}
	house := House{
		Accounts: p.accounts, Sessions: p.sessions, Links: p.links, Tokens: p.tokens, Cards: p.cards,
		Passwords: passwords, Throttle: NewThrottle(p.clock.time, Rates()), Letters: p.post, Clock: p.clock.time,
		Ended: func(_ context.Context, s *Session) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.ended = append(p.ended, s.ID)
		},
		Withdrawn: func(_ context.Context, t *Token) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.ended = append(p.ended, SessionHash(t.Session()))
		},
	}
	for _, change := range adjust {
		change(&house)
	}
	if p.Door, err = NewDoor(house); err != nil {
		t.Fatal(err)
	}
	return p
}

// toldEnded are the sessions whose sockets were to be closed since the last call, in order of id.
func (p *porch) toldEnded() []SessionHash {
	p.mu.Lock()
	defer p.mu.Unlock()
	ended := slices.Sorted(slices.Values(p.ended))
	p.ended = nil
	return ended
}

// lastLetter fails the test when none was sent.
func (p *porch) lastLetter() Letter {
	p.t.Helper()
	p.post.mu.Lock()
	defer p.post.mu.Unlock()
	if len(p.post.letters) == 0 {
		p.t.Fatal("no letter was sent")
	}
	return p.post.letters[len(p.post.letters)-1]
}
