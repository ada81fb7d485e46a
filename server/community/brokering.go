package community

import (
	"cmp"
	"context"
	"slices"
)

// BrokeringID is derived from the host and the two.
type BrokeringID string

// BrokeredAnswer is what one of the two said, kept from everybody else until both said yes.
type BrokeredAnswer string

const (
	BrokeredYes BrokeredAnswer = "yes"
	BrokeredNo  BrokeredAnswer = "no"
)

// Side is one of the two.
type Side struct {
	Member     MemberID       `json:"member"`
	Answer     BrokeredAnswer `json:"answer,omitempty"`
	AnsweredAt Instant        `json:"answeredAt,omitempty"`
	Hello      string         `json:"hello,omitempty"` // first words to the other, for when both said yes
}

// Brokering is a host's wish that two people meet. Each is asked without the other's answer; what both answered is
// decided on this one record. The host learns of a meeting, and of nothing else: a no, a block and no answer look the
// same to everybody.
type Brokering struct {
	Record[BrokeringID] `bson:",inline"`
	Host                MemberID       `json:"host"`
	A                   Side           `json:"a"` // A's id is the smaller one
	B                   Side           `json:"b"`
	Words               string         `json:"words"` // of the host, to both
	AskedAt             Instant        `json:"askedAt"`
	MetAt               Instant        `json:"metAt,omitempty"`
	Conversation        ConversationID `json:"conversation,omitempty"`
}

// Brokerings is what the domain needs of the store.
type Brokerings interface {
	Keeper[BrokeringID, Brokering]
	Of(ctx context.Context, member MemberID) ([]*Brokering, error)                          // all those with the member as one of the two
	BrokeredBy(ctx context.Context, host MemberID, page Page) ([]*Brokering, Cursor, error) // newest first
	AskedSince(ctx context.Context, since Instant, page Page) ([]*Brokering, Cursor, error) // earliest first
}

// Side is the member's own side; nil for who is neither of the two.
func (b *Brokering) Side(member MemberID) *Side {
	switch member {
	case b.A.Member:
		return &b.A
	case b.B.Member:
		return &b.B
	default:
		return nil
	}
}

// Other is the other of the two.
func (b *Brokering) Other(member MemberID) MemberID {
	if member == b.A.Member {
		return b.B.Member
	}
	return b.A.Member
}

// agreed tells whether both said yes.
func (b *Brokering) agreed() bool { return b.A.Answer == BrokeredYes && b.B.Answer == BrokeredYes }

// Introduce asks two people, each for themselves, whether they would like to meet; for a host of a hub to which one of
// them shows to belong. Whether there is a block between the two, whether they know each other, and whether either wants
// to be proposed at all makes no difference that the host could see: they are then not asked.
func (n *Network) Introduce(ctx context.Context, v Viewer, one, other MemberID, words string) (*Brokering, error) {
	if _, _, err := n.Introducible(ctx, v, one, other); err != nil {
		return nil, err
	}
	if err := checkWords(words); err != nil {
		return nil, err
	}
	today, _, err := n.Brokerings.BrokeredBy(ctx, v.ID, Page{Limit: IntroducedInDayMax})
	if err != nil {
		return nil, err
	}
	if len(today) == IntroducedInDayMax && today[len(today)-1].AskedAt > n.Now().Plus(-day) {
		return nil, TooMany("introducing.enough-today", map[string]any{"max": IntroducedInDayMax})
	}
	a, b := min(one, other), max(one, other)
	id := BrokeringID(string(v.ID) + "~" + string(a) + "~" + string(b))
	made := &Brokering{Record: Record[BrokeringID]{ID: id}, Host: v.ID, A: Side{Member: a}, B: Side{Member: b}, Words: Paragraphs(words), AskedAt: n.Now()}
	err = n.Brokerings.Add(ctx, made)
	if KindOf(err) == KindConflict {
		return n.Brokerings.Get(ctx, id) // asking again is asking once
	}
	if err == nil {
		n.Matches.Brokered(made, n.Now())
	}
	return made, err
}

// Introducible are two people whom the viewer may introduce, as the viewer may see them; not found for who is no host of
// either, and for people whom the viewer does not see.
func (n *Network) Introducible(ctx context.Context, v Viewer, one, other MemberID) (Profile, Profile, error) {
	a, err := n.Member(ctx, v, one)
	if err != nil {
		return Profile{}, Profile{}, err
	}
	b, err := n.Member(ctx, v, other)
	if err != nil {
		return Profile{}, Profile{}, err
	}
	switch {
	case !v.hostsHubOf(a) && !v.hostsHubOf(b):
		return Profile{}, Profile{}, NotFound("%s is no host of %s or %s", v.ID, one, other)
	case one == other || one == v.ID || other == v.ID:
		return Profile{}, Profile{}, Forbidden("introducing.two-others")
	}
	return a, b, nil
}

func (v Viewer) hostsHubOf(p Profile) bool { return p.Hub != "" && v.Hosts(p.Hub) }

// Brokered are the viewer's own as a host, newest first.
func (n *Network) Brokered(ctx context.Context, v Viewer, page Page) ([]*Brokering, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	read := func(page Page) ([]*Brokering, Cursor, error) { return n.Brokerings.BrokeredBy(ctx, v.ID, page) }
	return visible(page, read, func(b *Brokering) bool { return v.Apart(b.A.Member) || v.Apart(b.B.Member) })
}

