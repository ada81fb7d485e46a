package realtime

import (
	"fmt"
	"testing"
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
			o := testOutbox(3)
			cur := o.subscribe("bakery", 5, 5)
			for _, seq := range test.offers {
				o.offer(cur, seq, nil)
			}
			w, lagging, _ := o.take()
			if queued := eventsIn(w); queued != test.queued || (lagging != nil) != test.behind {
				t.Errorf("%d queued, behind: %v", queued, lagging != nil)
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
			o := testOutbox(3)
			o.subscribe("bakery", 5, 9)
			_, lagging, _ := o.take()
			o.settle(lagging, test.pos, test.more)
			if _, again, _ := o.take(); (again != nil) != test.again {
				t.Errorf("another page: %v", again != nil)
			}
		})
	}
}

func TestOutboxTakesTurns(t *testing.T) {
	o := testOutbox(3)
	o.subscribe("bakery", 0, 200)
	o.subscribe("garden", 0, 1)
	_, first, _ := o.take()
	o.settle(first, 100, true)
	if _, second, _ := o.take(); second == first {
		t.Error("the long conversation goes first again")
	}
}

func TestOutboxKeepsTheLastNudge(t *testing.T) {
	o := testOutbox(3)
	o.watch("hub:quay")
	o.watch("event:supper")
	frames := make([][]byte, 5)
	for i := range frames {
		frames[i] = []byte{byte(i)}
		o.nudge("hub:quay", frames[i])
	}
	o.nudge("event:supper", frames[0])
	o.nudge("hub:other", frames[0])
	o.unwatch("event:supper")
	if w, _, _ := o.take(); len(w.nudges) != 1 || w.nudges[0].frame[0] != 4 {
		t.Errorf("nudges are %v", w.nudges)
	}
}

func TestOutboxDropsTypingFirst(t *testing.T) {
	o := testOutbox(3)
	cur := o.subscribe("bakery", 0, 0)
	for range fleetingMax + 1 {
		o.typing(cur, nil)
	}
	if w, _, _ := o.take(); len(w.fleeting) != fleetingMax {
		t.Errorf("%d wait", len(w.fleeting))
	}
	o.offer(cur, 1, nil)
	o.typing(cur, nil)
	if w, _, _ := o.take(); len(w.fleeting) != 0 {
		t.Error("typing waits behind a message")
	}
}

func TestOutboxForgetsWhatWasLeft(t *testing.T) {
	o := testOutbox(3)
	cur := o.subscribe("bakery", 0, 0)
	o.subscribe("garden", 0, 9)
	o.offer(cur, 1, nil)
	taken, lagging, _ := o.take()
	o.offer(cur, 2, nil)
	o.unsubscribe("bakery")
	o.unsubscribe("garden")
	o.settle(lagging, 5, true)
	o.offer(cur, 3, nil)
	w, again, _ := o.take()
	if eventsIn(w) > 0 || again != nil || !lagging.gone.Load() || len(taken.inOrder()) > 0 {
		t.Error(fmt.Sprint("left over: ", eventsIn(w), again))
	}
}

// nobody is woken by an outbox that a test takes from itself.
type nobody struct{}

func (nobody) wake() {}

func testOutbox(events int32) *outbox { return &outbox{owner: nobody{}, max: events} }

func eventsIn(w *waiting) int {
	if w == nil {
		return 0
	}
	return len(w.events)
}

// alarm counts how often the owner was woken.
type alarm int

func (a *alarm) wake() { *a++ }

func TestOutboxWakesItsOwnerOnceUntilItIsEmpty(t *testing.T) {
	var rings alarm
	o := &outbox{owner: &rings, max: 9}
	o.note(ping)
	o.note(ping)
	if rings != 1 {
		t.Errorf("woken %d times for two frames", rings)
	}
	o.take()
	o.note(ping) // the owner has not found it empty yet
	if o.take(); rings != 1 {
		t.Errorf("woken %d times while posting", rings)
	}
	if w, lagging, _ := o.take(); w != nil || lagging != nil {
		t.Error("something is left")
	}
	if o.note(ping); rings != 2 {
		t.Errorf("woken %d times after it was empty", rings)
	}
}
