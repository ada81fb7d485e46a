package realtime

import (
	"cmp"
	"time"
)

// Limits bounds what one connection, one person and one address may take. A zero field means the default beside it.
type Limits struct {
	PerPerson  int // connections of one person, the oldest is ended; default 16: a phone, a desk, and their tabs
	PerAddress int // connections of one address, more are refused; default 1024: a whole hub behind one router

	FrameBytes int64 // bytes in one frame from the client; default 64 KiB: the longest body with every letter escaped
	BodyRunes  int   // characters in one message; default 4000
	Watches    int   // topics one connection watches; default 32, more than a page has live parts

	Rate  float64 // frames a second that a client may send for ever; default 10, twice a fast typist with read marks
	Burst int     // frames it may send at once; default 30, an offline queue that returns

	Queue  int // events that wait for one socket; default 256, a few tens of KiB by reference
	Page   int // events read from the log at once; default 100
	Resume int // events replayed to one who returns; beyond it a gap frame; default 500, about what one scrolls through

	PingEvery time.Duration // default 30 s: below the idle time of common proxies (60 s)
	ReadWait  time.Duration // silence after which the peer is gone; default 75 s: two pings and a slow answer
	WriteWait time.Duration // time in which a frame must drain; default 60 s: a train in a tunnel
	StoreWait time.Duration // deadline of one question to Config; default 10 s
	ByeWait   time.Duration // time for the last frames of an ended connection; default 3 s
}

func (l Limits) withDefaults() Limits {
	return Limits{
		PerPerson:  cmp.Or(l.PerPerson, 16),
		PerAddress: cmp.Or(l.PerAddress, 1024),
		FrameBytes: cmp.Or(l.FrameBytes, 64<<10),
		BodyRunes:  cmp.Or(l.BodyRunes, 4000),
		Watches:    cmp.Or(l.Watches, 32),
		Rate:       cmp.Or(l.Rate, 10),
		Burst:      cmp.Or(l.Burst, 30),
		Queue:      cmp.Or(l.Queue, 256),
		Page:       cmp.Or(l.Page, 100),
		Resume:     cmp.Or(l.Resume, 500),
		PingEvery:  cmp.Or(l.PingEvery, 30*time.Second),
		ReadWait:   cmp.Or(l.ReadWait, 75*time.Second),
		WriteWait:  cmp.Or(l.WriteWait, 60*time.Second),
		StoreWait:  cmp.Or(l.StoreWait, 10*time.Second),
		ByeWait:    cmp.Or(l.ByeWait, 3*time.Second),
	}
}
