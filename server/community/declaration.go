package community

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
)

// Declarant is whose a declaration is: a member's, or that of an application that was sent without an account.
type Declarant string

// MemberDeclarant is a member.
func MemberDeclarant(id MemberID) Declarant { return Declarant("member~" + string(id)) }

// ApplicationDeclarant is somebody who applied without an account.
func ApplicationDeclarant(id ApplicationID) Declarant { return Declarant("application~" + string(id)) }

// DeclarantOf is who declared for an application: the member who sent it while signed in, else the application itself.
func DeclarantOf(a *Application) Declarant {
	if a.Member != "" {
		return MemberDeclarant(a.Member)
	}
	return ApplicationDeclarant(a.ID)
}

// Group is something that may apply to a person and that communities such as this one often pass over.
type Group string

// RatherNotSay is an answer of its own: nothing is asked again, and it belongs to no group.
const RatherNotSay Group = "rather-not-say"

// Groups are what one can declare, in the order in which they are shown. The catalogues say each in plain words.
var Groups = []Group{"refugee", "migrant", "carer", "disability", "low-income", "first-in-family", "no-papers", "language", "rural", "turned-away", RatherNotSay}

// Use is what a declaration may be used for, each with a consent of its own.
type Use string

const (
	UseEligibility Use = "eligibility" // yes or no to: does one of these apply?
	UseReserved    Use = "reserved"    // a place that is kept for these
	UseCounted     Use = "counted"     // one of at least ten in a published figure
)

// Uses in the order in which they are shown.
var Uses = []Use{UseEligibility, UseReserved, UseCounted}

// Declaration is what somebody declared in confidence. The store sees a key that it can't use and what that key closed:
// what applies, the consents and the person's own words are one sealed thing. Nobody but the person ever reads it; the
// program itself asks it yes or no through AppliesTo.
type Declaration struct {
	Record[Declarant] `bson:",inline"`
	Keys              []DeclarantKey `json:"keys"`             // oldest first; the newest seals. Two while one takes the other's place
	Sealed            string         `json:"sealed,omitempty"` // empty once it was taken back; the key stays for the log
	With              int            `json:"with,omitempty"`   // version of the key that sealed it
}

// DeclarantKey is a person's key, wrapped by a root key that lies outside the store.
type DeclarantKey struct {
	Version int    `json:"version"`
	Wrapped string `json:"wrapped"`
}

// Declarations is what the domain needs of the store. Nothing finds a declaration but the id of whose it is.
type Declarations interface {
	Keeper[Declarant, Declaration]
	Whole[Declaration]
}

// Declared is a declaration as the person reads it.
type Declared struct {
	Groups []Group         `json:"groups"`
	Words  string          `json:"words,omitempty"` // their own, for themselves
	Uses   map[Use]Instant `json:"uses"`            // since when each use is allowed
	At     Instant         `json:"at"`
}

// Allows tells whether the person agreed to that use.
func (d *Declared) Allows(u Use) bool { return d.Uses[u] != 0 }

// Any tells whether one of the groups applies.
func (d *Declared) Any(groups []Group) bool {
	return slices.ContainsFunc(d.Groups, func(g Group) bool { return g != RatherNotSay && slices.Contains(groups, g) })
}

// Draft is the form of a declaration as it is now.
func (d *Declared) Draft() DeclarationDraft {
	draft := DeclarationDraft{Groups: d.Groups, Words: d.Words}
	for _, u := range Uses {
		if d.Allows(u) {
			draft.Uses = append(draft.Uses, u)
		}
	}
	return draft
}

// DeclarationDraft is what somebody declares.
type DeclarationDraft struct {
	Groups []Group `json:"groups"`
	Words  string  `json:"words"`
	Uses   []Use   `json:"uses"`
}

// Empty tells whether nothing was declared: a part of a larger form that was passed over.
func (d *DeclarationDraft) Empty() bool {
	return len(d.Groups) == 0 && len(d.Uses) == 0 && strings.TrimSpace(d.Words) == ""
}

// Check cleans the draft and finds what is wrong with it.
func (d *DeclarationDraft) Check() Problems {
	p := Problems{}
	d.Words = Paragraphs(d.Words)
	p.atMost("words", d.Words, DeclaredWordsMax)
	d.Groups = someOf(p, "groups", d.Groups, Groups, len(Groups))
	d.Uses = someOf(p, "uses", d.Uses, Uses, len(Uses))
	switch {
	case len(p) > 0:
	case len(d.Groups) == 0:
		p["groups"] = Problem{Say: "declarations.problem-none"}
	case len(d.Groups) > 1 && slices.Contains(d.Groups, RatherNotSay):
		p["groups"] = Problem{Say: "declarations.problem-both"}
	}
	return p
}

// Declaring is one person's way to what they declared. Only they can come by one: signed in, or with the code of their
// application.
type Declaring struct {
	n         *Network
	declarant Declarant
}

