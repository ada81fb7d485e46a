package realtime

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// HandshakeError says that a request did not become a websocket. Nothing has been answered: the caller still owns the
// response and gives it Status.
type HandshakeError struct {
	Status int   // 400 or 405 for a malformed handshake, 403 for a foreign origin
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
// It returns a *HandshakeError when the request is not a handshake, or origin refuses it; ctx is then unanswered. A peer that
// talks before the handshake is over is cut off, and serve never called. There is no extension and no subprotocol: who offers
// some gets a socket without.
func Upgrade(ctx *fasthttp.RequestCtx, origin OriginRule, serve func(socket net.Conn, hello []byte)) error {
	hello, err := greet(ctx, origin)
	if err != nil {
		return err
	}
	socket := ctx.Conn()
	ctx.HijackSetNoResponse(true) // it is serve's
	ctx.Hijack(func(buffered net.Conn) {
		if readTooFar(socket, buffered) {
			_ = socket.Close() // nobody is there to be told
			return
		}
		serve(socket, hello)
	})
	return nil
}

// greet is the answer to a handshake. It is checked on fasthttp's own request: copies of it are a good part of what a crowd
// that returns would cost.
func greet(ctx *fasthttp.RequestCtx, origin OriginRule) (hello []byte, err error) {
	h := &ctx.Request.Header
	refuse := func(status int, why string) ([]byte, error) { return nil, &HandshakeError{status, errors.New(why)} }
	switch {
	case len(ctx.PostBody()) > 0:
		return refuse(http.StatusBadRequest, "the request has a body")
	case !names(h, "Connection", "upgrade") || !names(h, "Upgrade", "websocket"):
		return refuse(http.StatusBadRequest, "it asks for no websocket")
	case !ctx.IsGet():
		return refuse(http.StatusMethodNotAllowed, "the method is not GET")
	case !names(h, "Sec-WebSocket-Version", "13"):
		return refuse(http.StatusBadRequest, "the version is not 13")
	case !origin(h):
		return refuse(http.StatusForbidden, "the origin is foreign")
	}
	key := h.Peek("Sec-WebSocket-Key")
	if !isKey(key) {
		return refuse(http.StatusBadRequest, "the key is not one of 16 bytes in base64")
	}
	return welcome(key), nil
}

// names tells whether a header, in which commas part the values, names a value.
func names(h *fasthttp.RequestHeader, header, value string) bool {
	for _, line := range h.PeekAll(header) {
		for part := range bytes.SplitSeq(line, []byte(",")) {
			if part = bytes.TrimSpace(part); len(part) == len(value) && strings.EqualFold(string(part), value) {
				return true
			}
		}
	}
	return false
}

func isKey(key []byte) bool {
	const keyBytes = 16 // by RFC 6455
	var room [keyBytes + 2]byte
	if len(key) != base64.StdEncoding.EncodedLen(keyBytes) {
		return false
	}
	n, err := base64.StdEncoding.Decode(room[:], key)
	return err == nil && n == keyBytes
}

// welcome answers a key as RFC 6455 says.
func welcome(key []byte) []byte {
	const suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
	var room [64]byte
	sum := sha1.Sum(append(append(room[:0], key...), suffix...))
	b := make([]byte, 0, len(head)+base64.StdEncoding.EncodedLen(len(sum))+len("\r\n\r\n"))
	b = base64.StdEncoding.AppendEncode(append(b, head...), sum[:])
	return append(b, "\r\n\r\n"...)
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

// OriginRule tells whether the page that a request comes from may connect.
type OriginRule func(*fasthttp.RequestHeader) bool

// SameOrigin makes an origin rule: a browser may connect from the host it asks, or from one of allowed (for example
// "https://table.example"). A request without Origin comes from a program; it may connect unless it carries cookies,
// which only a browser should.
func SameOrigin(allowed ...string) OriginRule {
	return func(h *fasthttp.RequestHeader) bool {
		origins := h.PeekAll("Origin")
		if len(origins) == 0 || len(origins[0]) == 0 {
			return len(h.Peek("Cookie")) == 0
		}
		if len(origins) > 1 {
			return false
		}
		u, err := url.Parse(string(origins[0]))
		if err != nil || u.Host == "" {
			return false
		}
		return strings.EqualFold(u.Host, string(h.Host())) ||
			slices.ContainsFunc(allowed, func(a string) bool { return strings.EqualFold(a, u.Scheme+"://"+u.Host) })
	}
}
