package demo

import (
	"fmt"
	"strings"
	"time"

	"longtable/server/community"
)

// Lengths of conversations, in messages.
const (
	messagesFew  = 3
	messagesMost = 40
)

// line of a conversation.
type line struct {
	by   int // member
	text string
}

// talk is a conversation with all that belongs to it: how it came about, its messages, and how far each has read.
func (g *Generator) talk(h *harvest, i int) {
	p, d := g.plan.pairs[i], g.dice("talk", i)
	from, to := g.memberID(p.from), g.memberID(p.to)
	script := g.script(p, i, d)
	times := g.times(len(script), i, d)
	c := &community.Conversation{Record: community.Record[community.ConversationID]{ID: community.PairID[community.ConversationID](from, to)},
		Members: []community.MemberID{from, to}, OpenedAt: times[0]}
	if p.posting == nobody {
		g.meet(h, c, from, to, script[0].text, times[0], d)
	} else {
		g.answerPosting(c, p.posting)
	}
	h.Conversations = append(h.Conversations, c)
	for at, l := range script {
		nonce := fmt.Sprintf("demo-%d", at+1)
		if at == 0 && p.posting == nobody {
			nonce = "introduction"
		}
		h.Messages = append(h.Messages, &community.Message{Record: community.Record[community.MessageID]{ID: idOf[community.MessageID](g, "message", i*100+at)},
			Conversation: c.ID, Seq: int64(at + 1), Sender: g.memberID(l.by), Nonce: nonce, Body: l.text, SentAt: times[at]})
	}
	g.seat(h, c, p.from, script, times, unreadBy(p.from, i, d))
	g.seat(h, c, p.to, script, times, unreadBy(p.to, i, d))
}

// unreadPercent is how often the last words of the other are still unread.
const unreadPercent = 22

// unreadBy leaves two of Amara's conversations and one of Jonas's unread for sure.
func unreadBy(who, talk int, d dice) bool {
	return d.chance(unreadPercent) || who == amara && talk < 4 || who == jonas
}

// meet is the introduction that began it, and the connection that came of it.
func (g *Generator) meet(h *harvest, c *community.Conversation, from, to community.MemberID, words string, at community.Instant, d dice) {
	x := ask(from, to, words, at.Plus(-d.span(time.Hour, 4*day)))
	x.State, x.Waiting, x.AnsweredAt, x.Conversation = community.IntroductionAccepted, "", at, c.ID
	c.Subject = community.Subject{Kind: community.SubjectIntroduction, ID: string(x.ID)}
	h.Introductions = append(h.Introductions, x)
	for _, side := range [][2]community.MemberID{{from, to}, {to, from}} {
		h.Connections = append(h.Connections, &community.Connection{Record: community.Record[community.ConnectionID]{ID: community.ConnectionID(side[0] + "~" + side[1])},
			Owner: side[0], Other: side[1], Since: at})
	}
}

// answerPosting names what hung on the board.
func (g *Generator) answerPosting(c *community.Conversation, posting int) {
	var made harvest
	g.posting(&made, posting)
	c.Subject = community.Subject{Kind: community.SubjectPosting, ID: string(made.Postings[0].ID), Title: made.Postings[0].Title}
}

// seat of a member: what they said themselves they have read, and mostly what came behind it.
func (g *Generator) seat(h *harvest, c *community.Conversation, who int, script []line, times []community.Instant, unread bool) {
	head := int64(len(script))
	read := head
	for unread && read > 0 && script[read-1].by != who {
		read--
	}
	id := g.memberID(who)
	h.Seats = append(h.Seats, &community.Seat{Record: community.Record[community.SeatID]{ID: community.SeatID(string(c.ID) + "~" + string(id))},
		Conversation: c.ID, Member: id, Head: head, Read: read, LastAt: times[len(times)-1]})
}

// script writes the messages: the asking, an opening, what there is to talk about, perhaps a close.
func (g *Generator) script(p pair, i int, d dice) []line {
	tongue := g.person(p.from).tongue
	openings, found := g.words.in(tongue, "talk-open")
	middle, _ := g.words.in(found, "talk")
	closes, _ := g.words.in(found, "talk-close")
	count := messagesFew + min(d.IntN(messagesMost-messagesFew+1), d.IntN(messagesMost-messagesFew+1), d.IntN(messagesMost-messagesFew+1))
	exchanges := append([]string{pick(d, openings)}, some(d, middle, count/2)...)
	if count > 8 {
		exchanges = append(exchanges[:len(exchanges)-1], pick(d, closes))
	}
	script := []line{{p.from, g.introduce(p.from, p.to, d)}}
	for at, exchange := range exchanges {
		one, two := p.from, p.to
		if at > 0 && d.chance(50) {
			one, two = two, one
		}
		question, answer, _ := strings.Cut(exchange, " >> ")
		script = append(script, line{one, question}, line{two, answer})
	}
	return g.endFor(p, i, script[:min(count, len(script))])
}

// endFor lets the other have the last word in Amara's first conversations and in those of Jonas, so that something waits
// for them.
func (g *Generator) endFor(p pair, i int, script []line) []line {
	last := script[len(script)-1].by
	if (p.to == amara && i < 4 || p.to == jonas) && last == p.to {
		return script[:len(script)-1]
	}
	return script
}

// times lets days, hours or minutes pass between messages; the last is before the network's present.
func (g *Generator) times(count, i int, d dice) []community.Instant {
	gaps := make([]time.Duration, count)
	var sum time.Duration
	for at := 1; at < count; at++ {
		gaps[at] = pick(d, []time.Duration{d.span(time.Minute, 20*time.Minute), d.span(time.Minute, 6*time.Hour), d.span(time.Hour, 50*time.Hour)})
		sum += gaps[at]
	}
	end := d.span(time.Hour, 200*day)
	if i < 16 { // those of the personas
		end = d.span(time.Hour, 40*time.Hour)
	}
	times := make([]community.Instant, count)
	at := g.now.Add(-end - sum)
	for n, gap := range gaps {
		at = at.Add(gap)
		times[n] = community.At(at)
	}
	return times
}
