package web

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"longtable/frontend/i18n"
	"longtable/server/auth"
	"longtable/server/community"
)

var (
	nobody     = community.Viewer{}
	hostMaya   = community.Viewer{ID: "maya", Name: "Maya", HostOf: []community.HubID{"marseille"}}
	hostLagos  = community.Viewer{ID: "tunde", Name: "Tunde", HostOf: []community.HubID{"lagos"}}
	memberAmin = community.Viewer{ID: "amin", Name: "Amin", Hub: "lagos"}
)

// bakery is a hub with one programme of two questions, open for a month, and the site before it.
type bakery struct {
	t            *testing.T
	now          time.Time
	site         *Site
	programmes   *programmeShelf
	applications *applicationShelf
}

func newBakery(t *testing.T) *bakery {
	t.Helper()
	b := &bakery{t: t, now: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), programmes: &programmeShelf{}, applications: &applicationShelf{}}
	hubs := &hubShelf{}
	hubs.id = func(h *community.Hub) community.HubID { return h.ID }
	b.programmes.id = func(p *community.Programme) community.ProgrammeID { return p.ID }
	b.applications.id = func(a *community.Application) community.ApplicationID { return a.ID }
	hub := &community.Hub{Name: "La Ruche", City: "Marseille", Country: "FR", Address: "3 rue du Four", Zone: "Europe/Paris"}
	hub.ID = "marseille"
	clock := func() time.Time { return b.now }
	network, err := community.New(community.Stores{Members: bakers{}, Hubs: hubs, Programmes: b.programmes, Applications: b.applications}, clock)
	if err != nil {
		t.Fatal(err)
	}
	base := &url.URL{Scheme: "https", Host: "longtable.example"}
	b.site = &Site{Parts: Parts{Network: network, Throttle: auth.NewThrottle(clock, auth.Rates()), Base: base}, log: slog.New(slog.DiscardHandler)}
	p := &community.Programme{Hub: "marseille", Title: "An oven of one's own", ForWhom: "People who bake", Places: 6, Zone: hub.Zone, State: community.ProgrammeOpen,
		Closes: community.At(b.now.AddDate(0, 1, 0)), Starts: community.At(b.now.AddDate(0, 2, 0)),
		Questions: []community.Question{{ID: "q1", Text: "What do you bake?"}, {ID: "q2", Text: "What would help?"}}}
	p.ID = "oven"
	hubs.things, b.programmes.things = []*community.Hub{hub}, []*community.Programme{p}
	return b
}

// bakers are whoever is asked for: somebody without a word about themselves.
type bakers struct{ community.Members }

func (bakers) Get(_ context.Context, id community.MemberID) (*community.Member, error) {
	return &community.Member{Record: community.Record[community.MemberID]{ID: id}}, nil
}

// seen is one answer in both its forms.
type seen struct {
	status     int
	kind       community.Kind // of the error; empty without one
	page, data string
	location   string
}

func (s seen) shows(text string) bool { return strings.Contains(s.page+s.data, text) }

// visit sends a request through the table of routes, as the viewer.
func (b *bakery) visit(v community.Viewer, method, path string, form url.Values) seen {
	b.t.Helper()
	var result seen
	app := fiber.New(fiber.Config{Immutable: true})
	for _, r := range routes() {
		app.Add(r.Method, fiberPath(r.Path), func(c *fiber.Ctx) error {
			q := &Request{Site: b.site, Viewer: v, Lang: "en", route: r, c: c}
			if err := q.readForm(); err != nil {
				return err
			}
			answer, err := r.Handle(q)
			if err != nil {
				result.kind = community.KindOf(err)
				q.Problem = q.asError(err)
				if r.Again == nil {
					return nil
				}
				if answer, err = r.Again(q); err != nil {
					return nil
				}
			}
			return b.read(&result, answer)
		})
	}
	request := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := app.Test(request, -1)
	if err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s: no route answers (%d)", method, path, response.StatusCode)
	}
	return result
}

func (b *bakery) read(into *seen, answer Answer) error {
	into.status, into.location = answer.Status, answer.Location
	if answer.View.Content != nil {
		var page bytes.Buffer
		if err := answer.View.Content.Render(i18n.With(b.t.Context(), "en"), &page); err != nil {
			return err
		}
		into.page = page.String()
	}
	data, err := json.Marshal(answer.Data)
	into.data = string(data)
	return err
}

func letter(name, baked, nonce string) url.Values {
	return url.Values{"name": {name}, "reach": {"+33 6 12 34"}, "answers.q1": {baked}, "answers.q2": {"An oven"}, "nonce": {nonce}}
}

