package community_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/sealed"
)

var someGroups = []community.Group{"refugee", "carer", "low-income"}

// onlyForSome is a programme for three groups with so many places, applied to and read: everybody is good enough. said is what an
// applicant declares with the application; nil for nothing.
func onlyForSome(t *testing.T, applicants, places int, said func(i int) *community.DeclarationDraft, change func(*community.ProgrammeDraft)) *selected {
	t.Helper()
	x := communitytest.New(t)
	s := &selected{Table: x, p: x.OpenProgramme(t, func(d *community.ProgrammeDraft) {
		d.Places, d.EligibleFor = places, someGroups
		if change != nil {
			change(d)
		}
	})}
	s.codes = x.Applicants(t, s.p, applicants, func(i int, d *community.ApplicationDraft) {
		if draft := said(i); draft != nil {
			d.Declaration = *draft
		}
	})
	must(t, allRead(t, s, func(int) int { return 3 }))
	return s
}

// allRead ends the applying and lets everything be read and committed to, so that the vote can be closed.
func allRead(t *testing.T, s *selected, points func(number int) int) error {
	t.Helper()
	var err error
	if s.p, err = s.CloseProgramme(t.Context(), s.Dana, s.p.ID, true); err != nil {
		return err
	}
	s.ReadAll(t, s.p, points)
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		must(t, s.CommitToDraw(t.Context(), v, s.p.ID, communitytest.DrawValue(v)))
	}
	return nil
}

func saying(group community.Group, uses ...community.Use) *community.DeclarationDraft {
	return &community.DeclarationDraft{Groups: []community.Group{group}, Uses: uses}
}

// kindsOfPeople are one to whom it applies, and three to whom it does not for reasons that nobody else may tell apart.
func kindsOfPeople(i int) *community.DeclarationDraft {
	switch i % 4 {
	case 0:
		return saying(someGroups[i%3], community.UseEligibility)
	case 1:
		return saying("rural", community.UseEligibility) // none of these
	case 2:
		return saying("carer", community.UseReserved, community.UseCounted) // not agreed to
	}
	return nil
}

func meantFor(i int) bool { return i%4 == 0 }

func (s *selected) show(t *testing.T) *community.DrawFile {
	t.Helper()
	for _, v := range []community.Viewer{s.Dana, s.Chen} {
		must(t, s.ShowDrawValue(t.Context(), v, s.p.ID, communitytest.DrawValue(v)))
	}
	must(t, s.settle(t))
	file, err := s.DrawOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	return file
}

func (s *selected) own(t *testing.T, i int) (*community.Application, community.Decided) {
	t.Helper()
	a, _, err := s.ApplicationByCode(t.Context(), s.codes[i])
	must(t, err)
	o, err := s.DecisionOf(t.Context(), community.Viewer{}, a)
	must(t, err)
	return a, o
}

func (s *selected) uses(t *testing.T, i int) []community.Used {
	t.Helper()
	own, _, err := s.DeclaringByCode(t.Context(), s.codes[i])
	must(t, err)
	used, _, err := own.Uses(t.Context(), community.Page{Limit: 100})
	must(t, err)
	return used
}

