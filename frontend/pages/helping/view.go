// Package helping shows who acts for whom, the card of somebody without e-mail, and the way in again after everything was lost.
package helping

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// View is who helps the reader, and whom they help.
type View struct {
	Helpers   []Help
	Helped    []Help
	Could     []components.Option // people who can be asked
	Scopes    []components.Option
	Months    []components.Option
	Form      components.Typed
	Host      bool // takes people in
	InBrowser bool
}

// Help is a consent, as one side sees it.
type Help struct {
	ID      string
	Person  components.Tag // the other side
	Scopes  []string       // in words
	Until   time.Time
	Live    bool
	Soon    bool   // ends within a fortnight
	NotedBy string // the host to whom it was said
}

// ActingView is what a helper can do, and what they can't.
type ActingView struct {
	Name string
	Ways []components.Tag
	Not  []string
}

// NewView is the form for somebody who is taken in.
type NewView struct {
	Form           components.Typed
	Hubs           []components.Option
	Languages      []components.Option
	Scopes         []components.Option
	Months         []components.Option
	NameMax, IDMax int // characters
}

// CardView is a card for the purse, shown once.
type CardView struct {
	Name       string
	Site, Link string // where to go: to be read, and to be scanned
	Codes      []string
	Seen       bool   // printed by somebody else than the person
	Back       string // where to go on
}

// LogView is what was done in the reader's name.
type LogView struct {
	Lines []Line
	More  string // address of earlier ones; empty at the end
}

// Line is one of them.
type Line struct {
	At             time.Time // in the zone of the reader's hub
	Text, Path     string
	Refused, Tried bool
}

// ComeInView is the door for who has a card, or two halves of a code.
type ComeInView struct {
	Code, Halves components.Typed
}

// WayInView is how the reader comes in.
type WayInView struct {
	Left      int  // codes of the card that work
	Seen      bool // somebody else printed it
	Address   bool // the account has one
	Kept      bool // kept by a helper until now
	InBrowser bool
	Form      components.Typed
}

// RecoverView is where hosts let somebody in again.
type RecoverView struct {
	ID, Name string // of the member who stands here; empty where none was named
	Mine     string // id of the reader
	Form     components.Typed
	Open     []Recovery
}

// Recovery is one that is under way.
type Recovery struct {
	ID, Name, By string
	At           time.Time
	Ready        time.Time // zero before the second yes
	MayApprove   bool
}

// HalfView is half of a code, for the member's hand.
type HalfView struct {
	Name, Half string
	Second     bool
	Ready      time.Time
	Site, Link string
}

func (v View) fields(ctx context.Context) []components.Field {
	could := append([]components.Option{{Label: i18n.T(ctx, "hubs.choose")}}, v.Could...)
	return v.Form.Fill(
		components.Field{Name: "helper", Label: i18n.T(ctx, "helping.who"), Hint: i18n.T(ctx, "helping.who-hint"), Required: true, Options: could},
		components.Field{Name: "scopes", Label: i18n.T(ctx, "helping.what"), Required: true, Options: v.Scopes},
		components.Field{Name: "months", Label: i18n.T(ctx, "helping.how-long"), Hint: i18n.T(ctx, "helping.how-long-hint"), Required: true, Options: v.Months},
	)
}

func (v NewView) fields(ctx context.Context) []components.Field {
	return v.Form.Fill(
		components.Field{Name: "name", Label: i18n.T(ctx, "helping.name"), Required: true, MaxLength: v.NameMax},
		components.Field{Name: "language", Label: i18n.T(ctx, "helping.language"), Required: true, Options: v.Languages},
		components.Field{Name: "hub", Label: i18n.T(ctx, "helping.hub"), Required: true, Options: v.Hubs},
		components.Field{Name: "helper", Label: i18n.T(ctx, "helping.other-helper"), Hint: i18n.T(ctx, "helping.other-helper-hint"), Dir: "ltr", MaxLength: v.IDMax},
		components.Field{Name: "scopes", Label: i18n.T(ctx, "helping.what-helper"), Required: true, Options: v.Scopes},
		components.Field{Name: "months", Label: i18n.T(ctx, "helping.how-long"), Hint: i18n.T(ctx, "helping.how-long-hint"), Required: true, Options: v.Months},
		components.Field{Name: "saidYes", Label: i18n.T(ctx, "helping.consent"), Hint: i18n.T(ctx, "helping.consent-text"), Required: true,
			Options: []components.Option{{Value: "true", Label: i18n.T(ctx, "helping.said-yes")}}},
	)
}

func (v ComeInView) fields(ctx context.Context) (code, halves []components.Field) {
	code = v.Code.Fill(components.Field{Name: "code", Label: i18n.T(ctx, "helping.code"), Hint: i18n.T(ctx, "helping.code-hint"), Required: true, Quiet: true, Dir: "ltr", MaxLength: 40, Autocomplete: "one-time-code"})
	halves = v.Halves.Fill(
		components.Field{Name: "first", Label: i18n.T(ctx, "helping.half-one"), Required: true, Quiet: true, Dir: "ltr", MaxLength: 40, Autocomplete: "off"},
		components.Field{Name: "second", Label: i18n.T(ctx, "helping.half-two"), Required: true, Quiet: true, Dir: "ltr", MaxLength: 40, Autocomplete: "off"},
	)
	return code, halves
}

func (v WayInView) fields(ctx context.Context) []components.Field {
	return v.Form.Fill(
		components.Field{Name: "email", Label: i18n.T(ctx, "helping.email"), Hint: i18n.T(ctx, "helping.email-hint"), Type: "email", Autocomplete: "email"},
		components.Field{Name: "password", Label: i18n.T(ctx, "helping.password"), Hint: i18n.T(ctx, "settings.new-password-hint"), Type: "password", Autocomplete: "new-password"},
		components.Field{Name: "keepHelpers", Label: i18n.T(ctx, "helping.helpers-after"), Quiet: true,
			Options: []components.Option{{Value: "true", Label: i18n.T(ctx, "helping.keep-helpers")}}},
	)
}

func (v RecoverView) fields(ctx context.Context) []components.Field {
	return v.Form.Fill(components.Field{Name: "faceToFace", Label: i18n.T(ctx, "helping.face"), Hint: i18n.T(ctx, "helping.face-text"), Required: true,
		Options: []components.Option{{Value: "true", Label: i18n.T(ctx, "helping.face-yes")}}})
}
