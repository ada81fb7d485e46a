package community_test

import (
	"slices"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// openWithThree lets three decide, two on each application: somebody is left to read where one has a part.
func openWithThree(t *testing.T, x *communitytest.Table) *community.Programme {
	t.Helper()
	return x.OpenProgramme(t, func(d *community.ProgrammeDraft) {
		d.Reviewers = []community.MemberID{x.Dana.ID, x.Chen.ID, x.Farid.ID}
	})
}

func bakery(p *community.Programme) community.ApplicationDraft {
	return community.ApplicationDraft{Name: "A.", Answers: map[string]string{p.Questions[0].ID: "A bakery."}}
}

// reads tells whether somebody who decides finds an application in any of the ways there are.
func reads(t *testing.T, x *communitytest.Table, who community.MemberID, a *community.Application) bool {
	t.Helper()
	v := x.See(t, who)
	_, _, one := x.ReadingOf(t.Context(), v, a.ID)
	_, list, _, err := x.ReadingsOf(t.Context(), v, a.Programme)
	must(t, err)
	_, blind, _, err := x.ApplicationsTo(t.Context(), v, a.Programme, community.Page{Limit: community.PageMax})
	must(t, err)
	listed := slices.ContainsFunc(list, func(r community.Reading) bool { return r.ID == a.ID })
	if in := slices.ContainsFunc(blind, func(b community.BlindApplication) bool { return b.ID == a.ID }); in != listed || listed != (one == nil) {
		t.Fatalf("%s finds %s in some ways and not in others: %v, %v, %v", who, a.ID, in, listed, one)
	}
	return listed
}

type scoring struct {
	t *testing.T
	x *communitytest.Table
}

func (s scoring) give(who community.MemberID, a *community.Application, points int) error {
	_, err := s.x.Review(s.t.Context(), s.x.See(s.t, who), a.ID, community.ReviewDraft{Points: map[string]int{"c1": points}, Words: "Come to the open evening."})
	return err
}

func TestWhoHelpsSomebodyDoesNotDecideOnTheirApplication(t *testing.T) {
	for name, apply := range map[string]func(x *communitytest.Table, p *community.Programme) *community.Application{
		"who acts for a kept account, and wrote it": func(x *communitytest.Table, p *community.Programme) *community.Application {
			_, as := takeIn(t, x, community.Scopes...)
			_, a, err := x.Apply(t.Context(), as, p.ID, bakery(p))
			must(t, err)
			return a
		},
		"who acts for a kept account, which applied alone": func(x *communitytest.Table, p *community.Programme) *community.Application {
			id, _ := takeIn(t, x, community.ScopeEvents)
			_, a, err := x.Apply(t.Context(), x.See(t, id), p.ID, bakery(p))
			must(t, err)
			return a
		},
		"who once acted for somebody": func(x *communitytest.Table, p *community.Programme) *community.Application {
			id, _ := takeIn(t, x, community.ScopeEvents)
			must(t, x.TakeOver(t.Context(), x.See(t, id), false))
			_, a, err := x.Apply(t.Context(), x.See(t, id), p.ID, bakery(p))
			must(t, err)
			return a
		},
		"who was signed in as a trusted helper": func(x *communitytest.Table, p *community.Programme) *community.Application {
			d := bakery(p)
			d.Helper, d.HelperHow, d.Agreed = "D. from the harbour", "Read out and agreed to.", true
			_, a, err := x.Apply(t.Context(), x.See(t, x.Dana.ID), p.ID, d)
			must(t, err)
			return a
		},
		"who saved a draft that somebody else sent": func(x *communitytest.Table, p *community.Programme) *community.Application {
			d := bakery(p)
			d.Helper, d.Agreed, d.Do = "D.", true, community.ApplicationSave
			code, _, err := x.Apply(t.Context(), x.See(t, x.Dana.ID), p.ID, d)
			must(t, err)
			a, err := x.ContinueApplication(t.Context(), community.Viewer{}, code, bakery(p))
			must(t, err)
			return a
		},
		"who is named as the helper": func(x *communitytest.Table, p *community.Programme) *community.Application {
			d := bakery(p)
			d.Helper, d.Agreed = "dana  LÉVI", true
			_, a, err := x.Apply(t.Context(), community.Viewer{}, p.ID, d)
			must(t, err)
			return a
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := newTable(t)
			p := openWithThree(t, x)
			_, other, err := x.Apply(t.Context(), community.Viewer{}, p.ID, bakery(p))
			must(t, err)
			a := apply(x, p)
			_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
			must(t, err)
			if !reads(t, x, x.Dana.ID, other) || !reads(t, x, x.Chen.ID, a) || !reads(t, x, x.Farid.ID, a) {
				t.Fatal("those who have no part in it don't read it")
			}
			if reads(t, x, x.Dana.ID, a) {
				t.Error("Dana reads it")
			}
			if err := (scoring{t, x}).give(x.Dana.ID, a, 4); community.KindOf(err) != community.KindNotFound {
				t.Errorf("Dana scores it: %v", err)
			}
			x.ReadAll(t, p, func(int) int { return 2 })
			_, _, progress, err := x.ReadingsOf(t.Context(), x.Dana, p.ID)
			must(t, err)
			if progress.Complete != 2 || progress.Short != 0 {
				t.Errorf("without her it is read by %+v", progress)
			}
		})
	}
}

