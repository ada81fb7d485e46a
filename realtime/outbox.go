package realtime

import (
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gorilla/websocket"
)

// fleetingMax is how many typing frames wait for one socket: it is idle when they are queued, so they leave at once.
const fleetingMax = 4

// cursor is a connection's place in one conversation. While behind is set, only the writer moves it.
type cursor struct {
	conversation string
	pos          int64 // seq of the last event written or queued
	head         int64 // highest seq that anybody has spoken of
	behind       bool  // events are not queued; the writer reads them from the log
	gone         atomic.Bool
}

// outbox is what waits for one socket. Everybody may put something in and nobody ever waits; only the writer takes out.
// Whatever doesn't fit has a named outcome: an event sets its conversation behind, to be read from the log later; a
// nudge replaces the older one of its topic; typing is dropped.
//
// The hard part is that an event must not overtake an older one. Events are queued only while their cursor is not
// behind, and take hands out the whole queue together with a cursor that is; the writer writes the queue first. So
// whatever was queued before the cursor fell behind leaves before the first page is read, and nothing is queued until
// settle has found, under the lock, that the page reached the head.
type outbox struct {
	wake chan struct{} // holds one token while there is something to take
	max  int           // events

	mu       sync.Mutex
	closed   bool
	cursors  map[string]*cursor
	watched  map[string]bool
	notes    []any // frames of this connection alone; a few for each subscription and lost right
	events   []queued
	nudges   map[string]*websocket.PreparedMessage // at most one for each watched topic
	fleeting []*websocket.PreparedMessage
	lagging  []*cursor // those behind, longest first
}

type queued struct {
	cursor *cursor
	frame  *websocket.PreparedMessage
}

// batch is what the writer writes next, in the order of its fields.
type batch struct {
	notes    []any
	events   []queued
	nudges   []*websocket.PreparedMessage
	fleeting []*websocket.PreparedMessage
	lagging  *cursor // to read one page for, or nil
}

func newOutbox(maxEvents int) *outbox {
	return &outbox{
		wake: make(chan struct{}, 1), max: maxEvents,
		cursors: map[string]*cursor{}, watched: map[string]bool{}, nudges: map[string]*websocket.PreparedMessage{},
	}
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default: // a token is there already
	}
}

// note queues a frame of this connection alone.
func (o *outbox) note(frame any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.notes = append(o.notes, frame)
	o.signal()
}

// subscribe starts sending what comes after pos; it tells whether the conversation is new here.
func (o *outbox) subscribe(conversation string, pos, head int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	cur, known := o.cursors[conversation]
	if !known {
		cur = &cursor{conversation: conversation, pos: pos}
		o.cursors[conversation] = cur
	}
	o.hint(cur, head)
	return !known
}

// unsubscribe forgets a conversation with all that waits of it.
func (o *outbox) unsubscribe(conversation string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	cur := o.cursors[conversation]
	if cur == nil {
		return
	}
	cur.gone.Store(true)
	delete(o.cursors, conversation)
	o.events = slices.DeleteFunc(o.events, func(q queued) bool { return q.cursor == cur })
	o.lagging = slices.DeleteFunc(o.lagging, func(c *cursor) bool { return c == cur })
}

// conversations returns those subscribed to.
func (o *outbox) conversations() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Keys(o.cursors))
}

// follows tells whether the connection is subscribed to the conversation.
func (o *outbox) follows(conversation string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.cursors[conversation] != nil
}

// offer queues an event if it is the next one, and else sees to it that the log is read.
func (o *outbox) offer(conversation string, seq int64, frame *websocket.PreparedMessage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	cur := o.cursors[conversation]
	if cur == nil {
		return
	}
	if cur.behind || seq != cur.pos+1 || len(o.events) >= o.max {
		o.hint(cur, seq)
		return
	}
	cur.pos, cur.head = seq, max(cur.head, seq)
	o.events = append(o.events, queued{cur, frame})
	o.signal()
}

// expect says that the conversation has reached seq, without the event itself.
func (o *outbox) expect(conversation string, seq int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if cur := o.cursors[conversation]; cur != nil {
		o.hint(cur, seq)
	}
}

// expectAny has every log read once, because nobody knows what came.
func (o *outbox) expectAny() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, cur := range o.cursors {
		o.fallBehind(cur)
	}
}

// hint is called with mu held.
func (o *outbox) hint(cur *cursor, seq int64) {
	cur.head = max(cur.head, seq)
	if cur.head > cur.pos {
		o.fallBehind(cur)
	}
}

// fallBehind is called with mu held.
func (o *outbox) fallBehind(cur *cursor) {
	if cur.behind {
		return
	}
	cur.behind = true
	o.lagging = append(o.lagging, cur)
	o.signal()
}

// watch lets nudges of topic through.
func (o *outbox) watch(topic string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.watched[topic] = true
	}
}

func (o *outbox) unwatch(topic string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.watched, topic)
	delete(o.nudges, topic)
}

// topics returns those watched.
func (o *outbox) topics() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Collect(maps.Keys(o.watched))
}

// nudge replaces what waits for the topic.
func (o *outbox) nudge(topic string, frame *websocket.PreparedMessage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.watched[topic] {
		o.nudges[topic] = frame
		o.signal()
	}
}

// typing queues a frame only on a socket that has nothing better to do.
func (o *outbox) typing(conversation string, frame *websocket.PreparedMessage) {
	o.mu.Lock()
	defer o.mu.Unlock()
	idle := len(o.events) == 0 && len(o.lagging) == 0 && len(o.fleeting) < fleetingMax
	if cur := o.cursors[conversation]; cur != nil && !cur.behind && idle {
		o.fleeting = append(o.fleeting, frame)
		o.signal()
	}
}

// take empties the outbox, but for all lagging cursors after the first.
func (o *outbox) take() batch {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := batch{notes: o.notes, events: o.events, nudges: slices.Collect(maps.Values(o.nudges)), fleeting: o.fleeting}
	o.notes, o.events, o.fleeting = nil, nil, nil
	clear(o.nudges)
	if len(o.lagging) > 0 {
		b.lagging, o.lagging = o.lagging[0], o.lagging[1:]
	}
	if len(o.lagging) > 0 {
		o.signal()
	}
	return b
}

// place returns where to read the log for a cursor that take handed out.
func (o *outbox) place(cur *cursor) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return cur.pos
}

// settle moves a cursor that take handed out to the last event written; more says that the log has more than that. Then
// the cursor goes to the end of the queue, so that one long conversation doesn't keep the others waiting; at the head it
// is live again. What was spoken of and is not in the log isn't waited for: the next event brings it.
func (o *outbox) settle(cur *cursor, pos int64, more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	moved := pos > cur.pos
	cur.pos, cur.behind = max(cur.pos, pos), false
	if moved && (more || cur.head > cur.pos) && !cur.gone.Load() {
		o.fallBehind(cur)
	}
}

// close forgets everything and returns what was subscribed to.
func (o *outbox) close() (conversations, topics []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	conversations, topics = slices.Collect(maps.Keys(o.cursors)), slices.Collect(maps.Keys(o.watched))
	o.closed, o.notes, o.events, o.fleeting, o.lagging = true, nil, nil, nil, nil
	clear(o.cursors)
	clear(o.watched)
	clear(o.nudges)
	return conversations, topics
}
