package community

import (
	"context"
	"errors"
	"fmt"
)

// Seals close and open what is sealed, under keys that the domain never sees.
type Seals interface {
	Mark() string // of the root key that wraps now; empty while it is withheld
	Has(mark string) bool
	NewKey(SealedPlace) (wrapped string, err error)
	Rewrap(wrapped string, p SealedPlace) (string, error)
	MarkOf(wrapped string) string
	Seal(wrapped string, p SealedPlace, plain []byte) (string, error)
	Open(wrapped string, p SealedPlace, box string) ([]byte, error)
}

// SealedPlace says what a sealed thing is and whose: it opens as nothing else. It has no name of its own, so that the room
// which seals need not know this one.
type SealedPlace = struct {
	Purpose string // what such things are for
	Person  string // whose it is
	Field   string // which of theirs
	Version int    // of the person's key
}

// declarationPurpose keeps declarations apart from whatever else may be sealed one day.
const declarationPurpose = "declaration"

// What is sealed of a person.
const (
	fieldDeclared = "declared"
	fieldUse      = "use~" // and the id of the entry
)

// ErrWithheld is a declaration that can't be opened or made because the root key is not there. Everything else works.
var ErrWithheld error = &Error{Kind: KindConflict, Say: "declarations.withheld"}

// ErrLost is a declaration that was sealed under a root key that is lost.
var ErrLost error = &Error{Kind: KindConflict, Say: "declarations.unreadable"}

// Sealing tells whether declarations can be made and asked.
func (n *Network) Sealing() bool { return n.Seals != nil && n.Seals.Mark() != "" }

func (d *Declaration) newest() DeclarantKey { return d.Keys[len(d.Keys)-1] }

func (d *Declaration) key(version int) (DeclarantKey, bool) {
	for _, k := range d.Keys {
		if k.Version == version {
			return k, true
		}
	}
	return DeclarantKey{}, false
}

func (d *Declaration) place(field string, version int) SealedPlace {
	return SealedPlace{Purpose: declarationPurpose, Person: string(d.ID), Field: field, Version: version}
}

func (n *Network) unseal(d *Declaration, field string, version int, box string) ([]byte, error) {
	if !n.Sealing() {
		return nil, ErrWithheld
	}
	key, ok := d.key(version)
	if !ok {
		return nil, ErrLost
	}
	plain, err := n.Seals.Open(key.Wrapped, d.place(field, version), box)
	if err != nil {
		return nil, ErrLost // without the cause: there is nothing that anybody could do with it
	}
	return plain, nil
}

func (n *Network) seal(d *Declaration, field string, plain []byte) (string, error) {
	if !n.Sealing() {
		return "", ErrWithheld
	}
	key := d.newest()
	box, err := n.Seals.Seal(key.Wrapped, d.place(field, key.Version), plain)
	if err != nil {
		return "", ErrLost
	}
	return box, nil
}

// ensureKey makes the person's record and key when there is none that can be used. What was sealed under a root key that is
// lost is given up by whoever declares anew, and not before.
func (n *Network) ensureKey(ctx context.Context, s Declarant) error {
	if !n.Sealing() {
		return ErrWithheld
	}
	kept, err := n.Declarations.Get(ctx, s)
	if err == nil && n.usable(kept) {
		return nil
	}
	if KindOf(err) == KindNotFound {
		kept = &Declaration{Record: Record[Declarant]{ID: s}}
		if err := n.addKey(kept); err != nil {
			return err
		}
		err = n.Declarations.Add(ctx, kept)
		if KindOf(err) == KindConflict {
			return nil // another window was faster
		}
		return err
	}
	if err != nil {
		return err
	}
	_, err = n.Declarations.Change(ctx, s, func(kept *Declaration) error {
		if n.usable(kept) {
			return ErrUnchanged
		}
		kept.Sealed, kept.With = "", 0
		if err := n.addKey(kept); err != nil {
			return err
		}
		kept.Keys = kept.Keys[len(kept.Keys)-1:]
		return nil
	})
	return err
}

// usable tells whether the newest key of a declaration was wrapped by a root key that is there.
func (n *Network) usable(kept *Declaration) bool {
	return len(kept.Keys) > 0 && n.Seals.Has(n.Seals.MarkOf(kept.newest().Wrapped))
}

func (n *Network) addKey(kept *Declaration) error {
	version := 1
	if len(kept.Keys) > 0 {
		version = kept.newest().Version + 1
	}
	wrapped, err := n.Seals.NewKey(kept.place("", version))
	if err != nil {
		return ErrWithheld
	}
	kept.Keys = append(kept.Keys, DeclarantKey{version, wrapped})
	return nil
}

// RootMarkID names the one record of the root key.
type RootMarkID string

const rootMarkOne RootMarkID = "root"

// RootMark says which root key is in use, without telling it: so a program that finds another key in its place, or none,
// knows that the right one is missing, and makes none of its own.
type RootMark struct {
	Record[RootMarkID] `bson:",inline"`
	Mark               string  `json:"mark"`
	At                 Instant `json:"at"`
}

// RootMarks is what the domain needs of the store.
type RootMarks interface {
	Keeper[RootMarkID, RootMark]
}

// RootInUse is the mark of the root key in use; empty before the first.
func (n *Network) RootInUse(ctx context.Context) (string, error) {
	kept, err := n.RootMarks.Get(ctx, rootMarkOne)
	if KindOf(err) == KindNotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return kept.Mark, nil
}

// UseRoot notes that the root key which wraps now is in use, in the place of the one that the caller knew of.
func (n *Network) UseRoot(ctx context.Context, before string) error {
	mark := n.Seals.Mark()
	if mark == "" {
		return ErrWithheld
	}
	if before == "" {
		return n.RootMarks.Add(ctx, &RootMark{Record: Record[RootMarkID]{ID: rootMarkOne}, Mark: mark, At: n.Now()})
	}
	_, err := n.RootMarks.Change(ctx, rootMarkOne, func(kept *RootMark) error {
		switch kept.Mark {
		case mark:
			return ErrUnchanged
		case before:
			kept.Mark, kept.At = mark, n.Now()
			return nil
		}
		return fmt.Errorf("another root key came into use meanwhile: %w", errors.ErrUnsupported)
	})
	return err
}
