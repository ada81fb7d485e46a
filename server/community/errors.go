package community

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the product's terms. There are seven; the web room maps each to one status.
type Kind string

const (
	KindInvalid         Kind = "invalid"         // what was sent can't be used; Fields say where
	KindUnauthenticated Kind = "unauthenticated" // we don't know who is asking
	KindForbidden       Kind = "forbidden"       // we know, and they can see the thing, but may not do this
	KindNotFound        Kind = "not-found"       // it doesn't exist for who is asking
	KindConflict        Kind = "conflict"        // it changed meanwhile, or is taken
	KindTooMany         Kind = "too-many"        // a limit was reached; later it works again
	KindInternal        Kind = "internal"        // our fault
)

// Error has two texts: Say is the key of a catalogue sentence for the person (with Args for its blanks), Err the chain
// for the log. Fields maps a form field to the key of the sentence shown beside it.
type Error struct {
	Kind   Kind
	Say    string
	Args   map[string]any
	Fields Problems
	Err    error
}

// Problems maps the name of a form field to what is wrong with it.
type Problems map[string]Problem

// Problem is one sentence of the catalogue with the values for its blanks.
type Problem struct {
	Say  string
	Args map[string]any
}

func (e *Error) Error() string {
	text := string(e.Kind)
	if e.Say != "" {
		text += " (" + e.Say + ")"
	}
	for name, p := range e.Fields {
		text += fmt.Sprintf(" %s: %s;", name, p.Say)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the kind of any error; what nobody gave a kind is internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// NotFound is also the answer for what exists but is not for the person who asks; the text is for the log only.
func NotFound(logFormat string, args ...any) error {
	return &Error{Kind: KindNotFound, Say: "error.not-found", Err: fmt.Errorf(logFormat, args...)}
}

// Forbidden refuses an act on a thing the person can see. Say is the key of the sentence that tells them why.
func Forbidden(say string) error { return &Error{Kind: KindForbidden, Say: say} }

// Conflict says that the thing is no longer as the person saw it.
func Conflict(say string) error { return &Error{Kind: KindConflict, Say: say} }

// TooMany says that a limit was reached.
func TooMany(say string, args map[string]any) error {
	return &Error{Kind: KindTooMany, Say: say, Args: args}
}

// Unauthenticated asks the person to sign in.
func Unauthenticated() error { return &Error{Kind: KindUnauthenticated, Say: "error.sign-in-first"} }

// Invalid refuses what was sent, with the fields at fault; it is nil when there are none, so a check can end with it.
func Invalid(fields Problems) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Say: "error.invalid", Fields: fields}
}

// ErrUnchanged is what a change returns when nothing has to be written: the thing is already as wished.
var ErrUnchanged = errors.New("community: nothing to change")
