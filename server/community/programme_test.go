package community_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// selected is a programme whose applying is over: eight applied, the host and Chen decide.
type selected struct {
	*communitytest.Table
	p     *community.Programme
	codes []string
}

func readyToRead(t *testing.T, applicants int, change func(*communitytest.Table, *community.ProgrammeDraft)) *selected {
	t.Helper()
	x := communitytest.New(t)
	s := &selected{Table: x, p: x.OpenProgramme(t, func(d *community.ProgrammeDraft) {
		if change != nil {
			change(x, d)
		}
	})}
	s.codes = x.Applicants(t, s.p, applicants, nil)
	x.Clock.Pass(40 * 24 * time.Hour)
	must(t, x.PassProgrammes(t.Context()))
	s.p = s.programme(t)
	if s.p.State != community.ProgrammeReview {
		t.Fatalf("after the last day it is in %q", s.p.State)
	}
	return s
}

func (s *selected) programme(t *testing.T) *community.Programme {
	t.Helper()
	p, err := s.Programme(t.Context(), s.p.ID)
	must(t, err)
	return p
}

func (s *selected) logged(t *testing.T, kind community.LogKind) bool {
	t.Helper()
	log, err := s.LogOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	return slices.ContainsFunc(log, func(e community.LogEntry) bool { return e.Kind == kind })
}

func kinds(t *testing.T, what string, err error, want community.Kind) {
	t.Helper()
	if community.KindOf(err) != want || err == nil {
		t.Errorf("%s: %v, not %s", what, err, want)
	}
}

func TestWhoDecidesReadsNoNameAtAnyTime(t *testing.T) {
	s := readyToRead(t, 4, nil)
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		_, blind, _, err := s.ApplicationsTo(t.Context(), v, s.p.ID, community.Page{Limit: 10})
		must(t, err)
		_, readings, _, err := s.ReadingsOf(t.Context(), v, s.p.ID)
		must(t, err)
		text, _ := json.Marshal([]any{blind, readings})
		if !strings.Contains(string(text), "I would build thing 3") {
			t.Fatalf("%s reads no answers, so this test means nothing", v.Name)
		}
		if strings.Contains(string(text), "Nr") || strings.Contains(string(text), "912") {
			t.Errorf("%s reads who applied: %s", v.Name, text)
		}
	}
	_, err := s.CohortOf(t.Context(), s.Dana, s.p.ID)
	kinds(t, "names before the vote", err, community.KindForbidden)
	if !s.logged(t, community.LogNamesRefused) {
		t.Error("a host asked for names, and nobody can read that")
	}
}

func TestOnlyThoseWhoDecideRead(t *testing.T) {
	s := readyToRead(t, 1, nil)
	_, readings, _, err := s.ReadingsOf(t.Context(), s.Chen, s.p.ID)
	must(t, err)
	for name, v := range map[string]community.Viewer{"nobody": {}, "a member": s.Amara, "the host of another hub": s.Esra} {
		_, _, _, err := s.ApplicationsTo(t.Context(), v, s.p.ID, community.Page{Limit: 10})
		kinds(t, name+" lists", err, community.KindNotFound)
		_, _, err = s.ReadingOf(t.Context(), v, readings[0].ID)
		kinds(t, name+" reads", err, community.KindNotFound)
		_, err = s.Review(t.Context(), v, readings[0].ID, community.ReviewDraft{Points: map[string]int{"c1": 4}, Words: "Mine."})
		kinds(t, name+" scores", err, community.KindNotFound)
	}
}

func TestScoresOfOthersAreHiddenUntilOnesOwnIsIn(t *testing.T) {
	s := readyToRead(t, 1, withEsra)
	_, readings, _, err := s.ReadingsOf(t.Context(), s.Chen, s.p.ID)
	must(t, err)
	id := readings[0].ID
	give := func(v community.Viewer, points int) error {
		_, err := s.Review(t.Context(), v, id, community.ReviewDraft{Points: map[string]int{"c1": points}, Words: "Bring a plan."})
		return err
	}
	must(t, give(s.Dana, 4))
	_, before, err := s.ReadingOf(t.Context(), s.Chen, id)
	must(t, err)
	if len(before.Others) > 0 || len(before.Scores) > 0 || before.Given != 1 {
		t.Errorf("before the own score is in: %+v", before)
	}
	must(t, give(s.Chen, 1))
	_, after, err := s.ReadingOf(t.Context(), s.Chen, id)
	must(t, err)
	if len(after.Others) != 1 || after.Others[0].Points["c1"] != 4 || !after.Disagree || after.Others[0].Reviewer != "" {
		t.Errorf("after it: %+v", after)
	}
	kinds(t, "a second score", give(s.Chen, 4), community.KindConflict)
	_, third, _, err := s.ReadingsOf(t.Context(), s.Esra, s.p.ID)
	must(t, err)
	if len(third) != 1 || !third[0].Due {
		t.Errorf("two disagree and nobody else is asked: %+v", third)
	}
}

