package realtime

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestTheShelfForgets(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var s shelf
	for seq := int64(3); seq <= 6; seq++ {
		s.put("bakery", seq, fmt.Append(nil, seq), now)
	}
	s.put("bakery", 8, []byte("8"), now)
	for _, test := range []struct {
		name  string
		after int64
		limit int
		later time.Duration
		want  string
	}{
		{"up to the hole", 2, 9, 0, "3456"},
		{"no more than asked for", 3, 2, 0, "45"},
		{"nothing behind a hole", 6, 9, 0, ""},
		{"of before", 2, 9, shelfTime, "3456"},
		{"nothing old", 2, 9, 3 * shelfTime, ""},
	} {
		got := ""
		for _, frame := range s.after(nil, "bakery", test.after, test.limit, now.Add(test.later)) {
			got += string(frame)
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	for seq := range int64(40) {
		s.put("garden", seq, make([]byte, shelfBytes/10), now.Add(time.Minute))
	}
	if kept := len(s.young) + len(s.old); kept > 20 {
		t.Errorf("%d large frames are kept", kept)
	}
}

// Deleted means gone, also in memory and when nobody comes by.
func TestTheShelfForgetsByItself(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	ready(t, address, "bilal", "")
	hub.Deliver(town.say(t, "amara", "bakery", "between us"))
	hub.shelf.mu.Lock()
	hub.shelf.turned = time.Now().Add(-2 * shelfTime)
	kept := len(hub.shelf.young)
	hub.shelf.mu.Unlock()
	if kept == 0 {
		t.Fatal("nothing was kept")
	}
	until(t, "it is forgotten", func() bool {
		hub.shelf.mu.Lock()
		defer hub.shelf.mu.Unlock()
		return len(hub.shelf.young)+len(hub.shelf.old) == 0
	})
}

func TestShelfMethodsTogether(t *testing.T) {
	var s shelf
	now := time.Now()
	together(
		func(i int) { s.put("bakery", int64(i), ping, now.Add(time.Duration(i)*time.Second)) },
		func(i int) { s.put("garden", int64(i), ping, now) },
		func(i int) { s.tidy(now.Add(time.Duration(i) * time.Second)) },
		func(i int) { s.after(nil, "bakery", int64(i), 3, now.Add(time.Duration(i)*time.Second)) },
	)
}

// A crowd that is behind at the same place has its page read once.
func TestACrowdThatReturnsReadsTheLogOnce(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	for i := range 30 {
		town.say(t, "amara", "bakery", fmt.Sprint(i))
	}
	reads := 0
	town.change(func() { town.onPage = func() { reads++ } })
	for range 10 {
		c := ready(t, address, "bilal", "epoch=e1&since=bakery.10")
		c.expectEvents("bakery", 11, 30)
		c.settled()
	}
	town.change(func() {
		if reads != 1 {
			t.Errorf("the log was read %d times", reads)
		}
	})
}

// FuzzOpening gives the hub every query that an upgrade request can have.
func FuzzOpening(f *testing.F) {
	f.Add("v=1&epoch=e7&since=c1.1041,c9.77&watch=event:abc,hub:x")
	f.Add("v=1&since=.,c.-1,c.99999999999999999999,%00.1&watch=,,%2c")
	f.Fuzz(func(t *testing.T, query string) {
		o := parseOpening(requestFor(query))
		for name, seq := range o.since {
			if !isName(name) || seq < 0 {
				t.Errorf("since %q %d", name, seq)
			}
		}
		for _, topic := range o.watch {
			if !isName(topic) {
				t.Errorf("watch %q", topic)
			}
		}
	})
}

// FuzzMessages gives a connection whole messages of every kind, as the loop in poll mode would: it ends in order or goes on.
func FuzzMessages(f *testing.F) {
	for _, frame := range [][]byte{frameBytes(0x81, []byte(`{"op":"typing","c":"bakery"}`)), frameBytes(0x82, nil), frameBytes(0x89, []byte("hi")),
		frameBytes(0x8a, nil), frameBytes(0x88, []byte{0x03, 0xe8, 'b'}), frameBytes(0xc1, []byte("x")), frameBytes(0x01, []byte("{"))} {
		f.Add(frame)
	}
	town := newTown()
	config := town.config()
	config.Limits = Limits{Rate: 1e9, Burst: 1 << 30}
	hub, err := New(config)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := hub.Shutdown(context.Background()); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		end, err := whole(data, hub.config.Limits.FrameBytes)
		if err != nil {
			return
		}
		c := newConn(hub, "amara", "", "::1")
		c.link = &deaf{}
		if err := newCodec().feed(c, data[:end]); err == nil && end > 0 && c.over() && c.last.Load().code == byeTrouble.code {
			t.Errorf("%q is our fault", data[:end])
		}
	})
}
