package realtime

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
)

// patience bounds every wait of these tests; only a broken one takes that long.
const patience = 20 * time.Second

var errNotTheirs = errors.New("not theirs")

// town is the small community that the tests happen in: who is in which conversation, what was said, and who may watch
// what. It stands for the store and the domain.
type town struct {
	mu      sync.Mutex
	members map[string][]string // conversation to people
	said    map[string][]Event
	read    map[string]int64 // conversation/person
	may     map[string]bool  // person/topic
	gone    map[string]bool  // sessions that were signed out
	broken  error            // what the log answers instead
	onPage  func()           // called when the log is read
}

func newTown() *town {
	return &town{
		members: map[string][]string{
			"bakery": {"amara", "bilal", "chen"},
			"garden": {"amara", "chen"},
		},
		said: map[string][]Event{}, read: map[string]int64{}, gone: map[string]bool{},
		may: map[string]bool{"amara/event:supper": true, "bilal/event:supper": true, "amara/hub:quay": true},
	}
}

func (w *town) Page(_ context.Context, conversation string, after int64, limit int) ([]Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.onPage != nil {
		w.onPage()
	}
	if w.broken != nil {
		return nil, w.broken
	}
	said := w.said[conversation]
	from := min(int(after), len(said))
	return slices.Clone(said[from:min(from+limit, len(said))]), nil
}

func (w *town) Heads(_ context.Context, person string) ([]Head, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var heads []Head
	for conversation, people := range w.members {
		if slices.Contains(people, person) {
			heads = append(heads, Head{conversation, int64(len(w.said[conversation])), w.read[conversation+"/"+person]})
		}
	}
	return heads, w.broken
}

func (w *town) send(_ context.Context, person, conversation, nonce, body string) (Event, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.members[conversation], person) {
		return Event{}, errNotTheirs
	}
	if body == "panic" {
		panic("a mistake in the domain")
	}
	for _, ev := range w.said[conversation] {
		if ev.From == person && ev.Nonce == nonce {
			return ev, nil
		}
	}
	ev := Event{
		Conversation: conversation, Seq: int64(len(w.said[conversation]) + 1), Kind: "message",
		From: person, Name: strings.ToUpper(person[:1]) + person[1:], Nonce: nonce, Body: body, At: time.Now().UTC(),
	}
	w.said[conversation] = append(w.said[conversation], ev)
	return ev, nil
}

// say stores a message as send does, for tests that deliver it, or not, by themselves.
func (w *town) say(t testing.TB, person, conversation, body string) Event {
	t.Helper()
	ev, err := w.send(t.Context(), person, conversation, "n-"+body, body)
	if err != nil {
		t.Fatalf("%s says %q: %v", person, body, err)
	}
	return ev
}

func (w *town) markRead(_ context.Context, person, conversation string, seq int64) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.members[conversation], person) {
		return errNotTheirs
	}
	w.read[conversation+"/"+person] = max(seq, w.read[conversation+"/"+person])
	return nil
}

func (w *town) authorize(_ context.Context, person, topic string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.may[person+"/"+topic] {
		return errNotTheirs
	}
	return nil
}

func (w *town) session(_ context.Context, _, session string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.gone[session] {
		return errNotTheirs
	}
	return nil
}

// change edits the town under its lock.
func (w *town) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
}

func (w *town) config() Config {
	return Config{
		Goroutines: os.Getenv(goroutineMode) != "",
		Log:        w, Authorize: w.authorize, Send: w.send, Read: w.markRead, Session: w.session, Epoch: func() string { return "e1" },
		Explain: func(err error) (string, string) {
			if errors.Is(err, errNotTheirs) {
				return "not-found", "error.not-found"
			}
			return "internal", "error.internal"
		},
	}
}

// listen serves handler on a loopback port until the test ends and returns its address.
func listen(t testing.TB, server *fasthttp.Server) string {
	t.Helper()
	ln, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	Prepare(server)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ln) }()
	t.Cleanup(func() {
		// Closed by hand: Shutdown knows the listener only once Serve has begun.
		if err := errors.Join(ln.Close(), <-served); err != nil {
			t.Errorf("stop the server: %v", err)
		}
		if err := server.Shutdown(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Errorf("close the server's connections: %v", err)
		}
	})
	return ln.Addr().String()
}

