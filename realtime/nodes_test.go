package realtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// grapevine is a bus inside the test: it calls every listener before Publish returns, and loses what lose says.
type grapevine struct {
	mu        sync.Mutex
	listeners map[int]*listener
	next      int
	said      [][]byte
	lose      func(listener int, data []byte) bool // nil loses nothing; called with mu held
}

type listener struct {
	mu   sync.Mutex // one call at a time
	hear func([]byte)
}

func (g *grapevine) Publish(data []byte) {
	for _, l := range g.reached(data) {
		l.mu.Lock()
		l.hear(data)
		l.mu.Unlock()
	}
}

func (g *grapevine) reached(data []byte) (all []*listener) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.said = append(g.said, data)
	for i, l := range g.listeners {
		if g.lose == nil || !g.lose(i, data) {
			all = append(all, l)
		}
	}
	return all
}

func (g *grapevine) Listen(hear func([]byte)) (func(), error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listeners == nil {
		g.listeners = map[int]*listener{}
	}
	i := g.next
	g.next++
	g.listeners[i] = &listener{hear: hear}
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.listeners, i)
	}, nil
}

func (g *grapevine) losing(lose func(listener int, data []byte) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lose = lose
}

func allOf(int, []byte) bool { return true }

// pair is two nodes over one town, which look around when the test says so.
type pair struct {
	*town
	vine    *grapevine
	here    *Hub
	there   *Hub
	hereAt  string
	thereAt string
	now     time.Time
}

func newPair(t *testing.T) *pair {
	p := &pair{town: newTown(), vine: &grapevine{}, now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	config := p.config()
	config.Bus, config.Pulse = p.vine, make(chan time.Time)
	p.here, p.hereAt = open(t, config)
	p.there, p.thereAt = open(t, config)
	p.pulse()
	p.pulse()
	return p
}

// pulse has both nodes look around after pulseEvery; what a pulse finds to do may still be under way.
func (p *pair) pulse() {
	p.now = p.now.Add(pulseEvery)
	p.here.nodes.beat(p.now)
	p.there.nodes.beat(p.now)
}

// rest returns once the node there has done all that it has found to do.
func (p *pair) rest(t *testing.T) {
	t.Helper()
	p.pulse()
	n := p.there.nodes
	until(t, "at rest", func() bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		return len(n.errands) == 0 && len(n.fetching) == 0 && (n.blind() || !n.looking.Load())
	})
}

func TestEverythingReachesTheOtherNode(t *testing.T) {
	p := newPair(t)
	amara := ready(t, p.hereAt, "amara", "")
	bilal := ready(t, p.thereAt, "bilal", "watch=event:supper&session=desk")
	bilal.settled()

	amara.send(`{"op":"send","c":"bakery","nonce":"n1","body":"bread"}`)
	if f := bilal.expect("ev"); f.Body != "bread" || f.Nonce != "n1" || f.Name != "Amara" {
		t.Errorf("bilal got %+v", f)
	}
	amara.expectBoth("ev", "ok")
	p.here.Nudge("event:supper", 7)
	if f := bilal.expect("nudge"); f.Topic != "event:supper" || f.Rev != 7 {
		t.Errorf("bilal got %+v", f)
	}
	amara.send(`{"op":"typing","c":"bakery"}`)
	if f := bilal.expect("eph"); f.From != "amara" {
		t.Errorf("bilal got %+v", f)
	}
	p.change(func() { p.members["garden"] = append(p.members["garden"], "bilal") })
	p.here.Join("bilal", "garden")
	if f := bilal.expect("ready"); fmt.Sprint(f.Convs) != "[[garden 0 0]]" {
		t.Errorf("joined %v", f.Convs)
	}
	p.change(func() { p.members["garden"] = []string{"amara"}; p.may = map[string]bool{} })
	p.here.Recheck("bilal")
	if f := bilal.expect("no"); f.Topic != "event:supper" {
		t.Errorf("bilal got %+v", f)
	}
	p.here.Deliver(p.say(t, "amara", "garden", "alone"))
	bilal.settled()
	p.here.EndSession("desk")
	bilal.expectBye(byeSignedOut)
	again := ready(t, p.thereAt, "bilal", "session=phone")
	p.here.EndPerson("bilal")
	again.expectBye(byeSignedOut)
}

