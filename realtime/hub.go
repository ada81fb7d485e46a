package realtime

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// Log reads the durable conversations. Both methods must see every event that was committed before they were called.
type Log interface {
	// Page returns the events of a conversation after a seq, in order, at most limit.
	Page(ctx context.Context, conversation string, after int64, limit int) ([]Event, error)
	// Heads returns every conversation that a person is in, and none that they have left.
	Heads(ctx context.Context, person string) ([]Head, error)
}

// Config is what a hub asks of the rest of the program. Its functions are called from many goroutines, with a context
// that ends after Limits.StoreWait and with the hub. Log, Authorize, Send, Read and Epoch must be set.
type Config struct {
	Log Log

	// Authorize tells whether a person may be nudged about a topic: nil is yes, any error no. It is asked at watch, and
	// again at Recheck. Conversations don't need it: Log.Heads says who is in them.
	Authorize func(ctx context.Context, person, topic string) error
	// Send stores a message durably and returns its event. The second time it sees a person's nonce in a conversation
	// it returns the first event again. The hub delivers the event, so nobody else has to.
	Send func(ctx context.Context, person, conversation, nonce, body string) (Event, error)
	// Read records that a person has read up to seq; it never goes back.
	Read func(ctx context.Context, person, conversation string, seq int64) error
	// Session tells whether a session still lives; nil means that nobody needs to ask. It is asked once the connection
	// can be found by EndSession, so that a sign-out during the handshake isn't missed, and again at Recheck.
	Session func(ctx context.Context, person, session string) error
	// Explain turns an error of the functions above into a kind and the key of a sentence for the person; nil and
	// the kind "internal" mean that it is our fault.
	Explain func(error) (kind, say string)
	// Address returns the client's address behind trusted proxies; nil means the peer's.
	Address func(*fasthttp.RequestCtx) string

	// Epoch names this store's history; a store restored from a backup has another. It is asked for each connection.
	Epoch   func() string
	Origins []string // allowed besides the host that was asked, such as "https://table.example"
	Limits  Limits
	Logger  *slog.Logger // nil discards

	// Bus carries hints to other nodes; nil when this is the only one.
	Bus Bus
	// Goroutines serves every socket with goroutines of its own. Otherwise that is so where the system or the socket, such
	// as one with TLS, leaves no choice.
	Goroutines bool
	// Pulse says when to look for hints that were lost, and gives the time; nil means about every pulseEvery.
	Pulse <-chan time.Time
}

// Hub connects people to what changes. All its methods may be called at the same time.
type Hub struct {
	config   Config
	origin   OriginRule
	people   *registry
	rooms    *table // conversation to connections
	watchers *table // topic to connections
	recent   recent
	shelf    shelf
	ctx      context.Context // of every question to Config
	cancel   context.CancelFunc
	arrivals atomic.Uint32
	rested   chan struct{} // closed when beat has ended
	nodes    *nodes        // nil when this is the only node
	poll     *poller       // nil in goroutine mode
	resting  sync.Once
}

