package realtime

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

func TestReadySaysWhereEverythingStands(t *testing.T) {
	town := newTown()
	town.say(t, "amara", "bakery", "good morning")
	town.read["bakery/bilal"] = 1
	_, address := open(t, town.config())

	f := connect(t, address, "bilal", "").expect("ready")
	if got := fmt.Sprint(f.Epoch, f.Convs); got != "e1[[bakery 1 1]]" {
		t.Errorf("ready says %s", got)
	}
	if f := connect(t, address, "dora", "").expect("ready"); len(f.Convs) != 0 {
		t.Errorf("a newcomer is in %v", f.Convs)
	}
}

func TestAMessageReachesTheOthersAndIsAcknowledged(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	amara, bilal := ready(t, address, "amara", ""), ready(t, address, "bilal", "")

	amara.send(`{"op":"send","c":"bakery","nonce":"n1","body":"<b>bread</b> \u202e"}`)
	got := map[string]frame{}
	for range 2 { // ok and ev come in any order
		f, err := amara.next()
		if err != nil {
			t.Fatal(err)
		}
		got[f.Op] = f
	}
	if ok := got["ok"]; ok.Nonce != "n1" || ok.C != "bakery" || ok.Seq != 1 {
		t.Errorf("acknowledged as %+v", ok)
	}
	if ev := got["ev"]; ev.Nonce != "n1" || ev.Seq != 1 {
		t.Errorf("the sender's own event is %+v", ev)
	}
	ev := bilal.expect("ev")
	if ev.From != "amara" || ev.Name != "Amara" || ev.K != "message" || ev.Body != "<b>bread</b> \u202e" {
		t.Errorf("bilal got %+v", ev)
	}
}

func TestARetriedMessageIsStoredOnce(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	bilal := ready(t, address, "bilal", "")
	first := ready(t, address, "amara", "since=bakery.0")
	first.send(`{"op":"send","c":"bakery","nonce":"n1","body":"bread"}`)
	bilal.expectEvents("bakery", 1, 1)
	_ = first.ws.Close() // before she has seen ok

	again := ready(t, address, "amara", "epoch=e1&since=bakery.0")
	again.expectEvents("bakery", 1, 1)
	again.send(`{"op":"send","c":"bakery","nonce":"n1","body":"bread"}`)
	if ok := again.expect("ok"); ok.Seq != 1 {
		t.Errorf("the retry is %+v", ok)
	}
	again.send(`{"op":"send","c":"bakery","nonce":"n2","body":"more"}`)
	bilal.expectEvents("bakery", 2, 2)
}

func TestResumeSendsWhatWasMissed(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{Page: 3, Resume: 10}
	_, address := open(t, config)
	for i := range 9 {
		town.say(t, "amara", "bakery", fmt.Sprint(i))
	}
	for range 20 {
		town.say(t, "amara", "garden", fmt.Sprint("g", len(town.said["garden"])))
	}
	for _, test := range []struct {
		name, query string
		check       func(*client)
	}{
		{"over several pages", "epoch=e1&since=bakery.1", func(c *client) { c.expectEvents("bakery", 2, 9) }},
		{"nothing", "epoch=e1&since=bakery.9", func(*client) {}},
		{"too much, as a gap", "epoch=e1&since=garden.4", func(c *client) {
			if f := c.expect("gap"); f.C != "garden" || f.From != 5.0 || f.To != 20 {
				t.Errorf("the gap is %+v", f)
			}
		}},
		{"nothing from another history", "epoch=e0&since=bakery.1", func(*client) {}},
		{"nothing above the head", "epoch=e1&since=bakery.50", func(*client) {}},
		{"nothing malformed", "epoch=e1&since=bakery.x,bakery,.3,bakery.-1", func(*client) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := ready(t, address, "chen", test.query)
			test.check(c)
			c.settled()
		})
	}
	bilal := ready(t, address, "bilal", "epoch=e1&since=garden.4") // not his
	bilal.settled()
}

