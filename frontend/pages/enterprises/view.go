// Package enterprises shows what people build, who builds it, and the forms of those people.
package enterprises

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// ListView is what a search among the enterprises found.
type ListView struct {
	Search   components.Search
	Cards    []components.Card
	Total    int
	More     string // address of the rest; empty at the end
	Narrowed bool   // something was asked for; without, all are listed
	Relaxed  bool   // no enterprise has all the words; these have the first ones
	Degraded bool   // the preferred engine did not answer
	Save     string // address to be told of new ones; empty where nothing was asked for
}

// ShowView is one enterprise, with those of its people whom the reader may see there.
type ShowView struct {
	ID       string
	Name     string
	Headline string
	About    string
	Hub      components.Tag // empty for none
	Causes   []components.Tag
	Stage    string // in words; empty when not said
	Website  string // an address that its people typed
	People   []Member
	Roles    []components.Card // that wait for somebody
	Mine     *Mine             // for its people; nil for others
	Problem  string            // why something could not be done
}

// Member is somebody of the enterprise with their part in it.
type Member struct {
	Card components.PersonCard
	Role string
}

// Mine is what its people can do.
type Mine struct {
	Form    components.Typed
	Could   []components.Option // people to bring in
	RoleMax int                 // characters
}

func (v ShowView) address() string { return "/enterprises/" + v.ID }

func (v ShowView) fields(ctx context.Context) []components.Field {
	if v.Mine == nil {
		return nil
	}
	could := append([]components.Option{{Label: i18n.T(ctx, "enterprises.choose")}}, v.Mine.Could...)
	return v.Mine.Form.Fill(
		components.Field{Name: "member", Label: i18n.T(ctx, "enterprises.member"), Required: true, Options: could},
		components.Field{Name: "title", Label: i18n.T(ctx, "enterprises.role"), Hint: i18n.T(ctx, "enterprises.role-hint"), MaxLength: v.Mine.RoleMax},
	)
}

// FormView is the form for an enterprise.
type FormView struct {
	ID          string // of the enterprise that is changed; empty for a new one
	Form        components.Typed
	Causes      []components.Option
	Stages      []components.Option
	NameMax     int // characters, as the others but for CausesMax
	HeadlineMax int
	AboutMax    int
	WebsiteMax  int
	CausesMax   int // causes
}

func (v FormView) action() string {
	if v.ID == "" {
		return "/enterprises"
	}
	return "/enterprises/" + v.ID
}
