package community

import (
	"context"
	"time"
)

// IntroductionState as it is kept. Who asked never learns the difference between asked and passed.
type IntroductionState string

const (
	IntroductionAsked    IntroductionState = "asked"
	IntroductionAccepted IntroductionState = "accepted"
	IntroductionPassed   IntroductionState = "passed"
)

// Introduction is one member's wish to meet another. The other says yes, or quietly lets it pass.
type Introduction struct {
	Record[IntroductionID] `bson:",inline"`
	From                   MemberID          `json:"from"`
	To                     MemberID          `json:"to"`
	Words                  string            `json:"words"`
	State                  IntroductionState `json:"state"`
	Waiting                MemberID          `json:"waiting,omitempty"` // To while it is unanswered, for the index
	AskedAt                Instant           `json:"askedAt"`
	AnsweredAt             Instant           `json:"answeredAt,omitempty"`
	Conversation           ConversationID    `json:"conversation,omitempty"`
}

// Introductions is what the domain needs of the store.
type Introductions interface {
	Keeper[IntroductionID, Introduction]
	WaitingFor(ctx context.Context, to MemberID, page Page) ([]*Introduction, Cursor, error) // longest waiting first
	SentBy(ctx context.Context, from MemberID, page Page) ([]*Introduction, Cursor, error)   // newest first
	AnsweredBySince(ctx context.Context, to MemberID, since Instant, page Page) ([]*Introduction, error)
	AnsweredBy(ctx context.Context, to MemberID, page Page) ([]*Introduction, Cursor, error)   // earliest answer first
	AskedSince(ctx context.Context, since Instant, page Page) ([]*Introduction, Cursor, error) // earliest first
}

// ConnectionID is derived from owner and other.
type ConnectionID string

// Connection says that Owner and Other met through an accepted introduction; there is one record for each side.
type Connection struct {
	Record[ConnectionID] `bson:",inline"`
	Owner                MemberID `json:"owner"`
	Other                MemberID `json:"other"`
	Since                Instant  `json:"since"`
}

// Connections is what the domain needs of the store.
type Connections interface {
	Keeper[ConnectionID, Connection]
	Of(ctx context.Context, owner MemberID) (map[MemberID]bool, error) // at most ConnectionsMax
}

// AskIntroduction asks to meet somebody. If that person already asked for the viewer, it is the yes to both.
// Asking twice is the same as asking once: the answer never shows whether the other let the first one pass.
func (n *Network) AskIntroduction(ctx context.Context, v Viewer, to MemberID, words string) (*Introduction, error) {
	if _, err := n.reachable(ctx, v, to); err != nil {
		return nil, err
	}
	if err := checkWords(words); err != nil {
		return nil, err
	}
	switch {
	case to == v.ID:
		return nil, Forbidden("introductions.yourself")
	case v.Contact(to):
		return nil, Conflict("introductions.already-connected")
	}
	theirs, err := n.Introductions.Get(ctx, introductionID(to, v.ID))
	if err == nil && theirs.State == IntroductionAsked {
		return n.AcceptIntroduction(ctx, v, theirs.ID)
	}
	if err != nil && KindOf(err) != KindNotFound {
		return nil, err
	}
	i := &Introduction{Record: Record[IntroductionID]{ID: introductionID(v.ID, to)}, From: v.ID, To: to, Waiting: to,
		Words: Paragraphs(words), State: IntroductionAsked, AskedAt: n.Now()}
	err = n.Introductions.Add(ctx, i)
	if KindOf(err) == KindConflict {
		return i, nil
	}
	if err == nil {
		n.Matches.Asked(i, n.Now())
	}
	return i, err
}

func introductionID(from, to MemberID) IntroductionID {
	return IntroductionID(string(from) + "~" + string(to))
}

func checkWords(words string) error {
	p := Problems{}
	p.need("words", Paragraphs(words), WordsMax)
	return Invalid(p)
}

