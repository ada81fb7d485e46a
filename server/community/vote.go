package community

import (
	"cmp"
	"context"
	"slices"
)

// VoteID is derived of the proposal and the member: one vote each.
type VoteID string

// Choice of a vote.
type Choice string

// The choices. No is an objection where a proposal is decided by consent or notice, and needs a reason there.
const (
	ChoiceYes     Choice = "yes"
	ChoiceNo      Choice = "no"
	ChoiceAbstain Choice = "abstain"
)

// Choices in the order of the form.
var Choices = []Choice{ChoiceYes, ChoiceNo, ChoiceAbstain}

// Vote is one member's. It can be changed until the end; only its owner reads it with their name on it.
type Vote struct {
	Record[VoteID] `bson:",inline"`
	Proposal       ProposalID `json:"proposal"`
	Member         MemberID   `json:"member"`
	Choice         Choice     `json:"choice"`
	Words          string     `json:"words,omitempty"` // why; shown without a name
	Receipt        string     `json:"receipt"`         // their own code, by which they find their vote in the count
	At             Instant    `json:"at"`
}

// VotesStore is what the domain needs of the store.
type VotesStore interface {
	Keeper[VoteID, Vote]
	On(ctx context.Context, proposal ProposalID, page Page) ([]*Vote, Cursor, error)
	By(ctx context.Context, member MemberID, page Page) ([]*Vote, Cursor, error)
}

func voteID(p ProposalID, member MemberID) VoteID { return VoteID(string(p) + "~" + string(member)) }

// VoteDraft is a vote as it is sent.
type VoteDraft struct {
	Choice Choice `json:"choice"`
	Words  string `json:"words"`
}

// CastVote takes the viewer's vote, or their new one in the place of the former. The receipt stays the same.
func (n *Network) CastVote(ctx context.Context, v Viewer, id ProposalID, d VoteDraft) (*Vote, error) {
	p, err := n.Proposal(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !p.Votes(v.ID) {
		return nil, Forbidden("proposals.not-on-roll")
	}
	now := n.Now()
	if !p.Takes(now) {
		return nil, Conflict("proposals.closed")
	}
	if err := Invalid(d.check(p.Way)); err != nil {
		return nil, err
	}
	fresh := &Vote{Record: Record[VoteID]{ID: voteID(id, v.ID)}, Proposal: id, Member: v.ID, Choice: d.Choice, Words: d.Words, Receipt: NewID[string]()[:receiptLetters], At: now}
	err = n.Votes.Add(ctx, fresh)
	if KindOf(err) != KindConflict {
		return fresh, err
	}
	return n.Votes.Change(ctx, fresh.ID, func(x *Vote) error {
		x.Choice, x.Words, x.At = d.Choice, d.Words, now
		return nil
	})
}

// receiptLetters of a receipt: 50 bits, so that no two of a vote are alike, and short enough to compare by eye.
const receiptLetters = 10

func (d *VoteDraft) check(way Way) Problems {
	p := Problems{}
	d.Words = Paragraphs(d.Words)
	oneOf(p, "choice", d.Choice, Choices)
	p.atMost("words", d.Words, WordsMax)
	if d.Choice == ChoiceNo && way != WayMajority && d.Words == "" {
		p["words"] = Problem{Say: "proposals.object-with-reason"}
	}
	return p
}

// OwnVote is the viewer's on a proposal; nil before they voted.
func (n *Network) OwnVote(ctx context.Context, v Viewer, id ProposalID) (*Vote, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	own, err := n.Votes.Get(ctx, voteID(id, v.ID))
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return own, nil
}

// OwnVotes are all of the viewer's.
func (n *Network) OwnVotes(ctx context.Context, v Viewer, page Page) ([]*Vote, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Votes.By(ctx, v.ID, page)
}

// Results is what the viewer may read of a vote.
type Results struct {
	Turnout int
	Tally   *Tally       // nil until they voted, or it was decided: nobody is led by what others did
	Reasons []VoteReason // likewise
}

// VoteReason is what somebody wrote with their vote.
type VoteReason struct {
	Choice Choice
	Words  string
}

// ResultsOf are the results of a vote as the viewer may read them.
func (n *Network) ResultsOf(ctx context.Context, v Viewer, p *Proposal) (*Results, error) {
	own, err := n.OwnVote(ctx, v, p.ID)
	if err != nil {
		return nil, err
	}
	r := &Results{}
	running := &Tally{Voters: len(p.Roll)}
	err = n.eachVote(ctx, p, func(x *Vote) {
		r.Turnout++
		running.add(x)
		if x.Words != "" && !v.Apart(x.Member) {
			r.Reasons = append(r.Reasons, VoteReason{x.Choice, x.Words})
		}
	})
	slices.SortFunc(r.Reasons, func(a, b VoteReason) int {
		return cmp.Or(cmp.Compare(a.Choice, b.Choice), cmp.Compare(a.Words, b.Words))
	})
	switch running.Receipts = nil; {
	case p.Tally != nil:
		r.Tally, r.Turnout = p.Tally, p.Tally.Yes+p.Tally.No+p.Tally.Abstained
	case own != nil:
		r.Tally = running
	default:
		r.Reasons = nil
	}
	return r, err
}

func (n *Network) eachVote(ctx context.Context, p *Proposal, take func(*Vote)) error {
	return throughout(func(page Page) ([]*Vote, Cursor, error) { return n.Votes.On(ctx, p.ID, page) }, take)
}

// count reads every vote.
func (n *Network) count(ctx context.Context, p *Proposal) (*Tally, error) {
	t := &Tally{Voters: len(p.Roll), Receipts: map[Choice][]string{}}
	err := n.eachVote(ctx, p, t.add)
	for _, receipts := range t.Receipts {
		slices.Sort(receipts)
	}
	return t, err
}

func (t *Tally) add(x *Vote) {
	switch x.Choice {
	case ChoiceYes:
		t.Yes++
	case ChoiceNo:
		t.No++
	default:
		t.Abstained++
	}
	if t.Receipts != nil {
		t.Receipts[x.Choice] = append(t.Receipts[x.Choice], x.Receipt)
	}
}
