package realtime

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// codec reads messages for whichever connection has whole ones at hand, so that a silent one needs no codec. gorilla takes
// it for a socket: it reads the given bytes, and after them an empty message that ends the batch, so that it never waits
// and never meets an error that isn't the peer's.
type codec struct {
	net.Conn // nil: what gorilla does not call on a server's connection
	ws       *websocket.Conn
	c        *conn  // whose bytes these are
	data     []byte // not read yet
	ended    bool   // the empty message was read
}

// batchEnd is an empty binary message with a mask, which no client may send.
var batchEnd = []byte{0x80 | websocket.BinaryMessage, 0x80, 0, 0, 0, 0}

// writeBuffers are shared by all codecs.
var writeBuffers sync.Pool

var codecs = sync.Pool{New: func() any { return newCodec() }}

// newCodec makes a gorilla connection by the handshake of a request that nobody sent.
func newCodec() *codec {
	const bufferBytes = 4 << 10 // each way; there are as many codecs as goroutines that read at one moment
	k := &codec{}
	u := websocket.Upgrader{ReadBufferSize: bufferBytes, WriteBufferPool: &writeBuffers, CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := u.Upgrade(&hijacker{conn: k, header: http.Header{}}, emptyHandshake(), nil)
	if err != nil {
		panic(fmt.Sprint("realtime: the codec refuses its own handshake: ", err)) // a constant request
	}
	k.ws = ws
	k.answerControl()
	return k
}

// emptyHandshake is the request of nobody.
func emptyHandshake() *http.Request {
	return &http.Request{Method: http.MethodGet, Header: http.Header{"Connection": {"upgrade"}, "Upgrade": {"websocket"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="}}}
}

// answerControl sets what the codec does about pings, pongs and goodbyes of whoever it reads for. It answers through the
// outbox, because a write of its own would come between others'.
func (k *codec) answerControl() {
	k.ws.SetPingHandler(func(data string) error {
		k.c.hear()
		if k.c.out.hasRoom() == nil { // who asks and doesn't listen needs no answer
			k.c.out.note(wire(websocket.PongMessage, []byte(data)))
		}
		return nil
	})
	k.ws.SetPongHandler(func(string) error {
		k.c.hear()
		return nil
	})
	k.ws.SetCloseHandler(func(int, string) error {
		k.c.end(byeGone)
		return nil
	})
}

// feed has c receive all messages in data, which must be whole. An error, *websocket.CloseError for a goodbye among them,
// is the end of the connection, and of the codec.
func (k *codec) feed(c *conn, data []byte) error {
	k.c, k.data, k.ended = c, data, false
	k.ws.SetReadLimit(c.hub.config.Limits.FrameBytes)
	defer func() { k.c, k.data = nil, nil }()
	for {
		kind, message, err := k.ws.ReadMessage()
		switch {
		case err != nil:
			return err
		case k.ended:
			return nil
		}
		c.receive(kind, message)
	}
}

func (k *codec) Read(p []byte) (int, error) {
	if k.ended {
		return 0, errors.New("the batch is over") // never: gorilla stops at its end
	}
	if len(k.data) == 0 {
		k.ended = true
		return copy(p, batchEnd), nil
	}
	n := copy(p, k.data)
	k.data = k.data[n:]
	return n, nil
}

// Write sends what the codec has to say by itself: why it can't go on.
func (k *codec) Write(p []byte) (int, error) {
	if k.c == nil { // its own handshake
		return len(p), nil
	}
	return len(p), k.c.link.write([][]byte{bytes.Clone(p)})
}

func (k *codec) Close() error                     { return nil }
func (k *codec) SetDeadline(time.Time) error      { return nil }
func (k *codec) SetReadDeadline(time.Time) error  { return nil }
func (k *codec) SetWriteDeadline(time.Time) error { return nil }

// hijacker is the part of net/http's response writer that gorilla needs.
type hijacker struct {
	conn   net.Conn
	header http.Header
}

func (w *hijacker) Header() http.Header         { return w.header }
func (w *hijacker) WriteHeader(int)             {}
func (w *hijacker) Write(p []byte) (int, error) { return len(p), nil }

// Hijack gives gorilla the socket with buffers too small to be worth keeping, so that it makes its own.
func (w *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	const tiny = 16 // bytes, the least that bufio takes
	return w.conn, bufio.NewReadWriter(bufio.NewReaderSize(w.conn, tiny), bufio.NewWriterSize(w.conn, tiny)), nil
}
