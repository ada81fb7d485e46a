package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"longtable/server/community"
)

func TestAHubVotesOnItsRulesWithoutScripts(t *testing.T) {
	r := openRoom(t)
	hub := "/hubs/" + string(r.Harbour)
	form := r.page(r.Binta, hub+"/proposals/new", nil)
	if !form.says(`name="rules.poolShare"`) || !form.says(`name="way"`) {
		t.Fatalf("there is no form: %s", form.body)
	}
	typed := url.Values{"title": {"A quicker door"}, "reason": {"People wait too long."}, "percent": {"10"}, "rules.poolShare": {"33"}, "rules.termMonths": {"3"},
		"rules.poolPerPerson": {"12"}, "rules.joinDays": {"99"}, "rules.reportDays": {"2"}, "rules.quorum": {"20"}, "rules.noticeDays": {"14"}, "way": {"majority"},
		"closes": {"2027-03-08"}, "review": {"2027-09-01"}, "after": {"0"}}
	if back := r.page(r.Binta, hub+"/proposals", typed); back.status != 422 || !back.says("People wait too long.") || !back.says("Enter a number from 1 to 30") {
		t.Fatalf("99 days give %d: %s", back.status, back.body)
	}
	typed.Set("rules.joinDays", "1")
	sent := r.page(r.Binta, hub+"/proposals", typed)
	address := sent.header.Get("Location")
	if sent.status != 303 || !strings.HasPrefix(address, "/proposals/") {
		t.Fatalf("it gives %d: %s", sent.status, sent.body)
	}
	if page := r.page(r.Amara, address, nil); !page.says("1 day (now") && !page.says("now \u20683 days") || !page.says("How others voted shows once you have voted") {
		t.Errorf("before she votes Amara reads %s", page.body)
	}
	if voted := r.page(r.Amara, address+"/vote", url.Values{"choice": {"yes"}}); voted.status != 303 {
		t.Fatalf("voting gives %d: %s", voted.status, voted.body)
	}
	if page := r.page(r.Amara, address, nil); !page.says("Your receipt") || page.says("How others voted shows once") {
		t.Errorf("after it she reads %s", page.body)
	}
	if page := r.page(r.Binta, address, nil); page.says("Your receipt") || !page.says("How others voted shows once you have voted") {
		t.Errorf("Binta, who did not vote, reads %s", page.body)
	}
	if page := r.page(r.Chen, address, nil); page.says(`name="choice"`) || page.says(`name="words"`) {
		t.Error("somebody of another hub has a ballot")
	}
	r.page(r.Binta, address+"/remarks", url.Values{"words": {"It was three weeks for me."}})
	r.Clock.Pass(8 * 24 * time.Hour)
	_, err := r.DecideProposals(t.Context())
	must(t, err)
	page := r.page(r.Chen, address, nil)
	if !page.says("In force") || !page.says("All receipts") || !page.says("It was three weeks for me.") {
		t.Errorf("when it is over everybody reads %s", page.body)
	}
	own, err := r.OwnVote(t.Context(), r.Amara, community.ProposalID(strings.TrimPrefix(address, "/proposals/")))
	must(t, err)
	if !page.says(own.Receipt) {
		t.Error("Amara does not find her receipt")
	}
	if page := r.page(r.Chen, hub+"/agreement", nil); !page.says("A quicker door") || !page.says("1 day") {
		t.Errorf("the agreement is %s", page.body)
	}
}
