package realtime

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// errLog marks a failure of the log, as opposed to one of the socket.
var errLog = errors.New("read the log")

// write sends what waits until the connection ends, and then says why.
func (c *conn) write() {
	ping := time.NewTicker(c.hub.config.Limits.PingEvery)
	defer ping.Stop()
	for c.ctx.Err() == nil {
		var err error
		select {
		case <-c.ctx.Done():
		case frame := <-c.replies:
			err = c.send(frame)
		case <-c.out.wake:
			err = c.flush()
		case <-ping.C:
			err = c.ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.hub.config.Limits.WriteWait))
		}
		if err != nil {
			c.fail(err)
		}
	}
	c.sayBye()
}

// fail ends the connection for the reason that err shows.
func (c *conn) fail(err error) {
	var failed net.Error
	switch {
	case errors.Is(err, errLog):
		c.trouble("catch up", err)
	case errors.As(err, &failed) && failed.Timeout():
		c.end(byeSlow)
	default:
		c.end(byeGone)
	}
}

// flush writes everything that waits and then one page of one conversation that is behind.
func (c *conn) flush() error {
	b := c.out.take()
	for _, frame := range b.notes {
		if err := c.send(frame); err != nil {
			return err
		}
	}
	for _, q := range b.events {
		if q.cursor.gone.Load() {
			continue
		}
		if err := c.sendShared(q.frame); err != nil {
			return err
		}
	}
	for _, frame := range append(b.nudges, b.fleeting...) {
		if err := c.sendShared(frame); err != nil {
			return err
		}
	}
	if b.lagging == nil {
		return nil
	}
	return c.catchUp(b.lagging)
}

// catchUp writes the next page of a conversation that is behind. A log with holes is told as it is.
func (c *conn) catchUp(cur *cursor) error {
	ctx, cancel := context.WithTimeout(c.ctx, c.hub.config.Limits.StoreWait)
	defer cancel()
	pos, limit := c.out.place(cur), c.hub.config.Limits.Page
	events, err := c.hub.config.Log.Page(ctx, cur.conversation, pos, limit)
	if err != nil {
		return fmt.Errorf("%w: %w", errLog, err)
	}
	for _, ev := range events {
		if cur.gone.Load() {
			return nil
		}
		if ev.Seq > pos+1 {
			c.log.Error("hole in a log", "conversation", cur.conversation, "after", pos, "before", ev.Seq)
			if err := c.send(gapFrame{opGap, cur.conversation, pos + 1, ev.Seq - 1}); err != nil {
				return err
			}
		}
		if ev.Seq > pos {
			if err := c.send(eventFrame{opEvent, ev}); err != nil {
				return err
			}
			pos = ev.Seq
		}
	}
	c.out.settle(cur, pos, len(events) >= limit)
	return nil
}

// send writes a frame for this connection alone; only the writer calls it.
func (c *conn) send(frame any) error {
	if err := c.ready(); err != nil {
		return err
	}
	return c.ws.WriteJSON(frame)
}

// sendShared writes a frame that others get too; only the writer calls it.
func (c *conn) sendShared(frame *websocket.PreparedMessage) error {
	if err := c.ready(); err != nil {
		return err
	}
	return c.ws.WritePreparedMessage(frame)
}

// ready is an error once the connection has ended: what waited then is not sent any more.
func (c *conn) ready() error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	return c.ws.SetWriteDeadline(time.Now().Add(c.hub.config.Limits.WriteWait))
}

// sayBye is the writer's last act. The peer may be gone: then nobody needs to be told, and the errors say nothing new.
func (c *conn) sayBye() {
	deadline := time.Now().Add(c.hub.config.Limits.ByeWait)
	_ = c.ws.SetWriteDeadline(deadline)
	_ = c.ws.WriteJSON(c.last.frame())
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(c.last.code, c.last.why), deadline)
}
