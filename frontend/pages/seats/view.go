// Package seats shows a member their seat and what they pay, and hosts who has one.
package seats

import (
	"time"

	"longtable/frontend/components"
)

// OwnView is the reader's own seat.
type OwnView struct {
	HubID, Hub string // empty for who has no hub
	SeatID     string // empty for who has no seat
	Plan       string
	Includes   string
	Since      time.Time
	Until      time.Time
	Over       bool
	Renewable  bool
	Paid       string // who pays, in a sentence; empty without dues
	Place      int    // in line for the pool; 0 for who does not wait
	Plans      []components.Option
	Payers     []components.Option
	Form       components.Typed
	Rows       []components.Row
	Owed       string // what is owed now, in a sentence
	Term       int    // months
}

// HubView is for hosts: who has a seat.
type HubView struct {
	HubID, Hub string
	Rows       []components.Row
	More       string
}
