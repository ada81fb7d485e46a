package community

import (
	"context"
	"slices"

	"longtable/matching"
)

// ProgrammeMatch is a programme for the viewer, and why: what it is to them, and how they meet what it says openly of
// whom it is for.
type ProgrammeMatch struct {
	Programme *Programme
	ForYou    Benefit
	ForThem   Benefit
}

// ProgrammesFor are the programmes that can be applied to and fit the viewer best, best first. What a programme says in
// public counts, and all that the viewer wrote in their profile; what anybody declared in confidence plays no part.
func (n *Network) ProgrammesFor(ctx context.Context, v Viewer) ([]ProgrammeMatch, error) {
	me, err := n.asMember(ctx, v)
	if err != nil {
		return nil, err
	}
	zones, err := n.zones(ctx)
	if err != nil {
		return nil, err
	}
	open := map[ProgrammeID]*Programme{}
	var doors []matching.Profile
	err = upTo(programmesConsidered, func(p Page) ([]*Programme, Cursor, error) { return n.ProgrammesOpen(ctx, p) }, func(p *Programme) {
		open[p.ID] = p
		doors = append(doors, n.door(p, zones))
	})
	if err != nil {
		return nil, err
	}
	key, err := n.tieKey(ctx)
	if err != nil {
		return nil, err
	}
	r := n.Matches.named(n.Matches.round.Load())
	var fits []ProgrammeMatch
	for _, m := range r.definition.RankDoors(me, doors, matching.Question{Limit: FitsMax, Day: n.today(), Key: key}) {
		fit := ProgrammeMatch{open[ProgrammeID(m.ID)], r.benefit(m.Reasons.ForViewer), r.benefit(m.Reasons.ForCandidate)}
		if fit.ForYou.speaks() {
			fits = append(fits, fit)
		}
	}
	return fits, nil
}

// programmesConsidered are the open programmes that are held against somebody, those closing soonest.
const programmesConsidered = 4 * PageMax

// speaks tells whether there is more to say than that no need was stated.
func (b Benefit) speaks() bool {
	return slices.ContainsFunc(b.Reasons, func(r Reason) bool { return r.Kind != ReasonNoNeed })
}

// door is a programme as it is ranked: what it helps with, what it says of causes, stage and languages, and where it is. It
// is open to everybody, and its working hours are its own.
func (n *Network) door(p *Programme, zones zoning) matching.Profile {
	offers := make([]Offered, len(p.Skills))
	for i, s := range p.Skills {
		offers[i] = Offered{Skill: s, Grasp: LivedExperience}
	}
	d := n.Matches.profile(Profile{ID: MemberID(p.ID), Offers: offers, Causes: p.Causes, Languages: p.Languages, Stage: p.Stage, Hub: p.Hub}, zones)
	d.Hours = 0
	return matching.Giver(d, matching.FullRoom)
}
