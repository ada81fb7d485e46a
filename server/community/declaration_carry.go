package community

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// What somebody declared with an application before they had an account becomes what they declared as a member, with the day of
// each consent and the log of every use. A member who had declared something themselves before keeps that: two sets of consents do
// not add up to one that anybody gave. Then the other stays under the code of its application, to be read, changed and taken back.

// carryDeclarations brings what was declared with a member's applications to the member. It may be repeated; what can't be
// opened now stays where it is.
func (n *Network) carryDeclarations(ctx context.Context, member MemberID) error {
	var own []Declarant
	err := throughout(func(p Page) ([]*Application, Cursor, error) { return n.Applications.Of(ctx, member, p) },
		func(a *Application) { own = append(own, ApplicationDeclarant(a.ID)) })
	if err != nil {
		return err
	}
	for _, from := range own {
		err := n.carryDeclaration(ctx, from, MemberDeclarant(member))
		if err != nil && !errors.Is(err, ErrWithheld) && !errors.Is(err, ErrLost) {
			return err
		}
	}
	return nil
}

func (n *Network) carryDeclaration(ctx context.Context, from, to Declarant) error {
	kept, err := n.Declarations.Get(ctx, from)
	if err != nil {
		return ignoreMissing(err)
	}
	declared, err := n.openDeclaration(kept)
	if err != nil {
		return err
	}
	own, err := n.declareAnew(ctx, to, declared)
	if err != nil || own == nil {
		return err
	}
	err = drain(func(p Page) ([]*DeclarationUse, Cursor, error) { return n.DeclarationUses.Of(ctx, from, p) },
		func(u *DeclarationUse) error { return n.carryUse(ctx, kept, own, u) })
	if err != nil {
		return err
	}
	return ignoreMissing(n.Declarations.Delete(ctx, from))
}

// declareAnew writes a declaration with its key at once. It is nil where another one stands; one that an interrupted carrying left
// says the same, of the same moment.
func (n *Network) declareAnew(ctx context.Context, to Declarant, declared *Declared) (*Declaration, error) {
	own := &Declaration{Record: Record[Declarant]{ID: to}}
	if err := n.addKey(own); err != nil {
		return nil, err
	}
	if declared != nil { // else it was taken back, and its log comes along
		if err := n.sealDeclaration(own, declared); err != nil {
			return nil, err
		}
	}
	err := n.Declarations.Add(ctx, own)
	if KindOf(err) != KindConflict {
		return own, err
	}
	if own, err = n.Declarations.Get(ctx, to); err != nil {
		return nil, err
	}
	there, err := n.openDeclaration(own)
	if err != nil || there == nil || declared == nil || !there.same(declared) {
		return nil, err
	}
	return own, nil
}

func (d *Declared) same(o *Declared) bool {
	return d.At == o.At && d.Words == o.Words && slices.Equal(d.Groups, o.Groups) && maps.Equal(d.Uses, o.Uses)
}

// carryUse seals an entry of a log anew. One under a key that is lost still says when it was made.
func (n *Network) carryUse(ctx context.Context, from, to *Declaration, u *DeclarationUse) error {
	sealed, with := "", 0
	plain, err := n.unseal(from, fieldUse+string(u.ID), u.With, u.Sealed)
	switch {
	case errors.Is(err, ErrLost):
	case err != nil:
		return err
	default:
		if sealed, err = n.seal(to, fieldUse+string(u.ID), plain); err != nil {
			return err
		}
		with = to.newest().Version
	}
	_, err = n.DeclarationUses.Change(ctx, u.ID, func(u *DeclarationUse) error {
		u.Declarant, u.Sealed, u.With = to.ID, sealed, with
		return nil
	})
	return ignoreMissing(err)
}
