// Package settings shows what a person decides about the program: notices, password, language, tokens, blocks.
package settings

import (
	"time"

	"longtable/frontend/components"
)

// ShowView is the page. It has several forms; at most one of them has come back with errors.
type ShowView struct {
	Notices   components.Typed
	Kinds     []components.Option // of notices
	Letters   components.Typed
	Digests   []components.Option // when letters tell of what was missed
	Password  components.Typed    // without the passwords
	Token     components.Typed
	Tokens    []Token
	Language  string
	Languages []components.Option
	Theme     string
	Themes    []components.Option
	Blocked   []Person
	InBrowser bool // else it is read by a program, which changes neither password nor tokens
}

// Token is a personal token, without its secret.
type Token struct {
	ID        string
	Name      string
	CreatedAt time.Time // in the zone of the person's hub, as is UsedAt
	UsedAt    time.Time // exact to the hour; zero for never
}

// Person is somebody whom the reader blocked.
type Person struct {
	ID, Name string
}

// TokenMadeView shows a new token, once.
type TokenMadeView struct {
	Name, Secret string
}

// general is what is wrong with no field of the form that came back.
func (v ShowView) general() string {
	for _, form := range []components.Typed{v.Notices, v.Letters, v.Password, v.Token} {
		if form.General != "" {
			return form.General
		}
	}
	return ""
}
