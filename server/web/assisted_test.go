package web

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"longtable/frontend/i18n"
	"longtable/server/auth"
	"longtable/server/community"
)

// helperOf lets Dana, who hosts Harbour and is to act for somebody there, do so in a session.
func (r *room) helperOf(member community.Viewer, scopes ...community.Scope) (session string) {
	r.t.Helper()
	_, err := r.Allow(r.t.Context(), r.See(r.t, member.ID), community.HelpDraft{Helper: r.Dana.ID, Scopes: scopes, Months: 1})
	must(r.t, err)
	session = r.signIn(r.Dana)
	got := r.do(call{"POST", "/helping/" + string(member.ID) + "~" + string(r.Dana.ID) + "/act", session, nil, asPage})
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/acting" {
		r.t.Fatalf("acting begins with %d to %q", got.status, got.header.Get("Location"))
	}
	return session
}

// TestEveryRouteUnderHelpIsInAScopeOrRefused walks the whole table as a helper with each scope alone, and with all of them.
// What is in no scope that was allowed is refused; what changes something leaves a line with both names.
func TestEveryRouteUnderHelpIsInAScopeOrRefused(t *testing.T) {
	t.Parallel()
	for _, allowed := range append(slices.Clone(eachScope()), community.Scopes) {
		r := openRoom(t)
		things := r.furnish()
		session := r.helperOf(r.Amara, allowed...)
		for _, route := range inOrder(routes()) {
			at := route.Method + " " + route.Path
			d := assisted[at]
			if at == "POST /sessions/delete" || at == "POST /acting/stop" {
				continue // they end it
			}
			before := r.acts(r.Amara)
			got := r.do(sample(route, things, session))
			lines := r.acts(r.Amara) - before
			refused := got.status == http.StatusForbidden || got.status == http.StatusNotFound && route.Rule.Name != "anyone" && route.Rule.Name != "signed-in"
			switch may := slices.Contains(allowed, d.scope); {
			case d.scope == neverHelped && (!refused || lines > 0), d.scope != openToHelpers && d.scope != neverHelped && !may && (!refused || lines > 0):
				t.Errorf("with %v, %s answers %d and leaves %d lines", allowed, at, got.status, lines)
			case may && d.says != "" && lines != 1:
				t.Errorf("with %v, %s (%d) leaves %d lines", allowed, at, got.status, lines)
			case may && got.status == http.StatusForbidden && strings.Contains(string(got.body), "helping."):
				t.Errorf("with %v, %s is refused: %s", allowed, at, got.body)
			case got.status >= 500:
				t.Errorf("%s gives %d", at, got.status)
			}
		}
	}
}

func eachScope() (all [][]community.Scope) {
	for _, s := range community.Scopes {
		all = append(all, []community.Scope{s})
	}
	return all
}

func (r *room) acts(v community.Viewer) int {
	r.t.Helper()
	found, _, err := r.Acts.Of(r.t.Context(), v.ID, community.Page{Limit: community.PageMax})
	must(r.t, err)
	return len(found)
}

func TestARouteWithoutADecisionForHelpersKeepsTheProgramFromStarting(t *testing.T) {
	must(t, checkAssisted(routes()))
	for _, r := range []Route{{Method: "GET", Path: "/new-noun", Rule: SignedIn}, {Method: "POST", Path: "/profile/new-verb", Rule: SignedIn}} {
		if err := checkAssisted(append(routes(), r)); err == nil || !strings.Contains(err.Error(), "assisted.go") {
			t.Errorf("%s %s: %v", r.Method, r.Path, err)
		}
	}
}

func TestEveryActHasItsWords(t *testing.T) {
	for at, d := range assisted {
		if d.says != "" && !i18n.Has("acts."+d.says) {
			t.Errorf("%s is called %q, which has no sentence", at, d.says)
		}
	}
}

