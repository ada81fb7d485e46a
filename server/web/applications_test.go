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
	"longtable/server/store"
)

var (
	nobody     = community.Viewer{}
	hostMaya   = community.Viewer{ID: "maya", Name: "Maya", HostOf: []community.HubID{"marseille"}}
	hostLagos  = community.Viewer{ID: "tunde", Name: "Tunde", HostOf: []community.HubID{"lagos"}}
	memberAmin = community.Viewer{ID: "amin", Name: "Amin", Hub: "lagos"}
)

// bakery is a hub with one programme of two questions, open for a month, and the site before it.
type bakery struct {
	t       *testing.T
	now     time.Time
	site    *Site
	network *community.Network
}

func newBakery(t *testing.T) *bakery {
	t.Helper()
	b := &bakery{t: t, now: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)}
	engine, err := store.OpenScratch(t.TempDir())
	must(t, err)
	db := store.NewDB(engine)
	t.Cleanup(func() { must(t, db.Close()) })
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	stores.Members = bakers{stores.Members}
	hub := &community.Hub{Name: "La Ruche", City: "Marseille", Country: "FR", Address: "3 rue du Four", Zone: "Europe/Paris"}
	hub.ID = "marseille"
	must(t, stores.Hubs.Add(t.Context(), hub))
	clock := func() time.Time { return b.now }
	b.network, err = community.New(stores, clock)
	must(t, err)
	base := &url.URL{Scheme: "https", Host: "longtable.example"}
	b.site = &Site{Parts: Parts{Network: b.network, Throttle: auth.NewThrottle(clock, auth.Rates()), Base: base}, log: slog.New(slog.DiscardHandler)}
	p := &community.Programme{Hub: "marseille", Title: "An oven of one's own", ForWhom: "People who bake", Places: 6, Zone: hub.Zone, State: community.ProgrammeOpen,
		Closes: community.At(b.now.AddDate(0, 1, 0)), Reviewed: community.At(b.now.AddDate(0, 1, 7)), AnswerBy: community.At(b.now.AddDate(0, 1, 14)),
		Starts: community.At(b.now.AddDate(0, 2, 0)), Ends: community.At(b.now.AddDate(0, 8, 0)),
		Reviewers: []community.MemberID{hostMaya.ID, memberAmin.ID}, Each: 2, By: community.ByLottery, Criteria: []community.Criterion{{ID: "c1", Text: "Dough", Weight: 1}},
		Questions: []community.Question{{ID: "q1", Text: "What do you bake?"}, {ID: "q2", Text: "What would help?"}}}
	p.ID = "oven"
	must(t, stores.Programmes.Add(t.Context(), p))
	return b
}

func (b *bakery) oven() *community.Programme {
	b.t.Helper()
	p, err := b.network.Programmes.Get(b.t.Context(), "oven")
	must(b.t, err)
	return p
}

func (b *bakery) sent() []*community.Application {
	b.t.Helper()
	found, _, err := b.network.Applications.To(b.t.Context(), "oven", community.Page{Limit: 100})
	must(b.t, err)
	return found
}

// bakers are whoever is asked for: somebody without a word about themselves.
type bakers struct{ community.Members }

func (bakers) Get(_ context.Context, id community.MemberID) (*community.Member, error) {
	return &community.Member{Record: community.Record[community.MemberID]{ID: id}}, nil
}

