package demo

import (
	"slices"
	"time"

	"longtable/server/community"
)

func (g *Generator) eventID(i int) community.EventID { return idOf[community.EventID](g, "event", i) }

// hubOf spreads things over the hubs: the first ones to the personas' hubs, the others by how many people there are.
func (g *Generator) hubOf(kind string, i int) int {
	if i < 3 {
		return i
	}
	return g.plan.home[g.plan.busy[g.dice(kind+" hub", i).IntN(len(g.plan.busy))]]
}

// Days ahead within which events lie.
const eventDays = 60

func (g *Generator) event(h *harvest, i int) {
	hub, d := g.hubOf("event", i), g.dice("event", i)
	at := &g.hubs[hub]
	host := pick(d, g.plan.hosts[hub])
	if i == 1 {
		host = jonas
	}
	writer := person{number: host, place: at, tongue: pick(d, at.texts)}
	offers, needs := g.skillsOf(host)
	titles, tongue := g.words.in(writer.tongue, "event-title")
	texts, _ := g.words.in(tongue, "event-text")
	places, _ := g.words.in(tongue, "hub-place")
	blanks := g.blanks(writer, tongue, offers, needs, d)
	e := &community.Event{Record: community.Record[community.EventID]{ID: g.eventID(i)}, Hub: g.hubID(hub), Host: g.memberID(host), Zone: at.zone,
		State: community.EventOpen, Edition: 1, Capacity: pick(d, []int{8, 10, 12, 12, 15, 20, 20, 25, 30, 40, 60, 80}),
		Title: within(community.TitleMax, say(pick(d, titles), blanks...), say("{skill}", blanks...)), Languages: []string{tongue}}
	text := some(d, texts, d.between(1, 2))
	for at := range text {
		text[at] = say(text[at], blanks...)
	}
	e.Text = joinLines(text)
	e.StartsAt, e.EndsAt = g.hours(at, i, d)
	e.Access = inOrder(d, community.AccessFacts, d.between(1, 5))
	if e.Place = say(pick(d, places)); d.chance(20) {
		e.Online = "https://rooms.example.org/" + string(e.ID)
		if d.chance(50) {
			e.Place = ""
		}
	}
	g.attend(e, hub, i, d)
	h.Events = append(h.Events, e)
}

// hours are those of clocks at the place, from tomorrow on.
func (g *Generator) hours(at *place, i int, d dice) (starts, ends community.Instant) {
	today := g.now.In(at.clock)
	ahead := 1 + (i*37+d.IntN(5))%eventDays
	if i < 3 {
		ahead = 2 + i
	}
	clock := pick(d, []int{8*60 + 30, 9 * 60, 10 * 60, 12*60 + 30, 14 * 60, 16 * 60, 17 * 60, 18 * 60, 18*60 + 30, 19 * 60})
	start := time.Date(today.Year(), today.Month(), today.Day()+ahead, clock/60, clock%60, 0, 0, at.clock)
	return community.At(start), community.At(start.Add(time.Duration(d.between(2, 6)) * 30 * time.Minute))
}

const (
	fullPercent      = 15
	cancelledPercent = 5
	waitingMost      = 14
)

// attend fills places, and the waiting list of some that are full.
func (g *Generator) attend(e *community.Event, hub, i int, d dice) {
	going, waiting := d.IntN(e.Capacity), 0
	switch roll := d.IntN(100); {
	case i == 0:
		e.Capacity, going = 24, 15
	case i == 1:
		e.Capacity, going = 20, 18
	case roll < fullPercent:
		going, waiting = e.Capacity, d.IntN(waitingMost)
	case roll < fullPercent+cancelledPercent:
		e.State, e.Edition = community.EventCancelled, 2
	}
	guests := make([]community.MemberID, 0, going+waiting)
	if i == 0 {
		guests = append(guests, Personas[amara].ID)
	}
	take := func(who int) {
		if id := g.memberID(who); who != noor && id != e.Host && !slices.Contains(guests, id) && len(guests) < going+waiting {
			guests = append(guests, id)
		}
	}
	for _, who := range some(d, g.plan.people[hub], going+waiting) {
		take(who)
	}
	for range 4 * (going + waiting) {
		take(d.IntN(g.members))
	}
	e.Going = guests[:min(going, len(guests))]
	e.Waiting = guests[len(e.Going):]
}