func TestAHelperActsUnderABannerAndBothNamesAreRead(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	session := r.helperOf(r.Amara, community.ScopeEvents)
	r.Clock.Pass(time.Minute)
	page := string(r.do(call{"GET", "/events/" + things["/events"], session, nil, asPage}).body)
	if !strings.Contains(page, "You act for Amara Okafor") || !strings.Contains(page, `action="/acting/stop"`) {
		t.Error("the page does not say in whose name one acts")
	}
	if strings.Contains(page, "data-live") {
		t.Error("the helper's page listens to the member's live messages")
	}
	joined := r.do(call{"POST", "/events/" + things["/events"] + "/attendance", session, url.Values{}, asPage})
	if joined.status != http.StatusSeeOther {
		t.Fatalf("joining gives %d: %s", joined.status, joined.body)
	}
	e, err := r.Event(t.Context(), r.Amara, community.EventID(things["/events"]))
	must(t, err)
	if e.AttendanceOf(r.Amara.ID) != community.Going || e.AttendanceOf(r.Dana.ID) != community.NotComing {
		t.Error("the place is not hers")
	}
	log := read[List[actData]](t, r.do(call{"GET", "/in-my-name", r.signIn(r.Amara), nil, nil})).Items
	if len(log) == 0 || log[0].What != "event" || log[0].By.Name != r.Dana.Name || log[0].Outcome != community.ActDone || log[0].Path != "/events/"+things["/events"] {
		t.Errorf("her log begins with %+v", log)
	}
	if stopped := r.do(call{"POST", "/acting/stop", session, url.Values{}, asPage}); stopped.header.Get("Location") != "/helping" {
		t.Errorf("stopping leads to %q", stopped.header.Get("Location"))
	}
	if page := string(r.do(call{"GET", "/events", session, nil, asPage}).body); strings.Contains(page, "You act for") {
		t.Error("after one press it goes on")
	}
}

func TestAConsentThatEndsStopsTheHelperAtOnce(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	session := r.helperOf(r.Amara, community.ScopeEvents)
	if got := r.do(call{"POST", "/helping/" + string(r.Amara.ID) + "~" + string(r.Dana.ID) + "/end", r.signIn(r.Amara), url.Values{}, asPage}); got.status != http.StatusSeeOther {
		t.Fatalf("ending gives %d: %s", got.status, got.body)
	}
	join := call{"POST", "/events/" + things["/events"] + "/attendance", session, url.Values{}, asPage}
	if got := r.do(join); got.status != http.StatusForbidden || !strings.Contains(string(got.body), "Nothing was done") {
		t.Errorf("the next act answers %d", got.status)
	}
	e, err := r.Event(t.Context(), r.Amara, community.EventID(things["/events"]))
	must(t, err)
	if e.AttendanceOf(r.Amara.ID) != community.NotComing || e.AttendanceOf(r.Dana.ID) != community.NotComing {
		t.Error("what was meant in her name was done in somebody's")
	}
	if got := r.do(call{"GET", "/events", session, nil, asPage}); got.status != http.StatusOK || strings.Contains(string(got.body), "You act for") {
		t.Errorf("afterwards the helper is not themselves again: %d", got.status)
	}
}

var codeOnPage = regexp.MustCompile(`[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}`)

