package realtime

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/valyala/fasthttp"
)

// crowd is a large evening: most people only have a page open, some talk in small rooms, and now and then one of them is cut
// off and comes back. The server is a process of its own, so that its memory and its descriptors are its own.
type crowd struct {
	t        *testing.T
	idle     int
	active   int
	messages int           // of each who talks
	pause    time.Duration // between two messages of one person, on average
	address  string
	server   *exec.Cmd

	mu        sync.Mutex
	late      []time.Duration // from sending to reading
	memory    []int64         // of the server, in bytes, once in lookEvery
	applied   atomic.Int64
	faults    atomic.Int64 // events that were not the next
	unfinish  atomic.Int64 // events that somebody did not get in the end
	dropped   atomic.Int64 // idle connections that ended
	cut       atomic.Int64 // connections cut by their own people
	connected sync.WaitGroup
}

const (
	crowdServer = "LONGTABLE_TEST_CROWD_SERVER" // has the tests of this package be the server instead
	perRoom     = 10                            // people who talk with each other
	lookEvery   = time.Second                   // at the server's memory
)

// TestServeACrowd is the server: it says where it answers, and ends with its input.
func TestServeACrowd(t *testing.T) {
	if os.Getenv(crowdServer) == "" {
		return // nobody asks for one
	}
	hall := &hall{rooms: map[string]*hallRoom{}, last: map[string]Event{}}
	hub, err := New(Config{Log: hall, Authorize: func(context.Context, string, string) error { return errNotTheirs },
		Send: hall.send, Read: func(context.Context, string, string, int64) error { return nil }, Epoch: func() string { return "e1" },
		Goroutines: os.Getenv(goroutineMode) != "", Limits: Limits{PerAddress: 1 << 20}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		answer(ctx, hub.Serve(ctx, string(ctx.QueryArgs().Peek("person")), ""))
	}}
	Prepare(server)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	fmt.Println("answers at", listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin)
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	if err := errors.Join(listener.Close(), <-served, hub.Shutdown(ctx)); err != nil {
		t.Error(err)
	}
}

// hall is the log of a crowd. It keeps the last events of each room, or the store's memory would be measured and not ours.
type hall struct {
	mu    sync.Mutex
	rooms map[string]*hallRoom
	last  map[string]Event // of each person, so that a message which is sent again is stored once
}

type hallRoom struct {
	head   int64
	events []Event
}

const hallKeeps = 64 // events of a room; nobody is behind by more

func roomOf(person string) string {
	kind, number, _ := strings.Cut(person, "-")
	n, err := strconv.Atoi(number)
	if err != nil {
		return "nowhere"
	}
	return fmt.Sprint(kind, "-room-", n/perRoom)
}

func (h *hall) room(name string) *hallRoom {
	if h.rooms[name] == nil {
		h.rooms[name] = &hallRoom{}
	}
	return h.rooms[name]
}

func (h *hall) Heads(_ context.Context, person string) ([]Head, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	name := roomOf(person)
	return []Head{{Conversation: name, Head: h.room(name).head}}, nil
}

func (h *hall) Page(_ context.Context, conversation string, after int64, limit int) ([]Event, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.room(conversation)
	from := slices.IndexFunc(r.events, func(ev Event) bool { return ev.Seq > after })
	if from < 0 {
		return nil, nil
	}
	return slices.Clone(r.events[from:min(from+limit, len(r.events))]), nil
}

func (h *hall) send(_ context.Context, person, conversation, nonce, body string) (Event, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ev := h.last[person]; ev.Nonce == nonce {
		return ev, nil
	}
	r := h.room(conversation)
	r.head++
	ev := Event{Conversation: conversation, Seq: r.head, Kind: "message", From: person, Name: person, Nonce: nonce, Body: body, At: time.Now()}
	if r.events = append(r.events, ev); len(r.events) > hallKeeps {
		r.events = slices.Delete(r.events, 0, 1)
	}
	h.last[person] = ev
	return ev, nil
}

// begin starts the server.
func (c *crowd) begin() {
	c.server = exec.Command(os.Args[0], "-test.run", "^TestServeACrowd$", "-test.timeout", "0")
	c.server.Env = append(os.Environ(), crowdServer+"=1", "LONGTABLE_PROVE=")
	c.server.Stderr = os.Stderr
	out, err := c.server.StdoutPipe()
	in, inErr := c.server.StdinPipe()
	if err := errors.Join(err, inErr, c.server.Start()); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		if err := errors.Join(in.Close(), c.server.Wait()); err != nil {
			c.t.Errorf("the server's end: %v", err)
		}
	})
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	at, found := strings.CutPrefix(strings.TrimSpace(line), "answers at ")
	if err != nil || !found {
		c.t.Fatalf("the server said %q: %v", line, err)
	}
	c.address = at
	go func() { _, _ = io.Copy(io.Discard, lines) }() // ends with the server
}

