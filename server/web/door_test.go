package web

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/auth"
	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
)

// porch is the site as people meet it at the door: browsers, and a post that keeps its letters.
type porch struct {
	*communitytest.Table
	t    *testing.T
	base string
	door *auth.Door

	mu   sync.Mutex
	sent []auth.Letter // guarded by mu: the site sends from its own goroutines
}

func (p *porch) Send(_ context.Context, l auth.Letter) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, l)
	return nil
}

// letters are all that were sent so far, in order.
func (p *porch) letters() []auth.Letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.sent)
}

// link is the path of the link in the letter that was sent last.
func (p *porch) link() string {
	p.t.Helper()
	sent := p.letters()
	if len(sent) == 0 {
		p.t.Fatal("no letter was sent")
	}
	return "/sign-in-link/" + sent[len(sent)-1].Link.Reveal()
}

// openPorch serves the site over a laid table; change alters its parts before it opens.
func openPorch(t *testing.T, change func(*Parts)) *porch {
	t.Helper()
	p := &porch{Table: communitytest.New(t), t: t}
	kept, err := store.Auth(t.Context(), p.DB)
	must(t, err)
	throttle := auth.NewThrottle(p.Clock.Now, auth.Rates())
	passwords, err := auth.NewPasswords(auth.Cost{MemoryKiB: 8, Passes: 1, Lanes: 1})
	must(t, err)
	p.door, err = auth.NewDoor(auth.House{Accounts: kept.Accounts, Sessions: kept.Sessions, Links: kept.Links, Tokens: kept.Tokens, Cards: kept.Cards,
		Passwords: passwords, Throttle: throttle, Letters: p, Clock: p.Clock.Now})
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p.base = "http://" + l.Addr().String()
	parts := Parts{Network: p.Network, Door: p.door, Throttle: throttle, Mails: true, Hosts: []string{l.Addr().String()},
		Base: &url.URL{Scheme: "http", Host: l.Addr().String()}, Log: slog.New(slog.DiscardHandler)}
	change(&parts)
	site, err := New(parts)
	must(t, err)
	served := make(chan error, 1)
	go func() { served <- site.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		must(t, site.Shutdown(ctx))
		must(t, <-served)
	})
	return p
}

func asBuilt(*Parts) {}

// browser keeps cookies and follows no redirect by itself.
type browser struct {
	*porch
	client *http.Client
}

func (p *porch) browser() *browser {
	jar, err := cookiejar.New(nil)
	must(p.t, err)
	return &browser{p, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// sight is what a browser got.
type sight struct {
	status   int
	location string
	header   http.Header
	page     string
}

func (b *browser) get(path string, header ...string) sight {
	return b.do(http.MethodGet, path, nil, header)
}

func (b *browser) post(path string, form url.Values, header ...string) sight {
	return b.do(http.MethodPost, path, form, header)
}

// do sends what a browser sends; header names further headers and their values in turn.
func (b *browser) do(method, path string, form url.Values, header []string) sight {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, strings.NewReader(form.Encode()))
	must(b.t, err)
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Origin", b.base)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for pair := range slices.Chunk(header, 2) {
		req.Header.Set(pair[0], pair[1])
	}
	answer, err := b.client.Do(req)
	must(b.t, err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	must(b.t, err)
	return sight{status: answer.StatusCode, location: answer.Header.Get("Location"), header: answer.Header, page: string(page)}
}

// enter brings somebody in with a password of their own.
func (b *browser) enter(v community.Viewer) *auth.Account {
	b.t.Helper()
	account, err := b.door.Enrol(b.t.Context(), auth.Enrolment{Member: v.ID, Email: "somebody@example.org", Password: "three plain words", Lang: "en"})
	must(b.t, err)
	got := b.post("/sessions", url.Values{"email": {"somebody@example.org"}, "password": {"three plain words"}})
	expect(b.t, got, http.StatusSeeOther, "/")
	return account
}

func expect(t *testing.T, got sight, status int, location string) {
	t.Helper()
	if got.status != status || got.location != location {
		t.Fatalf("got %d to %q, wanted %d to %q: %s", got.status, got.location, status, location, got.page)
	}
}

func shows(t *testing.T, got sight, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(got.page, text) {
			t.Errorf("the page does not have %q: %s", text, got.page)
		}
	}
}

