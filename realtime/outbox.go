package realtime

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unique"
)

// fleetingMax is how many typing frames wait for one socket: it is idle when they are queued, so they leave at once.
const fleetingMax = 4

// cursor is a connection's place in one conversation, or its watch of a topic, which has no place. While behind is set, only
// who posts moves it. There are as many as pages times conversations: it has room in 48 bytes.
type cursor struct {
	name   unique.Handle[string] // one text for all who are in it
	conn   *conn
	pos    int64 // seq of the last event written or queued
	head   int64 // highest seq that anybody has spoken of
	gone   atomic.Bool
	at     int32 // its place in the audience, from 1; 0 in none; guarded by the shard
	behind bool  // events are not queued; they are read from the log
	again  bool  // something came while the log was being read, perhaps too late for that page
}

// outbox is what waits for one socket. Everybody may put something in and nobody ever waits; only who posts takes out.
// Whatever doesn't fit has a named outcome: an event sets its conversation behind, to be read from the log later; a
// nudge replaces the older one of its topic; typing is dropped.
//
// The hard part is that an event must not overtake an older one. Events are queued only while their cursor is not
// behind, and take hands out the whole queue together with a cursor that is; the queue is written first. So
// whatever was queued before the cursor fell behind leaves before the first page is read, and nothing is queued until
// settle has found, under the lock, that the page reached the head.
type outbox struct {
	owner *conn

	mu      sync.Mutex
	max     int32 // events; never changes
	closed  bool
	posting bool // the owner was woken, and has not found the outbox empty since
	ending  bool // end was called
	cursors []*cursor
	watched []*cursor
	waits   *waiting // nil while nothing does
	rare    *rare    // nil while nothing of it is needed
}

// rare is what a connection needs at times.
type rare struct {
	lagging []*cursor     // those behind, longest first
	room    chan struct{} // closed when notes were taken; nil while nobody waits for that
	over    chan struct{} // closed when the connection ends; nil while nobody waits for that
}

// waiting is what leaves next, in the order of its fields.
type waiting struct {
	notes    [][]byte // frames of this connection alone
	events   []queued
	nudges   []nudge // at most one for each watched topic
	fleeting [][]byte

	frames [][]byte // inOrder's
}

type queued struct {
	cursor *cursor
	frame  []byte
}

type nudge struct {
	topic *cursor
	frame []byte
}

// waitings are used again: under load there is one for each socket at any moment.
var waitings = sync.Pool{New: func() any { return new(waiting) }}

// keptFrames bounds what a waiting keeps room for while it is not in use.
const keptFrames = 64

// inOrder are all frames but those of conversations that were left meanwhile.
func (w *waiting) inOrder() [][]byte {
	frames := append(w.frames[:0], w.notes...)
	for _, q := range w.events {
		if !q.cursor.gone.Load() {
			frames = append(frames, q.frame)
		}
	}
	for _, n := range w.nudges {
		frames = append(frames, n.frame)
	}
	w.frames = append(frames, w.fleeting...)
	return w.frames
}

// release gives w back; nothing of it may be used afterwards.
func (w *waiting) release() {
	if cap(w.frames) > keptFrames || cap(w.events) > keptFrames {
		return
	}
	clear(w.notes)
	clear(w.events)
	clear(w.nudges)
	clear(w.fleeting)
	clear(w.frames)
	w.notes, w.events, w.nudges, w.fleeting, w.frames = w.notes[:0], w.events[:0], w.nudges[:0], w.fleeting[:0], w.frames[:0]
	waitings.Put(w)
}

// begin keeps everything back until the owner posts for the first time, hello in front of it.
func (o *outbox) begin(hello []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.posting = true
	w := o.put()
	w.notes = append(w.notes, hello)
}

// rarely returns the rare things, to change them. Called with mu held.
func (o *outbox) rarely() *rare {
	if o.rare == nil {
		o.rare = &rare{}
	}
	return o.rare
}

// put returns what waits, to add something to it. Called with mu held.
func (o *outbox) put() *waiting {
	if o.waits == nil {
		o.waits = waitings.Get().(*waiting)
	}
	o.signal()
	return o.waits
}

// signal is called with mu held.
func (o *outbox) signal() {
	if !o.posting && !o.closed {
		o.posting = true
		o.owner.link.wake(o.owner)
	}
}

