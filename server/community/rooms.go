package community

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// rooms knows how much room everybody has in their week: for how many introductions they want to be asked, and for how
// many they were within the last seven days, by people themselves, by hosts and by first messages of strangers, and whatever became of it. It is filled at the start, told of
// each asking, and looks for those that were told elsewhere, so that no list needs to ask the store.
type rooms struct {
	mu    sync.RWMutex
	want  map[MemberID]int      // of everybody who can be proposed
	asked map[MemberID][]asking // by who was asked
	seen  Instant               // up to when the store was read
}

// asking is one introduction, as far as it takes room.
type asking struct {
	id   string // of an Introduction or a Brokering; "talk:" and that of a Conversation, which may read like the former
	from MemberID
	with MemberID // whom they would meet, if that is somebody else
	at   Instant
}

func newRooms() *rooms {
	return &rooms{want: map[MemberID]int{}, asked: map[MemberID][]asking{}}
}

// allow notes how many introductions a week a member wants.
func (r *rooms) allow(m *Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.Gone {
		delete(r.want, m.ID)
		delete(r.asked, m.ID)
		return
	}
	r.want[m.ID] = m.RoomInWeek
}

// take notes an asking once, however often it is told, and forgets what is older than a week.
func (r *rooms) take(to MemberID, a asking, now Instant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	of := slices.DeleteFunc(r.asked[to], func(b asking) bool { return b.id == a.id || b.at <= now.Plus(-week) })
	if a.at > now.Plus(-week) {
		of = append(of, a)
	}
	if r.asked[to] = of; len(of) == 0 {
		delete(r.asked, to)
	}
}

// release forgets an asking that was taken away.
func (r *rooms) release(to MemberID, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked[to] = slices.DeleteFunc(r.asked[to], func(a asking) bool { return a.id == id })
}

// left is how many more people somebody can be proposed to. Whom the viewer asked already they see further on: that asks
// nothing more. The caller holds the lock for reading, so that one list sees one moment.
func (r *rooms) left(id, viewer MemberID, now Instant) int {
	for _, a := range r.asked[id] {
		if a.from == viewer && a.at > now.Plus(-week) {
			return 1
		}
	}
	return r.want[id] - r.taken(id, now)
}

// taken is how much of somebody's week is used. The caller holds the lock for reading.
func (r *rooms) taken(id MemberID, now Instant) (taken int) {
	for _, a := range r.asked[id] {
		if a.at > now.Plus(-week) {
			taken++
		}
	}
	return taken
}

// forget drops what is older than a week.
func (r *rooms) forget(now Instant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, of := range r.asked {
		of = slices.DeleteFunc(of, func(a asking) bool { return a.at <= now.Plus(-week) })
		if r.asked[id] = of; len(of) == 0 {
			delete(r.asked, id)
		}
	}
}

// Asked notes that somebody was asked for an introduction, or that the asking was taken away.
func (m *Matchmaking) Asked(i *Introduction, now Instant) {
	if i.Gone {
		m.rooms.release(i.To, string(i.ID))
		return
	}
	m.rooms.take(i.To, asking{id: string(i.ID), from: i.From, at: i.AskedAt}, now)
}

// Brokered notes that a host asked two, or that the asking was taken away.
func (m *Matchmaking) Brokered(b *Brokering, now Instant) {
	for _, side := range []Side{b.A, b.B} {
		if b.Gone {
			m.rooms.release(side.Member, string(b.ID))
		} else {
			m.rooms.take(side.Member, asking{id: string(b.ID), from: b.Host, with: b.Other(side.Member), at: b.AskedAt}, now)
		}
	}
}

// Requested notes that a stranger wrote to somebody for the first time, or that this was taken away.
func (m *Matchmaking) Requested(c *Conversation, now Instant) {
	switch {
	case c.AskedOf == "":
	case c.Gone:
		m.rooms.release(c.AskedOf, "talk:"+string(c.ID))
	default:
		m.rooms.take(c.AskedOf, asking{id: "talk:" + string(c.ID), from: c.AskedBy, at: c.AskedAt}, now)
	}
}

// askingsOverlap is how far before the last look askings are read again: clocks of two machines may differ, and a write
// takes a moment.
const askingsOverlap = 5 * 60 * 1000

// LookForAskings takes up introductions that were asked for through another program on the same store, and forgets those
// older than a week.
func (n *Network) LookForAskings(ctx context.Context) error {
	r, now := n.Matches.rooms, n.Now()
	r.mu.RLock()
	since := max(r.seen-askingsOverlap, now.Plus(-week))
	r.mu.RUnlock()
	read := func(p Page) ([]*Introduction, Cursor, error) { return n.Introductions.AskedSince(ctx, since, p) }
	if err := throughout(read, func(i *Introduction) { n.Matches.Asked(i, now) }); err != nil {
		return err
	}
	brokered := func(p Page) ([]*Brokering, Cursor, error) { return n.Brokerings.AskedSince(ctx, since, p) }
	if err := throughout(brokered, func(b *Brokering) { n.Matches.Brokered(b, now) }); err != nil {
		return err
	}
	requested := func(p Page) ([]*Conversation, Cursor, error) { return n.Conversations.AskedSince(ctx, since, p) }
	if err := throughout(requested, func(c *Conversation) { n.Matches.Requested(c, now) }); err != nil {
		return err
	}
	r.forget(now)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = max(r.seen, now)
	return nil
}

// RoomLeft is for how many more introductions the viewer can be asked this week, as they can know it, and when the next
// room comes: zero while there is some. People apart never asked; in others' lists their asking still takes room, or those
// would tell of the block.
func (n *Network) RoomLeft(ctx context.Context, v Viewer) (left int, next Instant, err error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return 0, 0, err
	}
	r, now := n.Matches.rooms, n.Now()
	r.mu.RLock()
	defer r.mu.RUnlock()
	var lately []asking
	for _, a := range r.asked[v.ID] {
		if a.at > now.Plus(-week) && !v.Apart(a.from) && !v.Apart(a.with) {
			lately = append(lately, a)
		}
	}
	if left = me.RoomInWeek - len(lately); left > 0 || me.RoomInWeek == 0 {
		return max(left, 0), 0, nil
	}
	slices.SortFunc(lately, func(a, b asking) int { return cmp.Compare(a.at, b.at) })
	return 0, lately[-left].at.Plus(week), nil
}