func hides(t *testing.T, got sight, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(got.page, text) {
			t.Errorf("the page has %q", text)
		}
	}
}

func TestAWrongPasswordKeepsTheAddressAndNotThePassword(t *testing.T) {
	b := openPorch(t, asBuilt).browser()
	got := b.post("/sessions", url.Values{"email": {"amara@example.org"}, "password": {"wrong-and-secret"}, "back": {"/events?q=1"}})
	expect(t, got, http.StatusUnauthorized, "")
	shows(t, got, `value="amara@example.org"`, `value="/events?q=1"`, `id="f-email-error"`)
	hides(t, got, "wrong-and-secret")
}

func TestSigningInLeadsBackToPagesOfOursOnly(t *testing.T) {
	p := openPorch(t, asBuilt)
	p.browser().enter(p.Amara)
	for back, wanted := range map[string]string{"/events?q=1": "/events?q=1", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "": "/"} {
		got := p.browser().post("/sessions", url.Values{"email": {"somebody@example.org"}, "password": {"three plain words"}, "back": {back}})
		expect(t, got, http.StatusSeeOther, wanted)
	}
}

func TestTheAnswerToAnAddressIsTheSameForMembersAndStrangers(t *testing.T) {
	p := openPorch(t, asBuilt)
	p.browser().enter(p.Amara)
	for _, path := range []string{"/sign-up", "/sign-in-link"} {
		known := p.browser().post(path, url.Values{"email": {"somebody@example.org"}, "password": {"other plain words"}})
		unknown := p.browser().post(path, url.Values{"email": {"nobody@example.org"}, "password": {"other plain words"}})
		if expect(t, known, http.StatusOK, ""); known.page != unknown.page || known.status != unknown.status {
			t.Errorf("%s tells them apart: %d and %d", path, known.status, unknown.status)
		}
	}
	if sent := p.letters(); len(sent) != 4 || sent[0].Kind == sent[1].Kind {
		t.Errorf("the letters were %v: the test compares nothing", sent)
	}
}

func TestANewcomerComesInByLinkOnceAndSaysAName(t *testing.T) {
	p := openPorch(t, asBuilt)
	b := p.browser()
	expect(t, b.post("/sign-up", url.Values{"email": {"zed@example.org"}, "password": {"three plain words"}}), http.StatusOK, "")
	for range 2 { // looking does not use it
		got := b.get(p.link())
		expect(t, got, http.StatusOK, "")
		if got.header.Get("Referrer-Policy") != "strict-origin" || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("the link may leak: %v", got.header)
		}
	}
	expect(t, b.post(p.link(), nil), http.StatusSeeOther, "/arrival")
	expect(t, p.browser().post(p.link(), nil), http.StatusNotFound, "")
	expect(t, b.get("/people"), http.StatusSeeOther, "/sessions?back=%2Fpeople")
	expect(t, b.get("/sessions?back=%2Fpeople"), http.StatusSeeOther, "/arrival")
	again := b.post("/arrival", url.Values{"name": {" "}})
	expect(t, again, http.StatusUnprocessableEntity, "")
	shows(t, again, `id="f-name-error"`)
	expect(t, b.post("/arrival", url.Values{"name": {"Zed"}}), http.StatusSeeOther, "/profile")
	expect(t, b.get("/arrival"), http.StatusSeeOther, "/")
	expect(t, b.post("/arrival", url.Values{"name": {"Other"}}), http.StatusSeeOther, "/")
	expect(t, p.browser().post("/sessions", url.Values{"email": {"zed@example.org"}, "password": {"three plain words"}}), http.StatusSeeOther, "/")
}