// run is the whole evening; afterwards the figures are there.
func (c *crowd) run() {
	c.begin()
	ctx, over := context.WithCancel(c.t.Context())
	var open, talks, watch sync.WaitGroup
	doors := make(chan struct{}, 32) // so many come in at once
	come := func(n int, stay func(int)) {
		for i := range n {
			c.connected.Add(1)
			doors <- struct{}{}
			open.Go(func() { stay(i) })
		}
	}
	inside := func() { <-doors; c.connected.Done() }
	come(c.idle, func(i int) { c.sit(ctx, i, inside) })
	guests := make([]*guest, c.active)
	for i := range guests {
		guests[i] = &guest{crowd: c, name: fmt.Sprint("talker-", i), acked: make(chan struct{}, 1), chance: rand.New(rand.NewPCG(9, uint64(i)))}
	}
	come(c.active, func(i int) { guests[i].stay(ctx, sync.OnceFunc(inside)) })
	c.connected.Wait()
	watch.Go(func() { c.watchMemory(ctx) })
	for _, g := range guests {
		talks.Go(func() { g.talk(ctx) })
	}
	talks.Wait()
	c.settle(guests)
	over()
	open.Wait()
	watch.Wait()
}

// settle waits until everybody has everything.
func (c *crowd) settle(guests []*guest) {
	last := int64(perRoom * c.messages)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.After(patience); ; {
		missing := int64(0)
		for _, g := range guests {
			missing += last - g.have.Load()
		}
		select {
		case <-ticker.C:
		case <-deadline:
			c.unfinish.Store(missing)
			return
		}
		if missing == 0 {
			return
		}
	}
}

func (c *crowd) dial(ctx context.Context, person string, have int64) (*websocket.Conn, error) {
	dialer := websocket.Dialer{ReadBufferSize: 512, WriteBufferPool: &writeBuffers, WriteBufferSize: 512, HandshakeTimeout: patience}
	ws, _, err := dialer.DialContext(ctx, fmt.Sprintf("ws://%s/live?v=1&epoch=e1&person=%s&since=%s.%d", c.address, person, roomOf(person), have), nil)
	return ws, err
}

// sit is somebody who only has a page open.
func (c *crowd) sit(ctx context.Context, i int, inside func()) {
	ws, err := c.dial(ctx, fmt.Sprint("sitter-", i), 0)
	inside()
	if err != nil {
		c.dropped.Add(1)
		c.t.Errorf("somebody who only looks: %v", err)
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
	defer stop()
	for err == nil {
		_, _, err = ws.ReadMessage() // answers pings
	}
	if ctx.Err() == nil {
		c.dropped.Add(1)
	}
}

// guest is somebody who talks.
type guest struct {
	crowd  *crowd
	name   string
	have   atomic.Int64 // the last event
	acked  chan struct{}
	chance *rand.Rand // of whoever reads

	mu      sync.Mutex
	ws      *websocket.Conn
	pending *command // not acknowledged yet
}

// stay follows, and comes back when the connection is cut.
func (g *guest) stay(ctx context.Context, inside func()) {
	for ctx.Err() == nil {
		ws, err := g.crowd.dial(ctx, g.name, g.have.Load())
		inside()
		if err != nil {
			if ctx.Err() == nil {
				g.crowd.t.Errorf("somebody who talks: %v", err)
			}
			return
		}
		stop := context.AfterFunc(ctx, func() { _ = ws.Close() })
		g.connect(ws)
		g.listen(ws)
		stop()
		_ = ws.NetConn().Close() // without a goodbye
	}
}

func (g *guest) connect(ws *websocket.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ws = ws
	g.write()
}

// write sends what is not acknowledged, again if it must be. Called with mu held.
func (g *guest) write() {
	if g.pending != nil && g.ws != nil {
		_ = g.ws.WriteJSON(g.pending) // if it can't, the next connection does
	}
}

func (g *guest) listen(ws *websocket.Conn) {
	const cutOnceIn = 300 // events
	for {
		var f frame
		if ws.ReadJSON(&f) != nil {
			return
		}
		switch {
		case f.Op == opOK:
			g.heed(f.Nonce)
		case f.Op == opEvent:
			g.apply(f)
			if g.chance.IntN(cutOnceIn) == 0 {
				g.crowd.cut.Add(1)
				return
			}
		}
	}
}

// apply is stricter than a page: the server must never send what is not the next.
func (g *guest) apply(f frame) {
	if !g.have.CompareAndSwap(f.Seq-1, f.Seq) {
		g.crowd.faults.Add(1)
		return
	}
	g.crowd.applied.Add(1)
	if at, err := strconv.ParseInt(f.Body, 10, 64); err == nil {
		g.crowd.mu.Lock()
		defer g.crowd.mu.Unlock()
		g.crowd.late = append(g.crowd.late, time.Since(time.Unix(0, at)))
	}
}

func (g *guest) heed(nonce string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pending != nil && g.pending.Nonce == nonce {
		g.pending = nil
		g.acked <- struct{}{} // there is one at a time, and room for it
	}
}

// talk says everything, each message once the one before is acknowledged.
func (g *guest) talk(ctx context.Context) {
	for i := range g.crowd.messages {
		wait := time.NewTimer(rand.N(2 * g.crowd.pause))
		select {
		case <-wait.C:
		case <-ctx.Done():
			return
		}
		g.mu.Lock()
		g.pending = &command{Op: opSend, C: roomOf(g.name), Nonce: fmt.Sprint("n", i), Body: strconv.FormatInt(time.Now().UnixNano(), 10)}
		g.write()
		g.mu.Unlock()
		select {
		case <-g.acked:
		case <-ctx.Done():
			return
		}
	}
}

// watchMemory notes what the server takes.
func (c *crowd) watchMemory(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if now, err := memoryOf(c.server.Process.Pid); err == nil { // it may have ended
				c.memory = append(c.memory, now)
			}
		}
	}
}