// withEsra has a third who decides.
func withEsra(x *communitytest.Table, d *community.ProgrammeDraft) {
	d.Reviewers = append(d.Reviewers, x.Esra.ID)
}

func TestWhoHasAConflictSeesNothingOfIt(t *testing.T) {
	s := readyToRead(t, 2, nil)
	_, readings, _, err := s.ReadingsOf(t.Context(), s.Chen, s.p.ID)
	must(t, err)
	_, err = s.DeclareConflict(t.Context(), s.Chen, readings[0].ID)
	must(t, err)
	_, _, err = s.ReadingOf(t.Context(), s.Chen, readings[0].ID)
	kinds(t, "reading with a conflict", err, community.KindNotFound)
	_, rest, _, err := s.ReadingsOf(t.Context(), s.Chen, s.p.ID)
	must(t, err)
	_, blind, _, err := s.ApplicationsTo(t.Context(), s.Chen, s.p.ID, community.Page{Limit: 10})
	must(t, err)
	if len(rest) != 1 || len(blind) != 1 {
		t.Errorf("with a conflict in one of two, Chen reads %d and lists %d", len(rest), len(blind))
	}
	s.ReadAll(t, s.p, func(int) int { return 3 })
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		must(t, s.CommitToDraw(t.Context(), v, s.p.ID, communitytest.DrawValue(v)))
	}
	kinds(t, "one review is missing", s.Freeze(t.Context(), s.Dana, s.p.ID), community.KindConflict)
	d := community.ProgrammeDraftOf(s.p)
	d.Reviewers = append(d.Reviewers, s.Esra.ID)
	_, err = s.EditProgramme(t.Context(), s.Dana, s.p.ID, d)
	must(t, err) // one more who decides is no other rule
	s.p = s.programme(t)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
}

func TestTheCodeIsNotKept(t *testing.T) {
	s := readyToRead(t, 1, nil)
	a, _, err := s.ApplicationByCode(t.Context(), strings.ToLower(strings.ReplaceAll(s.codes[0], "-", " ")))
	must(t, err)
	kept, _ := json.Marshal(a)
	if plain := strings.ReplaceAll(s.codes[0], "-", ""); strings.Contains(strings.ToUpper(string(kept)), plain) {
		t.Error("the store holds the code itself")
	}
	_, _, err = s.ApplicationByCode(t.Context(), "AAAA-BBBB-CCCC-DDDD")
	kinds(t, "a wrong code", err, community.KindNotFound)
}

func TestQuestionsStayAsTheyWereAskedOnceSomebodyHasAnswered(t *testing.T) {
	x := communitytest.New(t)
	p := x.OpenProgramme(t, nil)
	x.Applicants(t, p, 1, nil)
	d := community.ProgrammeDraftOf(p)
	d.Questions, d.Title = []string{"Something else?"}, "A better title"
	edited, err := x.EditProgramme(t.Context(), x.Dana, p.ID, d)
	if err != nil || edited.Title != "A better title" || edited.Questions[0].Text != "What would you like to build?" {
		t.Errorf("after an application: %+v, %v", edited, err)
	}
}

