// Package programmes shows the open doors: the list, one programme with all that decides whether to apply, and the host's form.
package programmes

import (
	"time"

	"longtable/frontend/components"
)

// Programme is one as anybody may see it. Gives, Access and Languages are the words of the catalogue and language codes;
// times are in the hub's zone.
type Programme struct {
	ID, Title, Summary, ForWhom, Text string
	Gives, Access, Languages          []string
	Places, Minutes                   int
	LastDay                           time.Time // on which one can apply
	Starts                            time.Time
	Questions                         []string
	Open                              bool
	Skills, Causes                    []string // what it helps with and what it is for, in words
	Stage                             string   // for whom it is made, in words; empty for any
	Hub                               Hub
}

// Hub is where a programme takes place.
type Hub struct {
	ID, Name, City, Country, Address string // Country by its ISO code
}

// ListView is the list of programmes: those that are open, or all of one hub.
type ListView struct {
	Programmes []Programme
	Next       string
	Hub        string           // its name, where the list is of one hub
	Fits       bool             // a member looks, for whom some may fit
	Yours      []components.Tag // hubs whose host looks, leading to all their programmes
}

// ShowView is the page of one programme.
type ShowView struct {
	Programme
	Sent     []Sent // by the member who looks
	Runs     bool   // a host of the hub looks
	Received int    // applications; for hosts
	Topic    string // that hosts' pages watch
}

// Sent is an application of the member who looks.
type Sent struct {
	At    time.Time
	State string
}

// FormView is the form of a programme.
type FormView struct {
	Form   components.Typed
	ID     string              // empty while it is new
	Hubs   []components.Option // to choose from, while it is new
	Asked  []string            // questions that somebody has answered already; they stay
	Offers Offers
	Skills components.SkillPicker
	Causes []components.Option
	Stages []components.Option
	Max    Limits
}

// Offers are the choices of the form.
type Offers struct {
	Gives, Access, Languages []string
}

// Limits are in characters, but for Places and Questions.
type Limits struct {
	Title, Summary, ForWhom, Text, Question, Places, Questions int
}
