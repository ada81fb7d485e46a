// Package door shows the ways in: signing in and up, mailed links, the name of a newcomer, and where one is signed in.
package door

import (
	"time"

	"longtable/frontend/components"
)

// SignInView is the form to come in.
type SignInView struct {
	Form  components.Typed // without the password
	Back  string           // the page to go on to
	Mails bool             // a link can be sent instead
}

// SignUpView is the form of somebody new.
type SignUpView struct {
	Form  components.Typed // without the password
	Mails bool             // a letter follows, and a password is not needed
}

// LinkRequestView is the form to be sent a link.
type LinkRequestView struct {
	Form  components.Typed
	Mails bool // letters can be sent; else there is no form
}

// OnItsWayView says that a letter was sent, to everybody in the same words.
type OnItsWayView struct {
	Mailbox bool // it is read in the mailbox of the demo
}

// LinkView is the page behind a link.
type LinkView struct {
	Action string // takes the POST that uses the link
}

// ArrivalView asks a newcomer for a name.
type ArrivalView struct {
	Form            components.Typed
	NameMax         int  // characters
	PasswordDropped bool // the password of the sign-up does not count
}

func (v ArrivalView) action() string {
	if v.PasswordDropped {
		return "/arrival?password=dropped"
	}
	return "/arrival"
}

// SessionsView lists where the person is signed in.
type SessionsView struct {
	Sessions []Session
}

// Session is one browser.
type Session struct {
	ID      string
	Browser string    // such as "Firefox, Android"; empty when unknown
	SeenAt  time.Time // exact to the hour, in the zone of the person's hub
	Current bool
}