func TestPlacesGoToThoseWhomTheProgrammeIsForAndEverybodyIsToldAlone(t *testing.T) {
	s := onlyForSome(t, 24, 4, kindsOfPeople, nil)
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	file := s.show(t)
	must(t, file.Check())
	if file.Format != community.DrawFormatEligible || len(file.Order) != 24 {
		t.Errorf("a file of the form %q with %d rows in the order", file.Format, len(file.Order))
	}
	for i := range s.codes {
		a, o := s.own(t, i)
		want := map[bool]community.Asked{true: community.AskedYes, false: community.AskedNo}[meantFor(i)]
		if o.Asked != want || o.Place == 0 || a.State == community.ApplicationOffered && !meantFor(i) {
			t.Errorf("applicant %d is told %q, and has %q at %d", i, o.Asked, a.State, o.Place)
		}
		if own := o.Asked.OwnState(a.State); !meantFor(i) && own != community.ApplicationDeclined || meantFor(i) && own != a.State {
			t.Errorf("applicant %d reads %q", i, own)
		}
		if len(o.Proofs) != 3 || o.Proofs[0].Said != string(want) {
			t.Fatalf("proofs %+v", o.Proofs)
		}
		for _, proof := range o.Proofs {
			root := map[string]string{"eligible": file.Eligible, "fits": file.Fits, "result": file.Result}[proof.Kind]
			must(t, proof.Check(root))
			proof.Said = "yes, really"
			if proof.Check(root) == nil {
				t.Error("a proof of something else leads to the root")
			}
		}
		if used, asked := s.uses(t, i), i%4 < 2; len(used) != map[bool]int{true: 1}[asked] || asked && (used[0].Use != community.UseEligibility || used[0].Answer != meantFor(i)) {
			t.Errorf("applicant %d reads these uses: %+v", i, used)
		}
	}
}

// TestNobodyElseCanTellForWhomTheProgrammeIs holds what hosts, readers and everybody see, and what stands on disk in words, of those
// without a place against each other: whoever is meant and had no luck looks like whoever is not.
func TestNobodyElseCanTellForWhomTheProgrammeIs(t *testing.T) {
	s := onlyForSome(t, 24, 4, kindsOfPeople, nil)
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	file := s.show(t)
	must(t, s.PassProgrammes(t.Context()))
	without := map[bool]int{}
	for i := range s.codes {
		a, _ := s.own(t, i)
		if a.State == community.ApplicationOffered {
			continue
		}
		without[meantFor(i)]++
		if a.State != community.ApplicationWaiting || a.Reason != "" {
			t.Errorf("without a place the record of applicant %d says %q, %q", i, a.State, a.Reason)
		}
		helper := community.Viewer{ID: "noor", By: s.Dana.ID}
		asked, err := s.AskedOf(t.Context(), helper, a)
		o, err2 := s.DecisionOf(t.Context(), helper, a)
		if err != nil || err2 != nil || asked != "" || o.Asked != "" || len(o.Proofs) > 0 {
			t.Errorf("who acts for somebody reads %q, %+v: %v, %v", asked, o, err, err2)
		}
	}
	if without[true] != 2 || without[false] != 18 {
		t.Fatalf("without a place are %v: the comparison means nothing", without)
	}
	for _, r := range file.Rows {
		if r.Tier != 1 {
			t.Errorf("a row of the public file stands apart: %+v", r)
		}
	}
	_, blind, _, err := s.ApplicationsTo(t.Context(), s.Dana, s.p.ID, community.Page{Limit: 100})
	must(t, err)
	_, readings, _, err := s.ReadingsOf(t.Context(), s.Chen, s.p.ID)
	must(t, err)
	host, err := s.CohortOf(t.Context(), s.Dana, s.p.ID)
	must(t, err)
	log, err := s.LogOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	report, err := s.ReportOf(t.Context(), community.Viewer{}, s.p.ID)
	must(t, err)
	if len(blind) != 24 || len(readings) != 24 || len(host.People) != 4 || len(report) == 0 || report[2].All != -1 {
		t.Errorf("hosts see %d, readers %d, with a place %d, and %+v", len(blind), len(readings), len(host.People), report)
	}
	kept, err := s.Selections.Get(t.Context(), s.p.ID)
	must(t, err)
	all, _ := json.Marshal([]any{file, blind, readings, host.People, log, report, kept})
	for _, word := range []string{`:"yes"`, `:"no"`, "carer", "refugee", "low-income", "rural"} {
		if strings.Contains(string(all), word) {
			t.Errorf("somebody else, or the disk, reads %s", word)
		}
	}
}

