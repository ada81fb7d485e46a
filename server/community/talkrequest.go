package community

import (
	"context"
	"time"
)

// Somebody who is not connected with a member may write to them where the member asked for it, as below a posting: one
// message, which lies in a tray of its own until the member answers.

// requestTo tells whether it is a request that the member has not accepted.
func (c *Conversation) requestTo(member MemberID) bool { return c.Asked != "" && c.Asked != member }

// openRequest begins the conversation of somebody with a member who doesn't know them; between people who have met it is
// an ordinary one.
func (n *Network) openRequest(ctx context.Context, v Viewer, to MemberID, about Subject) (*Conversation, error) {
	c := &Conversation{Record: Record[ConversationID]{ID: PairID[ConversationID](v.ID, to)}, Members: []MemberID{v.ID, to}, Subject: about, OpenedAt: n.Now()}
	if !v.Contact(to) {
		c.Asked, c.AskedBy, c.AskedOf, c.AskedAt = v.ID, v.ID, to, n.Now()
	}
	return n.open(ctx, c)
}

// mayWrite lets only one message through before a request is accepted, and takes an answer for the yes that it is. A
// message that is sent again is the same message.
func (n *Network) mayWrite(ctx context.Context, v Viewer, c *Conversation, nonce string) error {
	if c.Asked == "" {
		return nil
	}
	if c.requestTo(v.ID) {
		_, err := n.settleRequest(ctx, c)
		return err
	}
	first, err := n.Messages.Behind(ctx, c.ID, 0, 1)
	if err != nil || len(first) > 0 && first[0].Nonce == nonce {
		return err
	}
	if len(first) > 0 {
		return Conflict("conversations.wait-for-answer")
	}
	return n.takeFirst(ctx, c.ID, nonce)
}

// firstWithin is how long a first message may be on its way: several times what a request may take. After that another may
// take its place, because it never came.
const firstWithin = time.Minute

// takeFirst decides which of several first messages that come at once is the one.
func (n *Network) takeFirst(ctx context.Context, id ConversationID, nonce string) error {
	_, err := n.Conversations.Change(ctx, id, func(c *Conversation) error {
		switch {
		case c.First == nonce:
			return ErrUnchanged
		case c.First != "" && c.FirstAt > n.Now().Plus(-firstWithin):
			return Conflict("conversations.wait-for-answer")
		}
		c.First, c.FirstAt = nonce, n.Now()
		return nil
	})
	return err
}

// settleRequest makes a request an ordinary conversation.
func (n *Network) settleRequest(ctx context.Context, c *Conversation) (*Conversation, error) {
	asked := c.Asked
	if err := n.noteRequestAnswer(ctx, c); err != nil { // before it is forgotten who asked
		return nil, err
	}
	for _, m := range c.Members {
		if m == asked {
			continue
		}
		if err := n.leaveTray(ctx, c.ID, m); err != nil {
			return nil, err
		}
	}
	return n.Conversations.Change(ctx, c.ID, func(c *Conversation) error {
		if c.Asked == "" {
			return ErrUnchanged
		}
		c.Asked = ""
		return nil
	})
}

func (n *Network) leaveTray(ctx context.Context, id ConversationID, member MemberID) error {
	_, err := n.Seats.Change(ctx, seatID(id, member), func(s *Seat) error {
		if s.Tray == "" {
			return ErrUnchanged
		}
		s.Tray, s.AnsweredAt = "", n.Now()
		return nil
	})
	return err
}

// Requests are those in the viewer's tray, longest waiting first: no more than the room they have left in this week beside
// the introductions that wait. The others wait their turn and are not counted anywhere.
func (n *Network) Requests(ctx context.Context, v Viewer) ([]Talk, error) {
	_, _, room, err := n.waiting(ctx, v)
	if err != nil || room <= 0 {
		return nil, err
	}
	read := func(page Page) ([]*Talk, Cursor, error) {
		seats, next, err := n.Seats.InTray(ctx, v.ID, page)
		if err != nil {
			return nil, "", err
		}
		talks, err := n.joinTalks(ctx, seats)
		return talks, next, err
	}
	waiting, _, err := visible(Page{Limit: room}, read, func(t *Talk) bool {
		return t.Conversation == nil || !t.Conversation.openTo(v) || !t.Conversation.requestTo(v.ID)
	})
	talks := make([]Talk, len(waiting))
	for i, t := range waiting {
		talks[i] = *t
	}
	return talks, err
}

// AcceptRequest takes the conversation in among the viewer's others.
func (n *Network) AcceptRequest(ctx context.Context, v Viewer, id ConversationID) (*Conversation, error) {
	t, err := n.Conversation(ctx, v, id)
	if err != nil || !t.Conversation.requestTo(v.ID) {
		return t.Conversation, err
	}
	return n.settleRequest(ctx, t.Conversation)
}

// PassRequest lets it pass. Who asked is not told and cannot tell.
func (n *Network) PassRequest(ctx context.Context, v Viewer, id ConversationID) error {
	t, err := n.Conversation(ctx, v, id)
	if err != nil || !t.Conversation.requestTo(v.ID) {
		return err
	}
	return n.leaveTray(ctx, id, v.ID)
}
