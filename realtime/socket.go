package realtime

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

const (
	// lingerBytes is how much is read and thrown away of a peer that broke the protocol, so that the close code arrives: the
	// kernel resets a socket that is closed with bytes unread.
	lingerBytes = 1 << 20
	// chunkBytes is what one read takes at most.
	chunkBytes = 16 << 10
	// sipBytes is what one read takes where a goroutine has to wait with the memory at hand.
	sipBytes = 512
)

// socket is a link in goroutine mode: one goroutine waits until something comes, for as long as it lives; another writes while
// something waits. It works on every system and for every net.Conn. The goroutine that waits does nothing else, on a small
// stack of its own, and whole messages are handled with a borrowed codec, as in poll mode.
type socket struct {
	c    *conn
	conn net.Conn
	part []byte       // the beginning of a message; of whoever reads
	ends atomic.Int32 // of reading, and of writing: at the second one nobody needs the socket any more
	mu   sync.Mutex   // held while frames are written
}

// joints are the buffers that small frames are put together in.
var joints = sync.Pool{New: func() any { return new([joinBytes]byte) }}

// chunks are the buffers that sockets are read into.
var chunks = sync.Pool{New: func() any { return new([chunkBytes]byte) }}

// serveSocket begins a connection in goroutine mode.
func (h *Hub) serveSocket(c *conn, wire net.Conn, hello []byte, o opening) {
	wire, err := settled(wire)
	if err != nil {
		return // it has just ended
	}
	s := &socket{c: c, conn: wire}
	if !c.start(s, hello, o) {
		return
	}
	s.wake(c)
	go s.await() // ends when something comes, or the socket fails
}

// await is all that a silent connection has. It begins another goroutine with what has come, because whoever handles a message
// needs a larger stack than whoever waits for one.
func (s *socket) await() {
	if raw := rawOf(s.conn); raw != nil {
		data, chunk, err := readable(raw)
		go s.take(data, chunk, err)
		return
	}
	sip := make([]byte, sipBytes)
	n, err := s.conn.Read(sip)
	go s.take(sip[:n], nil, err)
}

// rawOf is nil for a socket that the system can't be asked about, such as one with TLS.
func rawOf(conn net.Conn) syscall.RawConn {
	own, ok := conn.(syscall.Conn)
	if !ok || !canWait {
		return nil
	}
	raw, err := own.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}

// take handles what has come, and waits for more. Once the connection is over it only waits for the peer's end.
func (s *socket) take(data []byte, chunk *[chunkBytes]byte, err error) {
	if err == nil {
		err = s.handle(data)
	}
	if chunk != nil {
		chunks.Put(chunk)
	}
	if err != nil {
		s.c.end(byeGone)
		s.ended()
		return
	}
	go s.await()
}

// handle receives whole messages and keeps the beginning of the next. An error is the end of the socket.
func (s *socket) handle(data []byte) error {
	if len(s.part) > 0 {
		data = append(s.part, data...)
		s.part = nil
	}
	end, long := whole(data, s.c.hub.config.Limits.FrameBytes)
	if end > 0 {
		if err := s.feed(data[:end]); err != nil {
			return err
		}
	}
	if long != nil {
		_ = s.write([][]byte{tooBig}) // who is gone needs not be told
		return s.linger(long)
	}
	if end < len(data) {
		s.part = append([]byte(nil), data[end:]...)
	}
	return nil
}

// feed has a borrowed codec read whole messages.
func (s *socket) feed(messages []byte) error {
	k := codecs.Get().(*codec)
	err := k.feed(s.c, messages)
	var closed *websocket.CloseError
	switch {
	case err == nil:
		codecs.Put(k)
	case !errors.As(err, &closed): // gorilla has said why, and its errors stay, so the codec isn't given back
		return s.linger(err)
	}
	return err
}

// linger ends the connection because of err, and throws away what still comes.
func (s *socket) linger(err error) error {
	s.c.end(byeGone)
	if s.conn.SetReadDeadline(time.Now().Add(s.c.hub.config.Limits.ByeWait)) == nil {
		_, _ = io.CopyN(io.Discard, s.conn, lingerBytes) // ends at the peer's close, the deadline or the limit
	}
	return err
}

// ended is called once by whoever reads and once by whoever writes, when they are done for good.
func (s *socket) ended() {
	if s.ends.Add(1) == 2 {
		s.c.finish()
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
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.c.hub.config.Limits.WriteWait)); err != nil {
		return err
	}
	buf := joints.Get().(*[joinBytes]byte)
	defer joints.Put(buf)
	return join(frames, buf[:], s.writeAll)
}

func (s *socket) writeAll(data []byte) error {
	_, err := s.conn.Write(data)
	return err
}

// stuck is never true: write fails instead.
func (s *socket) stuck(time.Time, time.Duration) bool { return false }

func (s *socket) said() { s.ended() }

func (s *socket) cut() { _ = s.conn.Close() } // it may be closed already
