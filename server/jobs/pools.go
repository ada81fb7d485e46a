package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"longtable/server/community"
)

// poolsEvery is how often the worker looks what time brought to seats, books and votes: a seat that came free, a month that
// is due, a vote whose time is over.
const poolsEvery = time.Minute

// RunPools keeps seats, books and votes until ctx ends.
func (j *Jobs) RunPools(ctx context.Context) {
	j.repeat(ctx, poolsEvery, "seats, books and votes", j.KeepPools)
}

// KeepPools does what there is to do now. Several programs may do it at once.
func (j *Jobs) KeepPools(ctx context.Context) error {
	var errs []error
	if err := j.Network.KeepPools(ctx); err != nil {
		errs = append(errs, fmt.Errorf("keep seats and books: %w", err))
	}
	if _, err := j.Network.DecideProposals(ctx); err != nil {
		errs = append(errs, fmt.Errorf("decide votes that are over: %w", err))
	}
	if err := j.tellOfReviews(ctx); err != nil {
		errs = append(errs, fmt.Errorf("remind hosts of agreements: %w", err))
	}
	if err := j.tellOfTerms(ctx); err != nil {
		errs = append(errs, fmt.Errorf("remind people of their seats: %w", err))
	}
	return errors.Join(errs...)
}

// tellOfReviews reminds hosts of agreements that were to be looked at again today, once.
func (j *Jobs) tellOfReviews(ctx context.Context) error {
	due, err := j.Network.ReviewsDue(ctx)
	if err != nil {
		return err
	}
	for _, a := range due {
		hub, err := j.Network.Hubs.Get(ctx, community.HubID(a.Scope))
		if community.KindOf(err) == community.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		err = j.tellHosts(ctx, hub, "review~"+string(a.ID), community.Notice{Kind: community.NoticeProposal, Say: "notices.review",
			Args: map[string]string{"hub": hub.Name}, Path: "/hubs/" + a.Scope + "/agreement"})
		if err != nil {
			return err
		}
	}
	return nil
}

// tellOfTerms reminds people whose seat ends soon, whoever pays for it, once for each term.
func (j *Jobs) tellOfTerms(ctx context.Context) error {
	ending, err := j.Network.SeatsEnding(ctx)
	if err != nil {
		return err
	}
	for _, s := range ending {
		hub, err := j.Network.Hubs.Get(ctx, s.Hub)
		if err != nil {
			return err
		}
		err = j.tell(ctx, fmt.Sprintf("seat~%s~%d", s.ID, s.Until), community.Notice{Member: s.Member, Kind: community.NoticeSeat, Say: "notices.seat-ends",
			Args: map[string]string{"hub": hub.Name}, Path: "/seat"})
		if err != nil {
			return err
		}
	}
	return nil
}

// moveSeat keeps a member's seat as their dues say, and tells them of a new term, whoever pays for it.
func (j *Jobs) moveSeat(ctx context.Context, d *community.Dues) error {
	if d.Gone || d.Over || len(d.Terms) == 0 {
		return nil
	}
	if err := j.Network.KeepSeat(ctx, d); err != nil {
		return err
	}
	hub, err := j.Network.Hubs.Get(ctx, d.Hub)
	if err != nil {
		return ignoreNotFound(err)
	}
	last := d.Terms[len(d.Terms)-1]
	return j.tell(ctx, fmt.Sprintf("term~%s~%d", d.ID, last.Since), community.Notice{Member: d.Member, Kind: community.NoticeSeat, Say: "notices.seat",
		Args: map[string]string{"hub": hub.Name}, Path: "/seat"})
}

// movePool finishes what was decided on a pool.
func (j *Jobs) movePool(ctx context.Context, p *community.Pool) error {
	if p.Gone {
		return nil
	}
	return ignoreNotFound(j.Network.MovePool(ctx, p.ID))
}

// tellOfProposal tells those who may vote that there is something to vote on, and how it ended.
func (j *Jobs) tellOfProposal(ctx context.Context, p *community.Proposal) error {
	hub, err := j.Network.Hubs.Get(ctx, p.Hub)
	if err != nil || p.Gone {
		return ignoreNotFound(err)
	}
	say := map[community.ProposalState]string{community.ProposalOpen: "notices.proposal", community.ProposalPassed: "notices.proposal-passed",
		community.ProposalRejected: "notices.proposal-rejected", community.ProposalWithdrawn: "notices.proposal-withdrawn", community.ProposalOvertaken: "notices.proposal-rejected"}[p.State]
	for _, member := range p.Roll {
		if member == p.By && p.State == community.ProposalOpen {
			continue
		}
		err := j.tell(ctx, fmt.Sprintf("proposal~%s~%s~%s", p.ID, p.State, member), community.Notice{Member: member, Kind: community.NoticeProposal, Say: say,
			Args: map[string]string{"title": p.Title, "hub": hub.Name}, Path: "/proposals/" + string(p.ID)})
		if err != nil {
			return err
		}
	}
	return nil
}
