// Package finding is the one search box over everything.
package finding

import (
	"strings"

	"longtable/frontend/components"
)

// View is what was found, kind by kind.
type View struct {
	Search   components.Search
	Groups   []Group
	Degraded bool   // the preferred engine did not answer
	Save     string // address to be told of new ones; empty for who is not signed in
}

// Group is one kind of thing.
type Group struct {
	Kind  string
	Title string
	Total int
	Rows  []Row
	All   string // address of the page of this kind
}

// Row is one thing, with why it was found.
type Row struct {
	ID      string // draws the mark; none where empty
	Address string
	Title   string
	Found   [][]Part
}

// Part is a piece of text; Hit tells that it was looked for.
type Part struct {
	Text string
	Hit  bool
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

// SavedView is the reader's saved searches.
type SavedView struct {
	Searches []Saved
}

// Saved is one of them: what is looked for, in the reader's words.
type Saved struct {
	ID      string
	Address string // the page that it leads to
	Kind    string
	Text    string
	Chosen  []string
	Since   string
	TooMuch bool
}

// name is the words, or what was chosen where there are none.
func (s Saved) name() string {
	if s.Text != "" {
		return s.Text
	}
	if len(s.Chosen) == 0 {
		return s.Kind // what was chosen has no name any more
	}
	return strings.Join(s.Chosen, " · ")
}
