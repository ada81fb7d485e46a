package web

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/sealed"
)

func TestAMemberDeclaresReadsAndTakesBackWithoutScripts(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	form := url.Values{"groups": {"carer", "rural"}, "uses": {"counted", "reserved"}, "words": {"my mother lives with us"}}
	if got := r.page(r.Amara, "/declaration", form); got.status != http.StatusSeeOther {
		t.Fatalf("declaring gives %d: %s", got.status, got.body)
	}
	page := string(r.do(call{method: "GET", path: "/declaration", session: session, header: asPage}).body)
	if !strings.Contains(page, "my mother lives with us") || strings.Count(page, "checked") != 4 {
		t.Errorf("the page shows %d choices: %s", strings.Count(page, "checked"), page)
	}
	if got := r.page(r.Amara, "/declaration/delete", url.Values{}); got.status != http.StatusSeeOther {
		t.Errorf("taking back gives %d", got.status)
	}
	page = string(r.do(call{method: "GET", path: "/declaration", session: session, header: asPage}).body)
	if strings.Contains(page, "my mother") || strings.Contains(page, "checked") {
		t.Errorf("taken back, the page still shows it: %s", page)
	}
}

func TestARefusedDeclarationComesBackWithWhatWasTyped(t *testing.T) {
	r := openRoom(t)
	form := url.Values{"groups": {"carer", "rather-not-say"}, "uses": {"counted"}, "words": {"typed"}}
	got := r.page(r.Amara, "/declaration", form)
	if page := string(got.body); got.status != http.StatusUnprocessableEntity || !strings.Contains(page, "typed") || strings.Count(page, "checked") != 3 {
		t.Errorf("it comes back as %d: %s", got.status, page)
	}
}

func TestAHostWhoTriesToReadADeclarationIsRefusedAndSeen(t *testing.T) {
	r := openRoom(t)
	own, err := r.Declaring(t.Context(), r.Amara)
	must(t, err)
	must(t, own.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: community.Uses}))
	host := r.signIn(r.Dana)
	for _, who := range []community.Viewer{r.Amara, r.Binta} { // whether somebody declared anything shows in no answer
		for range 3 {
			got := r.do(call{method: "GET", path: "/people/" + string(who.ID) + "/declaration", session: host})
			if got.status != http.StatusForbidden || strings.Contains(string(got.body), "carer") {
				t.Errorf("a host is answered %d: %s", got.status, got.body)
			}
		}
	}
	page := string(r.do(call{method: "GET", path: "/declaration", session: r.signIn(r.Amara), header: asPage}).body)
	if strings.Count(page, r.Dana.Name+", on ") != 1 {
		t.Errorf("Amara does not see who tried, once a day: %s", page)
	}
	if page := string(r.do(call{method: "GET", path: "/declaration", session: r.signIn(r.Chen), header: asPage}).body); strings.Contains(page, r.Dana.Name+", on ") {
		t.Error("Chen sees attempts on somebody else")
	}
}

func TestAnApplicantDeclaresByTheirCode(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	path := "/applications/" + things["{code}"] + "/declaration"
	if got := r.page(community.Viewer{}, path, url.Values{"groups": {"refugee"}, "uses": {"reserved"}, "words": {"canary"}}); got.status != http.StatusSeeOther {
		t.Fatalf("declaring gives %d: %s", got.status, got.body)
	}
	if page := string(r.do(call{method: "GET", path: path, header: asPage}).body); !strings.Contains(page, "canary") {
		t.Errorf("the applicant does not read it: %s", page)
	}
	if got := r.do(call{method: "GET", path: "/applications/AAAA-AAAA-AAAA-AAAA/declaration", header: asPage}); got.status != http.StatusNotFound {
		t.Errorf("a wrong code gives %d", got.status)
	}
}

func TestWithoutTheRootKeyThePagesSayWhatIsMissingAndTheRestWorks(t *testing.T) {
	r := openRoom(t)
	own, err := r.Declaring(t.Context(), r.Amara)
	must(t, err)
	must(t, own.Write(t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Words: "canary", Uses: community.Uses}))
	r.Network.Seals = sealed.Withheld(filepath.Join(t.TempDir(), "nowhere"), "")
	session := r.signIn(r.Amara)
	got := r.do(call{method: "GET", path: "/declaration", session: session, header: asPage})
	if page := string(got.body); got.status != http.StatusOK || strings.Contains(page, "canary") || !strings.Contains(page, "key is not there") {
		t.Errorf("the page is %d: %s", got.status, page)
	}
	if got := r.page(r.Amara, "/declaration", url.Values{"groups": {"carer"}}); got.status != http.StatusConflict {
		t.Errorf("declaring gives %d", got.status)
	}
	for _, path := range []string{"/", "/export", "/profile", "/programmes"} {
		if got := r.do(call{method: "GET", path: path, session: session}); got.status != http.StatusOK {
			t.Errorf("%s gives %d: %s", path, got.status, got.body)
		}
	}
}
