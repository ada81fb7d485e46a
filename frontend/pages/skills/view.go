// Package skills is the common list of skills: one concept each, with a name in every language.
package skills

import "longtable/frontend/components"

// View is what a search in the list found, and the form to propose what is missing.
type View struct {
	Search    components.Search
	Found     []Skill
	Missing   bool // nothing has exactly the name that was looked for
	Form      components.Typed
	Languages []components.Option
	NameMax   int  // characters
	ESCO      bool // skills of the ESCO classification are in the list
}

// Skill is one of the list.
type Skill struct {
	Name, Address string
	Also          string // the name that fits what was typed, where it is another one
	Proposed      bool   // by the reader, and not accepted yet
}
