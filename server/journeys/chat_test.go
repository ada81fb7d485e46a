package journeys

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestKillDuringChat(t *testing.T) {
	t.Parallel()
	c := newKilledChat(t)
	c.follow(3)
	for range 3 {
		c.cycle()
		c.complete(patience)
	}
	if faults := c.faults(); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
}

// TestProveRealtimeKill kills the real program 500 times in the middle of a chat that ten pages follow.
func TestProveRealtimeKill(t *testing.T) {
	needsProving(t)
	const (
		cycles   = 500
		lookEach = 25 // cycles, after which everything that was said is read
		promised = 5 * time.Second
	)
	c := newKilledChat(t)
	c.follow(10)
	bad, late := 0, 0
	for i := range cycles {
		c.interrupt()
		late += c.complete(promised)
		if (i+1)%lookEach > 0 {
			continue
		}
		c.stored = everythingSaid(c.writers[0].who, c.conversation)
		if faults := c.faults(); len(faults) > 0 {
			bad++
			t.Errorf("cycle %d: %s", i+1, strings.Join(faults[:min(len(faults), 10)], "\n"))
		}
	}
	acknowledged := c.writers[0].live + c.writers[1].live
	fmt.Printf("figure realtime-kill-cycles %d cycles bar %d\n", cycles, cycles)
	fmt.Printf("figure realtime-kill-acknowledged %d messages bar %d\n", acknowledged, cycles)
	fmt.Printf("figure realtime-kill-stored %d messages bar %d\n", len(c.stored), acknowledged)
	fmt.Printf("figure realtime-kill-faulty %d looks bar 0\n", bad)
	fmt.Printf("figure realtime-kill-followers-complete-after-5s %d times bar %d\n", late, 0)
	if late > 0 || acknowledged < cycles {
		t.Errorf("%d times a page was not complete within %s; %d messages were acknowledged", late, promised, acknowledged)
	}
}

// killedChat is a conversation of two programs while the server dies again and again.
type killedChat struct {
	t            testing.TB
	s            *server
	conversation string
	writers      [2]*writer
	stored       []messageJSON // after the last cycle
	followers    []*follower
	restarted    time.Time // when the program answered again
}

// messageJSON is a message as a program reads it.
type messageJSON struct {
	Seq   int64  `json:"seq"`
	Nonce string `json:"nonce"`
	Body  string `json:"body"`
}

// writer is one side of the conversation.
type writer struct {
	name  string
	who   *client
	sent  []string         // nonces in the order of sending; the nonce is also the body
	acked map[string]int64 // what the server promised: nonce to seq
	live  int              // how many of these promises came over the socket, before a kill
	heard []int64          // the seqs that arrived live, in that order
}

func newKilledChat(t testing.TB) *killedChat {
	t.Helper()
	s := start(t, "demo", "--members", "100").settled()
	a, b := s.as("member"), s.as("host")
	c := &killedChat{t: t, s: s, conversation: s.conversationOf(a, b)}
	for i, who := range []*client{a, b} {
		c.writers[i] = &writer{name: []string{"a", "b"}[i], who: who, acked: map[string]int64{}}
	}
	return c
}

// conversationOf lets a ask on the board and b answer, which opens a conversation.
func (s *server) conversationOf(a, b *client) (id string) {
	s.t.Helper()
	var posting struct{ ID string }
	a.mustCall(http.MethodPost, "/board", map[string]any{"kind": "ask", "title": "Who knows looms?", "text": "Mine hums.", "skills": []string{}}, &posting)
	var first struct{ Conversation string }
	b.mustCall(http.MethodPost, "/board/"+posting.ID+"/answers", map[string]string{"words": "I do.", "nonce": "answer-to-the-looms-1"}, &first)
	a.mustCall(http.MethodPost, "/conversations/"+first.Conversation+"/accept", nil, nil)
	return first.Conversation
}

const sentInCycle = 24 // messages of each writer: within the burst that a socket takes at once

// cycle lets both write at once, kills the server when some of it is acknowledged, starts it again, and sends the rest
// once more as a browser would.
func (c *killedChat) cycle() {
	c.t.Helper()
	c.interrupt()
	c.stored = everythingSaid(c.writers[0].who, c.conversation)
}

