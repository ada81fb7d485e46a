package layout_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

var amara = &layout.Person{ID: "amara", Name: "Amara Okafor"}

func page(t *testing.T, s layout.Shell) string {
	t.Helper()
	child := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, "<h1>Repair café</h1>")
		return err
	})
	var out strings.Builder
	if err := layout.Page(s).Render(templ.WithChildren(i18n.With(t.Context(), "en"), child), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func mustHave(t *testing.T, page string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(page, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
}

func mustLack(t *testing.T, page string, unwanted ...string) {
	t.Helper()
	for _, u := range unwanted {
		if strings.Contains(page, u) {
			t.Errorf("the page has %q", u)
		}
	}
}

func TestTheContentStandsInMain(t *testing.T) {
	p := page(t, layout.Shell{Title: "Repair café", Path: "/events/repair?after=x", Description: "Bring a lamp"})
	_, main, _ := strings.Cut(p, `<main id="main"`)
	main, _, _ = strings.Cut(main, "</main>")
	mustHave(t, main, "<h1>Repair café</h1>")
	mustHave(t, p, "<!doctype html>", `href="#main"`, "<title>Repair café · Longtable</title>", `content="Bring a lamp"`, `id="status"`, `value="/events/repair?after=x"`)
}

func TestATitleSaysFirstThatSomethingIsWrong(t *testing.T) {
	mustHave(t, page(t, layout.Shell{Title: "Come in", Network: "Yaba Table", Problem: true}), "<title>Error: Come in · Yaba Table</title>")
	mustHave(t, page(t, layout.Shell{Network: "Yaba Table"}), "<title>Yaba Table</title>")
}

func TestAFirstVisitCarriesTheSheetAndALaterOneLinksIt(t *testing.T) {
	first := page(t, layout.Shell{})
	mustHave(t, first, "<style>"+string(frontend.Style())+"</style>")
	mustLack(t, first, `rel="stylesheet"`)
	later := page(t, layout.Shell{Cached: true})
	mustHave(t, later, `<link rel="stylesheet" href="`+frontend.Address("style.css"))
	mustLack(t, later, "<style>")
}

func TestModulesAreNamedInTheHead(t *testing.T) {
	p := page(t, layout.Shell{Viewer: amara, Live: true, Epoch: "e1", Modules: []string{"search"}})
	head, _, _ := strings.Cut(p, "</head>")
	for _, module := range []string{"live.js", "search.js"} {
		mustHave(t, head, `<script type="module" src="`+frontend.Address(module)+`"></script>`, `<link rel="modulepreload" href="`+frontend.Address(module))
	}
	mustHave(t, p, `data-live="/live"`, `data-epoch="e1"`)
	mustLack(t, page(t, layout.Shell{}), "<script", "data-live")
}

func TestAStrangerSeesOnlyWhatIsOpenToStrangers(t *testing.T) {
	stranger := page(t, layout.Shell{})
	mustHave(t, stranger, `href="/programmes"`, `href="/hubs"`, `href="/sessions"`, `href="/sign-up"`, `href="/help"`)
	mustLack(t, stranger, `href="/people"`, `href="/matches"`, `href="/conversations"`, "data-watch", "phone-bar\"")
	member := page(t, layout.Shell{Viewer: amara})
	for _, address := range []string{"/people", "/matches", "/conversations", "/events", "/board", "/programmes", "/hubs"} {
		if n := strings.Count(member, `<a href="`+address+`"`); n != 2 {
			t.Errorf("%s stands %d times: once for a desk and once for a phone is right", address, n)
		}
	}
	mustLack(t, member, "/sign-up", "/desk")
	mustHave(t, page(t, layout.Shell{Viewer: &layout.Person{ID: "s", Steward: true}}), `href="/desk"`)
}

func TestTheCurrentWayIsMarked(t *testing.T) {
	p := page(t, layout.Shell{Viewer: amara, Section: layout.Events})
	if n := strings.Count(p, `href="/events" aria-current="page"`); n != 2 {
		t.Errorf("events is marked %d times", n)
	}
	if n := strings.Count(p, `aria-current="page"`); n != 2 {
		t.Errorf("%d ways are marked", n)
	}
}

func TestBadgesHideAtNothingAndStayToBeUpdated(t *testing.T) {
	p := page(t, layout.Shell{Viewer: amara, Unread: layout.Unread{Talk: 3}})
	mustHave(t, p, `id="unread-talk" data-watch="member:amara">3`, `id="unread-talk-phone" data-watch="member:amara">3`, `id="unread-notices" data-watch="member:amara" hidden>`)
}

func TestAChosenThemeStandsOnTheRoot(t *testing.T) {
	mustHave(t, page(t, layout.Shell{Theme: "dark"}), ` data-theme="dark"`, `action="/settings/theme"`, `action="/settings/language"`, `value="dark" aria-pressed="true"`)
	mustLack(t, page(t, layout.Shell{}), ` data-theme="`)
}

func TestOnlyAWrongFlashInterrupts(t *testing.T) {
	mustHave(t, page(t, layout.Shell{Flash: &layout.Flash{Tone: "wrong", Text: "Not sent"}}), `role="alert"`, "Not sent")
	mustLack(t, page(t, layout.Shell{Flash: &layout.Flash{Text: "Saved"}}), `role="alert"`)
}

func TestQuietThingsAreShownWhereAskedFor(t *testing.T) {
	mustHave(t, page(t, layout.Shell{Progress: "Still preparing", Private: true, Demo: true}),
		"Still preparing", `content="noindex"`, `href="/mailbox"`)
	mustLack(t, page(t, layout.Shell{}), "quiet-line\"", "noindex", "/mailbox")
}
