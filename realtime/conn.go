package realtime

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// replyQueue is how many answers wait for the writer; then the reader waits, and reads nothing more from a client that
// doesn't take its answers.
const replyQueue = 16

// writeBuffers are shared by all sockets: a silent one needs none.
var writeBuffers sync.Pool

// conn is one socket with one reader and one writer goroutine. The reader calls the domain, the writer reads the log,
// and everybody else only puts something into out.
type conn struct {
	hub     *Hub
	person  string
	session string // may be empty
	address string
	out     *outbox
	replies chan any // frames from the reader to the writer
	log     *slog.Logger

	// Set by run before anybody else knows the connection.
	ws     *websocket.Conn
	ctx    context.Context // ends with the connection
	cancel context.CancelFunc

	// rights is held from asking what the person may see until the answer is applied, so that an older answer never
	// replaces a newer one.
	rights sync.Mutex
	opened bool // guarded by rights; until open has asked, there is nothing to ask again

	ending sync.Once
	last   reason      // set in ending, before ctx is cancelled
	axe    *time.Timer // set in ending; closes the socket of a peer that doesn't
}

func newConn(h *Hub, person, session, address string) *conn {
	return &conn{
		hub: h, person: person, session: session, address: address,
		out:     newOutbox(h.config.Limits.Queue),
		replies: make(chan any, replyQueue),
		log:     h.config.Logger.With("person", person),
	}
}

// run is the life of the connection; it returns when both its goroutines are over and nobody knows it any more.
func (c *conn) run(ws *websocket.Conn, o opening) {
	c.ws = ws
	c.ctx, c.cancel = context.WithCancel(c.hub.ctx)
	defer c.cut()
	if !c.hub.people.begin() {
		c.cancel()
		return
	}
	defer c.hub.people.done()
	oldest, why, ok := c.hub.people.enter(c)
	if ok {
		defer c.hub.people.leave(c)
	} else {
		c.end(why)
	}
	if oldest != nil {
		oldest.end(byeTooMany)
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	c.open(o)
	c.read()
	c.end(byeGone)
	<-written
	c.forget()
}

// end has the writer say goodbye for why and stop. Only the first reason counts. A peer that doesn't close its side
// within Limits.ByeWait is cut off.
func (c *conn) end(why reason) {
	c.ending.Do(func() {
		c.last = why
		c.axe = time.AfterFunc(c.hub.config.Limits.ByeWait, c.cut)
		c.cancel()
	})
}

// cut closes the socket without a word, which ends whoever reads or writes it.
func (c *conn) cut() {
	_ = c.ws.Close() // it may be closed already
}

// forget takes the connection out of every table. Whoever asks for rights afterwards finds the outbox closed.
func (c *conn) forget() {
	c.axe.Stop()
	c.rights.Lock()
	defer c.rights.Unlock()
	conversations, topics := c.out.close()
	for _, conversation := range conversations {
		c.hub.rooms.remove(conversation, c)
	}
	for _, topic := range topics {
		c.hub.watchers.remove(topic, c)
	}
}

// trouble ends a connection that can't be told the truth at the moment.
func (c *conn) trouble(doing string, err error) {
	if c.ctx.Err() == nil {
		c.log.Error("live connection ended", "doing", doing, "error", err)
	}
	c.end(byeTrouble)
}

// no makes the answer to a refused command, and logs what is our fault.
func (c *conn) no(cmd command, err error) noFrame {
	kind, say := c.hub.config.Explain(err)
	if kind == "internal" && c.ctx.Err() == nil {
		c.log.Error("live command failed", "op", cmd.Op, "error", err)
	}
	return noFrame{Op: opNo, Nonce: cmd.Nonce, C: cmd.C, Topic: cmd.Topic, Kind: kind, Say: say}
}
