package community_test

import (
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// Amina is taken in with Chen as her helper, who is no host and whom she is not connected with. After three months nobody may act for her;
// she renews it herself with her card, and nobody does it for her.
func TestAConsentThatRanOutIsRenewedByThePersonAlone(t *testing.T) {
	x := communitytest.New(t)
	id := community.MemberID("amina")
	taken := community.TakenIn{Name: "Amina Saleh", Language: "ar", Hub: x.Harbour, Helper: string(x.Chen.ID), Scopes: community.Scopes, Months: 3, SaidYes: true}
	_, err := x.TakeIn(t.Context(), x.Dana, id, taken)
	must(t, err)
	as, err := x.ActFor(t.Context(), x.See(t, x.Chen.ID), id)
	must(t, err)
	x.Clock.Pass(93 * 24 * time.Hour)
	ended := func(when string) {
		t.Helper()
		if _, err := x.ActFor(t.Context(), x.See(t, x.Chen.ID), id); community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s he acts: %v", when, err)
		}
	}
	ended("after three months")
	again := community.HelpDraft{Helper: x.Chen.ID, Scopes: []community.Scope{community.ScopeEvents}, Months: 2}
	if _, err := x.Allow(t.Context(), as, again); community.KindOf(err) != community.KindForbidden {
		t.Errorf("a helper who still acts renews his own consent: %v", err)
	}
	if _, err := x.TakeIn(t.Context(), x.Dana, id, taken); err == nil {
		if a, err := x.Assistances.Get(t.Context(), community.AssistanceID("amina~"+string(x.Chen.ID))); err != nil || a.Live(x.Now()) {
			t.Errorf("a host alone renews it by taking her in again: %+v, %v", a, err)
		}
	}
	ended("after all that")
	amina := x.See(t, id) // came in with her card
	could, err := x.CouldHelp(t.Context(), amina)
	must(t, err)
	named := false
	for _, p := range could {
		named = named || p.ID == x.Chen.ID
	}
	if !named {
		t.Error("the form does not name who helped her")
	}
	_, err = x.Allow(t.Context(), amina, again)
	must(t, err)
	as, err = x.ActFor(t.Context(), x.See(t, x.Chen.ID), id)
	if err != nil || !as.May(community.ScopeEvents) || as.May(community.ScopeMessages) {
		t.Errorf("he may %+v, %v", as, err)
	}
	if _, err := x.Allow(t.Context(), amina, community.HelpDraft{Helper: x.Esra.ID, Scopes: community.Scopes, Months: 1}); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a stranger: %v", err)
	}
}

// With the card lost too, it takes a host, a second person and a day before she is in again, and renews it.
func TestWithoutACardRenewingTakesTwoPeopleAndADay(t *testing.T) {
	x := communitytest.New(t)
	id, _ := takeIn(t, x, community.Scopes...)
	x.Clock.Pass(93 * 24 * time.Hour)
	first, _, err := x.StartRecovery(t.Context(), x.See(t, x.Dana.ID), id, true)
	must(t, err)
	if _, _, err := x.ApproveRecovery(t.Context(), x.See(t, x.Dana.ID), id); community.KindOf(err) != community.KindForbidden {
		t.Errorf("the same host says yes twice: %v", err)
	}
	second, _, err := x.ApproveRecovery(t.Context(), x.See(t, x.Farid.ID), id)
	must(t, err)
	if _, err := x.UseRecovery(t.Context(), first, second); community.KindOf(err) != community.KindConflict {
		t.Errorf("at once: %v", err)
	}
	x.Clock.Pass(25 * time.Hour)
	in, err := x.UseRecovery(t.Context(), first, second)
	if err != nil || in != id {
		t.Fatalf("%s comes in: %v", in, err)
	}
	_, err = x.Allow(t.Context(), x.See(t, in), community.HelpDraft{Helper: x.Dana.ID, Scopes: community.Scopes, Months: 1})
	must(t, err)
}
