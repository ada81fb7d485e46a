package community

import (
	"context"
	"encoding/json"
	"strings"
)

// UseID names an entry of a log of uses.
type UseID string

// DeclarationUse is one use of a declaration, for the person alone: sealed with their key. It is written before the use
// is made: no entry, no answer.
type DeclarationUse struct {
	Record[UseID] `bson:",inline"`
	Declarant     Declarant `json:"declarant"`
	At            Instant   `json:"at"`
	With          int       `json:"with"` // version of the person's key
	Sealed        string    `json:"sealed"`
}

// DeclarationUses is what the domain needs of the store.
type DeclarationUses interface {
	Keeper[UseID, DeclarationUse]
	Whole[DeclarationUse]
	Of(ctx context.Context, s Declarant, page Page) ([]*DeclarationUse, Cursor, error) // newest first
}

// Used is an entry as the person reads it.
type Used struct {
	At       Instant `json:"at"`
	Use      Use     `json:"use"`
	Purpose  string  `json:"purpose"` // the programme or the release, as PurposeOf… names it
	Asked    []Group `json:"asked"`
	Answer   bool    `json:"answer"`
	Readable bool    `json:"-"` // false for an entry under a root key that is lost
}

// PurposeOfProgramme names a programme that asks.
func PurposeOfProgramme(id ProgrammeID) string { return "programme~" + string(id) }

// PurposeOfRelease names the monthly figures of a hub or the network.
func PurposeOfRelease(id ReleaseID) string { return "release~" + string(id) }

// MonthOfRelease is the month that a release is named after, as 2027-03.
func MonthOfRelease(id ReleaseID) string {
	_, month, _ := strings.Cut(string(id), "~")
	return month
}

// AppliesTo answers the program, and nobody else, whether one of the groups applies to somebody: for one use and one
// purpose. Without a declaration or the person's consent to that use the answer is no, and nothing is said. Else the
// person's log says so first: no entry, no answer. The error is ErrWithheld while the root key is not there.
func (n *Network) AppliesTo(ctx context.Context, s Declarant, use Use, purpose string, groups []Group) (bool, error) {
	answers, err := n.ask(ctx, s, use, purpose, groups, func(d *Declared) bool { return d.Any(groups) })
	return answers != nil && answers.Any(groups), err
}

// ask opens a declaration for one use, after it was logged. It is nil without a declaration or consent.
func (n *Network) ask(ctx context.Context, s Declarant, use Use, purpose string, groups []Group, answer func(*Declared) bool) (*Declared, error) {
	kept, err := n.Declarations.Get(ctx, s)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	declared, err := n.openDeclaration(kept)
	if err != nil || declared == nil || !declared.Allows(use) {
		return nil, err
	}
	entry := Used{At: n.Now(), Use: use, Purpose: purpose, Asked: groups, Answer: answer(declared)}
	if err := n.logUse(ctx, kept, entry); err != nil {
		return nil, err
	}
	return declared, nil
}

func (n *Network) logUse(ctx context.Context, kept *Declaration, u Used) error {
	plain, err := json.Marshal(u)
	if err != nil {
		return err
	}
	id := NewID[UseID]()
	if u.Use == UseCounted { // once for each release, however often its making is interrupted
		id = UseID(string(kept.ID) + "~" + u.Purpose)
	}
	box, err := n.seal(kept, fieldUse+string(id), plain)
	if err != nil {
		return err
	}
	err = n.DeclarationUses.Add(ctx, &DeclarationUse{Record: Record[UseID]{ID: id}, Declarant: kept.ID, At: u.At, With: kept.newest().Version, Sealed: box})
	if u.Use == UseCounted && KindOf(err) == KindConflict {
		return nil
	}
	return err
}

// Uses are what the declaration was used for, newest first. They stay after it was taken back.
func (d Declaring) Uses(ctx context.Context, page Page) ([]Used, Cursor, error) {
	kept, err := d.n.Declarations.Get(ctx, d.declarant)
	if err != nil {
		return nil, "", ignoreMissing(err)
	}
	found, next, err := d.n.DeclarationUses.Of(ctx, d.declarant, page)
	if err != nil {
		return nil, "", err
	}
	used := make([]Used, len(found))
	for i, u := range found {
		if used[i], err = d.n.openUse(kept, u); err != nil {
			return nil, "", err
		}
	}
	return used, next, nil
}

// openUse reads an entry. One under a key that is lost still says when it was made.
func (n *Network) openUse(kept *Declaration, u *DeclarationUse) (Used, error) {
	plain, err := n.unseal(kept, fieldUse+string(u.ID), u.With, u.Sealed)
	if err == ErrLost {
		return Used{At: u.At}, nil
	}
	if err != nil {
		return Used{}, err
	}
	used := Used{Readable: true}
	if json.Unmarshal(plain, &used) != nil {
		return Used{At: u.At}, nil
	}
	return used, nil
}
