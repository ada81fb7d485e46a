package community_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
)

// draft is a proposal for Harbour that changes nothing yet.
func draft(t *testing.T, x *communitytest.Table) community.ProposalDraft {
	t.Helper()
	now, err := x.InForce(t.Context(), x.Amara, x.Harbour)
	must(t, err)
	hub, err := x.Hub(t.Context(), x.Harbour)
	must(t, err)
	d := community.ProposalDraftOf(now, hub, x.Now())
	d.Title, d.Reason, d.Way = "Another way", "We talked about it.", community.WayMajority
	d.Closes = x.Clock.Now().AddDate(0, 0, 5).Format(time.DateOnly)
	return d
}

// over lets the time of a vote go by and decides it.
func over(t *testing.T, x *communitytest.Table) {
	t.Helper()
	x.Clock.Pass(7 * 24 * time.Hour)
	_, err := x.DecideProposals(t.Context())
	must(t, err)
}

// decided is a version of Harbour's agreement that its people voted for.
func decided(t *testing.T, x *communitytest.Table, percent, reason string) *community.Agreement {
	t.Helper()
	d := draft(t, x)
	d.Percent, d.Reason = percent, reason
	p, err := x.Propose(t.Context(), x.Amara, x.Harbour, d)
	must(t, err)
	_, err = x.CastVote(t.Context(), x.Amara, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
	must(t, err)
	over(t, x)
	a, err := x.InForce(t.Context(), x.Amara, x.Harbour)
	must(t, err)
	if a.Proposal != p.ID {
		t.Fatalf("what was voted for is not in force: %+v", a)
	}
	return a
}

func TestWhatIsVotedForIsWhatTheProgramObeys(t *testing.T) {
	x := communitytest.New(t)
	d := draft(t, x)
	d.Rules.JoinDays, d.Rules.PoolShare, d.Rules.Conduct = 1, 50, "Knock before you enter."
	p, err := x.Propose(t.Context(), x.Amara, x.Harbour, d)
	must(t, err)
	ask := func(hub community.HubID) (openHours time.Duration) {
		r, err := x.AskToJoin(t.Context(), x.Noor, hub, "May I?")
		must(t, err)
		_, err = x.JoinRequests.Change(t.Context(), r.ID, func(r *community.JoinRequest) error { r.State = community.JoinDeclined; return nil })
		must(t, err)
		at, err := x.Hubs.Get(t.Context(), hub)
		must(t, err)
		return at.OpenBetween(r.AskedAt, r.AnswerBy)
	}
	if before := ask(x.Harbour); before != 24*time.Hour {
		t.Errorf("before the vote hosts have %v", before)
	}
	_, err = x.CastVote(t.Context(), x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
	must(t, err)
	over(t, x)
	if here, there := ask(x.Harbour), ask(x.Mill); here != 8*time.Hour || there != 24*time.Hour {
		t.Errorf("after it hosts have %v here and %v there", here, there)
	}
	a, err := x.InForce(t.Context(), x.Noor, x.Harbour)
	if must(t, err); a.Holds().Conduct != "Knock before you enter." || a.Holds().PoolShare != 50 || a.ReviewAt == 0 {
		t.Errorf("in force is %+v", a)
	}
}

func TestAVoteDecidesByItsOwnRule(t *testing.T) {
	yes, no, abstain := community.ChoiceYes, community.ChoiceNo, community.ChoiceAbstain
	for name, c := range map[string]struct {
		way    community.Way
		quorum int
		votes  []community.Choice
		passes bool
	}{
		"consent of two":                {community.WayConsent, 20, []community.Choice{yes, abstain}, true},
		"one objection stops a consent": {community.WayConsent, 20, []community.Choice{yes, yes, no}, false},
		"more yes than no":              {community.WayMajority, 20, []community.Choice{yes, yes, no}, true},
		"as many":                       {community.WayMajority, 20, []community.Choice{yes, no, abstain}, false},
		"too few for the quorum":        {community.WayMajority, 60, []community.Choice{yes}, false},
		"nobody at all":                 {community.WayConsent, 5, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := communitytest.New(t)
			voters := []community.Viewer{x.Amara, x.Binta, x.Dana} // and Farid belongs to Harbour too
			d := draft(t, x)
			d.Way = c.way
			p, err := x.Propose(t.Context(), x.Dana, x.Harbour, d)
			must(t, err)
			_, err = x.Proposals.Change(t.Context(), p.ID, func(p *community.Proposal) error { p.Quorum = c.quorum; return nil })
			must(t, err)
			for i, choice := range c.votes {
				_, err := x.CastVote(t.Context(), voters[i], p.ID, community.VoteDraft{Choice: choice, Words: "Because."})
				must(t, err)
			}
			over(t, x)
			p, err = x.Proposal(t.Context(), x.Amara, p.ID)
			if must(t, err); (p.State == community.ProposalPassed) != c.passes || (p.Version == 1) != c.passes {
				t.Errorf("it is %s, version %d, by %+v", p.State, p.Version, p.Tally)
			}
		})
	}
}

func TestOnlyThoseOnTheRollVoteAndUntilTheEnd(t *testing.T) {
	x := communitytest.New(t)
	p, err := x.Propose(t.Context(), x.Amara, x.Harbour, draft(t, x))
	must(t, err)
	asked, err := x.AskToJoin(t.Context(), x.Noor, x.Harbour, "May I?")
	must(t, err)
	_, err = x.AnswerJoin(t.Context(), x.Dana, asked.ID, true, "Come in.")
	must(t, err)
	vote := community.VoteDraft{Choice: community.ChoiceYes}
	for _, v := range []community.Viewer{x.See(t, x.Noor.ID), x.Chen, x.Esra} {
		if _, err := x.CastVote(t.Context(), v, p.ID, vote); community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s, who was not there when it was opened, votes: %v", v.Name, err)
		}
	}
	if _, err := x.CastVote(t.Context(), x.Amara, p.ID, vote); err != nil {
		t.Fatal(err)
	}
	x.Clock.Pass(7 * 24 * time.Hour)
	if _, err := x.CastVote(t.Context(), x.Binta, p.ID, vote); community.KindOf(err) != community.KindConflict {
		t.Errorf("Binta votes after the end: %v", err)
	}
}