// IntroductionsWaiting are those the viewer is asked for now, longest waiting first: no more than the room they have
// left in this week; the others wait their turn and are not counted anywhere.
func (n *Network) IntroductionsWaiting(ctx context.Context, v Viewer) ([]*Introduction, error) {
	asked, _, _, err := n.waiting(ctx, v)
	return asked, err
}

const week = 7 * 24 * time.Hour

// IntroductionsSent are the viewer's own, newest first, as the sender may know them: asked or accepted.
func (n *Network) IntroductionsSent(ctx context.Context, v Viewer, page Page) ([]*Introduction, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Introduction, Cursor, error) { return n.Introductions.SentBy(ctx, v.ID, page) }
	sent, next, err := visible(page, read, func(i *Introduction) bool { return v.Apart(i.To) })
	for _, i := range sent {
		i.hidePass()
	}
	return sent, next, err
}

func (i *Introduction) hidePass() {
	if i.State == IntroductionPassed {
		i.State, i.Waiting, i.AnsweredAt = IntroductionAsked, i.To, 0
		i.Stamp = Stamp{Rev: 1}
	}
}

// HasAsked tells whether the viewer asked to meet this person. It does not tell what became of it.
func (n *Network) HasAsked(ctx context.Context, v Viewer, to MemberID) (bool, error) {
	if !v.Known() {
		return false, Unauthenticated()
	}
	_, err := n.Introductions.Get(ctx, introductionID(v.ID, to))
	if KindOf(err) == KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// AcceptIntroduction says yes: the two are connected and their conversation is open, begun by the words of the asking.
func (n *Network) AcceptIntroduction(ctx context.Context, v Viewer, id IntroductionID) (*Introduction, error) {
	i, err := n.answerable(ctx, v, id)
	if err != nil {
		return nil, err
	}
	c, err := n.openDirect(ctx, i.From, i.To, Subject{Kind: SubjectIntroduction, ID: string(i.ID)})
	if err != nil {
		return nil, err
	}
	if err := n.connect(ctx, i.From, i.To); err != nil {
		return nil, err
	}
	if _, err := n.append(ctx, c, i.From, MessageDraft{Nonce: "introduction", Body: i.Words}); err != nil {
		return nil, err
	}
	return n.Introductions.Change(ctx, id, func(i *Introduction) error {
		i.State, i.Conversation, i.Waiting, i.AnsweredAt = IntroductionAccepted, c.ID, "", n.Now()
		return nil
	})
}

// PassIntroduction lets it pass. Who asked is not told and cannot tell.
func (n *Network) PassIntroduction(ctx context.Context, v Viewer, id IntroductionID) error {
	if _, err := n.answerable(ctx, v, id); err != nil {
		return err
	}
	_, err := n.Introductions.Change(ctx, id, func(i *Introduction) error {
		if i.State != IntroductionAsked {
			return ErrUnchanged
		}
		i.State, i.Waiting, i.AnsweredAt = IntroductionPassed, "", n.Now()
		return nil
	})
	return err
}

// answerable finds an introduction that the viewer was asked for. One that was passed can still be accepted later.
func (n *Network) answerable(ctx context.Context, v Viewer, id IntroductionID) (*Introduction, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	i, err := n.Introductions.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if i.To != v.ID {
		return nil, NotFound("introduction %s is not for %s", id, v.ID)
	}
	_, err = n.reachable(ctx, v, i.From)
	return i, err
}

func (n *Network) connect(ctx context.Context, a, b MemberID) error {
	for _, side := range [][2]MemberID{{a, b}, {b, a}} {
		c := &Connection{Record: Record[ConnectionID]{ID: connectionID(side[0], side[1])},
			Owner: side[0], Other: side[1], Since: n.Now()}
		if err := n.Connections.Add(ctx, c); err != nil && KindOf(err) != KindConflict {
			return err
		}
	}
	return nil
}

func connectionID(owner, other MemberID) ConnectionID {
	return ConnectionID(string(owner) + "~" + string(other))
}
