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
	State                             string  // of the domain: draft, open, review, decision, cohort or after
	Phases                            []Phase // in their order
	Reserved, Deciding, Each          int     // places that are reserved; people who decide; reviews of each application
	ReservedFor                       []string
	EligibleFor                       []string // groups of the domain that every place is only for; empty for everybody
	Criteria                          []Criterion
	By, Floor                         string   // how places follow from points; the floor in points, as one reads it
	Skills, Causes                    []string // what it helps with and what it is for, in words
	Stage                             string   // for whom it is made, in words; empty for any
	Hub                               Hub
}

// Phase of a programme, and the day with which it ends; zero where there is none.
type Phase struct {
	Name      string // of the domain
	Until     time.Time
	Now, Done bool
}

// Criterion that answers are scored by.
type Criterion struct {
	Text   string // empty for the usual one
	Weight int
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
	Reads    bool   // who looks is one of those who decide
	Inside   bool   // there is a cohort, and who looks may see it
	ToDo     []components.Task
	Drawing  bool      // there is something of a draw to see
	Logged   bool      // there is a log
	Reported bool      // there is a report that the viewer may read
	MayClose bool      // the vote can be closed now
	Few      time.Time // day up to which it can't, because too few can be drawn for anybody to be asked; zero otherwise
}

// SheetView is the printed sheet.
type SheetView struct {
	Programme
	Address string // as one types it
	Link    string // whole, for the code
}

// LogView is what was done with a programme.
type LogView struct {
	ID, Title string
	Entries   []LogEntry
}

// LogEntry is one line. Refused marks what somebody tried and the rules don't allow.
type LogEntry struct {
	Kind    string
	At      time.Time
	Times   int
	Refused bool
}

// DrawView is the draw for everybody, and what those have to do who take part in it.
type DrawView struct {
	ID, Title, State string
	List             string // digest of the frozen list; empty before
	Rows, Drawn      int
	Places, Reserved int
	Fits, Result     string
	Eligible         string // root over who may have a place; empty where nobody was asked
	Seed             string
	Rounds           []Round
	Report           []Stage
	Commits          int // so far, while people commit
	MayCommit        bool
	MayShow          bool
	Committed, Shown bool // who looks did
	ShowBy           time.Time
	Form             components.Typed
	ValueMin         int
}

// Round of committing and showing.
type Round struct {
	Number int
	Digest string
	Values []Value
	Void   bool
}

// Value behind a commitment; empty while it is not shown.
type Value struct {
	Commitment, Text string
	House, Withheld  bool
}

// Stage of a selection with how many people were in; negative for fewer than ten.
type Stage struct {
	Name string
	All  int
}

// CohortView is a programme from the inside.
type CohortView struct {
	ID, Title    string
	Runs         bool
	People       []Placed
	Profiles     []components.PersonCard
	Conversation string
	Steps        []string
	Events       []Gathering
	Offered      []Gathering // events of the hub that are not of the programme, for hosts
	Pairs        []Pair
	Places       int
}

// Placed is somebody with a place, for hosts.
type Placed struct {
	Name, Reach, Person string
	Yes                 bool
}

// Gathering is an event.
type Gathering struct {
	ID, Title string
	At        time.Time
}

// Pair is an introduction that was prepared.
type Pair struct {
	Address, OneName, OtherName string
	Reasons                     []string
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
	Kinds  []components.Tag    // templates to begin with, while it is new
	Open   bool                // people apply under it: what they applied under stands
	People []components.Option // who could decide
	Groups []components.Option // for whom places can be reserved
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
	Criteria, Weight, Reviewers, Score, Steps                  int
}
