package community_test

import (
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// everyoneAt is what is said of everybody at Harbour, at a stage of this month.
func everyoneAt(t *testing.T, x *communitytest.Table, stage community.FunnelStage) community.Cell {
	t.Helper()
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-03")
	must(t, err)
	return r.Row(community.RowEveryone).Cells[stage]
}

// closeVote is what becomes of a programme once its list is frozen, so far as figures look.
func closeVote(t *testing.T, x *communitytest.Table, p *community.Programme, reports bool) {
	t.Helper()
	_, err := x.Programmes.Change(t.Context(), p.ID, func(p *community.Programme) error {
		p.State = community.ProgrammeCohort
		return nil
	})
	must(t, err)
	_, err = x.Selections.Change(t.Context(), p.ID, func(s *community.Selection) error {
		s.FrozenAt, s.Reports = x.Now(), reports
		return nil
	})
	must(t, err)
}

// Of 70 applications 10 wait for an answer, and 10 are in each other state.
func TestStagesOfProgrammesAreTheStatesOfApplications(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 0)
	p := postProgramme(t, x)
	codes := x.Applicants(t, p, 80, func(i int, d *community.ApplicationDraft) {
		if i >= 70 {
			d.Do = community.ApplicationSave
		}
	})
	for i, state := range []community.ApplicationState{community.ApplicationOffered, community.ApplicationAccepted, community.ApplicationLapsed,
		community.ApplicationWaiting, community.ApplicationDeclined, community.ApplicationWithdrawn} {
		for _, code := range codes[10*i : 10*i+10] {
			a, _, err := x.ApplicationByCode(t.Context(), code)
			must(t, err)
			_, err = x.Applications.Change(t.Context(), a.ID, func(a *community.Application) error {
				a.State = state
				return nil
			})
			must(t, err)
		}
	}
	closeVote(t, x, p, false)
	makeReleases(t, x)
	if got := everyoneAt(t, x, community.StageApplied); got.AtLeast != 60 { // all but 10 that were taken back and 10 drafts
		t.Errorf("of 60 people who applied the figure says %+v", got)
	}
	if got := everyoneAt(t, x, community.StageSelected); got.AtLeast != 30 {
		t.Errorf("of 30 people who were offered a place it says %+v", got)
	}
}

func TestACancelledEventCoversNothing(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 0)
	for _, state := range []community.EventState{community.EventOpen, community.EventCancelled} {
		e := &community.Event{Record: community.Record[community.EventID]{ID: community.NewID[community.EventID]()}, Hub: x.Harbour, State: state,
			StartsAt: x.Now().Plus(-24 * time.Hour), Access: []community.AccessFact{community.AccessFacts[0]}}
		must(t, x.Events.Add(t.Context(), e))
	}
	makeReleases(t, x)
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-03")
	must(t, err)
	if r.Events != 1 || r.Access[community.AccessFacts[0]] != 1 {
		t.Errorf("of one event that took place it says %d, with %v", r.Events, r.Access)
	}
}
