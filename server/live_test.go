package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/valyala/fasthttp"

	"longtable/realtime"
	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/store"
)

// talkShop is a conversation of some people on the real stores, served by one process or by several over one MongoDB, with a
// NATS server between them.
type talkShop struct {
	t        *testing.T
	people   int
	messages int64
	nodes    []*talkNode

	applied, faults, lost atomic.Int64
}

type talkNode struct {
	network *community.Network
	hub     *realtime.Hub
	bus     *realtime.NATS
	address string
}

const talkRoom = "breakfast"

func person(i int) community.MemberID { return community.MemberID(fmt.Sprint("person-", i)) }

// openTalkShop opens a node for each configuration, all over the same store.
func openTalkShop(t *testing.T, people int, messages int64, configs ...Config) *talkShop {
	s := &talkShop{t: t, people: people, messages: messages}
	for _, config := range configs {
		s.nodes = append(s.nodes, openTalkNode(t, config))
	}
	n := s.nodes[0].network
	var members []community.MemberID
	for i := range people {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: person(i)}, Name: fmt.Sprint("Person ", i)}
		must(t, n.Members.Add(t.Context(), m))
		members = append(members, m.ID)
		must(t, n.Seats.Add(t.Context(), &community.Seat{Record: community.Record[community.SeatID]{ID: community.SeatID(talkRoom + "~" + string(m.ID))},
			Conversation: talkRoom, Member: m.ID}))
	}
	must(t, n.Conversations.Add(t.Context(), &community.Conversation{Record: community.Record[community.ConversationID]{ID: talkRoom}, Title: "Breakfast", Members: members}))
	return s
}

func openTalkNode(t *testing.T, config Config) *talkNode {
	t.Helper()
	engine, err := openEngine(t.Context(), config)
	must(t, err)
	db := store.NewDB(engine)
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	n := &talkNode{}
	n.network, err = community.New(stores, time.Now)
	must(t, err)
	live := liveTalk{n.network}
	options := realtime.Config{Log: live, Authorize: live.authorize, Send: live.send, Explain: explain,
		Read: func(ctx context.Context, person, conversation string, seq int64) error {
			return (&house{network: n.network, hub: n.hub}).readLive(ctx, person, conversation, seq)
		},
		Epoch: func() string { return "e" }, Limits: realtime.Limits{Rate: 1e6, Burst: 1e6, PerAddress: 1 << 20, PerPerson: 1 << 20, Resume: 1 << 20, Queue: 32}}
	if config.NATS != "" {
		n.bus, err = realtime.OpenNATS(config.NATS, slog.New(slog.DiscardHandler))
		must(t, err)
		options.Bus = n.bus
	}
	n.hub, err = realtime.New(options)
	must(t, err)
	listener, err := realtime.Listen("127.0.0.1:0")
	must(t, err)
	server := &fasthttp.Server{Handler: func(ctx *fasthttp.RequestCtx) {
		if err := n.hub.Serve(ctx, string(ctx.QueryArgs().Peek("person")), ""); err != nil {
			ctx.Error(err.Error(), fasthttp.StatusBadRequest)
		}
	}}
	realtime.Prepare(server)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	n.address = listener.Addr().String()
	t.Cleanup(func() {
		must(t, errors.Join(listener.Close(), <-served, n.hub.Shutdown(context.Background())))
		if n.bus != nil {
			n.bus.Close()
		}
		must(t, db.Close())
	})
	return n
}

// run has somebody on each node speak while everybody listens, and leaves and comes back. disturb is called in the middle.
func (s *talkShop) run(disturb func()) {
	var listeners, speakers sync.WaitGroup
	over := make(chan struct{})
	for i := range s.people {
		listeners.Go(func() { s.listen(i, over) })
	}
	each := s.messages / int64(len(s.nodes))
	for i, n := range s.nodes {
		speakers.Go(func() { s.speak(n, person(i), each) })
	}
	disturb()
	speakers.Wait()
	done := make(chan struct{})
	go func() {
		listeners.Wait()
		close(done)
	}()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	}
	close(over)
	<-done
}

// speak stores messages as a page would, each twice with one nonce, and tells the node of most of them.
func (s *talkShop) speak(n *talkNode, who community.MemberID, count int64) {
	chance := rand.New(rand.NewPCG(5, uint64(len(who))))
	for i := range count {
		v, err := n.network.Viewer(s.t.Context(), who)
		if err != nil {
			s.t.Error(err)
			return
		}
		var m *community.Message
		for range 2 {
			if m, err = n.network.Say(s.t.Context(), v, talkRoom, fmt.Sprint(who, "-", i), fmt.Sprint("says ", i)); err != nil {
				s.t.Error(err)
				return
			}
		}
		if i+1 == count || chance.IntN(10) > 0 { // a hint that is lost shows with the next one; one node has no other way
			n.hub.Deliver(jobs.LiveEvent(m, v.Name))
		}
	}
}

