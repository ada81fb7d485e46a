package community_test

import (
	"slices"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// takeIn lets the host of Harbour take Amina in, and act for her.
func takeIn(t *testing.T, x *communitytest.Table, scopes ...community.Scope) (community.MemberID, community.Viewer) {
	t.Helper()
	id := community.MemberID("amina")
	_, err := x.TakeIn(t.Context(), x.Dana, id, community.TakenIn{Name: "Amina Saleh", Language: "ar", Hub: x.Harbour, Scopes: scopes, Months: 3, SaidYes: true})
	must(t, err)
	as, err := x.ActFor(t.Context(), x.See(t, x.Dana.ID), id)
	must(t, err)
	return id, as
}

func TestWhoIsTakenInBelongsToTheHubAndReadsTheConsent(t *testing.T) {
	x := newTable(t)
	id, as := takeIn(t, x, community.ScopeProfile)
	amina := x.See(t, id)
	if amina.Hub != x.Harbour || as.ID != id || as.By != x.Dana.ID || as.ByName != x.Dana.Name {
		t.Errorf("she is %+v, her helper acts as %+v", amina, as)
	}
	if as.HostsAny() || as.Steward {
		t.Error("the helper brings the host's rights along")
	}
	if !as.May(community.ScopeProfile) || as.May(community.ScopeMessages) || !amina.May(community.ScopeMessages) {
		t.Error("the helper may not what was allowed, or more")
	}
	acts, _, err := x.OwnActs(t.Context(), amina, community.Page{Limit: 9})
	if err != nil || len(acts) != 1 || acts[0].What != "allowed" || acts[0].By != x.Dana.ID || acts[0].With != x.Dana.ID {
		t.Errorf("her log is %+v, %v", acts, err)
	}
	for name, d := range map[string]community.TakenIn{
		"without a yes":     {Name: "Bilal", Hub: x.Harbour, Scopes: community.Scopes, Months: 3},
		"for a year":        {Name: "Bilal", Hub: x.Harbour, Scopes: community.Scopes, Months: 12, SaidYes: true},
		"for everything":    {Name: "Bilal", Hub: x.Harbour, Scopes: []community.Scope{"sealed"}, Months: 3, SaidYes: true},
		"without a name":    {Hub: x.Harbour, Scopes: community.Scopes, Months: 3, SaidYes: true},
		"by a made-up help": {Name: "Bilal", Hub: x.Harbour, Helper: "nobody", Scopes: community.Scopes, Months: 3, SaidYes: true},
	} {
		if _, err := x.TakeIn(t.Context(), x.Dana, "bilal", d); community.KindOf(err) != community.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := x.TakeIn(t.Context(), x.Dana, "bilal", community.TakenIn{Name: "Bilal", Hub: x.Mill, Scopes: community.Scopes, Months: 3, SaidYes: true}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("at another hub: %v", err)
	}
}

func TestAConsentEndsByEitherSideAndByItself(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(x *communitytest.Table, id community.MemberID, a community.AssistanceID){
		"by her": func(x *communitytest.Table, id community.MemberID, a community.AssistanceID) {
			must(t, x.EndHelp(t.Context(), x.See(t, id), a))
		},
		"by him": func(x *communitytest.Table, _ community.MemberID, a community.AssistanceID) {
			must(t, x.EndHelp(t.Context(), x.Dana, a))
		},
		"by itself": func(x *communitytest.Table, _ community.MemberID, _ community.AssistanceID) {
			x.Clock.Pass(93 * 24 * time.Hour)
		},
		"by a block": func(x *communitytest.Table, id community.MemberID, _ community.AssistanceID) {
			must(t, x.Block(t.Context(), x.See(t, id), x.Dana.ID))
		},
		"as she leaves": func(x *communitytest.Table, id community.MemberID, _ community.AssistanceID) {
			must(t, x.Leave(t.Context(), x.See(t, id)))
		},
		"by taking over": func(x *communitytest.Table, id community.MemberID, _ community.AssistanceID) {
			must(t, x.TakeOver(t.Context(), x.See(t, id), false))
		},
	} {
		x := newTable(t)
		id, _ := takeIn(t, x, community.ScopeProfile)
		end(x, id, community.AssistanceID(string(id)+"~"+string(x.Dana.ID)))
		if _, err := x.ActFor(t.Context(), x.See(t, x.Dana.ID), id); community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s: he still acts: %v", name, err)
		}
	}
	x := newTable(t)
	id, _ := takeIn(t, x, community.ScopeProfile)
	if err := x.EndHelp(t.Context(), x.Binta, community.AssistanceID(string(id)+"~"+string(x.Dana.ID))); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a third ends it: %v", err)
	}
	must(t, x.TakeOver(t.Context(), x.See(t, id), true))
	if _, err := x.ActFor(t.Context(), x.See(t, x.Dana.ID), id); err != nil {
		t.Errorf("who is kept by choice may not act: %v", err)
	}
}

