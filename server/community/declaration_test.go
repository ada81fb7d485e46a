package community_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/sealed"
	"longtable/server/store"
)

const binta = "canary-of-binta"

func declare(t *testing.T, x *communitytest.Table, v community.Viewer, d community.DeclarationDraft) community.Declaring {
	t.Helper()
	own, err := x.Declaring(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	if err := own.Write(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return own
}

func carer(uses ...community.Use) community.DeclarationDraft {
	return community.DeclarationDraft{Groups: []community.Group{"carer", "rural"}, Words: binta, Uses: uses}
}

func applies(t *testing.T, x *communitytest.Table, v community.Viewer, use community.Use, groups ...community.Group) bool {
	t.Helper()
	yes, err := x.AppliesTo(t.Context(), community.MemberDeclarant(v.ID), use, "programme~seeds", groups)
	if err != nil {
		t.Fatal(err)
	}
	return yes
}

func TestADeclarationIsReadByItsPersonAlone(t *testing.T) {
	x := communitytest.New(t)
	own := declare(t, x, x.Binta, carer(community.UseEligibility))
	declared, err := own.Read(t.Context())
	if err != nil || declared.Words != binta || !slices.Equal(declared.Groups, []community.Group{"carer", "rural"}) || !declared.Allows(community.UseEligibility) {
		t.Fatalf("Binta reads %+v: %v", declared, err)
	}
	others, err := x.Declaring(t.Context(), x.Dana)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := others.Read(t.Context()); found != nil || err != nil {
		t.Errorf("Dana, her host, reads %+v: %v", found, err)
	}
	if _, err := x.Declaring(t.Context(), community.Viewer{}); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("nobody we know: %v", err)
	}
	kept, err := x.Declarations.Get(t.Context(), community.MemberDeclarant(x.Binta.ID))
	if err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(kept)
	if err != nil || strings.Contains(string(stored), "carer") || strings.Contains(string(stored), binta) {
		t.Errorf("the store sees %s: %v", stored, err)
	}
}

func TestAnAnswerNeedsConsentToThatUse(t *testing.T) {
	x := communitytest.New(t)
	declare(t, x, x.Binta, carer(community.UseEligibility))
	if !applies(t, x, x.Binta, community.UseEligibility, "refugee", "carer") {
		t.Error("she is a carer and agreed")
	}
	if applies(t, x, x.Binta, community.UseEligibility, "refugee") {
		t.Error("she declared nothing of that")
	}
	if applies(t, x, x.Binta, community.UseReserved, "carer") || applies(t, x, x.Amara, community.UseEligibility, "carer") {
		t.Error("an answer without consent, or without a declaration")
	}
	declare(t, x, x.Binta, carer(community.UseReserved))
	if applies(t, x, x.Binta, community.UseEligibility, "carer") || !applies(t, x, x.Binta, community.UseReserved, "carer") {
		t.Error("the consents are not those of the newest declaration")
	}
	declare(t, x, x.Chen, community.DeclarationDraft{Groups: []community.Group{community.RatherNotSay}, Uses: community.Uses})
	if applies(t, x, x.Chen, community.UseEligibility, community.Groups...) {
		t.Error("rather not say became a yes")
	}
}

func TestEveryUseStandsInTheLogThatThePersonReads(t *testing.T) {
	x := communitytest.New(t)
	own := declare(t, x, x.Binta, carer(community.UseEligibility))
	applies(t, x, x.Binta, community.UseEligibility, "carer")
	applies(t, x, x.Binta, community.UseReserved, "carer") // without consent: not used
	applies(t, x, x.Binta, community.UseEligibility, "refugee")
	used, _, err := own.Uses(t.Context(), community.Page{Limit: 10})
	if err != nil || len(used) != 2 {
		t.Fatalf("the log holds %+v: %v", used, err)
	}
	for _, u := range used {
		if u.Answer != slices.Contains(u.Asked, "carer") || u.Purpose != "programme~seeds" || u.Use != community.UseEligibility || !u.Readable {
			t.Errorf("an entry says %+v", u)
		}
	}
	if err := own.Revoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found, err := own.Read(t.Context()); found != nil || err != nil || applies(t, x, x.Binta, community.UseEligibility, "carer") {
		t.Errorf("taken back, it says %+v: %v", found, err)
	}
	if used, _, err = own.Uses(t.Context(), community.Page{Limit: 10}); err != nil || len(used) != 2 {
		t.Errorf("after it was taken back the log holds %+v: %v", used, err)
	}
	for u := range x.DeclarationUses.Each(t.Context()) {
		stored, err := json.Marshal(u)
		if err != nil || strings.Contains(string(stored), "carer") || strings.Contains(string(stored), "seeds") {
			t.Errorf("the store sees %s: %v", stored, err)
		}
	}
}

// No entry, no answer: when the log can't be written, nothing is said.
func TestWithoutAnEntryThereIsNoAnswer(t *testing.T) {
	x := communitytest.New(t)
	declare(t, x, x.Binta, carer(community.Uses...))
	x.Network.DeclarationUses = fullLog{x.Network.DeclarationUses}
	yes, err := x.AppliesTo(t.Context(), community.MemberDeclarant(x.Binta.ID), community.UseEligibility, "programme~seeds", []community.Group{"carer"})
	if yes || err == nil {
		t.Errorf("it answered %v: %v", yes, err)
	}
}

type fullLog struct{ community.DeclarationUses }

func (fullLog) Add(_ context.Context, _ *community.DeclarationUse) error { return errFull }

var errFull = errors.New("the disk is full")

func TestWithoutTheRootKeyDeclarationsAreClosedAndNothingElse(t *testing.T) {
	x := communitytest.New(t)
	own := declare(t, x, x.Binta, carer(community.Uses...))
	kept := x.Seals
	x.Network.Seals = sealed.Withheld(filepath.Join(t.TempDir(), "nowhere"), "")
	if _, err := own.Read(t.Context()); !errors.Is(err, community.ErrWithheld) {
		t.Errorf("read without the key: %v", err)
	}
	if err := own.Write(t.Context(), carer()); !errors.Is(err, community.ErrWithheld) {
		t.Errorf("declared without the key: %v", err)
	}
	if _, err := x.AppliesTo(t.Context(), community.MemberDeclarant(x.Binta.ID), community.UseEligibility, "p", []community.Group{"carer"}); !errors.Is(err, community.ErrWithheld) {
		t.Errorf("answered without the key: %v", err)
	}
	if _, err := x.OwnProfile(t.Context(), x.Binta); err != nil {
		t.Errorf("her profile: %v", err)
	}
	x.Network.Seals = kept
	if declared, err := own.Read(t.Context()); err != nil || declared.Words != binta {
		t.Errorf("with the key back: %+v, %v", declared, err)
	}
}

func TestAfterTheRootKeyIsLostPeopleDeclareAnew(t *testing.T) {
	x := communitytest.New(t)
	own := declare(t, x, x.Binta, carer(community.Uses...))
	applies(t, x, x.Binta, community.UseEligibility, "carer")
	other, err := sealed.Make(filepath.Join(t.TempDir(), "other.key"))
	if err != nil {
		t.Fatal(err)
	}
	x.Network.Seals = other
	if _, err := own.Read(t.Context()); err == nil || errors.Is(err, community.ErrWithheld) {
		t.Errorf("read with another key: %v", err)
	}
	declare(t, x, x.Binta, carer(community.UseReserved))
	if declared, err := own.Read(t.Context()); err != nil || declared.Words != binta || declared.Allows(community.UseEligibility) {
		t.Errorf("declared anew: %+v, %v", declared, err)
	}
	used, _, err := own.Uses(t.Context(), community.Page{Limit: 10})
	if err != nil || len(used) != 1 || used[0].Readable || used[0].At == 0 {
		t.Errorf("the log: %+v, %v", used, err)
	}
}

func TestAnApplicantDeclaresAndTakesBackWithTheCode(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	draft := community.ApplicationDraft{Name: "Yusra Haddad", Answers: map[string]string{"q1": "Bread."}, Declaration: carer(community.UseReserved)}
	if _, _, err := x.Apply(t.Context(), x.Dana, p.ID, draft); community.KindOf(err) != community.KindForbidden {
		t.Errorf("somebody who is signed in, as a helper may be, declares with a form: %v", err)
	}
	code, a, err := x.Apply(t.Context(), community.Viewer{}, p.ID, draft)
	if err != nil {
		t.Fatal(err)
	}
	who := community.DeclarantOf(a)
	if yes, err := x.AppliesTo(t.Context(), who, community.UseReserved, community.PurposeOfProgramme(p.ID), []community.Group{"carer"}); err != nil || !yes {
		t.Errorf("the answer is %v: %v", yes, err)
	}
	own, _, err := x.DeclaringByCode(t.Context(), code)
	if err != nil {
		t.Fatal(err)
	}
	if declared, err := own.Read(t.Context()); err != nil || declared.Words != binta {
		t.Errorf("by the code she reads %+v: %v", declared, err)
	}
	if err := own.Forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := x.Declarations.Get(t.Context(), who); community.KindOf(err) != community.KindNotFound {
		t.Errorf("forgotten, it is still there: %v", err)
	}
	if _, _, err := x.DeclaringByCode(t.Context(), "AAAA-AAAA-AAAA-AAAA"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a wrong code: %v", err)
	}
}

func TestADeclarationIsCheckedInSentences(t *testing.T) {
	for name, c := range map[string]struct {
		draft community.DeclarationDraft
		field string
	}{
		"nothing chosen":      {community.DeclarationDraft{Uses: community.Uses}, "groups"},
		"both":                {community.DeclarationDraft{Groups: []community.Group{"carer", community.RatherNotSay}}, "groups"},
		"an unknown group":    {community.DeclarationDraft{Groups: []community.Group{"rich"}}, "groups"},
		"an unknown use":      {community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: []community.Use{"advertising"}}, "uses"},
		"more words than fit": {community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: strings.Repeat("x", community.DeclaredWordsMax+1)}, "words"},
	} {
		if p := c.draft.Check(); len(p) != 1 || p[c.field].Say == "" {
			t.Errorf("%s: %v", name, p)
		}
	}
	if fine := carer(community.Uses...); len(fine.Check()) > 0 {
		t.Error("a good declaration was refused")
	}
}

