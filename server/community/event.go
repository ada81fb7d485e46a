package community

import (
	"context"
	"slices"
)

// EventState of an event.
type EventState string

const (
	EventOpen      EventState = "open"
	EventCancelled EventState = "cancelled"
)

// Event is a gathering with a number of places. Who goes and who waits is decided on this one record, so that it can
// never be overbooked, whatever happens at the same time.
type Event struct {
	Record[EventID] `bson:",inline"`
	Hub             HubID        `json:"hub"`
	Host            MemberID     `json:"host"`
	Title           string       `json:"title"`
	Text            string       `json:"text,omitempty"`
	StartsAt        Instant      `json:"startsAt"`
	EndsAt          Instant      `json:"endsAt"`
	Zone            string       `json:"zone"`            // IANA time zone of the place
	Place           string       `json:"place,omitempty"` // where in or near the hub; empty when only online
	Online          string       `json:"online,omitempty"`
	Capacity        int          `json:"capacity"`
	Access          []AccessFact `json:"access,omitempty"`
	Languages       []string     `json:"languages,omitempty"`
	State           EventState   `json:"state"`
	Going           []MemberID   `json:"going,omitempty"`   // in the order of joining, never more than Capacity
	Waiting         []MemberID   `json:"waiting,omitempty"` // in the order of asking
	Edition         int          `json:"edition"`           // raised when something changed that those who joined must know
	Moved           []Move       `json:"moved,omitempty"`   // who came from the waiting list to a place
}

// Move is one step from the waiting list to a place; its number makes the notice of it unique.
type Move struct {
	Member MemberID `json:"member"`
	Number int      `json:"number"`
}

// PlacesLeft is how many may still join without waiting.
func (e *Event) PlacesLeft() int { return max(0, e.Capacity-len(e.Going)) }

// Attendance of a member.
type Attendance string

const (
	NotComing Attendance = "no"
	Going     Attendance = "going"
	Waiting   Attendance = "waiting"
)

// AttendanceOf tells how a member stands to the event.
func (e *Event) AttendanceOf(id MemberID) Attendance {
	switch {
	case slices.Contains(e.Going, id):
		return Going
	case slices.Contains(e.Waiting, id):
		return Waiting
	default:
		return NotComing
	}
}

// Events is what the domain needs of the store.
type Events interface {
	Keeper[EventID, Event]
	Whole[Event]
	From(ctx context.Context, since Instant, page Page) ([]*Event, Cursor, error) // soonest first
	InHub(ctx context.Context, hub HubID, since Instant, page Page) ([]*Event, Cursor, error)
}

// EventsAhead are the events from now on, soonest first, of one hub or of all when hub is empty.
func (n *Network) EventsAhead(ctx context.Context, v Viewer, hub HubID, page Page) ([]*Event, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	if hub == "" {
		return n.Events.From(ctx, n.Now(), page)
	}
	return n.Events.InHub(ctx, hub, n.Now(), page)
}

// Event is one event.
func (n *Network) Event(ctx context.Context, v Viewer, id EventID) (*Event, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Events.Get(ctx, id)
}