// interrupt is a cycle that doesn't look at what is stored.
func (c *killedChat) interrupt() {
	c.t.Helper()
	enough := make(chan struct{}, 2*sentInCycle)
	var both sync.WaitGroup
	for _, w := range c.writers {
		socket := w.who.socket(url.Values{"epoch": {w.who.epoch()}, "since": {fmt.Sprintf("%s.%d", c.conversation, w.last())}})
		both.Go(func() { w.write(c.t, socket, c.conversation) })
		both.Go(func() { w.listen(c.t, socket, c.conversation, enough) })
	}
	for range 1 + rand.IntN(2*sentInCycle-8) { // at least some are still under way
		<-enough
	}
	c.s.kill()
	both.Wait()
	c.s.restart()
	c.restarted = time.Now()
	for _, w := range c.writers {
		w.sendAgain(c.conversation)
	}
}

// last is the newest message that the writer's page shows.
func (w *writer) last() int64 {
	if len(w.heard) == 0 {
		return 0
	}
	return w.heard[len(w.heard)-1]
}

// write sends without waiting for answers. The connection may end at any moment: that is the point.
func (w *writer) write(t testing.TB, socket *websocket.Conn, conversation string) {
	if err := socket.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		t.Error(err)
	}
	for range sentInCycle {
		nonce := fmt.Sprintf("nonce-of-%s-%06d", w.name, len(w.sent))
		w.sent = append(w.sent, nonce)
		if socket.WriteJSON(map[string]string{"op": "send", "c": conversation, "nonce": nonce, "body": nonce}) != nil {
			return
		}
	}
}

// listen notes what is promised and what arrives, until the connection ends.
func (w *writer) listen(t testing.TB, socket *websocket.Conn, conversation string, enough chan<- struct{}) {
	for {
		_, data, err := socket.ReadMessage()
		if err != nil {
			return
		}
		var frame struct {
			Op, C, Nonce, Say string
			Seq               int64
		}
		if err := json.Unmarshal(data, &frame); err != nil {
			t.Errorf("not a frame: %q", data)
		}
		switch {
		case frame.Op == "ok":
			w.acked[frame.Nonce] = frame.Seq
			w.live++
			enough <- struct{}{}
		case frame.Op == "no":
			t.Errorf("refused: %s", data)
			enough <- struct{}{}
		case frame.Op == "ev" && frame.C == conversation:
			w.heard = append(w.heard, frame.Seq)
		}
	}
}

// sendAgain repeats what was not acknowledged, in its order; the nonce makes it safe.
func (w *writer) sendAgain(conversation string) {
	for _, nonce := range w.sent {
		if _, done := w.acked[nonce]; done {
			continue
		}
		var m messageJSON
		w.who.mustCall(http.MethodPost, "/conversations/"+conversation+"/messages", map[string]string{"nonce": nonce, "body": nonce}, &m)
		w.acked[nonce] = m.Seq
	}
}

// everythingSaid reads a conversation to its beginning and returns it in order.
func everythingSaid(c *client, conversation string) []messageJSON {
	c.t.Helper()
	pages := everything[messageJSON](c, "/conversations/"+conversation+"/messages?limit=100")
	slices.SortStableFunc(pages, func(a, b messageJSON) int { return int(a.Seq - b.Seq) })
	return pages
}

// faults compares what was promised and heard with what is stored.
func (c *killedChat) faults() (faults []string) {
	at := map[string]int64{}
	for i, m := range c.stored {
		if m.Seq != int64(i+1) {
			faults = append(faults, fmt.Sprintf("message %d has the number %d", i+1, m.Seq))
		}
		if _, twice := at[m.Nonce]; twice {
			faults = append(faults, "stored twice: "+m.Nonce)
		}
		at[m.Nonce] = m.Seq
	}
	for _, w := range c.writers {
		faults = append(faults, w.faults(at)...)
	}
	for i, f := range c.followers {
		if n := f.faults.Load(); n > 0 {
			faults = append(faults, fmt.Sprintf("page %d was sent %d times what was not the next", i, n))
		}
	}
	return faults
}

// faults of one side: a promise that was not kept, a line before an earlier one, something live that came twice, late
// or never. The place of each nonce in the store is at.
func (w *writer) faults(at map[string]int64) (faults []string) {
	before := int64(0)
	for _, nonce := range w.sent {
		switch seq := at[nonce]; {
		case seq != w.acked[nonce]:
			faults = append(faults, fmt.Sprintf("%s was promised as %d and is stored as %d", nonce, w.acked[nonce], seq))
		case seq <= before:
			faults = append(faults, fmt.Sprintf("%s stands before what was said earlier", nonce))
		default:
			before = seq
		}
	}
	for i, seq := range w.heard {
		if seq != int64(i+1) {
			return append(faults, fmt.Sprintf("%s heard %d as number %d", w.name, seq, i+1))
		}
	}
	return faults
}
