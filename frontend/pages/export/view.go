// Package export shows a person everything that is kept of them, on one page that can be printed.
package export

import (
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
)

// ShowView is the page. Its parts write themselves one after the other, so that a long page is never held as a whole.
type ShowView struct {
	Network string
	At      time.Time // when it was made, in the zone of the person's hub, as is every time of an Entry
	Parts   templ.Component
}

// Entry is one thing.
type Entry struct {
	Group string // a heading before it, where it begins a group
	Title string
	At    time.Time // zero for none
	Text  string    // what somebody wrote
	Rows  []components.SummaryRow
}