func TestAConsentCountsUntilTheFreezingAndNothingChangesAfterIt(t *testing.T) {
	const applicants = 12
	s := onlyForSome(t, applicants, 8, func(i int) *community.DeclarationDraft {
		if i < 9 {
			return saying("carer", community.UseEligibility)
		}
		return nil
	}, nil)
	own := func(i int) community.Declaring {
		d, _, err := s.DeclaringByCode(t.Context(), s.codes[i])
		must(t, err)
		return d
	}
	must(t, own(0).Revoke(t.Context()))
	must(t, own(1).Write(t.Context(), *saying("carer", community.UseCounted))) // that consent alone
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	must(t, own(2).Revoke(t.Context()))
	must(t, own(9).Write(t.Context(), *saying("refugee", community.UseEligibility)))
	s.show(t)
	for i, want := range map[int]community.Asked{0: community.AskedNo, 1: community.AskedNo, 2: community.AskedYes, 3: community.AskedYes, 9: community.AskedNo} {
		a, o := s.own(t, i)
		if o.Asked != want || (a.State == community.ApplicationOffered) != (want == community.AskedYes) { // seven for eight places
			t.Errorf("applicant %d is told %q and has %q", i, o.Asked, a.State)
		}
	}
	if used := s.uses(t, 9); len(used) != 0 {
		t.Errorf("who declared after the freezing was asked: %+v", used)
	}
}

// TestTheWaitingListOfAProgrammeForSomeIsTheirs gives places back until nobody is left to whom one can go. Who waits is asked when a
// place is free, not each time somebody looks.
func TestTheWaitingListOfAProgrammeForSomeIsTheirs(t *testing.T) {
	s := onlyForSome(t, 20, 2, func(i int) *community.DeclarationDraft {
		if meantFor(i) {
			return saying("carer", community.Uses...)
		}
		return saying("rural", community.Uses...)
	}, func(d *community.ProgrammeDraft) { d.Reserved, d.ReservedFor = 1, []community.Group{"carer", "rural"} })
	for range 20 {
		must(t, s.PassProgrammes(t.Context())) // nothing to do: it is not the day
	}
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	for range 20 {
		must(t, s.PassProgrammes(t.Context())) // values are not shown
	}
	s.show(t)
	for range 20 {
		must(t, s.PassProgrammes(t.Context())) // no place is free
	}
	most := 0
	for i := range s.codes {
		used := s.uses(t, i)
		if most = max(most, len(used)); !meantFor(i) && (len(used) != 1 || used[0].Use != community.UseEligibility) {
			t.Errorf("whom it is not for was asked for a reserved place too: %+v", used)
		}
	}
	if most != 3 { // may have a place; reserved at the freezing; reserved at the draw
		t.Errorf("somebody was asked %d times", most)
	}
	had := map[int]bool{}
	for again := true; again; {
		again = false
		for i := range s.codes {
			if a, _ := s.own(t, i); a.State == community.ApplicationOffered {
				had[i], again = true, true
				_, err := s.AnswerOffer(t.Context(), community.Viewer{}, s.codes[i], false)
				must(t, err)
				must(t, s.settle(t))
			}
		}
	}
	for i := range s.codes {
		if had[i] != meantFor(i) {
			t.Errorf("applicant %d was offered a place: %v", i, had[i])
		}
	}
	s.Clock.Pass(400 * 24 * time.Hour)
	must(t, s.PassProgrammes(t.Context()))
	must(t, s.settle(t))
	for i := range s.codes {
		if a, _ := s.own(t, i); !meantFor(i) && a.State != community.ApplicationDeclined {
			t.Errorf("after the end the record of applicant %d says %q", i, a.State)
		}
	}
}

