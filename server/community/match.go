package community

import (
	"context"
	"hash/fnv"
	"time"

	"longtable/matching"
)

// Match is somebody to work with, and why: what they bring to the viewer, and the viewer to them.
type Match struct {
	Person     Profile `json:"person"`
	ForYou     Benefit `json:"forYou"`
	ForThem    Benefit `json:"forThem"`
	Introduced bool    `json:"introduced,omitempty"` // the viewer has asked for them already
}

// Shortlist is a viewer's list, best first, made of one round: the people with their reasons, and what is remembered of it.
type Shortlist struct {
	Matches []Match
	// Fault says why the best list stands here instead of one with turns; for the log.
	Fault error
	// Agreement is what the list was made under.
	Agreement *Agreement

	viewer matching.Profile // private fields too
	ranked []matching.Match // of Matches, in their order
	list   matching.List
	round  *round
}

// MatchesFor are the first of the viewer's shortlist.
func (n *Network) MatchesFor(ctx context.Context, v Viewer, limit int) ([]Match, error) {
	l, err := n.ShortlistFor(ctx, v, limit)
	if err != nil {
		return nil, err
	}
	return l.Matches, nil
}

// ShortlistFor are the people who fit the viewer best and whose turn it is, and the first of them loaded. Everything the
// viewer wrote counts, private fields too; of the others only what the whole network may see. People already met, people
// apart and people whose week is full are left out.
func (n *Network) ShortlistFor(ctx context.Context, v Viewer, limit int) (*Shortlist, error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, err
	}
	zones, err := n.zoneOf(ctx, me.Hub)
	if err != nil {
		return nil, err
	}
	key, err := n.tieKey(ctx)
	if err != nil {
		return nil, err
	}
	agreed, err := n.inForce(ctx, me.Hub)
	if err != nil {
		return nil, err
	}
	l := &Shortlist{viewer: n.Matches.profile(me.ShownTo(OnlyMe), zones), Agreement: agreed, round: n.Matches.round.Load()}
	l.list, l.Fault = n.Matches.choose(l.round, wish{viewer: l.viewer, day: int(n.today()), key: key, concession: agreed.Concession, people: max(0, min(limit, MatchesMax)),
		allow: func(id MemberID) bool { return !v.Apart(id) && !v.Contact(id) }}, n.Now())
	l.ranked, l.Matches, err = n.present(ctx, v, l.list.Matches[:max(0, min(limit, len(l.list.Matches)))], l.reasons)
	return l, err
}

// reasons explains somebody on the list; only who is shown is explained.
func (l *Shortlist) reasons(m matching.Match) toldReasons {
	other, _ := l.round.pool.Get(m.ID)
	return l.round.told(l.round.definition.Explain(l.viewer, other))
}

// present loads the people of a list as the viewer may see them, each with the reasons that why gives. Who is not there any
// more falls out of both lists.
func (n *Network) present(ctx context.Context, v Viewer, ranked []matching.Match, why func(matching.Match) toldReasons) (still []matching.Match, shown []Match, err error) {
	ids := make([]MemberID, len(ranked))
	asked := make([]IntroductionID, len(ranked))
	for i, m := range ranked {
		ids[i], asked[i] = MemberID(m.ID), introductionID(v.ID, MemberID(m.ID))
	}
	members, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	introductions, err := n.Introductions.Many(ctx, asked)
	if err != nil {
		return nil, nil, err
	}
	shown = make([]Match, 0, len(ranked))
	for i, m := range members {
		if m == nil || m.MatchingOff {
			continue
		}
		told := why(ranked[i])
		still = append(still, ranked[i])
		shown = append(shown, Match{Person: m.ShownTo(v.Reach(m)), ForYou: told.forViewer, ForThem: told.forThem, Introduced: introductions[i] != nil})
	}
	return still, shown, nil
}

// today numbers the day; ties turn over with it.
func (n *Network) today() int32 { return int32(n.Now() / Instant((24 * time.Hour).Milliseconds())) }

// tieKey is the network's own secret for breaking ties, so that nobody can choose an id that wins them.
func (n *Network) tieKey(ctx context.Context) (uint64, error) {
	charter, err := n.Charter(ctx)
	if err != nil && KindOf(err) != KindNotFound {
		return 0, err
	}
	h := fnv.New64a()
	if charter != nil {
		_, _ = h.Write([]byte(charter.TieSecret)) // a hash takes everything
	}
	return h.Sum64(), nil
}
