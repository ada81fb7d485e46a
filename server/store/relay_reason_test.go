package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"
	"testing"

	"longtable/server/community"
)

// theirs is what somebody wrote, or their address: it must never be in a reason.
const theirs = "amina@example.org"

type letter struct{ error }

func (l letter) Plain() string { return "mail a notice" }
func (l letter) Unwrap() error { return l.error }

func TestAReasonSaysWhatFailedAndNothingOfAnybody(t *testing.T) {
	var none []int
	for want, err := range map[string]error{
		"mail a notice: the server answered 550": letter{fmt.Errorf("name %s: %w", theirs, &textproto.Error{Code: 550, Msg: theirs + " unknown"})},
		"dial tcp: connection refused": fmt.Errorf("reach %s: %w", theirs, &net.OpError{Op: "dial", Net: "tcp",
			Err: &os.SyscallError{Syscall: "connect", Err: syscall.ECONNREFUSED}}),
		"the name of the server is not known": &net.DNSError{Name: theirs, Err: "no such host"},
		"took too long":                       fmt.Errorf("index %s: %w", theirs, context.DeadlineExceeded),
		"not-found: took too long":            errors.Join(community.NotFound("no member %s", theirs), context.DeadlineExceeded),
		"*errors.errorString":                 fmt.Errorf("digest: %w", errors.New(theirs)),
		"a fault of the program":              &panicError{theirs},
		"a fault of the program: runtime error: index out of range [1] with length 0": &panicError{recovered(func() { none[len(none)+1]++ })},
	} {
		if !strings.Contains(err.Error(), theirs) && !strings.Contains(want, "runtime error") {
			t.Fatalf("%v holds nothing of anybody, so this test means nothing", err)
		}
		if got := reasonOf(err); got != want {
			t.Errorf("%v gives %q, want %q", err, got, want)
		}
	}
}

func TestAReasonIsShort(t *testing.T) {
	var deep error = context.Canceled
	for range 1000 {
		deep = errors.Join(deep, letter{deep})
	}
	if got := reasonOf(deep); len(got) > reasonMax || got == "" {
		t.Errorf("a reason of %d bytes", len(got))
	}
}

func recovered(f func()) (with any) {
	defer func() { with = recover() }()
	f()
	return nil
}
