package community

import (
	"context"
	"fmt"
)

// Account is where money stands in the books of a pool.
type Account string

// The accounts. What came in or is owed to the hub stands as plus, what it was for as minus, so that all of them
// together are always nothing.
const (
	AccountBank     Account = "bank"     // money that came in
	AccountOwed     Account = "owed"     // what members owe
	AccountFunded   Account = "funded"   // what programmes owe for their seats
	AccountFees     Account = "fees"     // what seats brought the hub
	AccountPool     Account = "pool"     // the solidarity pool, free to be given
	AccountPromised Account = "promised" // of the pool, promised to seats and not used yet
)

// Accounts in the order in which they are shown.
var Accounts = []Account{AccountBank, AccountOwed, AccountFunded, AccountFees, AccountPool, AccountPromised}

// ItemKind says what an entry is about.
type ItemKind string

// Kinds of entries.
const (
	ItemFee      ItemKind = "fee"      // a month of a seat that its member pays
	ItemCovered  ItemKind = "covered"  // a month of a seat that the pool pays
	ItemFunded   ItemKind = "funded"   // a month of a seat that a programme pays
	ItemPayment  ItemKind = "payment"  // money from a member: for their fee, and for the pool
	ItemGift     ItemKind = "gift"     // money for the pool
	ItemPromise  ItemKind = "promise"  // the pool sets a term aside
	ItemReturn   ItemKind = "return"   // what is left of a term goes back to the pool
	ItemReversal ItemKind = "reversal" // undoes another entry
)

// ItemKinds in the order in which they are shown.
var ItemKinds = []ItemKind{ItemFee, ItemCovered, ItemFunded, ItemPayment, ItemGift, ItemPromise, ItemReturn, ItemReversal}

// Leg moves an amount into an account, or out of it where it is below nothing.
type Leg struct {
	Account Account `json:"account"`
	Amount  int64   `json:"amount"` // minor units
}

// Item is what an entry says. Nothing of it ever changes, but that who left is no longer named.
type Item struct {
	Number   int64    `json:"number"` // 1 and up, without a gap
	What     string   `json:"key"`    // names what happened: the same is entered once
	Kind     ItemKind `json:"kind"`
	Member   MemberID `json:"member,omitempty"`
	Plan     PlanID   `json:"plan,omitempty"`
	Legs     []Leg    `json:"legs"`
	Note     string   `json:"note,omitempty"`
	On       string   `json:"on,omitempty"`       // the day on which money came in, as the bookkeeper wrote it
	Reverses int64    `json:"reverses,omitempty"` // the number of the entry that it undoes
	By       MemberID `json:"by,omitempty"`       // the bookkeeper; empty where a rule did it
	At       Instant  `json:"at"`                 // never earlier than that of the entry before
}

// EntryID is derived of the pool and the number.
type EntryID string

// LedgerEntry is an item where it stays. It is decided on the pool's own record, and copied from there.
type LedgerEntry struct {
	Record[EntryID] `bson:",inline"`
	Pool            PoolID `json:"pool"`
	Item            `bson:",inline"`
}

// Ledger is what the domain needs of the store.
type Ledger interface {
	Keeper[EntryID, LedgerEntry]
	Of(ctx context.Context, pool PoolID, page Page) ([]*LedgerEntry, Cursor, error)            // newest first
	From(ctx context.Context, pool PoolID, number int64, limit int) ([]*LedgerEntry, error)    // that number and later, in order
	ByKey(ctx context.Context, pool PoolID, key string) (*LedgerEntry, error)                  // nil where there is none
	About(ctx context.Context, member MemberID, page Page) ([]*LedgerEntry, Cursor, error)     // earliest first
	EnteredBy(ctx context.Context, member MemberID, page Page) ([]*LedgerEntry, Cursor, error) // by a bookkeeper
}

func entryID(pool PoolID, number int64) EntryID {
	return EntryID(fmt.Sprintf("%s~%012d", pool, number))
}

// in is what the item moves into an account.
func (i *Item) in(a Account) (amount int64) {
	for _, l := range i.Legs {
		if l.Account == a {
			amount += l.Amount
		}
	}
	return amount
}

