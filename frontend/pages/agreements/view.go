// Package agreements shows what a hub or the network agreed on for sharing out turns, and since when.
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
}

// Version is what was agreed on once.
type Version struct {
	Number int
	Keeps  int // percent
	Reason string
	By     string // empty when they left, or the reader does not see them
	At     time.Time
}
