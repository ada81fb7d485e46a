package community

import (
	"context"
	"slices"
)

// GroupDraft is what a member starts a group with. The nonce makes a repeated sending the same group.
type GroupDraft struct {
	Nonce   string     `json:"nonce"`
	Title   string     `json:"title"`
	Members []MemberID `json:"members"`
}

// Group tells whether members started it and may bring others in.
func (c *Conversation) Group() bool { return c.Title != "" && c.Subject.Kind == SubjectGroup }

// SubjectGroup is a conversation about nothing in particular, that a member started.
const SubjectGroup SubjectKind = "group"

// StartGroup opens a conversation of the viewer with people they are connected with.
func (n *Network) StartGroup(ctx context.Context, v Viewer, d GroupDraft) (*Conversation, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	d.Title = Line(d.Title)
	p := Problems{}
	p.need("title", d.Title, TitleMax)
	id, err := ParseID[ConversationID]("group-" + d.Nonce)
	if err != nil || len(d.Nonce) < NonceMin || len(d.Nonce) > NonceMax {
		p["nonce"] = Problem{Say: "problem.not-readable"}
	}
	slices.Sort(d.Members)
	d.Members = slices.Compact(d.Members)
	if len(d.Members) == 0 || slices.ContainsFunc(d.Members, func(m MemberID) bool { return !v.Contact(m) }) {
		p["members"] = Problem{Say: "problem.choose-from-list"}
	}
	if len(d.Members) >= GroupMax {
		p["members"] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": GroupMax - 1}}
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	c := &Conversation{Record: Record[ConversationID]{ID: id}, Members: append([]MemberID{v.ID}, d.Members...), Title: d.Title,
		Subject: Subject{Kind: SubjectGroup}, OpenedAt: n.Now()}
	if c, err = n.open(ctx, c); err == nil && !slices.Contains(c.Members, v.ID) {
		return nil, Conflict("error.changed-meanwhile") // somebody else's nonce
	}
	return c, err
}

// AddToGroup brings in somebody whom the viewer is connected with. They read what was said before; the page says so.
func (n *Network) AddToGroup(ctx context.Context, v Viewer, id ConversationID, member MemberID) (*Conversation, error) {
	if _, err := n.ownGroup(ctx, v, id); err != nil {
		return nil, err
	}
	if !v.Contact(member) {
		return nil, Invalid(Problems{"member": {Say: "problem.choose-from-list"}})
	}
	c, err := n.changeGroup(ctx, v, id, Step{Kind: EntryAdded, Of: member}, func(c *Conversation) error {
		switch {
		case slices.Contains(c.Members, member):
			return ErrUnchanged
		case len(c.Members) >= GroupMax:
			return TooMany("conversations.group-full", map[string]any{"max": GroupMax})
		}
		c.Members = append(c.Members, member)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, n.seatIn(ctx, c, member)
}

// seatIn gives a new member a seat at the end of what was said. It may be repeated.
func (n *Network) seatIn(ctx context.Context, c *Conversation, member MemberID) error {
	newest, err := n.Messages.Before(ctx, c.ID, 0, 1)
	if err != nil {
		return err
	}
	seat := &Seat{Record: Record[SeatID]{ID: seatID(c.ID, member)}, Conversation: c.ID, Member: member, LastAt: n.Now()}
	if len(newest) > 0 {
		at := newest[0].Place()
		seat.Head, seat.HeadOthers, seat.Read, seat.ReadOthers = at.Seq, at.Others, at.Seq, at.Others
	}
	if err := n.Seats.Add(ctx, seat); KindOf(err) != KindConflict {
		return err
	}
	return nil // they were here before
}

// NameGroup gives the group another name.
func (n *Network) NameGroup(ctx context.Context, v Viewer, id ConversationID, title string) (*Conversation, error) {
	if _, err := n.ownGroup(ctx, v, id); err != nil {
		return nil, err
	}
	title = Line(title)
	p := Problems{}
	p.need("title", title, TitleMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	return n.changeGroup(ctx, v, id, Step{Kind: EntryNamed, Name: title}, func(c *Conversation) error {
		if c.Title == title {
			return ErrUnchanged
		}
		c.Title = title
		return nil
	})
}

// LeaveGroup takes the viewer out. Their words stay, as in a room that one leaves; their seat stays too, closed, so that
// these words are found when they leave the network.
func (n *Network) LeaveGroup(ctx context.Context, v Viewer, id ConversationID) error {
	if _, err := n.ownGroup(ctx, v, id); err != nil {
		return err
	}
	c, err := n.changeGroup(ctx, v, id, Step{Kind: EntryLeft}, func(c *Conversation) error {
		before := len(c.Members)
		if c.Members = withOrWithout(c.Members, v.ID, false); len(c.Members) == before {
			return ErrUnchanged
		}
		return nil
	})
	if err != nil || len(c.Members) > 0 {
		return err
	}
	return n.endTalk(ctx, id)
}

// Mute keeps the viewer from being told of what is said, but for what mentions them; or no longer.
func (n *Network) Mute(ctx context.Context, v Viewer, id ConversationID, muted bool) error {
	if _, err := n.Conversation(ctx, v, id); err != nil {
		return err
	}
	_, err := n.Seats.Change(ctx, seatID(id, v.ID), func(s *Seat) error {
		if s.Muted == muted {
			return ErrUnchanged
		}
		s.Muted = muted
		return nil
	})
	return err
}

func (n *Network) ownGroup(ctx context.Context, v Viewer, id ConversationID) (*Conversation, error) {
	t, err := n.Conversation(ctx, v, id)
	if err == nil && !t.Conversation.Group() {
		err = Forbidden("conversations.no-group")
	}
	return t.Conversation, err
}

// changeGroup changes a group and notes in the same write what has to be told; then it tells.
func (n *Network) changeGroup(ctx context.Context, v Viewer, id ConversationID, step Step, change func(*Conversation) error) (*Conversation, error) {
	c, err := n.Conversations.Change(ctx, id, func(c *Conversation) error {
		if !slices.Contains(c.Members, v.ID) {
			return NotFound("conversation %s is not open to %s", id, v.ID)
		}
		if err := change(c); err != nil {
			return err
		}
		if len(c.Untold) >= untoldMax {
			return TooMany("conversations.changed-too-often", nil)
		}
		c.Steps++
		step.Number, step.By, step.At = c.Steps, v.ID, n.Now()
		c.Untold = append(c.Untold, step)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n.TellGroupSteps(ctx, c)
}

// TellGroupSteps appends an entry for each change of a group that has none yet. It may be repeated.
func (n *Network) TellGroupSteps(ctx context.Context, c *Conversation) (*Conversation, error) {
	if len(c.Untold) == 0 {
		return c, nil
	}
	for _, s := range c.Untold {
		if s.Kind == EntryAdded && slices.Contains(c.Members, s.Of) {
			if err := n.seatIn(ctx, c, s.Of); err != nil {
				return nil, err
			}
		}
	}
	if err := n.appendSteps(ctx, c.ID, "group", 0, c.Untold); err != nil {
		return nil, err
	}
	last := c.Untold[len(c.Untold)-1].Number
	return n.Conversations.Change(ctx, c.ID, func(c *Conversation) error { return forgetSteps(&c.Untold, last) })
}

// EventTalk is the conversation of those who go to an event and of who announced it; it opens when the first of them
// asks for it.
func (n *Network) EventTalk(ctx context.Context, v Viewer, id EventID) (*Conversation, error) {
	e, err := n.Event(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(e.talkers(), v.ID) {
		return nil, NotFound("the conversation of event %s is for those who go", id)
	}
	c := &Conversation{Record: Record[ConversationID]{ID: eventTalkID(id)}, Members: e.talkers(), Title: e.Title,
		Subject: Subject{Kind: SubjectEvent, ID: string(id), Title: e.Title}, OpenedAt: n.Now()}
	if _, err := n.open(ctx, c); err != nil {
		return nil, err
	}
	c, err = n.Conversations.Change(ctx, c.ID, func(c *Conversation) error {
		if slices.Contains(c.Members, v.ID) {
			return ErrUnchanged
		}
		c.Members = append(c.Members, v.ID) // others who left meanwhile are taken out by SeatAttendees, which tells who
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n.stillGoes(ctx, v, c, id)
}

// stillGoes looks at the event once more. Who left it before they stood in the conversation was looked for there too
// early, and is taken out now; who leaves from here on is found.
func (n *Network) stillGoes(ctx context.Context, v Viewer, c *Conversation, id EventID) (*Conversation, error) {
	e, err := n.Event(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if slices.Contains(e.talkers(), v.ID) {
		return c, n.seatIn(ctx, c, v.ID)
	}
	if _, _, err := n.SeatAttendees(ctx, e); err != nil {
		return nil, err
	}
	return nil, NotFound("the conversation of event %s is for those who go", id)
}

func eventTalkID(id EventID) ConversationID { return ConversationID("event-" + string(id)) }

// talkers are those who go, and who announced it.
func (e *Event) talkers() []MemberID {
	all := slices.Clone(e.Going)
	if e.Host != "" && !slices.Contains(all, e.Host) {
		all = append(all, e.Host)
	}
	return all
}

// SeatAttendees brings the conversation of an event to those who go now, and tells who is out of it; nil where nobody
// opened one. It may be repeated and come in any order, because it looks at the event as it is.
func (n *Network) SeatAttendees(ctx context.Context, e *Event) (c *Conversation, out []MemberID, err error) {
	c, err = n.Conversations.Change(ctx, eventTalkID(e.ID), func(c *Conversation) error {
		now := e.talkers()
		out = slices.DeleteFunc(slices.Clone(c.Members), func(m MemberID) bool { return slices.Contains(now, m) })
		if slices.Equal(c.Members, now) && c.Title == e.Title {
			return ErrUnchanged
		}
		c.Members, c.Title, c.Subject.Title = now, e.Title, e.Title
		return nil
	})
	if err != nil {
		return nil, nil, ignoreMissing(err)
	}
	for _, m := range c.Members {
		if err := n.seatIn(ctx, c, m); err != nil {
			return nil, out, err
		}
	}
	return c, out, nil
}
