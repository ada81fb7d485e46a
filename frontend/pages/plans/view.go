// Package plans shows what a hub offers for a monthly fee, and the form of its hosts.
package plans

import "longtable/frontend/components"

// ListView is the plans of a hub.
type ListView struct {
	HubID, Hub string
	Plans      []Plan
	MayEdit    bool
	Mine       bool // the reader belongs to the hub
	SignedIn   bool
	Term       int // months
	PoolShare  int // percent of seats
	Form       components.Typed
	Currencies []components.Option
	NameMax    int // characters, as the other
	TextMax    int
}

// Plan is one of them; amounts are ready to show.
type Plan struct {
	ID, Name, Includes     string
	Least, Suggested, Most string
}

// FormView changes a plan.
type FormView struct {
	ID, HubID, Hub string
	Form           components.Typed
	NameMax        int // characters, as the other
	TextMax        int
}
