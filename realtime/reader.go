package realtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/gorilla/websocket"
)

// lingerBytes is how much of a frame beyond the limit is read and thrown away, so that the close code arrives: the
// kernel resets a socket that is closed with bytes unread.
const lingerBytes = 1 << 20

// read handles frames until the socket fails, which it does soon after the connection has ended.
func (c *conn) read() {
	limits := c.hub.config.Limits
	c.ws.SetReadLimit(limits.FrameBytes)
	heard := func() error { return c.ws.SetReadDeadline(time.Now().Add(limits.ReadWait)) }
	c.ws.SetPongHandler(func(string) error { return heard() })
	tokens := newBucket(limits.Rate, limits.Burst, time.Now())
	for {
		if heard() != nil {
			return
		}
		kind, data, err := c.ws.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit): // gorilla has sent the close code 1009
			c.linger()
			return
		case err != nil:
			return
		case c.ctx.Err() != nil: // nothing counts after the end but the peer's goodbye
		case kind != websocket.TextMessage:
			c.end(byeBadFrame)
		case c.pause(tokens.take(time.Now())):
			c.handle(data)
		}
	}
}

func (c *conn) linger() {
	if c.ws.SetReadDeadline(time.Now().Add(c.hub.config.Limits.ByeWait)) == nil {
		_, _ = io.CopyN(io.Discard, c.ws.NetConn(), lingerBytes) // ends at the peer's close, the deadline or the limit
	}
}

// pause waits, reading nothing, so that a client that sends too fast is slowed down and loses nothing. It is false when
// the connection ended meanwhile.
func (c *conn) pause(d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.ctx.Done():
		return false
	}
}

// handle does what one frame asks. A mistake in the domain costs this connection, not the whole server.
func (c *conn) handle(data []byte) {
	defer func() {
		if p := recover(); p != nil {
			c.trouble("handle a frame", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	cmd, err := parseCommand(data, c.hub.config.Limits.BodyRunes)
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		c.reply(noFrame{opNo, cmd.Nonce, cmd.C, cmd.Topic, refused.kind, refused.say})
		return
	case err != nil:
		c.end(byeBadFrame)
		return
	}
	ctx, cancel := context.WithTimeout(c.ctx, c.hub.config.Limits.StoreWait)
	defer cancel()
	c.do(ctx, cmd)
}

func (c *conn) do(ctx context.Context, cmd command) {
	switch cmd.Op {
	case opSend:
		c.sendMessage(ctx, cmd)
	case opRead:
		if err := c.hub.config.Read(ctx, c.person, cmd.C, cmd.Seq); err != nil {
			c.reply(c.no(cmd, err))
		}
	case opTyping:
		if c.out.follows(cmd.C) {
			c.hub.Typing(cmd.C, c.person)
		}
	case opWatch:
		if no := c.askToWatch(ctx, cmd.Topic); no != nil {
			c.reply(*no)
		}
	case opUnwatch:
		c.unwatch(cmd.Topic)
	}
}

// sendMessage acknowledges only what Config.Send has stored.
func (c *conn) sendMessage(ctx context.Context, cmd command) {
	ev, err := c.hub.config.Send(ctx, c.person, cmd.C, cmd.Nonce, cmd.Body)
	if err != nil {
		c.reply(c.no(cmd, err))
		return
	}
	c.hub.Deliver(ev)
	c.reply(okFrame{opOK, cmd.Nonce, cmd.C, ev.Seq})
}

func (c *conn) askToWatch(ctx context.Context, topic string) *noFrame {
	c.rights.Lock()
	defer c.rights.Unlock()
	return c.watch(ctx, topic)
}

// reply hands a frame to the writer and waits for room.
func (c *conn) reply(frame any) {
	select {
	case c.replies <- frame:
	case <-c.ctx.Done():
	}
}
