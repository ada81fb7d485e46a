package community

import (
	"context"
	"strings"
)

// Somebody without an account has their code and nothing else. With it they read everything that is kept under it, and take it away.

// SignedInFor is when members were signed in who helped to write an application; who they are is theirs to say.
func (n *Network) SignedInFor(ctx context.Context, _ Viewer, a *Application) (at []Instant, err error) {
	err = throughout(func(p Page) ([]*Companion, Cursor, error) { return n.Companions.Of(ctx, a.ID, p) },
		func(c *Companion) { at = append(at, c.At) })
	return at, err
}

// underCode begins the id of the record by which what stands under a code is erased; no member's id begins with it.
const underCode = "application~"

// ForgetApplication takes an application away for who has its code, whatever became of it: answers, what was said of it, what
// was declared with it and the log of that. A place that it holds goes to the next. The files forget it with those who leave.
// One that belongs to a member goes with the member.
func (n *Network) ForgetApplication(ctx context.Context, v Viewer, code string) error {
	a, _, err := n.ApplicationByCode(ctx, code)
	switch {
	case err != nil:
		return err
	case v.By != "":
		return Forbidden("helping.never")
	case a.Member != "":
		return Conflict("applications.goes-with-the-member")
	}
	err = n.Erasures.Add(ctx, &Erasure{Record: Record[MemberID]{ID: MemberID(underCode + string(a.ID))}, Since: n.Now()})
	if err != nil && KindOf(err) != KindConflict {
		return err
	}
	return ignoreMissing(n.eraseApplication(ctx, a))
}

// eraseUnderCode finishes what ForgetApplication began; for anybody else's record it does nothing. An application that went to a
// member in the same moment stays theirs.
func (n *Network) eraseUnderCode(ctx context.Context, id MemberID) error {
	of, found := strings.CutPrefix(string(id), underCode)
	if !found {
		return nil
	}
	a, err := n.Applications.Get(ctx, ApplicationID(of))
	if err != nil || a.Member != "" {
		return ignoreMissing(err)
	}
	return ignoreMissing(n.eraseApplication(ctx, a))
}

// DeclaredWith are the viewer's own applications under which something still stands that they declared before they had an account:
// with a declaration of their own the two are kept apart.
func (n *Network) DeclaredWith(ctx context.Context, v Viewer) (with []*Application, err error) {
	if _, err := n.Declaring(ctx, v); err != nil { // brings along what can be
		return nil, err
	}
	var own []*Application
	err = throughout(func(p Page) ([]*Application, Cursor, error) { return n.Applications.Of(ctx, v.ID, p) },
		func(a *Application) { own = append(own, a) })
	if err != nil {
		return nil, err
	}
	for _, a := range own {
		_, err := n.Declarations.Get(ctx, ApplicationDeclarant(a.ID))
		switch {
		case err == nil:
			with = append(with, a)
		case KindOf(err) != KindNotFound:
			return nil, err
		}
	}
	return with, nil
}

// DeclaringWith is the viewer's way to what they declared with one of these.
func (n *Network) DeclaringWith(ctx context.Context, v Viewer, id ApplicationID) (Declaring, error) {
	if _, err := n.Declaring(ctx, v); err != nil {
		return Declaring{}, err
	}
	a, err := n.Applications.Get(ctx, id)
	if err != nil {
		return Declaring{}, err
	}
	if a.Member != v.ID {
		return Declaring{}, NotFound("application %s is not of %s", id, v.ID)
	}
	own := Declaring{n, ApplicationDeclarant(id)}
	_, err = n.Declarations.Get(ctx, own.declarant)
	return own, err
}
