// Package finding is the one search box over everything.
package finding

import "longtable/frontend/components"

// View is what was found, kind by kind.
type View struct {
	Search   components.Search
	Groups   []Group
	Degraded bool // the preferred engine did not answer
}

// Group is one kind of thing.
type Group struct {
	Title string
	Total int
	Rows  []components.Row
	All   string // address of the page of this kind
}

func (v View) summary(say func(n int) string) string {
	total := 0
	for _, g := range v.Groups {
		total += g.Total
	}
	if v.Search.Query == "" {
		return ""
	}
	return say(total)
}
