// Package notices shows what waits for a person.
package notices

import "longtable/frontend/components"

// View is the page.
type View struct {
	Rows   []components.Row // newest first
	Unread bool             // one of the rows is unread
	More   string           // address of the rest; empty at the end
}
