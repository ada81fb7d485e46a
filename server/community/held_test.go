package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// Noor declared as a member too: what she declared with the application stays under it, and is hers to read and take back.
func TestWhatStaysUnderAnApplicationIsItsMembersToReadAndTakeBack(t *testing.T) {
	x := communitytest.New(t)
	code, a := acceptedWith(t, x)
	x.Clock.Pass(1e9)
	declare(t, x, x.Noor, community.DeclarationDraft{Groups: []community.Group{"refugee"}})
	_, err := x.JoinCohort(t.Context(), x.Noor, code)
	must(t, err)
	with, err := x.DeclaredWith(t.Context(), x.Noor)
	if err != nil || len(with) != 1 || with[0].ID != a.ID {
		t.Fatalf("Noor is told of %+v, %v", with, err)
	}
	own, err := x.DeclaringWith(t.Context(), x.Noor, a.ID)
	must(t, err)
	declared, err := own.Read(t.Context())
	if err != nil || declared == nil || declared.Words != binta {
		t.Errorf("she reads %+v, %v", declared, err)
	}
	if used, _, err := own.Uses(t.Context(), community.Page{Limit: 9}); err != nil || len(used) != 1 || used[0].Purpose != "programme~first" {
		t.Errorf("of its uses she reads %+v, %v", used, err)
	}
	for name, v := range map[string]community.Viewer{"another": x.Amara, "a host": x.Dana, "nobody": {}} {
		if _, err := x.DeclaringWith(t.Context(), v, a.ID); err == nil {
			t.Errorf("%s reads it", name)
		}
	}
	must(t, own.Revoke(t.Context()))
	if declared, err := own.Read(t.Context()); err != nil || declared != nil {
		t.Errorf("taken back it is %+v, %v", declared, err)
	}
}

// What was brought along stands in one place only.
func TestWhatWasBroughtAlongStaysUnderNoApplication(t *testing.T) {
	x := communitytest.New(t)
	code, a := acceptedWith(t, x)
	_, err := x.JoinCohort(t.Context(), x.Noor, code)
	must(t, err)
	with, err := x.DeclaredWith(t.Context(), x.Noor)
	if _, also := x.DeclaringWith(t.Context(), x.Noor, a.ID); err != nil || len(with) != 0 || community.KindOf(also) != community.KindNotFound {
		t.Errorf("%+v stays: %v, %v", with, err, also)
	}
}

func TestWhoHasTheCodeTakesAwayEverythingUnderIt(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	d := bakery(p)
	d.Helper, d.Agreed = "Dana", true
	code, a, err := x.Apply(t.Context(), x.See(t, x.Dana.ID), p.ID, d)
	must(t, err)
	own, _, err := x.DeclaringByCode(t.Context(), code)
	must(t, err)
	must(t, own.Write(t.Context(), carer(community.UseReserved)))
	_, err = x.AppliesTo(t.Context(), community.DeclarantOf(a), community.UseReserved, "programme~first", []community.Group{"carer"})
	must(t, err)
	otherCode, other := apply(t, x, p)
	_, err = x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	must(t, scoring{t, x}.give(x.Chen.ID, a, 3))
	must(t, scoring{t, x}.give(x.Chen.ID, other, 3))
	if at, err := x.SignedInFor(t.Context(), community.Viewer{}, a); err != nil || len(at) != 1 {
		t.Errorf("that a member helped is told as %v, %v", at, err)
	}
	_, as := takeIn(t, x, community.Scopes...)
	if err := x.ForgetApplication(t.Context(), as, code); community.KindOf(err) != community.KindForbidden {
		t.Errorf("somebody who acts for another takes it away: %v", err)
	}
	if err := x.ForgetApplication(t.Context(), community.Viewer{}, "AAAA-AAAA-AAAA-AAAA"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a wrong code: %v", err)
	}
	must(t, x.ForgetApplication(t.Context(), community.Viewer{}, code))
	if _, _, err := x.ApplicationByCode(t.Context(), code); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the code still leads to it: %v", err)
	}
	holdsNothing(t, x, community.ApplicationDeclarant(a.ID))
	on, err := x.Reviews.On(t.Context(), a.ID)
	helped, _, also := x.Companions.Of(t.Context(), a.ID, community.Page{Limit: 9})
	if err != nil || also != nil || len(on) != 0 || len(helped) != 0 {
		t.Errorf("there stay %+v and %+v: %v, %v", on, helped, err, also)
	}
	if _, _, err := x.ApplicationByCode(t.Context(), otherCode); err != nil {
		t.Errorf("another's went too: %v", err)
	}
	if on, err := x.Reviews.On(t.Context(), other.ID); err != nil || len(on) != 1 {
		t.Errorf("of another's there stay %+v, %v", on, err)
	}
	marks, err := x.Erasures.All(t.Context())
	must(t, err)
	if len(marks) != 1 {
		t.Fatalf("the files are told by %d records", len(marks))
	}
	must(t, x.Erase(t.Context(), marks[0].ID, true)) // repeats what is done, and touches nothing else
	if _, err := x.Member(t.Context(), x.Binta, x.Dana.ID); err != nil {
		t.Errorf("Dana is gone: %v", err)
	}
}

// A place that is given up this way goes to the next, like any other.
func TestAForgottenApplicationGivesItsPlaceUp(t *testing.T) {
	x := communitytest.New(t)
	p := x.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Places = 1 })
	codes := x.Applicants(t, p, 2, nil)
	_, err := x.CloseProgramme(t.Context(), x.Dana, p.ID, true)
	must(t, err)
	x.ReadAll(t, p, func(int) int { return 3 })
	x.Draw(t, p)
	states := func() (of []community.ApplicationState) {
		s, err := x.Selections.Get(t.Context(), p.ID)
		must(t, err)
		for _, r := range s.Rows {
			of = append(of, r.State)
		}
		return of
	}
	for _, code := range codes {
		a, _, err := x.ApplicationByCode(t.Context(), code)
		must(t, err)
		s, err := x.Selections.Get(t.Context(), p.ID)
		must(t, err)
		for _, r := range s.Rows {
			if r.Application == a.ID && r.State == community.ApplicationOffered {
				must(t, x.ForgetApplication(t.Context(), community.Viewer{}, code))
				offered := 0
				for _, state := range states() {
					if state == community.ApplicationOffered {
						offered++
					}
				}
				if offered != 1 {
					t.Errorf("the place went to nobody: %v", states())
				}
				return
			}
		}
	}
	t.Fatal("nobody was offered the place")
}

func TestAMembersApplicationGoesWithTheMember(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	code, _, err := x.Apply(t.Context(), x.Amara, p.ID, bakery(p))
	must(t, err)
	if err := x.ForgetApplication(t.Context(), community.Viewer{}, code); community.KindOf(err) != community.KindConflict {
		t.Errorf("a finder of the code takes a member's application away: %v", err)
	}
}
