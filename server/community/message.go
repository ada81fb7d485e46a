package community

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// EntryKind says what an entry of a conversation's log is. Everything that happens in a conversation is one, so that
// whoever was away learns of edits and reactions by the same numbers without a gap as of messages.
type EntryKind string

const (
	EntryMessage  EntryKind = ""         // somebody said something
	EntryEdit     EntryKind = "edit"     // the message Target reads otherwise now; the words stand there and nowhere else
	EntryDelete   EntryKind = "delete"   // the message Target was taken back
	EntryReaction EntryKind = "reaction" // Body is how the sender reacts to the message Target; empty: no longer
	EntryAdded    EntryKind = "added"    // the sender brought Of in
	EntryLeft     EntryKind = "left"     // the sender left
	EntryNamed    EntryKind = "named"    // the sender gave the group the name in Body
)

// Message is an entry of a conversation's log. Its Seq has no gaps, so a reader knows what is missing. What became of a
// message stands on the message itself, so that a page reads it there.
type Message struct {
	Record[MessageID] `bson:",inline"`
	Conversation      ConversationID `json:"conversation"`
	Kind              EntryKind      `json:"kind,omitempty"`
	Target            int64          `json:"target,omitempty"` // seq of the message that a later entry is about
	Seq               int64          `json:"seq"`
	Others            int64          `json:"others,omitempty"` // entries up to this one, itself included, that are no messages
	Sender            MemberID       `json:"sender"`
	Nonce             string         `json:"nonce"` // chosen by the sender; the same nonce is the same message, for ever
	Body              string         `json:"body"`
	SentAt            Instant        `json:"sentAt"`
	Of                MemberID       `json:"of,omitempty"`       // whom an entry about members is about
	Answers           int64          `json:"answers,omitempty"`  // seq of the message that it answers
	Mentions          []MemberID     `json:"mentions,omitempty"` // members who are told even where they muted the conversation
	Files             []Attached     `json:"files,omitempty"`

	EditedAt  Instant   `json:"editedAt,omitempty"`
	DeletedAt Instant   `json:"deletedAt,omitempty"`
	Reactions []Reacted `json:"reactions,omitempty"` // one for each person, in the order of the first
	Steps     int64     `json:"steps,omitempty"`     // changes that were made, which number their entries
	Untold    []Step    `json:"untold,omitempty"`    // those whose entry is not in the log yet
}

// Reacted is how somebody reacts to a message.
type Reacted struct {
	By   MemberID `json:"by"`
	Word Reaction `json:"word"`
}

// Step is a change of a message or of a group on its way into the log. It is decided together with the change, in one document.
type Step struct {
	Number int64     `json:"number"`
	Kind   EntryKind `json:"kind"`
	By     MemberID  `json:"by"`
	Word   Reaction  `json:"word,omitempty"`
	Of     MemberID  `json:"of,omitempty"`
	Name   string    `json:"name,omitempty"`
	At     Instant   `json:"at"`
}

// Reaction is one of a few words. There are no others, so that each has its name in every language.
type Reaction string

// Reactions in the order of the page.
var Reactions = []Reaction{"thanks", "yes", "well-done", "with-you", "laugh"}

// Place is a number in a log, and how many of the entries up to it are no messages.
type Place struct {
	Seq, Others int64
}

// Place of the entry.
func (m *Message) Place() Place { return Place{m.Seq, m.Others} }

// Said tells whether the entry is a message, as opposed to something that happened to one.
func (m *Message) Said() bool { return m.Kind == EntryMessage }

// Emptied tells whether all it said went: with who said it, or because they took it back.
func (m *Message) Emptied() bool { return m.Body == "" && len(m.Files) == 0 }

// Messages is what the domain needs of the store: a log per conversation.
type Messages interface {
	// Append gives the message the next number of its conversation. A message of the same sender with the same nonce
	// was stored before: that one is returned, and fresh is false.
	Append(ctx context.Context, m *Message) (stored *Message, fresh bool, err error)
	// Change notes what became of a message, or empties one whose sender left; Delete removes one whose conversation
	// ends, because all have left.
	Change(ctx context.Context, id MessageID, change func(*Message) error) (*Message, error)
	Delete(ctx context.Context, id MessageID) error
	Behind(ctx context.Context, c ConversationID, seq int64, limit int) ([]*Message, error) // in order, seq excluded
	Before(ctx context.Context, c ConversationID, seq int64, limit int) ([]*Message, error) // newest first, seq excluded; 0 is the end
	Head(ctx context.Context, c ConversationID) (int64, error)
}

// MessagesBehind are the entries after seq, in order.
func (n *Network) MessagesBehind(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) ([]*Message, error) {
	if _, err := n.Conversation(ctx, v, id); err != nil {
		return nil, err
	}
	found, err := n.Messages.Behind(ctx, id, seq, limit)
	if err != nil {
		return nil, err
	}
	return found, n.asSeenBy(ctx, v, found)
}

