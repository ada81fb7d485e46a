package community

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"longtable/matching"
)

// RoundID names the one round that is in force.
type RoundID string

// RoundOne is the id of its document.
const RoundOne RoundID = "network"

// Round says which round of turns is in force. Once a day the lists that were shown are added up, and the next round is
// published: it holds until the following night, for everybody's lists alike. Who closes a round writes everybody's
// impact first, under a name of its own, and then this document on condition that nobody else did; so one closes it,
// whole or not at all.
type Round struct {
	Record[RoundID] `bson:",inline"`
	Number          int     `json:"number"`  // 1 and up
	Through         int     `json:"through"` // the last day whose lists count in it, since 1970
	Set             string  `json:"set"`     // of the impacts; empty for none
	ClosedAt        Instant `json:"closedAt"`
}

// Rounds is what the domain needs of the store.
type Rounds interface {
	Keeper[RoundID, Round]
}

// ImpactsID names a part of the impacts of a round.
type ImpactsID string

// Impacts are a part of everybody's impact in a round: one document for each would make closing it a thousand writes.
type Impacts struct {
	Record[ImpactsID] `bson:",inline"`
	Set               string   `json:"set"`
	Members           []Impact `json:"members"` // at most impactsInOne
}

// Impact is how much somebody was shown lately. Who was shown how much is nobody's business but their own.
type Impact struct {
	Member MemberID `json:"member"`
	Amount int64    `json:"amount,omitempty"`
	Lists  []int    `json:"lists,omitempty"` // how many lists they stood in: on the last day, the one before, …; at most ListDays
}

// impactsInOne is how many members stand in one document: it stays below a tenth of what a document may hold.
const impactsInOne = 500

// ImpactStore is what the domain needs of the store.
type ImpactStore interface {
	Keeper[ImpactsID, Impacts]
	Whole[Impacts]
	OfSet(ctx context.Context, set string, page Page) ([]*Impacts, Cursor, error)
}

// turns are a round in memory. They never change.
type turns struct {
	number  int
	through int
	set     string
	ledger  *matching.Ledger
	lists   map[MemberID][]int // as Impact.Lists
}

// noTurns hold before the first round: nobody has been shown, so nobody has a boost.
func noTurns() (*turns, error) {
	ledger, err := matching.NewLedger(matching.Usual(), nil)
	return &turns{ledger: ledger, lists: map[MemberID][]int{}}, err
}

// without are the turns without somebody who left. The others' boosts stay as published.
func (t *turns) without(id MemberID) *turns {
	out := *t
	out.ledger = t.ledger.Without(string(id))
	out.lists = make(map[MemberID][]int, len(t.lists))
	for other, lists := range t.lists {
		if other != id {
			out.lists[other] = lists
		}
	}
	return &out
}

// impacts are the turns as they are kept, in the order of ids.
func (t *turns) impacts() []Impact {
	amounts := t.ledger.Impacts()
	all := make([]Impact, 0, len(amounts))
	for id, amount := range amounts {
		if lists := t.lists[MemberID(id)]; amount > 0 || len(lists) > 0 {
			all = append(all, Impact{MemberID(id), int64(amount), lists})
		} else {
			all = append(all, Impact{Member: MemberID(id)})
		}
	}
	slices.SortFunc(all, func(a, b Impact) int { return cmp.Compare(a.Member, b.Member) })
	return all
}

// loadTurns reads a round; nil when the next one was published meanwhile, which takes the former's impacts away.
func (n *Network) loadTurns(ctx context.Context, head *Round) (*turns, error) {
	t := &turns{number: head.Number, through: head.Through, set: head.Set, lists: map[MemberID][]int{}}
	amounts := map[string]matching.Impact{}
	read := func(p Page) ([]*Impacts, Cursor, error) { return n.Impacts.OfSet(ctx, head.Set, p) }
	err := throughout(read, func(part *Impacts) {
		for _, i := range part.Members {
			amounts[string(i.Member)] = matching.Impact(max(i.Amount, 0))
			if len(i.Lists) > 0 {
				t.lists[i.Member] = i.Lists
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if now, err := n.Rounds.Get(ctx, RoundOne); err != nil || now.Set != head.Set {
		return nil, err
	}
	t.ledger, err = matching.NewLedger(matching.Usual(), amounts)
	return t, err
}

// publish writes a round and puts it into force in the place of the one it follows; conflict when somebody else did.
func (n *Network) publish(ctx context.Context, t *turns, after *Round) error {
	t.set = NewID[string]()
	part := 0
	for members := range slices.Chunk(t.impacts(), impactsInOne) {
		id := ImpactsID(fmt.Sprintf("%s~%06d", t.set, part))
		if err := n.Impacts.Add(ctx, &Impacts{Record: Record[ImpactsID]{ID: id}, Set: t.set, Members: members}); err != nil {
			return err
		}
		part++
	}
	head := &Round{Record: Record[RoundID]{ID: RoundOne}, Number: t.number, Through: t.through, Set: t.set, ClosedAt: n.Now()}
	var err error
	if after == nil {
		err = n.Rounds.Add(ctx, head)
	} else {
		_, err = n.Rounds.Change(ctx, RoundOne, func(r *Round) error {
			if r.Number != after.Number || r.Set != after.Set {
				return Conflict("error.changed-meanwhile")
			}
			head.Record = r.Record
			*r = *head
			return nil
		})
	}
	if err != nil {
		if inForce, look := n.Rounds.Get(ctx, RoundOne); look != nil || inForce.Set == t.set {
			return err // only the answer may have been lost; what is left over goes with the next round
		}
		return cmp.Or(ignoreMissing(n.dropImpacts(ctx, func(set string) bool { return set == t.set })), err)
	}
	return n.dropImpacts(ctx, func(set string) bool { return set != t.set })
}

// dropImpacts takes away sets that no round names: those of rounds before, and of who was second to close one.
func (n *Network) dropImpacts(ctx context.Context, gone func(set string) bool) error {
	for part, err := range n.Impacts.Each(ctx) {
		if err != nil {
			return err
		}
		if gone(part.Set) {
			if err := ignoreMissing(n.Impacts.Delete(ctx, part.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

// eraseImpact forgets how much somebody was shown.
func (n *Network) eraseImpact(ctx context.Context, id MemberID) error {
	for part, err := range n.Impacts.Each(ctx) {
		if err != nil {
			return err
		}
		is := func(i Impact) bool { return i.Member == id }
		if !slices.ContainsFunc(part.Members, is) {
			continue
		}
		_, err := n.Impacts.Change(ctx, part.ID, func(part *Impacts) error {
			part.Members = slices.DeleteFunc(part.Members, is)
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}
