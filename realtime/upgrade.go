package realtime

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
)

// HandshakeError says that a request did not become a websocket. Nothing has been answered: the caller still owns the
// response and gives it Status.
type HandshakeError struct {
	Status int   // 400 or 405 for a malformed handshake, 403 for a foreign origin, 500 for our fault
	Err    error // for the log
}

func (e *HandshakeError) Error() string { return fmt.Sprintf("websocket handshake: %v", e.Err) }

func (e *HandshakeError) Unwrap() error { return e.Err }

// Prepare sets what Upgrade needs on the server, once, before it listens. KeepHijackedConns lets fasthttp free its
// request and buffers while the socket lives on; any other code that hijacks on this server must then close its sockets.
func Prepare(s *fasthttp.Server) { s.KeepHijackedConns = true }

// Upgrade checks the websocket handshake in ctx and calls serve once fasthttp has let go of the socket; before that, it would
// still clear deadlines that serve sets. serve owns the socket and writes hello, the answer to the handshake, before anything
// else: so it may leave together with the first frames, in one packet. It hands the socket on and returns, because until
// then fasthttp keeps the request. The server's timeouts and body limit end here: limits and deadlines are up to serve. The
// server must have been given to Prepare.
//
// It returns a *HandshakeError when the request is not a handshake that u accepts; ctx is then unanswered. With
// u.CheckOrigin nil, SameOrigin() decides. A peer that talks before the handshake is over is cut off, and serve never called.
func Upgrade(ctx *fasthttp.RequestCtx, u *websocket.Upgrader, header http.Header, serve func(socket net.Conn, hello []byte)) error {
	if len(ctx.PostBody()) > 0 {
		return &HandshakeError{Status: http.StatusBadRequest, Err: errors.New("the request has a body")}
	}
	socket := ctx.Conn()
	answer := &greeting{Conn: socket}
	w := &hijacker{conn: answer, header: http.Header{}, status: http.StatusInternalServerError}
	if _, err := withErrors(u, w).Upgrade(w, request(ctx), header); err != nil {
		return &HandshakeError{Status: w.status, Err: err}
	}
	ctx.HijackSetNoResponse(true) // it is serve's
	ctx.Hijack(func(buffered net.Conn) {
		if readTooFar(socket, buffered) {
			_ = socket.Close() // nobody is there to be told
			return
		}
		serve(socket, answer.hello)
	})
	return nil
}

// greeting keeps what gorilla writes to a socket that is still fasthttp's.
type greeting struct {
	net.Conn
	hello []byte
}

func (g *greeting) Write(p []byte) (int, error) {
	g.hello = append(g.hello, p...)
	return len(p), nil
}

func (g *greeting) SetDeadline(time.Time) error { return nil }

// withErrors is u with our origin rule and with errors that are kept instead of written.
func withErrors(u *websocket.Upgrader, w *hijacker) *websocket.Upgrader {
	own := *u
	if own.CheckOrigin == nil {
		own.CheckOrigin = SameOrigin()
	}
	own.Error = func(_ http.ResponseWriter, _ *http.Request, status int, _ error) { w.status = status }
	return &own
}

// readTooFar tells whether fasthttp has read bytes past the request. A client that sends frames before it has seen the
// 101 breaks the protocol, and those frames would be lost. The deadline in the past makes the read return what is
// buffered and nothing else.
func readTooFar(conn, buffered net.Conn) bool {
	var one [1]byte
	if conn.SetReadDeadline(time.Unix(1, 0)) != nil {
		return true
	}
	n, _ := buffered.Read(one[:]) // the error is the deadline
	return n > 0 || conn.SetReadDeadline(time.Time{}) != nil
}

// request copies every string, because fasthttp uses the memory again for its next request.
func request(ctx *fasthttp.RequestCtx) *http.Request {
	r := &http.Request{
		Method: string(ctx.Method()), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Host:       string(ctx.Host()),
		URL:        &url.URL{Path: string(ctx.Path()), RawQuery: string(ctx.URI().QueryString())},
		RemoteAddr: ctx.RemoteAddr().String(),
		TLS:        ctx.TLSConnectionState(),
		Header:     http.Header{},
	}
	for k, v := range ctx.Request.Header.All() {
		r.Header.Add(string(k), string(v))
	}
	return r
}

// SameOrigin makes an origin rule: a browser may connect from the host it asks, or from one of allowed (for example
// "https://table.example"). A request without Origin comes from a program; it may connect unless it carries cookies,
// which only a browser should.
func SameOrigin(allowed ...string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		if origin == "" {
			return r.Header.Get("Cookie") == ""
		}
		if len(r.Header.Values("Origin")) > 1 {
			return false
		}
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" {
			return false
		}
		return strings.EqualFold(u.Host, r.Host) ||
			slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, u.Scheme+"://"+u.Host) })
	}
}

// hijacker is the part of net/http's response writer that gorilla needs.
type hijacker struct {
	conn   net.Conn
	header http.Header
	status int
}

func (w *hijacker) Header() http.Header         { return w.header }
func (w *hijacker) WriteHeader(status int)      { w.status = status }
func (w *hijacker) Write(p []byte) (int, error) { return len(p), nil }

// Hijack gives gorilla the socket with buffers too small to be worth keeping, so that it makes its own.
func (w *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	const tiny = 16 // bytes, the least that bufio takes
	return w.conn, bufio.NewReadWriter(bufio.NewReaderSize(w.conn, tiny), bufio.NewWriterSize(w.conn, tiny)), nil
}
