package community

import (
	"context"
	"fmt"
)

// Everybody's words go with who wrote them: that is the rule by which every noun decides what leaving means. What only
// somebody who left had written, or had, goes. What others wrote stays, theirs, and names nobody who left.

// Erase takes everything from the store that is kept of somebody who left. Every step looks for what is still there, so
// it may be interrupted anywhere and repeated. Until the last round it leaves the seats in conversations: they lead to
// what a request that was under way may still write.
func (n *Network) Erase(ctx context.Context, id MemberID, last bool) error {
	for _, step := range []struct {
		of string
		do func(context.Context, MemberID) error
	}{
		{"profile", func(ctx context.Context, id MemberID) error { return ignoreMissing(n.Members.Delete(ctx, id)) }},
		{"saved searches", n.eraseSavedSearches},
		{"notices", n.eraseNotices},
		{"conversations", func(ctx context.Context, id MemberID) error { return n.eraseTalks(ctx, id, last) }},
		{"earlier words", n.eraseEarlier},
		{"files", n.eraseFiles},
		{"letter that waits", func(ctx context.Context, id MemberID) error { return ignoreMissing(n.Digests.Delete(ctx, id)) }},
		{"introductions", n.eraseIntroductions},
		{"brokerings", n.eraseBrokerings},
		{"connections", n.eraseConnections},
		{"blocks", n.eraseBlocks},
		{"postings", n.erasePostings},
		{"applications", n.eraseApplications},
		{"application under a code", n.eraseUnderCode},
		{"join requests", n.eraseJoinRequests},
		{"reports", n.eraseReports},
		{"first answers", n.eraseFirstAnswers},
		{"reviews", n.eraseReviews}, // before what tells in which applications they had a part
		{"companions", n.eraseCompanions},
		{"assistance", n.eraseAssistance},
		{"acts", n.eraseActs},
		{"recoveries", n.eraseRecoveries},
		{"enterprises", n.eraseFromEnterprises},
		{"events", n.eraseFromEvents},
		{"programmes", n.eraseFromProgrammes},
		{"hubs", n.eraseFromHubs},
		{"skills", n.eraseSkills},
		{"seats and books", n.eraseFromBooks},
		{"charter", n.eraseFromCharter},
		{"agreements", n.eraseFromAgreements},
		{"proposals", n.eraseFromProposals},
		{"declaration", n.eraseDeclaration},
		{"refusals", n.eraseRefusals},
		{"turns", n.eraseImpact},
		{"lists shown", n.eraseShowings},
		{"places in lists", func(ctx context.Context, id MemberID) error {
			if !last {
				return nil
			}
			return n.eraseFromShowings(ctx, id)
		}},
	} {
		if err := step.do(ctx, id); err != nil {
			return fmt.Errorf("erase %s: %w", step.of, err)
		}
	}
	return nil
}

// drain takes away what a list holds until it is empty. What was taken away no longer stands in the list, so it is read
// from its beginning each time, and an interruption costs nothing.
func drain[T any](read func(Page) ([]*T, Cursor, error), take func(*T) error) error {
	for {
		found, _, err := read(Page{Limit: PageMax})
		if err != nil || len(found) == 0 {
			return err
		}
		for _, thing := range found {
			if err := ignoreMissing(take(thing)); err != nil {
				return err
			}
		}
	}
}

func (n *Network) eraseNotices(ctx context.Context, id MemberID) error {
	remove := func(notice *Notice) error { return n.Notices.Delete(ctx, notice.ID) }
	err := drain(func(p Page) ([]*Notice, Cursor, error) { return n.Notices.Of(ctx, id, p) }, remove)
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*Notice, Cursor, error) { return n.Notices.Naming(ctx, id, p) }, remove)
}

func (n *Network) eraseIntroductions(ctx context.Context, id MemberID) error {
	remove := func(i *Introduction) error { return n.Introductions.Delete(ctx, i.ID) }
	for _, read := range []func(context.Context, MemberID, Page) ([]*Introduction, Cursor, error){
		n.Introductions.SentBy, n.Introductions.WaitingFor, n.Introductions.AnsweredBy,
	} {
		if err := drain(func(p Page) ([]*Introduction, Cursor, error) { return read(ctx, id, p) }, remove); err != nil {
			return err
		}
	}
	return nil
}

// eraseConnections takes the other's side first: it is found by the member's own.
func (n *Network) eraseConnections(ctx context.Context, id MemberID) error {
	for {
		met, err := n.Connections.Of(ctx, id)
		if err != nil || len(met) == 0 {
			return err
		}
		for other := range met {
			if err := ignoreMissing(n.Connections.Delete(ctx, connectionID(other, id))); err != nil {
				return err
			}
			if err := ignoreMissing(n.Connections.Delete(ctx, connectionID(id, other))); err != nil {
				return err
			}
		}
	}
}

func (n *Network) eraseBlocks(ctx context.Context, id MemberID) error {
	around, err := n.Blocks.Around(ctx, id)
	if err != nil {
		return err
	}
	for other := range around {
		for _, block := range []BlockID{blockID(id, other), blockID(other, id)} {
			if err := ignoreMissing(n.Blocks.Delete(ctx, block)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *Network) erasePostings(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Posting, Cursor, error) { return n.Postings.By(ctx, id, p) },
		func(p *Posting) error { return n.Postings.Delete(ctx, p.ID) })
}

// eraseApplications withdraws the member's own, whatever became of them. Those that they decided as a host keep their
// decision and its reason, which are the hub's.
func (n *Network) eraseApplications(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*Application, Cursor, error) { return n.Applications.Of(ctx, id, p) },
		func(a *Application) error { return n.eraseApplication(ctx, a) })
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*Application, Cursor, error) { return n.Applications.DecidedBy(ctx, id, p) },
		func(a *Application) error {
			_, err := n.Applications.Change(ctx, a.ID, func(a *Application) error { a.DecidedBy = ""; return nil })
			return err
		})
}

// eraseJoinRequests likewise keeps the hub's answers.
func (n *Network) eraseJoinRequests(ctx context.Context, id MemberID) error {
	err := drain(func(p Page) ([]*JoinRequest, Cursor, error) { return n.JoinRequests.By(ctx, id, p) },
		func(r *JoinRequest) error { return n.JoinRequests.Delete(ctx, r.ID) })
	if err != nil {
		return err
	}
	return drain(func(p Page) ([]*JoinRequest, Cursor, error) { return n.JoinRequests.AnsweredBy(ctx, id, p) },
		func(r *JoinRequest) error {
			_, err := n.JoinRequests.Change(ctx, r.ID, func(r *JoinRequest) error { r.AnsweredBy = ""; return nil })
			return err
		})
}

// eraseSkills takes away what only its proposer could use. What a steward put on the common list is everybody's.
func (n *Network) eraseSkills(ctx context.Context, id MemberID) error {
	all, err := n.SkillList.All(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		switch {
		case s.ProposedBy != id:
		case s.State == SkillProposed:
			err = ignoreMissing(n.SkillList.Delete(ctx, s.ID))
		default:
			_, err = n.SkillList.Change(ctx, s.ID, func(s *Skill) error { s.ProposedBy = ""; return nil })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) eraseFromCharter(ctx context.Context, id MemberID) error {
	_, err := n.Charters.Change(ctx, CharterOne, func(c *Charter) error {
		before := len(c.Leaving)
		if c.Leaving = withOrWithout(c.Leaving, id, false); len(c.Leaving) == before {
			return ErrUnchanged
		}
		return nil
	})
	return ignoreMissing(err)
}
