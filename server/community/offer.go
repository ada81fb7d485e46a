package community

import (
	"cmp"
	"context"
	"slices"
)

// What follows from a draw: places are answered, the waiting list moves, and every application says what became of it.

// AnswerOffer takes a place or gives it back, for who has the code. Who waits may step back too. A free place goes to the
// next at once.
func (n *Network) AnswerOffer(ctx context.Context, _ Viewer, code string, yes bool) (*Application, error) {
	a, p, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	s, err := n.Selections.Change(ctx, p.ID, func(s *Selection) error {
		r := s.standingOf(a.ID)
		switch {
		case r == nil || s.Seed == "":
			return Conflict("applications.no-offer")
		case yes && r.State == ApplicationAccepted, !yes && (r.State == ApplicationWithdrawn || r.State == ApplicationDeclined):
			return ErrUnchanged
		case yes && r.State != ApplicationOffered:
			return Conflict("applications.no-offer")
		case yes:
			r.State = ApplicationAccepted
		default:
			r.State = ApplicationWithdrawn
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !yes {
		if s, err = n.fill(ctx, p); err != nil {
			return nil, err
		}
	}
	if err := n.settleOne(ctx, s, s.standingOf(a.ID)); err != nil {
		return nil, err
	}
	return n.Applications.Get(ctx, a.ID)
}

// fill lets offers lapse whose time is over, and offers free places to those who are next. It may be repeated.
func (n *Network) fill(ctx context.Context, p *Programme) (*Selection, error) {
	s, err := n.Selections.Get(ctx, p.ID)
	if err != nil || s.Seed == "" || p.State == ProgrammeAfter {
		return s, err
	}
	ahead := s.ahead(n.Now())
	if !ahead.lapse && !ahead.move {
		return s, nil
	}
	var fits map[string]bool
	if ahead.move {
		if fits, err = n.fitting(ctx, p, s.within()); err != nil {
			return nil, err
		}
	}
	moved := false
	s, err = n.Selections.Change(ctx, p.ID, func(s *Selection) error {
		lapsed := s.lapse(n.Now())
		if moved = ahead.move && s.moveUp(fits, n.Now()); !moved && !lapsed {
			return ErrUnchanged
		}
		return nil
	})
	if err == nil && moved {
		err = n.logTo(ctx, p.ID, LogMovedUp)
	}
	return s, err
}

// ahead is what fill has to do. Who waits is asked for reserved places only when a place is free: it is looked at every minute.
func (s *Selection) ahead(now Instant) (ahead struct{ lapse, move bool }) {
	then := *s
	then.Rows = slices.Clone(s.Rows)
	ahead.lapse = then.lapse(now)
	ahead.move = then.free() > 0 && slices.ContainsFunc(then.Rows, func(r Standing) bool { return r.State == ApplicationWaiting && s.mayHave(r.Row) })
	return ahead
}

// free places are those that nobody holds.
func (s *Selection) free() int {
	free := s.Places
	for i := range s.Rows {
		if s.Rows[i].holds() {
			free--
		}
	}
	return free
}

func (s *Selection) lapse(now Instant) (lapsed bool) {
	for i := range s.Rows {
		if r := &s.Rows[i]; r.State == ApplicationOffered && r.AnswerBy <= now {
			r.State, lapsed = ApplicationLapsed, true
		}
	}
	return lapsed
}

// moveUp shares the places out again among those who are still in. Whoever holds one keeps it, whatever they declare since.
func (s *Selection) moveUp(fits map[string]bool, now Instant) (moved bool) {
	free := s.free()
	if free <= 0 {
		return false
	}
	given := Share(s.contenders(fits), s.Places, s.Reserved)
	for _, row := range s.Order {
		r := s.row(row)
		if _, next := given[row]; next && free > 0 && r != nil && r.State == ApplicationWaiting {
			r.State, r.AnswerBy, moved, free = ApplicationOffered, now.Plus(OfferWithin), true, free-1
		}
	}
	return moved
}

// SettleSelection writes into every application what became of it. It may be repeated and come in any order, because it
// looks at the selection as it is.
func (n *Network) SettleSelection(ctx context.Context, s *Selection) error {
	if s.Seed == "" {
		return nil
	}
	for i := range s.Rows {
		if err := n.settleOne(ctx, s, &s.Rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) settleOne(ctx context.Context, s *Selection, r *Standing) error {
	if r == nil || s.Seed == "" {
		return nil
	}
	_, err := n.Applications.Change(ctx, r.Application, func(a *Application) error {
		by := r.AnswerBy
		if by == 0 {
			by = a.DecideBy
		}
		if a.State == r.State && a.DecidedAt != 0 && a.DecideBy == by {
			return ErrUnchanged
		}
		a.State, a.DecidedAt, a.DecideBy = r.State, n.Now(), by
		return nil
	})
	return ignoreMissing(err)
}

// dropFrom takes an application that is gone out of its selection; a place that it held goes to the next.
func (n *Network) dropFrom(ctx context.Context, a *Application) error {
	_, err := n.Selections.Change(ctx, a.Programme, func(s *Selection) error {
		r := s.standingOf(a.ID)
		if r == nil || r.State == ApplicationWithdrawn {
			return ErrUnchanged
		}
		r.State = ApplicationWithdrawn
		return nil
	})
	if err != nil {
		return ignoreMissing(err)
	}
	p, err := n.Programmes.Get(ctx, a.Programme)
	if err != nil {
		return ignoreMissing(err)
	}
	_, err = n.fill(ctx, p)
	return err
}

// Decided is what an applicant reads of the decision, with their code.
type Decided struct {
	Reasons  []string // what those who decided wrote for the person, word for word
	Row      string   // in the public list
	Place    int      // in the order drawn; 0 for one that was not drawn
	Of       int      // rows that were drawn
	Asked    Asked    // whether the programme is for them
	Proofs   []Proof  // that their own row was taken as they declared it, and what became of it; for nobody who acts in their name
	Eligible string   // roots that the proofs lead to
	Fits     string
	Result   string
}

// DecisionOf is the decision on one's own application; empty before it.
func (n *Network) DecisionOf(ctx context.Context, v Viewer, a *Application) (o Decided, err error) {
	s, err := n.Selections.Get(ctx, a.Programme)
	if err != nil {
		return o, ignoreMissing(err)
	}
	r := s.standingOf(a.ID)
	if r == nil || s.Seed == "" {
		return o, nil
	}
	o.Row, o.Place, o.Of = r.Row, slices.Index(s.Order, r.Row)+1, len(s.Order)
	reviews, err := n.Reviews.On(ctx, a.ID)
	if err != nil {
		return o, err
	}
	for _, x := range reviews {
		if x.Words != "" {
			o.Reasons = append(o.Reasons, x.Words)
		}
	}
	f := s.file()
	o.Eligible, o.Fits, o.Result = f.Eligible, f.Fits, f.Result
	if v.By == "" {
		o.Asked, o.Proofs = s.askedOf(r), s.proofs(r)
	}
	return o, nil
}

// proofs finds what the hidden leaves of a row say; there are few things that they can say.
func (s *Selection) proofs(r *Standing) (proofs []Proof) {
	for kind, leaves := range map[string][]string{"eligible": s.EligibleLeaves, "fits": s.FitsLeaves} {
		for _, said := range []string{saidYes(true), saidYes(false), saidNotAsked} {
			if p, err := proofOf(kind, r.Row, s.saltOf(kind, r.Row), said, leaves); err == nil {
				proofs = append(proofs, p)
			}
		}
	}
	slices.SortFunc(proofs, func(a, b Proof) int { return cmp.Compare(a.Kind, b.Kind) })
	for _, state := range []ApplicationState{ApplicationOffered, ApplicationWaiting, ApplicationDeclined} {
		for _, way := range []GivenBy{"", ByOrder, ByReserved} {
			if p, err := proofOf("result", r.Row, s.saltOf("result", r.Row), s.saidResult(r.Row, state, way), s.ResultLeaves); err == nil {
				proofs = append(proofs, p)
			}
		}
	}
	return proofs
}

// Counted is a number of people, and -1 for fewer than FewerThan.
type Counted int

// countOf hides small numbers.
func countOf(n int) Counted {
	if n < FewerThan {
		return -1
	}
	return Counted(n)
}

// SelectionStages in their order.
var SelectionStages = []string{"applied", "in-the-draw", "offered", "accepted"}

// StageCount is how many people were in at one stage, of all: the list and the order are public anyway. What is said of groups and
// of those who applied with a helper stands in the programme's report, under the rules of figures of groups.
type StageCount struct {
	Stage string  `json:"stage"`
	All   Counted `json:"all"`
}

// countStages counts a selection as it is: once at the draw, and once when places are taken, never in between.
func (n *Network) countStages(ctx context.Context, s *Selection, taken bool) error {
	all := map[string]int{}
	for _, r := range s.Rows {
		for _, stage := range r.stages(taken) {
			all[stage]++
		}
	}
	var report []StageCount
	for i, stage := range SelectionStages {
		if i < 3 || taken {
			report = append(report, StageCount{stage, countOf(all[stage])})
		}
	}
	_, err := n.Selections.Change(ctx, s.ID, func(s *Selection) error {
		if s.ReportDone || len(s.Report) > 0 && !taken {
			return ErrUnchanged
		}
		s.Report, s.ReportDone = report, taken
		return nil
	})
	return err
}

// stages that an application reached.
func (r *Standing) stages(taken bool) []string {
	stages := SelectionStages[:1:1]
	if r.Tier > 0 {
		stages = append(stages, SelectionStages[1])
	}
	if r.holds() || r.State == ApplicationLapsed {
		stages = append(stages, SelectionStages[2])
	}
	if taken && r.State == ApplicationAccepted {
		stages = append(stages, SelectionStages[3])
	}
	return stages
}

// ReportOf is how many were in at each stage. Anyone may read it, from the draw on.
func (n *Network) ReportOf(ctx context.Context, v Viewer, id ProgrammeID) ([]StageCount, error) {
	if _, err := n.ProgrammeSeen(ctx, v, id); err != nil {
		return nil, err
	}
	s, err := n.Selections.Get(ctx, id)
	if err != nil {
		return nil, ignoreMissing(err)
	}
	return s.Report, nil
}