// Attendees are the people who go, for somebody who goes too or hosts it, each as they allow.
func (n *Network) Attendees(ctx context.Context, v Viewer, id EventID) ([]Profile, error) {
	e, err := n.Event(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if e.AttendanceOf(v.ID) != Going && !v.RunsEvent(e) {
		return nil, NotFound("attendees of %s are for those who go", id)
	}
	return n.People(ctx, v, e.Going)
}

// Queue are the people who wait for a place, the next one first, for hosts of the event.
func (n *Network) Queue(ctx context.Context, v Viewer, id EventID) ([]Profile, error) {
	e, err := n.Event(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if !v.RunsEvent(e) {
		return nil, NotFound("the waiting list of %s is for its hosts", id)
	}
	return n.People(ctx, v, e.Waiting)
}

// RunsEvent tells whether the viewer may edit and cancel the event.
func (v Viewer) RunsEvent(e *Event) bool { return v.Known() && v.Hosts(e.Hub) }

// EventDraft is what a host writes about an event. Date and times are those of clocks at the place.
type EventDraft struct {
	Hub       HubID        `json:"hub"`
	Title     string       `json:"title"`
	Text      string       `json:"text"`
	Date      string       `json:"date"` // 2006-01-02
	From      string       `json:"from"` // 15:04
	To        string       `json:"to"`   // 15:04; earlier than From means the next day
	Place     string       `json:"place"`
	Online    string       `json:"online"`
	Capacity  int          `json:"capacity"`
	Access    []AccessFact `json:"access"`
	Languages []string     `json:"languages"`
}

// EventDraftOf is the form of an event as it is now.
func EventDraftOf(e *Event) EventDraft {
	starts, ends := e.StartsAt.In(e.Zone), e.EndsAt.In(e.Zone)
	return EventDraft{e.Hub, e.Title, e.Text, starts.Format("2006-01-02"), starts.Format("15:04"), ends.Format("15:04"),
		e.Place, e.Online, e.Capacity, e.Access, e.Languages}
}

// PostEvent announces an event; for hosts of the hub.
func (n *Network) PostEvent(ctx context.Context, v Viewer, d EventDraft) (*Event, error) {
	if !v.Hosts(d.Hub) {
		return nil, Forbidden("events.only-hosts")
	}
	e := &Event{Record: Record[EventID]{ID: NewID[EventID]()}, Hub: d.Hub, Host: v.ID, State: EventOpen, Edition: 1}
	if err := n.plan(ctx, e, &d); err != nil {
		return nil, err
	}
	return e, n.Events.Add(ctx, e)
}

// EditEvent changes an event; those who joined are told when time, place or access changed. More places move people
// up from the waiting list at once; fewer places take nobody's away.
func (n *Network) EditEvent(ctx context.Context, v Viewer, id EventID, d EventDraft) (*Event, error) {
	return n.Events.Change(ctx, id, func(e *Event) error {
		if !v.RunsEvent(e) {
			return Forbidden("events.only-hosts")
		}
		if e.State == EventCancelled {
			return Conflict("events.is-cancelled")
		}
		before := *e
		d.Hub = e.Hub
		if err := n.plan(ctx, e, &d); err != nil {
			return err
		}
		if e.tells(&before) {
			e.Edition++
		}
		e.fill()
		return nil
	})
}

// tells finds whether something changed that decides whether and how people come.
func (e *Event) tells(before *Event) bool {
	return e.StartsAt != before.StartsAt || e.EndsAt != before.EndsAt || e.Place != before.Place || e.Online != before.Online ||
		!slices.Equal(e.Access, before.Access)
}

// CancelEvent calls it off; those who joined and those who wait are told.
func (n *Network) CancelEvent(ctx context.Context, v Viewer, id EventID) (*Event, error) {
	return n.Events.Change(ctx, id, func(e *Event) error {
		switch {
		case !v.RunsEvent(e):
			return Forbidden("events.only-hosts")
		case e.State == EventCancelled:
			return ErrUnchanged
		}
		e.State = EventCancelled
		e.Edition++
		return nil
	})
}

// JoinEvent takes a place, or the next place on the waiting list. Joining twice changes nothing.
func (n *Network) JoinEvent(ctx context.Context, v Viewer, id EventID) (*Event, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Events.Change(ctx, id, func(e *Event) error {
		switch {
		case e.AttendanceOf(v.ID) != NotComing:
			return ErrUnchanged
		case e.State == EventCancelled:
			return Conflict("events.is-cancelled")
		case e.EndsAt <= n.Now():
			return Conflict("events.is-over")
		case len(e.Waiting) >= WaitingListMax:
			return TooMany("events.waiting-list-full", map[string]any{"max": WaitingListMax})
		case e.PlacesLeft() > 0 && len(e.Waiting) == 0:
			e.Going = append(e.Going, v.ID)
		default:
			e.Waiting = append(e.Waiting, v.ID)
		}
		return nil
	})
}

// LeaveEvent gives a place back; the first of the waiting list gets it.
func (n *Network) LeaveEvent(ctx context.Context, v Viewer, id EventID) (*Event, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	return n.Events.Change(ctx, id, func(e *Event) error {
		if e.AttendanceOf(v.ID) == NotComing {
			return ErrUnchanged
		}
		e.Going = withOrWithout(e.Going, v.ID, false)
		e.Waiting = withOrWithout(e.Waiting, v.ID, false)
		e.fill()
		return nil
	})
}

// fill gives free places to the first of the waiting list.
func (e *Event) fill() {
	for e.State == EventOpen && e.PlacesLeft() > 0 && len(e.Waiting) > 0 {
		next := e.Waiting[0]
		e.Waiting = e.Waiting[1:]
		e.Going = append(e.Going, next)
		e.Moved = append(e.Moved, Move{next, e.movesSoFar() + 1})
		if len(e.Moved) > MovesKept {
			e.Moved = e.Moved[1:]
		}
	}
}

func (e *Event) movesSoFar() int {
	if len(e.Moved) == 0 {
		return 0
	}
	return e.Moved[len(e.Moved)-1].Number
}

// plan checks the draft and writes it into the event.
func (n *Network) plan(ctx context.Context, e *Event, d *EventDraft) error {
	hub, err := n.Hubs.Get(ctx, d.Hub)
	if err != nil {
		return err
	}
	p := Problems{}
	d.Title, d.Text, d.Place, d.Online = Line(d.Title), Paragraphs(d.Text), Line(d.Place), Line(d.Online)
	p.need("title", d.Title, TitleMax)
	p.atMost("text", d.Text, TextMax)
	p.atMost("place", d.Place, AddressMax)
	p.website("online", d.Online)
	if d.Place == "" && d.Online == "" {
		p["place"] = Problem{Say: "events.place-or-online"}
	}
	p.between("capacity", d.Capacity, 1, CapacityMax)
	d.Access = someOf(p, "access", d.Access, AccessFacts, len(AccessFacts))
	d.Languages = someOf(p, "languages", d.Languages, Languages, LanguagesMax)
	starts, ends := d.times(p, hub.Zone)
	if p["date"].Say == "" && starts != e.StartsAt && starts <= n.Now() {
		p["date"] = Problem{Say: "events.in-the-past"}
	}
	if err := Invalid(p); err != nil {
		return err
	}
	e.Title, e.Text, e.Place, e.Online, e.Capacity, e.Access, e.Languages = d.Title, d.Text, d.Place, d.Online, d.Capacity, d.Access, d.Languages
	e.StartsAt, e.EndsAt, e.Zone = starts, ends, hub.Zone
	return nil
}

func (d *EventDraft) times(p Problems, zone string) (starts, ends Instant) {
	if _, ok := clockTime(d.Date, "12:00", zone); !ok {
		p["date"] = Problem{Say: "problem.not-a-date"}
		return 0, 0
	}
	starts, ok := clockTime(d.Date, d.From, zone)
	if !ok {
		p["from"] = Problem{Say: "problem.not-a-time"}
	}
	ends, ok = clockTime(d.Date, d.To, zone)
	if !ok {
		p["to"] = Problem{Say: "problem.not-a-time"}
	}
	if ends <= starts {
		ends = At(ends.In(zone).AddDate(0, 0, 1))
	}
	return starts, ends
}
