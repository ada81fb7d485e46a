// Package firstrun shows the form with which a network is founded.
package firstrun

import "longtable/frontend/components"

// View is the form.
type View struct {
	Form       components.Typed // without password and code
	AsksCode   bool             // the browser is not on the program's own computer
	Forms      []components.Option
	Countries  []components.Option
	Languages  []components.Option
	Zones      []string // suggestions
	NameMax    int      // characters
	AddressMax int      // characters
}

// countries begins with no answer, so that the first of the alphabet is not chosen by oversight.
func (v View) countries(none string) []components.Option {
	return append([]components.Option{{Label: none}}, v.Countries...)
}