// enter adds an item to the books under the next number. The caller has decided that it may be.
func (p *Pool) enter(i Item, now Instant) Item {
	p.Number++
	p.LastAt = max(now, p.LastAt, p.OpenFrom)
	i.Number, i.At = p.Number, p.LastAt
	if i.What == "" {
		i.What = fmt.Sprintf("%s~%d", i.Kind, i.Number)
	}
	for _, l := range i.Legs {
		p.move(l)
	}
	p.Pending = append(p.Pending, i)
	return i
}

func (p *Pool) move(l Leg) {
	if p.Balances == nil {
		p.Balances = map[Account]int64{}
	}
	p.Balances[l.Account] += l.Amount
}

// sound refuses books that do not add up, or a pool that gives what it has not. Neither can come of what people do, so it
// is the program's own fault.
func (p *Pool) sound() error {
	total := int64(0)
	for _, amount := range p.Balances {
		total += amount
	}
	for _, i := range p.Pending {
		sum := int64(0)
		for _, l := range i.Legs {
			sum += l.Amount
		}
		if sum != 0 || len(i.Legs) == 0 {
			return fmt.Errorf("entry %d of pool %s is out of balance by %d", i.Number, p.ID, sum)
		}
	}
	if total != 0 || p.Free() < 0 || p.Balances[AccountPromised] > 0 {
		return fmt.Errorf("pool %s would not add up: %v", p.ID, p.Balances)
	}
	return nil
}

// pendingMax bounds entries that are decided and not copied: more means that the store takes nothing.
const pendingMax = 200

// decide changes a pool and its books in one conditional write. The rule may run several times. A key that was entered
// before enters nothing: the rule is not run, and the pool is returned as it is.
func (n *Network) decide(ctx context.Context, id PoolID, key string, rule func(*Pool) error) (*Pool, error) {
	var ran bool
	p, err := n.Pools.Change(ctx, id, func(p *Pool) error {
		ran = false
		if err := n.forgetCopied(ctx, p); err != nil {
			return err
		}
		if known, err := n.entered(ctx, p, key); known || err != nil {
			return orUnchanged(err)
		}
		if err := rule(p); err != nil {
			return err
		}
		p.settle(n.Now())
		ran = true
		return p.sound()
	})
	switch {
	case err != nil:
		return nil, err
	case ran:
		return p, n.addEntries(ctx, p, p.Pending) // none of them is there
	}
	return p, n.copyEntries(ctx, p)
}

func orUnchanged(err error) error {
	if err == nil {
		return ErrUnchanged
	}
	return err
}

// entered tells whether the pool as it was read knows the key. What was copied was copied before it was read, so between
// the two lists nothing is missed.
func (n *Network) entered(ctx context.Context, p *Pool, key string) (bool, error) {
	if key == "" {
		return false, nil
	}
	for _, i := range p.Pending {
		if i.What == key {
			return true, nil
		}
	}
	found, err := n.Ledger.ByKey(ctx, p.ID, key)
	return found != nil, err
}

// forgetCopied takes those away that stand in the ledger already.
func (n *Network) forgetCopied(ctx context.Context, p *Pool) error {
	missing, err := n.notCopied(ctx, p)
	if err != nil {
		return err
	}
	if p.Pending = missing; len(missing) >= pendingMax {
		return fmt.Errorf("pool %s has %d entries that the ledger does not take", p.ID, len(missing))
	}
	return nil
}

func (n *Network) notCopied(ctx context.Context, p *Pool) (missing []Item, err error) {
	ids := make([]EntryID, len(p.Pending))
	for i, item := range p.Pending {
		ids[i] = entryID(p.ID, item.Number)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	there, err := n.Ledger.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, item := range p.Pending {
		if there[i] == nil {
			missing = append(missing, item)
		}
	}
	return missing, nil
}

// copyEntries puts what was decided into the ledger. It may be repeated.
func (n *Network) copyEntries(ctx context.Context, p *Pool) error {
	missing, err := n.notCopied(ctx, p)
	if err != nil {
		return err
	}
	return n.addEntries(ctx, p, missing)
}

func (n *Network) addEntries(ctx context.Context, p *Pool, missing []Item) error {
	for _, item := range missing {
		e := &LedgerEntry{Record: Record[EntryID]{ID: entryID(p.ID, item.Number)}, Pool: p.ID, Item: item}
		if err := n.Ledger.Add(ctx, e); err != nil && KindOf(err) != KindConflict {
			return err
		}
	}
	return nil
}