func TestAHelperLetsNobodyInAndSeesNothingSealed(t *testing.T) {
	x := newTable(t)
	id, as := takeIn(t, x, community.Scopes...)
	_, granted := x.Allow(t.Context(), as, community.HelpDraft{Helper: x.Binta.ID, Scopes: community.Scopes, Months: 1})
	_, _, log := x.OwnActs(t.Context(), as, community.Page{Limit: 9})
	_, _, begun := x.StartRecovery(t.Context(), as, x.Binta.ID, true)
	for name, err := range map[string]error{"grant": granted, "log": log, "take over": x.TakeOver(t.Context(), as, false), "sealed": x.Unsealed(t.Context(), as),
		"end": x.EndHelp(t.Context(), as, "a"), "recovery": begun, "stop": x.StopRecovery(t.Context(), as, id)} {
		if community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, x.Unsealed(t.Context(), x.See(t, id)))
	_, err := x.ActFor(t.Context(), as, x.Binta.ID)
	if community.KindOf(err) != community.KindForbidden {
		t.Errorf("who acts for one acts for another from there: %v", err)
	}
}

// Who is apart from the helper is apart from the person as long as the helper looks.
func TestAHelperDoesNotMeetWhoBlockedThem(t *testing.T) {
	x := newTable(t)
	id, as := takeIn(t, x, community.ScopeIntroductions)
	if _, err := x.Member(t.Context(), as, x.Chen.ID); err != nil {
		t.Fatal(err)
	}
	must(t, x.Block(t.Context(), x.Chen, x.Dana.ID))
	as, err := x.ActFor(t.Context(), x.See(t, x.Dana.ID), id)
	must(t, err)
	if _, err := x.Member(t.Context(), as, x.Chen.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the helper sees who blocked them: %v", err)
	}
	if _, err := x.Member(t.Context(), x.See(t, id), x.Chen.ID); err != nil {
		t.Errorf("she herself does not: %v", err)
	}
}

func TestAMemberAllowsWhomTheyKnow(t *testing.T) {
	x := newTable(t)
	help := func(id community.MemberID) error {
		_, err := x.Allow(t.Context(), x.See(t, x.Amara.ID), community.HelpDraft{Helper: id, Scopes: []community.Scope{community.ScopeEvents}, Months: 1})
		return err
	}
	if err := help(x.Chen.ID); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a stranger: %v", err)
	}
	connect(t, x, x.Amara, x.Chen)
	must(t, help(x.Chen.ID))
	must(t, help(x.Dana.ID)) // a host of her hub
	if err := help(x.Amara.ID); community.KindOf(err) != community.KindInvalid {
		t.Errorf("herself: %v", err)
	}
	must(t, help(x.Chen.ID)) // again is renewing
	helpers, err := x.Helpers(t.Context(), x.See(t, x.Amara.ID))
	must(t, err)
	if len(helpers) != 2 {
		t.Errorf("she has %d helpers", len(helpers))
	}
}

func TestLeavingTakesWhatWasDoneInOnesNameAndLeavesOthersTheirs(t *testing.T) {
	x := newTable(t)
	id, as := takeIn(t, x, community.ScopeEvents)
	line, err := x.BeginAct(t.Context(), as, "event", "/events/e")
	must(t, err)
	must(t, x.EndAct(t.Context(), as, line, community.ActDone))
	must(t, x.Leave(t.Context(), x.See(t, x.Dana.ID))) // the helper
	must(t, x.Erase(t.Context(), x.Dana.ID, true))
	acts, _, err := x.OwnActs(t.Context(), x.See(t, id), community.Page{Limit: 9})
	must(t, err)
	if len(acts) != 2 || slices.ContainsFunc(acts, func(a *community.Act) bool { return a.By != "" || a.With != "" }) {
		t.Errorf("after the helper left her log is %+v", acts)
	}
	if helpers, err := x.Helpers(t.Context(), x.See(t, id)); err != nil || len(helpers) != 0 {
		t.Errorf("she still has %+v, %v", helpers, err)
	}
	must(t, x.Leave(t.Context(), x.See(t, id)))
	must(t, x.Erase(t.Context(), id, true))
	if left, _, err := x.Acts.Of(t.Context(), id, community.Page{Limit: 9}); err != nil || len(left) != 0 {
		t.Errorf("after she left there is %+v, %v", left, err)
	}
}