// A whole life: taken in with a card, the first code, a card of her own, taken over with an address.
func TestSomebodyWithoutEMailIsTakenInComesInAloneAndTakesOver(t *testing.T) {
	p := openPorch(t, asBuilt)
	host := p.browser()
	p.enter(host, p.Dana)
	form := url.Values{"name": {"Amina Saleh"}, "language": {"ar"}, "hub": {string(p.Harbour)}, "scopes": {"profile", "events"}, "months": {"3"}}
	if got := host.post("/helping/people", form); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.page, "tick when they said yes") {
		t.Fatalf("without her yes it gives %d", got.status)
	}
	form.Set("saidYes", "true")
	made := host.post("/helping/people", form)
	codes := codeOnPage.FindAllString(made.page, -1)
	if made.status != http.StatusCreated || len(codes) != 8 || !strings.Contains(made.page, `class="qr"`) || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("taking in gives %d with %d codes", made.status, len(codes))
	}
	amina := p.browser()
	if got := amina.post("/card", url.Values{"code": {"ABCD-EFGH-JKMN-PQRS"}}); got.status != http.StatusNotFound || strings.Contains(got.page, "ABCD-EFGH") {
		t.Errorf("a wrong code gives %d, or stands on the page", got.status)
	}
	if got := amina.post("/card", url.Values{"code": {strings.ToLower(codes[2])}}); got.location != "/way-in" {
		t.Fatalf("the first code leads to %q (%d)", got.location, got.status)
	}
	if got := p.browser().post("/card", url.Values{"code": {codes[3]}}); got.status != http.StatusNotFound {
		t.Errorf("another code of the card that the host has seen gives %d", got.status)
	}
	own := codeOnPage.FindAllString(amina.post("/way-in/card", nil).page, -1)
	if len(own) != 8 || slices.Contains(own, codes[0]) {
		t.Fatalf("her own card has %v", own)
	}
	if got := amina.post("/way-in/own", url.Values{"email": {"amina@example.org"}, "password": {"three plain words"}}); got.location != "/way-in" {
		t.Fatalf("taking over leads to %q (%d)", got.location, got.status)
	}
	if letters := p.letters(); len(letters) != 1 || letters[0].Kind != auth.LetterNewAddress {
		t.Fatalf("%d letters were sent", len(letters))
	}
	if got := p.browser().post(p.link(), nil); got.status != http.StatusSeeOther {
		t.Errorf("the link gives %d", got.status)
	}
	log := amina.get("/in-my-name").page
	for _, want := range []string{"Dana Levi wrote down that they may act for you", "Somebody came in with the card that was printed for you", "You took the account over", "ended that Dana Levi acts for you"} {
		if !strings.Contains(log, want) {
			t.Errorf("her log lacks %q", want)
		}
	}
}

// enter signs a member in to a browser.
func (p *porch) enter(b *browser, v community.Viewer) {
	p.t.Helper()
	email := strings.ToLower(strings.Fields(v.Name)[0]) + "@example.org"
	_, err := p.door.Enrol(p.t.Context(), auth.Enrolment{Member: v.ID, Email: email, Password: "three plain words"})
	must(p.t, err)
	if got := b.post("/sessions", url.Values{"email": {email}, "password": {"three plain words"}}); got.status != http.StatusSeeOther {
		p.t.Fatalf("signing in gives %d", got.status)
	}
}

func TestARecoveryIsShownOnEveryPageAndStoppedFromThere(t *testing.T) {
	p := openPorch(t, asBuilt)
	dana, farid, binta := p.browser(), p.browser(), p.browser()
	p.enter(dana, p.Dana)
	p.enter(farid, p.Farid)
	p.enter(binta, p.Binta)
	begin := func() string {
		t.Helper()
		got := dana.post("/recoveries", url.Values{"member": {string(p.Binta.ID)}, "faceToFace": {"true"}})
		if got.status != http.StatusCreated {
			t.Fatalf("beginning gives %d", got.status)
		}
		return codeOnPage.FindString(got.page)
	}
	begin()
	if page := binta.get("/events").page; !strings.Contains(page, `action="/way-in/stop"`) {
		t.Error("she does not read of it on every page")
	}
	if got := binta.post("/way-in/stop", nil); got.location != "/way-in" {
		t.Fatalf("stopping gives %d", got.status)
	}
	if page := binta.get("/events").page; strings.Contains(page, "/way-in/stop") {
		t.Error("it is stopped and still shown")
	}
	one := begin()
	if got := dana.post("/recoveries/"+string(p.Binta.ID)+"/approve", nil); got.status != http.StatusForbidden {
		t.Errorf("the same host approves with %d", got.status)
	}
	two := codeOnPage.FindString(farid.post("/recoveries/"+string(p.Binta.ID)+"/approve", nil).page)
	fresh := p.browser()
	halves := url.Values{"first": {two}, "second": {one}} // the wrong way round
	if got := fresh.post("/card/halves", halves); got.status != http.StatusConflict {
		t.Errorf("too early it gives %d", got.status)
	}
	p.Clock.Pass(25 * time.Hour)
	if got := fresh.post("/card/halves", halves); got.location != "/way-in" {
		t.Fatalf("both halves give %d", got.status)
	}
	if got := binta.get("/profile"); got.status != http.StatusUnauthorized && got.status != http.StatusSeeOther {
		t.Errorf("a session before it still answers %d", got.status)
	}
}