func TestWhatPeopleAppliedUnderStands(t *testing.T) {
	x := communitytest.New(t)
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Criteria = map[string]string{"1": "Courage", "2": "Care"} })
	for what, change := range map[string]func(*community.ProgrammeDraft){
		"criteria":             func(d *community.ProgrammeDraft) { d.Criteria = map[string]string{"1": "Degrees"} },
		"weights":              func(d *community.ProgrammeDraft) { d.Weights["c1"] = 5 },
		"places":               func(d *community.ProgrammeDraft) { d.Places = 2 },
		"the way of deciding":  func(d *community.ProgrammeDraft) { d.By, d.Floor = community.ByRanking, 0 },
		"who decides":          func(d *community.ProgrammeDraft) { d.Reviewers = []community.MemberID{x.Dana.ID, x.Binta.ID} },
		"an earlier last day":  func(d *community.ProgrammeDraft) { d.Closes = "2027-03-10" },
		"fewer reviews of one": func(d *community.ProgrammeDraft) { d.Floor = 400 },
	} {
		d := community.ProgrammeDraftOf(p)
		change(&d)
		_, err := x.EditProgramme(t.Context(), x.Dana, p.ID, d)
		kinds(t, "another "+what, err, community.KindConflict)
	}
	log, err := x.LogOf(t.Context(), community.Viewer{}, p.ID)
	must(t, err)
	if at := slices.IndexFunc(log, func(e community.LogEntry) bool { return e.Kind == community.LogRulesRefused }); at < 0 || log[at].Times != 7 {
		t.Errorf("the log that everybody reads: %+v", log)
	}
	d := community.ProgrammeDraftOf(p)
	d.Closes, d.Summary = "2027-04-08", "Half a year and a week."
	if _, err := x.EditProgramme(t.Context(), x.Dana, p.ID, d); err != nil {
		t.Errorf("a later day and other words: %v", err)
	}
}

func TestADraftIsSeenByItsHostsOnlyAndNeedsTwoWhoDecide(t *testing.T) {
	x := communitytest.New(t)
	d := x.ProgrammeDraft()
	d.Reviewers = d.Reviewers[:1]
	p, err := x.PostProgramme(t.Context(), x.Dana, d)
	must(t, err)
	_, err = x.Programme(t.Context(), p.ID)
	kinds(t, "anybody reads a draft", err, community.KindNotFound)
	_, err = x.ProgrammeSeen(t.Context(), x.Esra, p.ID)
	kinds(t, "another host reads it", err, community.KindNotFound)
	_, _, err = x.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "Yusra", Answers: map[string]string{"q1": "Bread."}})
	kinds(t, "applying to it", err, community.KindNotFound)
	if found, _, err := x.ProgrammesOf(t.Context(), x.Esra, x.Harbour, community.Page{Limit: 10}); err != nil || len(found) != 0 {
		t.Errorf("a draft is in the hub's list for %d others, %v", len(found), err)
	}
	_, err = x.PublishProgramme(t.Context(), x.Dana, p.ID)
	kinds(t, "one alone decides", err, community.KindConflict)
}

func TestWhatIsSavedIsSeenByNobodyUntilItIsSent(t *testing.T) {
	x := communitytest.New(t)
	p := x.OpenProgramme(t, nil)
	code, a, err := x.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "Yusra Haddad", Do: community.ApplicationSave})
	must(t, err)
	if a.State != community.ApplicationDrafted || a.Number != 0 {
		t.Fatalf("saved as %+v", a)
	}
	_, blind, _, err := x.ApplicationsTo(t.Context(), x.Dana, p.ID, community.Page{Limit: 10})
	if err != nil || len(blind) != 0 {
		t.Errorf("hosts list what was only saved: %+v, %v", blind, err)
	}
	_, err = x.ContinueApplication(t.Context(), community.Viewer{}, code, community.ApplicationDraft{Name: "Yusra Haddad"})
	kinds(t, "sending half of it", err, community.KindInvalid)
	d := community.ApplicationDraft{Name: "Yusra Haddad", Answers: map[string]string{"q1": "A kitchen, says Yusra."}, Helper: "Oleh Koval"}
	_, err = x.ContinueApplication(t.Context(), community.Viewer{}, code, d)
	kinds(t, "a helper without consent", err, community.KindInvalid)
	d.Agreed, d.HelperHow = true, "We wrote it together and I read it out."
	sent, err := x.ContinueApplication(t.Context(), x.Amara, code, d)
	if err != nil || sent.Number != 1 || sent.State != community.ApplicationSent || sent.Member != "" || sent.Helper.At == 0 {
		t.Errorf("sent as %+v, %v", sent, err)
	}
	_, err = x.ContinueApplication(t.Context(), community.Viewer{}, code, d)
	kinds(t, "sending it again", err, community.KindConflict)
}

