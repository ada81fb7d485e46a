package community

import (
	"context"
	"strings"
)

// Whoever helps somebody apply knows the person, so they are not among those who decide on that application. The program knows
// it by itself: a conflict of interest that has to be declared is declared by the honest.

// CompanionID is derived from application and member.
type CompanionID string

// Companion is a member who was signed in while an application was written for somebody else: as a helper in the person's name,
// or beside a person without an account. Nobody reads it but themselves, in their export.
type Companion struct {
	Record[CompanionID] `bson:",inline"`
	Programme           ProgrammeID   `json:"programme"`
	Application         ApplicationID `json:"application"`
	Member              MemberID      `json:"member"`
	At                  Instant       `json:"at"`
}

// Companions is what the domain needs of the store.
type Companions interface {
	Keeper[CompanionID, Companion]
	Of(ctx context.Context, application ApplicationID, page Page) ([]*Companion, Cursor, error)
	By(ctx context.Context, member MemberID, page Page) ([]*Companion, Cursor, error)
}

// noteCompanion remembers who writes an application for somebody, before it can be read. It may be repeated.
func (n *Network) noteCompanion(ctx context.Context, v Viewer, a *Application) error {
	who := v.By
	if who == "" && a.Assisted() {
		who = v.ID // the helper, or the person themselves: neither decides on it
	}
	if who == "" {
		return nil
	}
	err := n.Companions.Add(ctx, &Companion{Record: Record[CompanionID]{ID: CompanionID(string(a.ID) + "~" + string(who))},
		Programme: a.Programme, Application: a.ID, Member: who, At: n.Now()})
	if KindOf(err) == KindConflict {
		return nil
	}
	return err
}

// OwnCompanions are the applications of others that the viewer had a part in.
func (n *Network) OwnCompanions(ctx context.Context, v Viewer, page Page) ([]*Companion, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Companions.By(ctx, v.ID, page)
}

// hasPart tells in which applications somebody has a part.
type hasPart func(*Application) bool

// partsOf finds the applications on which somebody must not decide: their own, those of people for whom they act or once did,
// those that they were signed in for, and those that name them as the helper.
func (n *Network) partsOf(ctx context.Context, who MemberID) (hasPart, error) {
	helped, along := map[MemberID]bool{who: true}, map[ApplicationID]bool{}
	err := throughout(func(p Page) ([]*Assistance, Cursor, error) { return n.Assistances.By(ctx, who, p) },
		func(a *Assistance) { helped[a.Member] = true })
	if err != nil {
		return nil, err
	}
	err = throughout(func(p Page) ([]*Companion, Cursor, error) { return n.Companions.By(ctx, who, p) },
		func(c *Companion) { along[c.Application] = true })
	if err != nil {
		return nil, err
	}
	m, err := n.Members.Get(ctx, who)
	if ignoreMissing(err) != nil {
		return nil, err
	}
	name := ""
	if err == nil {
		name = foldedName(m.Name)
	}
	return func(a *Application) bool {
		return helped[a.Member] || along[a.ID] || name != "" && foldedName(a.Helper.Name) == name
	}, nil
}

func foldedName(name string) string { return strings.Join(strings.Fields(fold(name)), " ") }

// partsIn are the parts that those who decide on a programme have in applications to it.
func (n *Network) partsIn(ctx context.Context, p *Programme) (map[MemberID]hasPart, error) {
	parts := map[MemberID]hasPart{}
	for _, m := range p.Reviewers {
		part, err := n.partsOf(ctx, m)
		if err != nil {
			return nil, err
		}
		parts[m] = part
	}
	return parts, nil
}

// withKnown are the reviews of an application with a conflict for each of those who have a part in it, as if they had declared it.
// What was given before the list was frozen stands: a place follows from it.
func (p *Programme) withKnown(a *Application, reviews []*Review, parts map[MemberID]hasPart) []*Review {
	known := map[MemberID]bool{}
	for m, part := range parts {
		known[m] = part(a)
	}
	all := make([]*Review, 0, len(reviews)+1)
	for _, r := range reviews {
		if known[r.Reviewer] && !r.Conflict && !p.Frozen() {
			conflict := *r
			conflict.Conflict, conflict.Points, conflict.Words = true, nil, ""
			r = &conflict
		}
		known[r.Reviewer] = false
		all = append(all, r)
	}
	for _, m := range p.Reviewers {
		if known[m] {
			all = append(all, &Review{Programme: p.ID, Application: a.ID, Reviewer: m, Conflict: true})
		}
	}
	return all
}

// settleParts writes down the conflicts that the program knows, so that what the list is frozen with stays what was counted,
// whoever stops helping or leaves.
func (n *Network) settleParts(ctx context.Context, s sheet) error {
	for _, reviews := range s.reviews {
		for _, r := range reviews {
			if !r.Conflict || r.ID == "" {
				continue
			}
			if err := n.settleConflict(ctx, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *Network) settleConflict(ctx context.Context, id ReviewID) error {
	_, err := n.Reviews.Change(ctx, id, func(r *Review) error {
		if r.Conflict {
			return ErrUnchanged
		}
		r.Conflict, r.Points, r.Words = true, nil, ""
		return nil
	})
	return ignoreMissing(err)
}

// settlePart does the same for one review, before it can no longer be known who gave it.
func (n *Network) settlePart(ctx context.Context, r *Review, part hasPart) error {
	a, err := n.Applications.Get(ctx, r.Application)
	if err != nil || r.Conflict || !part(a) {
		return ignoreMissing(err)
	}
	p, err := n.Programmes.Get(ctx, a.Programme)
	if err != nil || p.Frozen() {
		return ignoreMissing(err)
	}
	return n.settleConflict(ctx, r.ID)
}

func (n *Network) forgetCompanions(ctx context.Context, a ApplicationID) error {
	return drain(func(p Page) ([]*Companion, Cursor, error) { return n.Companions.Of(ctx, a, p) },
		func(c *Companion) error { return n.Companions.Delete(ctx, c.ID) })
}

func (n *Network) eraseCompanions(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Companion, Cursor, error) { return n.Companions.By(ctx, id, p) },
		func(c *Companion) error { return n.Companions.Delete(ctx, c.ID) })
}
