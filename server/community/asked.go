package community

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"
)

// What waits between two people, an introduction or a first message, is owned by who was asked. The hosts of who asked read that
// so many of theirs wait, and nothing else: not who, not for whom, not for what. One that was let pass and one that nobody
// has looked at are the same for them, because the count is made of when it was asked and of nothing that came after but
// a yes.

// asked is one of them.
type asked struct {
	kind     WaitingKind
	id       string
	from, to MemberID
	hub      HubID // of who asked, or else of who was asked, whether they show it or not
	since    Instant
}

// askedLately remembers them for a few minutes: they are read for each desk, from the whole network.
type askedLately struct {
	mu    sync.Mutex
	until Instant // until when the list is good; guarded by mu
	list  []asked // sorted by nothing; guarded by mu, never changed once it is here
}

const askedLatelyGood = 5 * time.Minute // a count on a desk may be that old

func (a *askedLately) get(now Instant) ([]asked, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list, now < a.until && now.Plus(askedLatelyGood) >= a.until
}

func (a *askedLately) put(list []asked, now Instant) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list, a.until = list, now.Plus(askedLatelyGood)
}

// askedWithoutYes are those of the last thirty days to which nobody said yes.
func (n *Network) askedWithoutYes(ctx context.Context) ([]asked, error) {
	if list, good := n.asked.get(n.Now()); good {
		return list, nil
	}
	since := n.Now().Plus(-stillAskedDays)
	var list []asked
	read := func(p Page) ([]*Introduction, Cursor, error) { return n.Introductions.AskedSince(ctx, since, p) }
	err := throughout(read, func(i *Introduction) {
		if i.State != IntroductionAccepted {
			list = append(list, asked{kind: WaitingIntroduction, id: string(i.ID), from: i.From, to: i.To, since: i.AskedAt})
		}
	})
	if err != nil {
		return nil, err
	}
	written := func(p Page) ([]*Conversation, Cursor, error) { return n.Conversations.AskedSince(ctx, since, p) }
	err = throughout(written, func(c *Conversation) {
		if c.Asked != "" {
			list = append(list, asked{kind: WaitingMessage, id: string(c.ID), from: c.Asked, to: c.Other(c.Asked), since: c.OpenedAt})
		}
	})
	if err != nil {
		return nil, err
	}
	if err := n.placeAsked(ctx, list); err != nil {
		return nil, err
	}
	n.asked.put(list, n.Now())
	return list, nil
}

// placeAsked says in whose opening hours each waits.
func (n *Network) placeAsked(ctx context.Context, list []asked) error {
	for part := range slices.Chunk(list, PageMax) {
		ids := make([]MemberID, 0, 2*len(part))
		for _, a := range part {
			ids = append(ids, a.from, a.to)
		}
		people, err := n.Members.Many(ctx, ids)
		if err != nil {
			return err
		}
		for i := range part {
			from, to := people[2*i], people[2*i+1]
			if from != nil {
				part[i].hub = from.Hub
			}
			if to != nil {
				part[i].hub = cmp.Or(part[i].hub, to.Hub)
			}
		}
	}
	return nil
}

// StillWaitAt is how many people of a hub have waited for the answer of somebody they asked for longer than is agreed; for its hosts and for
// stewards. Who does not show that they belong to the hub is not counted.
func (n *Network) StillWaitAt(ctx context.Context, v Viewer, hub HubID) (int, error) {
	if !v.Hosts(hub) && !v.Steward {
		return 0, NotFound("what waits at %s is for its hosts", hub)
	}
	h, err := n.Hubs.Get(ctx, hub)
	if err != nil {
		return 0, err
	}
	list, err := n.askedWithoutYes(ctx)
	if err != nil {
		return 0, err
	}
	var waiting []MemberID
	for _, a := range list {
		if a.hub != hub || v.Apart(a.from) || v.Apart(a.to) {
			continue
		}
		due, err := n.answerBy(ctx, h, a.kind, a.since)
		if err != nil {
			return 0, err
		}
		if due <= n.Now() {
			waiting = append(waiting, a.from)
		}
	}
	slices.Sort(waiting)
	members, err := n.Members.Many(ctx, slices.Compact(waiting))
	return len(slices.DeleteFunc(members, func(m *Member) bool { return m == nil || m.ShownTo(v.Reach(m)).Hub != hub })), err
}

// Reminder is somebody whose answer is late.
type Reminder struct {
	To   MemberID
	Kind WaitingKind
	ID   string // of the introduction or the conversation
}

// remindersAt are those whom somebody of the hub asked, whose answer is late, and who see it among what waits for them now.
func (n *Network) remindersAt(ctx context.Context, hub *Hub) ([]Reminder, error) {
	list, err := n.askedWithoutYes(ctx)
	if err != nil {
		return nil, err
	}
	late := map[MemberID][]asked{}
	for _, a := range list {
		if a.hub != hub.ID {
			continue
		}
		due, err := n.answerBy(ctx, hub, a.kind, a.since)
		if err != nil {
			return nil, err
		}
		if due <= n.Now() {
			late[a.to] = append(late[a.to], a)
		}
	}
	var all []Reminder
	for to, asked := range late {
		sees, err := n.seesWaiting(ctx, to)
		if err != nil {
			return nil, err
		}
		for _, a := range asked {
			if sees[a.id] {
				all = append(all, Reminder{To: to, Kind: a.kind, ID: a.id})
			}
		}
	}
	return all, nil
}

// seesWaiting are the introductions and first messages that wait for a member within the room of their week.
func (n *Network) seesWaiting(ctx context.Context, to MemberID) (map[string]bool, error) {
	sees := map[string]bool{}
	v, err := n.Viewer(ctx, to)
	if err != nil {
		return sees, ignoreMissing(err) // they left
	}
	introductions, err := n.IntroductionsWaiting(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, i := range introductions {
		sees[string(i.ID)] = true
	}
	requests, err := n.Requests(ctx, v)
	for _, t := range requests {
		sees[string(t.Conversation.ID)] = true
	}
	return sees, err
}
