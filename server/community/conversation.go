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

	// Asked is who wrote to somebody they are not connected with, until that person answers. They can't tell whether it
	// was let pass, so a request that was passed keeps it.
	Asked   MemberID `json:"asked,omitempty"`
	First   string   `json:"first,omitempty"`   // nonce of the one message that they may write until then
	FirstAt Instant  `json:"firstAt,omitempty"` // when it was on its way
	AskedAt Instant  `json:"askedAt,omitempty"` // stays when it was answered, for the room in the week of who was asked
	AskedOf MemberID `json:"askedOf,omitempty"`
	AskedBy MemberID `json:"askedBy,omitempty"`

	Steps  int64  `json:"steps,omitempty"`  // changes of members or name, which number their entries
	Untold []Step `json:"untold,omitempty"` // those whose entry is not in the log yet
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

// Has tells whether the member is in it.
func (c *Conversation) Has(m MemberID) bool { return slices.Contains(c.Members, m) }

// others are the members whom somebody talks to.
func (c *Conversation) others(me MemberID) []MemberID {
	return slices.DeleteFunc(slices.Clone(c.Members), func(m MemberID) bool { return m == me })
}

// SeatID is derived from conversation and member.
type SeatID string

// Seat is a member's place in a conversation: how far they read, and how far it went, which orders their list. Beside each
// number stands how many of the entries up to it are no messages, so that unread messages are counted by subtracting.
type Seat struct {
	Record[SeatID] `bson:",inline"`
	Conversation   ConversationID `json:"conversation"`
	Member         MemberID       `json:"member"`
	Head           int64          `json:"head"` // seq of the newest entry that this seat was told of
	HeadOthers     int64          `json:"headOthers,omitempty"`
	Read           int64          `json:"read"` // seq up to which the member has read
	ReadOthers     int64          `json:"readOthers,omitempty"`
	LastAt         Instant        `json:"lastAt"`           // of the newest message, which edits and reactions are not
	Hidden         []int64        `json:"hidden,omitempty"` // messages behind Read of people apart from the member, who does not see them
	Muted          bool           `json:"muted,omitempty"`
	Told           int64          `json:"told,omitempty"`       // seq up to which a letter told of what was missed
	Tray           MemberID       `json:"tray,omitempty"`       // the member while they have not answered a request, for the index
	AnsweredAt     Instant        `json:"answeredAt,omitempty"` // when they did, either way
}

// Unread is how many messages wait. It is the same on every device, because it follows from the seat alone.
func (s *Seat) Unread() int64 {
	return max(0, s.Head-s.HeadOthers-(s.Read-s.ReadOthers)-int64(len(s.Hidden)))
}

// Conversations is what the domain needs of the store.
type Conversations interface {
	Keeper[ConversationID, Conversation]
	AskedSince(ctx context.Context, since Instant, page Page) ([]*Conversation, Cursor, error) // requests, earliest first
}

// Seats is what the domain needs of the store.
type Seats interface {
	Keeper[SeatID, Seat]
	Of(ctx context.Context, member MemberID, page Page) ([]*Seat, Cursor, error)     // latest talk first
	InTray(ctx context.Context, member MemberID, page Page) ([]*Seat, Cursor, error) // longest waiting first
	AnsweredSince(ctx context.Context, member MemberID, since Instant, limit int) ([]*Seat, error)
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
	found, next, err := visible(page, read, func(t *Talk) bool {
		return t.Conversation == nil || !t.Conversation.openTo(v) || t.Conversation.requestTo(v.ID)
	})
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
	talks, err := n.joinTalks(ctx, seats)
	return talks, next, err
}

func (n *Network) joinTalks(ctx context.Context, seats []*Seat) ([]*Talk, error) {
	ids := make([]ConversationID, len(seats))
	for i, s := range seats {
		ids[i] = s.Conversation
	}
	conversations, err := n.Conversations.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	talks := make([]*Talk, len(seats))
	for i, c := range conversations {
		talks[i] = &Talk{c, seats[i]}
	}
	return talks, nil
}