func TestAVoteCanBeChangedAndIsFoundByItsReceipt(t *testing.T) {
	x := communitytest.New(t)
	p, err := x.Propose(t.Context(), x.Amara, x.Harbour, draft(t, x))
	must(t, err)
	first, err := x.CastVote(t.Context(), x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceNo, Words: "Too soon."})
	must(t, err)
	hidden, err := x.ResultsOf(t.Context(), x.Amara, p)
	if must(t, err); hidden.Tally != nil || len(hidden.Reasons) != 0 || hidden.Turnout != 1 {
		t.Errorf("before she voted Amara reads %+v", hidden)
	}
	second, err := x.CastVote(t.Context(), x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
	must(t, err)
	_, err = x.CastVote(t.Context(), x.Amara, p.ID, community.VoteDraft{Choice: community.ChoiceAbstain})
	must(t, err)
	shown, err := x.ResultsOf(t.Context(), x.Amara, p)
	if must(t, err); shown.Tally == nil || shown.Tally.Yes != 1 || shown.Tally.No != 0 || shown.Tally.Receipts != nil {
		t.Errorf("after she voted Amara reads %+v", shown.Tally)
	}
	over(t, x)
	p, err = x.Proposal(t.Context(), x.Chen, p.ID)
	if must(t, err); first.Receipt != second.Receipt || !slices.Equal(p.Tally.Receipts[community.ChoiceYes], []string{second.Receipt}) {
		t.Errorf("receipts %q and %q, and in the count %+v", first.Receipt, second.Receipt, p.Tally)
	}
}

func TestHostsOfABusinessGiveNoticeAndPeopleObject(t *testing.T) {
	for name, objectors := range map[string]int{"one of four": 1, "three of four": 3} {
		x := communitytest.New(t)
		_, err := x.Hubs.Change(t.Context(), x.Harbour, func(h *community.Hub) error { h.Form = community.Business; return nil })
		must(t, err)
		d := draft(t, x)
		d.Way = community.WayNotice
		if _, err := x.Propose(t.Context(), x.Amara, x.Harbour, d); community.KindOf(err) != community.KindForbidden {
			t.Errorf("a member of a business proposes: %v", err)
		}
		d.Review = x.Clock.Now().AddDate(0, 6, 0).Format(time.DateOnly)
		p, err := x.Propose(t.Context(), x.Dana, x.Harbour, d)
		must(t, err)
		if days := (p.ClosesAt - p.OpenedAt).Time().Sub(community.Instant(0).Time()).Hours() / 24; days != 14 {
			t.Errorf("notice is of %v days", days)
		}
		for _, v := range []community.Viewer{x.Amara, x.Binta, x.Farid}[:objectors] {
			if _, err := x.CastVote(t.Context(), v, p.ID, community.VoteDraft{Choice: community.ChoiceNo}); community.KindOf(err) != community.KindInvalid {
				t.Errorf("an objection without a reason: %v", err)
			}
			_, err := x.CastVote(t.Context(), v, p.ID, community.VoteDraft{Choice: community.ChoiceNo, Words: "We were not asked."})
			must(t, err)
		}
		over(t, x)
		over(t, x)
		over(t, x)
		p, err = x.Proposal(t.Context(), x.Amara, p.ID)
		if must(t, err); (p.State == community.ProposalPassed) != (objectors == 1) {
			t.Errorf("%s object and it is %s", name, p.State)
		}
	}
}

