// Package fits shows asks, roles and programmes that fit the reader, and why.
package fits

import "longtable/frontend/components"

// View is one list of them. Kind is the end of its keys in the catalogue: asks, roles or programmes.
type View struct {
	Kind      string
	Above     components.Crumb // the page that lists all of them
	Cards     []Card
	NoProfile bool // the reader wrote neither what they can do nor what they need
}

// Card is a thing with why it fits.
type Card struct {
	components.Card
	Reasons []string
}
