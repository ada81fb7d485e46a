package realtime

import (
	"math/rand/v2"
	"time"
)

// A reason says why a connection ends and what the client should do; PROTOCOL.md lists them all. The codes are websocket
// close codes from the range for applications and never change their meaning.
type reason struct {
	code  int
	why   string
	again bool // whether the client should connect again by itself
	least time.Duration
	most  time.Duration
}

var (
	// byeRestart: the server stops; another, or the next one, will answer.
	byeRestart = reason{4001, "restart", true, 0, 10 * time.Second}
	// byeSlow: nothing drained for Limits.WriteWait.
	byeSlow = reason{4002, "slow", true, time.Second, 5 * time.Second}
	// byeTrouble: the log or a rule could not be asked, so nothing could be promised.
	byeTrouble = reason{4003, "trouble", true, 2 * time.Second, 10 * time.Second}
	// byeSignedOut: the session ended, or the person may no longer be here.
	byeSignedOut = reason{4004, "signed-out", false, 0, 0}
	// byeTooMany: the address has as many connections as Limits allows, or the person has opened newer ones.
	byeTooMany = reason{4005, "too-many", true, 30 * time.Second, 60 * time.Second}
	// byeBadFrame: what came is not a frame of this protocol, and would not be the next time.
	byeBadFrame = reason{4006, "bad-frame", false, 0, 0}
	// byeVersion: the page speaks another version; it has to be loaded again.
	byeVersion = reason{4007, "version", false, 0, 0}
	// byeGone: the peer went away or fell silent.
	byeGone = reason{4008, "gone", true, 0, time.Second}

	reasons = []reason{
		byeRestart, byeSlow, byeTrouble, byeSignedOut, byeTooMany, byeBadFrame, byeVersion, byeGone,
	}
)

// frame is the last text frame of a connection that ends for r.
func (r reason) frame() byeFrame {
	after := r.least
	if r.most > r.least {
		after += rand.N(r.most - r.least)
	}
	return byeFrame{Op: opBye, Why: r.why, AfterMS: after.Milliseconds(), Again: r.again}
}
