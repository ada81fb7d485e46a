// Package matches shows the people who fit somebody both ways, and why.
package matches

import "longtable/frontend/components"

// View is one's list of matches.
type View struct {
	Cards     []Card
	More      string // address of the rest; empty at the end
	Preparing bool   // the program has just started and still reads the profiles
	NoProfile bool   // the reader wrote neither what they can do nor what they need
	Hidden    bool   // the reader is not proposed to others
	Keeps     int    // percent of the best quality that each page of the list keeps
}

// Card is a match with the way to say hello.
type Card struct {
	components.PersonCard
	Asked bool // the reader has asked for an introduction already
}
