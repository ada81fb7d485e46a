package auth

import (
	"context"
	"log/slog"

	"longtable/server/community"
)

// LetterKind names one of the letters that this room asks to be written.
type LetterKind string

const (
	LetterSignIn          LetterKind = "sign-in"          // asked for a link, and has an account
	LetterWelcome         LetterKind = "welcome"          // signed up, and is new: the link makes the account
	LetterAlreadyMember   LetterKind = "already-member"   // signed up, but has an account: the link signs in
	LetterNoAccountYet    LetterKind = "no-account-yet"   // asked for a link, and is new: the link makes an account
	LetterNewAddress      LetterKind = "new-address"      // has an account without an address: the link gives it this one
	LetterPasswordChanged LetterKind = "password-changed" // notice to the owner; no link
)

// Letter is what a letter has to say. The words are written elsewhere, in Lang.
type Letter struct {
	Kind      LetterKind
	To        string
	Lang      string
	Link      Secret            // the token to put into the address of the link; empty when the kind has none
	ExpiresAt community.Instant // of the link
}

// LogValue keeps the address and the link out of logs.
func (l Letter) LogValue() slog.Value { return slog.StringValue("letter " + string(l.Kind)) }

// Letters hands letters over for delivery. Send only takes the letter in (it must not wait for a mail server), in the
// same time whatever its kind: that is part of the promise not to tell who is a member.
type Letters interface {
	Send(ctx context.Context, letter Letter) error
}
