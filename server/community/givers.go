package community

import (
	"context"

	"longtable/matching"
)

// roomUnsaid is the room of somebody who does not say how many hours they have: unknown is not none.
const roomUnsaid = matching.FullRoom / 2

// giver is a person with the room that their hours a week make: a working day is all that one asks for.
func giver(p matching.Profile) matching.Profile {
	if p.HoursPerWeek == 0 {
		return matching.Giver(p, roomUnsaid)
	}
	return matching.Giver(p, 2*int(p.HoursPerWeek))
}

// numbers are skills as the ranking names them.
func (m *Matchmaking) numbers(ids []SkillID) []matching.Skill {
	m.mu.Lock()
	defer m.mu.Unlock()
	numbers := make([]matching.Skill, len(ids))
	for i, id := range ids {
		numbers[i] = m.number(id)
	}
	return numbers
}

// giversOf are people as who could be asked for something: by an ask, by an enterprise.
func giversOf(profiles []matching.Profile) []matching.Profile {
	givers := make([]matching.Profile, len(profiles))
	for i, p := range profiles {
		givers[i] = giver(p)
	}
	return givers
}

// named is a round that can also name the skills of things just read.
func (m *Matchmaking) named(r *round) *round {
	return &round{pool: r.pool, definition: r.definition, skillByNumber: m.numbered()}
}

// lookBehind is how many times as many people are ranked as are shown, since some may have no room this week.
const lookBehind = 4

// helpers are the people who could best answer a call, with room in their week, as the viewer may see them.
func (n *Network) helpers(ctx context.Context, v Viewer, call matching.Profile, allow func(MemberID) bool, limit int) ([]Match, error) {
	r := n.Matches.round.Load()
	key, err := n.tieKey(ctx)
	if err != nil {
		return nil, err
	}
	ranked := r.givers.RankGivers(call, matching.Question{Limit: limit * lookBehind, Day: n.today(), Key: key,
		Allow: func(id string) bool {
			return MemberID(id) != v.ID && !v.Apart(MemberID(id)) && allow(MemberID(id))
		}})
	if ranked, err = n.withRoom(ctx, ranked, limit, func(m *Member) bool { return n.roomFor(m) > 0 }); err != nil {
		return nil, err
	}
	_, shown, err := n.present(ctx, v, ranked, n.Matches.named(r).toldAlready)
	return shown, err
}

// withRoom keeps the first of a list who have room, and asks about nobody behind them.
func (n *Network) withRoom(ctx context.Context, ranked []matching.Match, limit int, hasRoom func(*Member) bool) ([]matching.Match, error) {
	ids := make([]MemberID, len(ranked))
	for i, m := range ranked {
		ids[i] = MemberID(m.ID)
	}
	members, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var kept []matching.Match
	for i, m := range members {
		if m == nil || len(kept) == limit {
			continue
		}
		if hasRoom(m) {
			kept = append(kept, ranked[i])
		}
	}
	return kept, nil
}
