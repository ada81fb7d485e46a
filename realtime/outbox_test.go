package realtime

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
)

func TestOutboxQueuesOnlyTheNext(t *testing.T) {
	for _, test := range []struct {
		name   string
		offers []int64
		queued int
		behind bool
	}{
		{"in order", []int64{6, 7, 8}, 3, false},
		{"an old one", []int64{5, 1, 6}, 1, false},
		{"the same twice", []int64{6, 6}, 1, false},
		{"a hole", []int64{6, 8}, 1, true},
		{"after a hole nothing is queued", []int64{7, 6}, 0, true},
		{"more than fit", []int64{6, 7, 8, 9}, 3, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOutbox(3)
			o.subscribe("bakery", 5, 5)
			for _, seq := range test.offers {
				o.offer("bakery", seq, nil)
			}
			b := o.take()
			if len(b.events) != test.queued || (b.lagging != nil) != test.behind {
				t.Errorf("%d queued, behind: %v", len(b.events), b.lagging != nil)
			}
		})
	}
}

func TestOutboxSettles(t *testing.T) {
	for _, test := range []struct {
		name  string
		pos   int64
		more  bool
		again bool // another page is read
	}{
		{"at the head", 9, false, false},
		{"below the head", 8, false, true},
		{"a full page", 9, true, true},
		{"nothing found", 5, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			o := newOutbox(3)
			o.subscribe("bakery", 5, 9)
			o.settle(o.take().lagging, test.pos, test.more)
			if again := o.take().lagging != nil; again != test.again {
				t.Errorf("another page: %v", again)
			}
		})
	}
}

func TestOutboxTakesTurns(t *testing.T) {
	o := newOutbox(3)
	o.subscribe("bakery", 0, 200)
	o.subscribe("garden", 0, 1)
	first := o.take().lagging
	o.settle(first, 100, true)
	if second := o.take().lagging; second == first {
		t.Error("the long conversation goes first again")
	}
}

func TestOutboxKeepsTheLastNudge(t *testing.T) {
	o := newOutbox(3)
	o.watch("hub:quay")
	o.watch("event:supper")
	frames := make([]*websocket.PreparedMessage, 5)
	for i := range frames {
		frames[i] = new(websocket.PreparedMessage)
		o.nudge("hub:quay", frames[i])
	}
	o.nudge("event:supper", frames[0])
	o.nudge("hub:other", frames[0])
	o.unwatch("event:supper")
	if b := o.take(); len(b.nudges) != 1 || b.nudges[0] != frames[4] {
		t.Errorf("%d nudges", len(b.nudges))
	}
}

func TestOutboxDropsTypingFirst(t *testing.T) {
	o := newOutbox(3)
	o.subscribe("bakery", 0, 0)
	for range fleetingMax + 1 {
		o.typing("bakery", nil)
	}
	o.typing("garden", nil)
	if b := o.take(); len(b.fleeting) != fleetingMax {
		t.Errorf("%d wait", len(b.fleeting))
	}
	o.offer("bakery", 1, nil)
	o.typing("bakery", nil)
	if b := o.take(); len(b.fleeting) != 0 {
		t.Error("typing waits behind a message")
	}
}

func TestOutboxForgetsWhatWasLeft(t *testing.T) {
	o := newOutbox(3)
	o.subscribe("bakery", 0, 0)
	o.subscribe("garden", 0, 9)
	o.offer("bakery", 1, nil)
	lagging := o.take().lagging
	o.offer("bakery", 2, nil)
	o.unsubscribe("bakery")
	o.unsubscribe("garden")
	o.settle(lagging, 5, true)
	if b := o.take(); len(b.events) > 0 || b.lagging != nil || !lagging.gone.Load() {
		t.Error(fmt.Sprint("left over: ", len(b.events), b.lagging))
	}
}
