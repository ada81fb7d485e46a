package realtime

import (
	"errors"
	"io"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// lingerBytes is how much of a frame beyond the limit is read and thrown away, so that the close code arrives: the
// kernel resets a socket that is closed with bytes unread.
const lingerBytes = 1 << 20

// socket is a link in goroutine mode: one goroutine reads it for as long as it lives, another writes while something
// waits. It works on every system and for every net.Conn.
type socket struct {
	ws      *websocket.Conn
	bye     chan struct{} // closed once the last frame was written, or failed to be
	patient time.Duration // Limits.WriteWait
}

// joints are the buffers that small frames are put together in.
var joints = sync.Pool{New: func() any { return new([joinBytes]byte) }}

// serveSocket is the life of a connection in goroutine mode; it returns when nobody knows it any more.
func (h *Hub) serveSocket(c *conn, ws *websocket.Conn, o opening) {
	s := &socket{ws: ws, bye: make(chan struct{}), patient: h.config.Limits.WriteWait}
	started := make(chan bool)
	go func() { started <- c.start(s, o) }() // on a stack that is given back, so that the reader's stays small
	if !<-started {
		return
	}
	s.read(c)
	c.end(byeGone)
	<-s.bye
	c.finish()
}

// read handles frames until the socket fails, which it does soon after the connection has ended. The codec answers pings
// and goodbyes through the outbox, because a write of its own would come between others' and their deadline.
func (s *socket) read(c *conn) {
	limits := &c.hub.config.Limits
	s.ws.SetReadLimit(limits.FrameBytes)
	answerControl(s.ws, func() *conn { return c })
	for {
		kind, data, err := s.ws.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit): // gorilla has sent the close code 1009
			s.linger(limits.ByeWait)
			return
		case err != nil:
			return
		}
		c.receive(kind, data)
	}
}

// answerControl sets what the codec does about pings, pongs and goodbyes of whoever it reads for.
func answerControl(ws *websocket.Conn, reading func() *conn) {
	ws.SetPingHandler(func(data string) error {
		c := reading()
		c.hear()
		if c.out.hasRoom() == nil { // who asks and doesn't listen needs no answer
			c.out.note(wire(websocket.PongMessage, []byte(data)))
		}
		return nil
	})
	ws.SetPongHandler(func(string) error {
		reading().hear()
		return nil
	})
	ws.SetCloseHandler(func(int, string) error {
		reading().end(byeGone)
		return nil
	})
}

func (s *socket) linger(wait time.Duration) {
	if s.ws.SetReadDeadline(time.Now().Add(wait)) == nil {
		_, _ = io.CopyN(io.Discard, s.ws.NetConn(), lingerBytes) // ends at the peer's close, the deadline or the limit
	}
}

func (s *socket) wake(c *conn) {
	go func() { // ends when nothing waits, or after the goodbye, which finish waits for
		for {
			lagging, more := c.post()
			if lagging != nil {
				c.catchUp(lagging)
			}
			if !more {
				return
			}
		}
	}()
}

func (s *socket) write(frames [][]byte) error {
	if err := s.ws.NetConn().SetWriteDeadline(time.Now().Add(s.patient)); err != nil {
		return err
	}
	buf := joints.Get().(*[joinBytes]byte)
	defer joints.Put(buf)
	return join(frames, buf[:], s.writeAll)
}

func (s *socket) writeAll(data []byte) error {
	_, err := s.ws.NetConn().Write(data)
	return err
}

// stuck is never true: write fails instead.
func (s *socket) stuck(time.Time, time.Duration) bool { return false }

func (s *socket) said() { close(s.bye) }

func (s *socket) cut() { _ = s.ws.Close() } // it may be closed already
