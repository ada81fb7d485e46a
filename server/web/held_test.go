package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"longtable/frontend/i18n"
	"longtable/server/community"
)

// TestEverythingUnderACodeIsReadAndTakenAwayWithIt puts a canary into everything that somebody without an account can write.
func TestEverythingUnderACodeIsReadAndTakenAwayWithIt(t *testing.T) {
	r := openRoom(t)
	p := r.Publish(t, r.Dana, programmeSample(r.Harbour))
	code, a, err := r.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "canaryname", Reach: "canaryreach", Answers: map[string]string{"q1": "canaryanswer"},
		Helper: "canaryhelper", HelperHow: "canaryhow", Agreed: true, Hide: "canaryhidden"})
	must(t, err)
	own, _, err := r.DeclaringByCode(t.Context(), code)
	must(t, err)
	must(t, own.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: "canarywords", Uses: community.Uses}))
	for range community.PageMax + 1 { // more than a page
		_, err = r.AppliesTo(t.Context(), community.DeclarantOf(a), community.UseReserved, community.PurposeOfProgramme(p.ID), []community.Group{"carer"})
		must(t, err)
	}
	path := "/applications/" + code
	page := string(r.do(call{method: "GET", path: path + "/held", header: asPage}).body)
	answer := r.do(call{method: "GET", path: path + "/held"})
	file := r.do(call{method: "GET", path: path + "/held?as=file", header: asPage})
	for _, canary := range []string{"canaryname", "canaryreach", "canaryanswer", "canaryhelper", "canaryhow", "canaryhidden", "canarywords"} {
		for form, body := range map[string]string{"page": page, "data": string(answer.body), "file": string(file.body)} {
			if !strings.Contains(body, canary) {
				t.Errorf("the %s does not hold %s", form, canary)
			}
		}
	}
	var held heldData
	must(t, json.Unmarshal(file.body, &held))
	if len(held.DeclarationUses) != community.PageMax+1 || !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("the file holds %d uses: %v", len(held.DeclarationUses), file.header)
	}
	if show := string(r.do(call{method: "GET", path: path, header: asPage}).body); !strings.Contains(show, path+"/held") {
		t.Error("the application does not lead there")
	}
	arabic := string(r.do(call{method: "GET", path: path + "/held", header: map[string]string{"Accept": "text/html", "Accept-Language": "ar"}}).body)
	if !strings.Contains(arabic, "canarywords") || strings.Contains(arabic, i18n.T(t.Context(), "declarations.groups")) {
		t.Error("in Arabic a part of it is in English")
	}
	if got := r.page(community.Viewer{}, path+"/delete", url.Values{}); got.status != http.StatusUnprocessableEntity || !strings.Contains(string(got.body), "canaryanswer") {
		t.Errorf("without a yes it is %d", got.status)
	}
	if got := r.page(community.Viewer{}, path+"/delete", url.Values{"sure": {"true"}}); got.status != http.StatusSeeOther {
		t.Fatalf("taking it away gives %d: %s", got.status, got.body)
	}
	for _, gone := range []string{path, path + "/held", path + "/declaration"} {
		if got := r.do(call{method: "GET", path: gone}); got.status != http.StatusNotFound {
			t.Errorf("%s is still %d", gone, got.status)
		}
	}
}

// Noor declared as a member as well; both stand in her export and on her page, and in nobody else's.
func TestWhatStaysUnderAnApplicationIsInItsMembersExport(t *testing.T) {
	r := openRoom(t)
	p := r.Publish(t, r.Dana, programmeSample(r.Harbour))
	code, a, err := r.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "N.", Answers: map[string]string{"q1": "A kitchen"},
		Helper: "canaryhelper", HelperHow: "canaryhow", Agreed: true})
	must(t, err)
	under, _, err := r.DeclaringByCode(t.Context(), code)
	must(t, err)
	must(t, under.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: "canaryunder", Uses: community.Uses}))
	_, err = r.AppliesTo(t.Context(), community.DeclarantOf(a), community.UseReserved, community.PurposeOfProgramme(p.ID), []community.Group{"rural"})
	must(t, err)
	mine, err := r.Declaring(t.Context(), r.Noor)
	must(t, err)
	must(t, mine.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"refugee"}, Words: "canarymine"}))
	_, err = r.Applications.Change(t.Context(), a.ID, func(a *community.Application) error {
		a.State = community.ApplicationAccepted
		return nil
	})
	must(t, err)
	_, err = r.JoinCohort(t.Context(), r.Noor, code)
	must(t, err)
	noor, amara := r.signIn(r.Noor), r.signIn(r.Amara)
	for _, path := range []string{"/export", "/declaration"} {
		for _, header := range []map[string]string{asPage, nil} {
			own := string(r.do(call{method: "GET", path: path, session: noor, header: header}).body)
			if !strings.Contains(own, "canaryunder") || !strings.Contains(own, "canarymine") {
				t.Errorf("%s lacks what she declared: %s", path, own)
			}
			if path == "/export" && (!strings.Contains(own, "canaryhelper") || !strings.Contains(own, "canaryhow")) {
				t.Errorf("the export lacks who helped her")
			}
			if other := string(r.do(call{method: "GET", path: path, session: amara, header: header}).body); strings.Contains(other, "canary") {
				t.Errorf("Amara's %s holds it", path)
			}
		}
	}
	var data exportData
	must(t, json.Unmarshal(r.do(call{method: "GET", path: "/export", session: noor}).body, &data))
	if len(data.Applications) != 1 || data.Applications[0].Declared == nil || len(data.Applications[0].DeclaredUses) != 1 || data.Applications[0].DeclaredUses[0].Asked[0] != "rural" {
		t.Errorf("the export says %+v", data.Applications)
	}
	back := "/declaration/" + string(a.ID) + "/delete"
	if got := r.page(r.Amara, back, url.Values{}); got.status != http.StatusNotFound {
		t.Errorf("Amara takes it back: %d", got.status)
	}
	if got := r.page(r.Noor, back, url.Values{}); got.status != http.StatusSeeOther {
		t.Errorf("taking back gives %d", got.status)
	}
	if own := string(r.do(call{method: "GET", path: "/declaration", session: noor, header: asPage}).body); strings.Contains(own, "canaryunder") || !strings.Contains(own, "canarymine") {
		t.Error("taken back, the page is wrong")
	}
}
