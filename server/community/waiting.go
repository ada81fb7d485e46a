package community

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"time"
)

// Nobody is left waiting. What waits for an answer is read from the things themselves: a request, an application, an ask that
// are not answered. Nothing is kept beside them, so nothing can be forgotten, and a restart changes nothing. Each is somebody's at
// every moment: that of a host of the hub in turn, of the next one too once it is late, and in the end of a steward. Whose it
// once was it stays, so that nobody gets rid of it by being late.

// WaitingKind says what waits.
type WaitingKind string

const (
	WaitingJoin         WaitingKind = "join"         // a request to join a hub
	WaitingApplications WaitingKind = "applications" // to a programme, all those that nobody has decided on
	WaitingAsk          WaitingKind = "ask"          // an ask on the board that nobody has answered
	WaitingIntroduction WaitingKind = "introduction" // somebody was asked to meet
	WaitingMessage      WaitingKind = "message"      // somebody was written to for the first time
)

// The spans within which people are answered, in hours in which the hub is open: a working day has eight.
const (
	answerJoinDays           = 3              // of a hub that agreed on nothing else: time to ask the other hosts
	openDay                  = 8 * time.Hour  // a day on which the hub is open
	answerAskWithin          = 24 * time.Hour // three days: then a host finds somebody
	answerIntroductionWithin = 40 * time.Hour // a week: people look once or twice
	answerMessageWithin      = 40 * time.Hour

	handOnAfter     = openDay             // a day the next host has, once it is late
	stillAskedDays  = 30 * 24 * time.Hour // afterwards somebody who asked knows themselves that no answer comes
	undecidedLook   = 2000                // applications to one programme that are counted; more are that many
	waitingAtOneHub = 200                 // things of each kind that are looked at: a hub with more is not helped by a longer list
)

// Unanswered is something that waits for a person's answer.
type Unanswered struct {
	Kind   WaitingKind
	ID     string // of the request, the programme or the posting
	Hub    HubID
	Member MemberID // who waits; empty for applications, whose names nobody knows
	Title  string   // of the programme or the posting
	Count  int      // how many wait in one: applications
	Since  Instant  // of the longest waiting
	Due    Instant
	Owner  MemberID // whose turn it is now, as the viewer may know
	Yours  bool     // it is, or was, the viewer's turn
	Handed int      // how often it was handed on; 0 while it is in time
}

// Late tells whether it should have been answered.
func (w *Unanswered) Late() bool { return w.Handed > 0 }

// answerWithin is how long people of a hub wait at most, in its opening hours. It is the one place that says so.
func (n *Network) answerWithin(ctx context.Context, hub HubID, kind WaitingKind) (time.Duration, error) {
	switch kind {
	case WaitingJoin:
		rules, err := n.rules(ctx, hub)
		return time.Duration(rules.JoinDays) * openDay, err
	case WaitingAsk:
		return answerAskWithin, nil
	case WaitingIntroduction:
		return answerIntroductionWithin, nil
	default:
		return answerMessageWithin, nil
	}
}

// answerBy is when something that was asked at a moment has to be answered.
func (n *Network) answerBy(ctx context.Context, hub *Hub, kind WaitingKind, asked Instant) (Instant, error) {
	within, err := n.answerWithin(ctx, hub.ID, kind)
	return hub.OpenAfter(asked, within), err
}

// WaitingAt is everything that waits for an answer of a hub's hosts, soonest due first; for its hosts and for stewards. What waits for somebody who is
// apart from the viewer is left out: it has another owner.
func (n *Network) WaitingAt(ctx context.Context, v Viewer, hub HubID) ([]*Unanswered, error) {
	if !v.Hosts(hub) && !v.Steward {
		return nil, NotFound("what waits at %s is for its hosts", hub)
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return nil, err
	}
	found, err := n.waitingAt(ctx, v, h)
	return slices.DeleteFunc(found, func(w *Unanswered) bool { return v.Apart(w.Member) }), err
}

// OwnWaiting is what the viewer has to answer today, whichever hub it is of, soonest due first.
func (n *Network) OwnWaiting(ctx context.Context, v Viewer) ([]*Unanswered, error) {
	if !v.HostsAny() && !v.Steward {
		return nil, NotFound("%s has no desk", v.ID)
	}
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return nil, err
	}
	var own []*Unanswered
	for _, h := range hubs {
		if !v.Hosts(h.ID) && !v.Steward {
			continue
		}
		found, err := n.waitingAt(ctx, v, h)
		if err != nil {
			return nil, err
		}
		own = append(own, slices.DeleteFunc(found, func(w *Unanswered) bool { return !w.Yours })...)
	}
	slices.SortFunc(own, soonestDue)
	return own, nil
}

func soonestDue(a, b *Unanswered) int {
	return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Since, b.Since), cmp.Compare(a.ID, b.ID))
}

// waitingAt reads what waits at a hub and says whose it is, as the viewer may know.
func (n *Network) waitingAt(ctx context.Context, v Viewer, hub *Hub) ([]*Unanswered, error) {
	var all []*Unanswered
	for _, read := range []func(context.Context, *Hub) ([]*Unanswered, error){n.waitingToJoin, n.waitingApplications, n.waitingAsks} {
		found, err := read(ctx, hub)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, nil
	}
	turns, err := n.turnsOf(ctx, v, hub)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if err := turns.give(ctx, n, w); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, soonestDue)
	return all, nil
}

