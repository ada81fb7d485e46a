// Package hubs shows the places of the network, the way in, and the forms of those who run them.
package hubs

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// ListView is all hubs by name, or those that a search found.
type ListView struct {
	Search   components.Search
	Cards    []components.Card
	Total    int    // found, where something was looked for
	More     string // address of the rest; empty at the end
	Narrowed bool   // something was looked for
	Relaxed  bool   // no hub has all the words; these have the first ones
	Degraded bool   // the preferred engine did not answer
	MayAdd   bool   // the reader is a steward
	Save     string // address to be told of new ones; empty where nothing was asked for
}

// ShowView is one hub. What is for people of the network stays empty for visitors.
type ShowView struct {
	ID         string
	Name       string
	Form       string // in words: collective or business
	About      string
	City       string
	Country    string // its name
	Address    string
	Map        string // an address that shows the place; empty where it is not known
	Zone       string // IANA name
	Opening    string
	Hours      []string // opening times by the clock, a day in each; empty where they are not said
	Answers    string   // how people are answered here, in a sentence; empty where nothing can be said
	Languages  []string // codes
	Facilities []components.Tag
	Access     []components.AccessFact
	Programmes []components.Card
	Events     []components.Card
	Hosts      []Person
	People     []Person // a sample
	SignedIn   bool
	Join       Join
	Runs       bool // the reader is a host of the hub
	MayEdit    bool
	Appoint    *Appoint // for stewards; nil for others
	Problem    string   // why something could not be done
}

// Person is somebody at the hub.
type Person struct {
	ID, Name string
}

func (p Person) address() string { return "/people/" + p.ID }

// JoinState is how the reader stands to the hub.
type JoinState string

// Somebody outside asks; the hosts welcome them, so that the hub is theirs, or decline, and they can ask again.
const (
	Outside  JoinState = "outside"
	Asked    JoinState = "asked"
	Declined JoinState = "declined"
	Yours    JoinState = "yours"
)

// Join is the way in.
type Join struct {
	State    JoinState
	AskedAt  time.Time // of Asked, as Words
	AnswerBy time.Time // by when the hosts answer, or would
	Late     bool      // AnswerBy has passed
	Words    string    // what the reader wrote
	Answer   string    // what the hosts wrote
	Replaces string    // name of the hub that is the reader's now; empty for none
	Form     components.Typed
	WordsMax int // characters
}

// Appoint is where a steward makes members hosts.
type Appoint struct {
	Form    components.Typed
	Members []components.Option // of the hub, to choose from
	IDMax   int                 // characters
}

func (v ShowView) address() string { return "/hubs/" + v.ID }

func (v ShowView) ids() []string {
	ids := make([]string, len(v.People))
	for i, p := range v.People {
		ids[i] = p.ID
	}
	return ids
}

// PeopleView is everybody who shows that they belong to a hub.
type PeopleView struct {
	ID, Name string
	Cards    []components.PersonCard
	More     string // address of the rest; empty at the end
}

// FormView is the form for a hub.
type FormView struct {
	ID         string // of the hub that is changed; empty for a new one
	Form       components.Typed
	Forms      []components.Option
	Countries  []components.Option
	Zones      []string // suggestions
	Languages  []components.Option
	Facilities []components.Option
	Access     []components.Option
	NameMax    int // characters, as the others
	AboutMax   int
	AddressMax int
	Weekdays   []string // names of the fields of opening times, from Monday on
	Closed     int      // characters of the days on which it is closed
}

// hours are the fields of the opening times.
func (v FormView) hours(ctx context.Context) []components.Field {
	var fields []components.Field
	for _, day := range v.Weekdays {
		fields = append(fields, components.Field{Name: "hours." + day, Label: i18n.T(ctx, "hubs.day-"+day), Dir: "ltr", MaxLength: 20, Quiet: true})
	}
	fields = append(fields, components.Field{Name: "closedDays", Label: i18n.T(ctx, "hubs.field-closed"), Hint: i18n.T(ctx, "hubs.field-closed-hint"), Dir: "ltr", MaxLength: v.Closed, Rows: 3})
	return v.Form.Fill(fields...)
}

func (v FormView) action() string {
	if v.ID == "" {
		return "/hubs"
	}
	return "/hubs/" + v.ID
}

// countries begins with no answer, so that the first of the alphabet is not chosen by oversight.
func (v FormView) countries(none string) []components.Option {
	return append([]components.Option{{Label: none}}, v.Countries...)
}
