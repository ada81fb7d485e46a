// Package reports is where somebody brings something before the hosts, and learns who reads it.
package reports

import (
	"time"

	"longtable/frontend/components"
)

// FormView is the form for a report, with what it is about.
type FormView struct {
	About    string              // person, message or posting
	Subject  string              // id of the thing
	Name     string              // of the person whose doing it is; empty when the reader does not see them any more
	Evidence string              // what was said, of which a copy goes along; empty for a person
	Rules    []components.Option // of conduct
	Form     components.Typed
	WordsMax int // characters
	Days     int // within which it is read
}

// ChooseView asks which message of a conversation is meant.
type ChooseView struct {
	Conversation string // its address
	Messages     []Message
	Earlier      string // address of the messages before; empty where there are none
}

// Message is one of somebody else.
type Message struct {
	Name, Text string
	At         time.Time
	Address    string // of the form that reports it
}
