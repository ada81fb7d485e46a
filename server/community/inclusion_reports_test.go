package community_test

import (
	"fmt"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// drawnProgramme has so many applicants, the first of whom declared that they care for somebody and the last of whom had a
// helper, and has been drawn.
func drawnProgramme(t *testing.T, x *communitytest.Table, places, applicants, carers, helped int) (*community.Programme, []string) {
	t.Helper()
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Places = places })
	codes := x.Applicants(t, p, applicants, func(i int, d *community.ApplicationDraft) {
		if i < carers {
			d.Declaration = carer(community.UseCounted)
		}
		if i >= applicants-helped {
			d.Helper, d.HelperHow, d.Agreed = "Ines Moreau", "At the desk", true
		}
	})
	_, err := x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	x.ReadAll(t, p, func(int) int { return 3 })
	x.Draw(t, p)
	return p, codes
}

func reportOf(t *testing.T, x *communitytest.Table, p *community.Programme) *community.Release {
	t.Helper()
	stands, err := x.ReportsOf(t.Context(), x.Amara, p.ID, community.Page{Limit: 10})
	must(t, err)
	if len(stands.Found) == 0 {
		t.Fatal("nothing was published")
	}
	return stands.Found[0]
}

// acceptAll lets everybody who was offered a place take it.
func acceptAll(t *testing.T, x *communitytest.Table, p *community.Programme, codes []string) (taken int) {
	t.Helper()
	s, err := x.Selections.Get(t.Context(), p.ID)
	must(t, err)
	must(t, x.SettleSelection(t.Context(), s))
	for _, code := range codes {
		if a, _, err := x.ApplicationByCode(t.Context(), code); err != nil || a.State != community.ApplicationOffered {
			must(t, err)
			continue
		}
		_, err := x.AnswerOffer(t.Context(), community.Viewer{}, code, true)
		must(t, err)
		taken++
	}
	return taken
}

func TestAProgrammesReportSaysWhoWasInByStageAndGroup(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 0)
	p, codes := drawnProgramme(t, x, 24, 60, 25, 20)
	if taken := acceptAll(t, x, p, codes); taken != 24 {
		t.Fatalf("%d places were taken", taken)
	}
	makeReleases(t, x)
	r := reportOf(t, x, p)
	for stage, want := range map[community.FunnelStage]int{community.StageSent: 60, community.StageListed: 60, community.StageRanked: 60, community.StageOffered: 20,
		community.StageSeated: 20} {
		if got := r.Row(community.RowEveryone).Cells[stage]; got.AtLeast != want {
			t.Errorf("%s says %+v of everyone", stage, got)
		}
	}
	if got := r.Row(community.RowEveryone).Cells[community.StageInLine]; got.State != community.CellMerged {
		t.Errorf("beside who was offered a place, who waits is shown too: %+v", got)
	}
	for row, want := range map[string]int{"carer": 20, community.RowAssisted: 20, community.RowNotDeclared: 30} {
		if got := r.Row(row).Cells[community.StageSent]; got.AtLeast != want {
			t.Errorf("of %s who applied it says %+v", row, got)
		}
	}
	if got := r.Row("carer").Cells[community.StageRemained]; got.State != community.CellSmall {
		t.Errorf("before the programme is over it says %+v of who stayed", got)
	}
	if got := everyoneAt(t, x, community.StageApplied); got.AtLeast != 0 {
		t.Errorf("those of a report are counted with the hub too: %+v", got)
	}
	x.Clock.Pass(31 * 24 * time.Hour)
	makeReleases(t, x)
	later, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-04")
	must(t, err)
	if got := later.Cell("carer", community.StageApplied); got.AtLeast != 20 {
		t.Errorf("a month later the hub's figures say %+v of carers who applied, with the report's", got)
	}
}

func TestAProgrammeOfFewHasNoReport(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 0)
	p, _ := drawnProgramme(t, x, 4, 39, 20, 0)
	makeReleases(t, x)
	stands, err := x.ReportsOf(t.Context(), x.Amara, p.ID, community.Page{Limit: 10})
	must(t, err)
	if stands.Apart || len(stands.Found) > 0 || stands.Needs != 40 {
		t.Errorf("of 39 applications: %+v", stands)
	}
	if got := everyoneAt(t, x, community.StageApplied); got.AtLeast != 30 {
		t.Errorf("the hub's figures say %+v of them", got)
	}
}

// Who applied to two programmes stands in the table of the one whose vote closed first, and in no other.
func TestWhoAppliesTwiceIsCountedOnce(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 70, 0)
	programme := func() *community.Programme {
		p := postProgramme(t, x)
		for _, v := range people[:30] {
			d := community.ApplicationDraft{Name: v.Name, Answers: map[string]string{}}
			for _, q := range p.Questions {
				d.Answers[q.ID] = "A workshop for chairs."
			}
			_, _, err := x.Apply(t.Context(), v, p.ID, d)
			must(t, err)
		}
		return p
	}
	first, second := programme(), programme()
	x.Applicants(t, second, 40, nil)
	closeVote(t, x, first, false)
	x.Clock.Pass(time.Hour)
	closeVote(t, x, second, true)
	_, err := x.Selections.Change(t.Context(), second.ID, func(s *community.Selection) error { s.Seed = "drawn"; return nil })
	must(t, err)
	makeReleases(t, x)
	if got := everyoneAt(t, x, community.StageApplied); got.AtLeast != 30 {
		t.Errorf("of the 30 who applied first the hub's figures say %+v", got)
	}
	if got := reportOf(t, x, second).Row(community.RowEveryone).Cells[community.StageSent]; got.AtLeast != 40 {
		t.Errorf("the report of the other says %+v, and 40 applied to it alone", got)
	}
}

