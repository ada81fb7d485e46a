// Package applications is for people who apply: the form to come back with a code, the answer, and the sheet with the code;
// and for those who decide, without names.
package applications

import (
	"time"

	"longtable/frontend/components"
)

// ApplyView is the form of a programme, for anybody.
type ApplyView struct {
	ID, Title string // of the programme
	Questions []Question
	Minutes   int
	AnswerBy  time.Time // at the hub
	Nonce     string    // makes what is sent twice one application
	Form      components.Typed
	Max       Limits
}

// Question of a programme's form.
type Question struct {
	ID, Text string
}

// Limits are in characters.
type Limits struct {
	Name, Reach, Answer int
}

// SentView is shown after applying; it is where the code is seen.
type SentView struct {
	ID, Title string // of the programme
	Code      string
	Site      string    // address of the page that takes the code, as one types it
	AnswerBy  time.Time // at the hub
}

// LookupView asks for a code, and lists what a member sent while signed in.
type LookupView struct {
	Viewer string // id of who looks; empty for strangers
	Form   components.Typed
	Own    []Application
	Next   string
}

// Application is one as the person who sent it sees it. Times are in the hub's zone.
type Application struct {
	ID           string // the element's, where a page shows several
	Programme    string // its id
	Title        string // of the programme
	State        string // sent, accepted or declined
	Reason       string
	Name, Reach  string
	Answers      []Answer
	SentAt       time.Time
	AnswerBy     time.Time
	ProgrammeDay time.Time // on which the programme starts
}

// Answer to a question.
type Answer struct {
	Question, Text string
}

// ListView is what hosts read to decide.
type ListView struct {
	ID, Title    string // of the programme
	Topic        string // that tells when another application comes
	Received     int
	Applications []Blind
	Next         string
	General      string // what is wrong with a decision, where it is none of its fields
	ReasonMax    int    // characters
}

// Blind is an application under its number. Name and Reach are empty until it is accepted.
type Blind struct {
	Number      int
	State       string
	Reason      string
	Answers     []Answer
	SentAt      time.Time // at the hub
	AnswerBy    time.Time // at the hub
	Name, Reach string
	Action      string           // where the decision is sent
	Form        components.Typed // of the decision; it has come back with errors or is empty
}