// New makes a hub; Shutdown ends it. The server it serves on must have been given to Prepare.
func New(config Config) (*Hub, error) {
	if config.Log == nil || config.Authorize == nil || config.Send == nil || config.Read == nil || config.Epoch == nil {
		return nil, errors.New("realtime: Log, Authorize, Send, Read and Epoch must be set")
	}
	config.Limits = config.Limits.withDefaults()
	config.Logger = cmp.Or(config.Logger, slog.New(slog.DiscardHandler))
	if config.Explain == nil {
		config.Explain = func(error) (string, string) { return "internal", "error.internal" }
	}
	if config.Address == nil {
		config.Address = func(ctx *fasthttp.RequestCtx) string { return ctx.RemoteIP().String() }
	}
	h := &Hub{
		config:   config,
		origin:   SameOrigin(config.Origins...),
		people:   newRegistry(config.Limits),
		rooms:    newTable(),
		watchers: newTable(),
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	if config.Bus != nil {
		if err := h.join(); err != nil {
			return nil, err
		}
	}
	if !config.Goroutines {
		var err error
		if h.poll, err = newPoller(h); err != nil {
			h.poll = nil
			config.Logger.Info("sockets are served with a goroutine each", "because", err)
		}
	}
	h.rested = make(chan struct{})
	go h.beat()
	return h, nil
}

// Serve turns the request of a signed-in person into a connection, or returns a *HandshakeError with ctx unanswered.
// It returns at once; the hub owns the connection until the peer leaves, the person's rights end or Shutdown. session is what
// EndSession ends, and Config.Session is asked for.
func (h *Hub) Serve(ctx *fasthttp.RequestCtx, person, session string) error {
	c := newConn(h, strings.Clone(person), strings.Clone(session), strings.Clone(h.config.Address(ctx)))
	o := parseOpening(ctx)
	return Upgrade(ctx, h.origin, func(socket net.Conn, hello []byte) {
		if h.poll == nil || !h.poll.serve(c, socket, hello, o) {
			h.serveSocket(c, socket, hello, o)
		}
	})
}

// Deliver tells everyone in the event's conversation about it, after it was committed. It never waits for a socket, and
// delivering twice or in the wrong order does no harm.
func (h *Hub) Deliver(ev Event) {
	h.recent.note(ev.Conversation, ev.Seq)
	if told, here := h.rooms.told(ev.Conversation); here && ev.Seq > told+1 && h.nodes != nil {
		h.nodes.fetchSoon(ev.Conversation) // another node has said something meanwhile
	} else if here {
		h.hand(ev)
	}
	h.tell(hint{Kind: hintEvent, C: ev.Conversation, Seq: ev.Seq})
}

// hand gives an event to the connections here.
func (h *Hub) hand(ev Event) {
	frame, err := encode(eventFrame{opEvent, ev})
	if err != nil {
		h.config.Logger.Error("event not delivered", "conversation", ev.Conversation, "seq", ev.Seq, "error", err)
		return
	}
	h.shelf.put(ev.Conversation, ev.Seq, frame, time.Now())
	h.rooms.each(ev.Conversation, ev.Seq, func(cur *cursor) { cur.conn.out.offer(cur, ev.Seq, frame) })
}

// Nudge tells everyone who watches topic that it has changed; a socket that is busy gets the last of several. rev is
// the revision of what changed, for a page that has it already.
func (h *Hub) Nudge(topic string, rev int64) {
	h.nudgeHere(topic, rev)
	h.tell(hint{Kind: hintNudge, Topic: topic, Rev: rev})
}

func (h *Hub) nudgeHere(topic string, rev int64) {
	if _, here := h.watchers.told(topic); !here {
		return
	}
	frame, err := encode(nudgeFrame{opNudge, topic, rev})
	if err != nil {
		h.config.Logger.Error("nudge not sent", "topic", topic, "error", err)
		return
	}
	h.watchers.each(topic, 0, func(cur *cursor) { cur.conn.out.nudge(cur, frame) })
}

// nudgeAll has everything that is watched here fetched again, because nudges may have been lost.
func (h *Hub) nudgeAll() {
	for _, topic := range h.watchers.names() {
		h.nudgeHere(topic, 0)
	}
}

// Typing tells the others in a conversation that a person is writing. It is the first thing to be dropped.
func (h *Hub) Typing(conversation, person string) {
	h.typingHere(conversation, person)
	h.tell(hint{Kind: hintTyping, C: conversation, Person: person})
}

func (h *Hub) typingHere(conversation, person string) {
	frame, err := encode(ephFrame{opEph, conversation, opTyping, person})
	if err != nil {
		h.config.Logger.Error("typing not sent", "conversation", conversation, "error", err)
		return
	}
	h.rooms.each(conversation, 0, func(cur *cursor) {
		if cur.conn.person != person {
			cur.conn.out.typing(cur, frame)
		}
	})
}

// Presence tells whether a person has a connection, to this node or, as far as it is known, to another.
func (h *Hub) Presence(person string) bool {
	return h.people.has(person) || h.nodes != nil && h.nodes.elsewhere(person)
}

// Join adds a conversation that a person has just entered to their connections. The store must know already.
func (h *Hub) Join(person, conversation string) {
	h.joinHere(person, conversation)
	h.tell(hint{Kind: hintJoin, C: conversation, Person: person})
}

func (h *Hub) joinHere(person, conversation string) {
	for _, c := range h.people.of(person) {
		if !c.out.follows(conversation) {
			c.reload()
		}
	}
}

// Recheck asks again what a person may see, after a block, a leave, a ban or a change of role: each conversation and
// topic that isn't theirs any more ends before it returns, and new conversations begin; on other nodes soon after. When
// the store can't be asked, the connections end and may come back.
func (h *Hub) Recheck(person string) {
	h.recheckHere(person)
	h.tell(hint{Kind: hintRecheck, Person: person})
}

func (h *Hub) recheckHere(person string) {
	for _, c := range h.people.of(person) {
		c.recheck()
	}
}

// EndSession ends the connections of a session that was signed out.
func (h *Hub) EndSession(session string) {
	h.endSessionHere(session)
	h.tell(hint{Kind: hintSession, Session: session})
}

func (h *Hub) endSessionHere(session string) {
	for _, c := range h.people.all() {
		if c.session == session {
			c.end(byeSignedOut)
		}
	}
}

// EndPerson ends all connections of a person.
func (h *Hub) EndPerson(person string) {
	h.endPersonHere(person)
	h.tell(hint{Kind: hintPerson, Person: person})
}

func (h *Hub) endPersonHere(person string) {
	for _, c := range h.people.of(person) {
		c.end(byeSignedOut)
	}
}

// Shutdown lets nobody in, tells every connection to come back after a delay of its own, and waits for all goroutines.
// When ctx ends first, the sockets are cut and its error is returned. Once the server has stopped accepting, nothing of
// the hub is left.
func (h *Hub) Shutdown(ctx context.Context) error {
	h.people.close()
	for _, c := range h.people.all() {
		c.end(byeRestart)
	}
	gone := make(chan struct{})
	go func() { // ends when the last connection has, which end bounds by Limits.ByeWait and the store's deadline
		h.people.running.Wait()
		close(gone)
	}()
	defer h.rest()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		for _, c := range h.people.all() {
			c.link.cut()
		}
		return ctx.Err()
	}
}

// rest ends what runs beside the connections.
func (h *Hub) rest() {
	h.cancel()
	<-h.rested
	if h.nodes != nil {
		h.nodes.leave()
	}
	if h.poll != nil {
		h.resting.Do(h.poll.stop)
	}
}
