package community

import (
	"context"
	"slices"
)

// SubjectKind says what a conversation is about.
type SubjectKind string

const (
	SubjectIntroduction SubjectKind = "introduction"
	SubjectPosting      SubjectKind = "posting"
	SubjectEvent        SubjectKind = "event"
	SubjectProgramme    SubjectKind = "programme"
)

// Subject is what a conversation is about; the last one when two people met in several places.
type Subject struct {
	Kind  SubjectKind `json:"kind"`
	ID    string      `json:"id"`
	Title string      `json:"title,omitempty"`
}

// Conversation is a log of messages between its members. For two people its id is their PairID.
type Conversation struct {
	Record[ConversationID] `bson:",inline"`
	Members                []MemberID `json:"members"`
	Title                  string     `json:"title,omitempty"` // of a group; two people need none
	Subject                Subject    `json:"subject"`
	OpenedAt               Instant    `json:"openedAt"`
}

// Direct tells whether it is between two people.
func (c *Conversation) Direct() bool { return c.Title == "" && len(c.Members) == 2 }

// Other is the other person of a direct conversation.
func (c *Conversation) Other(me MemberID) MemberID {
	for _, m := range c.Members {
		if m != me {
			return m
		}
	}
	return me
}

// Message is an entry of a conversation's log. Its Seq has no gaps, so a reader knows what is missing.
type Message struct {
	Record[MessageID] `bson:",inline"`
	Conversation      ConversationID `json:"conversation"`
	Seq               int64          `json:"seq"`
	Sender            MemberID       `json:"sender"`
	Nonce             string         `json:"nonce"` // chosen by the sender; the same nonce is the same message, for ever
	Body              string         `json:"body"`
	SentAt            Instant        `json:"sentAt"`
}

// Emptied tells whether its words went with who said them.
func (m *Message) Emptied() bool { return m.Body == "" }

// SeatID is derived from conversation and member.
type SeatID string

// Seat is a member's place in a conversation: how far they read, and how far it went, which orders their list.
type Seat struct {
	Record[SeatID] `bson:",inline"`
	Conversation   ConversationID `json:"conversation"`
	Member         MemberID       `json:"member"`
	Head           int64          `json:"head"` // seq of the newest message that this seat was told of
	Read           int64          `json:"read"` // seq up to which the member has read
	LastAt         Instant        `json:"lastAt"`
}

// Unread is how many messages wait.
func (s *Seat) Unread() int64 { return max(0, s.Head-s.Read) }

// Conversations is what the domain needs of the store.
type Conversations interface {
	Keeper[ConversationID, Conversation]
}

// Seats is what the domain needs of the store.
type Seats interface {
	Keeper[SeatID, Seat]
	Of(ctx context.Context, member MemberID, page Page) ([]*Seat, Cursor, error) // latest talk first
}

// Messages is what the domain needs of the store: a log per conversation.
type Messages interface {
	// Append gives the message the next number of its conversation. A message of the same sender with the same nonce
	// was stored before: that one is returned, and fresh is false.
	Append(ctx context.Context, m *Message) (stored *Message, fresh bool, err error)
	// Change empties a message whose sender left; Delete removes one whose conversation ends, because all have left.
	Change(ctx context.Context, id MessageID, change func(*Message) error) (*Message, error)
	Delete(ctx context.Context, id MessageID) error
	Behind(ctx context.Context, c ConversationID, seq int64, limit int) ([]*Message, error) // in order, seq excluded
	Before(ctx context.Context, c ConversationID, seq int64, limit int) ([]*Message, error) // newest first, seq excluded; 0 is the end
	Head(ctx context.Context, c ConversationID) (int64, error)
}

// Talk is a conversation as it stands in the viewer's list.
type Talk struct {
	Conversation *Conversation
	Seat         *Seat
}

// Talks are the conversations of the viewer, latest talk first.
func (n *Network) Talks(ctx context.Context, v Viewer, page Page) ([]Talk, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Talk, Cursor, error) { return n.talksOf(ctx, v.ID, page) }
	found, next, err := visible(page, read, func(t *Talk) bool { return t.Conversation == nil || !t.Conversation.openTo(v) })
	talks := make([]Talk, len(found))
	for i, t := range found {
		talks[i] = *t
	}
	return talks, next, err
}