// apply sends an application and returns its code.
func (b *bakery) apply(v community.Viewer, form url.Values) string {
	b.t.Helper()
	answer := b.visit(v, "POST", "/programmes/oven/applications", form)
	var sent sentData
	if err := json.Unmarshal([]byte(answer.data), &sent); err != nil || sent.Code == "" {
		b.t.Fatalf("no code: %v %+v", err, answer)
	}
	if answer.status != http.StatusCreated || !strings.Contains(answer.page, sent.Code) {
		b.t.Fatalf("the page does not show the code %s: %+v", sent.Code, answer)
	}
	return sent.Code
}

func (b *bakery) decide(number int, accept, reason string) seen {
	b.t.Helper()
	id := b.applications.things[number-1].ID
	return b.visit(hostMaya, "POST", "/programmes/oven/applications/"+string(id)+"/decision", url.Values{"accept": {accept}, "reason": {reason}})
}

func TestHostsReadNoNameBeforeTheyAccept(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	b.apply(memberAmin, letter("Amin Haddad", "Dark bread", "nonce-of-amin-haddad"))
	list := b.visit(hostMaya, "GET", "/programmes/oven/applications", nil)
	if !strings.Contains(list.page, "Flat bread") || !strings.Contains(list.data, "Dark bread") {
		t.Fatalf("hosts need the answers for this test to mean anything: %+v", list)
	}
	hidden := func(list seen, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if list.shows(text) {
				t.Errorf("hosts can read %q", text)
			}
		}
	}
	hidden(list, "Amin", "+33", string(memberAmin.ID)+`"`)
	b.decide(1, "", "The group is full; apply in autumn")
	hidden(b.visit(hostMaya, "GET", "/programmes/oven/applications", nil), "Amin", "+33")
	b.decide(2, "yes", "Welcome")
	list = b.visit(hostMaya, "GET", "/programmes/oven/applications", nil)
	hidden(list, "Amina Diallo")
	if !strings.Contains(list.page, "Amin Haddad") || !strings.Contains(list.data, "Amin Haddad") {
		t.Error("who is accepted has no name")
	}
}

func TestApplicationsAreForHostsOfTheProgrammesHub(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	for _, v := range []community.Viewer{hostLagos, memberAmin, nobody} {
		if list := b.visit(v, "GET", "/programmes/oven/applications", nil); list.kind != community.KindNotFound || list.shows("Flat bread") {
			t.Errorf("%s reads applications: %+v", v.Name, list)
		}
		id := string(b.applications.things[0].ID)
		refused := b.visit(v, "POST", "/programmes/oven/applications/"+id+"/decision", url.Values{"accept": {"yes"}, "reason": {"Friend of mine"}})
		if refused.kind != community.KindNotFound || b.applications.things[0].State != community.ApplicationSent {
			t.Errorf("%s decides: %+v", v.Name, refused)
		}
	}
}

func TestSendingTheSameFormAgainAppliesOnce(t *testing.T) {
	b := newBakery(t)
	form := letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo")
	code := b.apply(nobody, form)
	b.now = b.now.AddDate(0, 3, 0) // closed by now; what was sent in time stays sent
	if again := b.apply(nobody, form); again != code {
		t.Errorf("reloading shows %s, not %s", again, code)
	}
	if n := b.programmes.things[0].Received; n != 1 || len(b.applications.things) != 1 {
		t.Errorf("%d received, %d stored", n, len(b.applications.things))
	}
}

func TestAnotherApplicationOnAUsedFormIsAskedFor(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	back := b.visit(nobody, "POST", "/programmes/oven/applications", letter("Her sister", "Cakes", "nonce-of-amina-diallo"))
	if back.kind != community.KindConflict || !strings.Contains(back.page, "Cakes") || !strings.Contains(back.page, "sent before") {
		t.Fatalf("the form does not come back with what was typed: %+v", back)
	}
	fresh := regexp.MustCompile(`name="nonce" value="([^"]+)"`).FindStringSubmatch(back.page)
	if fresh == nil || fresh[1] == "nonce-of-amina-diallo" {
		t.Fatalf("the form has no fresh nonce: %q", fresh)
	}
	b.apply(nobody, letter("Her sister", "Cakes", fresh[1]))
	if len(b.applications.things) != 2 {
		t.Errorf("%d applications", len(b.applications.things))
	}
}