// open starts a hub for the town; who connects is whoever the address says. The hub must be empty when the test ends.
func open(t testing.TB, config Config) (*Hub, string) {
	t.Helper()
	hub, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	address := listen(t, &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		person, session := string(ctx.QueryArgs().Peek("person")), string(ctx.QueryArgs().Peek("session"))
		answer(ctx, hub.Serve(ctx, person, session))
	}})
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := hub.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		for _, table := range []*table{hub.rooms, hub.watchers} {
			for i := range table.shards {
				if n := len(table.shards[i].subs); n > 0 {
					t.Errorf("%d subscriptions left in a table", n)
				}
			}
		}
		if n := len(hub.people.all()); n > 0 {
			t.Errorf("%d connections left", n)
		}
	})
	return hub, address
}

// requestFor is an upgrade request with a query.
func requestFor(query string) *fasthttp.RequestCtx {
	ctx := &fasthttp.RequestCtx{}
	ctx.Request.SetRequestURI("/live?" + query)
	return ctx
}

func answer(ctx *fasthttp.RequestCtx, err error) {
	var bad *HandshakeError
	if errors.As(err, &bad) {
		ctx.Error(bad.Error(), bad.Status)
	}
}

// client is a browser's side of a connection.
type client struct {
	t  testing.TB
	ws *websocket.Conn
}

// frame is any frame from the server.
type frame struct {
	Op      string
	Epoch   string
	Convs   [][]any
	C       string
	Seq     int64
	K       string
	From    any // a person in ev and eph, a seq in gap
	To      int64
	Name    string
	Nonce   string
	Body    string
	Topic   string
	Rev     int64
	Kind    string
	Say     string
	Why     string
	AfterMS int64 `json:"after_ms"`
	Again   bool
}

// connect opens /live?v=1&person=…&query and reads nothing.
func connect(t testing.TB, address, person, query string) *client {
	t.Helper()
	return dial(t, "ws://"+address+"/live?v=1&person="+person+"&"+query)
}

func dial(t testing.TB, url string) *client {
	t.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		t.Fatalf("dial %s: %v", url, err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return &client{t, ws}
}

// ready is connect, and reads the ready frame.
func ready(t testing.TB, address, person, query string) *client {
	t.Helper()
	c := connect(t, address, person, query)
	c.expect("ready")
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	if err := c.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		c.t.Fatalf("send %s: %v", text, err)
	}
}

func (c *client) next() (frame, error) {
	if err := c.ws.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return frame{}, err
	}
	var f frame
	err := c.ws.ReadJSON(&f)
	return f, err
}

// expect reads the next frame, which must be an op.
func (c *client) expect(op string) frame {
	c.t.Helper()
	f, err := c.next()
	if err != nil || f.Op != op {
		c.t.Fatalf("got %+v, %v; want %s", f, err, op)
	}
	return f
}

// expectBoth reads two frames that come in any order.
func (c *client) expectBoth(one, other string) {
	c.t.Helper()
	first, err := c.next()
	if err != nil || first.Op != one && first.Op != other {
		c.t.Fatalf("got %+v, %v; want %s or %s", first, err, one, other)
	}
	if first.Op == one {
		one = other
	}
	c.expect(one)
}

// expectEvents reads the events from to to of a conversation, and nothing else.
func (c *client) expectEvents(conversation string, from, to int64) {
	c.t.Helper()
	for seq := from; seq <= to; seq++ {
		if f := c.expect("ev"); f.C != conversation || f.Seq != seq {
			c.t.Fatalf("got %s %d, want %s %d", f.C, f.Seq, conversation, seq)
		}
	}
}

// expectBye reads up to the goodbye and the close code after it.
func (c *client) expectBye(why reason) frame {
	c.t.Helper()
	for {
		f, err := c.next()
		if err != nil {
			c.t.Fatalf("%v before a goodbye", err)
		}
		if f.Op != "bye" {
			continue
		}
		if f.Why != why.why || f.Again != why.again {
			c.t.Fatalf("got %+v, want %+v", f, why)
		}
		c.expectClose(why.code)
		return f
	}
}

func (c *client) expectClose(code int) {
	c.t.Helper()
	_, err := c.next()
	if !websocket.IsCloseError(err, code) {
		c.t.Fatalf("got %v, want close %d", err, code)
	}
}

// settled returns once everything sent before has been handled, because commands are handled in order.
func (c *client) settled() {
	c.t.Helper()
	c.send(`{"op":"settled?"}`)
	c.expect("no")
}
