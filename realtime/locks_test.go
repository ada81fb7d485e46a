package realtime

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unique"

	"github.com/gorilla/websocket"
)

// together runs every function many times, all at the same time; the race detector does the rest.
func together(functions ...func(i int)) {
	const times = 200
	var wg sync.WaitGroup
	for _, f := range functions {
		wg.Go(func() {
			for i := range times {
				f(i)
			}
		})
	}
	wg.Wait()
}

func TestOutboxMethodsTogether(t *testing.T) {
	o := testOutbox(8)
	var known atomic.Pointer[cursor]
	known.Store(o.subscribe("bakery", 0, 0))
	together(
		func(i int) {
			if cur := o.subscribe("bakery", int64(i), int64(i+1)); cur != nil {
				known.Store(cur)
			}
		},
		func(i int) { o.unsubscribe("bakery") },
		func(i int) { o.offer(known.Load(), int64(i), nil) },
		func(i int) { o.expect("bakery", int64(i)); o.expectAny() },
		func(i int) {
			if cur := o.watch("hub:quay"); cur != nil {
				o.nudge(cur, nil)
			}
			o.unwatch("hub:quay")
		},
		func(i int) { o.typing(known.Load(), nil); o.note(ping); _ = o.hasRoom(); _ = o.ended() },
		func(i int) { _, _, _ = o.conversations(), o.topics(), o.follows("bakery") },
		func(i int) {
			w, cur, _ := o.take()
			if w != nil {
				w.inOrder()
				w.release()
			}
			if cur != nil {
				o.settle(cur, o.place(cur)+1, true)
			}
		},
	)
	o.end()
	o.close()
	if o.subscribe("bakery", 0, 1) != nil || len(o.conversations()) > 0 {
		t.Error("a closed outbox takes subscriptions")
	}
}

func TestTableMethodsTogether(t *testing.T) {
	table := newTable()
	var cursors []*cursor
	for i := range 21 {
		cursors = append(cursors, &cursor{name: unique.Make(fmt.Sprint(i % 7))})
	}
	name := func(i int) string { return fmt.Sprint(i % 7) }
	together(
		func(i int) { table.add(cursors[i%21], int64(i)) },
		func(i int) { table.remove(cursors[i*5%21]) },
		func(i int) { table.each(name(i), int64(i), func(*cursor) {}) },
		func(i int) { _, _ = table.told(name(i)); _ = table.names() },
	)
	for _, cur := range cursors {
		table.add(cur, 1)
		heard := 0
		table.each(cur.name.Value(), 1, func(other *cursor) {
			if other == cur {
				heard++
			}
		})
		if heard != 1 {
			t.Errorf("a subscriber is called %d times", heard)
		}
	}
	for _, cur := range cursors {
		table.remove(cur)
		table.remove(cur)
	}
	for i := range 7 {
		if _, here := table.told(name(i)); here {
			t.Errorf("%s is left", name(i))
		}
	}
}

func TestRegistryMethodsTogether(t *testing.T) {
	r := newRegistry(Limits{PerPerson: 2, PerAddress: 2})
	visit := func(int) {
		c := &conn{person: "amara", address: unique.Make("::1")}
		if !r.begin() {
			return
		}
		defer r.done()
		if _, _, ok := r.enter(c); ok {
			r.leave(c)
		}
	}
	together(visit, visit, visit,
		func(int) { r.of("amara") },
		func(int) { r.all(); r.names() },
		func(i int) {
			if i == 100 {
				r.close()
			}
		})
	r.running.Wait()
	if r.begin() || len(r.all()) > 0 || len(r.addresses) > 0 {
		t.Error("a closed registry is not empty")
	}
}

func TestRecentMethodsTogether(t *testing.T) {
	var r recent
	together(
		func(i int) { r.note("bakery", int64(i)) },
		func(i int) { r.note("garden", int64(i)) },
		func(int) {
			if _, complete := r.since(r.mark()); !complete {
				t.Error("the present is incomplete")
			}
		},
	)
	if heads, complete := r.since(0); !complete || heads["bakery"] != 199 || heads["garden"] != 199 {
		t.Errorf("since the beginning: %v, %v", heads, complete)
	}
	for i := range recentSize {
		r.note("roof", int64(i))
	}
	if _, complete := r.since(0); complete {
		t.Error("nobody noticed that notes were overwritten")
	}
}

func TestHubMethodsTogether(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{Queue: 2}
	hub, address := open(t, config)
	const each = 50
	var wg sync.WaitGroup
	for _, f := range []func(int){
		func(int) { hub.Recheck("amara") },
		func(int) { hub.Join("amara", "garden") },
		func(i int) { hub.Nudge("hub:quay", int64(i)) },
		func(int) { hub.Typing("bakery", "bilal") },
		func(int) { hub.Presence("amara") },
		func(int) { hub.EndSession("desk") },
		func(i int) { hub.EndPerson([]string{"bilal", "amara"}[i%2]) },
		func(i int) {
			if ev, err := town.send(t.Context(), "chen", "bakery", fmt.Sprint(i), "bread"); err == nil {
				hub.Deliver(ev)
			}
		},
		func(i int) {
			ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/live?v=1&session=desk&watch=hub:quay"+
				"&epoch=e1&since=bakery.0&person="+[]string{"amara", "bilal"}[i%2], nil)
			if err != nil {
				t.Error(err)
				return
			}
			_ = ws.WriteMessage(websocket.TextMessage, []byte(`{"op":"typing","c":"bakery"}`)) // it may be over already
			_, _, _ = ws.ReadMessage()
			_ = ws.Close()
		},
	} {
		wg.Go(func() {
			for i := range each {
				f(i)
			}
		})
	}
	wg.Wait()
	if err := hub.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestBucketSlowsDownAndForgets(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := newBucket(10, 3, now)
	for i := range 3 {
		if d := b.take(now); d != 0 {
			t.Errorf("frame %d of the burst waits %v", i, d)
		}
	}
	if d := b.take(now); d != 100*time.Millisecond {
		t.Errorf("the next waits %v", d)
	}
	if d := b.take(now.Add(time.Hour)); d != 0 {
		t.Errorf("after a pause a frame waits %v", d)
	}
	if b.tokens > 3 {
		t.Errorf("an hour saved up %v tokens", b.tokens)
	}
}
