package community

import (
	"context"
)

// RemarkID names a remark.
type RemarkID string

// Remark is what somebody says about a proposal, for all of the network to read.
type Remark struct {
	Record[RemarkID] `bson:",inline"`
	Proposal         ProposalID `json:"proposal"`
	Member           MemberID   `json:"member"`
	Words            string     `json:"words"`
	At               Instant    `json:"at"`
}

// Remarks is what the domain needs of the store.
type Remarks interface {
	Keeper[RemarkID, Remark]
	On(ctx context.Context, proposal ProposalID, page Page) ([]*Remark, Cursor, error) // earliest first
	By(ctx context.Context, member MemberID, page Page) ([]*Remark, Cursor, error)     // newest first
}

// AddRemark says something about an open proposal; for people of its hub and its hosts.
func (n *Network) AddRemark(ctx context.Context, v Viewer, id ProposalID, words string) (*Remark, error) {
	p, err := n.Proposal(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if v.Hub != p.Hub && !v.Hosts(p.Hub) {
		return nil, Forbidden("proposals.only-people-talk")
	}
	if p.State != ProposalOpen {
		return nil, Conflict("proposals.closed")
	}
	words = Paragraphs(words)
	wrong := Problems{}
	wrong.need("words", words, WordsMax)
	if err := Invalid(wrong); err != nil {
		return nil, err
	}
	latest, _, err := n.Remarks.By(ctx, v.ID, Page{Limit: RemarksInDayMax})
	if err != nil {
		return nil, err
	}
	if len(latest) == RemarksInDayMax && latest[len(latest)-1].At.Plus(day) > n.Now() {
		return nil, TooMany("proposals.too-many-remarks", nil)
	}
	r := &Remark{Record: Record[RemarkID]{ID: NewID[RemarkID]()}, Proposal: id, Member: v.ID, Words: words, At: n.Now()}
	return r, n.Remarks.Add(ctx, r)
}

// RemarksOn are those on a proposal, earliest first; of people apart there are none.
func (n *Network) RemarksOn(ctx context.Context, v Viewer, id ProposalID, page Page) ([]*Remark, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Remark, Cursor, error) { return n.Remarks.On(ctx, id, page) }
	return visible(page, read, func(r *Remark) bool { return v.Apart(r.Member) })
}

// OwnRemarks are the viewer's, newest first.
func (n *Network) OwnRemarks(ctx context.Context, v Viewer, page Page) ([]*Remark, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Remarks.By(ctx, v.ID, page)
}

// OwnProposals are the viewer's, newest first.
func (n *Network) OwnProposals(ctx context.Context, v Viewer, page Page) ([]*Proposal, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Proposals.By(ctx, v.ID, page)
}

// eraseFromProposals takes words and open votes away. Of a vote that was counted the count stays, which names nobody; of a
// proposal what it proposes, which is the hub's.
func (n *Network) eraseFromProposals(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*Remark, Cursor, error) { return n.Remarks.By(ctx, id, p) }, func(r *Remark) error { return n.Remarks.Delete(ctx, r.ID) })
	if err != nil {
		return err
	}
	err = drain(func(p Page) ([]*Vote, Cursor, error) { return n.Votes.By(ctx, id, p) }, func(x *Vote) error { return n.Votes.Delete(ctx, x.ID) })
	if err != nil {
		return err
	}
	for p, err := range n.Proposals.Each(ctx) {
		if err != nil {
			return err
		}
		if p.By != id && !p.Votes(id) {
			continue
		}
		_, err := n.Proposals.Change(ctx, p.ID, func(p *Proposal) error {
			p.Roll = withOrWithout(p.Roll, id, false)
			if p.By == id {
				p.By = ""
			}
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}