// Dana helps, and Chen alone is no two readers: nobody is left, and the page says so rather than wait for ever.
func TestWhereNobodyIsLeftToReadAReaderIsAskedFor(t *testing.T) {
	x := newTable(t)
	p := postProgramme(t, x)
	_, as := takeIn(t, x, community.Scopes...)
	_, a, err := x.Apply(t.Context(), as, p.ID, bakery(p))
	must(t, err)
	_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	must(t, scoring{t, x}.give(x.Chen.ID, a, 3))
	_, _, progress, err := x.ReadingsOf(t.Context(), x.Dana, p.ID)
	must(t, err)
	if progress.Short != 1 || progress.Mine != 0 {
		t.Fatalf("nobody is asked for: %+v", progress)
	}
	d := community.ProgrammeDraftOf(p)
	d.Reviewers = append(d.Reviewers, x.Farid.ID)
	p, err = x.EditProgramme(t.Context(), x.Dana, p.ID, d)
	must(t, err)
	must(t, scoring{t, x}.give(x.Farid.ID, a, 3))
	if _, _, progress, err = x.ReadingsOf(t.Context(), x.Dana, p.ID); err != nil || progress.Short != 0 || progress.Complete != 1 {
		t.Errorf("with a third it is %+v, %v", progress, err)
	}
}

// A helper who is asked to decide later has the part that they had.
func TestAHelperWhoDecidesLaterDoesNotReadIt(t *testing.T) {
	x := newTable(t)
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Reviewers = []community.MemberID{x.Chen.ID, x.Farid.ID} })
	_, as := takeIn(t, x, community.Scopes...)
	_, a, err := x.Apply(t.Context(), as, p.ID, bakery(p))
	must(t, err)
	d := community.ProgrammeDraftOf(p)
	d.Reviewers = append(d.Reviewers, x.Dana.ID)
	_, err = x.EditProgramme(t.Context(), x.Dana, p.ID, d)
	must(t, err)
	if reads(t, x, x.Dana.ID, a) {
		t.Error("Dana reads what she helped to write")
	}
}

// Farid scores Amara's application, and only then becomes her helper: his points no longer count, and somebody else is asked.
// So it stays when he stops helping, and when he leaves.
func TestWhoBecomesAHelperInTheMiddleNoLongerDecides(t *testing.T) {
	x := newTable(t)
	p := openWithThree(t, x)
	_, a, err := x.Apply(t.Context(), x.Amara, p.ID, bakery(p))
	must(t, err)
	_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	score := scoring{t, x}
	must(t, score.give(x.Farid.ID, a, 4))
	must(t, score.give(x.Chen.ID, a, 2))
	if _, _, progress, err := x.ReadingsOf(t.Context(), x.Dana, p.ID); err != nil || progress.Owed != 0 && progress.Disagree == 0 {
		t.Fatalf("before: %+v, %v", progress, err)
	}
	connect(t, x, x.Amara, x.Farid)
	help, err := x.Allow(t.Context(), x.See(t, x.Amara.ID), community.HelpDraft{Helper: x.Farid.ID, Scopes: community.Scopes, Months: 1})
	must(t, err)
	if reads(t, x, x.Farid.ID, a) {
		t.Error("Farid still reads it")
	}
	_, r, err := x.ReadingOf(t.Context(), x.Chen, a.ID)
	must(t, err)
	if r.Given != 1 || len(r.Scores) != 1 || len(r.Others) != 0 {
		t.Errorf("his points still count: %+v", r)
	}
	must(t, score.give(x.Dana.ID, a, 2))
	for _, id := range p.Reviewers {
		must(t, x.CommitToDraw(t.Context(), x.See(t, id), p.ID, communitytest.DrawValue(x.See(t, id))))
	}
	must(t, x.Freeze(t.Context(), x.Dana, p.ID))
	must(t, x.EndHelp(t.Context(), x.See(t, x.Amara.ID), help.ID))
	given, _, err := x.Reviews.By(t.Context(), x.Farid.ID, community.Page{Limit: 9})
	must(t, err)
	if len(given) != 1 || !given[0].Conflict || given[0].Words != "" {
		t.Errorf("the frozen list stands beside %+v", given)
	}
}

