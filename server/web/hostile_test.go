package web

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"longtable/server/auth"
)

// raw sends bytes as they are, as no library would, and reads one answer.
func (r *room) raw(text string) (status int, answer string) {
	r.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(r.base, "http://"))
	must(r.t, err)
	defer c.Close()
	must(r.t, c.SetDeadline(time.Now().Add(20*time.Second)))
	_, err = io.WriteString(c, text)
	must(r.t, err)
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	must(r.t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	must(r.t, err)
	return res.StatusCode, res.Header.Get("Location") + "\n" + string(body)
}

func (r *room) host() string { return strings.TrimPrefix(r.base, "http://") }

// calm holds an answer to something hostile: it is refused or answered, never our fault, and tells nothing of the inside.
func calm(t *testing.T, what string, status int, answer string) {
	t.Helper()
	if status >= 500 || status < 200 {
		t.Errorf("%.120q gives %d: %.300s", what, status, answer)
	}
	for _, inside := range []string{"goroutine ", ".go:", "runtime error", "panic", "sqlite", "/work/", "SELECT "} {
		if strings.Contains(answer, inside) {
			t.Errorf("%.120q tells of the inside: %q in %.300s", what, inside, answer)
		}
	}
}

// rubbish is what may stand wherever a text from outside goes.
var rubbish = []string{"\x00", "a\x00b", "\xff\xfe\xfd", "\xed\xa0\x80", strings.Repeat("é", 1000), "' OR 1=1 --", "{\"$gt\":\"\"}", "$where", "../../etc/passwd",
	"%00", "%2e%2e%2f", "<script>alert(1)</script>", "\u202etxt.exe", "-1", "0", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "NaN", "1e309", "~", "~~~~", "\r\nSet-Cookie: session=x"}

// someRubbish is another fifth of it for each route: routes share what reads their texts.
func someRubbish(at int) (some []string) {
	for i, text := range rubbish {
		if i%5 == at%5 {
			some = append(some, text)
		}
	}
	return some
}

func TestRubbishInAnyPlaceOfAnAddressIsCalmlyAnswered(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	session := r.signIn(r.Dana)
	asks := []string{"q", "after", "before", "behind", "limit", "hub", "kind", "as", "back", "skill", "cause", "about", "subject", "language"}
	for at, route := range routes() {
		if route.Method != "GET" || route.Path == "/live" {
			continue
		}
		for _, text := range someRubbish(at) {
			path := sample(route, things, "").path
			parts := strings.Split(route.Path, "/")
			for i, part := range parts {
				if strings.HasPrefix(part, "{") {
					parts[i] = url.PathEscape(text)
				}
			}
			query := url.Values{}
			for _, name := range asks {
				query.Set(name, text)
			}
			if len(query.Encode()) > headerMax/2 {
				query = url.Values{"q": {text}}
			}
			for _, to := range []string{strings.Join(parts, "/"), path + "?" + query.Encode()} {
				got := r.do(call{method: "GET", path: to, session: session})
				calm(t, to, got.status, string(got.body))
			}
		}
	}
}

func TestRubbishInAnyFormIsCalmlyRefused(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	session := r.signIn(r.Farid)
	for at, route := range routes() {
		if route.Method != "POST" || strings.HasPrefix(route.Path, "/sessions/") {
			continue
		}
		for _, text := range someRubbish(at) {
			form := url.Values{}
			for _, name := range formNames(bodies(things)[route.Method+" "+route.Path]) {
				if form.Set(name, text); len(form.Encode()) > bodyMax/2 {
					break
				}
			}
			c := sample(route, things, session)
			c.body = form
			got := r.do(c)
			calm(t, route.Path+" with "+text, got.status, string(got.body))
			c.body = `{"` + strings.ReplaceAll(text, `"`, "") + `":` + strings.Repeat("[", 200)
			got = r.do(c)
			calm(t, route.Path+" with JSON of "+text, got.status, string(got.body))
		}
	}
}

func formNames(body any) (names []string) {
	text, err := json.Marshal(body)
	var fields map[string]any
	if err == nil && json.Unmarshal(text, &fields) == nil {
		for name := range fields {
			names = append(names, name, name+".en", name+".x")
		}
	}
	return names
}

