package journeys

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// browser is the one Chromium of a test run; every person gets a context of their own in it.
type browser struct {
	ctx    context.Context
	cancel context.CancelFunc
}

var errNoBrowser = errors.New("no Chromium found: install chromium, chromium-browser or google-chrome to run the browser journeys")

// openBrowser starts Chromium so that nothing can leave the machine and nothing moves.
func openBrowser() (*browser, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, errNoBrowser
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(),
		chromedp.ExecPath(path), chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-background-timer-throttling", true), chromedp.Flag("disable-backgrounding-occluded-windows", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.Flag("force-prefers-reduced-motion", true), chromedp.Flag("lang", "en-GB"))
	ctx, cancel := chromedp.NewContext(ctx)
	b := &browser{ctx: ctx, cancel: func() { cancel(); stop() }}
	if err := chromedp.Do(ctx); err != nil { // starts it; its life is bound to this context, which has no deadline
		return nil, errors.Join(fmt.Errorf("start %s: %w", path, err), b.close())
	}
	return b, nil
}

func (b *browser) close() error {
	if b == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	err := chromedp.Cancel(ctx)
	b.cancel()
	return err
}

// browserRequired says that a missing browser is a failure, as in the gate.
func browserRequired() bool { return os.Getenv("LONGTABLE_BROWSER_REQUIRED") == "1" }

// tab is a person in front of a browser of their own.
type tab struct {
	t    testing.TB
	s    *server
	ctx  context.Context
	name string
}

// tabOptions say what kind of a browser it is.
type tabOptions struct {
	noScripts bool
	language  string // en where empty
	dark      bool
	width     int64 // CSS pixels; 1280 where 0
}

// browse opens a browser for somebody, isolated from everybody else's.
func (s *server) browse(name string, o tabOptions) *tab {
	s.t.Helper()
	b, err := workshop.browser()
	if errors.Is(err, errNoBrowser) && !browserRequired() {
		s.t.Skip(err)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	s.t.Cleanup(cancel)
	tb := &tab{t: s.t, s: s, ctx: ctx, name: name}
	tb.do(tb.look(o), calling(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: o.noScripts}))
	tb.speak(o.language)
	return tb
}

// calling makes a step of a command of the protocol.
func calling[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, cmd, params)
		return chromedp.Void{}, err
	}
}

const viewportHeight = 900 // CSS pixels

// look sets the size of the window and its colours.
func (tb *tab) look(o tabOptions) chromedp.Action[chromedp.Void] {
	width, scheme := o.width, "light"
	if width == 0 {
		width = 1280
	}
	if o.dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}}
	return chromedp.Steps(calling(emulation.SetEmulatedMedia, media), chromedp.EmulateViewport(width, viewportHeight))
}

// speak chooses the language of the pages.
func (tb *tab) speak(language string) {
	tb.t.Helper()
	if language == "" {
		language = "en"
	}
	tb.do(calling(network.SetCookie, network.SetCookieParams{Name: "language", Value: language, URL: tb.s.url.String()}))
}

// do runs steps with a deadline; they must all succeed.
func (tb *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	tb.t.Helper()
	if err := chromedp.Do(tb.ctx); err != nil { // the first time it opens the tab, which must outlive the deadline
		tb.t.Fatalf("%s: %v", tb.name, err)
	}
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tb.t.Fatalf("%s: %v\n%s", tb.name, err, tb.state())
	}
}

// open goes to a path, or to an address that the program printed.
func (tb *tab) open(path string) {
	tb.t.Helper()
	to, err := tb.s.url.Parse(path)
	if err != nil {
		tb.t.Fatal(err)
	}
	tb.do(chromedp.Navigate(to.String()))
}

// reload loads the page again.
func reload() chromedp.Action[chromedp.Void] { return chromedp.Reload() }

// signIn comes in by a link.
func (tb *tab) signIn(link string) {
	tb.t.Helper()
	tb.open(link)
	tb.press(`form[action^="/sign-in-link/"] button`)
	tb.until("came in", `!location.pathname.startsWith("/sign-in-link")`)
}

// press clicks what the selector finds, as a person does. What follows has to be waited for with until.
func (tb *tab) press(selector string) {
	tb.t.Helper()
	tb.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// fill types into a field, in the place of what stands there.
func (tb *tab) fill(selector, text string) {
	tb.t.Helper()
	tb.do(chromedp.Focus(chromedp.CSS(selector), chromedp.NodeVisible),
		chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`),
		calling(input.InsertText, input.InsertTextParams{Text: text}))
}

// pick sets a field that is not typed into, such as a date.
func (tb *tab) pick(selector, value string) {
	tb.t.Helper()
	tb.do(chromedp.SetValue(chromedp.CSS(selector), value))
}

// text is what stands in the first element that the selector finds.
func (tb *tab) text(selector string) string {
	tb.t.Helper()
	return ask[string](tb, `document.querySelector(`+quote(selector)+`)?.innerText ?? ""`)
}

// until waits for a condition of the page, written in JavaScript. While a page changes there is none to ask.
func (tb *tab) until(what, condition string) {
	tb.t.Helper()
	deadline := time.Now().Add(patience)
	ticker := time.NewTicker(2 * lookEvery)
	defer ticker.Stop()
	for {
		ctx, cancel := context.WithDeadline(tb.ctx, deadline)
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState === 'complete' && Boolean("+condition+")"))
		cancel()
		if err == nil && holds {
			return
		}
		if time.Now().After(deadline) {
			tb.t.Fatalf("%s: not within %s: %s (%v)\n%s", tb.name, patience, what, err, tb.state())
		}
		<-ticker.C
	}
}

// shows waits until the text of the page's main part holds the words.
func (tb *tab) shows(words string) {
	tb.t.Helper()
	tb.until(fmt.Sprintf("the page shows %q", words), `document.querySelector("main").innerText.includes(`+quote(words)+`)`)
}

// ask evaluates JavaScript in the page.
func ask[T any](tb *tab, expression string) T {
	tb.t.Helper()
	ctx, cancel := context.WithTimeout(tb.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tb.t.Fatalf("%s: %v\n%s", tb.name, err, tb.state())
	}
	return value
}

// state is what a failed test tells of the page.
func (tb *tab) state() string {
	ctx, cancel := context.WithTimeout(tb.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 1500)`))
	if err != nil {
		return "(the page can't be asked: " + err.Error() + ")"
	}
	return strings.Join(strings.Fields(text), " ")
}

// quote writes a text as JavaScript.
func quote(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		return `""` // a string always has a JSON form
	}
	return string(data)
}

// focusBox puts the caret into the search box.
func focusBox() chromedp.Action[chromedp.Void] {
	return chromedp.Focus(chromedp.CSS("#q"), chromedp.NodeVisible)
}

// typeIn adds text where the caret is.
func (tb *tab) typeIn(text string) {
	tb.t.Helper()
	tb.do(calling(input.InsertText, input.InsertTextParams{Text: text}))
}

// key presses a key that writes nothing, such as ArrowDown.
func (tb *tab) key(name string) {
	tb.t.Helper()
	press := func(kind input.DispatchKeyEventType) chromedp.Action[chromedp.Void] {
		return calling(input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: name, Code: name})
	}
	tb.do(press("rawKeyDown"), press("keyUp"))
}