func TestAHostCantNarrowForWhomAProgrammeIs(t *testing.T) {
	x := communitytest.New(t)
	for what, change := range map[string]func(*community.ProgrammeDraft) string{
		"one group": func(d *community.ProgrammeDraft) string {
			d.EligibleFor = []community.Group{"refugee"}
			return "eligibleFor"
		},
		"one group three times": func(d *community.ProgrammeDraft) string {
			d.EligibleFor = []community.Group{"carer", "carer", "carer"}
			return "eligibleFor"
		},
		"rather not say": func(d *community.ProgrammeDraft) string {
			d.EligibleFor = []community.Group{"carer", "refugee", community.RatherNotSay}
			return "eligibleFor"
		},
		"a ranking": func(d *community.ProgrammeDraft) string { d.By = community.ByRanking; return "by" },
	} {
		d := x.ProgrammeDraft()
		d.EligibleFor, d.By, d.Floor = someGroups, community.ByLottery, 200
		if _, err := x.PostProgramme(t.Context(), x.Dana, d); err != nil {
			t.Fatalf("three groups and a draw: %v", err)
		}
		field := change(&d)
		_, err := x.PostProgramme(t.Context(), x.Dana, d)
		var invalid *community.Error
		if !errors.As(err, &invalid) || invalid.Fields[field].Say == "" {
			t.Errorf("%s: %v", what, err)
		}
	}
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.EligibleFor = someGroups })
	for what, groups := range map[string][]community.Group{"others": {"refugee", "rural", "disability"}, "fewer of four": someGroups[:2], "more": append([]community.Group{"rural"}, someGroups...)} {
		d := community.ProgrammeDraftOf(p)
		d.EligibleFor = groups
		if _, err := x.EditProgramme(t.Context(), x.Dana, p.ID, d); err == nil {
			t.Errorf("%s after the opening pass", what)
		}
	}
	log, err := x.LogOf(t.Context(), community.Viewer{}, p.ID)
	must(t, err)
	if !slices.ContainsFunc(log, func(e community.LogEntry) bool { return e.Kind == community.LogRulesRefused }) {
		t.Errorf("those who apply can't read that it was tried: %+v", log)
	}
}

// TestNobodyIsAskedWhereWhoHasAPlaceWouldTell is a host who wants to learn of a few people whether one of three things applies to them.
func TestNobodyIsAskedWhereWhoHasAPlaceWouldTell(t *testing.T) {
	yes := func(i int) *community.DeclarationDraft {
		if i == 0 {
			return saying("carer", community.Uses...)
		}
		return saying("rural", community.Uses...)
	}
	for what, x := range map[string]struct {
		applicants, places int
		points             func(number int) int
	}{
		"two applicants":                         {2, 1, func(int) int { return 3 }},
		"nine":                                   {9, 1, func(int) int { return 3 }},
		"all but one scored below what is asked": {20, 4, func(number int) int { return map[bool]int{true: 4}[number == 1] }},
		"as many places as people":               {12, 12, func(int) int { return 3 }},
	} {
		s := readyToAsk(t, x.applicants, x.places, yes, x.points)
		if err := s.Freeze(t.Context(), s.Dana, s.p.ID); err != community.ErrTooFewToAsk || !s.logged(t, community.LogFewRefused) {
			t.Errorf("%s: %v; logged: %v", what, err, s.logged(t, community.LogFewRefused))
		}
		s.Clock.Pass(60 * 24 * time.Hour)
		must(t, s.PassProgrammes(t.Context()))
		file := s.show(t)
		must(t, file.Check())
		if file.Format != community.DrawFormat || file.Eligible != "" || !s.logged(t, community.LogNotAsked) {
			t.Errorf("%s: people were asked: %+v", what, file)
		}
		placed := 0
		for i := range s.codes {
			a, o := s.own(t, i)
			if used := s.uses(t, i); len(used) > 0 || o.Asked != "" {
				t.Errorf("%s: applicant %d was asked: %+v", what, i, used)
			}
			if a.State == community.ApplicationOffered {
				placed++
			}
		}
		if in := len(file.Order); placed != min(in, x.places) {
			t.Errorf("%s: %d of %d have a place", what, placed, in)
		}
	}
	s := readyToAsk(t, 10, 9, yes, func(int) int { return 3 }) // else the above would hold of a program that never asks
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	if used := s.uses(t, 0); len(used) != 1 || s.logged(t, community.LogFewRefused) {
		t.Errorf("ten for nine places: %+v", used)
	}
}