func TestLostAndRepeatedHintsHeal(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	bilal := ready(t, address, "bilal", "")

	first := town.say(t, "amara", "bakery", "one")
	town.say(t, "amara", "bakery", "two") // its hint is lost
	third := town.say(t, "amara", "bakery", "three")
	hub.Deliver(third)
	hub.Deliver(first)
	hub.Deliver(third)
	bilal.expectEvents("bakery", 1, 3)
	hub.Deliver(town.say(t, "amara", "bakery", "four"))
	bilal.expectEvents("bakery", 4, 4)
	bilal.settled()
}

func TestAHintOfWhatTheLogDoesNotHaveIsHarmless(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	bilal := ready(t, address, "bilal", "")
	hub.Deliver(Event{Conversation: "bakery", Seq: 7, Kind: "message"})
	hub.Deliver(Event{Conversation: "nowhere", Seq: 1, Kind: "message"})
	hub.Deliver(Event{Conversation: "bakery", Seq: 1, At: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)})
	bilal.settled()
	hub.Deliver(town.say(t, "amara", "bakery", "one"))
	bilal.expectEvents("bakery", 1, 1)
}

// A message that arrives between the question where the conversations stand and the subscription must not be lost.
func TestNothingFallsBetweenHeadsAndSubscription(t *testing.T) {
	for _, flood := range []int{1, recentSize + 1} {
		t.Run(fmt.Sprint(flood), func(t *testing.T) {
			town := newTown()
			config := town.config()
			hooked := &hookedLog{Log: town}
			config.Log = hooked
			hub, address := open(t, config)
			hooked.afterHeads = func() {
				for i := range flood {
					hub.Deliver(town.say(t, "amara", "bakery", fmt.Sprint(i)))
				}
			}
			ready(t, address, "bilal", "").expectEvents("bakery", 1, int64(flood))
		})
	}
}

type hookedLog struct {
	Log
	afterHeads func()
}

func (l *hookedLog) Heads(ctx context.Context, person string) ([]Head, error) {
	heads, err := l.Log.Heads(ctx, person)
	l.afterHeads()
	return heads, err
}

func TestCommandsAreRefusedWithAReason(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{BodyRunes: 5, Watches: 1}
	_, address := open(t, config)
	bilal := ready(t, address, "bilal", "watch=event:supper")
	for _, test := range []struct{ name, in, kind, about string }{
		{"a conversation of others", `{"op":"send","c":"garden","nonce":"n","body":"hi"}`, "not-found", "garden"},
		{"a read mark of others", `{"op":"read","c":"garden","seq":1}`, "not-found", "garden"},
		{"a topic too many", `{"op":"watch","topic":"hub:quay"}`, "too-many", "hub:quay"},
		{"a long message", `{"op":"send","c":"bakery","nonce":"n","body":"123456"}`, "invalid", "bakery"},
		{"an unknown op", `{"op":"dance"}`, "invalid", ""},
	} {
		bilal.send(test.in)
		if f := bilal.expect("no"); f.Kind != test.kind || f.C+f.Topic != test.about || f.Say == "" {
			t.Errorf("%s: %+v", test.name, f)
		}
	}
	bilal.send(`{"op":"unwatch","topic":"event:supper"}`)
	bilal.send(`{"op":"watch","topic":"hub:quay"}`)
	if f := bilal.expect("no"); f.Kind != "not-found" || f.Topic != "hub:quay" {
		t.Errorf("a topic of others: %+v", f)
	}
	bilal.send(`{"op":"send","c":"bakery","nonce":"n","body":"bread"}`)
	for range 2 {
		if f, err := bilal.next(); err != nil || f.Op != "ok" && f.Op != "ev" {
			t.Errorf("after all refusals: %+v, %v", f, err)
		}
	}
}

func TestNudgesReachThoseWhoWatch(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	amara := ready(t, address, "amara", "watch=event:supper,hub:quay")
	bilal := connect(t, address, "bilal", "watch=event:supper,hub:quay")
	bilal.expect("ready")
	if f := bilal.expect("no"); f.Topic != "hub:quay" {
		t.Fatalf("bilal may watch the hub: %+v", f)
	}
	amara.settled()
	hub.Nudge("hub:quay", 3)
	if f := amara.expect("nudge"); f.Topic != "hub:quay" || f.Rev != 3 {
		t.Errorf("amara got %+v", f)
	}
	hub.Nudge("event:supper", 4)
	if f := bilal.expect("nudge"); f.Topic != "event:supper" {
		t.Errorf("bilal got %+v", f)
	}
	hub.Nudge("nobody:watches", 1)
	bilal.settled()
}