func TestAFormThatComesBackKeepsItsTextAndItsNonce(t *testing.T) {
	b := newBakery(t)
	form := letter("", "Flat bread", "nonce-of-amina-diallo")
	back := b.visit(nobody, "POST", "/programmes/oven/applications", form)
	for _, kept := range []string{"Flat bread", `value="nonce-of-amina-diallo"`, `id="f-name-error"`} {
		if !strings.Contains(back.page, kept) {
			t.Errorf("the form lost %q", kept)
		}
	}
	b.now = b.now.AddDate(0, 2, 0)
	late := b.visit(nobody, "POST", "/programmes/oven/applications", letter("Amina", "Flat bread", "nonce-of-amina-diallo"))
	if late.kind != community.KindConflict || !strings.Contains(late.page, "Flat bread") || !strings.Contains(late.page, "no more applications") {
		t.Errorf("who is late loses the text: %+v", late)
	}
}

func TestAGuessableNonceIsRefused(t *testing.T) {
	b := newBakery(t)
	if back := b.visit(nobody, "POST", "/programmes/oven/applications", letter("Amina", "Flat bread", "1")); back.kind != community.KindInvalid {
		t.Errorf("a code was made from a guessable nonce: %+v", back)
	}
	first, second := b.apply(nobody, letter("Amina", "Flat bread", "")), b.apply(nobody, letter("Amina", "Flat bread", ""))
	if first == second {
		t.Error("without a nonce two applications have one code")
	}
}

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	b := newBakery(t)
	code := b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	plain := strings.ReplaceAll(code, "-", "")
	for _, typed := range []string{code, strings.ToLower(code), plain, " " + strings.ToLower(plain) + " ", strings.ReplaceAll(code, "-", "\u2013"), strings.ReplaceAll(plain, "0", "O")} {
		found := b.visit(nobody, "POST", "/applications", url.Values{"code": {typed}})
		if found.kind != "" || found.location == "" {
			t.Fatalf("%q finds nothing: %+v", typed, found)
		}
		if own := b.visit(nobody, "GET", found.location, nil); !strings.Contains(own.page, "Flat bread") || !strings.Contains(own.data, `"state":"sent"`) {
			t.Errorf("%s shows %+v", found.location, own)
		}
	}
	wrong := b.visit(nobody, "POST", "/applications", url.Values{"code": {"ABCD-" + code[5:]}})
	if wrong.kind != community.KindInvalid || !strings.Contains(wrong.page, `id="f-code-error"`) {
		t.Errorf("a wrong code answers %+v", wrong)
	}
}

func TestOnlyWrongCodesAreSlowedDown(t *testing.T) {
	b := newBakery(t)
	code := b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	burst := auth.Rates()[auth.LookUpByCode].Burst
	for range burst + 1 {
		if own := b.visit(nobody, "GET", "/applications/"+code, nil); own.kind != "" {
			t.Fatalf("the right code is refused: %+v", own)
		}
	}
	for range burst {
		if guess := b.visit(nobody, "GET", "/applications/wrong", nil); guess.kind != community.KindNotFound {
			t.Fatalf("a guess answers %+v", guess)
		}
	}
	if guess := b.visit(nobody, "GET", "/applications/wrong", nil); guess.kind != community.KindTooMany {
		t.Errorf("guessing goes on: %+v", guess)
	}
}

func TestARefusedDecisionComesBackAtItsApplicationAlone(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	b.apply(nobody, letter("Amin Haddad", "Dark bread", "nonce-of-amin-haddad"))
	back := b.decide(2, "yes", "")
	if back.kind != community.KindInvalid || !strings.Contains(back.page, `id="reason-2-error"`) || strings.Contains(back.page, `id="reason-1-error"`) {
		t.Errorf("the decision comes back as %+v", back)
	}
	if done := b.decide(2, "yes", "Welcome"); done.location != "/programmes/oven/applications#application-2" {
		t.Errorf("the decision leads to %q", done.location)
	}
	if twice := b.decide(2, "", "Changed my mind"); twice.kind != community.KindConflict || !strings.Contains(twice.page, "a decision stands") {
		t.Errorf("a decision was turned round: %+v", twice)
	}
}

func TestTheApplicantReadsTheDecisionAndItsReason(t *testing.T) {
	b := newBakery(t)
	code := b.apply(memberAmin, letter("Amin Haddad", "Dark bread", "nonce-of-amin-haddad"))
	b.decide(1, "", "Come to the open baking day first")
	for name, own := range map[string]seen{
		"by code":      b.visit(nobody, "GET", "/applications/"+code, nil),
		"as a member":  b.visit(memberAmin, "GET", "/applications", nil),
		"other member": b.visit(hostMaya, "GET", "/applications", nil),
	} {
		mine := name != "other member"
		if strings.Contains(own.page, "open baking day") != mine || strings.Contains(own.data, `"state":"declined"`) != mine {
			t.Errorf("%s: %+v", name, own)
		}
	}
	if page := b.visit(memberAmin, "GET", "/programmes/oven", nil); !strings.Contains(page.page, "Not this time") {
		t.Error("the programme does not tell its applicant")
	}
}
