package community

import (
	"context"
	"errors"
)

// KeysInUse is how many people's keys are wrapped by which root key, and how many people's declarations can't be opened
// with those at hand.
type KeysInUse struct {
	People int
	Older  int // wrapped by a root key that is not the newest
	Lost   int // wrapped by a root key that is not at hand
}

// KeysInUse counts them.
func (n *Network) KeysInUse(ctx context.Context) (k KeysInUse, err error) {
	for d, err := range n.Declarations.Each(ctx) {
		if err != nil {
			return k, err
		}
		k.People++
		for _, key := range d.Keys {
			switch mark := n.Seals.MarkOf(key.Wrapped); {
			case !n.Seals.Has(mark):
				k.Lost++
			case mark != n.Seals.Mark():
				k.Older++
			}
		}
	}
	return k, nil
}

// RewrapKeys wraps every person's key with the newest root key. It may end anywhere and begin again; what is wrapped so
// already stays. Keys of a root key that is lost stay as they are.
func (n *Network) RewrapKeys(ctx context.Context) (rewrapped int, err error) {
	if !n.Sealing() {
		return 0, ErrWithheld
	}
	for d, err := range n.Declarations.Each(ctx) {
		if err != nil {
			return rewrapped, err
		}
		changed, err := n.rewrap(ctx, d.ID)
		if err != nil {
			return rewrapped, err
		}
		if changed {
			rewrapped++
		}
	}
	return rewrapped, nil
}

func (n *Network) rewrap(ctx context.Context, who Declarant) (changed bool, err error) {
	_, err = n.Declarations.Change(ctx, who, func(d *Declaration) error {
		changed = false
		for i, key := range d.Keys {
			if !n.Seals.Has(n.Seals.MarkOf(key.Wrapped)) {
				continue
			}
			again, err := n.Seals.Rewrap(key.Wrapped, d.place("", key.Version))
			if err != nil {
				return err
			}
			if again != key.Wrapped {
				d.Keys[i].Wrapped, changed = again, true
			}
		}
		if !changed {
			return ErrUnchanged
		}
		return nil
	})
	return changed, ignoreMissing(err)
}

// RenewKeys gives every person a new key and seals anew what the old one closed, their log included. It may end anywhere and
// begin again: until the last thing is sealed anew, both keys are kept.
func (n *Network) RenewKeys(ctx context.Context) (renewed int, err error) {
	if !n.Sealing() {
		return 0, ErrWithheld
	}
	for d, err := range n.Declarations.Each(ctx) {
		if err != nil {
			return renewed, err
		}
		if err := n.renew(ctx, d.ID); err != nil {
			return renewed, err
		}
		renewed++
	}
	return renewed, nil
}

func (n *Network) renew(ctx context.Context, who Declarant) error {
	d, err := n.Declarations.Change(ctx, who, func(d *Declaration) error {
		if !n.usable(d) {
			return ErrUnchanged
		}
		if len(d.Keys) > 1 && d.With == d.newest().Version { // the rest of a renewal that was interrupted
			return ErrUnchanged
		}
		declared, err := n.openDeclaration(d)
		if err != nil {
			return err
		}
		if err := n.addKey(d); err != nil || declared == nil {
			return err
		}
		return n.sealDeclaration(d, declared)
	})
	if err != nil || !n.usable(d) {
		return ignoreMissing(err)
	}
	if err := n.renewUses(ctx, d); err != nil {
		return err
	}
	_, err = n.Declarations.Change(ctx, who, func(d *Declaration) error {
		d.Keys = d.Keys[len(d.Keys)-1:]
		return nil
	})
	return ignoreMissing(err)
}

// renewUses seals the log anew. An entry that can't be opened was lost before.
func (n *Network) renewUses(ctx context.Context, d *Declaration) error {
	var old []*DeclarationUse
	err := throughout(func(p Page) ([]*DeclarationUse, Cursor, error) { return n.DeclarationUses.Of(ctx, d.ID, p) }, func(u *DeclarationUse) {
		if u.With != d.newest().Version {
			old = append(old, u)
		}
	})
	if err != nil {
		return err
	}
	for _, u := range old {
		plain, err := n.unseal(d, fieldUse+string(u.ID), u.With, u.Sealed)
		if errors.Is(err, ErrLost) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = n.DeclarationUses.Change(ctx, u.ID, func(u *DeclarationUse) (err error) {
			u.With = d.newest().Version
			u.Sealed, err = n.seal(d, fieldUse+string(u.ID), plain)
			return err
		})
		if err := ignoreMissing(err); err != nil {
			return err
		}
	}
	return nil
}
