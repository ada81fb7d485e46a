package realtime

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
	"unique"
)

// replyQueue is how many frames of its own wait for a client; then its next command waits, and nothing more is read from a
// client that doesn't take its answers.
const replyQueue = 16

// link is the socket under a connection. It calls c.post after each wake, one goroutine at a time, until nothing waits.
type link interface {
	// wake must not wait: the lock of the outbox is held.
	wake(c *conn)
	// write sends whole frames in order, in as few calls of the system as it takes. It belongs to whoever posts.
	write(frames [][]byte) error
	// said is called after the last frame.
	said()
	// stuck tells whether nothing has left for longer than patience, where write doesn't.
	stuck(now time.Time, patience time.Duration) bool
	// cut closes the socket without a word, at any time, and lets whoever reads or writes find out.
	cut()
}

// conn is one connection, whatever its link. Commands are handled by one goroutine at a time and frames written by one;
// everybody else only puts something into out. Idle connections are many, so a field that only a busy one needs is a
// pointer.
type conn struct {
	hub     *Hub
	link    link // set by start
	person  string
	session string                // may be empty
	address unique.Handle[string] // shared by all from there
	older   *conn                 // the person's next older one; of the registry
	out     outbox
	tokens  *bucket                // of whoever handles its commands; nil before the first
	heard   atomic.Int64           // Unix nanoseconds of the last sign of life
	last    atomic.Pointer[reason] // nil while it lives

	// rights is held from asking what the person may see until the answer is applied, so that an older answer never
	// replaces a newer one.
	rights  sync.Mutex
	opened  bool  // guarded by rights; until open has asked, there is nothing to ask again
	entered bool  // others can find it; of whoever starts and finishes it
	greeted bool  // the answer to the handshake was written; of whoever posts
	slot    uint8 // which beat of the hub looks at it
}

func newConn(h *Hub, person, session, address string) *conn {
	c := &conn{hub: h, person: person, session: session, address: unique.Make(address)}
	c.slot = uint8(h.arrivals.Add(1) % beatSlots)
	c.out = outbox{owner: c, max: int32(h.config.Limits.Queue)}
	return c
}

// start begins the connection on a link; it is false, with the link cut, when the hub has shut down. After true the caller
// posts, which writes hello, the answer to the handshake, in one go with what is to be said first; finish must follow.
func (c *conn) start(l link, hello []byte, o opening) bool {
	c.link = l
	if !c.hub.people.begin() {
		l.cut()
		return false
	}
	c.hear()
	c.out.begin(hello)
	oldest, why, ok := c.hub.people.enter(c)
	if c.entered = ok; !ok {
		c.end(why)
	} else {
		c.hub.cameOrWent(c.person)
	}
	if oldest != nil {
		oldest.end(byeTooMany)
	}
	c.open(o)
	return true
}

// finish takes the connection out of every table, once nobody reads or writes its socket any more. Whoever asks for rights
// afterwards finds the outbox closed.
func (c *conn) finish() {
	defer c.hub.people.done()
	c.link.cut()
	if c.entered {
		c.hub.people.leave(c)
		c.hub.cameOrWent(c.person)
	}
	c.rights.Lock()
	defer c.rights.Unlock()
	conversations, topics := c.out.close()
	for _, conversation := range conversations {
		c.hub.rooms.remove(conversation)
	}
	for _, topic := range topics {
		c.hub.watchers.remove(topic)
	}
}

// hear notes a sign of life.
func (c *conn) hear() { c.heard.Store(time.Now().UnixNano()) }

// end has the last frames written for why, and nothing after them. Only the first reason counts. A peer that doesn't close
// its side within Limits.ByeWait is cut off.
func (c *conn) end(why reason) {
	if !c.last.CompareAndSwap(nil, &why) {
		return
	}
	time.AfterFunc(c.hub.config.Limits.ByeWait, c.link.cut)
	c.out.end()
}

func (c *conn) over() bool { return c.last.Load() != nil }

// asking is the context of one question to Config. A client that goes away does not stop what it has asked for.
func (c *conn) asking() (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.hub.ctx, c.hub.config.Limits.StoreWait)
}

// trouble ends a connection that can't be told the truth at the moment.
func (c *conn) trouble(doing string, err error) {
	if !c.over() {
		c.log().Error("live connection ended", "doing", doing, "error", err)
	}
	c.end(byeTrouble)
}

func (c *conn) log() *slog.Logger { return c.hub.config.Logger.With("person", c.person) }

// no makes the answer to a refused command, and logs what is our fault.
func (c *conn) no(cmd command, err error) noFrame {
	kind, say := c.hub.config.Explain(err)
	if kind == "internal" && !c.over() {
		c.log().Error("live command failed", "op", cmd.Op, "error", err)
	}
	return noFrame{Op: opNo, Nonce: cmd.Nonce, C: cmd.C, Topic: cmd.Topic, Kind: kind, Say: say}
}

// note queues a frame for this connection alone.
func (c *conn) note(frame any) {
	data, err := encode(frame)
	if err != nil {
		c.trouble("encode a frame", err)
		return
	}
	c.out.note(data)
}
