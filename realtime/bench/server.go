package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/valyala/fasthttp"

	"longtable/realtime"
)

// payloadBytes is what one message says, in bytes.
const payloadBytes = 200

// stats are what a server says of itself.
type stats struct {
	RSS int64 // bytes
	CPU int64 // microseconds, of user and system
}

// serve listens on a free port, says which, and obeys: "stats", "rest" (stats after giving memory back), "publish COUNT
// PAUSE-MICROSECONDS BYTES". It ends with its input.
func serve(kind string, rooms int, accepts string) error {
	listener, err := listen(kind, accepts)
	if err != nil {
		return err
	}
	publish, err := start(kind, rooms, listener)
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	orders := bufio.NewScanner(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	turn := 0
	for orders.Scan() {
		words := strings.Fields(orders.Text())
		switch words[0] {
		case "rest":
			runtime.GC()
			debug.FreeOSMemory()
			debug.FreeOSMemory()
		case "publish":
			count, pause, size := number(words[1]), time.Duration(number(words[2]))*time.Microsecond, number(words[3])
			for range count {
				if err := publish(turn%rooms, said(size)); err != nil {
					return err
				}
				turn++
				time.Sleep(pause) // paces; nothing waits for it
			}
		}
		if err := answers.Encode(measure()); err != nil {
			return err
		}
	}
	return orders.Err()
}

// listen has each side accept as it does: ours by its own listener, as the program does, centrifuge by the net package's. Or
// both by the same.
func listen(kind, accepts string) (net.Listener, error) {
	const free = "127.0.0.1:0"
	ours := kind == "poll" || kind == "goroutine"
	switch {
	case accepts == "ours", accepts == "own" && ours:
		return realtime.Listen(free)
	case accepts == "net", accepts == "own":
		return net.Listen("tcp", free)
	}
	return nil, fmt.Errorf("no listener is called %q; there are own, net and ours", accepts)
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(err) // our own driver says it
	}
	return n
}

// said is a message that carries its time, in a form that is itself inside JSON.
func said(size int) string {
	text := fmt.Sprintf("t#%d#", time.Now().UnixNano())
	return text + strings.Repeat("x", max(0, size-len(text)))
}

func measure() stats {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // ourselves: can't fail
	s := stats{CPU: (usage.Utime.Nano() + usage.Stime.Nano()) / 1000}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err) // only Linux has poll mode, and Linux has this
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			s.RSS = int64(number(strings.Fields(rest)[0])) << 10
		}
	}
	return s
}

func start(kind string, rooms int, listener net.Listener) (publish func(room int, text string) error, err error) {
	switch kind {
	case "poll", "goroutine":
		return startOurs(kind == "goroutine", rooms, listener)
	case "centrifuge", "centrifuge-tuned", "centrifuge-recover":
		return startCentrifuge(kind, rooms, listener)
	}
	return nil, fmt.Errorf("no server is called %q", kind)
}

func roomName(i int) string { return "room" + strconv.Itoa(i) }

// memory is the log of our side. Person number i is in the room i modulo rooms.
type memory struct {
	mu    sync.Mutex
	rooms int
	said  map[string][]realtime.Event
}

func (m *memory) Page(_ context.Context, conversation string, after int64, limit int) ([]realtime.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	said := m.said[conversation]
	from := min(int(after), len(said))
	return said[from:min(from+limit, len(said))], nil
}

func (m *memory) Heads(_ context.Context, person string) ([]realtime.Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	room := roomName(number(person) % m.rooms)
	return []realtime.Head{{Conversation: room, Head: int64(len(m.said[room]))}}, nil
}

func (m *memory) add(room int, text string) realtime.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	name := roomName(room)
	ev := realtime.Event{Conversation: name, Seq: int64(len(m.said[name]) + 1), Kind: "message", From: "amara", Name: "Amara", Body: text, At: time.Now()}
	m.said[name] = append(m.said[name], ev)
	return ev
}

func startOurs(goroutines bool, rooms int, listener net.Listener) (func(int, string) error, error) {
	log := &memory{rooms: rooms, said: map[string][]realtime.Event{}}
	refuse := errors.New("not asked for here")
	hub, err := realtime.New(realtime.Config{
		Log: log, Goroutines: goroutines, Epoch: func() string { return "e" },
		Authorize: func(context.Context, string, string) error { return refuse },
		Send: func(context.Context, string, string, string, string) (realtime.Event, error) {
			return realtime.Event{}, refuse
		},
		Read:   func(context.Context, string, string, int64) error { return refuse },
		Limits: realtime.Limits{PerAddress: 1 << 20, PerPerson: 1 << 20, PingEvery: time.Hour, ReadWait: 2 * time.Hour},
	})
	if err != nil {
		return nil, err
	}
	server := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		if err := hub.Serve(ctx, string(ctx.QueryArgs().Peek("person")), ""); err != nil {
			ctx.Error(err.Error(), http.StatusBadRequest)
		}
	}}
	realtime.Prepare(server)
	go func() { _ = server.Serve(listener) }() // ends with the process
	return func(room int, text string) error {
		hub.Deliver(log.add(room, text))
		return nil
	}, nil
}

// startCentrifuge is its memory broker and its own websocket handler, with pings off. Tuned and recover are what its
// documentation offers against memory.
func startCentrifuge(kind string, rooms int, listener net.Listener) (func(int, string) error, error) {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return nil, err
	}
	tuned, recovers := kind == "centrifuge-tuned", kind == "centrifuge-recover"
	var mu sync.Mutex
	arrivals := 0
	node.OnConnecting(func(context.Context, centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		mu.Lock()
		room := roomName(arrivals % rooms)
		arrivals++
		mu.Unlock()
		reply := centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: "amara"},
			Subscriptions: map[string]centrifuge.SubscribeOptions{room: {EnableRecovery: recovers}}}
		if tuned {
			reply.WriteDelay, reply.WriteWithTimer, reply.ReplyWithoutQueue, reply.QueueInitialCap = 5*time.Millisecond, true, true, 1
		}
		return reply, nil
	})
	node.OnConnect(func(*centrifuge.Client) {})
	if err := node.Run(); err != nil {
		return nil, err
	}
	config := centrifuge.WebsocketConfig{CheckOrigin: func(*http.Request) bool { return true }, WriteTimeout: 10 * time.Second,
		PingPongConfig: centrifuge.PingPongConfig{PingInterval: -1, PongTimeout: -1}}
	if tuned || recovers {
		config.ReadBufferSize, config.UseWriteBufferPool, config.ProcessCommandsOffReadLoop = 256, true, true
	}
	go func() { _ = http.Serve(listener, centrifuge.NewWebsocketHandler(node, config)) }() // ends with the process
	return func(room int, text string) error {
		var options []centrifuge.PublishOption
		if recovers {
			options = append(options, centrifuge.WithHistory(1000, time.Minute))
		}
		_, err := node.Publish(roomName(room), []byte(`"`+text+`"`), options...)
		return err
	}, nil
}
