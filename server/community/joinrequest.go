package community

import (
	"context"
	"errors"
	"slices"
)

// JoinRequestID is derived: one request per member and hub.
type JoinRequestID string

// JoinState of a request to join a hub.
type JoinState string

const (
	JoinOpen     JoinState = "open"
	JoinWelcomed JoinState = "welcomed"
	JoinDeclined JoinState = "declined"
)

// JoinRequest is a person's wish to belong to a hub. Nobody is left waiting: it is due for the hub's hosts.
type JoinRequest struct {
	Record[JoinRequestID] `bson:",inline"`
	Hub                   HubID     `json:"hub"`
	Member                MemberID  `json:"member"`
	Words                 string    `json:"words,omitempty"`
	State                 JoinState `json:"state"`
	AskedAt               Instant   `json:"askedAt"`
	AnswerBy              Instant   `json:"answerBy"` // the hub's promise; from then on another host has it to answer
	AnsweredBy            MemberID  `json:"answeredBy,omitempty"`
	AnsweredAt            Instant   `json:"answeredAt,omitempty"`
	Answer                string    `json:"answer,omitempty"`
}

// JoinRequests is what the domain needs of the store.
type JoinRequests interface {
	Keeper[JoinRequestID, JoinRequest]
	OpenAt(ctx context.Context, hub HubID, page Page) ([]*JoinRequest, Cursor, error)
	By(ctx context.Context, member MemberID, page Page) ([]*JoinRequest, Cursor, error)
	AnsweredBy(ctx context.Context, host MemberID, page Page) ([]*JoinRequest, Cursor, error)
}

// AskToJoin asks a hub's hosts to be welcomed. Asking again after an answer opens the request again.
func (n *Network) AskToJoin(ctx context.Context, v Viewer, hub HubID, words string) (*JoinRequest, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if v.Hub == hub {
		return nil, Conflict("hubs.already-yours")
	}
	words = Paragraphs(words)
	p := Problems{}
	p.atMost("words", words, WordsMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	at, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	answerBy, err := n.answerBy(ctx, at, WaitingJoin, n.Now())
	if err != nil {
		return nil, err
	}
	fresh := JoinRequest{Record: Record[JoinRequestID]{ID: JoinRequestID(string(v.ID) + "~" + string(hub))}, Hub: hub, Member: v.ID, Words: words,
		State: JoinOpen, AskedAt: n.Now(), AnswerBy: answerBy}
	return n.addOrReopen(ctx, &fresh)
}

// JoinAnswerBy is when who asks a hub now has an answer.
func (n *Network) JoinAnswerBy(ctx context.Context, v Viewer, hub *Hub) (Instant, error) {
	if !v.Known() {
		return 0, Unauthenticated()
	}
	return n.answerBy(ctx, hub, WaitingJoin, n.Now())
}

func (n *Network) addOrReopen(ctx context.Context, fresh *JoinRequest) (*JoinRequest, error) {
	err := n.JoinRequests.Add(ctx, fresh)
	if KindOf(err) != KindConflict {
		return fresh, err
	}
	return n.JoinRequests.Change(ctx, fresh.ID, func(r *JoinRequest) error {
		if r.State == JoinOpen {
			r.Words = fresh.Words
			return nil
		}
		stamp := r.Stamp
		*r = *fresh
		r.Stamp = stamp
		return nil
	})
}

// JoinRequestsAt are the open requests of a hub, longest waiting first; for its hosts. One of somebody who is apart from the viewer is
// asked of the others.
func (n *Network) JoinRequestsAt(ctx context.Context, v Viewer, hub HubID, page Page) ([]*JoinRequest, Cursor, error) {
	if !v.Hosts(hub) && !v.Steward {
		return nil, "", NotFound("join requests of %s are for its hosts", hub)
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, "", err
	}
	var failed error
	read := func(page Page) ([]*JoinRequest, Cursor, error) { return n.JoinRequests.OpenAt(ctx, hub, page) }
	found, next, err := visible(page, read, func(r *JoinRequest) bool {
		others, err := n.askedOfOthers(ctx, v, h, r)
		failed = errors.Join(failed, err)
		return others
	})
	return found, next, errors.Join(err, failed)
}

// askedOfOthers tells whether a request is not the viewer's to see: there is a block, and somebody else can answer. Where every
// host and steward is apart from who asks, rather one of them answers than nobody.
func (n *Network) askedOfOthers(ctx context.Context, v Viewer, hub *Hub, r *JoinRequest) (bool, error) {
	if !v.Apart(r.Member) {
		return false, nil
	}
	turns, err := n.turnsOf(ctx, v, hub)
	if err != nil {
		return false, err
	}
	unfit, err := n.unfit(ctx, r.Member)
	return slices.ContainsFunc(slices.Concat(turns.hosts, turns.stewards), func(id MemberID) bool { return !unfit(id) }), err
}

// JoinAskedOf are the hosts of a hub who are told of a request: those who are not apart from who asks, and the stewards where no host is.
func (n *Network) JoinAskedOf(ctx context.Context, hub *Hub, r *JoinRequest) ([]MemberID, error) {
	turns, err := n.turnsOf(ctx, Viewer{}, hub)
	if err != nil {
		return nil, err
	}
	unfit, err := n.unfit(ctx, r.Member)
	if err != nil {
		return nil, err
	}
	for _, people := range [][]MemberID{turns.hosts, turns.stewards} {
		if fit := slices.DeleteFunc(slices.Clone(people), unfit); len(fit) > 0 {
			return fit, nil
		}
	}
	return hub.Hosts, nil
}

// OwnJoinRequests are the viewer's own.
func (n *Network) OwnJoinRequests(ctx context.Context, v Viewer) ([]*JoinRequest, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	requests, _, err := n.JoinRequests.By(ctx, v.ID, Page{Limit: PageMax})
	return requests, err
}

// AnswerJoin welcomes a person to the hub or says why not; for its hosts.
func (n *Network) AnswerJoin(ctx context.Context, v Viewer, id JoinRequestID, welcome bool, answer string) (*JoinRequest, error) {
	r, err := n.JoinRequests.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if !v.Hosts(r.Hub) && !v.Steward {
		return nil, NotFound("join request %s is for hosts of %s", id, r.Hub)
	}
	hub, err := n.Hubs.Get(ctx, r.Hub)
	if err != nil {
		return nil, err
	}
	others, err := n.askedOfOthers(ctx, v, hub, r)
	if err != nil {
		return nil, err
	}
	if others {
		return nil, NotFound("join request %s is asked of others than %s", id, v.ID)
	}
	answer = Paragraphs(answer)
	p := Problems{}
	p.atMost("answer", answer, WordsMax)
	if err := Invalid(p); err != nil {
		return nil, err
	}
	r, err = n.JoinRequests.Change(ctx, id, func(r *JoinRequest) error {
		if r.State != JoinOpen {
			return Conflict("hubs.already-answered")
		}
		r.State, r.Answer, r.AnsweredBy, r.AnsweredAt = JoinDeclined, answer, v.ID, n.Now()
		if welcome {
			r.State = JoinWelcomed
		}
		return nil
	})
	if err != nil || !welcome {
		return r, err
	}
	_, err = n.Members.Change(ctx, r.Member, func(m *Member) error {
		m.Hub = r.Hub
		return nil
	})
	return r, err
}
