package journeys

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// follower is a page that shows a conversation and comes back by the protocol's own rule whenever its connection is cut.
type follower struct {
	who          *client
	conversation string
	epoch        string
	have         atomic.Int64 // the last event that it has
	faults       atomic.Int64 // frames that were not the next, or a gap
}

// follow opens pages of both writers, until the test ends. Those of one person are fewer than a person may have.
func (c *killedChat) follow(pages int) {
	c.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var open sync.WaitGroup
	for i := range pages {
		who := c.writers[i%2].who
		f := &follower{who: who, conversation: c.conversation, epoch: who.epoch()}
		c.followers = append(c.followers, f)
		open.Go(func() { f.run(ctx) })
	}
	c.t.Cleanup(func() {
		stop()
		open.Wait()
	})
}

// complete waits until every page has all that was promised, and counts those that had not within so long after the restart.
func (c *killedChat) complete(within time.Duration) (late int) {
	c.t.Helper()
	last := int64(0)
	for _, w := range c.writers {
		for _, seq := range w.acked {
			last = max(last, seq)
		}
	}
	for i, f := range c.followers {
		eventually(c.t, patience, fmt.Sprintf("page %d has the %d events", i, last), func() bool { return f.have.Load() >= last })
		if time.Since(c.restarted) > within {
			late++
		}
	}
	return late
}

// run connects, follows, and connects again after a random part of half a second, doubled each time that nobody answers.
func (f *follower) run(ctx context.Context) {
	const least, most = 500 * time.Millisecond, 30 * time.Second
	for pause := least; ctx.Err() == nil; {
		if f.connect(ctx) {
			pause = least
		}
		again := time.NewTimer(rand.N(pause))
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
		}
		pause = min(2*pause, most)
	}
}

// connect follows for as long as the connection lives; it tells whether somebody answered.
func (f *follower) connect(ctx context.Context) bool {
	query := url.Values{"v": {"1"}, "epoch": {f.epoch}, "since": {fmt.Sprintf("%s.%d", f.conversation, f.have.Load())}}
	dialer := websocket.Dialer{Jar: f.who.http.Jar, HandshakeTimeout: patience}
	socket, _, err := dialer.DialContext(ctx, "ws://"+f.who.base.Host+"/live?"+query.Encode(),
		http.Header{"Origin": {f.who.base.Scheme + "://" + f.who.base.Host}})
	if err != nil {
		return false
	}
	stop := context.AfterFunc(ctx, func() { _ = socket.Close() })
	defer stop()
	defer func() { _ = socket.Close() }()
	for {
		var frame struct {
			Op, C string
			Seq   int64
		}
		if socket.ReadJSON(&frame) != nil {
			return true
		}
		f.apply(frame.Op, frame.C, frame.Seq)
	}
}

// apply is stricter than a page: the program must never send what is not the next.
func (f *follower) apply(op, conversation string, seq int64) {
	if conversation != f.conversation || op != "ev" && op != "gap" {
		return
	}
	if op == "gap" || !f.have.CompareAndSwap(seq-1, seq) {
		f.faults.Add(1)
	}
}

// The check that the pages could find a fault.
func TestAFollowerNoticesWhatIsNotTheNext(t *testing.T) {
	f := &follower{conversation: "breakfast"}
	for _, step := range []struct {
		op, in string
		seq    int64
		faults int64
	}{{"ev", "breakfast", 1, 0}, {"ev", "other", 9, 0}, {"ev", "breakfast", 1, 1}, {"ev", "breakfast", 3, 2}, {"gap", "breakfast", 0, 3}, {"ev", "breakfast", 2, 3}} {
		if f.apply(step.op, step.in, step.seq); f.faults.Load() != step.faults {
			t.Errorf("after %s %d: %d faults", step.op, step.seq, f.faults.Load())
		}
	}
}
