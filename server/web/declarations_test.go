package web

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
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

// Somebody without an account declares within the form. The form sent again, as on a bad line, changes nothing that they changed since.
func TestAnApplicantDeclaresWithinTheForm(t *testing.T) {
	r := openRoom(t)
	p := r.OpenProgramme(t, func(d *community.ProgrammeDraft) { d.Reserved, d.ReservedFor = 1, []community.Group{"refugee"} })
	path := "/programmes/" + string(p.ID) + "/applications"
	if page := string(r.do(call{method: "GET", path: "/programmes/" + string(p.ID) + "/apply", header: asPage}).body); strings.Count(page, `name="declaration.groups"`) != len(community.Groups) {
		t.Errorf("the form asks nothing in confidence: %s", page)
	}
	if page := string(r.do(call{method: "GET", path: "/programmes/" + string(p.ID) + "/apply", session: r.signIn(r.Noor), header: asPage}).body); strings.Contains(page, "declaration.groups") {
		t.Error("a member is asked within the form too")
	}
	form := url.Values{"name": {"Yusra"}, "answers.q1": {"A kitchen"}, "nonce": {community.NewNonce()},
		"declaration.groups": {"refugee", "rather-not-say"}, "declaration.uses": {"reserved"}, "declaration.words": {"canary"}}
	if got := r.page(community.Viewer{}, path, form); got.status != http.StatusUnprocessableEntity || !strings.Contains(string(got.body), "canary") {
		t.Errorf("what can't be comes back as %d: %s", got.status, got.body)
	}
	form["declaration.groups"] = []string{"refugee"}
	var code string
	for range 2 {
		got := r.page(community.Viewer{}, path, form)
		found := codeShape.FindString(string(got.body))
		if got.status != http.StatusCreated || found == "" || strings.Contains(string(got.body), "canary") {
			t.Fatalf("applying gives %d: %s", got.status, got.body)
		}
		own, a, err := r.DeclaringByCode(t.Context(), found)
		must(t, err)
		declared, err := own.Read(t.Context())
		must(t, err)
		if code == "" && (declared == nil || declared.Words != "canary" || !declared.Allows(community.UseReserved)) || code != "" && declared != nil {
			t.Errorf("under the code %s stands %+v", found, declared)
		}
		if page := string(r.do(call{method: "GET", path: "/applications/" + found, header: asPage}).body); !strings.Contains(page, "/declaration") || a.Member != "" {
			t.Errorf("the list of tasks leads to no declaration: %s", page)
		}
		must(t, own.Revoke(t.Context()))
		code = found
	}
}

var codeShape = regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{4}){3}`)
