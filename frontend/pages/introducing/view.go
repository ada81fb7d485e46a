// Package introducing is where hosts find whom to introduce to whom, and ask both.
package introducing

import (
	"time"

	"longtable/frontend/components"
)

// View is what a host has at hand today.
type View struct {
	Hubs      []Hub
	Proposed  []Proposed
	More      string // address of the rest of Proposed; empty at the end
	Preparing bool   // the program has just started and still reads the profiles
}

// Hub is one hub of the host.
type Hub struct {
	ID, Name string
	Unmet    []Unmet
	Bridges  []Pair
}

// Unmet is somebody whom nobody has met yet, with people who would fit.
type Unmet struct {
	Person components.PersonCard
	Since  time.Time // in the zone of the hub
	People []Fit
}

// Fit is somebody who would fit another, and why.
type Fit struct {
	Person  components.PersonCard
	Address string // of the form that introduces the two
	Reasons []string
}

// Pair is two people who would join two circles, and why they fit.
type Pair struct {
	One, Other components.PersonCard
	Address    string // of the form that introduces the two
	Reasons    []string
}

// Proposed is an introduction that the host proposed. All that is told of it is that they met, once they did.
type Proposed struct {
	One, Other components.Tag // without an address for somebody whom the host does not see
	Words      string
	AskedAt    time.Time
	Met        bool
}

// FormView is the form that asks two people.
type FormView struct {
	One, Other components.PersonCard
	Reasons    []string
	Form       components.Typed
	WordsMax   int // characters
}
