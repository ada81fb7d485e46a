package journeys

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"longtable/frontend/htmlcheck"
)

func TestEveryPageIsAccessible(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	tr := newTour(t, s)
	for _, route := range s.pageRoutes() {
		if tr.seen[route] == nil && !slices.Contains(elsewhere, route) {
			t.Errorf("nobody was shown %s", route)
		}
	}
	tr.checkDocuments()
	tr.checkInBrowser(tr.different)
}

// elsewhere are pages of moments that a demo in use does not have; TestPagesOfTheFirstMoments sees them.
var elsewhere = []string{"/first-run", "/arrival", "/acting", "/people/{id}/declaration"}

// checkDocuments reads every page as an assistive technology would.
func (tr *tour) checkDocuments() {
	tr.t.Helper()
	for _, language := range []string{"en", "fr", "ar"} {
		for _, v := range tr.visits {
			c := tr.people[v.role]
			c.speak(language)
			for _, fault := range faultsOf(c.get(v.address)) {
				tr.t.Errorf("%s in %s: %s", v, language, fault)
			}
		}
	}
}

// speak chooses the language of the pages.
func (c *client) speak(language string) {
	c.http.Jar.SetCookies(c.base, []*http.Cookie{{Name: "language", Value: language, Path: "/"}})
}

func faultsOf(p *page) []string {
	if p.status != http.StatusOK {
		return []string{"answered " + p.String()}
	}
	faults, err := htmlcheck.Page(bytes.NewReader(p.body))
	if err != nil {
		return []string{err.Error()}
	}
	return faults
}

// forNewcomers are pages that people come to who belong nowhere yet, and those with figures or points that must not be read
// wrongly: they are looked at in all three languages.
var forNewcomers = regexp.MustCompile(`^/(programmes|applications|declaration|inclusion|seat|helping|card|way-in|recoveries|matches/weights)|/(inclusion|plans|pool)$|/books/`)

// looks are the states in which a page is seen. The first two differ in everything; pages that newcomers come to are seen in all
// three languages, and the long proof sees every page in every look.
func looks(route string) []tabOptions {
	usual, french := []tabOptions{{language: "en", width: 360}, {language: "ar", width: 1280, dark: true}}, tabOptions{language: "fr", width: 360, dark: true}
	switch {
	case proving():
		return append(usual, french, tabOptions{language: "en", width: 1280}, tabOptions{language: "en", width: 360, dark: true},
			tabOptions{language: "ar", width: 360}, tabOptions{language: "fr", width: 1280})
	case forNewcomers.MatchString(route):
		return append(usual, french)
	}
	return usual
}

// checkInBrowser looks at pages in two windows at a time, as the machine has cores.
func (tr *tour) checkInBrowser(visits []visit) {
	t := tr.t.(*testing.T)
	needsAxe(t)
	windows := make(chan *tab, 2)
	for range cap(windows) {
		windows <- tr.s.browse("reader", tabOptions{})
	}
	t.Run("in the browser", func(t *testing.T) {
		for _, v := range visits {
			t.Run(v.String(), func(t *testing.T) {
				t.Parallel()
				window := <-windows
				defer func() { windows <- window }()
				tb := *window
				tb.t, tb.s = t, &server{process: tr.s.process, t: t}
				for _, o := range looks(v.route) {
					tb.visit(tr.people[v.role], v, o)
				}
			})
		}
	})
}

// visit looks at one page in one state, then narrows the window to that of the smallest phone.
func (tb *tab) visit(who *client, v visit, o tabOptions) {
	tb.t.Helper()
	tb.show(who, v, o)
	tb.unfold(o)
	faults := append(axe(tb), tb.overflows()...)
	tb.do(chromedp.EmulateViewport(smallestPhone, viewportHeight))
	for _, fault := range append(faults, tb.overflows()...) {
		tb.t.Errorf("in %s at %d px: %s", o.language, o.width, fault)
	}
}

// show opens a page with the cookies of a person.
func (tb *tab) show(who *client, v visit, o tabOptions) {
	tb.t.Helper()
	steps := []chromedp.Action[chromedp.Void]{calling(network.ClearBrowserCookies, cdp.Empty{})}
	for _, c := range who.http.Jar.Cookies(who.base) {
		if c.Name == "session" {
			steps = append(steps, calling(network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: tb.s.url.String()}))
		}
	}
	tb.do(append(steps, tb.look(o))...)
	tb.speak(o.language)
	tb.open(v.address)
}

const (
	smallestPhone = 320 // CSS pixels; narrower windows come from magnifying a page to 400 %
	widestPhone   = 600 // CSS pixels; below, a bar lies over the lower edge of the window
)

// unfold makes the window of a phone as high as the page: what lies half under its bar only because of where the page is
// scrolled to is not a fault.
func (tb *tab) unfold(o tabOptions) {
	tb.t.Helper()
	if o.width > widestPhone {
		return
	}
	height := ask[int64](tb, `document.scrollingElement.scrollHeight`)
	tb.do(chromedp.EmulateViewport(o.width, max(height, viewportHeight)))
}

