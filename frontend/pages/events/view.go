// Package events shows the gatherings of the hubs: what is ahead, who goes, and the forms of those who host.
package events

import (
	"time"

	"longtable/frontend/components"
)

// State is how an event stands.
type State string

// An event is open to join until it is cancelled or over; a full one is open too, and has a waiting list.
const (
	Open      State = "open"
	Cancelled State = "cancelled"
	Over      State = "over"
)

// Attendance is how the reader stands to an event.
type Attendance string

const (
	NotComing Attendance = "no"
	Going     Attendance = "going"
	Waiting   Attendance = "waiting"
)

// ListView is what is ahead, at one hub or at all. Both lists are soonest first.
type ListView struct {
	Hub     string // what it is narrowed to; empty for all
	Hubs    []components.Option
	Mine    []components.Card // the reader goes or waits
	Others  []components.Card
	More    string // address of the rest; empty at the end
	MayPost bool
}

// ShowView is one event.
type ShowView struct {
	ID         string
	Title      string
	Text       string
	Hub        components.Tag
	Starts     time.Time // in the zone of the event, as Ends
	Ends       time.Time
	Zone       string // IANA name
	Place      string
	Online     string // an address that a host typed
	Access     []components.AccessFact
	Languages  []string // codes
	Places     components.PlacesLeft
	State      State
	Attendance Attendance
	Position   int // on the waiting list, from 1; 0 when not on it
	MayManage  bool
	MayTalk    bool     // in the conversation of those who go
	Going      []Person // the first of those who go, where the reader may see them
	GoingAll   int      // how many go; 0 where the reader may not see who
	Problem    string   // why something could not be done
}

// Person is somebody who goes.
type Person struct {
	ID, Name, Pronouns string
}

func (p Person) address() string { return "/people/" + p.ID }

// full says that who joins now has to wait.
func (v ShowView) full() bool {
	return v.Places.Taken >= v.Places.Capacity || v.Places.Waiting > 0
}

// oneDay says that the event ends on the day on which it starts.
func (v ShowView) oneDay() bool {
	return v.Starts.Format(time.DateOnly) == v.Ends.Format(time.DateOnly)
}

func (v ShowView) address() string { return "/events/" + v.ID }

func (v ShowView) ids() []string {
	ids := make([]string, len(v.Going))
	for i, p := range v.Going {
		ids[i] = p.ID
	}
	return ids
}

// AttendanceView is the sheet of those who go, to be read at the door.
type AttendanceView struct {
	ID      string
	Title   string
	Starts  time.Time // in the zone of the event
	Zone    string
	Place   string
	Going   []Person
	Waiting []Person // the next one first; for hosts only
	Hosting bool     // the reader hosts it: the sheet has a column to tick
}

// FormView is the form for an event.
type FormView struct {
	ID          string // of the event that is changed; empty for a new one
	Form        components.Typed
	Hubs        []components.Option // to choose from, where the event is new
	Zone        string              // whose clocks the times are; empty while the hub is still to be chosen
	Access      []components.Option
	Languages   []components.Option
	TitleMax    int // characters, as the others but for CapacityMax
	TextMax     int
	PlaceMax    int
	OnlineMax   int
	CapacityMax int // places
}

func (v FormView) action() string {
	if v.ID == "" {
		return "/events"
	}
	return "/events/" + v.ID
}
