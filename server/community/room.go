package community

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// The room in somebody's week has two sides. What waits for their answer, introductions, what hosts propose and first
// messages of strangers, is shown as far as there is room beside what they answered within the week; the rest waits its
// turn. And lists propose them to others as far as there is room beside what they were asked within the week, answered or
// not, so that a list tells nobody of an answer (rooms.go).

const day = 24 * time.Hour

// waiting are the introductions that the viewer is asked for now, by people themselves and by hosts, each longest waiting
// first: together no more than the room they have left. What is over is for first messages.
func (n *Network) waiting(ctx context.Context, v Viewer) (asked []*Introduction, brokered []*Brokering, over int, err error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, nil, 0, err
	}
	if brokered, err = n.Brokerings.Of(ctx, v.ID); err != nil {
		return nil, nil, 0, err
	}
	room, err := n.roomLeft(ctx, me, brokered)
	if err != nil || room <= 0 {
		return nil, nil, 0, err
	}
	read := func(page Page) ([]*Introduction, Cursor, error) { return n.Introductions.WaitingFor(ctx, v.ID, page) }
	if asked, _, err = visible(Page{Limit: room}, read, func(i *Introduction) bool { return v.Apart(i.From) }); err != nil {
		return nil, nil, 0, err
	}
	if brokered, err = n.stillOpen(ctx, v, me, brokered); err != nil {
		return nil, nil, 0, err
	}
	for len(asked)+len(brokered) > room { // the one that came last waits
		if len(brokered) == 0 || len(asked) > 0 && asked[len(asked)-1].AskedAt > brokered[len(brokered)-1].AskedAt {
			asked = asked[:len(asked)-1]
		} else {
			brokered = brokered[:len(brokered)-1]
		}
	}
	return asked, brokered, room - len(asked) - len(brokered), nil
}

// roomLeft is how many more introductions the member takes this week; what they answered, either way, has used it.
func (n *Network) roomLeft(ctx context.Context, m *Member, brokered []*Brokering) (int, error) {
	since := n.Now().Plus(-week)
	answered, err := n.Introductions.AnsweredBySince(ctx, m.ID, since, Page{Limit: RoomInWeekMax})
	if err != nil {
		return 0, err
	}
	requests, err := n.Seats.AnsweredSince(ctx, m.ID, since, RoomInWeekMax)
	room := min(m.RoomInWeek-len(answered)-len(requests), RoomInWeekMax)
	for _, b := range brokered {
		if b.Side(m.ID).AnsweredAt >= since {
			room--
		}
	}
	return room, err
}

// stillOpen leaves of a member's brokerings those that wait for their answer, longest waiting first.
func (n *Network) stillOpen(ctx context.Context, v Viewer, me *Member, brokered []*Brokering) ([]*Brokering, error) {
	brokered = slices.DeleteFunc(brokered, func(b *Brokering) bool { return b.Side(v.ID).Answer != "" || v.Apart(b.Host) })
	ids := make([]MemberID, len(brokered))
	for i, b := range brokered {
		ids[i] = b.Other(v.ID)
	}
	others, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var open []*Brokering
	for i, b := range brokered {
		if askable(v, me, others[i]) {
			open = append(open, b)
		}
	}
	slices.SortFunc(open, func(a, b *Brokering) int { return cmp.Or(cmp.Compare(a.AskedAt, b.AskedAt), cmp.Compare(a.ID, b.ID)) })
	return open, nil
}

// roomFor is how many more people a member can be proposed to this week, by whomever.
func (n *Network) roomFor(m *Member) int {
	if m.MatchingOff {
		return 0
	}
	r := n.Matches.rooms
	r.mu.RLock()
	defer r.mu.RUnlock()
	return max(0, m.RoomInWeek-r.taken(m.ID, n.Now()))
}