func TestTypingReachesTheOthers(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	amara, bilal, chen := ready(t, address, "amara", ""), ready(t, address, "bilal", ""), ready(t, address, "chen", "")
	bilal.settled() // typing isn't repeated for those who have not entered yet
	chen.settled()
	amara.send(`{"op":"typing","c":"bakery"}`)
	for _, other := range []*client{bilal, chen} {
		if f := other.expect("eph"); f.C != "bakery" || f.K != "typing" || f.From != "amara" {
			t.Errorf("got %+v", f)
		}
	}
	amara.settled() // and not to herself
	bilal.send(`{"op":"typing","c":"garden"}`)
	bilal.settled()
	chen.settled() // he is in the garden, bilal is not
}

func TestAReadMarkIsRecorded(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	town.say(t, "amara", "bakery", "one")
	bilal := ready(t, address, "bilal", "")
	bilal.send(`{"op":"read","c":"bakery","seq":1}`)
	bilal.settled()
	if f := connect(t, address, "bilal", "").expect("ready"); fmt.Sprint(f.Convs) != "[[bakery 1 1]]" {
		t.Errorf("ready says %v", f.Convs)
	}
}

func TestPresence(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	c := ready(t, address, "bilal", "")
	if !hub.Presence("bilal") || hub.Presence("amara") {
		t.Error("bilal is here and amara is not")
	}
	hub.EndPerson("bilal")
	c.expectBye(byeSignedOut)
	hub.people.close()
	hub.people.running.Wait()
	if hub.Presence("bilal") {
		t.Error("bilal is still here")
	}
}

func TestRightsEnd(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	desk, phone := ready(t, address, "amara", "session=desk"), ready(t, address, "amara", "session=phone&watch=hub:quay")
	bilal := ready(t, address, "bilal", "watch=event:supper")
	bilal.settled()

	hub.EndSession("desk")
	desk.expectBye(byeSignedOut)
	phone.settled()

	town.change(func() {
		town.members["bakery"] = []string{"amara"}
		town.members["roof"] = []string{"bilal"}
		town.may = map[string]bool{}
	})
	hub.Recheck("bilal")
	hub.Deliver(town.say(t, "amara", "bakery", "now without bilal"))
	hub.Nudge("event:supper", 5)
	if f := bilal.expect("ready"); fmt.Sprint(f.Convs) != "[[roof 0 0]]" {
		t.Errorf("new here: %v", f.Convs)
	}
	if f := bilal.expect("no"); f.Topic != "event:supper" {
		t.Errorf("got %+v", f)
	}
	hub.Deliver(town.say(t, "bilal", "roof", "alone"))
	bilal.expectEvents("roof", 1, 1)
	phone.expectEvents("bakery", 1, 1) // it was there to be seen

	town.change(func() { town.gone["phone"] = true })
	hub.Recheck("amara")
	phone.expectBye(byeSignedOut)
	connect(t, address, "amara", "session=phone").expectBye(byeSignedOut)
}

// Were a conversation entered at its head before open has seen since, what the client missed would never be sent.
func TestRightsAreNotAskedAgainBeforeTheFirstTime(t *testing.T) {
	hub, _ := open(t, newTown().config())
	c := newConn(hub, "amara", "", "::1")
	c.link = &deaf{}
	c.recheck()
	c.reload()
	if early := c.out.conversations(); len(early) > 0 {
		t.Errorf("entered %v", early)
	}
	c.open(opening{version: Version})
	defer func() {
		for _, cur := range c.out.cursors {
			c.hub.rooms.remove(cur)
		}
	}()
	if len(c.out.conversations()) != 2 {
		t.Errorf("entered %v", c.out.conversations())
	}
}

func TestJoinAddsAConversation(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	bilal := ready(t, address, "bilal", "")
	town.say(t, "amara", "garden", "before")
	town.change(func() { town.members["garden"] = append(town.members["garden"], "bilal") })
	hub.Join("bilal", "garden")
	hub.Join("bilal", "garden") // twice does nothing
	if f := bilal.expect("ready"); fmt.Sprint(f.Convs) != "[[garden 1 0]]" {
		t.Errorf("joined %v", f.Convs)
	}
	hub.Deliver(town.say(t, "amara", "garden", "welcome"))
	bilal.expectEvents("garden", 2, 2)
}

