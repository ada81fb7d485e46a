package demo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"longtable/server/community"
)

// lead brings a programme as far as its phase is: commitments while people apply, reviews while they are read, the frozen
// list, the draw, and the first who said yes.
func (g *Generator) lead(h *harvest, i int, c *call, p *community.Programme, applications []*community.Application) {
	s := &community.Selection{Record: community.Record[community.ProgrammeID]{ID: p.ID}, Round: 1, House: g.word("house", i), Salt: g.word("salt", i), Secret: g.word("secret", i)}
	h.Selections = append(h.Selections, s)
	log := &community.ProgrammeLog{Record: community.Record[community.ProgrammeID]{ID: p.ID}, Entries: []community.LogEntry{{Kind: community.LogOpened, At: p.PostedAt}}}
	h.ProgrammeLogs = append(h.ProgrammeLogs, log)
	if p.State == community.ProgrammeOpen {
		return
	}
	log.Entries = append(log.Entries, community.LogEntry{Kind: community.LogReading, At: p.Closes})
	g.read(h, i, c, p, applications)
	if p.State == community.ProgrammeReview {
		return
	}
	for _, reader := range p.Reviewers[:community.CommittersMin] {
		value := "what the dice said to " + string(reader)
		s.Commits = append(s.Commits, community.DrawCommit{Member: reader, Commitment: community.CommitmentOf(value), At: p.PostedAt, Value: value})
	}
	frozen := p.Reviewed
	g.freeze(s, p, applications, h.Reviews, frozen)
	log.Entries = append(log.Entries, community.LogEntry{Kind: community.LogCommitted, At: p.PostedAt, Times: 2}, community.LogEntry{Kind: community.LogFrozen, At: frozen})
	if p.State == community.ProgrammeDecision {
		for at := range s.Commits {
			s.Commits[at].Value = "" // theirs to show
		}
		s.ShowBy = community.At(g.now).Plus(community.ShowWithin)
		return
	}
	drawn := frozen.Plus(community.ShowWithin)
	s.Draw(nil, drawn)
	log.Entries = append(log.Entries, community.LogEntry{Kind: community.LogDrawn, At: drawn})
	g.settle(s, p, applications, drawn)
}

func (g *Generator) word(of string, i int) string {
	digest := sha256.Sum256(fmt.Appendf(nil, "%d %s %d", g.seed, of, i))
	return hex.EncodeToString(digest[:16])
}

// read lets those who decide give their points: all of them once the reading is over, half of them before.
func (g *Generator) read(h *harvest, i int, c *call, p *community.Programme, applications []*community.Application) {
	for at, a := range applications {
		d := g.dice("review", i*1000+at)
		whole := p.State != community.ProgrammeReview
		for n := range p.Each {
			if !whole && !d.chance(50) {
				continue
			}
			points, reasons := d.between(1, community.ScoreMax), "accept"
			if points < 2 {
				reasons = "decline"
			}
			words, _ := g.words.in(c.tongue, reasons)
			reader := p.Reviewers[(a.Number+n)%len(p.Reviewers)]
			h.Reviews = append(h.Reviews, &community.Review{Record: community.Record[community.ReviewID]{ID: idOf[community.ReviewID](g, "review", (i*1000+at)*10+n)},
				Programme: p.ID, Application: a.ID, Reviewer: reader, Points: map[string]int{"c1": points}, Words: pick(d, words), At: p.Closes.Plus(d.span(1, 6*day))})
		}
	}
}

func (g *Generator) freeze(s *community.Selection, p *community.Programme, applications []*community.Application, all []*community.Review, at community.Instant) {
	given := map[community.ApplicationID][]*community.Review{}
	for _, r := range all {
		given[r.Application] = append(given[r.Application], r)
	}
	var rows []community.Standing
	for _, a := range applications {
		row := community.Standing{Application: a.ID, Row: community.RowOf(s.Salt, a.CodeHash), State: community.ApplicationSent}
		if community.ScoreOf(p.Criteria, given[a.ID]) >= p.Floor {
			row.Tier = 1
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b community.Standing) int { return cmp.Compare(a.Row, b.Row) })
	s.Close(rows, nil, p.Places, 0, at)
}

// settle tells every application what became of it; most of those with a place said yes.
func (g *Generator) settle(s *community.Selection, p *community.Programme, applications []*community.Application, at community.Instant) {
	for i := range s.Rows {
		r := &s.Rows[i]
		d := g.dice("answer", i)
		if r.State == community.ApplicationOffered && (p.State == community.ProgrammeAfter || d.chance(70)) {
			r.State = community.ApplicationAccepted
		}
		if r.State == community.ApplicationWaiting && p.State == community.ProgrammeAfter {
			r.State = community.ApplicationDeclined
		}
		if r.State == community.ApplicationOffered {
			r.AnswerBy = community.At(g.now).Plus(community.OfferWithin)
		}
		for _, a := range applications {
			if a.ID == r.Application {
				a.State, a.DecidedAt = r.State, at
			}
		}
	}
}
