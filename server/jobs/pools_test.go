package jobs_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"longtable/server/community"
)

func (s *staff) hears(v community.Viewer, say string) bool {
	s.t.Helper()
	return slices.ContainsFunc(s.notices(v), func(n *community.Notice) bool { return n.Say == say })
}

func TestPeopleAreToldWhatTheirHubVotesOnAndHowItEnded(t *testing.T) {
	s := hire(t)
	rules := community.UsualRules()
	p, err := s.Propose(t.Context(), s.Amara, s.Harbour, community.ProposalDraft{Title: "Longer terms", Reason: "We need them.", Percent: "10", Rules: rules,
		Way: community.WayMajority, Closes: "2027-03-08", Review: "2027-09-01"})
	must(t, err)
	s.settle()
	if !s.hears(s.Binta, "notices.proposal") || s.hears(s.Amara, "notices.proposal") || s.hears(s.Chen, "notices.proposal") {
		t.Error("of a vote are told others than those who vote, or who opened it")
	}
	_, err = s.CastVote(t.Context(), s.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
	must(t, err)
	s.Clock.Pass(8 * 24 * time.Hour)
	for range 2 {
		must(t, s.KeepPools(t.Context()))
		s.settle()
	}
	if !s.hears(s.Amara, "notices.proposal-passed") || s.hears(s.Dana, "notices.review") {
		t.Error("nobody is told that it passed, or hosts are reminded too early")
	}
	s.Clock.Pass(178 * 24 * time.Hour)
	must(t, s.KeepPools(t.Context()))
	if !s.hears(s.Dana, "notices.review") || s.hears(s.Amara, "notices.review") {
		t.Error("on the day of review the wrong people are reminded")
	}
}

func TestWhoeverPaysPeopleAreToldOfTheirSeatAlike(t *testing.T) {
	s := hire(t)
	plan, err := s.AddPlan(t.Context(), s.Dana, s.Harbour, community.PlanDraft{Name: "Desk", Currency: "EUR", Least: "0", Suggested: "20", Most: "40"})
	must(t, err)
	_, err = s.TakeSeat(t.Context(), s.Amara, community.SeatDraft{Plan: plan.ID, Payer: community.PayerMember, Fee: "20"})
	must(t, err)
	_, err = s.TakeSeat(t.Context(), s.Binta, community.SeatDraft{Plan: plan.ID, Payer: community.PayerPool})
	must(t, err)
	s.settle()
	s.Clock.Pass(63 * 24 * time.Hour)
	must(t, s.KeepPools(t.Context()))
	s.settle()
	for _, v := range []community.Viewer{s.Amara, s.Binta} {
		if !s.hears(v, "notices.seat") || !s.hears(v, "notices.seat-ends") {
			t.Errorf("%s is told %+v", v.Name, s.notices(v))
		}
	}
}

func TestTheWorkerOfPoolsEnds(t *testing.T) {
	s := hire(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.RunPools(ctx); close(done) }()
	stop()
	<-done
}
