package community

import (
	"context"

	"longtable/matching"
)

// Pool is what everybody is ranked in; the product never hands it out.
func (m *Matchmaking) Pool() *matching.Pool { return m.round.Load().pool }

// RelatedTogether is how often skills stand together before they count as related.
const RelatedTogether = relatedTogether

// TurnsInMemory are the number of the round that lists are made with, and everybody's impact in it.
func (m *Matchmaking) TurnsInMemory() (number int, impacts map[string]matching.Impact) {
	t := m.round.Load().turns
	return t.number, t.ledger.Impacts()
}

// FailSharing makes every sharing out of turns fail.
func (m *Matchmaking) FailSharing(err error) {
	m.share = func(*matching.Ledger, []matching.Match, []int, func(string) int) (matching.List, error) {
		return matching.List{}, err
	}
}

// RoomFor is how many more people the member can be proposed to, for the viewer.
func (m *Matchmaking) RoomFor(id, viewer MemberID, now Instant) int {
	m.rooms.mu.RLock()
	defer m.rooms.mu.RUnlock()
	return m.rooms.left(id, viewer, now)
}

// PutLeaking brings an edit into everybody's matches as only the member may see it: the fault that the proof of privacy
// has to find.
func (m *Matchmaking) PutLeaking(ctx context.Context, n *Network, member *Member) error {
	return m.put(ctx, n, member, member.ShownTo(OnlyMe))
}