// A client that reads nothing is not disconnected, costs a bounded queue, and is sent everything in the end.
func TestASlowClientCatchesUp(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{Queue: 4, Page: 7}
	hub, address := open(t, config)
	bilal, chen := ready(t, address, "bilal", ""), ready(t, address, "chen", "")
	slow := hub.people.of("bilal")[0]

	const messages = 300
	body := strings.Repeat("x", 100<<10) // together more than the kernel takes
	var talk sync.WaitGroup
	talk.Go(func() {
		for i := range messages {
			ev, err := town.send(t.Context(), "amara", "bakery", fmt.Sprint("n", i), body)
			if err != nil {
				t.Error(err)
			}
			hub.Deliver(ev)
		}
	})
	chen.expectEvents("bakery", 1, messages)
	talk.Wait()
	slow.out.mu.Lock()
	queued, behind := eventsIn(slow.out.waits), slow.out.cursors[0].behind
	slow.out.mu.Unlock()
	if queued > config.Limits.Queue || !behind {
		t.Errorf("%d events wait for the slow client, behind: %v", queued, behind)
	}
	bilal.expectEvents("bakery", 1, messages)
	bilal.settled()
}

func TestTheEndIsNumbered(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*client) error
		code int
	}{
		{"text that is not JSON", func(c *client) error { return c.ws.WriteMessage(websocket.TextMessage, []byte("hi")) }, byeBadFrame.code},
		{"text that is not UTF-8", func(c *client) error { return c.ws.WriteMessage(websocket.TextMessage, []byte("\"\xff\"")) }, byeBadFrame.code},
		{"a binary frame", func(c *client) error { return c.ws.WriteMessage(websocket.BinaryMessage, []byte("{}")) }, byeBadFrame.code},
		{"a giant frame", func(c *client) error {
			return c.ws.WriteMessage(websocket.TextMessage, make([]byte, 300<<10))
		}, websocket.CloseMessageTooBig},
		{"bits of no extension", raw([]byte{0xf1, 0x80, 1, 2, 3, 4}), websocket.CloseProtocolError},
		{"a compressed bomb", raw(frameBytes(0xc1, bomb(10<<20))), websocket.CloseProtocolError},
		{"a frame without a mask", raw([]byte{0x81, 0x02, '{', '}'}), websocket.CloseProtocolError},
		{"the end of a message that nobody began", raw(frameBytes(0x80, []byte("}"))), websocket.CloseProtocolError},
		{"a message within a message", raw(frameBytes(0x01, []byte("{")), frameBytes(0x81, []byte("{}"))), websocket.CloseProtocolError},
		{"a ping as long as a letter", raw(frameBytes(0x89, make([]byte, 126))), websocket.CloseProtocolError},
		{"a ping in pieces", raw(frameBytes(0x09, []byte("hi")), frameBytes(0x80, nil)), websocket.CloseProtocolError},
		{"an unknown kind of frame", raw(frameBytes(0x83, []byte("hi"))), websocket.CloseProtocolError},
		{"a mistake in the domain", func(c *client) error {
			return c.ws.WriteMessage(websocket.TextMessage, []byte(`{"op":"send","c":"bakery","nonce":"n","body":"panic"}`))
		}, byeTrouble.code},
	} {
		t.Run(test.name, func(t *testing.T) {
			town := newTown()
			hub, address := open(t, town.config())
			amara, bilal := ready(t, address, "amara", ""), ready(t, address, "bilal", "")
			if err := test.do(bilal); err != nil {
				t.Fatal(err)
			}
			var err error
			for err == nil {
				_, err = bilal.next()
			}
			if !websocket.IsCloseError(err, test.code) {
				t.Errorf("ended with %v, want %d", err, test.code)
			}
			hub.Deliver(town.say(t, "bilal", "bakery", "the others go on"))
			amara.expectEvents("bakery", 1, 1)
		})
	}
}

