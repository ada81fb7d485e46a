// Package community is the domain: what exists in the network, who may do what, and what happens then. It knows no
// technology. Nouns and their verbs stand in a file of the noun's name; the store it needs is a small interface there.
package community

import (
	"context"
	"time"
)

// Stores are the keepers of everything the community knows.
type Stores struct {
	Members       Members
	SkillList     Skills
	Hubs          Hubs
	JoinRequests  JoinRequests
	Enterprises   Enterprises
	Postings      Postings
	Introductions Introductions
	Connections   Connections
	Conversations Conversations
	Seats         Seats
	Messages      Messages
	Earlier       EarlierStore
	Files         Files
	Pieces        Pieces
	Digests       Digests
	Events        Events
	Programmes    Programmes
	Applications  Applications
	Notices       Notices
	Blocks        Blocks
	Reports       Reports
	Charters      Charters
	Erasures      Erasures
	Weights       WeightsVersions
	Studies       Studies
	Showings      Showings
	Agreements    Agreements
	Rounds        Rounds
	Impacts       ImpactStore
	Brokerings    Brokerings
	OpenRoles     OpenRoles
	Plans         Plans
	PlanSeats     PlanSeats
	Dues          DuesBooks
	Pools         Pools
	Ledger        Ledger
	Donations     Donations
	Closings      Closings
	Proposals     Proposals
	Votes         VotesStore
	Remarks       Remarks
	SavedSearches SavedSearches
	FirstAnswers  FirstAnswers

	Declarations    Declarations
	DeclarationUses DeclarationUses
	RootMarks       RootMarks
	Refusals        Refusals
	Releases        Releases
	ReleasePlans    ReleasePlans
	ReleaseRules    ReleaseRules
	ReleaseRuns     ReleaseRuns
	LocalShares     LocalShareStore
	Reviews         ReviewStore
	Selections      Selections
	ProgrammeLogs   ProgrammeLogs
	Companions      Companions
	Assistances     Assistances
	Acts            Acts
	Recoveries      Recoveries
}

// Network is the community as the rest of the program sees it: its verbs are methods that take who is asking.
type Network struct {
	Stores
	Skills  *SkillBook
	Matches *Matchmaking
	Seals   Seals // nil while nothing can be sealed; set once, before the network is used
	clock   func() time.Time
	hosting hostDays
	asked   askedLately
	easel   chan struct{} // held while a picture is unpacked: one at a time, because each may need a hundred megabytes
}

// New makes the community over its stores. The skill book and the matches are empty until they are loaded.
func New(stores Stores, clock func() time.Time) (*Network, error) {
	matches, err := NewMatchmaking()
	return &Network{Stores: stores, Skills: NewSkillBook(), Matches: matches, clock: clock, easel: make(chan struct{}, 1)}, err
}

// LoadSkills reads the common list of skills into the book.
func (n *Network) LoadSkills(ctx context.Context) error {
	skills, err := n.SkillList.All(ctx)
	n.Skills.Put(skills...)
	return err
}

// Now is the time by the network's clock.
func (n *Network) Now() Instant { return At(n.clock()) }

// CharterID names the one charter.
type CharterID string

// CharterOne is the id of the network's charter.
const CharterOne CharterID = "network"

// Charter is what the network as a whole is: its name, and since when. There is none until the first run.
type Charter struct {
	Record[CharterID] `bson:",inline"`
	Name              string  `json:"name"`
	Epoch             string  `json:"epoch"`     // a new one after a restore: clients then reload rather than resume
	TieSecret         string  `json:"tieSecret"` // breaks ties between equal matches
	FoundedAt         Instant `json:"foundedAt"`
	Demo              bool    `json:"demo,omitempty"`

	// Unfinished is there until the founding is complete. What a failure of the store left half made, its founder completes.
	Unfinished *Unfinished `json:"unfinished,omitempty"`

	// Leaving are the stewards who are on their way out. Who of the last two may still leave is decided on this record.
	Leaving []MemberID `json:"leaving,omitempty"`
}

// Unfinished is a founding on its way: whose it is, and the first hub to be.
type Unfinished struct {
	Founder MemberID `json:"founder"`
	Hub     HubID    `json:"hub"`
}

// Charters is what the domain needs of the store.
type Charters interface {
	Keeper[CharterID, Charter]
}

// Charter of the network; not found before its first run.
func (n *Network) Charter(ctx context.Context) (*Charter, error) {
	return n.Charters.Get(ctx, CharterOne)
}

// Founded tells whether the first run is over.
func (n *Network) Founded(ctx context.Context) (bool, error) {
	charter, err := n.Charter(ctx)
	if KindOf(err) == KindNotFound {
		return false, nil
	}
	return err == nil && charter.Unfinished == nil, err
}

// RenewEpoch says that the network went back in time, as after a restore: whoever knew it before loads it anew. A
// network that was never founded has nothing to renew.
func (n *Network) RenewEpoch(ctx context.Context) error {
	_, err := n.Charters.Change(ctx, CharterOne, func(c *Charter) error {
		c.Epoch = NewID[string]()
		return nil
	})
	if err != nil && KindOf(err) == KindNotFound {
		return nil
	}
	return err
}

// Founding is what the guided first run asks for.
type Founding struct {
	Network string   `json:"network"` // its name
	Hub     HubDraft `json:"hub"`
}

// Check cleans the founding and finds what is wrong with it. The fields of the hub are named "hub.name" and so on.
func (f *Founding) Check() Problems {
	f.Network = Line(f.Network)
	p := Problems{}
	for field, problem := range f.Hub.check() {
		p["hub."+field] = problem
	}
	p.need("network", f.Network, NameMax)
	return p
}

// Found makes the network, its first hub and its first steward, who must have joined already. It works once; when it was
// interrupted, the same steward finishes it.
func (n *Network) Found(ctx context.Context, steward MemberID, f Founding) (*Charter, error) {
	if err := Invalid(f.Check()); err != nil {
		return nil, err
	}
	charter, err := n.beginFounding(ctx, steward, f.Network)
	if err != nil {
		return nil, err
	}
	if _, err := n.Members.Change(ctx, steward, func(m *Member) error { m.Steward = true; return nil }); err != nil {
		return nil, err
	}
	v, err := n.Viewer(ctx, steward)
	if err != nil {
		return nil, err
	}
	hub, err := n.addHub(ctx, charter.Unfinished.Hub, f.Hub)
	if err != nil && KindOf(err) != KindConflict {
		return nil, err
	}
	if err := n.AppointHost(ctx, v, hub.ID, steward, true); err != nil {
		return nil, err
	}
	return n.Charters.Change(ctx, CharterOne, func(c *Charter) error { c.Unfinished = nil; return nil })
}

// beginFounding writes the charter, or finds the one that the same steward began.
func (n *Network) beginFounding(ctx context.Context, steward MemberID, name string) (*Charter, error) {
	charter := &Charter{Record: Record[CharterID]{ID: CharterOne}, Name: name, Epoch: NewID[string](), TieSecret: NewID[string](),
		FoundedAt: n.Now(), Unfinished: &Unfinished{steward, NewID[HubID]()}}
	err := n.Charters.Add(ctx, charter)
	if KindOf(err) != KindConflict {
		return charter, err
	}
	return n.Charters.Change(ctx, CharterOne, func(c *Charter) error {
		if c.Unfinished == nil || c.Unfinished.Founder != steward {
			return err
		}
		c.Name = name
		return nil
	})
}
