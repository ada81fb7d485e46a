package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"longtable/server/community"
	"longtable/server/store"
)

// EventHistories lets people of two servers over one engine join and leave events, and their hosts change the number of
// places and call them off, all at once; and checks that each event's answers have an order that explains them.
func EventHistories(t testing.TB, engine store.Engine, n int) Verdict {
	t.Helper()
	lost := &forgetful{Engine: engine}
	house := &eventHouse{}
	for i := range house.servers {
		house.servers[i] = network(t, lost)
	}
	hub := &community.Hub{Record: community.Record[community.HubID]{ID: community.NewID[community.HubID]()}, Zone: "Africa/Accra"}
	retry(t, func() error { return house.servers[0].Hubs.Add(t.Context(), hub) })
	house.host = community.Viewer{ID: "dana", HostOf: []community.HubID{hub.ID}}
	stories := make([]story, n)
	for i := range stories {
		stories[i] = &eventStory{house: house}
	}
	return play(t, lost, stories)
}

// network is the domain over an engine, as one server has it.
func network(t testing.TB, engine store.Engine) *community.Network {
	t.Helper()
	stores, err := store.Community(t.Context(), store.NewDB(engine))
	if err != nil {
		t.Fatal(err)
	}
	morning := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	n, err := community.New(stores, func() time.Time { return morning })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// retry repeats a write on an engine that loses answers until it is known to have happened; once stored, it is taken.
func retry(t testing.TB, write func() error) {
	t.Helper()
	for {
		err := write()
		if err == nil || errors.Is(err, store.ErrDuplicate) {
			return
		}
		if !errors.Is(err, store.ErrUnknown) {
			t.Fatal(err)
		}
	}
}

// eventHouse is a hub with its host, seen by two servers.
type eventHouse struct {
	servers [2]*community.Network
	host    community.Viewer
}

const (
	placesFirst = 3 // of a new event
	placesMost  = 6 // that a host offers
)

// guests are more than find places, so that somebody always waits.
var guests = []community.MemberID{"amina", "bram", "chen", "delal", "elif", "farid", "grace", "hana", "ines", "jomo"}

// eventStory is one event and what was seen of it.
type eventStory struct {
	house *eventHouse
	id    community.EventID
	draft community.EventDraft

	mu   sync.Mutex
	seen map[int64]sheet // by revision; guarded by mu
}

// sheet is what an answer says of an event, with people in their order. Two of them compare by ==.
type sheet struct {
	places         int
	off            bool // called off
	going, waiting string
}

func sheetOf(e *community.Event) sheet {
	names := func(ids []community.MemberID) string {
		all := make([]string, len(ids))
		for i, id := range ids {
			all[i] = string(id)
		}
		return strings.Join(all, " ")
	}
	return sheet{e.Capacity, e.State == community.EventCancelled, names(e.Going), names(e.Waiting)}
}

// eventCall is a verb, by whom, and the number of places where one is set.
type eventCall struct {
	verb   string
	who    community.MemberID
	places int
}

// eventAnswer is the event as the caller was told, or that it is called off.
type eventAnswer struct {
	sheet   sheet
	refused bool
}

func (s *eventStory) begin(ctx context.Context, n int) error {
	s.seen = map[int64]sheet{}
	s.draft = community.EventDraft{Hub: s.house.host.HostOf[0], Title: fmt.Sprint("Soup ", n), Date: "2027-03-20", From: "18:30", To: "21:00",
		Place: "The long room", Capacity: placesFirst}
	for {
		e, err := s.house.servers[0].PostEvent(ctx, s.house.host, s.draft)
		if err == nil {
			s.id = e.ID
		}
		if !errors.Is(err, store.ErrUnknown) {
			return err
		}
	}
}

func (s *eventStory) call(ctx context.Context, h *history, server, client int) {
	c := eventCall{verb: "join", who: guests[rand.N(len(guests))]}
	switch chance := rand.N(200); {
	case chance < 60:
		c.verb = "leave"
	case chance < 80:
		c.verb, c.who, c.places = "places", s.house.host.ID, 1+rand.N(placesMost)
	case chance < 110:
		c.verb = "read"
	case chance == 199:
		c.verb, c.who = "cancel", s.house.host.ID
	}
	s.make(ctx, h, s.house.servers[server], client, c)
}

func (s *eventStory) make(ctx context.Context, h *history, n *community.Network, client int, c eventCall) {
	h.record(ctx, client, c, func(ctx context.Context) (any, error) {
		e, err := s.ask(ctx, n, c)
		var no *community.Error
		if errors.As(err, &no) && no.Say == "events.is-cancelled" {
			return eventAnswer{refused: true}, errRefused
		}
		if err != nil {
			return nil, err
		}
		return eventAnswer{sheet: s.note(h, e)}, nil
	})
}

func (s *eventStory) ask(ctx context.Context, n *community.Network, c eventCall) (*community.Event, error) {
	guest := community.Viewer{ID: c.who}
	switch c.verb {
	case "join":
		return n.JoinEvent(ctx, guest, s.id)
	case "leave":
		return n.LeaveEvent(ctx, guest, s.id)
	case "places":
		d := s.draft
		d.Capacity = c.places
		return n.EditEvent(ctx, s.house.host, s.id, d)
	case "cancel":
		return n.CancelEvent(ctx, s.house.host, s.id)
	}
	return n.Event(ctx, guest, s.id)
}

// note remembers what a revision looked like; it must look the same to everybody.
func (s *eventStory) note(h *history, e *community.Event) sheet {
	now := sheetOf(e)
	s.mu.Lock()
	before, known := s.seen[e.Rev]
	s.seen[e.Rev] = now
	s.mu.Unlock()
	if known && before != now {
		h.mu.Lock()
		h.faults = append(h.faults, fmt.Sprintf("revision %d is %+v and %+v", e.Rev, before, now))
		h.mu.Unlock()
	}
	return now
}

// end reads the event once more, and holds every revision that was seen, and every step from one to the next, against
// the promises of a waiting list.
func (s *eventStory) end(ctx context.Context, h *history) (faults []string) {
	s.make(context.WithoutCancel(ctx), h, s.house.servers[0], clients, eventCall{verb: "read", who: s.house.host.ID})
	for rev, now := range s.seen {
		everybody := strings.Fields(now.going + " " + now.waiting)
		slices.Sort(everybody)
		if len(slices.Compact(slices.Clone(everybody))) != len(everybody) {
			faults = append(faults, fmt.Sprintf("somebody stands twice in revision %d: %+v", rev, now))
		}
		if before, known := s.seen[rev-1]; known {
			if wrong := now.since(before); wrong != "" {
				faults = append(faults, fmt.Sprintf("%s from %+v to %+v", wrong, before, now))
			}
		}
	}
	return faults
}

// since finds what may not happen in one step.
func (s sheet) since(before sheet) string {
	went, goes := strings.Fields(before.going), strings.Fields(s.going)
	line, waits := strings.Fields(before.waiting), strings.Fields(s.waiting)
	stayed := slices.DeleteFunc(slices.Clone(line), func(who string) bool { return !slices.Contains(waits, who) })
	switch {
	case len(goes) > s.places && len(goes) > len(went):
		return "overbooked"
	case !slices.Equal(stayed, waits[:min(len(stayed), len(waits))]):
		return "the line changed its order"
	}
	for i, who := range line { // whoever moved up stood before all who still wait
		if slices.Contains(goes, who) && slices.ContainsFunc(line[:i], func(other string) bool { return slices.Contains(waits, other) }) {
			return who + " overtook somebody"
		}
	}
	return ""
}

func (s *eventStory) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return sheet{places: placesFirst} },
		Step: func(state, input, output any) (bool, any) {
			next, refused := state.(sheet).after(input.(eventCall))
			told, known := output.(eventAnswer)
			if !known || told.refused || refused {
				return !known || told.refused == refused, next
			}
			return told.sheet == next, next
		},
	}
}

// after is the rule of places and waiting list, restated.
func (s sheet) after(c eventCall) (next sheet, refused bool) {
	going, waiting := strings.Fields(s.going), strings.Fields(s.waiting)
	who := string(c.who)
	there := slices.Contains(going, who) || slices.Contains(waiting, who)
	changes := c.verb == "join" && !there || c.verb == "places"
	if s.off && changes {
		return s, true
	}
	isWho := func(other string) bool { return other == who }
	switch {
	case c.verb == "join" && !there:
		waiting = append(waiting, who)
	case c.verb == "leave":
		going, waiting = slices.DeleteFunc(going, isWho), slices.DeleteFunc(waiting, isWho)
	case c.verb == "places":
		s.places = c.places
	case c.verb == "cancel":
		s.off = true
	}
	for !s.off && len(waiting) > 0 && len(going) < s.places {
		going, waiting = append(going, waiting[0]), waiting[1:]
	}
	s.going, s.waiting = strings.Join(going, " "), strings.Join(waiting, " ")
	return s, false
}