func TestALostHintIsMadeUpForAtTheNextPulse(t *testing.T) {
	for _, test := range []struct {
		name string
		lose func(p *pair)
	}{
		{"one hint lost", func(p *pair) {
			p.vine.losing(func(_ int, data []byte) bool { return bytes.Contains(data, []byte(`"k":"event"`)) })
		}},
		{"the bus is down", func(p *pair) { p.vine.losing(allOf) }},
		{"the other node died before it could tell", func(p *pair) { p.here.nodes.stop(); p.vine.losing(allOf) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPair(t)
			bilal := ready(t, p.thereAt, "bilal", "watch=event:supper")
			bilal.settled()
			test.lose(p)
			for i := range 250 { // more than two pages
				p.here.Deliver(p.say(t, "amara", "bakery", fmt.Sprint(i)))
			}
			p.here.Nudge("event:supper", 8)
			for range 4 { // within 2 s
				p.pulse()
			}
			for want := int64(1); want <= 250; {
				f, err := bilal.next()
				if err != nil || f.Op == "ev" && f.Seq != want {
					t.Fatalf("got %+v, %v; want %d", f, err, want)
				}
				if f.Op == "ev" {
					want++
				}
			}
			p.vine.losing(nil)
		})
	}
}

// setBlind plants a fault: a node that takes itself to be looking already never looks.
func (n *nodes) setBlind(blind bool) {
	blindNodes.Store(n, blind)
	n.looking.Store(blind)
}

func (n *nodes) blind() bool {
	blind, known := blindNodes.Load(n)
	return known && blind.(bool)
}

var blindNodes sync.Map

// The check that the tests above can fail: a node that does not look stays behind.
func TestANodeThatDoesNotLookWouldBeNoticed(t *testing.T) {
	p := newPair(t)
	p.there.nodes.setBlind(true)
	bilal := ready(t, p.thereAt, "bilal", "")
	p.vine.losing(allOf)
	p.here.Deliver(p.say(t, "amara", "bakery", "unheard"))
	for range 4 {
		p.pulse()
	}
	p.rest(t)
	bilal.settled() // and no event
	p.there.nodes.setBlind(false)
	p.rest(t)
	bilal.expectEvents("bakery", 1, 1)
}

func TestAQuietBusCostsNothing(t *testing.T) {
	p := newPair(t)
	ready(t, p.thereAt, "bilal", "").settled()
	p.rest(t)
	reads := 0
	p.change(func() { p.onPage = func() { reads++ } })
	for range 20 {
		p.pulse()
	}
	p.rest(t)
	p.change(func() {
		if reads > 0 {
			t.Errorf("the log was read %d times for nothing", reads)
		}
	})
}

func TestAfterALossRightsAreAskedForAgainAndPagesFetched(t *testing.T) {
	p := newPair(t)
	bilal := ready(t, p.thereAt, "bilal", "watch=event:supper&session=desk")
	amara := ready(t, p.thereAt, "amara", "watch=event:supper")
	bilal.settled()
	amara.settled()
	p.vine.losing(allOf)
	p.change(func() { p.gone["desk"] = true })
	p.here.EndSession("desk") // not heard
	for range 4 {
		p.pulse()
	}
	bilal.expectBye(byeSignedOut)
	if f := amara.expect("nudge"); f.Topic != "event:supper" {
		t.Errorf("amara got %+v", f)
	}
	p.vine.losing(nil)
}

// However many conversations have connections here, a look reads them all.
func TestALookReadsThemAll(t *testing.T) {
	const many = 3000
	p := newPair(t)
	for i := range many {
		p.members[fmt.Sprint("room-", i)] = []string{"chen"}
	}
	chen := ready(t, p.thereAt, "chen", "")
	chen.settled()
	p.vine.losing(allOf)
	for i := range many {
		p.here.Deliver(p.say(t, "chen", fmt.Sprint("room-", i), "hello"))
	}
	p.there.nodes.at(p.now.Add(2 * silentAfter)) // the first pulse that can notice
	p.there.nodes.lookAround(p.now.Add(2 * silentAfter))
	for range many {
		chen.expect("ev")
	}
	p.vine.losing(nil)
}