func TestAFrozenListStands(t *testing.T) {
	s := readyToRead(t, 3, nil)
	kinds(t, "freezing without reviews", s.Freeze(t.Context(), s.Dana, s.p.ID), community.KindConflict)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	kinds(t, "freezing without commitments", s.Freeze(t.Context(), s.Dana, s.p.ID), community.KindConflict)
	if !s.logged(t, community.LogDrawRefused) {
		t.Error("a freezing was refused, and nobody can read that")
	}
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		must(t, s.CommitToDraw(t.Context(), v, s.p.ID, communitytest.DrawValue(v)))
	}
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	frozen, err := s.DrawOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	kinds(t, "another commitment", s.CommitToDraw(t.Context(), s.Chen, s.p.ID, "quite another value"), community.KindConflict)
	_, err = s.EditProgramme(t.Context(), s.Dana, s.p.ID, community.ProgrammeDraftOf(s.p))
	kinds(t, "editing", err, community.KindConflict)
	if !s.logged(t, community.LogFrozenRefused) {
		t.Error("an edit after freezing was refused, and nobody can read that")
	}
	again, err := s.DrawOf(t.Context(), community.Viewer{}, s.p.ID)
	if err != nil || again.List != frozen.List || again.Rounds[0].Digest != frozen.Rounds[0].Digest || frozen.Seed != "" {
		t.Errorf("the digest moved: %+v, %v", again, err)
	}
}

func TestWithholdingAValueGainsNothingAndIsWrittenDown(t *testing.T) {
	s := readyToRead(t, 6, withEsra)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	for _, v := range []community.Viewer{s.Dana, s.Chen, s.Esra} {
		must(t, s.CommitToDraw(t.Context(), v, s.p.ID, communitytest.DrawValue(v)))
	}
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	kinds(t, "another value than committed", s.ShowDrawValue(t.Context(), s.Dana, s.p.ID, "something that suits me better"), community.KindInvalid)
	must(t, s.ShowDrawValue(t.Context(), s.Dana, s.p.ID, communitytest.DrawValue(s.Dana)))
	s.Clock.Pass(community.ShowWithin)
	must(t, s.PassProgrammes(t.Context()))
	file, err := s.DrawOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	if file.Seed != "" || !file.Rounds[0].Void || !s.logged(t, community.LogVoid) || !s.logged(t, community.LogWithheld) {
		t.Fatalf("one shown value drew: %+v", file)
	}
	for _, v := range []community.Viewer{s.Dana, s.Chen, s.Esra} {
		must(t, s.CommitToDraw(t.Context(), v, s.p.ID, communitytest.DrawValue(v)+"again"))
	}
	s.Clock.Pass(community.ShowWithin)
	must(t, s.PassProgrammes(t.Context()))
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		must(t, s.ShowDrawValue(t.Context(), v, s.p.ID, communitytest.DrawValue(v)+"again"))
	}
	s.Clock.Pass(community.ShowWithin)
	must(t, s.PassProgrammes(t.Context()))
	file, err = s.DrawOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	if file.Seed == "" || len(file.Rounds) != 2 || file.Rounds[1].Values[2] != "" || s.programme(t).State != community.ProgrammeCohort {
		t.Fatalf("two of three showed theirs: %+v", file)
	}
	must(t, file.Check())
}