func TestTheConflictOfSomebodyWhoLeavesStays(t *testing.T) {
	x := newTable(t)
	p := openWithThree(t, x)
	_, a, err := x.Apply(t.Context(), x.Amara, p.ID, bakery(p))
	must(t, err)
	_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	must(t, scoring{t, x}.give(x.Chen.ID, a, 4))
	connect(t, x, x.Amara, x.Chen)
	_, err = x.Allow(t.Context(), x.See(t, x.Amara.ID), community.HelpDraft{Helper: x.Chen.ID, Scopes: community.Scopes, Months: 1})
	must(t, err)
	must(t, x.Leave(t.Context(), x.See(t, x.Chen.ID)))
	must(t, x.Erase(t.Context(), x.Chen.ID, true))
	on, err := x.Reviews.On(t.Context(), a.ID)
	must(t, err)
	if len(on) != 1 || !on[0].Conflict || on[0].Reviewer != "" {
		t.Errorf("points of a helper who left count again: %+v", on)
	}
}

// What was given before the vote was closed stands: a place follows from it.
func TestWhoHelpsAfterTheVoteChangesNothing(t *testing.T) {
	x := newTable(t)
	p := postProgramme(t, x)
	_, a, err := x.Apply(t.Context(), x.Amara, p.ID, bakery(p))
	must(t, err)
	_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	x.ReadAll(t, p, func(int) int { return 3 })
	x.Draw(t, p)
	connect(t, x, x.Amara, x.Chen)
	_, err = x.Allow(t.Context(), x.See(t, x.Amara.ID), community.HelpDraft{Helper: x.Chen.ID, Scopes: community.Scopes, Months: 1})
	must(t, err)
	decided, err := x.DecisionOf(t.Context(), x.See(t, x.Amara.ID), a)
	must(t, err)
	if len(decided.Reasons) != 2 {
		t.Errorf("she reads %d of two reasons", len(decided.Reasons))
	}
}

// Two names: the account's, and what was typed. Neither is read by those who decide.
func TestTheNameOfACompanionIsHidden(t *testing.T) {
	x := newTable(t)
	p := openWithThree(t, x)
	d := bakery(p)
	d.Helper, d.Agreed, d.Answers[p.Questions[0].ID] = "Aunt D.", true, "Levi writes this with me."
	_, a, err := x.Apply(t.Context(), x.See(t, x.Dana.ID), p.ID, d)
	must(t, err)
	_, r, err := x.ReadingOf(t.Context(), x.Chen, a.ID)
	must(t, err)
	if got := r.Answers[p.Questions[0].ID]; got != community.Masked+" writes this with me." {
		t.Errorf("Chen reads %q", got)
	}
}

func TestWhoHelpedReadsItInTheirExportAndItGoesWithThem(t *testing.T) {
	x := newTable(t)
	p := openWithThree(t, x)
	_, as := takeIn(t, x, community.Scopes...)
	_, a, err := x.Apply(t.Context(), as, p.ID, bakery(p))
	must(t, err)
	own, _, err := x.OwnCompanions(t.Context(), x.Dana, community.Page{Limit: 9})
	if err != nil || len(own) != 1 || own[0].Application != a.ID {
		t.Fatalf("Dana reads %+v, %v", own, err)
	}
	must(t, x.Leave(t.Context(), x.See(t, as.ID)))
	must(t, x.Erase(t.Context(), as.ID, true))
	if own, _, err = x.OwnCompanions(t.Context(), x.Dana, community.Page{Limit: 9}); err != nil || len(own) != 0 {
		t.Errorf("after she left it is %+v, %v", own, err)
	}
	d := bakery(p)
	d.Helper, d.Agreed = "Dana", true
	_, _, err = x.Apply(t.Context(), x.See(t, x.Dana.ID), p.ID, d)
	must(t, err)
	must(t, x.Leave(t.Context(), x.See(t, x.Dana.ID)))
	must(t, x.Erase(t.Context(), x.Dana.ID, true))
	if left, _, err := x.Companions.By(t.Context(), x.Dana.ID, community.Page{Limit: 9}); err != nil || len(left) != 0 {
		t.Errorf("after Dana left it is %+v, %v", left, err)
	}
}