// Two programs decide at once, again and again, while writes fail: each vote is decided once, and of two proposals after the
// same version one comes into force.
func TestAVoteIsDecidedOnceByAllPrograms(t *testing.T) {
	engine := &shaky{}
	x := communitytest.On(t, t.TempDir(), func(e store.Engine) store.Engine { engine.Engine = e; return engine })
	stores, err := store.Community(t.Context(), store.NewDB(engine))
	must(t, err)
	second, err := community.New(stores, x.Clock.Now)
	must(t, err)
	var made []community.ProposalID
	for range 2 {
		p, err := x.Propose(t.Context(), x.Amara, x.Harbour, draft(t, x))
		must(t, err)
		_, err = x.CastVote(t.Context(), x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceYes})
		must(t, err)
		made = append(made, p.ID)
	}
	x.Clock.Pass(7 * 24 * time.Hour)
	engine.perMille.Store(300)
	var all sync.WaitGroup
	for _, n := range []*community.Network{x.Network, second, x.Network, second} {
		all.Go(func() {
			for range 60 {
				if _, err := n.DecideProposals(t.Context()); err != nil && !errors.Is(err, errShaken) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	engine.perMille.Store(0)
	_, err = x.DecideProposals(t.Context())
	must(t, err)
	states := map[community.ProposalState]int{}
	for _, id := range made {
		p, err := x.Proposal(t.Context(), x.Amara, id)
		must(t, err)
		states[p.State]++
	}
	versions, _, err := x.AgreementsOf(t.Context(), x.Amara, string(x.Harbour), community.Page{Limit: 10})
	must(t, err)
	if len(versions) != 1 || states[community.ProposalPassed] != 1 || states[community.ProposalOvertaken] != 1 || engine.lost.Load() == 0 {
		t.Errorf("%d versions, %v, %d failures", len(versions), states, engine.lost.Load())
	}
}

func TestHostsAreRemindedOfWhatIsInForceOnly(t *testing.T) {
	x := communitytest.New(t)
	decided(t, x, "20", "We are many.")
	newer := decided(t, x, "5", "Not so many.")
	x.Clock.Pass(newer.ReviewAt.Time().Sub(x.Clock.Now()) + time.Hour)
	due, err := x.ReviewsDue(t.Context())
	if must(t, err); len(due) != 1 || due[0].Version != 2 {
		t.Errorf("hosts are reminded of %+v", due)
	}
}

func TestWhatSomebodySaidAndVotedGoesWithThem(t *testing.T) {
	x := communitytest.New(t)
	p, err := x.Propose(t.Context(), x.Binta, x.Harbour, draft(t, x))
	must(t, err)
	_, err = x.CastVote(t.Context(), x.Binta, p.ID, community.VoteDraft{Choice: community.ChoiceNo, Words: "ledgering"})
	must(t, err)
	_, err = x.AddRemark(t.Context(), x.Binta, p.ID, "ledgering")
	must(t, err)
	must(t, x.Leave(t.Context(), x.Binta))
	must(t, x.Erase(t.Context(), x.Binta.ID, true))
	for _, of := range []func() (int, error){
		func() (int, error) {
			v, _, err := x.Votes.On(t.Context(), p.ID, community.Page{Limit: 9})
			return len(v), err
		},
		func() (int, error) {
			r, _, err := x.Remarks.On(t.Context(), p.ID, community.Page{Limit: 9})
			return len(r), err
		},
	} {
		if n, err := of(); err != nil || n > 0 {
			t.Errorf("%d of hers are left, %v", n, err)
		}
	}
	kept, err := x.Proposal(t.Context(), x.Amara, p.ID)
	if must(t, err); kept.By != "" || len(kept.Roll) != 3 || !strings.Contains(kept.Reason, "talked") {
		t.Errorf("it is %+v", kept)
	}
}