func TestTheWaitingListMovesByItself(t *testing.T) {
	s := readyToRead(t, 8, func(_ *communitytest.Table, d *community.ProgrammeDraft) { d.Places = 2 })
	s.ReadAll(t, s.p, func(number int) int { return min(number, 3) }) // the first is below the floor
	file := s.Draw(t, s.p)
	must(t, file.Check())
	must(t, s.PassProgrammes(t.Context()))
	by := func(state community.ApplicationState) (codes []string) {
		must(t, s.settle(t))
		for _, code := range s.codes {
			a, _, err := s.ApplicationByCode(t.Context(), code)
			must(t, err)
			if a.State == state {
				codes = append(codes, code)
			}
		}
		return codes
	}
	if offered, waiting, out := by(community.ApplicationOffered), by(community.ApplicationWaiting), by(community.ApplicationDeclined); len(offered) != 2 || len(waiting) != 5 || len(out) != 1 {
		t.Fatalf("%d offered, %d waiting, %d out", len(offered), len(waiting), len(out))
	}
	offered := by(community.ApplicationOffered)
	_, err := s.AnswerOffer(t.Context(), community.Viewer{}, offered[0], false)
	must(t, err)
	second := by(community.ApplicationOffered)
	if len(second) != 2 || slices.Contains(second, offered[0]) {
		t.Errorf("a place was given back, and %d are offered", len(second))
	}
	_, err = s.AnswerOffer(t.Context(), community.Viewer{}, second[0], true)
	must(t, err)
	s.Clock.Pass(community.OfferWithin)
	must(t, s.PassProgrammes(t.Context()))
	if third := by(community.ApplicationOffered); len(third) != 1 || slices.Contains(second, third[0]) || len(by(community.ApplicationLapsed)) != 1 {
		t.Errorf("who did not answer in time keeps the place: %v, %v", third, second)
	}
	_, err = s.AnswerOffer(t.Context(), community.Viewer{}, by(community.ApplicationWaiting)[0], true)
	kinds(t, "taking a place that was not offered", err, community.KindConflict)
}

// settle does what the jobs do after each change of a selection.
func (s *selected) settle(t *testing.T) error {
	selection, err := s.Selections.Get(t.Context(), s.p.ID)
	must(t, err)
	return s.SettleSelection(t.Context(), selection)
}

func TestEverybodyHasAnAnswerThatTheyCanUseAndCheck(t *testing.T) {
	s := readyToRead(t, 3, func(_ *communitytest.Table, d *community.ProgrammeDraft) { d.Places = 1 })
	s.ReadAll(t, s.p, func(int) int { return 3 })
	file := s.Draw(t, s.p)
	must(t, s.settle(t))
	for _, code := range s.codes {
		a, _, err := s.ApplicationByCode(t.Context(), code)
		must(t, err)
		o, err := s.DecisionOf(t.Context(), community.Viewer{}, a)
		must(t, err)
		row, place, found := file.Find(strings.ToLower(code))
		if !found || row != o.Row || place != o.Place || len(o.Reasons) != 2 || len(o.Proofs) != 2 {
			t.Fatalf("an applicant finds %q at %d (%v), and reads %+v", row, place, found, o)
		}
		for _, proof := range o.Proofs {
			root := map[string]string{"fits": file.Fits, "result": file.Result}[proof.Kind]
			must(t, proof.Check(root))
			proof.Said += ", really"
			if proof.Check(root) == nil {
				t.Error("a proof of something else leads to the root")
			}
		}
	}
	public, _ := json.Marshal(file)
	if strings.Contains(string(public), "offered") || strings.Contains(string(public), `"yes"`) {
		t.Errorf("the public file says what became of somebody: %s", public)
	}
}

func TestTheCohortBeginsTogether(t *testing.T) {
	s := readyToRead(t, 2, func(x *communitytest.Table, d *community.ProgrammeDraft) {
		d.Gives = []community.Gift{community.GiftSeat}
	})
	plan, err := s.AddPlan(t.Context(), s.Dana, s.Harbour, community.PlanDraft{Name: "Desk", Currency: "EUR", Least: "10", Suggested: "20", Most: "40"})
	must(t, err)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	s.Draw(t, s.p)
	must(t, s.settle(t))
	_, err = s.JoinCohort(t.Context(), s.Noor, s.codes[0])
	kinds(t, "joining before the yes", err, community.KindConflict)
	for _, code := range s.codes {
		_, err := s.AnswerOffer(t.Context(), community.Viewer{}, code, true)
		must(t, err)
	}
	_, err = s.JoinCohort(t.Context(), s.Noor, s.codes[0])
	must(t, err)
	_, err = s.JoinCohort(t.Context(), s.Amara, s.codes[0])
	kinds(t, "taking somebody's application", err, community.KindConflict)
	noor := s.See(t, s.Noor.ID)
	c, err := s.CohortOf(t.Context(), noor, s.p.ID)
	must(t, err)
	if noor.Hub != s.Harbour || c.Conversation == "" || len(c.People) != 0 || len(c.Profiles) != 1 {
		t.Errorf("somebody of the cohort finds %+v, at %q", c, noor.Hub)
	}
	for range 2 { // it is called for every change of an application
		must(t, s.SeatCohort(t.Context(), s.p.ID))
	}
	own, err := s.OwnSeat(t.Context(), noor)
	must(t, err)
	if own.Seat == nil || own.Seat.Plan != plan.ID || len(own.Dues.Terms) != 1 || own.Statement.Owed != 0 || own.Seat.Until < s.p.Ends-s.p.Starts+own.Seat.Since {
		t.Errorf("their seat at the hub is %+v", own.Seat)
	}
	host, err := s.CohortOf(t.Context(), s.Dana, s.p.ID)
	must(t, err)
	if len(host.People) != 2 || host.People[0].Reach == "" || host.Conversation != c.Conversation {
		t.Errorf("the host finds %+v", host)
	}
	_, err = s.CohortOf(t.Context(), s.Amara, s.p.ID)
	kinds(t, "somebody else", err, community.KindNotFound)
	must(t, s.PassProgrammes(t.Context()))
	report, err := s.ReportOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	if len(report) == 0 || report[0].All != -1 {
		t.Errorf("two people are told as a number: %+v", report)
	}
}