// MessagesBefore are the entries before seq in order, the newest ones for 0.
func (n *Network) MessagesBefore(ctx context.Context, v Viewer, id ConversationID, seq int64, limit int) ([]*Message, error) {
	if _, err := n.Conversation(ctx, v, id); err != nil {
		return nil, err
	}
	found, err := n.Messages.Before(ctx, id, seq, limit)
	if err != nil {
		return nil, err
	}
	slices.Reverse(found)
	return found, n.asSeenBy(ctx, v, found)
}

// asSeenBy fills entries with the words of now, and empties those of people in a group who are apart from the viewer:
// they stay as entries, so that the numbers have no gap.
func (n *Network) asSeenBy(ctx context.Context, v Viewer, entries []*Message) error {
	if err := n.CurrentWords(ctx, entries...); err != nil {
		return err
	}
	for _, m := range entries {
		if v.Apart(m.Sender) {
			m.Body, m.Mentions, m.Reactions, m.Files = "", nil, nil, nil
		}
		m.Reactions = m.reactionsFor(v)
	}
	return nil
}

// reactionsFor leaves those of people who are not apart from the viewer.
func (m *Message) reactionsFor(v Viewer) []Reacted {
	return slices.DeleteFunc(m.Reactions, func(r Reacted) bool { return v.Apart(r.By) })
}

// Message is one message of a conversation that the viewer is in.
func (n *Network) Message(ctx context.Context, v Viewer, id ConversationID, seq int64) (*Message, error) {
	found, err := n.MessagesBehind(ctx, v, id, seq-1, 1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].Seq != seq || !found[0].Said() || v.Apart(found[0].Sender) {
		return nil, NotFound("conversation %s has no message %d for %s", id, seq, v.ID)
	}
	return found[0], nil
}

// MessageDraft is what a message is sent with. The nonce makes a repeated sending the same message.
type MessageDraft struct {
	Nonce    string     `json:"nonce"`
	Body     string     `json:"body"`
	Answers  int64      `json:"answers"`  // seq of the message that it answers; 0 for none
	Mentions []MemberID `json:"mentions"` // in a group
	Files    []Upload   `json:"-"`        // which stand in for words, where there are none
}

// Say writes a message. It is stored when Say returns, and stored once however often it is sent with the same nonce.
func (n *Network) Say(ctx context.Context, v Viewer, id ConversationID, nonce, body string) (*Message, error) {
	return n.Write(ctx, v, id, MessageDraft{Nonce: nonce, Body: body})
}

// Write is Say for a message that may answer another one and mention people.
func (n *Network) Write(ctx context.Context, v Viewer, id ConversationID, d MessageDraft) (*Message, error) {
	t, err := n.Conversation(ctx, v, id)
	if err != nil {
		return nil, err
	}
	d.Body = Paragraphs(d.Body)
	p := Problems{}
	if p.atMost("body", d.Body, MessageMax); len(d.Files) == 0 {
		p.need("body", d.Body, MessageMax)
	}
	p.need("nonce", d.Nonce, NonceMax)
	if strings.Contains(d.Nonce, ".") { // those name changes, see appendSteps
		p["nonce"] = Problem{Say: "problem.not-readable"}
	}
	d.Mentions = someOf(p, "mentions", d.Mentions, t.Conversation.others(v.ID), MentionsMax)
	if len(d.Files) > 0 && t.Conversation.Asked == v.ID {
		p["files"] = Problem{Say: "problem.no-files-to-strangers"}
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	files, err := n.checkFiles(ctx, p, d.Files)
	if err = cmp.Or(err, Invalid(p)); err != nil {
		return nil, err
	}
	if d.Answers != 0 {
		if _, err := n.Message(ctx, v, id, d.Answers); err != nil {
			return nil, err
		}
	}
	if err := n.heard(ctx, v, t.Conversation); err != nil {
		return nil, err
	}
	if err := n.mayWrite(ctx, v, t.Conversation, d.Nonce); err != nil {
		return nil, err
	}
	return n.append(ctx, t.Conversation, v.ID, d, files...)
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

func (n *Network) append(ctx context.Context, c *Conversation, sender MemberID, d MessageDraft, files ...checkedFile) (*Message, error) {
	m := &Message{Record: Record[MessageID]{ID: NewID[MessageID]()}, Conversation: c.ID, Sender: sender, Nonce: d.Nonce, Body: d.Body, SentAt: n.Now(),
		Answers: d.Answers, Mentions: d.Mentions}
	if len(files) > 0 {
		m.ID = messageIDFor(c.ID, sender, d.Nonce)
		if err := n.putFiles(ctx, m, files); err != nil {
			return nil, err
		}
	}
	stored, fresh, err := n.Messages.Append(ctx, m)
	if err == nil && !fresh && len(files) > 0 {
		err = n.DropFiles(ctx, stored) // it was sent before, with others
	}
	if err != nil {
		return nil, err
	}
	return stored, n.MarkSeat(ctx, c.ID, sender, stored.Place(), stored.Place(), stored.SentAt)
}