// LastWords are the newest messages of the viewer's talks, in the same order; nil where nothing was said.
func (n *Network) LastWords(ctx context.Context, v Viewer, talks []Talk) ([]*Message, error) {
	last := make([]*Message, len(talks))
	for i, t := range talks {
		if !t.Conversation.openTo(v) {
			continue
		}
		newest, err := n.Before(ctx, v, t.Conversation.ID, 0, 1)
		if err != nil {
			return nil, err
		}
		if len(newest.Messages) > 0 {
			last[i] = newest.Messages[0]
		}
	}
	return last, nil
}

// Unread is how many conversations of the viewer hold something new, among the latest PageMax.
func (n *Network) Unread(ctx context.Context, v Viewer) (int, error) {
	talks, _, err := n.Talks(ctx, v, Page{Limit: PageMax})
	count := 0
	for _, t := range talks {
		if t.Seat.Unread() > 0 && !t.Seat.Muted {
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

// MarkRead notes how far the viewer has read; it never goes back, and never beyond what is there.
func (n *Network) MarkRead(ctx context.Context, v Viewer, id ConversationID, seq int64) error {
	t, err := n.Conversation(ctx, v, id)
	if err != nil || seq <= t.Seat.Read {
		return err
	}
	there, err := n.Messages.Before(ctx, id, seq+1, 1)
	if err != nil || len(there) == 0 {
		return err
	}
	return n.MarkSeat(ctx, id, v.ID, there[0].Place(), there[0].Place(), t.Seat.LastAt)
}

// MarkSeat moves a seat forward to what is known of its conversation; each mark only grows, so it may be repeated
// and come in any order.
func (n *Network) MarkSeat(ctx context.Context, id ConversationID, member MemberID, head, read Place, at Instant) error {
	_, err := n.Seats.Change(ctx, seatID(id, member), func(s *Seat) error {
		if s.Head >= head.Seq && s.Read >= read.Seq && s.LastAt >= at {
			return ErrUnchanged
		}
		if head.Seq > s.Head {
			s.Head, s.HeadOthers = head.Seq, head.Others
		}
		if read.Seq > s.Read {
			s.Read, s.ReadOthers = read.Seq, read.Others
			s.Hidden = slices.DeleteFunc(s.Hidden, func(seq int64) bool { return seq <= s.Read })
		}
		s.LastAt = max(s.LastAt, at)
		return nil
	})
	return err
}

// MarkHidden is MarkSeat for a message of somebody apart from the member: it is not unread, and moves nothing in their list.
func (n *Network) MarkHidden(ctx context.Context, id ConversationID, member MemberID, at Place) error {
	_, err := n.Seats.Change(ctx, seatID(id, member), func(s *Seat) error {
		if at.Seq <= s.Read || slices.Contains(s.Hidden, at.Seq) || len(s.Hidden) >= hiddenMax && at.Seq <= s.Head {
			return ErrUnchanged
		}
		if at.Seq > s.Head {
			s.Head, s.HeadOthers = at.Seq, at.Others
		}
		if len(s.Hidden) < hiddenMax {
			s.Hidden = append(s.Hidden, at.Seq)
		}
		return nil
	})
	return err
}

// hiddenMax bounds what a seat remembers of such messages; who has not looked for longer is told of more than they see.
const hiddenMax = 200

func seatID(id ConversationID, member MemberID) SeatID {
	return SeatID(string(id) + "~" + string(member))
}

// Whole tells whether the viewer may read all that is said in it as it is said. In a group with somebody apart from them
// they read pages, which leave that person out.
func (c *Conversation) Whole(v Viewer) bool {
	return c.openTo(v) && !slices.ContainsFunc(c.Members, v.Apart)
}

// openDirect finds or begins the conversation of two people who have met.
func (n *Network) openDirect(ctx context.Context, a, b MemberID, about Subject) (*Conversation, error) {
	c := &Conversation{Record: Record[ConversationID]{ID: PairID[ConversationID](a, b)}, Members: []MemberID{a, b}, Subject: about, OpenedAt: n.Now()}
	c, err := n.open(ctx, c)
	if err != nil || c.Asked == "" {
		return c, err
	}
	return n.settleRequest(ctx, c) // they have met since
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
		if c.requestTo(m) {
			seat.Tray = m
		}
		if err := n.Seats.Add(ctx, seat); err != nil && KindOf(err) != KindConflict {
			return nil, err
		}
	}
	return c, nil
}
