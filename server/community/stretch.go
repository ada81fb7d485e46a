package community

import (
	"context"
	"slices"
)

// Stretch is a part of a conversation as a page shows it: messages in order, without the entries about them.
type Stretch struct {
	Messages []*Message
	Seq      int64 // of the last entry that was read; what comes live follows it
	Older    bool  // there is more before
	Newer    bool  // there is more behind
}

// stretchReads bounds how many pages of the log are read for one stretch, where reactions stand close together. What is
// then missing is on the next page.
const stretchReads = 10

// Before are the messages before a number; the newest ones for 0.
func (n *Network) Before(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) (Stretch, error) {
	s := Stretch{Newer: seq > 0}
	t, err := n.Conversation(ctx, v, id)
	if err != nil {
		return s, err
	}
	for range stretchReads {
		found, err := n.Messages.Before(ctx, id, seq, PageMax)
		if err != nil {
			return s, err
		}
		for _, m := range found {
			s.Seq = max(s.Seq, m.Seq)
			if t.Conversation.shows(v, m) && len(s.Messages) == limit {
				s.Older = true
				break
			}
			if seq = m.Seq; t.Conversation.shows(v, m) {
				m.Reactions = m.reactionsFor(v)
				s.Messages = append(s.Messages, m)
			}
		}
		if s.Older || len(found) < PageMax {
			slices.Reverse(s.Messages)
			return s, nil
		}
	}
	s.Older = true
	slices.Reverse(s.Messages)
	return s, nil
}

// After are the messages behind a number.
func (n *Network) After(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) (Stretch, error) {
	s := Stretch{Seq: seq, Older: seq > 0}
	t, err := n.Conversation(ctx, v, id)
	if err != nil {
		return s, err
	}
	for range stretchReads {
		found, err := n.Messages.Behind(ctx, id, s.Seq, PageMax)
		if err != nil {
			return s, err
		}
		for _, m := range found {
			if t.Conversation.shows(v, m) {
				if len(s.Messages) == limit {
					s.Newer = true
					return s, nil
				}
				m.Reactions = m.reactionsFor(v)
				s.Messages = append(s.Messages, m)
			}
			s.Seq = m.Seq
		}
		if len(found) < PageMax {
			return s, nil
		}
	}
	s.Newer = true
	return s, nil
}

// Around are the messages on both sides of a number, with the one that has it.
func (n *Network) Around(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) (Stretch, error) {
	before, err := n.Before(ctx, v, id, seq, limit/2)
	if err != nil {
		return before, err
	}
	s, err := n.After(ctx, v, id, seq-1, limit-limit/2)
	s.Messages, s.Older = append(before.Messages, s.Messages...), before.Older
	return s, err
}

// FirstUnread is the number of the first message of somebody else that the seat has not read; 0 where there is none.
func (n *Network) FirstUnread(ctx context.Context, v Viewer, t Talk) (int64, error) {
	if t.Seat.Unread() == 0 {
		return 0, nil
	}
	s, err := n.After(ctx, v, t.Conversation.ID, t.Seat.Read, PageMax)
	for _, m := range s.Messages {
		if m.Said() && m.Sender != v.ID {
			return m.Seq, err
		}
	}
	return 0, err
}

// shows tells whether a page shows the entry to the viewer: messages and who came and went, and of a group nothing of
// people apart from them.
func (c *Conversation) shows(v Viewer, m *Message) bool {
	return m.Target == 0 && !v.Apart(m.Sender) && !v.Apart(m.Of)
}