// Declaring is the viewer's own way; for nobody who helps, and for three days after a recovery for nobody at all.
func (n *Network) Declaring(ctx context.Context, v Viewer) (Declaring, error) {
	if !v.Known() {
		return Declaring{}, Unauthenticated()
	}
	if err := n.Unsealed(ctx, v); err != nil {
		return Declaring{}, err
	}
	if err := n.carryDeclarations(ctx, v.ID); err != nil {
		return Declaring{}, err
	}
	return Declaring{n, MemberDeclarant(v.ID)}, nil
}

// DeclaringByCode is that of somebody who applied without an account. What a member declared is read by signing in; the code
// leads to what was declared under it before, as long as that is not the member's.
func (n *Network) DeclaringByCode(ctx context.Context, code string) (Declaring, *Application, error) {
	a, _, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return Declaring{}, nil, err
	}
	own := Declaring{n, ApplicationDeclarant(a.ID)}
	if a.Member == "" {
		return own, a, nil
	}
	_, err = n.Declarations.Get(ctx, own.declarant)
	if KindOf(err) == KindNotFound {
		return Declaring{}, nil, Forbidden("declarations.sign-in-for-it")
	}
	return own, a, err
}

// mayDeclare tells whether a form without an account can bring a declaration. Nobody who is signed in declares with it, or a helper
// could for whom they help.
func (n *Network) mayDeclare(v Viewer, d DeclarationDraft) error {
	switch {
	case d.Empty():
		return nil
	case v.Known():
		return Forbidden("declarations.sign-in-for-it")
	case !n.Sealing():
		return ErrWithheld
	}
	return nil
}

// declareWith keeps what came with an application. Sent again it changes nothing: what was changed or taken back since stands.
func (n *Network) declareWith(ctx context.Context, a *Application, d DeclarationDraft) error {
	if d.Empty() || a.Member != "" {
		return nil
	}
	_, err := n.declareAnew(ctx, ApplicationDeclarant(a.ID), d.declare(nil, n.Now()))
	return err
}

// Read is what the person declared; nil when they declared nothing, or took it back.
func (d Declaring) Read(ctx context.Context) (*Declared, error) {
	kept, err := d.n.Declarations.Get(ctx, d.declarant)
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return d.n.openDeclaration(kept)
}

// Write declares, in the place of what was declared before. Consents that stay keep the day on which they were given.
func (d Declaring) Write(ctx context.Context, draft DeclarationDraft) error {
	if err := Invalid(draft.Check()); err != nil {
		return err
	}
	if err := d.n.ensureKey(ctx, d.declarant); err != nil {
		return err
	}
	_, err := d.n.Declarations.Change(ctx, d.declarant, func(kept *Declaration) error {
		before, err := d.n.openDeclaration(kept)
		if err != nil {
			return err
		}
		return d.n.sealDeclaration(kept, draft.declare(before, d.n.Now()))
	})
	return err
}

func (d *DeclarationDraft) declare(before *Declared, now Instant) *Declared {
	declared := &Declared{Groups: d.Groups, Words: d.Words, Uses: map[Use]Instant{}, At: now}
	for _, use := range d.Uses {
		declared.Uses[use] = now
		if before != nil && before.Allows(use) {
			declared.Uses[use] = before.Uses[use]
		}
	}
	return declared
}

// Revoke takes the declaration back with all its consents. The log of what it was used for stays, for the person.
func (d Declaring) Revoke(ctx context.Context) error {
	_, err := d.n.Declarations.Change(ctx, d.declarant, func(kept *Declaration) error {
		if kept.Sealed == "" {
			return ErrUnchanged
		}
		kept.Sealed, kept.With = "", 0
		return nil
	})
	return ignoreMissing(err)
}

// Forget takes the declaration away, with its key and its log.
func (d Declaring) Forget(ctx context.Context) error { return d.n.ForgetDeclaration(ctx, d.declarant) }

// ForgetDeclaration takes away all that was declared by somebody who left, or whose application went.
func (n *Network) ForgetDeclaration(ctx context.Context, s Declarant) error {
	err := drain(func(p Page) ([]*DeclarationUse, Cursor, error) { return n.DeclarationUses.Of(ctx, s, p) },
		func(u *DeclarationUse) error { return n.DeclarationUses.Delete(ctx, u.ID) })
	if err != nil {
		return err
	}
	return ignoreMissing(n.Declarations.Delete(ctx, s))
}

func (n *Network) eraseDeclaration(ctx context.Context, id MemberID) error {
	return n.ForgetDeclaration(ctx, MemberDeclarant(id))
}

// openDeclaration reads what was declared; nil for nothing. The errors say nothing of what is in it.
func (n *Network) openDeclaration(kept *Declaration) (*Declared, error) {
	if kept.Sealed == "" {
		return nil, nil
	}
	plain, err := n.unseal(kept, fieldDeclared, kept.With, kept.Sealed)
	if err != nil {
		return nil, err
	}
	declared := new(Declared)
	if json.Unmarshal(plain, declared) != nil {
		return nil, ErrLost
	}
	return declared, nil
}

func (n *Network) sealDeclaration(kept *Declaration, d *Declared) error {
	plain, err := json.Marshal(d)
	if err != nil {
		return err
	}
	kept.With = kept.newest().Version
	kept.Sealed, err = n.seal(kept, fieldDeclared, plain)
	return err
}
