package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/server/auth"
	"longtable/server/community"
)

func TestWhoLeavesMeansItAndIsGoneAtOnce(t *testing.T) {
	s := openStaffed(t)
	_, err := s.door.Enrol(t.Context(), auth.Enrolment{Member: s.Amara.ID, Email: "amara@example.org", Password: "three plain words", Lang: "en"})
	must(t, err)
	session := s.signIn(s.Amara)
	leave := func(form url.Values) reply {
		return s.do(call{method: "POST", path: "/account/delete", session: session, body: form, header: asPage})
	}
	for name, form := range map[string]url.Values{
		"without a yes":           {"password": {"three plain words"}},
		"without the password":    {"sure": {"yes"}},
		"with another password":   {"sure": {"yes"}, "password": {"four quite other words"}},
		"with nothing whatsoever": {},
	} {
		if got := leave(form); got.status != http.StatusUnprocessableEntity || strings.Contains(string(got.body), "other words") {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if _, err := s.Members.Get(t.Context(), s.Amara.ID); err != nil {
		t.Fatalf("a refused leaving took her out: %v", err)
	}
	got := leave(url.Values{"sure": {"yes"}, "password": {"three plain words"}})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/" || got.header.Get("Clear-Site-Data") != `"storage"` {
		t.Fatalf("leaving gives %d to %q, clearing %q", got.status, got.header.Get("Location"), got.header.Get("Clear-Site-Data"))
	}
	// At once, whatever the jobs have done by now.
	other := s.signIn(s.Binta)
	if got := s.do(call{method: "GET", path: "/people/" + string(s.Amara.ID), session: other}); got.status != http.StatusNotFound {
		t.Errorf("her page gives %d", got.status)
	}
	for path, status := range map[string]int{"/settings": http.StatusUnauthorized, "/": http.StatusOK} {
		if got := s.do(call{method: "GET", path: path, session: session}); got.status != status {
			t.Errorf("with her old cookie %s gives %d", path, got.status)
		}
	}
	if got := s.do(call{method: "POST", path: "/arrival", session: session, body: map[string]string{"name": "Amara again"}}); got.status < 400 {
		t.Errorf("with her old cookie she arrives again: %d", got.status)
	}
}

func TestATokenCanLeaveForNobody(t *testing.T) {
	s := openStaffed(t)
	s.signIn(s.Amara)
	_, secret, err := s.door.CreateToken(t.Context(), s.Amara.ID, "calendar")
	must(t, err)
	bearer := map[string]string{"Authorization": "Bearer " + secret.Reveal(), "Origin": ""}
	got := s.do(call{method: "DELETE", path: "/account", body: map[string]bool{"sure": true}, header: bearer})
	if got.status != http.StatusForbidden {
		t.Errorf("a token leaves: %d %s", got.status, got.body)
	}
}

func TestAConversationWithSomebodyWhoLeftIsReadAndNotWritten(t *testing.T) {
	s := openStaffed(t)
	things := s.furnish() // Amara has met Chen
	talk := "/conversations/" + things["/conversations"]
	chen := s.signIn(s.Chen)
	must(t, s.Leave(t.Context(), s.See(t, s.Amara.ID)))
	s.settle()
	page := s.do(call{method: "GET", path: talk, session: chen, header: asPage})
	for text, wanted := range map[string]bool{"Somebody who left": true, "Tea?": true, "They have left the network.": true, "Amara": false,
		`id="composer"`: false, "/people/" + string(s.Amara.ID): false} {
		if page.status != http.StatusOK || strings.Contains(string(page.body), text) != wanted {
			t.Errorf("%d: the page has %q: %v", page.status, text, !wanted)
		}
	}
	said := s.do(call{method: "POST", path: talk + "/messages", session: chen, body: map[string]string{"nonce": "n1", "body": "Hello?"}})
	if said.status != http.StatusConflict || !strings.Contains(string(said.body), "left the network") {
		t.Errorf("writing gives %d %s", said.status, said.body)
	}
}

func TestTheLastStewardFindsOutWhomToAppoint(t *testing.T) {
	s := openStaffed(t)
	session := s.signIn(s.Farid)
	page := s.do(call{method: "GET", path: "/leave", session: session, header: asPage})
	if text := string(page.body); !strings.Contains(text, "You are the only steward.") || !strings.Contains(text, s.Dana.Name) || strings.Contains(text, "/account/delete") {
		t.Errorf("the page of the last steward: %s", page.body)
	}
	got := s.do(call{method: "DELETE", path: "/account", session: session, body: map[string]bool{"sure": true}})
	if got.status != http.StatusForbidden || !strings.Contains(string(got.body), "only steward") {
		t.Errorf("leaving gives %d %s", got.status, got.body)
	}
	appoint := s.do(call{method: "POST", path: "/stewards", session: session, body: url.Values{"member": {string(s.Dana.ID)}}, header: asPage})
	if appoint.status != http.StatusSeeOther || !s.See(t, s.Dana.ID).Steward {
		t.Errorf("appointing gives %d", appoint.status)
	}
	if got := s.do(call{method: "DELETE", path: "/account", session: session, body: map[string]bool{"sure": true}}); got.status != http.StatusNoContent {
		t.Errorf("then leaving gives %d %s", got.status, got.body)
	}
	if _, err := s.Members.Get(t.Context(), s.Farid.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("he is still there: %v", err)
	}
}

func TestAReportStaysOnTheDeskWithoutWhoMadeIt(t *testing.T) {
	s := openStaffed(t)
	s.furnish() // Noor has reported Binta
	desk := func() string {
		s.settle()
		return string(s.do(call{method: "GET", path: "/desk", session: s.signIn(s.Dana), header: asPage}).body)
	}
	if before := desk(); !strings.Contains(before, "Loud.") || !strings.Contains(before, s.Binta.Name) {
		t.Fatalf("the report is not on the desk before: %s", before)
	}
	must(t, s.Leave(t.Context(), s.Noor))
	after := desk()
	for text, wanted := range map[string]bool{"Loud.": false, s.Noor.Name: false, s.Binta.Name: true, "their words went with them": true} {
		if strings.Contains(after, text) != wanted {
			t.Errorf("the desk has %q: %v", text, !wanted)
		}
	}
}
