package community

import (
	"context"

	"longtable/matching"
)

// An ask and who could answer it: what it needs against what people offer, and what they look for and the room they have
// against what its author shows.

const (
	helpersShown = 6 // people at an ask or a role: one writes to a few, not to a list

	// asksConsidered are the newest asks and offers of all boards that are read for somebody: older ones have been seen
	// for weeks.
	asksConsidered = 10 * PageMax

	// FitsMax is how many asks, roles or programmes are put before somebody.
	FitsMax = 20
)

// AskMatch is an ask that the viewer could answer, and why: what its author brings to the viewer, and the viewer to them.
type AskMatch struct {
	Ask     *Posting
	ForYou  Benefit
	ForThem Benefit
}

// HelpersFor are the people who could best answer the viewer's own ask, best first. People already connected are among
// them: one asks them in the conversation.
func (n *Network) HelpersFor(ctx context.Context, v Viewer, id PostingID) ([]Match, error) {
	p, err := n.Posting(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.Author != v.ID {
		return nil, NotFound("who could answer posting %s is for its author", id)
	}
	if p.Kind != Ask || p.Closed || len(p.Skills) == 0 {
		return nil, nil
	}
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, err
	}
	zones, err := n.zoneOf(ctx, p.Hub)
	if err != nil {
		return nil, err
	}
	return n.helpers(ctx, v, n.callOf(p, me, zones), func(MemberID) bool { return true }, helpersShown)
}

// callOf is an ask as it is ranked, by what its author shows to the network, and at the hub on whose board it hangs.
func (n *Network) callOf(p *Posting, author *Member, zones zoning) matching.Profile {
	who := author.ShownTo(EveryoneInNetwork)
	who.Hub = p.Hub
	return matching.Call(string(p.ID), n.Matches.profile(who, zones), n.Matches.numbers(p.Skills)...)
}

// AsksFor are the open asks that the viewer could best answer, best first. Everything the viewer wrote counts; of the
// authors only what the whole network may see.
func (n *Network) AsksFor(ctx context.Context, v Viewer) ([]AskMatch, error) {
	giver, err := n.asGiver(ctx, v)
	if err != nil {
		return nil, err
	}
	asks, err := n.asksOfOthers(ctx, v)
	if err != nil {
		return nil, err
	}
	calls, err := n.callsOf(ctx, asks)
	if err != nil {
		return nil, err
	}
	found, r, err := n.rankCalls(ctx, giver, calls)
	if err != nil {
		return nil, err
	}
	matches := make([]AskMatch, len(found))
	for i, m := range found {
		matches[i] = AskMatch{Ask: asks[PostingID(m.ID)], ForYou: r.benefit(m.Reasons.ForViewer), ForThem: r.benefit(m.Reasons.ForCandidate)}
	}
	return matches, nil
}

// asGiver is the viewer as somebody who is asked, by everything they wrote.
func (n *Network) asGiver(ctx context.Context, v Viewer) (matching.Profile, error) {
	own, err := n.asMember(ctx, v)
	return giver(own), err
}

// asMember is the viewer for their own lists.
func (n *Network) asMember(ctx context.Context, v Viewer) (matching.Profile, error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return matching.Profile{}, err
	}
	zones, err := n.zoneOf(ctx, me.Hub)
	return n.Matches.profile(me.ShownTo(OnlyMe), zones), err
}

// rankCalls ranks what asks for people, for one giver; the round names all skills that are in it.
func (n *Network) rankCalls(ctx context.Context, giver matching.Profile, calls []matching.Profile) ([]matching.Match, *round, error) {
	key, err := n.tieKey(ctx)
	r := n.Matches.named(n.Matches.round.Load())
	return r.definition.RankCalls(giver, calls, matching.Question{Limit: FitsMax, Day: n.today(), Key: key}), r, err
}

func (n *Network) asksOfOthers(ctx context.Context, v Viewer) (map[PostingID]*Posting, error) {
	asks := map[PostingID]*Posting{}
	err := upTo(asksConsidered, func(p Page) ([]*Posting, Cursor, error) { return n.Postings.Open(ctx, p) }, func(p *Posting) {
		if p.Kind == Ask && p.Author != v.ID && !v.Apart(p.Author) && len(p.Skills) > 0 {
			asks[p.ID] = p
		}
	})
	return asks, err
}

func (n *Network) callsOf(ctx context.Context, asks map[PostingID]*Posting) ([]matching.Profile, error) {
	zones, err := n.zones(ctx)
	if err != nil {
		return nil, err
	}
	var ids []MemberID
	var list []*Posting
	for _, p := range asks {
		ids, list = append(ids, p.Author), append(list, p)
	}
	authors, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	var calls []matching.Profile
	for i, author := range authors {
		if author != nil {
			calls = append(calls, n.callOf(list[i], author, zones))
		}
	}
	return calls, nil
}