// memoryOf is what a process has in memory, in bytes.
func memoryOf(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, errors.New("no VmRSS")
	}
	kilobytes, err := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10, err
}

// grown is the memory of the last tenth in percent of that after the first fifth, medians both.
func grown(memory []int64) int64 {
	n := len(memory)
	if n < 10 {
		return 0
	}
	warm, end := memory[n/5:n/5+n/10], memory[n-n/10:]
	return 100 * middle(end) / middle(warm)
}

func middle[T cmp.Ordered](values []T) T { return slices.Sorted(slices.Values(values))[len(values)/2] }

func TestACrowdTalks(t *testing.T) {
	c := &crowd{t: t, idle: 100, active: 40, messages: 5, pause: 20 * time.Millisecond}
	c.run()
	want := int64(40 * perRoom * 5)
	if c.applied.Load() != want || c.faults.Load()+c.unfinish.Load()+c.dropped.Load() > 0 {
		t.Errorf("%d of %d events, %d out of order, %d lost, %d idle connections dropped", c.applied.Load(), want, c.faults.Load(), c.unfinish.Load(), c.dropped.Load())
	}
}

// The check that the evening could fail.
func TestACrowdNoticesWhatIsMissing(t *testing.T) {
	c := &crowd{t: t}
	g := &guest{crowd: c}
	for _, seq := range []int64{1, 2, 2, 4} {
		g.apply(frame{Op: opEvent, Seq: seq})
	}
	if c.faults.Load() != 2 || g.have.Load() != 2 {
		t.Errorf("%d faults, at %d", c.faults.Load(), g.have.Load())
	}
	rising := make([]int64, 100)
	for i := range rising {
		rising[i] = int64(1000 + 10*i)
	}
	if percent := grown(rising); percent < 150 {
		t.Errorf("memory that doubles has grown to %d %%", percent)
	}
}

func TestProveRealtimeCrowd(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("a long proof: LONGTABLE_PROVE=1 switches it on")
	}
	const idle, active, messages, pause = 17_000, 2_000, 30, 20 * time.Second // ten minutes
	c := &crowd{t: t, idle: idle, active: active, messages: messages, pause: pause}
	began := time.Now()
	c.run()
	slices.Sort(c.late)
	figure(t, "realtime-crowd-idle", idle-c.dropped.Load(), "connections", idle, slices.Max)
	figure(t, "realtime-crowd-active", active, "people", active, slices.Max)
	figure(t, "realtime-crowd-applied", c.applied.Load(), "events", active*perRoom*messages, slices.Max)
	figure(t, "realtime-crowd-lost", c.unfinish.Load(), "events", 0, slices.Min)
	figure(t, "realtime-crowd-out-of-order", c.faults.Load(), "events", 0, slices.Min)
	figure(t, "realtime-crowd-cut-and-back", c.cut.Load(), "connections", 1000, slices.Max)
	figure(t, "realtime-crowd-memory-at-the-end", grown(c.memory), "percent of that after the first fifth", 110, slices.Min)
	fmt.Printf("no bar: %.1f minutes, delivery p50 %v, p99 %v, the server's memory %d MB at the end, %d MB at most\n", time.Since(began).Minutes(),
		c.late[len(c.late)/2], c.late[len(c.late)*99/100], c.memory[len(c.memory)-1]>>20, slices.Max(c.memory)>>20)
}