func TestPresenceIsThatOfAllNodes(t *testing.T) {
	p := newPair(t)
	present := func(yes bool, when string) {
		t.Helper()
		if p.there.Presence("amara") != yes {
			t.Errorf("%s: present is %v", when, !yes)
		}
	}
	present(false, "before")
	desk, phone := ready(t, p.hereAt, "amara", "session=desk"), ready(t, p.hereAt, "amara", "session=phone")
	p.pulse()
	present(true, "once she has come")
	p.here.EndSession("desk")
	desk.expectBye(byeSignedOut)
	until(t, "one is gone", func() bool { return len(p.here.people.of("amara")) == 1 })
	p.pulse()
	present(true, "with one of two connections")
	p.here.EndSession("phone")
	phone.expectBye(byeSignedOut)
	until(t, "both are gone", func() bool { return !p.here.people.has("amara") })
	p.pulse()
	present(false, "once she has gone")
}

// What was not heard is made up for, and nobody is believed for ever.
func TestPresenceHealsAndEnds(t *testing.T) {
	p := newPair(t)
	p.vine.losing(func(_ int, data []byte) bool { return bytes.Contains(data, []byte(`"k":"here"`)) })
	ready(t, p.hereAt, "amara", "")
	p.pulse()
	if p.there.Presence("amara") {
		t.Fatal("she is known of before anybody said so")
	}
	p.vine.losing(nil)
	for range renewEvery/pulseEvery + 2 {
		p.pulse()
	}
	if !p.there.Presence("amara") {
		t.Error("she is not known of after a round")
	}
	p.vine.losing(func(_ int, data []byte) bool { return bytes.Contains(data, []byte(`"amara"`)) })
	for range leaseTime/pulseEvery + 1 {
		p.pulse()
	}
	if p.there.Presence("amara") {
		t.Error("she is believed to be there although nobody says so")
	}
	p.vine.losing(nil)
	for range renewEvery/pulseEvery + 2 {
		p.pulse()
	}
	p.vine.losing(allOf) // the other node dies
	for range presentWhile/pulseEvery + 2 {
		p.pulse()
	}
	if p.there.Presence("amara") {
		t.Error("she is believed to be at a node that is silent")
	}
	p.vine.losing(nil)
}

// A crowd is named in as many hints as it needs, each small enough, and nobody is left out.
func TestACrowdIsNamedBitByBit(t *testing.T) {
	p := newPair(t)
	const many = 5000
	for i := range many {
		c := newConn(p.here, fmt.Sprint(strings.Repeat("x", idMax-5), i), "", "::1")
		c.link = &deaf{}
		c.hear() // the beat may come by
		p.here.people.perAddress = many
		if _, _, ok := p.here.people.enter(c); !ok {
			t.Fatal("turned away")
		}
		defer p.here.people.leave(c)
		p.here.cameOrWent(c.person)
	}
	for range many / (presenceHints * namesBytes / (idMax + 3)) * 2 {
		p.pulse()
	}
	for i := range many {
		if person := fmt.Sprint(strings.Repeat("x", idMax-5), i); !p.there.Presence(person) {
			t.Fatalf("person %d is not known of", i)
		}
	}
}

// A right that ended without anybody being told ends in time all the same.
func TestEverybodyIsAskedForAgainFromTimeToTime(t *testing.T) {
	p := newPair(t)
	bilal := ready(t, p.thereAt, "bilal", "session=desk")
	bilal.settled()
	p.change(func() { p.gone["desk"] = true })
	for range 2 {
		p.pulse()
	}
	bilal.expectBye(byeSignedOut)
}

func TestHintsAreOnlyForThoseOfTheNetwork(t *testing.T) {
	p := newPair(t)
	bilal := ready(t, p.thereAt, "bilal", "")
	for _, text := range []string{``, `{`, `[]`, `{"k":"event"}`, `{"k":"event","n":"x","i":1,"c":"bakery"}`, `{"k":"dance","n":"x","i":1}`,
		`{"k":"event","n":"x y","i":1,"c":"bakery","seq":3}`, `{"k":"end-person","n":"x","i":1}`, strings.Repeat(" ", hintMax+1)} {
		if _, err := parseHint([]byte(text)); err == nil {
			t.Errorf("%.40q is understood", text)
		}
		p.vine.Publish([]byte(text))
	}
	bilal.settled()
}

