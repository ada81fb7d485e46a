package realtime

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
)

// handshake has the key of the example in RFC 6455, whose answer is known.
const handshake = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// echo answers /ws with a socket that sends back what it gets, /deadline with one that reports its read deadline.
func echo(t *testing.T) (address string, fired chan error) {
	t.Helper()
	fired = make(chan error, 64)
	server := &fasthttp.Server{
		ReadTimeout: 300 * time.Millisecond, WriteTimeout: 300 * time.Millisecond, IdleTimeout: 300 * time.Millisecond,
		MaxRequestBodySize: 1 << 10,
	}
	origin := SameOrigin()
	server.Handler = func(ctx *fasthttp.RequestCtx) {
		switch path := string(ctx.Path()); path {
		case "/ws":
			answer(ctx, Upgrade(ctx, origin, serving(t, echoAll)))
		case "/deadline":
			answer(ctx, Upgrade(ctx, origin, serving(t, func(ws *websocket.Conn) { fired <- readLate(ws) })))
		default:
			ctx.SetBodyString("ok")
		}
	}
	return listen(t, server), fired
}

// serving writes the answer to the handshake and has serve use the socket through a codec of its own.
func serving(t *testing.T, serve func(*websocket.Conn)) func(net.Conn, []byte) {
	return func(socket net.Conn, hello []byte) {
		u := &websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		silent := &silentOnce{Conn: socket}
		ws, err := u.Upgrade(&hijacker{conn: silent, header: http.Header{}}, emptyHandshake(), nil)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := socket.Write(hello); err == nil { // else the peer is gone
			silent.over = true
			go serve(ws)
		}
	}
}

// silentOnce swallows the answer to a handshake that nobody made.
type silentOnce struct {
	net.Conn
	over bool
}

func (s *silentOnce) Write(p []byte) (int, error) {
	if !s.over {
		return len(p), nil
	}
	return s.Conn.Write(p)
}

func echoAll(ws *websocket.Conn) {
	defer func() { _ = ws.Close() }()
	for {
		kind, data, err := ws.ReadMessage()
		if err != nil || ws.WriteMessage(kind, data) != nil {
			return
		}
	}
}

func readLate(ws *websocket.Conn) error {
	defer func() { _ = ws.Close() }()
	if err := ws.SetReadDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		return err
	}
	_, _, err := ws.ReadMessage()
	return err
}

func (c *client) echoes(text string) {
	c.t.Helper()
	c.send(text)
	_ = c.ws.SetReadDeadline(time.Now().Add(patience))
	if _, data, err := c.ws.ReadMessage(); err != nil || string(data) != text {
		c.t.Fatalf("echo of %d bytes: %d bytes, %v", len(text), len(data), err)
	}
}

func TestUpgradeAnswersTheHandshake(t *testing.T) {
	address, _ := echo(t)
	ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.Close() }()
	c := &client{t, ws}
	c.echoes("hello")
	c.echoes(string(make([]byte, 100<<10))) // far above the server's body limit
}

func TestUpgradeRefuses(t *testing.T) {
	address, _ := echo(t)
	ok := http.Header{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	for _, test := range []struct {
		name   string
		change map[string]string
		status int
	}{
		{"nothing", nil, 101},
		{"a page of the same host", map[string]string{"Origin": "http://" + address, "Cookie": "s=1"}, 101},
		{"a foreign origin", map[string]string{"Origin": "https://evil.example"}, 403},
		{"the null origin", map[string]string{"Origin": "null"}, 403},
		{"cookies without an origin", map[string]string{"Cookie": "s=1"}, 403},
		{"several values in a line", map[string]string{"Connection": "keep-alive, upgrade", "Upgrade": "h2c, WebSocket"}, 101},
		{"a connection that stays as it is", map[string]string{"Connection": "keep-alive"}, 400},
		{"a key of 15 bytes", map[string]string{"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25j"}, 400},
		{"a key of 17 bytes", map[string]string{"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZTE="}, 400},
		{"a key that is no base64", map[string]string{"Sec-Websocket-Key": "dGhlIHNhbXBsZSBub25jZ!=="}, 400},
		{"no key", map[string]string{"Sec-Websocket-Key": ""}, 400},
		{"another version", map[string]string{"Sec-Websocket-Version": "8"}, 400},
		{"an ordinary request", map[string]string{"Upgrade": ""}, 400},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/ws", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header = ok.Clone()
			for k, v := range test.change {
				r.Header.Set(k, v)
			}
			resp, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			if resp.StatusCode != test.status {
				t.Errorf("status %d, want %d", resp.StatusCode, test.status)
			}
		})
	}
}

func TestSameOriginAllowsWhatItIsTold(t *testing.T) {
	rule := SameOrigin("https://table.example")
	from := func(origins ...string) *fasthttp.RequestHeader {
		h := &fasthttp.RequestHeader{}
		h.SetHost("10.0.0.7:8080")
		h.SetCookie("s", "1")
		for _, origin := range origins {
			h.Add("Origin", origin)
		}
		return h
	}
	if !rule(from("https://TABLE.example")) {
		t.Error("the public address is refused")
	}
	if rule(from("http://table.example")) {
		t.Error("the public address without encryption is allowed")
	}
	if rule(from("https://table.example", "https://evil.example")) {
		t.Error("two origins are allowed")
	}
	if rule(from()) {
		t.Error("a page that doesn't say where it comes from is allowed")
	}
}

func TestUpgradeRefusesABody(t *testing.T) {
	address, _ := echo(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/ws",
		io.LimitReader(neverEnding('x'), 100))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", resp.StatusCode)
	}
}

type neverEnding byte

func (b neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

// fasthttp clears deadlines when it lets go; one set by serve must come after that. Behind the adaptor of net/http most
// of these never fire.
func TestADeadlineSetRightAfterUpgradeFires(t *testing.T) {
	address, fired := echo(t)
	const sockets = 50
	for range sockets {
		dial(t, "ws://"+address+"/deadline")
	}
	for i := range sockets {
		select {
		case err := <-fired:
			if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
				t.Fatalf("read ended with %v", err)
			}
		case <-time.After(patience):
			t.Fatalf("only %d of %d deadlines fired", i, sockets)
		}
	}
}

func TestASocketOutlivesTheServersTimeouts(t *testing.T) {
	address, _ := echo(t)
	c := dial(t, "ws://"+address+"/ws")
	idle, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = idle.Close() }()
	// An ordinary connection opened later than ours: once the server has closed it, ours is over its idle time too.
	if err := idle.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, idle); err != nil { // at the end of the stream there is no error
		t.Fatalf("the idle connection was not closed: %v", err)
	}
	c.echoes("still here")
}

func TestUpgradeOfAKeptAliveConnection(t *testing.T) {
	address, _ := echo(t)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	in := bufio.NewReader(conn)
	for _, step := range []struct {
		request string
		status  int
	}{{"GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200}, {handshake, 101}} {
		if _, err := io.WriteString(conn, step.request); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != step.status {
			t.Fatalf("got %v, %v; want %d", resp, err, step.status)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
	}
}

func TestFramesBeforeTheHandshakeEndTheSocket(t *testing.T) {
	address, _ := echo(t)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprint(conn, handshake, "\x81\x85\x00\x00\x00\x00early"); err != nil {
		t.Fatal(err)
	}
	answered, err := io.ReadAll(conn)
	if timeout, ok := err.(net.Error); len(answered) > 0 || ok && timeout.Timeout() { // any other error is a reset
		t.Errorf("answered with %q, %v", answered, err)
	}
}
