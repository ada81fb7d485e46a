// Package help shows how the place works, and whom to ask.
package help

import "longtable/frontend/components"

// View is the page.
type View struct {
	Hub   components.Tag   // the reader's own; without a label for none
	Hosts []components.Tag // of that hub
}
