package community

import (
	"context"
	"fmt"
	"time"
)

// RefusalID names a refusal.
type RefusalID string

// RefusalKind is what somebody tried.
type RefusalKind string

const (
	TriedToRead   RefusalKind = "read"   // what somebody declared
	TriedToNarrow RefusalKind = "narrow" // published figures to fewer people
	TriedToLower  RefusalKind = "lower"  // the number that hides small groups
)

// Refusal is an attempt on what was promised to stay closed. Those concerned can read it: the person whose declaration it
// was, or everybody in the hub whose figures they were.
type Refusal struct {
	Record[RefusalID] `bson:",inline"`
	Kind              RefusalKind `json:"kind"`
	By                MemberID    `json:"by,omitempty"`    // empty once they left
	About             Declarant   `json:"about,omitempty"` // whose declaration
	Scope             string      `json:"scope,omitempty"` // whose figures: a hub, or NetworkScope
	At                Instant     `json:"at"`
}

// Refusals is what the domain needs of the store.
type Refusals interface {
	Keeper[RefusalID, Refusal]
	About(ctx context.Context, who Declarant, page Page) ([]*Refusal, Cursor, error) // newest first
	In(ctx context.Context, scope string, page Page) ([]*Refusal, Cursor, error)     // newest first
	By(ctx context.Context, member MemberID, page Page) ([]*Refusal, Cursor, error)
}

// refuse notes an attempt and returns why it was refused. The same attempt of the same day is noted once: whoever repeats it
// a thousand times fills no log.
func (n *Network) refuse(ctx context.Context, v Viewer, r Refusal, say string) error {
	day := n.Now().Time().Format(time.DateOnly)
	r.ID = RefusalID(fmt.Sprintf("%s~%s~%s~%s", v.ID, r.Kind, string(r.About)+r.Scope, day))
	r.By, r.At = v.ID, n.Now()
	if err := n.Refusals.Add(ctx, &r); err != nil && KindOf(err) != KindConflict {
		return err
	}
	return Forbidden(say)
}

// ReadDeclaration refuses, whoever asks: nobody reads what another declared. The person can see that it was tried.
func (n *Network) ReadDeclaration(ctx context.Context, v Viewer, of MemberID) error {
	if _, err := n.reachable(ctx, v, of); err != nil {
		return err
	}
	if v.ID == of {
		return Conflict("declarations.own-page")
	}
	return n.refuse(ctx, v, Refusal{Kind: TriedToRead, About: MemberDeclarant(of)}, "declarations.nobody-reads")
}

// Refused are the attempts to read the declaration, newest first.
func (d Declaring) Refused(ctx context.Context, page Page) ([]*Refusal, Cursor, error) {
	return d.n.Refusals.About(ctx, d.declarant, page)
}

// OwnRefusals are the viewer's own attempts.
func (n *Network) OwnRefusals(ctx context.Context, v Viewer, page Page) ([]*Refusal, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Refusals.By(ctx, v.ID, page)
}

// eraseRefusals takes away those about somebody who left; those by them keep what was tried, without the name.
func (n *Network) eraseRefusals(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*Refusal, Cursor, error) { return n.Refusals.About(ctx, MemberDeclarant(id), p) },
		func(r *Refusal) error { return n.Refusals.Delete(ctx, r.ID) })
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*Refusal, Cursor, error) { return n.Refusals.By(ctx, id, p) },
		func(r *Refusal) error { return n.forgetWho(ctx, r) })
}

// forgetWho keeps the attempt under a name that leads to nobody: its id holds who it was.
func (n *Network) forgetWho(ctx context.Context, r *Refusal) error {
	nameless := &Refusal{Record: Record[RefusalID]{ID: NewID[RefusalID]()}, Kind: r.Kind, About: r.About, Scope: r.Scope, At: r.At}
	if err := n.Refusals.Add(ctx, nameless); err != nil {
		return err
	}
	return n.Refusals.Delete(ctx, r.ID)
}
