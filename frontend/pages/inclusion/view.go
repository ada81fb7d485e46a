// Package inclusion shows for whom a hub, or the network, is there: figures that are published once a month and never of
// fewer people than was promised.
package inclusion

import (
	"context"
	"strconv"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// View is the page.
type View struct {
	Hub      string // its name; empty for the network
	HubID    string // empty for the network
	Address  string // of this page
	Pooled   bool   // the hub is counted with the other smaller ones
	Month    string // 2027-03; empty while nothing was published
	SetIn    string // another month, when the figures were repeated
	K        int
	Stages   []Stage
	Access   []Fact
	Events   int
	Months   []Month
	Source   string // of the place's own figures; empty for none
	Attempts []Attempt
	Shares   *components.Typed // the form for the place's figures, for hosts
	Raise    *components.Typed // the form for the number, for stewards
	TableMax int               // characters
}

// ReportView is the report of a programme.
type ReportView struct {
	Title   string
	Hub     string // address of the hub's figures
	Address string // of this page
	Above   []components.Crumb
	Month   string // 2027-03; empty while nothing was published
	SetIn   string // another month, when the figures were repeated
	K       int
	Needs   int  // applications that a report of its own needs
	Apart   bool // it has one, or will
	Drawn   bool // the vote is closed and places are given
	Member  bool // the reader has an account
	Stages  []Stage
	Months  []Month
}

// Stage is one table.
type Stage struct {
	Name string // as the catalogue names it
	Of   string // the stage that it is shown as a part of; empty for none
	Rows []Row  // everyone first; at least that one
}

// Row is a group at a stage.
type Row struct {
	Name    string // a group, everyone or not-declared
	State   string // shown, fewer, parts, merged, kept or small
	AtLeast int
	Percent int    // of everyone at this stage, about; -1 for unknown
	Of      int    // at least so many reached the stage that this one is a part of; 0 for unknown
	Half    string // by when half of them were answered; empty for unknown
	Local   int    // tenths of a percent of the place's people; -1 for unknown
	Change  int    // since the quarter before; 0 also when it can't be told
}

// hidden is the state of every row of a stage that shows none; empty where there is something to see.
func (s Stage) hidden() string {
	for _, r := range s.Rows {
		if r.State == "shown" || r.State != s.Rows[0].State {
			return ""
		}
	}
	return s.Rows[0].State
}

// Fact is an access fact and at how many events it was there.
type Fact struct {
	Name   string
	Events int
}

// Month is a release.
type Month struct {
	Name, Address string
	Here          bool
}

// Attempt was refused.
type Attempt struct {
	At   time.Time
	By   string // empty when they left or the reader does not see them
	Kind string
}

// month is a month in the reader's language.
func month(ctx context.Context, of string) string {
	t, err := time.Parse("2006-01", of)
	if err != nil {
		return of
	}
	return i18n.MonthName(ctx, t)
}

func (r Row) label(ctx context.Context) string {
	switch r.Name {
	case "everyone", "not-declared", "sponsored", "assisted":
		return i18n.T(ctx, "inclusion.row-"+r.Name)
	}
	return i18n.T(ctx, "declarations.short-"+r.Name)
}

func (r Row) said(ctx context.Context, k int) string {
	if r.State == "shown" {
		return i18n.T(ctx, "inclusion.at-least", "n", r.AtLeast)
	}
	return i18n.T(ctx, "inclusion.cell-"+r.State, "k", k)
}

// width of the bar in percent of the largest.
func (r Row) width(rows []Row) string {
	most := 0
	for _, other := range rows {
		most = max(most, other.AtLeast)
	}
	if most == 0 {
		return "0%"
	}
	return strconv.Itoa(r.AtLeast*100/most) + "%"
}

// littleShare is what a share that rounds to nothing stays below, in percent: shares are told in steps of this.
const littleShare = 5

// beside is what else there is to say of a row.
func (r Row) beside(ctx context.Context, of string) (said []string) {
	if r.Of > 0 {
		said = append(said, i18n.T(ctx, "inclusion.of-"+of, "n", r.Of))
	}
	if r.Half != "" {
		said = append(said, i18n.T(ctx, "inclusion.half-"+r.Half))
	}
	if r.Percent >= 0 && r.Name == "sponsored" {
		said = append(said, i18n.T(ctx, "inclusion.share-seats", "share", i18n.Percent(ctx, r.Percent)))
	} else if r.Percent >= 0 {
		if r.Percent == 0 {
			said = append(said, i18n.T(ctx, "inclusion.share-little", "share", i18n.Percent(ctx, littleShare)))
		} else {
			said = append(said, i18n.T(ctx, "inclusion.share", "share", i18n.Percent(ctx, r.Percent)))
		}
	}
	if r.Local >= 0 {
		said = append(said, i18n.T(ctx, "inclusion.local", "share", i18n.Percent(ctx, (r.Local+5)/10)))
	}
	if r.Change > 0 {
		said = append(said, i18n.T(ctx, "inclusion.more", "n", r.Change))
	} else if r.Change < 0 {
		said = append(said, i18n.T(ctx, "inclusion.less", "n", -r.Change))
	}
	return said
}