// BrokeredWaiting are those that the viewer has not answered, longest waiting first, as far as they fit into the room of
// the week together with the introductions that others ask for.
func (n *Network) BrokeredWaiting(ctx context.Context, v Viewer) ([]*Brokering, error) {
	_, brokered, _, err := n.waiting(ctx, v)
	return brokered, err
}

// BrokeredAnswered are those that the viewer answered, latest answer first. Of those where no meeting came of it, it
// tells the viewer's own answer and nothing else.
func (n *Network) BrokeredAnswered(ctx context.Context, v Viewer) ([]*Brokering, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	all, err := n.Brokerings.Of(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	answered := slices.DeleteFunc(all, func(b *Brokering) bool {
		return b.Side(v.ID).Answer == "" || v.Apart(b.Host) || v.Apart(b.Other(v.ID))
	})
	slices.SortFunc(answered, func(a, b *Brokering) int {
		return cmp.Or(cmp.Compare(b.Side(v.ID).AnsweredAt, a.Side(v.ID).AnsweredAt), cmp.Compare(a.ID, b.ID))
	})
	return answered, nil
}

// AnswerBrokered says yes or no to meeting the other. It may be said differently until both said yes: then the two are
// connected and their conversation is open, begun by the first words of those who left some.
func (n *Network) AnswerBrokered(ctx context.Context, v Viewer, id BrokeringID, yes bool, hello string) (*Brokering, error) {
	if _, err := n.brokeredFor(ctx, v, id); err != nil {
		return nil, err
	}
	p := Problems{}
	hello = Paragraphs(hello)
	p.atMost("hello", hello, WordsMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	b, err := n.Brokerings.Change(ctx, id, func(b *Brokering) error {
		if b.agreed() {
			return ErrUnchanged
		}
		side := b.Side(v.ID)
		side.Answer, side.AnsweredAt, side.Hello = BrokeredNo, n.Now(), ""
		if yes {
			side.Answer, side.Hello = BrokeredYes, hello
		}
		return nil
	})
	if err != nil || !b.agreed() {
		return b, err
	}
	return n.meet(ctx, b)
}

// brokeredFor loads one that the viewer is asked about, or was.
func (n *Network) brokeredFor(ctx context.Context, v Viewer, id BrokeringID) (*Brokering, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	b, err := n.Brokerings.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if b.Side(v.ID) == nil || v.Apart(b.Host) {
		return nil, NotFound("brokering %s is not for %s", id, v.ID)
	}
	if b.MetAt != 0 {
		return b, nil
	}
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, err
	}
	other, err := n.reachable(ctx, v, b.Other(v.ID))
	if err != nil {
		return nil, err
	}
	if !askable(v, me, other) {
		return nil, NotFound("brokering %s is not open", id)
	}
	return b, nil
}

// askable tells whether the viewer may be asked to meet the other by a third: both want to be proposed, and they have
// not met.
func askable(v Viewer, me, other *Member) bool {
	return other != nil && !me.MatchingOff && !other.MatchingOff && !v.Apart(other.ID) && !v.Contact(other.ID)
}

// FinishMeeting finishes what two people agreed on, where it was interrupted between the second yes and the conversation.
func (n *Network) FinishMeeting(ctx context.Context, b *Brokering) error {
	if b.Gone || b.MetAt != 0 || !b.agreed() {
		return nil
	}
	_, err := n.meet(ctx, b)
	return err
}

// meet connects the two who both said yes and opens their conversation. Every step may be repeated. A block that came
// between the two answers keeps them apart.
func (n *Network) meet(ctx context.Context, b *Brokering) (*Brokering, error) {
	apart, err := n.Blocks.Around(ctx, b.A.Member)
	if err != nil || apart[b.B.Member] || b.MetAt != 0 {
		return b, err
	}
	c, err := n.openDirect(ctx, b.A.Member, b.B.Member, Subject{Kind: SubjectIntroduction, ID: string(b.ID)})
	if err != nil {
		return nil, err
	}
	if err := n.connect(ctx, b.A.Member, b.B.Member); err != nil {
		return nil, err
	}
	for _, side := range b.inOrder() {
		if side.Hello == "" {
			continue
		}
		if _, err := n.append(ctx, c, side.Member, MessageDraft{Nonce: "introduction", Body: side.Hello}); err != nil {
			return nil, err
		}
	}
	return n.Brokerings.Change(ctx, b.ID, func(b *Brokering) error {
		if b.MetAt != 0 {
			return ErrUnchanged
		}
		b.MetAt, b.Conversation = n.Now(), c.ID
		b.A.Hello, b.B.Hello = "", "" // they stand in the conversation now
		return nil
	})
}

// inOrder are the two sides, who answered first first.
func (b *Brokering) inOrder() []Side {
	if b.B.AnsweredAt < b.A.AnsweredAt {
		return []Side{b.B, b.A}
	}
	return []Side{b.A, b.B}
}

// eraseBrokerings takes away those of a host who left, whose words they are, and those of which somebody who left was one
// of the two. A meeting that came of one stays.
func (n *Network) eraseBrokerings(ctx context.Context, id MemberID) error {
	of := func(Page) ([]*Brokering, Cursor, error) {
		all, err := n.Brokerings.Of(ctx, id)
		return all, "", err
	}
	by := func(p Page) ([]*Brokering, Cursor, error) { return n.Brokerings.BrokeredBy(ctx, id, p) }
	for _, read := range []func(Page) ([]*Brokering, Cursor, error){of, by} {
		if err := drain(read, func(b *Brokering) error { return n.Brokerings.Delete(ctx, b.ID) }); err != nil {
			return err
		}
	}
	return nil
}
