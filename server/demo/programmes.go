package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"longtable/server/community"
)

func (g *Generator) programmeID(i int) community.ProgrammeID {
	return idOf[community.ProgrammeID](g, "programme", i)
}

// call is the outline of a programme that its applications have to agree with.
type call struct {
	hub, received  int
	tongue         string
	questions      []string // each with its answers
	posted, closes time.Time
	starts         time.Time
	past           bool
}

const (
	taughtMost       = 3  // skills that a programme helps with
	pastPercent      = 15 // programmes whose last day is over
	applicationsMost = 60
)

func (g *Generator) call(i int) call {
	d := g.dice("call", i)
	c := call{hub: g.hubOf("programme", i), received: d.between(5, applicationsMost), past: i > 2 && d.chance(pastPercent)}
	if phases[i] != "" {
		c.hub = g.hubOf("programme", 1) // side by side at Jonas's
	}
	at := &g.hubs[c.hub]
	c.tongue = pick(d, at.texts)
	questions, tongue := g.words.in(c.tongue, "question")
	if c.tongue = tongue; i == 1 {
		c.received = 14
	}
	c.questions = inOrder(d, questions, d.between(2, len(questions)))
	today := g.now.In(at.clock)
	dayAt := func(days int) time.Time {
		return time.Date(today.Year(), today.Month(), today.Day()+days, 0, 0, 0, 0, at.clock)
	}
	closes := d.between(8, 50)
	if staged, is := phaseDays[phases[i]]; is {
		closes, c.past = -staged, true
	} else if c.past {
		closes = -d.between(3, 6)
	}
	c.closes, c.starts = dayAt(closes), dayAt(closes+d.between(14, 40))
	c.posted = g.now.Add(-time.Duration(d.between(10, 30)) * day)
	if c.past {
		c.posted = c.closes.Add(-40 * day)
	}
	return c
}

func (g *Generator) programme(h *harvest, i int) {
	c, d := g.call(i), g.dice("programme", i)
	at := &g.hubs[c.hub]
	templates, tongue := g.words.in(c.tongue, "programme")
	host := pick(d, g.plan.hosts[c.hub])
	if i == 1 {
		host = jonas
	}
	offers, needs := g.skillsOf(host)
	blanks := g.blanks(person{number: host, place: at, tongue: tongue}, tongue, offers, needs, d)
	parts := strings.Split(templates[i%len(templates)], " | ")
	for at := range parts {
		parts[at] = say(parts[at], blanks...)
	}
	x := &community.Programme{Record: community.Record[community.ProgrammeID]{ID: g.programmeID(i)}, Hub: g.hubID(c.hub), Host: g.memberID(host),
		Title: parts[0], Summary: parts[1], ForWhom: parts[2], Text: parts[3], Places: d.between(6, 25), Zone: at.zone,
		Closes: community.At(c.closes), Starts: community.At(c.starts), State: c.state(i), Received: c.received, PostedAt: community.At(c.posted),
		Reviewed: community.At(c.closes.AddDate(0, 0, 7)), AnswerBy: community.At(c.starts), Ends: community.At(c.starts.AddDate(0, 6, 0)),
		Each: community.ReviewersMin, By: community.ByLottery, Floor: 200, Criteria: []community.Criterion{{ID: "c1", Weight: 1}},
		Gives: inOrder(d, community.Gifts, d.between(2, 5)), Access: inOrder(d, community.AccessFacts, d.between(2, 5)), Languages: at.languages}
	for _, o := range offers[:min(len(offers), taughtMost)] {
		x.Skills = append(x.Skills, o.Skill) // its host teaches what they can do
	}
	x.Reviewers = g.readers(c.hub, host)
	for at, q := range c.questions {
		text, _, _ := strings.Cut(q, " :: ")
		x.Questions = append(x.Questions, community.Question{ID: questionID(at), Text: text})
	}
	h.Programmes = append(h.Programmes, x)
	if x.State == community.ProgrammeDrafted {
		x.Received = 0
		return
	}
	for number := 1; number <= c.received; number++ {
		g.application(h, i, number, &c, x)
	}
	g.lead(h, i, &c, x, h.Applications[len(h.Applications)-c.received:])
}

// phases are what the first programmes are in, so that every page of a programme can be looked at.
var phases = map[int]community.ProgrammeState{4: community.ProgrammeReview, 5: community.ProgrammeDrafted, 6: community.ProgrammeDecision, 7: community.ProgrammeCohort, 8: community.ProgrammeAfter}

// phaseDays are how many days ago their last day for applying was.
var phaseDays = map[community.ProgrammeState]int{community.ProgrammeReview: 3, community.ProgrammeDecision: 8, community.ProgrammeCohort: 11, community.ProgrammeAfter: 300}

// state is the phase of a programme; what is over is being read.
func (c *call) state(i int) community.ProgrammeState {
	switch state, staged := phases[i]; {
	case staged:
		return state
	case c.past:
		return community.ProgrammeReview
	}
	return community.ProgrammeOpen
}

// readers are the host, the first steward and a member of the hub, whoever they are.
func (g *Generator) readers(hub, host int) []community.MemberID {
	readers := []community.MemberID{g.memberID(host)}
	for _, m := range []int{jonas, amara} {
		if id := g.memberID(m); !slices.Contains(readers, id) {
			readers = append(readers, id)
		}
	}
	slices.Sort(readers)
	return readers
}

func questionID(at int) string { return "q" + strconv.Itoa(at+1) }

// application is by somebody who is no member. Its code was shown to nobody, so its digest is one of chance.
func (g *Generator) application(h *harvest, i, number int, c *call, to *community.Programme) {
	key := i*1000 + number
	d := g.dice("application", key)
	at := &g.hubs[c.hub]
	digest := sha256.Sum256(fmt.Appendf(nil, "%d application %d", g.seed, key))
	reach, _ := g.words.in(c.tongue, "reach")
	a := &community.Application{Record: community.Record[community.ApplicationID]{ID: idOf[community.ApplicationID](g, "application", key)},
		Programme: to.ID, Number: number, CodeHash: hex.EncodeToString(digest[:]), Reach: pick(d, reach), State: community.ApplicationSent,
		Answers: map[string]string{}, DecideBy: to.AnswerBy}
	a.Name = g.name(person{number: g.members + key, place: at, origin: pick(d, at.origins), tongue: c.tongue})
	offers, needs := g.skillsOf(g.members + key)
	blanks := g.blanks(person{number: g.members + key, place: at, tongue: c.tongue}, c.tongue, offers, needs, d)
	for at, q := range c.questions {
		_, answers, _ := strings.Cut(q, " :: ")
		var text []string
		for _, answer := range some(d, strings.Split(answers, " | "), d.between(1, 2)) {
			text = append(text, say(answer, blanks...))
		}
		a.Answers[questionID(at)] = strings.Join(text, between(c.tongue))
	}
	until := g.now
	if c.past {
		until = c.closes
	}
	a.SentAt = community.At(c.posted.Add(until.Sub(c.posted) * time.Duration(number) / time.Duration(c.received+1)))
	h.Applications = append(h.Applications, a)
}
