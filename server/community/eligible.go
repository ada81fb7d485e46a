package community

import (
	"context"
	"errors"
)

// A programme may be only for people to whom one of several things applies, by what they say in confidence. They are asked once,
// when the list is frozen, and what was answered stands: it is kept in leaves that only the applicant is shown. To hosts
// and to those who decide somebody without a place is the same as anybody else who was drawn and has none: in the order, on the waiting
// list, in every count. So nobody can tell "no" from "said nothing", "did not agree" or "was not lucky". Decision 17 has the reasons.

// Only tells whether the programme is only for people to whom one of its groups applies.
func (p *Programme) Only() bool { return len(p.EligibleFor) > 0 }

// asks tells whether people are asked. With fewer than ten in the draw, or a place for each of them, who has a place would tell what
// single people answered; then nobody is asked, and all of them can have one. It looks at nothing but what is public.
func (p *Programme) asks(rows []Standing) bool {
	in := 0
	for _, r := range rows {
		if r.Tier > 0 {
			in++
		}
	}
	return p.Only() && in >= FewerThan && in > p.Places
}

// ErrTooFewToAsk refuses to close a vote before its day while so few can be drawn that nobody may be asked.
var ErrTooFewToAsk error = &Error{Kind: KindConflict, Say: "programmes.too-few-to-ask", Args: map[string]any{"min": FewerThan}}

// checkEligible checks for whom a programme is. One or two groups would be told by who has a place; beside a ranking, so would
// for whom the answer was no.
func (d *ProgrammeDraft) checkEligible(problems Problems) {
	d.EligibleFor = someOf(problems, "eligibleFor", d.EligibleFor, Reservable(), len(Groups))
	switch {
	case len(d.EligibleFor) == 0:
	case len(d.EligibleFor) < EligibleGroupsMin:
		problems["eligibleFor"] = Problem{Say: "programmes.eligible-several", Args: map[string]any{"min": EligibleGroupsMin}}
	case d.By != ByLottery:
		problems["by"] = Problem{Say: "programmes.eligible-is-drawn"}
	}
}

// eligible asks everybody in the draw, where people are asked; else it is nil. Each question is in the person's log before it is
// answered. Without a declaration, without consent, and under a key that is lost the answer is no.
func (n *Network) eligible(ctx context.Context, p *Programme, rows []Standing) (map[string]bool, error) {
	if !p.asks(rows) {
		return nil, nil
	}
	if !n.Sealing() {
		return nil, ErrWithheld // else it would be no for everybody
	}
	return n.answered(ctx, p, rows, UseEligibility, p.EligibleFor)
}

// answered asks those of the rows who are still in, and keeps nothing.
func (n *Network) answered(ctx context.Context, p *Programme, rows []Standing, use Use, groups []Group) (map[string]bool, error) {
	answers := map[string]bool{}
	for _, r := range rows {
		if r.Tier == 0 || r.State != ApplicationSent && r.State != ApplicationWaiting && !r.holds() {
			continue
		}
		a, err := n.Applications.Get(ctx, r.Application)
		if KindOf(err) == KindNotFound && err != nil {
			continue // gone with who sent it
		}
		if err != nil {
			return nil, err
		}
		yes, err := n.AppliesTo(ctx, DeclarantOf(a), use, PurposeOfProgramme(p.ID), groups)
		if err != nil && !errors.Is(err, ErrLost) {
			return nil, err
		}
		answers[r.Row] = yes
	}
	return answers, nil
}

// keepEligible closes what was answered into leaves, in the order of the rows; without answers everybody may have a place.
func (s *Selection) keepEligible(answers map[string]bool) {
	s.EligibleLeaves = nil
	if answers == nil {
		return
	}
	for _, r := range s.Rows {
		said := saidYes(answers[r.Row])
		if r.Tier == 0 {
			said = saidNotAsked
		}
		s.EligibleLeaves = append(s.EligibleLeaves, s.eligibleLeaf(r.Row, said))
	}
}

// saidNotAsked is said of a row that is not in the draw.
const saidNotAsked = "not asked"

func (s *Selection) eligibleLeaf(row, said string) string {
	return LeafOf("eligible", row, s.saltOf("eligible", row), said)
}

// mayHave tells whether a row may have a place: what was answered at the freezing, whatever was declared or taken back since.
func (s *Selection) mayHave(row string) bool {
	if len(s.EligibleLeaves) == 0 {
		return true
	}
	at, found := s.at(row)
	return found && s.EligibleLeaves[at] == s.eligibleLeaf(row, saidYes(true))
}

// within are the rows that may have a place.
func (s *Selection) within() (rows []Standing) {
	for _, r := range s.Rows {
		if s.mayHave(r.Row) {
			rows = append(rows, r)
		}
	}
	return rows
}

// Asked is what became of the question whether a programme is for somebody.
type Asked string

const (
	AskedNothing Asked = ""    // the programme is for everybody, nobody was asked, or it is not the reader's to know
	AskedYes     Asked = "yes" // one of its groups applies
	AskedNo      Asked = "no"  // none does, nothing was declared, or the question was not agreed to
)

// AskedOf is what was answered for an application, for who sent it; for nobody who acts in their name, who may be a host.
func (n *Network) AskedOf(ctx context.Context, v Viewer, a *Application) (Asked, error) {
	if v.By != "" {
		return AskedNothing, nil
	}
	s, err := n.Selections.Get(ctx, a.Programme)
	if err != nil {
		return AskedNothing, ignoreMissing(err)
	}
	return s.askedOf(s.standingOf(a.ID)), nil
}

// askedOf is told with the draw, and of those who were in it.
func (s *Selection) askedOf(r *Standing) Asked {
	switch {
	case r == nil || r.Tier == 0 || s.Seed == "" || len(s.EligibleLeaves) == 0:
		return AskedNothing
	case s.mayHave(r.Row):
		return AskedYes
	}
	return AskedNo
}

// OwnState is how an application stands for who sent it. Whom the programme is not for waits for nothing, and is told so; the
// record says "waiting" as of everybody else, because helpers read that too.
func (asked Asked) OwnState(state ApplicationState) ApplicationState {
	if asked == AskedNo && state == ApplicationWaiting {
		return ApplicationDeclined
	}
	return state
}
