package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// acceptedWith is the code of an application that was accepted, with which somebody without an account declared and was asked.
func acceptedWith(t *testing.T, x *communitytest.Table) (code string, a *community.Application) {
	t.Helper()
	code, a = apply(t, x, postProgramme(t, x))
	own, _, err := x.DeclaringByCode(t.Context(), code)
	must(t, err)
	must(t, own.Write(t.Context(), carer(community.UseReserved)))
	yes, err := x.AppliesTo(t.Context(), community.DeclarantOf(a), community.UseReserved, "programme~first", []community.Group{"carer"})
	if err != nil || !yes {
		t.Fatalf("somebody who agreed is taken as %v: %v", yes, err)
	}
	_, err = x.Applications.Change(t.Context(), a.ID, func(a *community.Application) error {
		a.State = community.ApplicationAccepted
		return nil
	})
	must(t, err)
	return code, a
}

func TestWhatAnApplicantDeclaredIsTheirsWhenTheyJoin(t *testing.T) {
	x := communitytest.New(t)
	code, a := acceptedWith(t, x)
	x.Clock.Pass(1e9)
	_, err := x.JoinCohort(t.Context(), x.Noor, code)
	must(t, err)
	own, err := x.Declaring(t.Context(), x.Noor)
	must(t, err)
	declared, err := own.Read(t.Context())
	if err != nil || declared == nil || declared.Words != binta || declared.Uses[community.UseReserved] != declared.At {
		t.Fatalf("as a member Noor reads %+v: %v", declared, err)
	}
	used, _, err := own.Uses(t.Context(), community.Page{Limit: 10})
	if err != nil || len(used) != 1 || !used[0].Readable || used[0].Purpose != "programme~first" {
		t.Errorf("the log came along as %+v: %v", used, err)
	}
	if _, _, err := x.DeclaringByCode(t.Context(), code); community.KindOf(err) != community.KindForbidden {
		t.Errorf("the code still leads to what a member declared: %v", err)
	}
	if !applies(t, x, x.Noor, community.UseReserved, "carer") || applies(t, x, x.Noor, community.UseCounted, "carer") {
		t.Error("the consents are not those that were given")
	}
	must(t, own.Revoke(t.Context()))
	if again, err := x.Declaring(t.Context(), x.Noor); err != nil {
		t.Fatal(err)
	} else if found, err := again.Read(t.Context()); found != nil || err != nil {
		t.Errorf("what was taken back came again: %+v, %v", found, err)
	}
	must(t, x.Erase(t.Context(), x.Noor.ID, true))
	holdsNothing(t, x, community.MemberDeclarant(x.Noor.ID), community.ApplicationDeclarant(a.ID))
}

func TestAMembersOwnWordStandsAndTheOtherStaysUnderItsCode(t *testing.T) {
	x := communitytest.New(t)
	code, a := acceptedWith(t, x)
	x.Clock.Pass(1e9)
	mine := declare(t, x, x.Noor, community.DeclarationDraft{Groups: []community.Group{"refugee"}})
	_, err := x.JoinCohort(t.Context(), x.Noor, code)
	must(t, err)
	if declared, err := mine.Read(t.Context()); err != nil || declared.Groups[0] != "refugee" || declared.Allows(community.UseReserved) {
		t.Errorf("a consent was given that nobody gave: %+v, %v", declared, err)
	}
	other, _, err := x.DeclaringByCode(t.Context(), code)
	must(t, err)
	if declared, err := other.Read(t.Context()); err != nil || declared.Words != binta {
		t.Errorf("under the code stands %+v: %v", declared, err)
	}
	must(t, x.Erase(t.Context(), x.Noor.ID, true))
	holdsNothing(t, x, community.MemberDeclarant(x.Noor.ID), community.ApplicationDeclarant(a.ID))
}

// Without the root key somebody joins as ever, and what they declared follows once the key is back.
func TestADeclarationFollowsOnceTheRootKeyIsBack(t *testing.T) {
	x := communitytest.New(t)
	code, _ := acceptedWith(t, x)
	kept := x.Seals
	x.Network.Seals = nil
	_, err := x.JoinCohort(t.Context(), x.Noor, code)
	must(t, err)
	x.Network.Seals = kept
	own, err := x.Declaring(t.Context(), x.Noor)
	must(t, err)
	if declared, err := own.Read(t.Context()); err != nil || declared == nil || declared.Words != binta {
		t.Errorf("Noor reads %+v: %v", declared, err)
	}
}

func holdsNothing(t *testing.T, x *communitytest.Table, all ...community.Declarant) {
	t.Helper()
	for _, s := range all {
		_, err := x.Declarations.Get(t.Context(), s)
		used, _, also := x.DeclarationUses.Of(t.Context(), s, community.Page{Limit: 10})
		if community.KindOf(err) != community.KindNotFound || len(used) > 0 || also != nil {
			t.Errorf("%s is still kept: %v, and %d entries: %v", s, err, len(used), also)
		}
	}
}