func TestOddRequestsAreCalmlyAnswered(t *testing.T) {
	r := openRoom(t)
	head := " HTTP/1.1\r\nHost: " + r.host() + "\r\n"
	end := "Connection: close\r\n\r\n"
	for name, text := range map[string]string{
		"a value twice":             "GET /people?q=a&q=b&limit=1&limit=2" + head + end,
		"a query of 12 KB":          "GET /programmes?q=" + strings.Repeat("x", 12<<10) + head + end,
		"a query of 20 KB":          "GET /programmes?q=" + strings.Repeat("x", 20<<10) + head + end,
		"a way out of the assets":   "GET /assets/../../etc/passwd" + head + end,
		"a hidden way out":          "GET /assets/..%2f..%2fetc%2fpasswd" + head + end,
		"a doubly hidden way out":   "GET /assets/%252e%252e%252fgo.mod" + head + end,
		"a backslash":               "GET /assets/..\\..\\go.mod" + head + end,
		"a NUL":                     "GET /hubs/%00" + head + end,
		"letters that are none":     "GET /hubs/%ff%fe" + head + end,
		"half an escape":            "GET /hubs/%e" + head + end,
		"an escaped slash":          "GET /hubs/a%2fb" + head + end,
		"a slash too many":          "GET //evil.example/" + head + end,
		"a slash behind":            "GET /programmes/" + head + end,
		"a whole address":           "GET http://evil.example/" + head + end,
		"an unknown method":         "BREW /programmes" + head + end,
		"TRACE":                     "TRACE /programmes" + head + "Cookie: session=secret\r\n" + end,
		"CONNECT":                   "CONNECT evil.example:443" + head + end,
		"PUT":                       "PUT /programmes" + head + "Content-Length: 0\r\n" + end,
		"OPTIONS":                   "OPTIONS /programmes" + head + end,
		"OPTIONS of all":            "OPTIONS *" + head + end,
		"two hosts":                 "GET /" + head + "Host: evil.example\r\n" + end,
		"another host":              "GET /" + head + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.example\r\n" + end,
		"very many headers":         "GET /" + head + strings.Repeat("X-A: b\r\n", 1500) + end,
		"more headers than we take": "GET /" + head + strings.Repeat("X-A: b\r\n", 9000) + end,
		"a cookie of rubbish":       "GET /" + head + "Cookie: session=\xff\xfe; theme=<b>; language=../..; said=<script>; =; ;;\r\n" + end,
		"a long cookie":             "GET /" + head + "Cookie: session=" + strings.Repeat("a", 8000) + "\r\n" + end,
		"a token of rubbish":        "GET /people" + head + "Authorization: Bearer \xff\x01\r\n" + end,
		"an unknown way in":         "GET /people" + head + "Authorization: Basic YTpi\r\n" + end,
		"a length and chunks":       "POST /sessions" + head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n" + end + "0\r\n\r\n",
		"a length below nothing":    "POST /sessions" + head + "Content-Length: -1\r\n" + end,
		"a body that is too long":   "POST /sessions" + head + "Content-Type: application/json\r\nContent-Length: 99999999\r\n" + end,
		"a body of no kind":         "POST /sessions" + head + "Content-Type: \xff\r\nContent-Length: 2\r\n" + end + "{}",
		"a multipart body":          "POST /sessions" + head + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n" + end + "--x--",
	} {
		status, answer := r.raw(text)
		calm(t, name, status, answer)
		if strings.Contains(answer, "evil.example") && status < 400 || strings.Contains(answer, "<script>alert") || strings.Contains(answer, "secret") {
			t.Errorf("%s is repeated: %d %.300s", name, status, answer)
		}
		if strings.Contains(answer, "module longtable") || strings.Contains(answer, "root:x:") {
			t.Errorf("%s leads out: %.200s", name, answer)
		}
	}
	if line := r.log.String(); strings.Contains(line, "level=ERROR") {
		t.Errorf("the log has an error of ours: %s", line[strings.Index(line, "level=ERROR"):])
	}
}

func TestWhoGetsAPageAndWhoGetsData(t *testing.T) {
	r := openRoom(t)
	for accept, page := range map[string]bool{
		"text/html": true, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": true, "": true, "*/*": true, "text/plain": true, ";;,": true,
		"application/json": false, "application/json, text/plain, */*": false, "application/json;q=0, text/html": true, "text/html;q=0, application/json": false,
		"application/json, text/html;q=0.5": false, "application/json;q=0.5, text/html": true, "application/json;q=0": true, "APPLICATION/JSON": false,
		"application/problem+json": false,
	} {
		// http.Client would add nothing here, yet an empty header is not the same as none.
		header := ""
		if accept != "" {
			header = "Accept: " + accept + "\r\n"
		}
		for _, path := range []string{"/programmes", "/nothing"} {
			_, answer := r.raw("GET " + path + " HTTP/1.1\r\nHost: " + r.host() + "\r\n" + header + "Connection: close\r\n\r\n")
			if got := strings.Contains(answer, "<!doctype html>"); got != page {
				t.Errorf("Accept %q at %s: a page is %t: %.100s", accept, path, got, answer)
			}
		}
	}
}

