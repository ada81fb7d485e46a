package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestASkillIsSuggestedInOnesOwnLanguageWithTheNameThatFits(t *testing.T) {
	r := openRoom(t)
	found := read[List[skillData]](t, r.do(call{"GET", "/skills?q=menui", r.signIn(r.Amara), nil, nil})).Items
	if len(found) != 1 || found[0] != (skillData{ID: r.Carpentry, Name: "carpentry", Also: "menuiserie", State: community.SkillAccepted}) {
		t.Errorf("got %+v", found)
	}
}

func TestAProposalIsItsProposersUntilAStewardAcceptsIt(t *testing.T) {
	r := openRoom(t)
	suggested := func(v community.Viewer) int {
		return len(read[List[skillData]](t, r.do(call{"GET", "/skills?q=glass", r.signIn(v), nil, nil})).Items)
	}
	made := r.do(call{"POST", "/skills", r.signIn(r.Amara), skillBody{Name: "glass blowing"}, nil})
	if made.status != http.StatusCreated {
		t.Fatalf("got %d: %s", made.status, made.body)
	}
	id := read[skillData](t, made).ID
	if suggested(r.Amara) != 1 || suggested(r.Binta) != 0 {
		t.Errorf("suggested to Amara %d times, to Binta %d times", suggested(r.Amara), suggested(r.Binta))
	}
	accept := call{"POST", "/skills/" + string(id) + "/accept", r.signIn(r.Dana), skillNamesBody{Names: map[string]string{"fr": "soufflage de verre"}}, nil}
	if got := r.do(accept); got.status != http.StatusNotFound || suggested(r.Binta) != 0 {
		t.Errorf("a host accepts: %d", got.status)
	}
	accept.session = r.signIn(r.Farid)
	if got := r.do(accept); got.status >= 300 || suggested(r.Binta) != 1 {
		t.Errorf("a steward does not: %d %s", got.status, got.body)
	}
}

func TestThePageOffersToProposeWhatIsMissing(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	if got := r.do(call{"GET", "/skills?q=glass", session, nil, asPage}); !strings.Contains(string(got.body), `value="glass"`) || !strings.Contains(string(got.body), `action="/skills" novalidate`) {
		t.Errorf("what is missing cannot be proposed: %d", got.status)
	}
	if got := r.do(call{"GET", "/skills?q=CARPENTRY", session, nil, asPage}); strings.Contains(string(got.body), `action="/skills" novalidate`) {
		t.Error("what is known is to be proposed")
	}
	if got := r.do(call{"POST", "/skills", session, url.Values{"name": {"Menuiserie"}}, asPage}); got.header.Get("Location") != "/skills?q=carpentry" {
		t.Errorf("proposing what is known gives %d to %q", got.status, got.header.Get("Location"))
	}
}