func (s *talkShop) listen(i int, over <-chan struct{}) {
	chance := rand.New(rand.NewPCG(6, uint64(i)))
	have := int64(0)
	for have < s.messages {
		select {
		case <-over:
			s.lost.Add(s.messages - have)
			return
		default:
		}
		at := s.nodes[chance.IntN(len(s.nodes))].address
		ws, _, err := websocket.DefaultDialer.Dial(fmt.Sprintf("ws://%s/live?v=1&epoch=e&person=%s&since=%s.%d", at, person(i), talkRoom, have), nil)
		if err != nil {
			s.t.Error(err)
			return
		}
		stop := context.AfterFunc(closes{s.t.Context(), over}, func() { _ = ws.NetConn().Close() })
		for range 1 + chance.IntN(int(s.messages)/4) {
			var f struct {
				Op  string
				Seq int64
			}
			if ws.ReadJSON(&f) != nil {
				break
			}
			if f.Op != "ev" {
				continue
			}
			if f.Seq != have+1 {
				s.faults.Add(1)
				s.t.Errorf("%d after %d", f.Seq, have)
			}
			s.applied.Add(1)
			if have = f.Seq; have == s.messages {
				break
			}
		}
		stop()
		_ = ws.NetConn().Close() // without a goodbye
	}
}

// closes is a context that ends when a channel is closed.
type closes struct {
	context.Context
	over <-chan struct{}
}

func (c closes) Done() <-chan struct{} { return c.over }

func (c closes) Err() error {
	select {
	case <-c.over:
		return context.Canceled
	default:
		return nil
	}
}

// check fails when something was lost, repeated, out of order, or stored other than once.
func (s *talkShop) check() {
	s.t.Helper()
	head, err := s.nodes[0].network.Messages.Head(s.t.Context(), talkRoom)
	must(s.t, err)
	if head != s.messages || s.lost.Load() > 0 || s.faults.Load() > 0 || s.applied.Load() != int64(s.people)*s.messages {
		s.t.Errorf("%d of %d stored, %d lost, %d out of order, %d applied", head, s.messages, s.lost.Load(), s.faults.Load(), s.applied.Load())
	}
}

func TestLiveTalkOnTheEmbeddedStore(t *testing.T) {
	s := openTalkShop(t, 10, 60, Config{Data: t.TempDir()})
	s.run(func() {})
	s.check()
}

func TestHeadsAreThoseOfTheLog(t *testing.T) {
	s := openTalkShop(t, 2, 1, Config{Data: t.TempDir()})
	n := s.nodes[0].network
	v, err := n.Viewer(t.Context(), person(0))
	must(t, err)
	_, err = n.Say(t.Context(), v, talkRoom, "n", "the others' seats are told later")
	must(t, err)
	heads, err := liveTalk{n}.Heads(t.Context(), string(person(1)))
	must(t, err)
	if len(heads) != 1 || heads[0].Head != 1 {
		t.Errorf("the other begins at %+v and would miss it", heads)
	}
}

// threeNodes are the settings of three processes over the MongoDB that is named, with a NATS server that stop takes away.
func threeNodes(t *testing.T) (configs []Config, stop func()) {
	t.Helper()
	const variable = "LONGTABLE_TEST_MONGODB_URI"
	uri := os.Getenv(variable)
	if uri == "" {
		t.Skipf("needs a MongoDB, or its stand-in (server/store/mongodb): name it in %s", variable)
	}
	nats, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: natsserver.RANDOM_PORT, NoSigs: true, NoLog: true})
	must(t, err)
	nats.Start()
	if !nats.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server of the test does not start")
	}
	stop = func() {
		nats.Shutdown()
		nats.WaitForShutdown()
	}
	t.Cleanup(stop)
	config := Config{MongoDB: strings.TrimSuffix(uri, "/") + "/longtable_test_" + community.NewID[string](), NATS: "nats://" + nats.Addr().String()}
	return []Config{config, config, config}, stop
}

func TestLiveTalkOverThreeNodesOnMongoDB(t *testing.T) {
	configs, stopNATS := threeNodes(t)
	s := openTalkShop(t, 10, 60, configs...)
	s.run(stopNATS) // what is said after it is found by looking
	s.check()
}

func TestProveRealtimeOnTheRealStores(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("a long proof: LONGTABLE_PROVE=1 switches it on")
	}
	figures := func(t *testing.T, name string, s *talkShop) {
		fmt.Printf("figure realtime-%s-applied %d events bar %d\n", name, s.applied.Load(), int64(s.people)*s.messages)
		fmt.Printf("figure realtime-%s-lost %d events bar 0\n", name, s.lost.Load())
		fmt.Printf("figure realtime-%s-out-of-order %d events bar 0\n", name, s.faults.Load())
		s.check()
	}
	t.Run("embedded, one node", func(t *testing.T) {
		s := openTalkShop(t, 100, 3000, Config{Data: t.TempDir()})
		s.run(func() {})
		figures(t, "embedded", s)
	})
	t.Run("MongoDB, three nodes", func(t *testing.T) {
		configs, stopNATS := threeNodes(t)
		s := openTalkShop(t, 100, 3000, configs...)
		s.run(func() {
			half := time.NewTimer(2 * time.Second)
			defer half.Stop()
			<-half.C // somewhere in the middle; wherever it is, nothing may be lost
			stopNATS()
		})
		figures(t, "mongodb", s)
	})
}
