package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"longtable/server/community"
)

func TestKindsOfNoticesAreSwitchedOffAndOn(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	b.enter(p.Amara)
	expect(t, b.post("/settings/notices", url.Values{"silenced": {"message", "event"}}), http.StatusSeeOther, "/settings")
	shows(t, b.get("/settings"), `value="message" checked`, `value="event" checked`)
	expect(t, b.post("/settings/notices", url.Values{"silenced": {"everything"}}), http.StatusUnprocessableEntity, "")
	expect(t, b.post("/settings/notices", nil), http.StatusSeeOther, "/settings")
	hides(t, b.get("/settings"), `value="message" checked`)
}

func TestOnlyTheFormThatWasRefusedComesBackWithErrors(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	b.enter(p.Amara)
	expect(t, b.post("/settings/notices", url.Values{"silenced": {"event"}}), http.StatusSeeOther, "/settings")
	got := b.post("/settings/password", url.Values{"oldPassword": {"wrong-and-secret"}, "newPassword": {"short"}})
	expect(t, got, http.StatusUnprocessableEntity, "")
	shows(t, got, `id="f-newPassword-error"`, `value="event" checked`)
	hides(t, got, "wrong-and-secret", `id="f-name-error"`)
}

func TestChangingThePasswordEndsTheOtherSessions(t *testing.T) {
	p := openPorch(t, asBuilt)
	here, there := p.browser(), p.browser()
	here.enter(p.Amara)
	expect(t, there.post("/sessions", url.Values{"email": {"somebody@example.org"}, "password": {"three plain words"}}), http.StatusSeeOther, "/")
	expect(t, here.post("/settings/password", url.Values{"oldPassword": {"three plain words"}, "newPassword": {"four quite new words"}}), http.StatusSeeOther, "/settings")
	expect(t, here.get("/settings"), http.StatusOK, "")
	expect(t, there.get("/settings"), http.StatusSeeOther, "/sessions?back=%2Fsettings")
}

func TestATokenIsShownOnceAndMakesNoOthers(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	b.enter(p.Amara)
	made := b.post("/settings/tokens", url.Values{"name": {"My script"}})
	expect(t, made, http.StatusCreated, "")
	secret := regexp.MustCompile(`lt_[\w-]{43}`).FindString(made.page)
	if secret == "" || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the token is not shown, or kept by a cache: %s", made.page)
	}
	settings := b.get("/settings")
	shows(t, settings, "My script")
	hides(t, settings, secret)
	bearer := []string{"Authorization", "Bearer " + secret, "Accept", "application/json"}
	program := p.browser()
	expect(t, program.get("/notices", bearer...), http.StatusOK, "")
	expect(t, program.post("/settings/tokens", url.Values{"name": {"Another"}}, bearer...), http.StatusForbidden, "")
	expect(t, program.post("/settings/password", url.Values{"newPassword": {"four quite new words"}}, bearer...), http.StatusForbidden, "")
	id := regexp.MustCompile(`/settings/tokens/([0-9a-f]+)/delete`).FindStringSubmatch(settings.page)
	if id == nil {
		t.Fatal("the token cannot be taken away")
	}
	expect(t, b.post("/settings/tokens/"+id[1]+"/delete", nil), http.StatusSeeOther, "/settings")
	expect(t, program.get("/notices", bearer...), http.StatusUnauthorized, "")
}

func TestTheLanguageIsKeptForTheBrowserAndTheLetters(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	expect(t, b.post("/settings/language", url.Values{"language": {"ar"}, "back": {"/help"}}), http.StatusSeeOther, "/help")
	shows(t, b.get("/help"), `dir="rtl"`)
	account := b.enter(p.Amara)
	expect(t, b.post("/settings/language", url.Values{"language": {"fr"}, "back": {"//evil.example"}}), http.StatusSeeOther, "/")
	kept, err := p.door.Account(t.Context(), account.ID)
	must(t, err)
	m, err := p.OwnProfile(t.Context(), p.Amara)
	must(t, err)
	if kept.Lang != "fr" || m.Language != "fr" {
		t.Errorf("letters come in %q, notices in %q", kept.Lang, m.Language)
	}
	expect(t, b.post("/settings/language", url.Values{"language": {"tlh"}}), http.StatusUnprocessableEntity, "")
}

func TestTheThemeIsKeptUntilTheDeviceDecidesAgain(t *testing.T) {
	b := openPorch(t, asBuilt).browser()
	expect(t, b.post("/settings/theme", url.Values{"theme": {"dark"}, "back": {"/help"}}), http.StatusSeeOther, "/help")
	shows(t, b.get("/help"), `data-theme="dark"`)
	expect(t, b.post("/settings/theme", url.Values{"theme": {"device"}, "back": {"/help"}}), http.StatusSeeOther, "/help")
	hides(t, b.get("/help"), `data-theme`)
	expect(t, b.post("/settings/theme", url.Values{"theme": {`"><script>`}}), http.StatusUnprocessableEntity, "")
}

func TestOneUnblocksFromTheSettings(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	b.enter(p.Amara)
	must(t, p.Block(t.Context(), p.Amara, p.Chen.ID))
	shows(t, b.get("/settings"), p.Chen.Name, `action="/people/`+string(p.Chen.ID)+`/block/delete"`)
}

func TestNoticesAreReadWhenThePersonSaysSo(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	b.enter(p.Amara)
	must(t, p.Tell(t.Context(), &community.Notice{Record: community.Record[community.NoticeID]{ID: "n1"}, Member: p.Amara.ID,
		Kind: community.NoticeIntroduction, Say: "notices.introduction", Args: map[string]string{"name": "Chen <b>Wei</b>"}, Path: "/introductions", At: p.Now()}))
	list := func() List[noticeData] {
		var l List[noticeData]
		must(t, json.Unmarshal([]byte(b.get("/notices", "Accept", "application/json").page), &l))
		return l
	}
	shows(t, b.get("/notices"), `action="/notices/read"`, "Chen &lt;b&gt;Wei&lt;/b&gt; would like to meet you")
	if l := list(); len(l.Items) != 1 || l.Items[0].Read || l.Items[0].Text != "Chen <b>Wei</b> would like to meet you" {
		t.Errorf("the notices are %+v", l.Items)
	}
	expect(t, b.post("/notices/read", nil), http.StatusSeeOther, "/notices")
	if l := list(); len(l.Items) != 1 || !l.Items[0].Read {
		t.Errorf("the notices are %+v", l.Items)
	}
}

func TestHelpNamesTheHostsOfOnesHub(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	hides(t, b.get("/help"), p.Dana.Name)
	b.enter(p.Amara)
	shows(t, b.get("/help"), p.Dana.Name, `href="/hubs/`+string(p.Harbour)+`"`, `href="/openapi.json"`)
}