func FuzzParseHint(f *testing.F) {
	f.Add([]byte(`{"k":"event","n":"x","i":1,"c":"bakery","seq":3}`))
	f.Add([]byte(`{"k":"typing","n":"x","i":2,"c":"bakery","person":"amara"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := parseHint(data); err == nil && (h.Count == 0 || !isName(h.Node)) {
			t.Errorf("a hint of nobody is understood: %+v", h)
		}
	})
}

// What people write stays in the store: hints hold ids and numbers.
func TestNothingAnybodyWroteTravelsOnTheBus(t *testing.T) {
	p := newPair(t)
	amara := ready(t, p.hereAt, "amara", "watch=event:supper")
	ready(t, p.thereAt, "bilal", "").settled()
	amara.send(`{"op":"send","c":"bakery","nonce":"nonce-of-hers","body":"between us"}`)
	amara.expectBoth("ev", "ok")
	p.here.Nudge("event:supper", 1)
	p.here.Typing("bakery", "amara")
	p.here.Join("bilal", "bakery")
	p.here.Recheck("bilal")
	p.here.EndSession("desk")
	p.here.EndPerson("bilal")
	until(t, "bilal is gone", func() bool { return !p.there.people.has("bilal") })
	p.pulse()
	kinds := map[string]bool{}
	for _, data := range p.vine.said {
		h, err := parseHint(data)
		if err != nil {
			t.Errorf("%s: %v", data, err)
		}
		kinds[h.Kind] = true
		for _, secret := range []string{"between us", "nonce-of-hers", "Amara"} {
			if bytes.Contains(data, []byte(secret)) {
				t.Errorf("%s holds %q", data, secret)
			}
		}
	}
	if len(kinds) != 10 { // all but leave
		t.Errorf("the test has heard %v only", kinds)
	}
}

func TestTheTableOfHintsIsTrue(t *testing.T) {
	whole := map[string]any{"c": "bakery", "seq": 3, "topic": "hub:quay", "rev": 1, "person": "amara", "session": "desk",
		"people": []string{"amara", "bilal"}}
	var listed []string
	for _, row := range protocolRows(t, "| hint | fields |") {
		kind, fields := strings.Trim(row[0], "`"), strings.Fields(row[1])
		listed = append(listed, kind)
		said := map[string]any{"k": kind, "n": "a", "i": 1}
		for _, field := range fields {
			said[field] = whole[field]
		}
		if _, err := parseHint(jsonOf(t, said)); err != nil || slices.Contains(fields, "") {
			t.Errorf("%s with %v: %v", kind, fields, err)
		}
	}
	want := []string{hintEvent, hintNudge, hintTyping, hintJoin, hintRecheck, hintSession, hintPerson, hintHere, hintAway, hintAlive, hintLeave}
	if !slices.Equal(listed, want) {
		t.Errorf("the table has %v, the code %v", listed, want)
	}
	for _, field := range fieldsOf(hint{}) {
		name := strings.Trim(field, "[]")
		if !slices.Contains([]string{"k", "n", "i"}, name) && whole[name] == nil {
			t.Errorf("the table does not know the field %s", name)
		}
	}
}

func TestNodesMethodsTogether(t *testing.T) {
	p := newPair(t)
	n := p.there.nodes
	data, err := json.Marshal(hint{Kind: hintEvent, Node: "x", Count: 9, C: "bakery", Seq: 1})
	if err != nil {
		t.Fatal(err)
	}
	together(
		func(int) { n.hear(data) },
		func(i int) { p.there.tell(hint{Kind: hintAlive}) },
		func(i int) { n.lookAround(p.now.Add(time.Duration(i) * time.Minute)) },
		func(int) { n.fetchSoon("bakery"); n.fetch("bakery") },
		func(int) { n.errand(func() {}) },
		func(i int) { p.there.cameOrWent(fmt.Sprint(i)); p.there.Presence("amara") },
		func(i int) { n.tellPresence(p.now.Add(time.Duration(i) * time.Minute)) },
		func(i int) { n.at(p.now.Add(time.Duration(i) * time.Minute)) },
	)
}

func TestABusThatCannotBeHeardIsNoBus(t *testing.T) {
	config := newTown().config()
	config.Bus = mute{}
	if _, err := New(config); !errors.Is(err, errMute) {
		t.Errorf("a hub on it: %v", err)
	}
}

var errMute = errors.New("nobody can listen")

type mute struct{}

func (mute) Publish([]byte) {}

func (mute) Listen(func([]byte)) (func(), error) { return nil, errMute }
