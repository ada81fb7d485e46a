package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"runtime"
	"strings"
	"syscall"

	"longtable/server/community"
)

// Plain is an error that can say what failed in words of our own, which hold nothing of any document.
type Plain interface {
	error
	Plain() string
}

const (
	// reasonMax bounds the reason of a failure, in bytes: two lines.
	reasonMax = 200

	// reasonDepth bounds how far an error is looked into; ours are wrapped three or four times.
	reasonDepth = 16
)

// reasonOf says why a reaction failed in what is known to be free of people's words. The text of an error isn't: a mail
// server repeats the address it refuses, an index the words it could not digest. Where nothing is known, the type of the
// innermost error has to do.
func reasonOf(err error) string {
	words := reasons(err, reasonDepth)
	if len(words) == 0 {
		words = []string{fmt.Sprintf("%T", innermost(err))}
	}
	text := strings.Join(words, ": ")
	return strings.ToValidUTF8(text[:min(len(text), reasonMax)], "")
}

// reasons are the known parts of an error, from the outside inwards.
func reasons(err error, depth int) (words []string) {
	if err == nil || depth == 0 {
		return nil
	}
	if word := reason(err); word != "" {
		words = append(words, word)
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return append(words, reasons(e.Unwrap(), depth-1)...)
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			words = append(words, reasons(part, depth-1)...)
		}
	}
	return words
}

// reason is what one error says by itself; empty where it is not known to be safe.
func reason(err error) string {
	switch err {
	case context.DeadlineExceeded, os.ErrDeadlineExceeded:
		return "took too long"
	case context.Canceled:
		return "was stopped"
	case io.EOF, io.ErrUnexpectedEOF:
		return "the connection ended"
	case ErrStale, ErrUnknown, ErrClosed:
		return err.Error()
	}
	switch e := err.(type) {
	case Plain:
		return e.Plain()
	case *community.Error:
		return string(e.Kind)
	case syscall.Errno:
		return e.Error()
	case *net.OpError:
		return e.Op + " " + e.Net
	case *net.DNSError:
		return "the name of the server is not known"
	case *textproto.Error:
		return fmt.Sprintf("the server answered %d", e.Code)
	}
	return ""
}

func innermost(err error) error {
	for range reasonDepth {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
	return err
}

// panicError is a reaction that panicked. What it panicked with can be anything, people's words among them; only what the
// runtime itself says is repeated.
type panicError struct {
	with any
}

func (e *panicError) Error() string { return fmt.Sprintf("store: the reaction panicked: %v", e.with) }

// Plain implements Plain.
func (e *panicError) Plain() string {
	if fault, ours := e.with.(runtime.Error); ours {
		return "a fault of the program: " + fault.Error()
	}
	return "a fault of the program"
}
