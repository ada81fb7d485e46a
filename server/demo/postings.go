package demo

import (
	"slices"
	"strings"
	"time"

	"longtable/server/community"
)

// firstPostings are by people who are stored first, so that the board is full from the start.
const firstPostings = 80

// Most asks were answered, and all that hang for longer.
const (
	answeredPercent = 60
	answeredAfter   = 12 * day
)

// joinLines puts sentences of their own on lines of their own.
func joinLines(text []string) string { return strings.Join(text, "\n\n") }

func (g *Generator) posting(h *harvest, i int) {
	author, d := g.person(g.plan.author(g, i)), g.dice("posting", i)
	offers, needs := g.skillsOf(author.number)
	kind, skills := community.Ask, needs
	if d.chance(45) {
		kind, skills = community.Offer, []community.SkillID{offers[0].Skill}
	}
	titles, tongue := g.words.in(author.tongue, string(kind)+"-title")
	texts, _ := g.words.in(tongue, string(kind)+"-text")
	blanks := g.blanks(author, tongue, offers, needs, d)
	p := &community.Posting{Record: community.Record[community.PostingID]{ID: idOf[community.PostingID](g, "posting", i)}, Kind: kind,
		Hub: g.hubID(g.plan.home[author.number]), Author: g.memberID(author.number), Skills: skills[:min(len(skills), 2)], Board: "open",
		Title: within(community.TitleMax, say(pick(d, titles), blanks...), say(map[community.PostingKind]string{community.Ask: "{need}", community.Offer: "{skill}"}[kind], blanks...)),
		Text:  say(pick(d, texts), blanks...), PostedAt: g.ago(d.span(time.Hour, 90*day))}
	if p.Closed = d.chance(12); p.Closed {
		p.Board = ""
	}
	if d.chance(answeredPercent) || p.PostedAt < g.ago(answeredAfter) {
		p.AnsweredAt = min(p.PostedAt.Plus(d.span(time.Hour, 2*day)), community.At(g.now))
	}
	h.Postings = append(h.Postings, p)
}

// introduction that nobody has answered with yes: most wait, some were let pass.
func (g *Generator) introduction(h *harvest, i int) {
	d := g.dice("introduction", i)
	from, to := d.between(firstHost, g.members-1), d.between(firstHost, g.members-1)
	if from == to || g.plan.thin[from] || g.plan.thin[to] || g.plan.talking(g, from, to) {
		return
	}
	x := ask(g.memberID(from), g.memberID(to), g.introduce(from, to, d), g.ago(d.span(time.Hour, 20*day)))
	if d.chance(30) {
		x.State, x.Waiting, x.AnsweredAt = community.IntroductionPassed, "", min(x.AskedAt.Plus(d.span(time.Hour, 3*day)), community.At(g.now))
	}
	if !slices.ContainsFunc(h.Introductions, func(other *community.Introduction) bool { return other.ID == x.ID }) {
		h.Introductions = append(h.Introductions, x)
	}
}

// introduce is a note in the language of who asks, about what the other can do.
func (g *Generator) introduce(from, to int, d dice) string {
	p := g.person(from)
	offers, needs := g.skillsOf(to)
	notes, tongue := g.words.in(p.tongue, "introduction")
	return say(pick(d, notes), g.blanks(p, tongue, offers, needs, d)...)
}

// caller is a person without a hub; every third asks to join one.
func (g *Generator) caller(h *harvest, i int) {
	d := g.dice("caller", i)
	if i < g.plan.first || g.plan.home[i] != nobody || !d.chance(33) {
		return
	}
	p := g.person(i)
	words, _ := g.words.in(p.tongue, "join")
	hub := d.IntN(len(g.hubs))
	h.JoinRequests = append(h.JoinRequests, joinRequest(g.memberID(i), g.hubID(hub), pick(d, words), g.ago(d.span(time.Hour, 5*day)), g.hubs[hub].zone))
}