func TestAProgramGetsItsErrorsAsData(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	for _, accept := range []string{"application/json", "", "*/*"} {
		header := map[string]string{"Accept": accept}
		for _, c := range []call{
			{method: "POST", path: "/board", session: session, body: `{"kind":"none"}`, header: header},
			{method: "PATCH", path: "/board/nothing", session: session, body: `{}`, header: header},
			{method: "DELETE", path: "/board/nothing", session: session, header: header},
			{method: "POST", path: "/nothing", session: session, body: `{}`, header: header},
			{method: "GET", path: "/people", header: map[string]string{"Accept": accept, "Authorization": "Bearer nothing"}},
		} {
			got := r.do(c)
			var told ProblemDetails
			if got.header.Get("Content-Type") != "application/problem+json" || json.Unmarshal(got.body, &told) != nil || told.Status != got.status {
				t.Errorf("%s %s with Accept %q gives %d %s: %.100s", c.method, c.path, accept, got.status, got.header.Get("Content-Type"), got.body)
			}
		}
	}
}

func TestASlowBodyIsNotWaitedForByOthers(t *testing.T) {
	r := openRoom(t)
	slow, err := net.Dial("tcp", r.host())
	must(t, err)
	defer slow.Close()
	_, err = io.WriteString(slow, "POST /sessions HTTP/1.1\r\nHost: "+r.host()+"\r\nContent-Length: 100\r\n\r\n{")
	must(t, err)
	if got := r.do(call{method: "GET", path: "/health/live"}); got.status != http.StatusOK {
		t.Errorf("meanwhile others get %d", got.status)
	}
}

func TestNoFormLeadsToAnotherSite(t *testing.T) {
	p := openPorch(t, asBuilt)
	member := p.browser()
	account := member.enter(p.Amara)
	for _, back := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "javascript:alert(1)", "///evil.example",
		"\t//evil.example", "/\t/evil.example", "/\n/evil.example", "http:evil.example", "/..//evil.example", "@evil.example", " //evil.example", "/\r\nLocation: //evil.example"} {
		b := p.browser()
		for what, got := range map[string]sight{
			"signing in":  b.post("/sessions", url.Values{"email": {account.Email}, "password": {"three plain words"}, "back": {back}}),
			"a language":  b.post("/settings/language", url.Values{"language": {"en"}, "back": {back}}),
			"the colours": b.post("/settings/theme", url.Values{"theme": {"dark"}, "back": {back}}),
		} {
			to, err := url.Parse(got.location)
			if err != nil || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(got.location, "/") || strings.HasPrefix(got.location, "//") || strings.ContainsAny(got.location, "\\\t\r\n") {
				t.Errorf("%s with back=%q leads to %q", what, back, got.location)
			}
		}
		if got := p.browser().get("/sessions?back=" + url.QueryEscape(back)); strings.Contains(got.page, `value="//`) || strings.Contains(got.page, `value="https:`) {
			t.Errorf("the form to sign in keeps back=%q", back)
		}
	}
}

func TestCookiesOfRubbishShowNothing(t *testing.T) {
	r := openRoom(t)
	for cookie, hidden := range map[string]string{
		"said=You won, write to evil.example": "evil.example", "said=<script>x</script>": "<script>x", "theme=dark\" onload=\"x": "onload",
		"theme=no-such-theme": "no-such-theme", "language=no-such-language": "no-such-language", "said=error.not-readable": "{why}",
	} {
		got := r.do(call{method: "GET", path: "/help", header: map[string]string{"Accept": "text/html", "Cookie": cookie}})
		if got.status != http.StatusOK || strings.Contains(string(got.body), hidden) {
			t.Errorf("the cookie %q gives %d and shows %q", cookie, got.status, hidden)
		}
	}
}

