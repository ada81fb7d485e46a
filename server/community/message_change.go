package community

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"
)

const (
	// EditWithin is how long after sending a message its sender may change its words: long enough to mend a slip, too
	// short to change what others have answered.
	EditWithin = time.Hour

	editsMax  = 20  // changes of one message's words, all of which are kept for the safety team for a while
	untoldMax = 200 // changes of one message that wait for the log: more than everybody in a full group makes at once
)

// EditMessage gives the viewer's own message other words, for EditWithin.
func (n *Network) EditMessage(ctx context.Context, v Viewer, id ConversationID, seq int64, body string) (*Message, error) {
	m, err := n.ownMessage(ctx, v, id, seq)
	if err != nil {
		return nil, err
	}
	body = Paragraphs(body)
	p := Problems{}
	p.need("body", body, MessageMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	return n.rewrite(ctx, m, EntryEdit, func(m *Message) error {
		switch {
		case m.DeletedAt != 0:
			return Conflict("conversations.taken-back-already")
		case n.Now() > m.SentAt.Plus(EditWithin):
			return Conflict("conversations.too-late-to-edit")
		case m.Body == body:
			return ErrUnchanged
		}
		m.Body, m.EditedAt = body, n.Now()
		return nil
	})
}

// DeleteMessage takes the viewer's own message back: its words, its files, its reactions and what it answered go for everybody.
func (n *Network) DeleteMessage(ctx context.Context, v Viewer, id ConversationID, seq int64) error {
	m, err := n.ownMessage(ctx, v, id, seq)
	if err != nil {
		return err
	}
	m, err = n.rewrite(ctx, m, EntryDelete, func(m *Message) error {
		if m.DeletedAt != 0 {
			return ErrUnchanged
		}
		m.Body, m.DeletedAt, m.Reactions, m.Mentions, m.Files = "", n.Now(), nil, nil, nil
		m.Answers = 0
		return nil
	})
	if err != nil {
		return err
	}
	return n.DropFiles(ctx, m)
}

// ReactTo says in one word how the viewer takes a message; the empty word takes that back.
func (n *Network) ReactTo(ctx context.Context, v Viewer, id ConversationID, seq int64, word Reaction) (*Message, error) {
	m, err := n.Message(ctx, v, id, seq)
	if err != nil {
		return nil, err
	}
	p := Problems{}
	if word != "" {
		oneOf(p, "word", word, Reactions)
	}
	if err := Invalid(p); err != nil {
		return nil, err
	}
	return n.step(ctx, m.ID, Step{Kind: EntryReaction, By: v.ID, Word: word}, func(m *Message) error {
		if m.Emptied() {
			return Conflict("conversations.taken-back-already")
		}
		return m.react(v.ID, word)
	})
}

// react replaces what somebody said before about the message.
func (m *Message) react(by MemberID, word Reaction) error {
	at := slices.IndexFunc(m.Reactions, func(r Reacted) bool { return r.By == by })
	switch {
	case at < 0 && word == "", at >= 0 && m.Reactions[at].Word == word:
		return ErrUnchanged
	case at < 0:
		m.Reactions = append(m.Reactions, Reacted{by, word})
	case word == "":
		m.Reactions = slices.Delete(m.Reactions, at, at+1)
	default:
		m.Reactions[at].Word = word
	}
	return nil
}

// ownMessage finds a message of the viewer's.
func (n *Network) ownMessage(ctx context.Context, v Viewer, id ConversationID, seq int64) (*Message, error) {
	m, err := n.Message(ctx, v, id, seq)
	if err == nil && m.Sender != v.ID {
		err = Forbidden("conversations.not-yours")
	}
	return m, err
}

// rewrite changes the words of a message, after those it had were put aside for the safety team.
func (n *Network) rewrite(ctx context.Context, m *Message, kind EntryKind, change func(*Message) error) (*Message, error) {
	before, tried := m.Body, *m
	if err := change(&tried); err != nil {
		return m, ignoreUnchanged(err) // nothing is put aside for a change that is not made
	}
	most := editsMax
	if kind == EntryDelete {
		most++ // taking it back is always possible
	}
	if err := n.putAside(ctx, m, most); err != nil {
		return nil, err
	}
	return n.step(ctx, m.ID, Step{Kind: kind, By: m.Sender}, func(m *Message) error {
		if m.Body != before && m.DeletedAt == 0 {
			return Conflict("error.changed-meanwhile") // else these words would never have been put aside
		}
		return change(m)
	})
}

func ignoreUnchanged(err error) error {
	if errors.Is(err, ErrUnchanged) {
		return nil
	}
	return err
}

// step changes a message and notes in the same write what has to be told; then it tells.
func (n *Network) step(ctx context.Context, id MessageID, step Step, change func(*Message) error) (*Message, error) {
	changed, err := n.Messages.Change(ctx, id, func(m *Message) error {
		if err := change(m); err != nil {
			return err
		}
		if len(m.Untold) >= untoldMax {
			return TooMany("conversations.changed-too-often", nil)
		}
		m.Steps++
		step.Number, step.At = m.Steps, n.Now()
		m.Untold = append(m.Untold, step)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return n.TellSteps(ctx, changed)
}

// TellSteps appends an entry for each change of a message that has none yet. Their nonces number the changes, so it may
// be repeated after an interruption.
func (n *Network) TellSteps(ctx context.Context, m *Message) (*Message, error) {
	if len(m.Untold) == 0 {
		return m, nil
	}
	if err := n.appendSteps(ctx, m.Conversation, string(m.ID), m.Seq, m.Untold); err != nil {
		return nil, err
	}
	last := m.Untold[len(m.Untold)-1].Number
	return n.Messages.Change(ctx, m.ID, func(m *Message) error {
		return forgetSteps(&m.Untold, last)
	})
}

// appendSteps gives each step its entry, under a nonce that names the thing and numbers its changes.
func (n *Network) appendSteps(ctx context.Context, talk ConversationID, thing string, target int64, steps []Step) error {
	for _, s := range steps {
		if s.By == "" {
			continue // they left
		}
		entry := &Message{Record: Record[MessageID]{ID: NewID[MessageID]()}, Conversation: talk, Kind: s.Kind, Target: target, Sender: s.By, Of: s.Of,
			Nonce: thing + "." + strconv.FormatInt(s.Number, 10), Body: cmp.Or(string(s.Word), s.Name), SentAt: s.At}
		if _, _, err := n.Messages.Append(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}

func forgetSteps(untold *[]Step, last int64) error {
	before := len(*untold)
	*untold = slices.DeleteFunc(*untold, func(s Step) bool { return s.Number <= last })
	if len(*untold) == before {
		return ErrUnchanged
	}
	return nil
}

// CurrentWords fills entries that say a message was edited with what it says now: its words stand in one place only.
func (n *Network) CurrentWords(ctx context.Context, entries ...*Message) error {
	for _, m := range entries {
		if m.Kind != EntryEdit {
			continue
		}
		found, err := n.Messages.Behind(ctx, m.Conversation, m.Target-1, 1)
		if err != nil {
			return err
		}
		if len(found) > 0 && found[0].Seq == m.Target {
			m.Body = found[0].Body
		}
	}
	return nil
}