func TestAPasswordTypedInAnotherBrowserIsDroppedAndChosenAnew(t *testing.T) {
	p := openPorch(t, asBuilt)
	expect(t, p.browser().post("/sign-up", url.Values{"email": {"zed@example.org"}, "password": {"the attacker knows"}}), http.StatusOK, "")
	b := p.browser()
	expect(t, b.post(p.link(), nil), http.StatusSeeOther, "/arrival?password=dropped")
	shows(t, b.get("/arrival?password=dropped"), `action="/arrival?password=dropped"`, "does not count")
	expect(t, b.post("/arrival?password=dropped", url.Values{"name": {"Zed"}}), http.StatusSeeOther, "/settings")
	expect(t, p.browser().post("/sessions", url.Values{"email": {"zed@example.org"}, "password": {"the attacker knows"}}), http.StatusUnauthorized, "")
	expect(t, b.post("/settings/password", url.Values{"newPassword": {"only mine to know"}}), http.StatusSeeOther, "/settings")
	expect(t, p.browser().post("/sessions", url.Values{"email": {"zed@example.org"}, "password": {"only mine to know"}}), http.StatusSeeOther, "/")
}

func TestALinkThatIsNoGoodLeadsToANewOne(t *testing.T) {
	b := openPorch(t, asBuilt).browser()
	for _, got := range []sight{b.get("/sign-in-link/nothing"), b.post("/sign-in-link/nothing", nil)} {
		expect(t, got, http.StatusNotFound, "")
		shows(t, got, `action="/sign-in-link"`, "does not work any more")
	}
}

func TestWhereNoLettersAreSentPeopleComeStraightIn(t *testing.T) {
	p := openPorch(t, func(parts *Parts) { parts.Mails = false })
	b := p.browser()
	got := b.post("/sign-up", url.Values{"email": {"nonsense"}})
	expect(t, got, http.StatusUnprocessableEntity, "")
	shows(t, got, `id="f-email-error"`, `id="f-password-error"`)
	expect(t, b.post("/sign-up", url.Values{"email": {"zed@example.org"}, "password": {"three plain words"}}), http.StatusSeeOther, "/arrival")
	taken := p.browser().post("/sign-up", url.Values{"email": {"zed@example.org"}, "password": {"other plain words"}})
	expect(t, taken, http.StatusUnauthorized, "")
	shows(t, taken, "E-mail address or password do not fit")
	expect(t, b.post("/sign-in-link", url.Values{"email": {"zed@example.org"}}), http.StatusForbidden, "")
	if sent := p.letters(); len(sent) != 0 {
		t.Errorf("letters were sent: %v", sent)
	}
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	p := openPorch(t, asBuilt)
	here, there := p.browser(), p.browser()
	here.enter(p.Amara)
	expect(t, there.post("/sessions", url.Values{"email": {"somebody@example.org"}, "password": {"three plain words"}}, "User-Agent", "Firefox on Android"), http.StatusSeeOther, "/")
	var list List[sessionData]
	must(t, json.Unmarshal([]byte(here.get("/sessions", "Accept", "application/json").page), &list))
	if len(list.Items) != 2 {
		t.Fatalf("there are %d sessions", len(list.Items))
	}
	slices.SortFunc(list.Items, func(a, b sessionData) int { return cmp.Compare(a.Browser, b.Browser) })
	other := list.Items[0]
	if other.Browser != "Firefox, Android" || other.Current || !list.Items[1].Current {
		t.Errorf("the sessions are %+v", list.Items)
	}
	stranger := p.browser()
	expect(t, stranger.post("/sessions/"+string(other.ID)+"/delete", nil), http.StatusUnauthorized, "")
	expect(t, here.post("/sessions/"+string(other.ID)+"/delete", nil), http.StatusSeeOther, "/sessions")
	expect(t, there.get("/notices"), http.StatusSeeOther, "/sessions?back=%2Fnotices")
	expect(t, here.get("/notices"), http.StatusOK, "")
	expect(t, here.post("/sessions/delete", nil), http.StatusSeeOther, "/")
	expect(t, here.get("/notices"), http.StatusSeeOther, "/sessions?back=%2Fnotices")
}

func TestTheMailboxIsThereInADemoOnly(t *testing.T) {
	expect(t, openPorch(t, asBuilt).browser().get("/mailbox"), http.StatusNotFound, "")
	demo := openPorch(t, func(parts *Parts) {
		parts.Mailbox = fewLetters{{To: "amara@example.org", Subject: "Your link", Text: "Hello\nhttp://table.example/x", At: time.Unix(0, 0)}}
	})
	shows(t, demo.browser().get("/mailbox"), "Your link", `href="http://table.example/x"`)
}

type fewLetters []Letter

func (f fewLetters) Letters() []Letter { return f }
