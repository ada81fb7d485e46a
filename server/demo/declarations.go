package demo

import (
	"context"
	"fmt"

	"longtable/server/community"
)

const (
	hubsThatDeclare = 3  // those of the personas: a few hundred people of the usual network
	declarePercent  = 65 // of whom so many declared something
)

// shares are how many percent of those who declare something say each; most things are said by enough to be seen among many.
var shares = map[community.Group]int{"refugee": 14, "migrant": 32, "carer": 30, "disability": 20, "low-income": 40, "first-in-family": 36, "no-papers": 6,
	"language": 28, "rural": 18, "turned-away": 12}

// Declare lets people of some hubs say in confidence what applies to them, and agree to be counted. It has no part in the
// digest of the network, because everybody's key is another each time. Who has declared before, or took it back, is left alone.
func (g *Generator) Declare(ctx context.Context, n *community.Network) error {
	if !n.Sealing() {
		return nil
	}
	for hub := range min(hubsThatDeclare, len(g.hubs)) {
		for _, i := range g.plan.people[hub] {
			draft := g.declaration(i)
			if draft.Empty() {
				continue
			}
			if err := declareOnce(ctx, n, g.memberID(i), draft); err != nil {
				return fmt.Errorf("demo: declare in confidence: %w", err)
			}
		}
	}
	return nil
}

func declareOnce(ctx context.Context, n *community.Network, id community.MemberID, draft community.DeclarationDraft) error {
	_, err := n.Declarations.Get(ctx, community.MemberDeclarant(id))
	if err == nil || community.KindOf(err) != community.KindNotFound {
		return err
	}
	v, err := n.Viewer(ctx, id)
	if community.KindOf(err) == community.KindUnauthenticated || community.KindOf(err) == community.KindNotFound {
		return nil // they left
	}
	if err != nil {
		return err
	}
	own, err := n.Declaring(ctx, v)
	if err != nil {
		return err
	}
	return own.Write(ctx, draft)
}

// declaration of a member; empty for those who declare nothing, the personas among them.
func (g *Generator) declaration(i int) (draft community.DeclarationDraft) {
	d := g.dice("declaration", i)
	if i < len(Personas) || !d.chance(declarePercent) {
		return draft
	}
	for _, group := range community.Groups {
		if d.chance(shares[group]) {
			draft.Groups = append(draft.Groups, group)
		}
	}
	if len(draft.Groups) == 0 {
		draft.Groups = []community.Group{community.RatherNotSay}
	}
	draft.Uses = []community.Use{community.UseReserved, community.UseCounted}
	return draft
}
