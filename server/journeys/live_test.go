package journeys

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Two people talk while the connection of one breaks and while the server dies: nothing is lost, doubled or moved, and
// nobody loads a page again.
func TestATalkSurvivesAnOfflineBrowserAndARestart(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "100").settled()
	a, b := s.browse("A", tabOptions{}), s.browse("B", tabOptions{width: 360})
	talk := "/conversations/" + s.conversationOf(s.as("member"), s.as("host"))
	a.signIn(s.door("member"))
	b.signIn(s.door("host"))
	for _, tb := range []*tab{a, b} {
		tb.open(talk)
		tb.until("the talk is open", saidOnce("I do."))
	}
	before := len(said(a)) - 1
	writeLine(a, "One")
	b.until("it arrives", saidOnce("One"))
	mark(a)
	mark(b)

	b.offline(true)
	writeLine(b, "Two, written without a line")
	b.until("it waits", `document.querySelector("[data-state=sending], [data-state=failed]")`)
	writeLine(a, "Three")
	a.until("it is sent", saidOnce("Three")+` && !document.querySelector("[data-state=sending]")`)
	if ask[bool](b, saidOnce("Three")) || ask[bool](b, `navigator.onLine`) {
		t.Error("the browser that is offline hears all the same, so this test means little")
	}
	change(s.as("member"), talk, "Three", "Three, mended")
	b.offline(false)
	for _, tb := range []*tab{a, b} {
		tb.until("both have both", saidOnce("Two, written without a line")+` && `+saidOnce("Three, mended"))
		unmoved(tb)
	}

	b.press(`#messages li:last-of-type .message-more a`) // what one can do with it opens in place
	b.press(`.message .acts form[action$="/reaction"] button`)
	a.until("the reaction arrives", `document.querySelector("#messages li:last-of-type .reaction[data-word=thanks]:not([hidden])")`)

	s.kill()
	writeLine(a, "Four, written to nobody")
	a.until("it waits", `document.querySelector("[data-state=sending], [data-state=failed]")`)
	s.restart()
	a.do(reload()) // what was not sent survives the page
	want := []string{"I do.", "One", "Three, mended", "Two, written without a line", "Four, written to nobody"}
	for _, tb := range []*tab{a, b} {
		tb.until("everything is there, and sent", messageCount(before+len(want))+` && !document.querySelector("[data-state=sending], [data-state=failed]")`)
		if got := said(tb)[before:]; !slices.Equal(got, want) {
			t.Errorf("%s reads %q, not %q", tb.name, got, want)
		}
	}
	unmoved(b)
}

// writeLine writes a line and sends it.
func writeLine(tb *tab, line string) {
	tb.t.Helper()
	tb.fill(`#composer textarea`, line)
	tb.press(`#composer button`)
}

// saidOnce is the condition that a line stands on the page once.
func saidOnce(line string) string {
	return fmt.Sprintf(`[...document.querySelectorAll("#messages .message-text")].filter(p => p.innerText === %s).length === 1`, quote(line))
}

// change gives one's own message other words, as a program does.
func change(c *client, talk, before, after string) {
	c.t.Helper()
	for _, m := range everything[messageJSON](c, talk+"/messages?limit=100") {
		if m.Body == before {
			c.mustCall(http.MethodPatch, fmt.Sprintf("%s/messages/%d", talk, m.Seq), map[string]string{"body": after}, nil)
			return
		}
	}
	c.t.Fatalf("nobody said %q", before)
}

// offline takes the browser off the network, or puts it back.
func (tb *tab) offline(yes bool) {
	tb.t.Helper()
	conditions := []*network.Conditions{}
	if yes {
		conditions = append(conditions, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	tb.do(calling(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions}),
		calling(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: yes, DownloadThroughput: -1, UploadThroughput: -1}))
}

// Five tabs of one browser share one connection, and each shows everything once; when the one that has it is closed,
// another takes over.
func TestFiveTabsShareOneConnection(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	other := s.as("host")
	talk := s.conversationOf(other, s.as("newcomer"))
	first := s.browse("tab 1", tabOptions{})
	first.signIn(s.door("newcomer"))
	tabs := []*tab{first}
	for i := range 4 {
		tabs = append(tabs, first.another(fmt.Sprintf("tab %d", i+2)))
	}
	for _, tb := range tabs {
		tb.open("/conversations/" + talk)
		tb.until("the talk is open", saidOnce("I do."))
	}
	held := `navigator.locks.query().then(q => q.held.length * 10 + q.pending.length)`
	first.until("one tab leads and four wait", `window.locksHeld === 14 || (`+held+`.then(n => { window.locksHeld = n; }), false)`)
	writeLine(tabs[2], "From the third tab")
	other.mustCall(http.MethodPost, "/conversations/"+talk+"/messages", map[string]string{"nonce": "five-tabs-0000001", "body": "To all tabs"}, nil)
	for _, tb := range tabs {
		tb.until("both lines stand there once", saidOnce("From the third tab")+` && `+saidOnce("To all tabs"))
	}
	first.open("/help") // the leader leaves
	other.mustCall(http.MethodPost, "/conversations/"+talk+"/messages", map[string]string{"nonce": "five-tabs-0000002", "body": "To those who stayed"}, nil)
	for _, tb := range tabs[1:] {
		tb.until("it arrives all the same", saidOnce("To those who stayed")+` && `+saidOnce("From the third tab"))
	}
}

// another opens a further tab of the same browser.
func (tb *tab) another(name string) *tab {
	tb.t.Helper()
	ctx, cancel := chromedp.NewContext(tb.ctx)
	tb.t.Cleanup(cancel)
	other := &tab{t: tb.t, s: tb.s, ctx: ctx, name: name}
	other.do(other.look(tabOptions{}))
	return other
}

// Without scripts a message is answered, reacted to, mended, taken back and reported by forms.
func TestEverythingAboutAMessageWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	a, b := s.as("steward"), s.as("member")
	talk := "/conversations/" + s.conversationOf(a, b)
	one := b.get(talk + "/messages/1").must()
	one.form(talk+"/messages/1/reaction").set("word", "thanks").send().must()
	mended := b.get(talk+"/messages/1").must().form(talk+"/messages/1").set("body", "I do, see https://example.org/looms.").send().must()
	var led []string
	for link := range matching(mended.doc, "a") {
		if attr(link, "rel") == "noopener nofollow" {
			led = append(led, attr(link, "href"))
		}
	}
	if !slices.Equal(led, []string{"https://example.org/looms"}) {
		t.Errorf("the addresses lead to %q", led)
	}
	answer := a.get(talk + "?answer=1").must()
	if !answer.form(talk+"/messages").set("body", "Show me.").send().must().says("I do, see") {
		t.Error("the answer doesn't quote what it answers")
	}
	if !a.get("/conversations/search?q=looms").must().says("I do, see") {
		t.Error("the search doesn't find it")
	}
	report := a.get("/reports/new?about=message&subject=" + talk[len("/conversations/"):] + ".1").must()
	report.form("/reports").set("rule", "advertising").set("words", "He sells looms.").send().must()
	b.get(talk + "/messages/1").must().form(talk + "/messages/1/delete").send().must()
	if after := a.get(talk).must(); after.says("I do") || !after.says("Show me.") {
		t.Errorf("after it was taken back: %s", after)
	}
}
