package community

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
)

// Mornings remembers which hubs were looked at on which of their days, so that it is done once a day. It may forget: the
// letters' ids see to it that nobody is told twice, by however many programs.
type Mornings struct {
	mu   sync.Mutex
	done map[HubID]string // the last day, at the place; guarded by mu
}

func (m *Mornings) was(hub HubID, day string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.done[hub] == day
}

func (m *Mornings) note(hub HubID, day string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.done == nil {
		m.done = map[HubID]string{}
	}
	m.done[hub] = day
}

// KeepMornings tells everybody who has something to answer at a hub that has opened today how much it is, once a day, and
// whoever was asked something by people of the hub that somebody still waits for them, once. People without a hub are looked after from Monday to Friday, by the clock of UTC.
func (n *Network) KeepMornings(ctx context.Context, m *Mornings) error {
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, hub := range append(hubs, &Hub{Zone: "UTC"}) {
		day, open := hub.OpenNow(n.Now())
		if !open || m.was(hub.ID, day) {
			continue
		}
		if err := n.openDay(ctx, hub, day); err != nil {
			errs = append(errs, fmt.Errorf("tell what waits at hub %q today: %w", hub.ID, err))
			continue
		}
		m.note(hub.ID, day)
	}
	return errors.Join(append(errs, n.sweepFirstAnswers(ctx))...)
}

func (n *Network) openDay(ctx context.Context, hub *Hub, day string) error {
	turns, err := n.turnsOf(ctx, Viewer{}, hub)
	if err != nil {
		return err
	}
	for _, host := range append(turns.hosts, turns.stewards...) {
		if err := n.tellOfDay(ctx, host, hub, day); err != nil {
			return err
		}
	}
	reminders, err := n.remindersAt(ctx, hub)
	if err != nil {
		return err
	}
	for _, r := range reminders {
		path := map[WaitingKind]string{WaitingIntroduction: "/introductions", WaitingMessage: "/conversations/requests"}[r.Kind]
		err := n.Tell(ctx, &Notice{Record: Record[NoticeID]{ID: NoticeID("still~" + r.ID)}, Member: r.To, Kind: NoticeWaiting, Say: "notices.still-waits", Path: path, At: n.Now()})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellOfDay tells somebody for whom something of the hub waits how much waits for them in all: one letter a day, whatever
// number of hubs they answer for.
func (n *Network) tellOfDay(ctx context.Context, host MemberID, hub *Hub, day string) error {
	v, err := n.Viewer(ctx, host)
	if err != nil {
		return ignoreMissing(err)
	}
	here, err := n.waitingAt(ctx, v, hub)
	if err != nil || !slices.ContainsFunc(here, func(w *Unanswered) bool { return w.Yours }) {
		return err
	}
	own, err := n.OwnWaiting(ctx, v)
	if err != nil || len(own) == 0 {
		return ignoreMissing(err)
	}
	say := "notices.day"
	if slices.ContainsFunc(own, (*Unanswered).Late) {
		say = "notices.day-late"
	}
	return n.Tell(ctx, &Notice{Record: Record[NoticeID]{ID: NoticeID("day~" + string(host) + "~" + day)}, Member: host, Kind: NoticeWaiting, Say: say,
		Args: map[string]string{"n": strconv.Itoa(len(own))}, Path: "/desk", At: n.Now()})
}
