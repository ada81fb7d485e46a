package realtime

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/gorilla/websocket"
)

// receive takes one message from the client; it returns when the next may come. A goroutine at a time calls it, in the
// order of the messages.
func (c *conn) receive(kind int, data []byte) {
	c.hear()
	limits := &c.hub.config.Limits
	if c.tokens == nil {
		c.tokens = newBucket(limits.Rate, limits.Burst, time.Now())
	}
	switch {
	case c.over(): // nothing counts after the end but the peer's goodbye
	case kind != websocket.TextMessage:
		c.end(byeBadFrame)
	case c.pause(c.tokens.take(time.Now())):
		c.handle(data)
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
	case <-c.out.ended():
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
	ctx, cancel := c.asking()
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

// reply queues an answer once there is room for it.
func (c *conn) reply(frame any) {
	if room := c.out.hasRoom(); room != nil {
		select {
		case <-room:
		case <-c.out.ended():
			return
		}
	}
	c.note(frame)
}
