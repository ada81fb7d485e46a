// Package people shows who is in the network, and one person as somebody may see them.
package people

import "longtable/frontend/components"

// ListView is what a search among the people found.
type ListView struct {
	Search   components.Search
	Cards    []components.PersonCard
	Total    int
	More     string // address of the rest; empty at the end
	Narrowed bool   // something was asked for; without, everybody is listed
	Relaxed  bool   // nobody has all the words; these have the first ones
	Degraded bool   // the preferred engine did not answer
	Save     string // address to be told of new ones; empty where nothing was asked for
}

// Tie is how the reader stands to a person.
type Tie string

// A tie goes from strangers over having asked to being connected. Asked stays asked until there is a yes.
const (
	Strangers Tie = "strangers"
	Asked     Tie = "asked"
	Connected Tie = "connected"
	Oneself   Tie = "oneself"
)

// ShowView is one person, with no more than the reader may see.
type ShowView struct {
	ID           string
	Name         string
	Pronouns     string
	Headline     string
	About        string
	CanDo        []components.Tag
	Lived        []components.Tag
	Learning     []components.Tag
	Needs        []components.Tag
	Causes       []components.Tag
	Languages    []components.Tag
	Hub          components.Tag // empty when not shown
	Seat         bool           // they have a seat there
	Enterprise   components.Tag
	HoursPerWeek int
	Stage        string // in words; empty when not shown
	Tie          Tie
	Recover      bool     // the reader is a host of the person's hub, and may let them in again
	Talk         string   // address of the conversation, for who is connected
	As           string   // on one's own page: the audience through whose eyes it is shown
	Audiences    []string // to choose As from
}

// empty tells whether there is nothing but the name.
func (v ShowView) empty() bool {
	return v.Headline == "" && v.About == "" && v.HoursPerWeek == 0 && v.Stage == "" && v.Hub.Label == "" && v.Enterprise.Label == "" &&
		len(v.CanDo)+len(v.Lived)+len(v.Learning)+len(v.Needs)+len(v.Causes)+len(v.Languages) == 0
}
