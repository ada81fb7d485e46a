package community

import (
	"cmp"
	"context"
	"slices"
)

// What is the viewer's own, for their export.

func byName(a, b Profile) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }

// OwnPostings are the viewer's, newest first, closed ones too.
func (n *Network) OwnPostings(ctx context.Context, v Viewer, page Page) ([]*Posting, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Postings.By(ctx, v.ID, page)
}

// IntroductionsAnswered are those that the viewer answered, either way, earliest answer first.
func (n *Network) IntroductionsAnswered(ctx context.Context, v Viewer, page Page) ([]*Introduction, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Introduction, Cursor, error) { return n.Introductions.AnsweredBy(ctx, v.ID, page) }
	return visible(page, read, func(i *Introduction) bool { return v.Apart(i.From) })
}

// Contacts are the people whom the viewer is connected with, by name.
func (n *Network) Contacts(ctx context.Context, v Viewer) ([]Profile, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	ids := make([]MemberID, 0, len(v.contacts))
	for id := range v.contacts {
		ids = append(ids, id)
	}
	people, err := n.People(ctx, v, ids)
	slices.SortFunc(people, byName)
	return people, err
}

// OwnEnterprises are those in which the viewer has or had a part.
func (n *Network) OwnEnterprises(ctx context.Context, v Viewer) ([]*Enterprise, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Enterprise
	for e, err := range n.Enterprises.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if e.knows(v.ID) {
			own = append(own, e)
		}
	}
	return own, nil
}

// OwnEvents are those that the viewer announced, goes to or waits for, past ones too, earliest first.
func (n *Network) OwnEvents(ctx context.Context, v Viewer) ([]*Event, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Event
	for e, err := range n.Events.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if e.Host == v.ID || e.AttendanceOf(v.ID) != NotComing {
			own = append(own, e)
		}
	}
	slices.SortStableFunc(own, func(a, b *Event) int { return cmp.Compare(a.StartsAt, b.StartsAt) })
	return own, nil
}

// OwnProgrammes are those that the viewer opened as a host, or decides on.
func (n *Network) OwnProgrammes(ctx context.Context, v Viewer) ([]*Programme, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	var own []*Programme
	for p, err := range n.Programmes.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if p.Host == v.ID || v.Reviews(p) {
			own = append(own, p)
		}
	}
	return own, nil
}

// OwnReports are those that the viewer made, oldest first.
func (n *Network) OwnReports(ctx context.Context, v Viewer, page Page) ([]*Report, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Reports.By(ctx, v.ID, page)
}

// OwnSkills are those that the viewer proposed.
func (n *Network) OwnSkills(ctx context.Context, v Viewer) ([]*Skill, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	all, err := n.SkillList.All(ctx)
	return slices.DeleteFunc(all, func(s *Skill) bool { return s.ProposedBy != v.ID }), err
}

// OwnTalk is a conversation in which the viewer has or had a seat.
type OwnTalk struct {
	Talk
	Open bool // they can read it; else only what they wrote in it is theirs
}

// OwnTalks are all of the viewer's conversations, latest talk first: also those they left, those with people they blocked,
// and first messages as far as they were shown to them. One with somebody who blocked them is not among them, or it would
// tell of the block.
func (n *Network) OwnTalks(ctx context.Context, v Viewer, page Page) ([]OwnTalk, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	waiting, err := n.Requests(ctx, v)
	if err != nil {
		return nil, "", err
	}
	gone, err := n.goneFor(ctx, v)
	if err != nil {
		return nil, "", err
	}
	talks, next, err := n.talksOf(ctx, v.ID, page)
	var own []OwnTalk
	for _, t := range talks {
		shown := func(r Talk) bool { return r.Conversation.ID == t.Conversation.ID }
		if t.Conversation == nil || gone(t.Conversation) || t.Seat.Tray != "" && !slices.ContainsFunc(waiting, shown) {
			continue
		}
		own = append(own, OwnTalk{*t, t.Conversation.openTo(v)})
	}
	return own, next, err
}

// goneFor finds the conversations of two that the other ended by a block: to the viewer they never were.
func (n *Network) goneFor(ctx context.Context, v Viewer) (func(*Conversation) bool, error) {
	made, err := n.Blocks.By(ctx, v.ID)
	return func(c *Conversation) bool {
		other := c.Other(v.ID)
		return c.Direct() && v.Apart(other) && !slices.ContainsFunc(made, func(b *Block) bool { return b.Against == other })
	}, err
}

// OwnWords are what the viewer wrote or did in a conversation, behind a number, and how far was looked; at the end nothing
// is found and nothing was looked at.
func (n *Network) OwnWords(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) (own []*Message, looked int64, err error) {
	if _, err := n.Seats.Get(ctx, seatID(id, v.ID)); err != nil {
		return nil, seq, err
	}
	found, err := n.Messages.Behind(ctx, id, seq, limit)
	for _, m := range found {
		if seq = m.Seq; m.Sender == v.ID {
			m.Mentions, m.Reactions = nil, nil // of others
			own = append(own, m)
		}
	}
	if err != nil {
		return nil, seq, err
	}
	return own, seq, n.CurrentWords(ctx, own...)
}