func (n *Network) waitingToJoin(ctx context.Context, hub *Hub) ([]*Unanswered, error) {
	requests, _, err := n.JoinRequests.OpenAt(ctx, hub.ID, Page{Limit: waitingAtOneHub})
	all := make([]*Unanswered, len(requests))
	for i, r := range requests {
		all[i] = &Unanswered{Kind: WaitingJoin, ID: string(r.ID), Hub: hub.ID, Member: r.Member, Since: r.AskedAt, Due: r.AnswerBy}
	}
	return all, err
}

// waitingApplications are due when the programme said that it answers.
func (n *Network) waitingApplications(ctx context.Context, hub *Hub) ([]*Unanswered, error) {
	programmes, _, err := n.Programmes.InHub(ctx, hub.ID, Page{Limit: waitingAtOneHub})
	if err != nil {
		return nil, err
	}
	var all []*Unanswered
	for _, p := range programmes {
		w := &Unanswered{Kind: WaitingApplications, ID: string(p.ID), Hub: hub.ID, Title: p.Title}
		err := upTo(undecidedLook, func(page Page) ([]*Application, Cursor, error) { return n.Applications.Undecided(ctx, p.ID, page) }, func(a *Application) {
			if w.Count++; w.Count == 1 {
				w.Since, w.Due = a.SentAt, a.DecideBy
			}
			w.Due = min(w.Due, a.DecideBy)
		})
		if err != nil {
			return nil, err
		}
		if w.Count > 0 {
			all = append(all, w)
		}
	}
	return all, nil
}

func (n *Network) waitingAsks(ctx context.Context, hub *Hub) ([]*Unanswered, error) {
	within, err := n.answerWithin(ctx, hub.ID, WaitingAsk)
	if err != nil {
		return nil, err
	}
	read := func(page Page) ([]*Posting, Cursor, error) { return n.Postings.OpenAt(ctx, hub.ID, page) }
	asks, _, err := visible(Page{Limit: waitingAtOneHub}, read, func(p *Posting) bool { return p.Kind != Ask || p.AnsweredAt != 0 })
	all := make([]*Unanswered, len(asks))
	for i, p := range asks {
		all[i] = &Unanswered{Kind: WaitingAsk, ID: string(p.ID), Hub: hub.ID, Member: p.Author, Title: p.Title, Since: p.PostedAt, Due: hub.OpenAfter(p.PostedAt, within)}
	}
	return all, err
}

// turnsOfHub are the people among whom what waits at a hub goes round: its hosts, and behind them the stewards. They are
// members now; who left is not among them.
type turnsOfHub struct {
	hub             *Hub
	viewer          Viewer
	hosts, stewards []MemberID
	now             Instant
}

func (n *Network) turnsOf(ctx context.Context, v Viewer, hub *Hub) (*turnsOfHub, error) {
	t := &turnsOfHub{hub: hub, viewer: v, now: n.Now()}
	hosts, err := n.Members.Many(ctx, hub.Hosts)
	if err != nil {
		return nil, err
	}
	for _, m := range hosts {
		if m != nil && slices.Contains(m.HostOf, hub.ID) {
			t.hosts = append(t.hosts, m.ID)
		}
	}
	stewards, err := n.Members.Stewards(ctx)
	for _, m := range stewards {
		t.stewards = append(t.stewards, m.ID)
	}
	return t, err
}

// give says whose turn it is. The order of the hosts is by lot for each thing, and the stewards' behind them; it begins with
// the first, and goes on to one more when it is late and on every day that the hub is open from then on. Nobody answers
// themselves, and nobody is given a person with whom there is a block.
//
// For a viewer those who are apart from them are not there, so two hosts who are apart may both see it as theirs. Whoever
// stands first in the whole order stands first in their own too: it is always somebody's.
func (t *turnsOfHub) give(ctx context.Context, n *Network, w *Unanswered) error {
	if t.now >= w.Due {
		w.Handed = 1 + int(t.hub.OpenBetween(w.Due, t.now)/handOnAfter)
	}
	unfit, err := n.unfit(ctx, w.Member)
	if err != nil {
		return err
	}
	order := append(t.byLot(t.hosts, w), t.byLot(t.stewards, w)...)
	fit := slices.DeleteFunc(slices.Clone(order), func(id MemberID) bool { return unfit(id) || t.viewer.Apart(id) })
	if len(fit) == 0 { // rather somebody apart than nobody
		fit = order
	}
	if len(fit) == 0 {
		return nil // a network without hosts and stewards
	}
	turn := min(w.Handed, len(fit)-1)
	w.Owner, w.Yours = fit[turn], slices.Contains(fit[:turn+1], t.viewer.ID)
	return nil
}

// unfit tells who is not to answer a member: themselves, and whoever is apart from them. Everybody may answer what has no member.
func (n *Network) unfit(ctx context.Context, member MemberID) (func(MemberID) bool, error) {
	if member == "" {
		return func(MemberID) bool { return false }, nil
	}
	apart, err := n.Blocks.Around(ctx, member)
	return func(id MemberID) bool { return id == member || apart[id] }, err
}

func (t *turnsOfHub) byLot(people []MemberID, w *Unanswered) []MemberID {
	drawn := map[MemberID]uint64{}
	for _, id := range people {
		h := fnv.New64a()
		_, _ = h.Write([]byte(string(w.Kind) + w.ID + " " + string(id))) // a hash takes everything
		drawn[id] = h.Sum64()
	}
	return slices.SortedFunc(slices.Values(people), func(a, b MemberID) int { return cmp.Or(cmp.Compare(drawn[a], drawn[b]), cmp.Compare(a, b)) })
}
