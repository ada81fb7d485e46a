package community

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// ProposalID names a proposal.
type ProposalID string

// Way says how a proposal is decided.
type Way string

// A collective decides by consent, where nobody objects with a reason, or by the majority. Hosts of a business give notice,
// and people can object.
const (
	WayConsent  Way = "consent"
	WayMajority Way = "majority"
	WayNotice   Way = "notice"
)

// WaysOf are the ways that a hub can choose from.
func WaysOf(form HubForm) []Way {
	if form == Business {
		return []Way{WayNotice}
	}
	return []Way{WayConsent, WayMajority}
}

// ProposalState of a proposal.
type ProposalState string

// A passed proposal is in force as a version of the agreement. One that was overtaken had passed, but another version had
// come into force before it.
const (
	ProposalOpen      ProposalState = "open"
	ProposalPassed    ProposalState = "passed"
	ProposalRejected  ProposalState = "rejected"
	ProposalWithdrawn ProposalState = "withdrawn"
	ProposalOvertaken ProposalState = "overtaken"
)

// Proposal is a version of a hub's agreement that its people talk about and decide on. It holds all rules, as people read
// and vote on the whole.
type Proposal struct {
	Record[ProposalID] `bson:",inline"`
	Hub                HubID         `json:"hub"`
	Title              string        `json:"title"`
	Reason             string        `json:"reason"`
	Concession         int           `json:"concession"` // thousandths of a list's quality
	Rules              Rules         `json:"rules"`
	After              int           `json:"after"` // the version that it would take the place of
	Way                Way           `json:"way"`
	Quorum             int           `json:"quorum"` // percent of the roll, as agreed on when it was opened
	By                 MemberID      `json:"by,omitempty"`
	OpenedAt           Instant       `json:"openedAt"`
	ClosesAt           Instant       `json:"closesAt"`
	ReviewAt           Instant       `json:"reviewAt"`
	State              ProposalState `json:"state"`
	Roll               []MemberID    `json:"roll,omitempty"` // who belonged to the hub when it was opened: they may vote
	Tally              *Tally        `json:"tally,omitempty"`
	Version            int           `json:"version"` // that it became; 0 before it is in force
}

// Tally is the count of a vote.
type Tally struct {
	Voters    int                 `json:"voters"` // who could vote
	Yes       int                 `json:"yes"`
	No        int                 `json:"no"`
	Abstained int                 `json:"abstained"`
	Receipts  map[Choice][]string `json:"receipts,omitempty"` // in order: each finds their own, and nobody else's
}

// Proposals is what the domain needs of the store.
type Proposals interface {
	Keeper[ProposalID, Proposal]
	Whole[Proposal]
	Of(ctx context.Context, hub HubID, page Page) ([]*Proposal, Cursor, error) // newest first
	Open(ctx context.Context, hub HubID) ([]*Proposal, error)
	ToDecide(ctx context.Context, at Instant, page Page) ([]*Proposal, Cursor, error) // open ones that close by then
	ToSettle(ctx context.Context, page Page) ([]*Proposal, Cursor, error)             // passed, and not in force yet
	By(ctx context.Context, member MemberID, page Page) ([]*Proposal, Cursor, error)  // newest first
}

const (
	VoteDaysMin   = 3       // days a vote is open: who works on two of them hears of it
	VoteDaysMax   = 60      // days: a vote that nobody remembers decides nothing
	ReviewDaysMax = 2 * 365 // days until people look at it again

	// CountAfter is how long after its end a vote is counted: longer than any request may take, so that a vote that was
	// taken in time is in the store, and clocks of several programs may differ by as much.
	CountAfter = 2 * time.Minute
)

// ProposalDraft is a proposal as it is typed.
type ProposalDraft struct {
	Title   string `json:"title"`
	Reason  string `json:"reason"`
	Percent string `json:"percent"` // of a list's quality that may be spent on turns
	Rules   Rules  `json:"rules"`
	Way     Way    `json:"way"`
	Closes  string `json:"closes"` // the last day to vote, such as 2027-03-31; a notice has its days from the agreement
	Review  string `json:"review"` // the day on which it is looked at again
	After   int    `json:"after"`
}

// ProposalDraftOf begins a proposal with what holds now.
func ProposalDraftOf(now *Agreement, hub *Hub, at Instant) ProposalDraft {
	d := ProposalDraft{Percent: fmt.Sprint(now.Percent()), Rules: now.Holds(), Way: WaysOf(hub.Form)[0],
		Closes: at.Plus(14 * day).In(hub.Zone).Format(time.DateOnly), Review: at.Plus(365 * day).In(hub.Zone).Format(time.DateOnly)}
	if now.Scope == string(hub.ID) {
		d.After = now.Version
	}
	return d
}