// note queues a frame of this connection alone.
func (o *outbox) note(frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.put()
	w.notes = append(w.notes, frame)
}

// hasRoom is nil while fewer than replyQueue notes wait, and else a channel that is closed when they were taken.
func (o *outbox) hasRoom() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.waits == nil || len(o.waits.notes) < replyQueue {
		return nil
	}
	r := o.rarely()
	if r.room == nil {
		r.room = make(chan struct{})
	}
	return r.room
}

// ended is a channel that is closed when the connection ends.
func (o *outbox) ended() <-chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.overLocked()
}

// overLocked is called with mu held.
func (o *outbox) overLocked() chan struct{} {
	r := o.rarely()
	if r.over == nil {
		r.over = make(chan struct{})
	}
	return r.over
}

// end has the owner post once more; it is called once, after the reason was set. Whoever made the channels later looks at
// the reason first.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.overLocked())
	o.ending = true
	o.signal()
}

// find returns the place of a conversation among the cursors. Called with mu held.
func (o *outbox) find(conversation string) (int, bool) {
	return slices.BinarySearchFunc(o.cursors, conversation, func(c *cursor, name string) int {
		return strings.Compare(c.name.Value(), name)
	})
}

// subscribe starts sending what comes after pos; the cursor is nil when the conversation is not new here.
func (o *outbox) subscribe(conversation string, pos, head int64) *cursor {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil
	}
	i, known := o.find(conversation)
	if known {
		o.hint(o.cursors[i], head)
		return nil
	}
	cur := &cursor{name: unique.Make(conversation), conn: o.owner, pos: pos}
	if o.cursors == nil {
		o.cursors = make([]*cursor, 0, 1) // most have one or two
	}
	o.cursors = slices.Insert(o.cursors, i, cur)
	o.hint(cur, head)
	return cur
}

// unsubscribe forgets a conversation with all that waits of it; the cursor is nil when there was none.
func (o *outbox) unsubscribe(conversation string) *cursor {
	o.mu.Lock()
	defer o.mu.Unlock()
	i, known := o.find(conversation)
	if !known {
		return nil
	}
	cur := o.cursors[i]
	cur.gone.Store(true)
	o.cursors = slices.Delete(o.cursors, i, i+1)
	if o.rare != nil {
		o.rare.lagging = slices.DeleteFunc(o.rare.lagging, func(c *cursor) bool { return c == cur })
	}
	if o.waits != nil {
		o.waits.events = slices.DeleteFunc(o.waits.events, func(q queued) bool { return q.cursor == cur })
	}
	return cur
}

// conversations returns those subscribed to.
func (o *outbox) conversations() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	names := make([]string, len(o.cursors))
	for i, cur := range o.cursors {
		names[i] = cur.name.Value()
	}
	return names
}

// follows tells whether the connection is subscribed to the conversation.
func (o *outbox) follows(conversation string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, known := o.find(conversation)
	return known
}

// offer queues an event if it is the next one, and else sees to it that the log is read.
func (o *outbox) offer(cur *cursor, seq int64, frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case cur.gone.Load() || o.closed:
	case cur.behind || seq != cur.pos+1 || o.waits != nil && len(o.waits.events) >= int(o.max):
		o.hint(cur, seq)
	default:
		cur.pos, cur.head = seq, max(cur.head, seq)
		w := o.put()
		w.events = append(w.events, queued{cur, frame})
	}
}

// expect says that the conversation has reached seq, without the event itself.
func (o *outbox) expect(conversation string, seq int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i, known := o.find(conversation); known {
		o.hint(o.cursors[i], seq)
	}
}

// expectAny has every log read to its end, because nobody knows what came.
func (o *outbox) expectAny() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, cur := range o.cursors {
		o.hint(cur, math.MaxInt64)
	}
}

// hint is called with mu held.
func (o *outbox) hint(cur *cursor, seq int64) {
	cur.head = max(cur.head, seq)
	cur.again = cur.again || seq > cur.pos
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
	r := o.rarely()
	r.lagging = append(r.lagging, cur)
	o.signal()
}

