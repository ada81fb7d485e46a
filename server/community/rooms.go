package community

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// rooms knows how much room everybody has in their week: for how many introductions they want to be asked, and for how
// many they were within the last seven days, by whomever and whatever became of it. It is filled at the start, told of
// each asking, and looks for those that were told elsewhere, so that no list needs to ask the store.
type rooms struct {
	mu    sync.RWMutex
	want  map[MemberID]int      // of everybody who can be proposed
	asked map[MemberID][]asking // by who was asked
	seen  Instant               // up to when the store was read
}

// asking is one introduction, as far as it takes room.
type asking struct {
	id   IntroductionID
	from MemberID
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

// take notes an asking once, however often it is told, and forgets one that was taken away or is older than a week.
func (r *rooms) take(i *Introduction, now Instant) {
	r.mu.Lock()
	defer r.mu.Unlock()
	of := slices.DeleteFunc(r.asked[i.To], func(a asking) bool { return a.id == i.ID || a.at <= now.Plus(-week) })
	if !i.Gone && i.AskedAt > now.Plus(-week) {
		of = append(of, asking{i.ID, i.From, i.AskedAt})
	}
	if r.asked[i.To] = of; len(of) == 0 {
		delete(r.asked, i.To)
	}
}

// left is how many more people somebody can be proposed to. Whom the viewer asked already they see further on: that asks
// nothing more. The caller holds the lock for reading, so that one list sees one moment.
func (r *rooms) left(id, viewer MemberID, now Instant) int {
	room := r.want[id]
	for _, a := range r.asked[id] {
		if a.at <= now.Plus(-week) {
			continue
		}
		if a.from == viewer {
			return 1
		}
		room--
	}
	return room
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
func (m *Matchmaking) Asked(i *Introduction, now Instant) { m.rooms.take(i, now) }

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
	page := Page{Limit: PageMax}
	for {
		found, next, err := n.Introductions.AskedSince(ctx, since, page)
		if err != nil {
			return err
		}
		for _, i := range found {
			r.take(i, now)
		}
		if page.After = next; next == "" {
			break
		}
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
		if a.at > now.Plus(-week) && !v.Apart(a.from) {
			lately = append(lately, a)
		}
	}
	if left = me.RoomInWeek - len(lately); left > 0 || me.RoomInWeek == 0 {
		return max(left, 0), 0, nil
	}
	slices.SortFunc(lately, func(a, b asking) int { return cmp.Compare(a.at, b.at) })
	return 0, lately[-left].at.Plus(week), nil
}