// MayPropose tells whether the viewer can put something forward: in a collective its people and hosts, in a business its hosts.
func (v Viewer) MayPropose(h *Hub) bool {
	return v.Hosts(h.ID) || h.Form == Collective && v.Hub == h.ID
}

// Propose opens a vote, or gives notice.
func (n *Network) Propose(ctx context.Context, v Viewer, hub HubID, d ProposalDraft) (*Proposal, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	if !v.MayPropose(h) {
		return nil, Forbidden("proposals.not-yours-to-make")
	}
	now, err := n.inForce(ctx, hub)
	if err != nil {
		return nil, err
	}
	p := &Proposal{Record: Record[ProposalID]{ID: NewID[ProposalID]()}, Hub: hub, By: v.ID, OpenedAt: n.Now(), State: ProposalOpen, Quorum: now.Holds().Quorum}
	if err := Invalid(d.fill(p, h, now.Holds())); err != nil {
		return nil, err
	}
	if own := now.Scope == string(hub); own && d.After != now.Version || !own && d.After != 0 {
		return nil, Conflict("agreements.changed-meanwhile")
	}
	open, err := n.Proposals.Open(ctx, hub)
	if err != nil {
		return nil, err
	}
	if len(open) >= ProposalsMax {
		return nil, TooMany("proposals.too-many", map[string]any{"max": ProposalsMax})
	}
	if p.Roll, err = n.rollOf(ctx, hub); err != nil {
		return nil, err
	}
	return p, n.Proposals.Add(ctx, p)
}

// rollOf are the people of a hub now. Who comes later does not vote on what was opened before.
func (n *Network) rollOf(ctx context.Context, hub HubID) (roll []MemberID, err error) {
	err = throughout(func(p Page) ([]*Member, Cursor, error) { return n.Members.InHub(ctx, hub, p) }, func(m *Member) { roll = append(roll, m.ID) })
	if err == nil && len(roll) > RollMax {
		return nil, TooMany("proposals.roll-too-long", map[string]any{"max": RollMax})
	}
	return roll, err
}

// fill cleans the draft, puts it into the proposal, and finds what is wrong with it.
func (d *ProposalDraft) fill(p *Proposal, h *Hub, now Rules) Problems {
	wrong := Problems{}
	p.Title, p.Reason, p.Way, p.After = Line(d.Title), Paragraphs(d.Reason), d.Way, d.After
	wrong.need("title", p.Title, TitleMax)
	wrong.need("reason", p.Reason, TextMax)
	oneOf(wrong, "way", d.Way, WaysOf(h.Form))
	p.Concession = concessionOf(d.Percent, wrong)
	ofRules := Problems{}
	d.Rules.check(ofRules)
	for field, problem := range ofRules {
		wrong["rules."+field] = problem
	}
	p.Rules = d.Rules
	if p.Way == WayNotice {
		p.ClosesAt = p.OpenedAt.Plus(time.Duration(now.NoticeDays) * day)
	} else {
		p.ClosesAt = wrong.dayBetween("closes", d.Closes, h.Zone, p.OpenedAt, VoteDaysMin, VoteDaysMax)
	}
	p.ReviewAt = wrong.dayBetween("review", d.Review, h.Zone, max(p.OpenedAt, p.ClosesAt), 1, ReviewDaysMax)
	return wrong
}

// dayBetween reads a date, which counts to its end, so many days from a moment.
func (p Problems) dayBetween(field, text, zone string, from Instant, low, high int) Instant {
	begins, ok := clockTime(Line(text), "00:00", zone)
	ends := At(begins.In(zone).AddDate(0, 0, 1))
	if !ok || ends < from.Plus(time.Duration(low)*day) || ends > from.Plus(time.Duration(high+1)*day) {
		p[field] = Problem{Say: "problem.day-between", Args: map[string]any{"low": low, "high": high}}
	}
	return ends
}

// Proposal is one of a hub; everybody in the network may read it, as they may read agreements.
func (n *Network) Proposal(ctx context.Context, v Viewer, id ProposalID) (*Proposal, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Proposals.Get(ctx, id)
}

// ProposalsOf are those of a hub, newest first.
func (n *Network) ProposalsOf(ctx context.Context, v Viewer, hub HubID, page Page) ([]*Proposal, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Proposals.Of(ctx, hub, page)
}