func readyToAsk(t *testing.T, applicants, places int, said func(int) *community.DeclarationDraft, points func(int) int) *selected {
	t.Helper()
	x := communitytest.New(t)
	s := &selected{Table: x, p: x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Places, d.EligibleFor = places, someGroups })}
	s.codes = x.Applicants(t, s.p, applicants, func(i int, d *community.ApplicationDraft) { d.Declaration = *said(i) })
	must(t, allRead(t, s, points))
	return s
}

// TestAFreezingThatFailsAsksNobody closes the vote again and again while something else is missing.
func TestAFreezingThatFailsAsksNobody(t *testing.T) {
	x := communitytest.New(t)
	s := &selected{Table: x, p: x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Places, d.EligibleFor = 2, someGroups })}
	s.codes = x.Applicants(t, s.p, 12, func(i int, d *community.ApplicationDraft) { d.Declaration = *saying("carer", community.Uses...) })
	s.Clock.Pass(90 * 24 * time.Hour)
	for range 3 {
		must(t, s.PassProgrammes(t.Context()))
	}
	s.p = s.programme(t)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	for range 30 {
		must(t, s.PassProgrammes(t.Context())) // nobody committed to a value
	}
	if used := s.uses(t, 0); len(used) != 0 {
		t.Errorf("somebody was asked %d times for nothing", len(used))
	}
}

// TestALostKeyIsNoAndAWithheldOneWaits: losing the key makes declarations unreadable and nothing else; without any key nobody is told no.
func TestALostKeyIsNoAndAWithheldOneWaits(t *testing.T) {
	s := readyToAsk(t, 12, 2, func(int) *community.DeclarationDraft { return saying("carer", community.Uses...) }, func(int) int { return 3 })
	s.Network.Seals = sealed.Withheld(filepath.Join(t.TempDir(), "nowhere"), "")
	if err := s.Freeze(t.Context(), s.Dana, s.p.ID); err != community.ErrWithheld || s.logged(t, community.LogDrawRefused) {
		t.Fatalf("without a key: %v", err)
	}
	other, err := sealed.Make(filepath.Join(t.TempDir(), "other.key"))
	must(t, err)
	s.Network.Seals = other
	d, _, err := s.DeclaringByCode(t.Context(), s.codes[5])
	must(t, err)
	must(t, d.Write(t.Context(), *saying("refugee", community.Uses...))) // anew, under the key that is there
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	s.show(t)
	for i := range s.codes {
		if a, o := s.own(t, i); (o.Asked == community.AskedYes) != (i == 5) || (a.State == community.ApplicationOffered) != (i == 5) {
			t.Errorf("applicant %d is told %q and has %q", i, o.Asked, a.State)
		}
	}
}

func TestEveryChangeToADrawForSomeIsNoticed(t *testing.T) {
	s := onlyForSome(t, 12, 2, kindsOfPeople, nil)
	must(t, s.Freeze(t.Context(), s.Dana, s.p.ID))
	file := s.show(t)
	must(t, file.Check())
	for what, change := range map[string]func(*community.DrawFile){
		"another root":    func(f *community.DrawFile) { f.Eligible = f.Fits },
		"no root":         func(f *community.DrawFile) { f.Eligible = "" },
		"the other form":  func(f *community.DrawFile) { f.Format = community.DrawFormat },
		"neither of both": func(f *community.DrawFile) { f.Format, f.Eligible = community.DrawFormat, "" },
		"a form of 2030":  func(f *community.DrawFile) { f.Format = "longtable draw 3" },
	} {
		changed := *file
		if change(&changed); changed.Check() == nil {
			t.Errorf("%s passes", what)
		}
	}
	if text := fmt.Sprint(*file); strings.Contains(text, "yes") {
		t.Errorf("the public file says yes: %s", text)
	}
}