func TestASessionIsMadeAnewAndOpensNothingOnceItEnded(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	live := map[string]string{"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
	out := r.do(call{method: "POST", path: "/sessions/delete", session: session})
	if out.status != http.StatusNoContent {
		t.Fatalf("signing out gives %d", out.status)
	}
	for _, c := range []call{
		{method: "GET", path: "/people", session: session}, {method: "GET", path: "/live", session: session, header: live},
		{method: "GET", path: "/conversations", session: session}, {method: "POST", path: "/board", session: session, body: `{}`},
		{method: "POST", path: "/settings/password", session: session, body: `{}`}, {method: "GET", path: "/sessions", session: session},
	} {
		if got := r.do(c); got.status != http.StatusUnauthorized {
			t.Errorf("%s %s gives an ended session %d", c.method, c.path, got.status)
		}
	}
	// A session that somebody was given by another is not the one they have after signing in.
	planted := strings.Repeat("a", 43)
	_, err := r.door.Enrol(t.Context(), auth.Enrolment{Member: r.Chen.ID, Email: "chen@example.org", Password: "three plain words", Lang: "en"})
	must(t, err)
	in := r.do(call{method: "POST", path: "/sessions", session: planted, body: map[string]string{"email": "chen@example.org", "password": "three plain words"}})
	cookie := in.header.Get("Set-Cookie")
	if in.status/100 != 2 || !strings.HasPrefix(cookie, "session=") || strings.Contains(cookie, planted) {
		t.Errorf("signing in gives %d and %q", in.status, cookie)
	}
}

func TestATokenOpensNoSecrets(t *testing.T) {
	r := openRoom(t)
	r.signIn(r.Amara)
	_, secret, err := r.door.CreateToken(t.Context(), r.Amara.ID, "calendar")
	must(t, err)
	bearer := map[string]string{"Authorization": "Bearer " + secret.Reveal()}
	if got := r.do(call{method: "GET", path: "/people", header: bearer}); got.status != http.StatusOK {
		t.Fatalf("the token reads people with %d, so this test means nothing", got.status)
	}
	sessions, err := r.door.Sessions(t.Context(), r.Amara.ID)
	must(t, err)
	for _, c := range []call{
		{method: "POST", path: "/settings/password", body: `{"newPassword":"four quite new words"}`},
		{method: "POST", path: "/settings/tokens", body: `{"name":"more"}`},
		{method: "POST", path: "/settings/tokens/" + strings.Repeat("0", 64) + "/delete"},
		{method: "POST", path: "/sessions/" + string(sessions[0].ID) + "/delete"},
	} {
		c.header = bearer
		if got := r.do(c); got.status != http.StatusForbidden {
			t.Errorf("%s %s with a token gives %d: %s", c.method, c.path, got.status, got.body)
		}
	}
}

func TestCookiesAreKeptFromScriptsAndOtherSites(t *testing.T) {
	for scheme, name := range map[string]string{"http": "session=", "https": "__Host-session="} {
		p := openPorch(t, func(parts *Parts) { parts.Base.Scheme = scheme })
		_, err := p.door.Enrol(t.Context(), auth.Enrolment{Member: p.Amara.ID, Email: "amara@example.org", Password: "three plain words", Lang: "en"})
		must(t, err)
		b := p.browser()
		got := b.post("/sessions", url.Values{"email": {"amara@example.org"}, "password": {"three plain words"}})
		cookies := strings.Join(got.header.Values("Set-Cookie"), "\n")
		if !strings.Contains(cookies, name) {
			t.Fatalf("over %s: %s", scheme, cookies)
		}
		for _, cookie := range append(got.header.Values("Set-Cookie"), b.get("/help").header.Values("Set-Cookie")...) {
			flags := strings.ToLower(cookie)
			if !strings.Contains(flags, "httponly") || !strings.Contains(flags, "samesite=lax") || !strings.Contains(flags, "path=/") ||
				strings.Contains(flags, "domain=") || strings.Contains(flags, "; secure") != (scheme == "https") {
				t.Errorf("over %s: %s", scheme, cookie)
			}
		}
	}
}

func TestNoPageHoldsTheSession(t *testing.T) {
	s := openStaffed(t)
	things := s.furnish()
	session := s.signIn(s.Dana)
	for _, route := range routes() {
		if route.Method != "GET" {
			continue
		}
		got := s.do(call{method: "GET", path: sample(route, things, "").path, session: session, header: asPage})
		if strings.Contains(string(got.body)+fmt.Sprint(got.header), session) {
			t.Errorf("%s holds the session", route.Path)
		}
	}
	page := s.do(call{method: "GET", path: "/help", header: asPage})
	from, found := strings.CutPrefix(string(page.body)[strings.Index(string(page.body), "/assets/"):], "/assets/")
	if !found {
		t.Fatal("the page names no asset")
	}
	name := from[:strings.IndexAny(from, `"'`)]
	if got := s.do(call{method: "GET", path: "/assets/" + name, session: session}); got.status != http.StatusOK || len(got.header.Values("Set-Cookie")) != 0 {
		t.Errorf("the asset %s gives %d and sets %v", name, got.status, got.header.Values("Set-Cookie"))
	}
}

func TestWhatCanBeReadCanBeAskedForByItsHead(t *testing.T) {
	r := openRoom(t)
	things := r.furnish()
	session := r.signIn(r.Dana)
	for _, route := range routes() {
		if route.Method != "GET" {
			continue
		}
		path := sample(route, things, "").path
		whole := r.do(call{method: "GET", path: path, session: session, header: asPage})
		head := r.do(call{method: "HEAD", path: path, session: session, header: asPage})
		if head.status != whole.status || len(head.body) != 0 || head.header.Get("Content-Type") != whole.header.Get("Content-Type") {
			t.Errorf("HEAD %s gives %d %s and %d bytes, GET %d %s", path, head.status, head.header.Get("Content-Type"), len(head.body),
				whole.status, whole.header.Get("Content-Type"))
		}
	}
}