// talksOf joins a member's seats with their conversations, nil for one that is gone.
func (n *Network) talksOf(ctx context.Context, member MemberID, page Page) ([]*Talk, Cursor, error) {
	seats, next, err := n.Seats.Of(ctx, member, page)
	if err != nil {
		return nil, "", err
	}
	ids := make([]ConversationID, len(seats))
	for i, s := range seats {
		ids[i] = s.Conversation
	}
	conversations, err := n.Conversations.Many(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	talks := make([]*Talk, len(seats))
	for i, c := range conversations {
		talks[i] = &Talk{c, seats[i]}
	}
	return talks, next, nil
}

// LastWords are the newest messages of the viewer's talks, in the same order; nil where nothing was said.
func (n *Network) LastWords(ctx context.Context, v Viewer, talks []Talk) ([]*Message, error) {
	last := make([]*Message, len(talks))
	for i, t := range talks {
		if !t.Conversation.openTo(v) {
			continue
		}
		newest, err := n.Messages.Before(ctx, t.Conversation.ID, 0, 1)
		if err != nil {
			return nil, err
		}
		if len(newest) > 0 {
			last[i] = newest[0]
		}
	}
	return last, nil
}

// Unread is how many conversations of the viewer hold something new, among the latest PageMax.
func (n *Network) Unread(ctx context.Context, v Viewer) (int, error) {
	talks, _, err := n.Talks(ctx, v, Page{Limit: PageMax})
	count := 0
	for _, t := range talks {
		if t.Seat.Unread() > 0 {
			count++
		}
	}
	return count, err
}

// openTo tells whether the viewer is in the conversation and no block stands in it.
func (c *Conversation) openTo(v Viewer) bool {
	return slices.Contains(c.Members, v.ID) && !(c.Direct() && v.Apart(c.Other(v.ID)))
}

// Conversation is one that the viewer is in, with their seat.
func (n *Network) Conversation(ctx context.Context, v Viewer, id ConversationID) (Talk, error) {
	if !v.Known() {
		return Talk{}, Unauthenticated()
	}
	c, err := n.Conversations.Get(ctx, id)
	if err != nil {
		return Talk{}, err
	}
	if !c.openTo(v) {
		return Talk{}, NotFound("conversation %s is not open to %s", id, v.ID)
	}
	seat, err := n.Seats.Get(ctx, seatID(id, v.ID))
	return Talk{c, seat}, err
}

// MessagesBehind are the messages after seq, in order.
func (n *Network) MessagesBehind(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) ([]*Message, error) {
	if _, err := n.Conversation(ctx, v, id); err != nil {
		return nil, err
	}
	return n.Messages.Behind(ctx, id, seq, limit)
}

// MessagesBefore are the messages before seq in order, the newest ones for 0.
func (n *Network) MessagesBefore(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) ([]*Message, error) {
	if _, err := n.Conversation(ctx, v, id); err != nil {
		return nil, err
	}
	found, err := n.Messages.Before(ctx, id, seq, limit)
	slices.Reverse(found)
	return found, err
}

// Say writes a message. It is stored when Say returns, and stored once however often it is sent with the same nonce.
func (n *Network) Say(ctx context.Context, v Viewer, id ConversationID, nonce, body string) (*Message, error) {
	t, err := n.Conversation(ctx, v, id)
	if err != nil {
		return nil, err
	}
	body = Paragraphs(body)
	p := Problems{}
	p.need("body", body, MessageMax)
	p.need("nonce", nonce, NonceMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	if err := n.heard(ctx, v, t.Conversation); err != nil {
		return nil, err
	}
	return n.append(ctx, t.Conversation, v.ID, nonce, body)
}

// heard refuses words to somebody who left: what was said stays to be read, and nobody would read what is added.
func (n *Network) heard(ctx context.Context, v Viewer, c *Conversation) error {
	if !c.Direct() {
		return nil
	}
	left, err := n.gone(ctx, c.Other(v.ID))
	if err == nil && left {
		err = Conflict("conversations.they-left")
	}
	return err
}

func (n *Network) append(ctx context.Context, c *Conversation, sender MemberID, nonce, body string) (*Message, error) {
	m := &Message{Record: Record[MessageID]{ID: NewID[MessageID]()}, Conversation: c.ID, Sender: sender, Nonce: nonce, Body: body, SentAt: n.Now()}
	stored, _, err := n.Messages.Append(ctx, m)
	if err != nil {
		return nil, err
	}
	return stored, n.MarkSeat(ctx, c.ID, sender, stored.Seq, stored.Seq, stored.SentAt)
}

// MarkRead notes how far the viewer has read; it never goes back, and never beyond what is there.
func (n *Network) MarkRead(ctx context.Context, v Viewer, id ConversationID, seq int64) error {
	t, err := n.Conversation(ctx, v, id)
	if err != nil {
		return err
	}
	head, err := n.Messages.Head(ctx, id)
	if err != nil {
		return err
	}
	return n.MarkSeat(ctx, id, v.ID, head, min(seq, head), t.Seat.LastAt)
}

// MarkSeat moves a seat forward to what is known of its conversation; each mark only grows, so it may be repeated
// and come in any order.
func (n *Network) MarkSeat(ctx context.Context, id ConversationID, member MemberID, head, read int64, at Instant) error {
	_, err := n.Seats.Change(ctx, seatID(id, member), func(s *Seat) error {
		if s.Head >= head && s.Read >= read && s.LastAt >= at {
			return ErrUnchanged
		}
		s.Head, s.Read, s.LastAt = max(s.Head, head), max(s.Read, read), max(s.LastAt, at)
		return nil
	})
	return err
}

func seatID(id ConversationID, member MemberID) SeatID {
	return SeatID(string(id) + "~" + string(member))
}

// openDirect finds or begins the conversation of two people.
func (n *Network) openDirect(ctx context.Context, a, b MemberID, about Subject) (*Conversation, error) {
	c := &Conversation{Record: Record[ConversationID]{ID: PairID[ConversationID](a, b)}, Members: []MemberID{a, b}, Subject: about, OpenedAt: n.Now()}
	return n.open(ctx, c)
}

// open adds a conversation with a seat for each member. Each step may be repeated after an interruption.
func (n *Network) open(ctx context.Context, c *Conversation) (*Conversation, error) {
	err := n.Conversations.Add(ctx, c)
	if KindOf(err) == KindConflict {
		c, err = n.Conversations.Get(ctx, c.ID)
	}
	if err != nil {
		return nil, err
	}
	for _, m := range c.Members {
		seat := &Seat{Record: Record[SeatID]{ID: seatID(c.ID, m)}, Conversation: c.ID, Member: m, LastAt: c.OpenedAt}
		if err := n.Seats.Add(ctx, seat); err != nil && KindOf(err) != KindConflict {
			return nil, err
		}
	}
	return c, nil
}