func postProgramme(t *testing.T, x *communitytest.Table) *community.Programme {
	t.Helper()
	return x.OpenProgramme(t, nil)
}

func apply(t *testing.T, x *communitytest.Table, p *community.Programme) (code string, sent *community.Application) {
	t.Helper()
	code, sent, err := x.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "Yusra Haddad", Reach: "at the market, any Tuesday",
		Answers: map[string]string{"q1": "A kitchen that feeds the street."}})
	must(t, err)
	return code, sent
}

// TestReservedPlacesAreKnownToTheirOwnersOnly draws with places that are reserved for carers, and holds what is public, and
// what hosts see, against the same without them.
func TestReservedPlacesAreKnownToTheirOwnersOnly(t *testing.T) {
	s := readyToRead(t, 0, nil)
	p := s.OpenProgramme(t, func(d *community.ProgrammeDraft) {
		d.Places, d.Reserved, d.ReservedFor = 4, 2, []community.Group{"carer", "refugee"}
		d.Closes, d.Starts = "2027-05-01", "2027-06-01"
	})
	codes := s.Applicants(t, p, 20, nil)
	carers := map[string]bool{}
	for i, code := range codes {
		if i%2 == 0 {
			continue
		}
		carers[code] = i%4 == 1
		d, _, err := s.DeclaringByCode(t.Context(), code)
		must(t, err)
		uses := []community.Use{community.UseReserved}
		if !carers[code] {
			uses = []community.Use{community.UseCounted} // applies, and not agreed to for this use
		}
		must(t, d.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: uses}))
	}
	s.Clock.Pass(30 * 24 * time.Hour)
	must(t, s.PassProgrammes(t.Context()))
	p, err := s.Programme(t.Context(), p.ID)
	must(t, err)
	s.ReadAll(t, p, func(int) int { return 3 })
	file := s.Draw(t, p)
	must(t, file.Check())
	selection, err := s.Selections.Get(t.Context(), p.ID)
	must(t, err)
	must(t, s.SettleSelection(t.Context(), selection))
	placed, byReserve := 0, 0
	for _, code := range codes {
		a, _, err := s.ApplicationByCode(t.Context(), code)
		must(t, err)
		o, err := s.DecisionOf(t.Context(), community.Viewer{}, a)
		must(t, err)
		if fits := o.Proofs[0].Said == "yes"; fits != carers[code] {
			t.Errorf("somebody who agreed: %v is taken as %v", carers[code], fits)
		}
		if a.State == community.ApplicationOffered {
			placed++
			if strings.Contains(o.Proofs[1].Said, "reserved") {
				byReserve++
			}
			if !carers[code] && o.Place > 2 {
				t.Errorf("at %d of the order without a reserved place, and offered", o.Place)
			}
		}
	}
	if placed != 4 || byReserve != 2 {
		t.Errorf("%d places are offered, %d of them reserved", placed, byReserve)
	}
	host, err := s.CohortOf(t.Context(), s.Dana, p.ID)
	must(t, err)
	public, _ := json.Marshal([]any{file, host.People})
	if strings.Contains(string(public), "carer") || strings.Contains(string(public), `"by reserved"`) || strings.Contains(string(public), "by order") {
		t.Errorf("somebody else can read by which way a place was given: %s", public)
	}
}
