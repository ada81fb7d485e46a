// Package pool shows a hub's solidarity pool to everybody in the network, and takes promises of gifts.
package pool

import "longtable/frontend/components"

// View is what everybody reads: counts and rules, and no name but those who keep the books.
type View struct {
	HubID, Hub  string
	Month       string // the last closed one; empty before there is one
	Seats       int    // that the pool paid for in it, counted down
	Step        int    // of that count
	Share       int    // percent of seats
	Term        int    // months
	PerPerson   int    // months
	Bookkeepers []Person
	MayAppoint  bool
	MayRead     bool // the reader keeps the books
	Members     []components.Option
	Appoint     components.Typed
	Currencies  []components.Option
	Form        components.Typed
	Gifts       []Gift
}

// Person keeps the books.
type Person struct{ ID, Name string }

// Gift is one of the reader's own.
type Gift struct {
	ID, Amount string
	When       string
	Received   bool
}
