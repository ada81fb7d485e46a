package community

import (
	"context"
	"slices"
)

// What somebody leaves behind in programmes. An application goes with what was said of it. What a reviewer gave stays, because
// somebody's place follows from it, without who gave it; so does a commitment that a draw was made with.

func (n *Network) eraseApplication(ctx context.Context, a *Application) error {
	reviews, err := n.Reviews.On(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, r := range reviews {
		if err := ignoreMissing(n.Reviews.Delete(ctx, r.ID)); err != nil {
			return err
		}
	}
	if err := n.dropFrom(ctx, a); err != nil {
		return err
	}
	if err := n.forgetCompanions(ctx, a.ID); err != nil {
		return err
	}
	if err := n.ForgetDeclaration(ctx, ApplicationDeclarant(a.ID)); err != nil {
		return err
	}
	return n.Applications.Delete(ctx, a.ID)
}

func (n *Network) eraseReviews(ctx context.Context, id MemberID) error {
	part, err := n.partsOf(ctx, id)
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*Review, Cursor, error) { return n.Reviews.By(ctx, id, p) },
		func(r *Review) error {
			if err := n.settlePart(ctx, r, part); err != nil {
				return err
			}
			_, err := n.Reviews.Change(ctx, r.ID, func(r *Review) error { r.Reviewer = ""; return nil })
			return err
		})
}

func (n *Network) eraseFromProgrammes(ctx context.Context, id MemberID) error {
	for p, err := range n.Programmes.Each(ctx) {
		if err != nil {
			return err
		}
		if err := n.eraseCommitment(ctx, p.ID, id); err != nil {
			return err
		}
		if p.Host != id && !slices.Contains(p.Reviewers, id) {
			continue
		}
		_, err := n.Programmes.Change(ctx, p.ID, func(p *Programme) error {
			if p.Host == id {
				p.Host = ""
			}
			p.Reviewers = withOrWithout(p.Reviewers, id, false)
			return nil
		})
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}

func (n *Network) eraseCommitment(ctx context.Context, programme ProgrammeID, id MemberID) error {
	_, err := n.Selections.Change(ctx, programme, func(s *Selection) error {
		at := slices.IndexFunc(s.Commits, func(c DrawCommit) bool { return c.Member == id })
		if at < 0 {
			return ErrUnchanged
		}
		s.Commits[at].Member = ""
		return nil
	})
	return ignoreMissing(err)
}

// OwnReviews are what the viewer gave as one of those who decide.
func (n *Network) OwnReviews(ctx context.Context, v Viewer, page Page) ([]*Review, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Reviews.By(ctx, v.ID, page)
}