func (bakers) Many(_ context.Context, ids []community.MemberID) ([]*community.Member, error) {
	all := make([]*community.Member, len(ids))
	for i, id := range ids {
		all[i] = &community.Member{Record: community.Record[community.MemberID]{ID: id}, Name: string(id)}
	}
	return all, nil
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

// reading is the address of one application for those who decide.
func (b *bakery) reading(number int) string {
	b.t.Helper()
	for _, a := range b.sent() {
		if a.Number == number {
			return "/programmes/oven/applications/" + string(a.ID)
		}
	}
	b.t.Fatalf("no application %d", number)
	return ""
}

func (b *bakery) closeApplying() {
	b.t.Helper()
	if closed := b.visit(hostMaya, "POST", "/programmes/oven/delete", nil); closed.kind != "" {
		b.t.Fatalf("%+v", closed)
	}
}

func TestWhoDecidesReadsNoName(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread, says Amina, +33 6 12 34 56 78", "nonce-of-amina-diallo"))
	b.apply(nobody, letter("Salma Haddad", "Dark bread", "nonce-of-salma-haddad"))
	b.closeApplying()
	for _, path := range []string{"/programmes/oven/applications", b.reading(1)} {
		list := b.visit(hostMaya, "GET", path, nil)
		if !strings.Contains(list.page, "Flat bread, says") || !strings.Contains(list.data, "Flat bread, says") {
			t.Fatalf("those who decide need the answers for this test to mean anything: %+v", list)
		}
		for _, text := range []string{"Amina", "Diallo", "Salma", "+33", "12 34"} {
			if list.shows(text) {
				t.Errorf("%s tells %q", path, text)
			}
		}
	}
	if early := b.visit(hostMaya, "GET", "/programmes/oven/cohort", nil); early.kind != community.KindForbidden || early.shows("Amina") {
		t.Errorf("names before the vote: %+v", early)
	}
	if log := b.visit(nobody, "GET", "/programmes/oven/log", nil); !strings.Contains(log.data, "names-refused") || !strings.Contains(log.page, "before the vote was closed") {
		t.Errorf("nobody can read that a host asked for names: %+v", log)
	}
}

func TestApplicationsAreForThoseWhoDecide(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	b.closeApplying()
	path := b.reading(1)
	for _, v := range []community.Viewer{hostLagos, nobody} {
		for _, to := range []string{"/programmes/oven/applications", path} {
			if list := b.visit(v, "GET", to, nil); list.kind != community.KindNotFound || list.shows("Flat bread") {
				t.Errorf("%q reads %s: %+v", v.Name, to, list)
			}
		}
		refused := b.visit(v, "POST", path+"/review", url.Values{"points.c1": {"4"}, "words": {"Friend of mine"}})
		if refused.kind != community.KindNotFound {
			t.Errorf("%q decides: %+v", v.Name, refused)
		}
	}
}

func TestPointsAreMissedAndThenStand(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	b.closeApplying()
	path := b.reading(1)
	back := b.visit(hostMaya, "POST", path+"/review", url.Values{"words": {"Lovely crust"}})
	if back.kind != community.KindInvalid || !strings.Contains(back.page, `id="f-points.c1-error"`) || !strings.Contains(back.page, "Lovely crust") {
		t.Errorf("the form comes back as %+v", back)
	}
	if given := b.visit(hostMaya, "POST", path+"/review", url.Values{"points.c1": {"3"}, "words": {"Lovely crust"}}); given.kind != "" || given.location != path {
		t.Errorf("given: %+v", given)
	}
	if twice := b.visit(hostMaya, "POST", path+"/review", url.Values{"points.c1": {"0"}, "words": {"No"}}); twice.kind != community.KindConflict {
		t.Errorf("points were turned round: %+v", twice)
	}
	if other := b.visit(memberAmin, "GET", path, nil); other.shows("Lovely crust") {
		t.Error("the other reads them before giving their own")
	}
	b.visit(memberAmin, "POST", path+"/review", url.Values{"points.c1": {"4"}, "words": {"Good salt"}})
	if other := b.visit(memberAmin, "GET", path, nil); !other.shows("Lovely crust") {
		t.Error("the other does not read them after that")
	}
}

func TestWhatIsSavedIsFoundByItsCodeAndSentLater(t *testing.T) {
	b := newBakery(t)
	form := letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo")
	form.Set("answers.q2", "")
	form.Set("do", "save")
	saved := b.visit(nobody, "POST", "/programmes/oven/applications", form)
	path := saved.location
	if saved.kind != "" || !strings.HasPrefix(path, "/applications/") {
		t.Fatalf("saved: %+v", saved)
	}
	page := b.visit(nobody, "GET", path, nil)
	if !strings.Contains(page.page, "Saved, not sent") || !strings.Contains(page.page, strings.TrimPrefix(path, "/applications/")) {
		t.Errorf("the page of a draft: %+v", page)
	}
	if edit := b.visit(nobody, "GET", path+"/edit", nil); !strings.Contains(edit.page, "Flat bread") || !strings.Contains(edit.page, `action="`+path+`"`) {
		t.Errorf("the form of a draft: %+v", edit)
	}
	form.Del("do")
	if back := b.visit(nobody, "POST", path, form); back.kind != community.KindInvalid || !strings.Contains(back.page, "Flat bread") {
		t.Errorf("half of it was sent: %+v", back)
	}
	form.Set("answers.q2", "An oven")
	if sent := b.visit(nobody, "POST", path, form); sent.kind != "" || sent.location != path || len(b.sent()) != 1 || b.sent()[0].Number != 1 {
		t.Errorf("sent: %+v", sent)
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
	if n := b.oven().Received; n != 1 || len(b.sent()) != 1 {
		t.Errorf("%d received, %d stored", n, len(b.sent()))
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
	if len(b.sent()) != 2 {
		t.Errorf("%d applications", len(b.sent()))
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

func TestTheApplicantReadsTheDecisionAndItsReason(t *testing.T) {
	b := newBakery(t)
	code := b.apply(community.Viewer{ID: "salma", Name: "Salma"}, letter("Salma Haddad", "Dark bread", "nonce-of-salma-haddad"))
	b.closeApplying()
	path := b.reading(1)
	for _, v := range []community.Viewer{hostMaya, memberAmin} {
		b.visit(v, "POST", path+"/review", url.Values{"points.c1": {"3"}, "words": {"Come to the open baking day first"}})
		b.visit(v, "POST", "/programmes/oven/draw/commitment", url.Values{"value": {"what the dice said " + v.Name}})
	}
	if frozen := b.visit(hostMaya, "POST", "/programmes/oven/freeze", nil); frozen.kind != "" {
		t.Fatalf("%+v", frozen)
	}
	for _, v := range []community.Viewer{hostMaya, memberAmin} {
		b.visit(v, "POST", "/programmes/oven/draw/value", url.Values{"value": {"what the dice said " + v.Name}})
	}
	selection, err := b.network.Selections.Get(t.Context(), "oven")
	must(t, err)
	must(t, b.network.SettleSelection(t.Context(), selection))
	own := b.visit(nobody, "GET", "/applications/"+code, nil)
	if !strings.Contains(own.page, "open baking day") || !strings.Contains(own.data, `"state":"offered"`) || !strings.Contains(own.page, "Your row came out at 1 of 1") {
		t.Errorf("by code: %+v", own)
	}
	if list := b.visit(hostMaya, "GET", "/applications", nil); list.shows("Dark bread") {
		t.Errorf("somebody else's list: %+v", list)
	}
	if taken := b.visit(nobody, "POST", "/applications/"+code+"/place", url.Values{"yes": {"yes"}}); taken.kind != "" {
		t.Errorf("taking the place: %+v", taken)
	}
	cohort := b.visit(hostMaya, "GET", "/programmes/oven/cohort", nil)
	if !strings.Contains(cohort.page, "Salma Haddad") || strings.Contains(cohort.page, "Dark bread") || strings.Contains(cohort.data, "number") {
		t.Errorf("the cohort for hosts: %+v", cohort)
	}
	draw := b.visit(nobody, "GET", "/programmes/oven/draw", nil)
	if !strings.Contains(draw.page, "What the order was made from") || !strings.Contains(draw.data, `"order":[`) {
		t.Errorf("the draw: %+v", draw)
	}
}
