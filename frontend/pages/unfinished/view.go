// Package unfinished shows stewards the work after a change that keeps failing.
package unfinished

import "time"

// View is the page.
type View struct {
	Work []Work // what has been failing longest first
}

// Work is one thing that has to be done and could not be. It names nobody: who looks after the program need not know whom
// it is about.
type Work struct {
	ID     string
	Kind   string // of what changed, as in the catalogue
	Since  time.Time
	Tries  int
	Reason string // for whoever looks after the program, in English
}