// raw writes frames as they are.
func raw(frames ...[]byte) func(*client) error {
	return func(c *client) error {
		_, err := c.ws.NetConn().Write(bytes.Join(frames, nil))
		return err
	}
}

// bomb is a message of so many spaces, compressed as permessage-deflate does.
func bomb(size int) []byte {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err == nil {
		_, err = w.Write(bytes.Repeat([]byte(" "), size))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err) // into memory
	}
	return packed.Bytes()
}

// Who offers compression is not taken at their word.
func TestNothingIsCompressed(t *testing.T) {
	_, address := open(t, newTown().config())
	dialer := websocket.Dialer{EnableCompression: true}
	ws, answer, err := dialer.Dial("ws://"+address+"/live?v=1&person=amara", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if got := answer.Header.Get("Sec-Websocket-Extensions"); got != "" {
		t.Errorf("agreed to %q", got)
	}
}

func TestAnotherVersionIsTurnedAway(t *testing.T) {
	town := newTown()
	_, address := open(t, town.config())
	dial(t, "ws://"+address+"/live?v=2&person=amara").expectBye(byeVersion)
}

func TestABrokenLogEndsInABye(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	bilal := ready(t, address, "bilal", "")
	town.say(t, "amara", "bakery", "one")
	second := town.say(t, "amara", "bakery", "two")
	town.change(func() { town.broken = errors.New("no disk") })
	hub.Deliver(second)
	bilal.expectBye(byeTrouble)
	connect(t, address, "bilal", "").expectBye(byeTrouble)
}

func TestTheOldestOfTooManyOfOnePersonEnds(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{PerPerson: 1}
	hub, address := open(t, config)
	vanished, bilal := ready(t, address, "amara", ""), ready(t, address, "bilal", "")
	again := ready(t, address, "amara", "")
	vanished.expectBye(byeTooMany)
	hub.Deliver(town.say(t, "amara", "bakery", "back again"))
	again.expectEvents("bakery", 1, 1)
	bilal.expectEvents("bakery", 1, 1)
}

func TestTooManyOfOneAddressAreTurnedAway(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{PerAddress: 2}
	hub, address := open(t, config)
	ready(t, address, "amara", "")
	last := ready(t, address, "bilal", "")
	connect(t, address, "chen", "").expectBye(byeTooMany)
	last.settled()
	if hub.Presence("chen") {
		t.Error("chen counts as here")
	}
}

func TestASilentPeerIsLetGo(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{PingEvery: 10 * time.Millisecond, ReadWait: 200 * time.Millisecond}
	_, address := open(t, config)
	c := ready(t, address, "amara", "")
	pings := 0
	c.ws.SetPingHandler(func(string) error { pings++; return nil }) // and no pong
	c.expectBye(byeGone)
	if pings == 0 {
		t.Error("it was never asked")
	}
}

func TestShutdownSendsEveryoneAway(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	var clients []*client
	for _, person := range []string{"amara", "bilal", "chen"} {
		clients = append(clients, ready(t, address, person, ""))
	}
	stopped := make(chan error, 1)
	go func() { stopped <- hub.Shutdown(t.Context()) }()
	for _, c := range clients {
		c.expectBye(byeRestart)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if ws, _, err := websocket.DefaultDialer.Dial("ws://"+address+"/live?v=1&person=amara", nil); err == nil {
		_ = ws.Close()
		t.Error("somebody came in after the end")
	}
}

func TestShutdownDoesNotWaitForEver(t *testing.T) {
	town := newTown()
	hub, address := open(t, town.config())
	ready(t, address, "amara", "") // never answers the close frame
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := hub.Shutdown(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	hub.people.running.Wait() // ends, because the sockets are cut
}

func TestNewNeedsItsFunctions(t *testing.T) {
	config := newTown().config()
	hub, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := hub.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	config.Send = nil
	if _, err := New(config); err == nil {
		t.Error("a hub without Send")
	}
}

// deaf is a link that nobody is at the other end of.
type deaf struct{}

func (*deaf) wake(*conn)           {}
func (*deaf) write([][]byte) error { return nil }
func (*deaf) said()                {}
func (*deaf) cut()                 {}

func (*deaf) stuck(time.Time, time.Duration) bool { return false }