// watch lets nudges of topic through; the cursor is nil when the topic is not new here.
func (o *outbox) watch(topic string) *cursor {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed || o.watches(topic) >= 0 {
		return nil
	}
	cur := &cursor{name: unique.Make(topic), conn: o.owner}
	if o.watched == nil {
		o.watched = make([]*cursor, 0, 1) // a page has one or two
	}
	o.watched = append(o.watched, cur)
	return cur
}

// watches returns the place of a topic, or -1. Called with mu held.
func (o *outbox) watches(topic string) int {
	return slices.IndexFunc(o.watched, func(cur *cursor) bool { return cur.name.Value() == topic })
}

// unwatch forgets a topic; the cursor is nil when it wasn't watched.
func (o *outbox) unwatch(topic string) *cursor {
	o.mu.Lock()
	defer o.mu.Unlock()
	i := o.watches(topic)
	if i < 0 {
		return nil
	}
	cur := o.watched[i]
	cur.gone.Store(true)
	o.watched = slices.Delete(o.watched, i, i+1)
	if o.waits != nil {
		o.waits.nudges = slices.DeleteFunc(o.waits.nudges, func(n nudge) bool { return n.topic == cur })
	}
	return cur
}

// topics returns those watched.
func (o *outbox) topics() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	names := make([]string, len(o.watched))
	for i, cur := range o.watched {
		names[i] = cur.name.Value()
	}
	return names
}

// nudge replaces what waits for the topic.
func (o *outbox) nudge(topic *cursor, frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if topic.gone.Load() {
		return
	}
	w := o.put()
	for i := range w.nudges {
		if w.nudges[i].topic == topic {
			w.nudges[i].frame = frame
			return
		}
	}
	w.nudges = append(w.nudges, nudge{topic, frame})
}

// typing queues a frame only on a socket that has nothing better to do.
func (o *outbox) typing(cur *cursor, frame []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	busy := o.rare != nil && len(o.rare.lagging) > 0 || o.waits != nil && (len(o.waits.events) > 0 || len(o.waits.fleeting) >= fleetingMax)
	if cur.gone.Load() || cur.behind || busy || o.closed {
		return
	}
	w := o.put()
	w.fleeting = append(w.fleeting, frame)
}

// take empties the outbox, but for all lagging cursors after the first. When it returns nothing, the next thing that is
// put in wakes the owner. There is more until it returned nothing; after the end there is a goodbye.
func (o *outbox) take() (w *waiting, lagging *cursor, more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w, o.waits = o.waits, nil
	if r := o.rare; r != nil {
		lagging = r.take()
		if r.over == nil && len(r.lagging) == 0 {
			o.rare = nil // an idle socket keeps no room for it
		}
	}
	o.posting = w != nil || lagging != nil || o.ending
	return w, lagging, o.posting
}

// take returns who is behind longest, and tells whoever waits for room.
func (r *rare) take() (lagging *cursor) {
	if r.room != nil {
		close(r.room)
		r.room = nil
	}
	if len(r.lagging) > 0 {
		lagging = r.lagging[0]
		lagging.again = false
		r.lagging = r.lagging[1:]
	}
	return lagging
}

// place returns where to read the log for a cursor that take handed out.
func (o *outbox) place(cur *cursor) int64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	return cur.pos
}

// settle moves a cursor that take handed out to the last event written; more says that the log has more than that. Then
// the cursor goes to the end of the queue, so that one long conversation doesn't keep the others waiting; at the head it
// is live again. What was spoken of before the log was read and is not in it isn't waited for: the next event brings it.
func (o *outbox) settle(cur *cursor, pos int64, more bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	moved := pos > cur.pos
	cur.pos, cur.behind = max(cur.pos, pos), false
	if !moved {
		cur.head = cur.pos
	}
	if (cur.again || moved && (more || cur.head > cur.pos)) && !cur.gone.Load() && !o.closed {
		o.fallBehind(cur)
	}
}

// close forgets everything and returns what was subscribed to and watched.
func (o *outbox) close() (conversations, topics []*cursor) {
	o.mu.Lock()
	defer o.mu.Unlock()
	conversations, topics = o.cursors, o.watched
	for _, cur := range slices.Concat(conversations, topics) {
		cur.gone.Store(true)
	}
	if o.rare != nil {
		o.rare.lagging = nil
	}
	o.closed, o.waits, o.cursors, o.watched = true, nil, nil, nil
	return conversations, topics
}
