package community

import (
	"context"
	"slices"
	"time"
)

// Earlier are the words that a message had before its sender changed or took them back. Stewards read them where a
// report is about the message, and its sender in their export; nobody else does. They are wiped after EarlierKept.
type Earlier struct {
	Record[MessageID] `bson:",inline"`
	Conversation      ConversationID `json:"conversation"`
	Seq               int64          `json:"seq"`
	Sender            MemberID       `json:"sender"`
	Words             []EarlierWords `json:"words"` // oldest first
	WipeAt            Instant        `json:"wipeAt"`
}

// EarlierWords are what a message said until then.
type EarlierWords struct {
	Body  string  `json:"body"`
	Until Instant `json:"until"`
}

// EarlierKept is how long they are kept: long enough for a report and its answer, and then they are nobody's any more.
const EarlierKept = 30 * 24 * time.Hour

// EarlierStore is what the domain needs of the store.
type EarlierStore interface {
	Keeper[MessageID, Earlier]
	Of(ctx context.Context, sender MemberID, page Page) ([]*Earlier, Cursor, error)
	Past(ctx context.Context, now Instant, limit int) ([]*Earlier, error) // those to be wiped
}

// putAside keeps the words of a message before they are changed, at most so many. The same words are kept once, so it may
// be repeated.
func (n *Network) putAside(ctx context.Context, m *Message, most int) error {
	if m.Body == "" {
		return nil
	}
	words := EarlierWords{m.Body, n.Now()}
	e := &Earlier{Record: Record[MessageID]{ID: m.ID}, Conversation: m.Conversation, Seq: m.Seq, Sender: m.Sender, Words: []EarlierWords{words},
		WipeAt: n.Now().Plus(EarlierKept)}
	err := n.Earlier.Add(ctx, e)
	if KindOf(err) != KindConflict {
		return err
	}
	_, err = n.Earlier.Change(ctx, m.ID, func(e *Earlier) error {
		switch last := len(e.Words) - 1; {
		case last >= 0 && e.Words[last].Body == words.Body:
			return ErrUnchanged
		case len(e.Words) >= most:
			return TooMany("conversations.changed-too-often", nil)
		}
		e.Words, e.WipeAt = append(e.Words, words), n.Now().Plus(EarlierKept)
		return nil
	})
	return err
}

// EarlierWordsOf are what the message of a report said before, for stewards who handle the report.
func (n *Network) EarlierWordsOf(ctx context.Context, v Viewer, id ReportID) ([]EarlierWords, error) {
	r, err := n.Reports.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !v.Steward || r.About != ReportMessage || r.Desk == "" || r.Person == v.ID {
		return nil, NotFound("earlier words of report %s are not for %s", id, v.ID)
	}
	talk, seq, ok := cutSeq(r.Subject)
	if !ok {
		return nil, nil
	}
	found, err := n.Messages.Behind(ctx, talk, seq-1, 1)
	if err != nil || len(found) == 0 || found[0].Seq != seq {
		return nil, err
	}
	e, err := n.Earlier.Get(ctx, found[0].ID)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return e.Words, nil
}

// OwnEarlierWords are those of the viewer's messages that are still kept.
func (n *Network) OwnEarlierWords(ctx context.Context, v Viewer, page Page) ([]*Earlier, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Earlier.Of(ctx, v.ID, page)
}

// WipeEarlier takes away the earlier words whose time is over.
func (n *Network) WipeEarlier(ctx context.Context) error {
	read := func(p Page) ([]*Earlier, Cursor, error) {
		found, err := n.Earlier.Past(ctx, n.Now(), p.Limit)
		return found, "", err
	}
	return drain(read, func(e *Earlier) error { return n.Earlier.Delete(ctx, e.ID) })
}

func (n *Network) eraseEarlier(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Earlier, Cursor, error) { return n.Earlier.Of(ctx, id, p) },
		func(e *Earlier) error { return n.Earlier.Delete(ctx, e.ID) })
}

// part takes somebody who left out of an entry of a log. It tells whether there was anything to take.
func (m *Message) part(id MemberID) bool {
	changed := false
	if m.Sender == id && (!m.Emptied() || m.Nonce != string(m.ID)) {
		m.Body, m.Nonce, m.Files, changed = "", string(m.ID), nil, true
	}
	reacted, mentioned := len(m.Reactions), len(m.Mentions)
	m.Reactions = slices.DeleteFunc(m.Reactions, func(r Reacted) bool { return r.By == id })
	m.Mentions = slices.DeleteFunc(m.Mentions, func(other MemberID) bool { return other == id })
	changed = changed || len(m.Reactions) != reacted || len(m.Mentions) != mentioned
	if m.Of == id {
		m.Of, changed = "", true
	}
	return partSteps(m.Untold, id) || changed
}

// partSteps takes them out of what is not told yet.
func partSteps(steps []Step, id MemberID) (changed bool) {
	for i := range steps {
		if steps[i].By == id || steps[i].Of == id {
			steps[i], changed = Step{Number: steps[i].Number}, true
		}
	}
	return changed
}