// overflows says what is wider than the window.
func (tb *tab) overflows() (faults []string) {
	tb.t.Helper()
	wide := ask[[]string](tb, `document.scrollingElement.scrollWidth <= innerWidth ? [] :
		["it is " + document.scrollingElement.scrollWidth + " px wide in a window of " + innerWidth,
		...[...document.querySelectorAll("body *")].filter(e => {
			const r = e.getBoundingClientRect();
			return r.width && (r.right > innerWidth + 1 || r.left < -1);
		}).slice(0, 3).map(e => e.outerHTML.slice(0, 160))]`)
	if len(wide) == 0 {
		return nil
	}
	return []string{"the page scrolls sideways: " + strings.Join(wide, " | ")}
}

func TestPagesOfTheFirstMoments(t *testing.T) {
	t.Parallel()
	s := start(t)
	tr := &tour{t: t, s: s, people: map[string]*client{"nobody": s.visitor()}}
	tr.visits = []visit{{"/first-run", "nobody", "/first-run"}}
	tr.checkDocuments()
	tr.checkInBrowser(tr.visits)

	demo := sharedDemo(t)
	newcomer := demo.visitor()
	newcomer.signUp("arriving@example.org")
	tr = &tour{t: t, s: demo, people: map[string]*client{"newcomer": newcomer}}
	helper := demo.as("host")
	helper.actForSomebody()
	tr.people["helper"] = helper
	tr.visits = []visit{{"/arrival", "newcomer", "/arrival"}, {"/acting", "helper", "/acting"}}
	tr.checkDocuments()
	tr.checkInBrowser(tr.visits)
}

// actForSomebody begins to act for one of those who allowed it.
func (c *client) actForSomebody() {
	c.t.Helper()
	var helping struct{ Helped []thing }
	c.mustCall(http.MethodGet, "/helping", nil, &helping)
	if len(helping.Helped) == 0 {
		c.t.Fatal("nobody in the demo lets this person act for them")
	}
	c.get("/helping").form("/helping/" + helping.Helped[0].ID + "/act").send().must()
}

// signUp goes through the form and the letter to the question for a name.
func (c *client) signUp(email string) {
	c.t.Helper()
	s := &server{process: &process{url: c.base}, t: c.t}
	c.get("/sign-up").form("/sign-up").set("email", email).send().must()
	eventually(c.t, patience, "the letter is in the mailbox", func() bool { return s.linksInMailbox()[email] != "" })
	c.signIn(s.linksInMailbox()[email])
}

// TestShowEveryPage takes pictures of every page for people to look at, into the folder that LONGTABLE_SHOTS names; only of
// the routes that fit LONGTABLE_SHOTS_OF, where it is set.
func TestShowEveryPage(t *testing.T) {
	folder := os.Getenv("LONGTABLE_SHOTS")
	if folder == "" {
		t.Skip("takes pictures into the folder that LONGTABLE_SHOTS names")
	}
	wanted, err := regexp.Compile(os.Getenv("LONGTABLE_SHOTS_OF"))
	if err != nil {
		t.Fatal(err)
	}
	tr := newTour(t, sharedDemo(t).settled())
	tb := tr.s.browse("photographer", tabOptions{})
	for _, v := range tr.different {
		if !wanted.MatchString(v.route) {
			continue
		}
		for _, o := range []tabOptions{{language: "en", width: 360}, {language: "en", width: 1280}, {language: "en", width: 1280, dark: true},
			{language: "fr", width: 360, dark: true}, {language: "ar", width: 360}, {language: "ar", width: 1280}} {
			tb.show(tr.people[v.role], v, o)
			tb.shoot(filepath.Join(folder, pictureName(v, o)))
		}
	}
}

func pictureName(v visit, o tabOptions) string {
	colours := "light"
	if o.dark {
		colours = "dark"
	}
	page := strings.Trim(strings.NewReplacer("/", "_", "{", "", "}", "").Replace(v.route), "_")
	if _, query, asked := strings.Cut(v.address, "?"); asked {
		page += "_" + url.QueryEscape(query)
	}
	return fmt.Sprintf("%s_%s_%s_%d_%s.jpg", page, v.role, o.language, o.width, colours)
}

// shoot saves a picture of the whole page. The window is made as high as the page first: a capture beyond the window
// leaves the bar of a phone in the middle of the picture, and moves a right-to-left page that fits the window sideways.
func (tb *tab) shoot(path string) {
	tb.t.Helper()
	size := ask[[]int64](tb, `[innerWidth, document.scrollingElement.scrollHeight]`)
	tb.do(chromedp.EmulateViewport(size[0], max(size[1], viewportHeight)))
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	picture, err := chromedp.Run(ctx, captureWindow)
	if err != nil {
		tb.t.Fatalf("take a picture of %s: %v", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		tb.t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o644); err != nil {
		tb.t.Fatal(err)
	}
}

// captureWindow is a picture of what the window shows.
func captureWindow(ctx context.Context, t *chromedp.Target) ([]byte, error) {
	quality := int64(90) // percent; text stays readable, and a tour fits a mail
	r, err := cdp.Call(ctx, t, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{Format: cdppage.CaptureScreenshotFormatJpeg, Quality: &quality})
	if err != nil {
		return nil, err
	}
	return r.Data, nil
}
