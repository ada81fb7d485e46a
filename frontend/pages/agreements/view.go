// Package agreements shows what a hub or the network agreed on, and since when.
package agreements

import (
	"time"

	"longtable/frontend/components"
)

// View is the page of a hub, or of the network.
type View struct {
	Hub       string // its name; empty for the network
	Back      string // the page of the hub; empty for the network
	Address   string // of this page
	Keeps     int    // percent of the best quality that each list keeps
	Own       bool   // what holds was agreed on here; else in the network, or by nobody yet
	Agreed    bool   // somebody agreed on it
	Versions  []Version
	More      string // address of older versions
	MayAgree  bool   // the reader writes down what was agreed on
	Form      components.Typed
	After     int // the version that a new one takes the place of
	ReasonMax int // characters

	Rules      Rules
	ReviewAt   time.Time // zero for no day
	ByHosts    bool      // the hub is a business: its hosts give notice
	MayPropose bool
	Propose    string // address of the form
	Proposals  []components.Card
}

// Rules are those in force beside the share for turns.
type Rules struct {
	Rows    []components.SummaryRow
	Conduct string
}

// Version is what was agreed on once.
type Version struct {
	Number int
	Keeps  int // percent
	Reason string
	By     string // empty when they left, or the reader does not see them
	At     time.Time

	Proposal string // that became it; empty for none
}
