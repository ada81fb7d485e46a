package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestAnUnsafeRequestMustComeFromOurOwnPages(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	for _, c := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"our page", map[string]string{"Sec-Fetch-Site": "same-origin"}, http.StatusNoContent},
		{"our page in an old browser", nil, http.StatusNoContent},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{"a sister site", map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		{"another site in an old browser", map[string]string{"Origin": "https://elsewhere.example"}, http.StatusForbidden},
		{"nowhere, with a cookie", map[string]string{"Origin": ""}, http.StatusForbidden},
		{"null", map[string]string{"Origin": "null"}, http.StatusForbidden},
	} {
		got := r.do(call{method: "POST", path: "/notices/read", session: session, header: c.header})
		if got.status != c.status {
			t.Errorf("from %s: %d, not %d: %s", c.name, got.status, c.status, got.body)
		}
	}
}

func TestWhatNoHonestBrowserSendsIsRefused(t *testing.T) {
	r := openRoom(t)
	for _, c := range []struct {
		name   string
		header map[string]string
	}{
		{"a packed body", map[string]string{"Content-Encoding": "gzip"}},
	} {
		if got := r.do(call{method: "POST", path: "/sessions", body: "{}", header: c.header}); got.status < 400 || got.status >= 500 {
			t.Errorf("%s gives %d", c.name, got.status)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), "GET", r.base+"/", nil)
	must(t, err)
	request.Host = "elsewhere.example"
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	answer.Body.Close()
	if answer.StatusCode < 400 {
		t.Errorf("another host's name gives %d", answer.StatusCode)
	}
}

func TestEveryAnswerIsHardened(t *testing.T) {
	r := openRoom(t)
	for _, path := range []string{"/", "/nothing", "/programmes", "/assets/nothing"} {
		got := r.do(call{method: "GET", path: path, header: map[string]string{"Accept": "text/html"}})
		policy := got.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if got.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
}

func TestJSONIsTakenStrictly(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	for name, body := range map[string]string{
		"an unknown name":    `{"kind":"ask","title":"A van","text":"","skills":[],"steward":true}`,
		"a name twice":       `{"kind":"ask","kind":"offer","title":"A van"}`,
		"another case":       `{"KIND":"ask","title":"A van"}`,
		"an operator":        `{"kind":"ask","title":{"$ne":null}}`,
		"not JSON":           `{"kind":`,
		"a list for a thing": `[1,2]`,
	} {
		got := r.do(call{method: "POST", path: "/board", session: session, body: body})
		if got.status != http.StatusUnprocessableEntity || !strings.HasPrefix(got.header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s gives %d %s: %s", name, got.status, got.header.Get("Content-Type"), got.body)
		}
	}
	if got := r.do(call{method: "POST", path: "/board", session: session, body: `{"kind":"ask","title":"A van","text":"","skills":[]}`}); got.status != http.StatusCreated {
		t.Errorf("what is right gives %d: %s", got.status, got.body)
	}
}

func TestAFormComesBackWithEverythingThatWasTyped(t *testing.T) {
	r := openRoom(t)
	typed := url.Values{"kind": {"ask"}, "title": {""}, "text": {"A <b>bold</b> plan & more"}, "skills": {"carpentry"}}
	got := r.do(call{method: "POST", path: "/board", session: r.signIn(r.Amara), body: typed, header: map[string]string{"Accept": "text/html"}})
	page := string(got.body)
	if got.status != http.StatusUnprocessableEntity {
		t.Fatalf("an empty title gives %d", got.status)
	}
	if !strings.Contains(page, "A &lt;b&gt;bold&lt;/b&gt; plan &amp; more") || !strings.Contains(page, "carpentry") {
		t.Error("what was typed is lost")
	}
	if !strings.Contains(page, `href="#f-title"`) {
		t.Error("the summary does not lead to the title")
	}
}

func TestNothingPersonalReachesTheLog(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	r.do(call{method: "GET", path: "/people?q=secretword", session: session})
	r.do(call{method: "POST", path: "/sessions", body: `{"email":"amara@example.org","password":"secretword secretword"}`})
	r.do(call{method: "GET", path: "/applications/SECR-ETWO-RDSE-CRET"})
	line := r.log.String()
	if !strings.Contains(line, "route=/people") {
		t.Fatalf("the log says nothing of the request, so this test means nothing: %s", line)
	}
	for _, hidden := range []string{"secretword", "SECR-ETWO", "amara@example.org", session, r.Amara.Name} {
		if strings.Contains(line, hidden) {
			t.Errorf("the log holds %q", hidden)
		}
	}
}

func TestARouteWithoutARuleKeepsTheProgramFromStarting(t *testing.T) {
	table := routes()
	if err := check(table); err != nil {
		t.Fatal(err)
	}
	table[7].Rule = Rule{}
	if err := check(table); err == nil || !strings.Contains(err.Error(), table[7].Path) {
		t.Errorf("without a rule: %v", err)
	}
}
