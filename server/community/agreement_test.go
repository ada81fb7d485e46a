package community_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"longtable/server/community"
)

func TestAnAgreementIsAPercentageWithinItsLimits(t *testing.T) {
	x := laid(t)
	version := 0
	for typed, want := range map[string]int{"10": 100, " 7 % ": 70, "0": 0, "50": 500, "٢٥٪": 250, "۷": 70, "050": 500} {
		a, err := x.Agree(t.Context(), x.Farid, community.NetworkScope, community.AgreementDraft{Percent: typed, Reason: "We voted.", After: version})
		if err != nil || a.Concession != want || a.Version != version+1 {
			t.Errorf("%q is %+v, %v; not %d", typed, a, err, want)
			continue
		}
		version++
	}
	for _, typed := range []string{"", "ten", "NaN", "Inf", "1e400", "1e1", "-0.1", "-1", "0.5001", "7.5", "7,5", "51", "%", "10%%", "1000", "99999999999999999999", ".", "5.", ".5", "1.2.3", "0x10", "１０", "10 10", strings.Repeat("9", 5000)} {
		_, err := x.Agree(t.Context(), x.Farid, community.NetworkScope, community.AgreementDraft{Percent: typed, Reason: "We voted.", After: version})
		if community.KindOf(err) != community.KindInvalid || !strings.Contains(err.Error(), "agreements.problem-percent") {
			t.Errorf("%.40q: %v", typed, err)
		}
	}
	if _, err := x.Agree(t.Context(), x.Farid, community.NetworkScope, community.AgreementDraft{Percent: "5", Reason: " \n ", After: version}); community.KindOf(err) != community.KindInvalid {
		t.Errorf("without a reason: %v", err)
	}
}

func TestAHubMayAgreeOnAnotherShareThanTheNetwork(t *testing.T) {
	x := laid(t)
	inForce := func(hub community.HubID) *community.Agreement {
		a, err := x.InForce(t.Context(), x.Amara, hub)
		must(t, err)
		return a
	}
	if a := inForce(x.Harbour); a.ID != "" || a.Concession != 100 {
		t.Errorf("before anybody agreed %+v holds", a)
	}
	_, err := x.Agree(t.Context(), x.Farid, community.NetworkScope, community.AgreementDraft{Percent: "5", Reason: "We voted."})
	must(t, err)
	decided(t, x, "20", "We are many.")
	if here, there := inForce(x.Harbour), inForce(x.Mill); here.Concession != 200 || there.Concession != 50 || inForce("").Concession != 50 {
		t.Errorf("%+v holds here and %+v there", here, there)
	}
	if s := show(t, x, x.Amara, 10); s.Agreement != inForce(x.Harbour).ID {
		t.Errorf("Amara's list was made under %q", s.Agreement)
	}
	decided(t, x, "2", "Too much.")
	all, _, err := x.AgreementsOf(t.Context(), x.Amara, string(x.Harbour), community.Page{Limit: 10})
	if must(t, err); len(all) != 2 || all[0].Concession != 20 || all[1].Concession != 200 || !strings.HasSuffix(all[1].Reason, "We are many.") {
		t.Errorf("the versions are %+v", all)
	}
}

func TestStewardsWriteDownWhatTheNetworkAgreesOnAndNobodyWhatAHubDoes(t *testing.T) {
	x := laid(t)
	draft := community.AgreementDraft{Percent: "5", Reason: "I like it."}
	for scope, others := range map[string][]community.Viewer{community.NetworkScope: {x.Amara, x.Dana}, string(x.Harbour): {x.Amara, x.Esra, x.Dana, x.Farid}} {
		for _, v := range others {
			if _, err := x.Agree(t.Context(), v, scope, draft); community.KindOf(err) != community.KindForbidden {
				t.Errorf("%s for %s: %v", v.Name, scope, err)
			}
		}
	}
	if _, err := x.Agree(t.Context(), x.Farid, "nowhere", draft); community.KindOf(err) != community.KindNotFound {
		t.Errorf("for a hub that there is not: %v", err)
	}
}

func TestOfTwoWhoAgreeAtOnceOneIsTold(t *testing.T) {
	x := laid(t)
	var won, told atomic.Int32
	var all sync.WaitGroup
	for _, percent := range []string{"1", "2", "3", "4"} {
		all.Go(func() {
			_, err := x.Agree(t.Context(), x.Farid, community.NetworkScope, community.AgreementDraft{Percent: percent, Reason: "We voted."})
			switch community.KindOf(err) {
			case community.KindConflict:
				told.Add(1)
			default:
				if err != nil {
					t.Error(err)
				}
				won.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || told.Load() != 3 {
		t.Errorf("%d won and %d were told", won.Load(), told.Load())
	}
}

func TestAnAgreementOutlivesWhoWroteItDown(t *testing.T) {
	x := laid(t)
	a := decided(t, x, "20", "We are many.")
	must(t, x.Erase(t.Context(), x.Amara.ID, false))
	kept, err := x.Agreements.Get(t.Context(), a.ID)
	if must(t, err); kept.By != "" || kept.Concession != 200 {
		t.Errorf("it is %+v", kept)
	}
}