// WithdrawProposal takes an open proposal back; for who made it.
func (n *Network) WithdrawProposal(ctx context.Context, v Viewer, id ProposalID) (*Proposal, error) {
	p, err := n.Proposal(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if p.By != v.ID && (p.Way != WayNotice || !v.Hosts(p.Hub)) {
		return nil, Forbidden("proposals.not-yours")
	}
	return n.Proposals.Change(ctx, id, func(p *Proposal) error {
		if p.State != ProposalOpen || p.ClosesAt <= n.Now() {
			return Conflict("proposals.closed")
		}
		p.State = ProposalWithdrawn
		return nil
	})
}

// Votes tells whether the member may vote.
func (p *Proposal) Votes(id MemberID) bool { return slices.Contains(p.Roll, id) }

// Takes tells whether votes are still taken.
func (p *Proposal) Takes(now Instant) bool { return p.State == ProposalOpen && now < p.ClosesAt }

// passes is the rule by which a count decides.
func (p *Proposal) passes(t *Tally) bool {
	quorate := t.Voters > 0 && (t.Yes+t.No+t.Abstained)*100 >= p.Quorum*t.Voters
	switch p.Way {
	case WayNotice: // hosts decide, unless more than half of all object
		return 2*t.No <= t.Voters
	case WayConsent:
		return quorate && t.No == 0
	default:
		return quorate && t.Yes > t.No
	}
}

// DecideProposals decides those whose time is over, each once, whoever else does the same, and puts what passed into force.
// It may be repeated.
func (n *Network) DecideProposals(ctx context.Context) (decided int, err error) {
	for {
		due, _, err := n.Proposals.ToDecide(ctx, n.Now().Plus(-CountAfter), Page{Limit: PageMax})
		if err != nil || len(due) == 0 {
			return decided, cmp.Or(err, n.settleProposals(ctx))
		}
		for _, p := range due {
			if err := n.decideProposal(ctx, p); err != nil {
				return decided, err
			}
			decided++
		}
	}
}

// settleProposals brings into force what was decided and then interrupted.
func (n *Network) settleProposals(ctx context.Context) error {
	passed, _, err := n.Proposals.ToSettle(ctx, Page{Limit: PageMax})
	for _, p := range passed {
		err = cmp.Or(err, n.putInForce(ctx, p))
	}
	return err
}

func (n *Network) decideProposal(ctx context.Context, p *Proposal) error {
	tally, err := n.count(ctx, p)
	if err != nil {
		return err
	}
	p, err = n.Proposals.Change(ctx, p.ID, func(p *Proposal) error {
		if p.State != ProposalOpen {
			return ErrUnchanged
		}
		p.Tally, p.State = tally, ProposalRejected
		if p.passes(tally) {
			p.State = ProposalPassed
		}
		return nil
	})
	if err != nil || p.State != ProposalPassed || p.Version > 0 {
		return err
	}
	return n.putInForce(ctx, p)
}

// putInForce adds the version. Which of two proposals after the same version comes into force is decided by its number.
func (n *Network) putInForce(ctx context.Context, p *Proposal) error {
	a := &Agreement{Record: Record[AgreementID]{ID: agreementID(string(p.Hub), p.After+1)}, Scope: string(p.Hub), Version: p.After + 1, Concession: p.Concession,
		Rules: &p.Rules, Reason: p.Title + "\n\n" + p.Reason, By: p.By, At: n.Now(), Proposal: p.ID, ReviewAt: p.ReviewAt}
	err := n.Agreements.Add(ctx, a)
	if err != nil && KindOf(err) != KindConflict {
		return err
	}
	there, err := n.Agreements.Get(ctx, a.ID)
	if err != nil {
		return err
	}
	_, err = n.Proposals.Change(ctx, p.ID, func(p *Proposal) error {
		switch {
		case p.State != ProposalPassed || p.Version > 0:
			return ErrUnchanged
		case there.Proposal == p.ID:
			p.Version = there.Version
		default:
			p.State = ProposalOvertaken
		}
		return nil
	})
	return err
}

// ReviewsDue are the versions in force whose day of review has come, within a week: hosts are reminded of them once.
func (n *Network) ReviewsDue(ctx context.Context) ([]*Agreement, error) {
	now := n.Now()
	var due []*Agreement
	err := throughout(func(p Page) ([]*Agreement, Cursor, error) {
		return n.Agreements.ReviewedBetween(ctx, now.Plus(-7*day), now, p)
	},
		func(a *Agreement) { due = append(due, a) })
	if err != nil {
		return nil, err
	}
	var inForce []*Agreement
	for _, a := range due {
		newest, _, err := n.Agreements.Of(ctx, a.Scope, Page{Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(newest) > 0 && newest[0].ID == a.ID {
			inForce = append(inForce, a)
		}
	}
	return inForce, nil
}
