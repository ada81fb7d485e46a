package web

import (
	"net/url"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestAVisitorSeesAProgrammeButNotHowManyApplied(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	visitor, host := b.visit(nobody, "GET", "/programmes/oven", nil), b.visit(hostMaya, "GET", "/programmes/oven", nil)
	if !strings.Contains(host.data, `"received":1`) || !strings.Contains(host.page, "1 application so far") {
		t.Fatalf("the host must see the number for this test to mean anything: %+v", host)
	}
	if strings.Contains(visitor.data, "received") || strings.Contains(visitor.page, "so far") {
		t.Errorf("a visitor sees the number: %+v", visitor)
	}
	for _, fact := range []string{"3 rue du Four", "about 10 minutes", "What do you bake?"} {
		if !strings.Contains(visitor.page, fact) {
			t.Errorf("a visitor does not see %q", fact)
		}
	}
}

func TestTheLastDayIsTheHubsAndNotTheServers(t *testing.T) {
	b := newBakery(t)
	form := draft()
	if posted := b.visit(hostMaya, "POST", "/programmes", form); posted.kind != "" || !strings.Contains(posted.data, `"lastDay":"2027-04-30"`) ||
		!strings.Contains(posted.data, `"closes":"2027-04-30T22:00:00Z"`) {
		t.Errorf("posted as %+v", posted)
	}
}

func draft() url.Values {
	return url.Values{"hub": {"marseille"}, "title": {"Second oven"}, "summary": {"Bake with us"}, "forWhom": {"All"}, "places": {"4"},
		"closes": {"2027-04-30"}, "starts": {"2027-06-01"}, "questions": {"", "What do you bake?", "", "Why?"}, "gives": {"room", "mentor"}}
}

func TestTheFormOfAProgrammeComesBackWithEverything(t *testing.T) {
	b := newBakery(t)
	form := draft()
	form.Set("starts", "2027-04-01")
	back := b.visit(hostMaya, "POST", "/programmes", form)
	for _, kept := range []string{`value="What do you bake?"`, `value="Why?"`, `value="Second oven"`, `id="f-starts-error"`, `name="hub" value="marseille"`} {
		if back.kind != community.KindInvalid || !strings.Contains(back.page, kept) {
			t.Errorf("the form lost %q", kept)
		}
	}
}

func TestQuestionsThatWereAnsweredStay(t *testing.T) {
	b := newBakery(t)
	b.apply(nobody, letter("Amina Diallo", "Flat bread", "nonce-of-amina-diallo"))
	if form := b.visit(hostMaya, "GET", "/programmes/oven/edit", nil); strings.Contains(form.page, `name="questions"`) || !strings.Contains(form.page, "What do you bake?") {
		t.Error("the form offers to change what people have answered")
	}
	form := draft()
	form.Del("places")
	if changed := b.visit(hostMaya, "POST", "/programmes/oven", form); changed.kind != "" || !strings.Contains(changed.data, "What would help?") {
		t.Errorf("changed to %+v", changed)
	}
}

func TestApplyingEndsAndBeginsAgain(t *testing.T) {
	b := newBakery(t)
	b.visit(hostMaya, "POST", "/programmes/oven/delete", nil)
	if list := b.visit(nobody, "GET", "/programmes", nil); list.shows("oven") {
		t.Error("a closed programme is on the list")
	}
	if list := b.visit(hostMaya, "GET", "/programmes?hub=marseille", nil); !list.shows("oven") {
		t.Error("its hosts can't find a closed programme")
	}
	if form := b.visit(nobody, "GET", "/programmes/oven/apply", nil); form.kind != community.KindConflict {
		t.Errorf("a closed programme shows its form: %+v", form)
	}
	b.visit(hostMaya, "POST", "/programmes/oven/open", nil)
	if list := b.visit(nobody, "GET", "/programmes", nil); !list.shows("oven") {
		t.Error("a programme that was opened again is not on the list")
	}
}

func TestOnlyHostsOfTheHubChangeAProgramme(t *testing.T) {
	b := newBakery(t)
	for _, path := range []string{"/programmes", "/programmes/oven", "/programmes/oven/delete", "/programmes/oven/open", "/programmes/oven/publish"} {
		if refused := b.visit(hostLagos, "POST", path, draft()); refused.kind != community.KindForbidden {
			t.Errorf("%s: %+v", path, refused)
		}
	}
	if p := b.oven(); p.State != community.ProgrammeOpen || p.Title != "An oven of one's own" {
		t.Errorf("changed all the same: %+v", p)
	}
}

func TestADraftIsPreviewedAndPublished(t *testing.T) {
	b := newBakery(t)
	form := draft()
	form["reviewers"] = []string{"maya", "amin"}
	form.Set("criteria.c1", "Courage")
	form.Set("weights.c1", "3")
	posted := b.visit(hostMaya, "POST", "/programmes", form)
	path := posted.location
	if preview := b.visit(hostMaya, "GET", path, nil); !strings.Contains(preview.page, "Only hosts of the hub see it") || !strings.Contains(preview.page, "Courage") {
		t.Errorf("the preview: %+v", preview)
	}
	for _, hidden := range []string{path, path + "/sheet", path + "/listing", path + "/apply", path + "/log", path + "/draw"} {
		if got := b.visit(nobody, "GET", hidden, nil); got.kind != community.KindNotFound {
			t.Errorf("%s of a draft is open: %+v", hidden, got)
		}
	}
	if published := b.visit(hostMaya, "POST", path+"/publish", nil); published.kind != "" {
		t.Fatalf("%+v", published)
	}
	if sheet := b.visit(nobody, "GET", path+"/sheet", nil); !strings.Contains(sheet.page, "<svg class=\"qr\"") || !strings.Contains(sheet.page, "longtable.example/programmes/") {
		t.Errorf("the sheet: %+v", sheet)
	}
	if form := b.visit(hostMaya, "GET", "/programmes/new", nil); form.kind != "" || !strings.Contains(form.page, "kind=desk") {
		t.Errorf("the form offers no beginnings: %+v", form)
	}
	if form := b.visit(hostMaya, "GET", "/programmes/new?kind=desk", nil); !strings.Contains(form.page, "A desk for a year for newcomers") {
		t.Errorf("a beginning is empty: %+v", form)
	}
}
