// Package weights shows how much each reason for a match counts, and what that was learnt from.
package weights

import (
	"time"

	"longtable/frontend/components"
)

// View is the page.
type View struct {
	InForce  Version
	Unstated int       // thousandths that somebody counts as helped who has not said what they need
	Off      bool      // learning is switched off
	Outcome  string    // of the last look: the end of a key weights.outcome-…; empty before the first
	LookedAt time.Time // the last day whose lists were looked at
	Earlier  []Version // newest first
	More     string    // address of still earlier ones; empty at the end
}

// Version is how much each reason counted from a moment on.
type Version struct {
	Number int
	Since  time.Time // zero: from the beginning
	People int       // whom it was learnt from; none when it was set by hand or brought back
	SameAs int       // the version whose figures it brought back; 0 for none
	Bars   []components.Bar
}