// Of 70 people who waited, 60 were answered: 20 of them the same day, 20 in time, 20 late.
func TestTheTimeToTheFirstAnswerIsCountedInSteps(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 90, 35)
	asked := x.Now().Plus(-14 * 24 * time.Hour) // a Monday at nine
	took := []time.Duration{4 * time.Hour, 30 * time.Hour, 9 * 24 * time.Hour}
	for i, v := range people[:60] {
		for again := range 2 { // only the first answer counts
			must(t, x.FirstAnswers.Add(t.Context(), &community.FirstAnswer{Record: community.Record[community.FirstAnswerID]{ID: community.FirstAnswerID(fmt.Sprintf("ask~%d-%d", i, again))},
				Kind: community.WaitingAsk, Hub: x.Harbour, Member: v.ID, AskedAt: asked, DueAt: asked.Plus(3 * 24 * time.Hour), AnsweredAt: asked.Plus(took[i/20] + time.Duration(again)*24*time.Hour)}))
		}
	}
	for _, v := range people[60:70] {
		must(t, x.JoinRequests.Add(t.Context(), &community.JoinRequest{Record: community.Record[community.JoinRequestID]{ID: community.NewID[community.JoinRequestID]()}, Hub: x.Mill,
			Member: v.ID, State: community.JoinOpen, AskedAt: asked, AnswerBy: asked.Plus(3 * 24 * time.Hour)}))
	}
	makeReleases(t, x)
	for stage, want := range map[community.FunnelStage]int{community.StageWaited: 70, community.StageAnswered: 60, community.StageInTime: 40, community.StageAtOnce: 20} {
		if got := everyoneAt(t, x, stage); got.AtLeast != want {
			t.Errorf("%s says %+v, and it was %d", stage, got, want)
		}
	}
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-03")
	must(t, err)
	if got := r.Row("carer").Cells[community.StageWaited]; got.AtLeast != 30 {
		t.Errorf("of 35 carers who waited it says %+v", got)
	}
}

// How many seats the pool pays for is said at the stage of seats, in a row of its own, and nowhere else.
func TestSponsoredSeatsAreANumberAndNothingMore(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 80, 30)
	until := x.Now().Plus(60 * 24 * time.Hour)
	for i, v := range people[:50] {
		payer := community.PayerMember
		if i < 28 {
			payer = community.PayerPool
		}
		id := string(x.Harbour) + "~" + string(v.ID)
		must(t, x.PlanSeats.Add(t.Context(), &community.PlanSeat{Record: community.Record[community.PlanSeatID]{ID: community.PlanSeatID(id)}, Hub: x.Harbour, Member: v.ID, Since: x.Now(), Until: until}))
		must(t, x.Dues.Add(t.Context(), &community.Dues{Record: community.Record[community.DuesID]{ID: community.DuesID(id)}, Hub: x.Harbour, Member: v.ID,
			Terms: []community.Term{{Payer: payer, Since: x.Now(), Until: until}}}))
	}
	makeReleases(t, x)
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-03")
	must(t, err)
	if got := r.Row(community.RowEveryone).Cells[community.StageSeat]; got.AtLeast != 50 {
		t.Errorf("of 50 seats it says %+v", got)
	}
	row := r.Row(community.RowSponsored)
	if got := row.Cells[community.StageSeat]; got.AtLeast != 20 || len(row.Cells) != 1 {
		t.Errorf("of 28 sponsored ones it says %+v", row.Cells)
	}
}

// A total of tables that each hide something never says that they are few together.
func TestWhatIsAddedUpNeverSaysFewer(t *testing.T) {
	few, shown, kept := community.Cell{State: community.CellFewer}, community.Cell{State: community.CellShown, AtLeast: 20}, community.Cell{State: community.CellKept}
	for _, c := range []struct {
		in   []community.Cell
		want community.Cell
	}{
		{[]community.Cell{few}, few}, {[]community.Cell{few, few}, community.Cell{State: community.CellParts}}, {[]community.Cell{few, few, few}, community.Cell{State: community.CellParts}},
		{[]community.Cell{few, shown, few}, shown}, {[]community.Cell{shown, shown}, community.Cell{State: community.CellShown, AtLeast: 40}}, {[]community.Cell{kept, few}, kept}, {[]community.Cell{few, kept}, kept},
	} {
		r := &community.Release{}
		for _, cell := range c.in {
			r.Apart = append(r.Apart, community.ReleaseRow{Row: "carer", Cells: map[community.FunnelStage]community.Cell{community.StageApplied: cell}})
		}
		if got := r.Cell("carer", community.StageApplied); got != c.want {
			t.Errorf("%+v make %+v", c.in, got)
		}
	}
}
