package realtime

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gorilla/websocket"
)

// joinBytes is what one call of the system writes at most of small frames: more than a socket takes at once.
const joinBytes = 64 << 10

// wholeBytes is the size from which a frame is written from where it lies; copying a smaller one costs less than a call.
const wholeBytes = 8 << 10

// join calls write with frames one after the other, small ones put together in buf, which must hold joinBytes. It stops at
// the first error.
func join(frames [][]byte, buf []byte, write func([]byte) error) error {
	buf = buf[:0]
	for i, frame := range frames {
		if len(frame) < wholeBytes && (len(buf) > 0 || i+1 < len(frames)) {
			buf = append(buf, frame...)
			frame = nil
		}
		full := len(buf) > joinBytes-wholeBytes
		if len(buf) > 0 && (full || frame != nil || i+1 == len(frames)) {
			if err := write(buf); err != nil {
				return err
			}
			buf = buf[:0]
		}
		if frame != nil {
			if err := write(frame); err != nil {
				return err
			}
		}
	}
	return nil
}

// post writes what waits, once, or says goodbye. It tells whether there may be more, and which conversation the caller is
// to read a page of before. A page that is at hand goes with the rest.
func (c *conn) post() (lagging *cursor, more bool) {
	if c.over() {
		c.sayBye()
		return nil, false
	}
	w, lagging, more := c.out.take()
	if w == nil && lagging == nil {
		return nil, more
	}
	if w == nil {
		w = waitings.Get().(*waiting)
	}
	defer w.release()
	w.inOrder()
	page := 0
	if lagging != nil {
		page = c.addPage(w, lagging)
	}
	if len(w.frames) > 0 {
		c.greeted = true
		if err := c.link.write(w.frames); err != nil {
			c.fail(err)
		}
	}
	if page == 0 {
		return lagging, true
	}
	c.out.settle(lagging, c.out.place(lagging)+int64(page), false)
	return nil, true
}

// addPage adds the next frames of a conversation, as far as they are at hand, and returns how many.
func (c *conn) addPage(w *waiting, cur *cursor) int {
	if cur.gone.Load() {
		return 0
	}
	before := len(w.frames)
	w.frames = c.hub.shelf.after(w.frames, cur.name.Value(), c.out.place(cur), c.hub.config.Limits.Page, time.Now())
	return len(w.frames) - before
}

// fail ends the connection for the reason that err shows.
func (c *conn) fail(err error) {
	var failed net.Error
	if errors.As(err, &failed) && failed.Timeout() {
		c.end(byeSlow)
		return
	}
	c.end(byeGone)
}

// catchUp writes the next page of a conversation that is behind; it belongs to whoever posts.
func (c *conn) catchUp(cur *cursor) {
	conversation, pos, limit := cur.name.Value(), c.out.place(cur), c.hub.config.Limits.Page
	if frames := c.hub.shelf.after(nil, conversation, pos, limit, time.Now()); len(frames) > 0 {
		c.sendPage(cur, frames, pos+int64(len(frames)), false)
		return
	}
	ctx, cancel := c.asking()
	defer cancel()
	events, err := c.hub.config.Log.Page(ctx, conversation, pos, limit)
	if err != nil {
		c.trouble("catch up", fmt.Errorf("read the log: %w", err))
		return
	}
	frames, pos, err := c.framesAfter(pos, conversation, events)
	if err != nil {
		c.trouble("catch up", err)
		return
	}
	c.sendPage(cur, frames, pos, len(events) >= limit)
}

// sendPage writes the frames of a page that ends at pos.
func (c *conn) sendPage(cur *cursor, frames [][]byte, pos int64, more bool) {
	if cur.gone.Load() {
		return
	}
	if err := c.link.write(frames); err != nil {
		c.fail(err)
		return
	}
	c.out.settle(cur, pos, more)
}

// framesAfter encodes the events after pos, and returns the last of them. A log with holes is told as it is.
func (c *conn) framesAfter(pos int64, conversation string, events []Event) (frames [][]byte, last int64, err error) {
	for _, ev := range events {
		if ev.Seq <= pos {
			continue
		}
		if ev.Seq > pos+1 {
			c.log().Error("hole in a log", "conversation", conversation, "after", pos, "before", ev.Seq)
			gap, err := encode(gapFrame{opGap, conversation, pos + 1, ev.Seq - 1})
			if err != nil {
				return nil, pos, err
			}
			frames = append(frames, gap)
		}
		frame, err := encode(eventFrame{opEvent, ev})
		if err != nil {
			return nil, pos, err
		}
		c.hub.shelf.put(conversation, ev.Seq, frame, time.Now())
		frames, pos = append(frames, frame), ev.Seq
	}
	return frames, pos, nil
}

// sayBye is the last act of whoever posts. The peer may be gone: then nobody needs to be told, and the errors say nothing
// new.
func (c *conn) sayBye() {
	why := c.last.Load()
	goodbye := wire(websocket.CloseMessage, websocket.FormatCloseMessage(why.code, why.why))
	if bye, err := encode(why.frame()); err == nil {
		_ = c.link.write(append(c.unanswered(), bye, goodbye))
	}
	c.link.said()
}

// unanswered is the answer to the handshake, if it still waits.
func (c *conn) unanswered() [][]byte {
	w, _, _ := c.out.take()
	if c.greeted || w == nil || len(w.notes) == 0 {
		return nil
	}
	c.greeted = true
	return [][]byte{w.notes[0]}
}