// Consents are taken back while programmes ask and others declare: everything at once, for the race detector.
func TestDeclaringAndAskingAtOnce(t *testing.T) {
	x := communitytest.New(t)
	own := declare(t, x, x.Binta, carer(community.Uses...))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 5 {
				if err := own.Write(t.Context(), carer(community.UseEligibility)); err != nil {
					t.Error(err)
				}
				if _, err := x.AppliesTo(t.Context(), community.MemberDeclarant(x.Binta.ID), community.UseEligibility, "p", []community.Group{"carer"}); err != nil {
					t.Error(err)
				}
				if err := own.Revoke(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestErasingTakesTheDeclarationWithItsKeyAndItsLog(t *testing.T) {
	x := communitytest.New(t)
	declare(t, x, x.Binta, carer(community.Uses...))
	declare(t, x, x.Amara, carer(community.Uses...))
	applies(t, x, x.Binta, community.UseEligibility, "carer")
	if err := x.Erase(t.Context(), x.Binta.ID, true); err != nil {
		t.Fatal(err)
	}
	left := 0
	for d, err := range x.Declarations.Each(t.Context()) {
		if left++; err != nil || d.ID != community.MemberDeclarant(x.Amara.ID) {
			t.Errorf("left: %+v, %v", d, err)
		}
	}
	for u, err := range x.DeclarationUses.Each(t.Context()) {
		t.Errorf("left in the log: %+v, %v", u, err)
	}
	if left != 1 {
		t.Errorf("%d declarations are left, not Amara's", left)
	}
}

func TestTheStoreFileHoldsNothingDeclared(t *testing.T) {
	dir := t.TempDir()
	x := communitytest.On(t, dir, func(e store.Engine) store.Engine { return e })
	declare(t, x, x.Binta, carer(community.Uses...))
	if _, err := x.WriteProfile(t.Context(), x.Binta, community.ProfileDraft{Name: "Binta Sow", About: "visible-canary"}); err != nil {
		t.Fatal(err)
	}
	var found, visible bool
	for _, name := range []string{"longtable.db", "longtable.db-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(string(content), binta)
		visible = visible || strings.Contains(string(content), "visible-canary")
	}
	if found || !visible {
		t.Errorf("declared words in the files: %v; the profile's words, which must be found: %v", found, visible)
	}
}
