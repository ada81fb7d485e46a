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

// An event that is offered while a page is read may have been stored after that.
func TestOutboxReadsOnceMoreForWhatCameMeanwhile(t *testing.T) {
	for _, seq := range []int64{1, 2, 0} {
		o := testOutbox(3)
		cur := o.subscribe("bakery", 0, 0)
		o.expectAny()
		_, lagging, _ := o.take()
		o.offer(cur, seq, nil)
		o.settle(lagging, 0, false)
		if _, again, _ := o.take(); (again != nil) != (seq > 0) {
			t.Errorf("after event %d the log is read again: %v", seq, again != nil)
		}
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
	quay, supper := o.watch("hub:quay"), o.watch("event:supper")
	frames := make([][]byte, 5)
	for i := range frames {
		frames[i] = []byte{byte(i)}
		o.nudge(quay, frames[i])
	}
	o.nudge(supper, frames[0])
	if o.watch("event:supper") != nil {
		t.Error("a topic is watched twice")
	}
	o.unwatch("event:supper")
	o.nudge(supper, frames[0])
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

// testOutbox wakes nobody: the test takes from it itself.
func testOutbox(events int32) *outbox {
	c := &conn{link: &deaf{}}
	c.out = outbox{owner: c, max: events}
	return &c.out
}

func eventsIn(w *waiting) int {
	if w == nil {
		return 0
	}
	return len(w.events)
}

// alarm counts how often the owner was woken.
type alarm struct {
	deaf
	rings int
}

func (a *alarm) wake(*conn) { a.rings++ }

func TestOutboxWakesItsOwnerOnceUntilItIsEmpty(t *testing.T) {
	a := &alarm{}
	o := testOutbox(9)
	o.owner.link = a
	o.note(ping)
	o.note(ping)
	if a.rings != 1 {
		t.Errorf("woken %d times for two frames", a.rings)
	}
	o.take()
	o.note(ping) // the owner has not found it empty yet
	if o.take(); a.rings != 1 {
		t.Errorf("woken %d times while posting", a.rings)
	}
	if w, lagging, _ := o.take(); w != nil || lagging != nil {
		t.Error("something is left")
	}
	if o.note(ping); a.rings != 2 {
		t.Errorf("woken %d times after it was empty", a.rings)
	}
}
