// Package declarations is where somebody says in confidence what applies to them, takes it back, and reads what it was
// used for.
package declarations

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// View is the page of one person.
type View struct {
	Address    string // of this page
	Above      []components.Crumb
	Closed     bool // the network's key is not there
	Unreadable bool // it was closed with a key that is lost
	Declared   bool
	At         time.Time // when they declared; at their hub, as is every time here
	Form       components.Typed
	Choice     Choice
	Log        []Entry
	LogNext    string
	Refused    []Refused
	With       []With
}

// With is what somebody declared before they had an account, and what stays under its application.
type With struct {
	ID, Title, Programme string // of the application; the programme's title and its address, which may be empty
	There, Closed        bool   // there is something to take back; it can't be opened
	Rows                 []components.SummaryRow
	Log                  []Entry
}

// Choice is what can be declared.
type Choice struct {
	Groups, Uses []string // in the order in which they are shown
	WordsMax     int      // characters
	Prefix       string   // before the names of the fields, where they are a part of a larger form: "declaration."
	Only         bool     // a place depends on what is declared
}

// Entry is one use.
type Entry struct {
	At       time.Time
	Use      string
	Purpose  string // in words
	Address  string // of what asked; empty for none
	Asked    []string
	Answer   bool
	Counted  bool // figures ask for no answer
	Readable bool
}

// Refused is an attempt to read the declaration.
type Refused struct {
	At time.Time
	By string // empty when they left, or the reader does not see them
}

// fields are the three questions: what applies, own words, what it may be used for.
func (c Choice) fields(ctx context.Context, form components.Typed, required bool) []components.Field {
	groups := make([]components.Option, len(c.Groups))
	for i, g := range c.Groups {
		groups[i] = components.Option{Value: g, Label: i18n.T(ctx, "declarations.group-"+g)}
	}
	uses := make([]components.Option, len(c.Uses))
	for i, u := range c.Uses {
		uses[i] = components.Option{Value: u, Label: i18n.T(ctx, "declarations.use-"+u), Hint: i18n.T(ctx, "declarations.use-"+u+"-hint")}
	}
	return form.Fill(
		components.Field{Name: c.Prefix + "groups", Label: i18n.T(ctx, "declarations.groups"), Hint: i18n.T(ctx, "declarations.groups-hint"), Required: required, Options: groups},
		components.Field{Name: c.Prefix + "uses", Label: i18n.T(ctx, "declarations.uses"), Quiet: true, Options: uses},
		components.Field{Name: c.Prefix + "words", Label: i18n.T(ctx, "declarations.words"), Hint: i18n.T(ctx, "declarations.words-hint"), MaxLength: c.WordsMax, Rows: 2},
	)
}

// Fields are the questions as a part of a larger form, for its summary of errors.
func (c Choice) Fields(ctx context.Context, form components.Typed) []components.Field {
	return c.fields(ctx, form, false)
}

// Names are groups in short.
func Names(ctx context.Context, groups []string) []string {
	said := make([]string, len(groups))
	for i, g := range groups {
		said[i] = i18n.T(ctx, "declarations.short-"+g)
	}
	return said
}
