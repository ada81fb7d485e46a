package community

import (
	"context"
	"errors"
	"fmt"
)

// enter brings a programme from one phase to the next, once; whoever comes second changes nothing.
func (n *Network) enter(ctx context.Context, id ProgrammeID, from, to ProgrammeState, kind LogKind) error {
	entered := false
	_, err := n.Programmes.Change(ctx, id, func(p *Programme) error {
		if entered = p.State == from; !entered {
			return ErrUnchanged
		}
		p.State = to
		return nil
	})
	if err != nil || !entered {
		return err
	}
	return n.logTo(ctx, id, kind)
}

// PassProgrammes brings every programme on that needs nobody for it: from the last day for applying to the reading, from
// a complete reading to the draw, from shown values to the places, along the waiting list, and to the end. It may be
// repeated by several programs at once.
func (n *Network) PassProgrammes(ctx context.Context) error {
	var errs []error
	for _, state := range ProgrammeStates[1 : len(ProgrammeStates)-1] {
		page := Page{Limit: PageMax}
		for {
			found, next, err := n.Programmes.InState(ctx, state, page)
			if err != nil {
				return err
			}
			for _, p := range found {
				if err := n.pass(ctx, p); err != nil {
					errs = append(errs, fmt.Errorf("programme %s in %s: %w", p.ID, p.State, err))
				}
			}
			if page.After = next; next == "" {
				break
			}
		}
	}
	return errors.Join(errs...)
}

func (n *Network) pass(ctx context.Context, p *Programme) error {
	now := n.Now()
	switch p.State {
	case ProgrammeOpen:
		if now >= p.Closes {
			return n.enter(ctx, p.ID, ProgrammeOpen, ProgrammeReview, LogReading)
		}
	case ProgrammeReview:
		if now < p.Reviewed {
			return nil
		}
		if err := n.freeze(ctx, p); KindOf(err) != KindConflict {
			return err
		}
		return nil // a review or a commitment is missing: hosts read which
	case ProgrammeDecision:
		return n.conclude(ctx, p.ID)
	case ProgrammeCohort:
		return n.passCohort(ctx, p, now)
	}
	return nil
}

func (n *Network) passCohort(ctx context.Context, p *Programme, now Instant) error {
	s, err := n.fill(ctx, p)
	if err != nil {
		return ignoreMissing(err)
	}
	if len(s.Report) == 0 {
		if err := n.dropDrafts(ctx, p.ID); err != nil {
			return err
		}
		if err := n.countStages(ctx, s, false); err != nil {
			return err
		}
	}
	if !s.ReportDone && (s.taken() || now >= p.Starts) {
		if err := n.countStages(ctx, s, true); err != nil {
			return err
		}
	}
	if now < p.Ends {
		return nil
	}
	if _, err := n.Selections.Change(ctx, p.ID, func(s *Selection) error { return s.end() }); err != nil {
		return err
	}
	return n.enter(ctx, p.ID, ProgrammeCohort, ProgrammeAfter, LogOver)
}

// taken tells whether every place is answered with a yes.
func (s *Selection) taken() bool {
	yes := 0
	for _, r := range s.Rows {
		if r.State == ApplicationOffered {
			return false
		}
		if r.State == ApplicationAccepted {
			yes++
		}
	}
	return yes >= s.Places
}

// end tells those who still wait that there is no place any more.
func (s *Selection) end() error {
	changed := false
	for i := range s.Rows {
		if r := &s.Rows[i]; r.State == ApplicationWaiting {
			r.State, changed = ApplicationDeclined, true
		}
	}
	if !changed {
		return ErrUnchanged
	}
	return nil
}

// dropDrafts forgets what was saved and never sent: nobody reads it any more.
func (n *Network) dropDrafts(ctx context.Context, id ProgrammeID) error {
	page := Page{Limit: PageMax}
	for {
		found, next, err := n.Applications.To(ctx, id, page)
		if err != nil {
			return err
		}
		for _, a := range found {
			if a.State != ApplicationDrafted {
				return nil // drafts have no number, and come first
			}
			if err := n.ForgetDeclaration(ctx, ApplicationDeclarant(a.ID)); err != nil {
				return err
			}
			if err := n.forgetCompanions(ctx, a.ID); err != nil {
				return err
			}
			if err := ignoreMissing(n.Applications.Delete(ctx, a.ID)); err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
	}
}
