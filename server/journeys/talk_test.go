package journeys

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const misspelt = "bookeping" // one letter is missing

func TestTwoPeopleMeetAndTalk(t *testing.T) {
	t.Parallel()
	meetAndTalk(t, "Wanjirũ Kamau", "wanjiru@example.org", tabOptions{})
}

func TestTwoPeopleMeetAndTalkWithoutScripts(t *testing.T) {
	t.Parallel()
	meetAndTalk(t, "Achieng Otieno", "without.scripts@example.org", tabOptions{noScripts: true, width: 360})
}

// meetAndTalk is the way from the front door to a conversation, with scripts or without. Both may run at once and ask the
// same person, so what each writes to her names them.
func meetAndTalk(t *testing.T, name, email string, o tabOptions) {
	words := "My seedlings need a balance sheet. " + name
	s := sharedDemo(t).settled()
	a, b := s.browse("A", o), s.browse("B", o)
	b.signIn(s.door("newcomer"))
	writeProfile(b, "Numbers that make sense to cooks", "bookkeeping", "carpentry")
	s.findable("bookkeeping", "Noor Rahimi")

	signUpByLetter(a, name, email)
	writeProfile(a, "Seedlings for the whole street", "carpentry", "bookkeeping")
	askForIntroduction(a, findBySkill(a, "Noor Rahimi"), words)
	acceptIntroduction(b, words)
	a.open("/introductions")
	a.press(`main a[href^="/conversations/"]`)
	a.until("the conversation", conversationOpen)
	talk(a, b, !o.noScripts)
}

const conversationOpen = `/^\/conversations\/.+/.test(location.pathname) && document.querySelector("#composer")`

// signUpByLetter signs up without a password, reads the letter and comes in under a name.
func signUpByLetter(tb *tab, name, email string) {
	tb.t.Helper()
	tb.open("/")
	tb.open("/sign-up")
	tb.fill(`[name=email]`, email)
	tb.press(`main form[action="/sign-up"] button`)
	tb.until("a letter is on its way", `document.querySelector('main a[href="/mailbox"]')`)
	letter := fmt.Sprintf(`[...document.querySelectorAll("main article")].find(a => a.innerText.includes(%q))`, email)
	eventually(tb.t, patience, "the letter is in the mailbox", func() bool {
		tb.open("/mailbox")
		return ask[bool](tb, letter+` !== undefined`)
	})
	tb.signIn(ask[string](tb, letter+`.querySelector('a[href*="/sign-in-link/"]').href`))
	tb.until("a name is asked for", `location.pathname === "/arrival"`)
	tb.fill(`[name=name]`, name)
	tb.press(`main form[action="/arrival"] button`)
	tb.until("the way goes on", `location.pathname === "/profile"`)
}

// writeProfile says something of oneself, with skills as they are called.
func writeProfile(tb *tab, headline, offer, need string) {
	tb.t.Helper()
	tb.open("/profile")
	tb.fill(`[name=headline]`, headline)
	tb.fill(`[name=about]`, "I look for people who bring what I lack.")
	tb.fill(`[name=offers]`, offer)
	tb.fill(`[name=needs]`, need)
	// Whoever has typed leaves the field: a press while the browser's own list of suggestions is open only closes it.
	tb.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	tb.press(`main form[action="/profile"] .button-main`)
	tb.until("the own page", `location.pathname.startsWith("/people/")`)
	tb.shows(headline)
	tb.shows(offer)
	tb.shows(need)
}

// findable waits until the index has heard of a profile.
func (s *server) findable(skill, name string) {
	s.t.Helper()
	looking := s.as("member")
	eventually(s.t, patience, name+" is in the index", func() bool {
		return looking.get("/people?q=" + url.QueryEscape(skill)).must().says(name)
	})
}

// findBySkill searches with a typing mistake and returns the path of the person with that name.
func findBySkill(tb *tab, name string) (path string) {
	tb.t.Helper()
	tb.open("/people")
	tb.fill(`#q`, misspelt)
	if ask[bool](tb, `document.querySelector("script[type=module]") === null`) {
		tb.t.Error("the search page names no module")
	}
	tb.press(`main form[role=search] button.button-main`)
	card := fmt.Sprintf(`[...document.querySelectorAll("#results a")].find(a => a.innerText.includes(%q))`, name)
	tb.until(name+" is found", `new URL(location.href).searchParams.get("q") === `+quote(misspelt)+` && `+card)
	tb.open(ask[string](tb, card+`.href`))
	tb.until("the person's page", `location.pathname.startsWith("/people/")`)
	return ask[string](tb, `location.pathname`)
}

func askForIntroduction(tb *tab, person, words string) {
	tb.t.Helper()
	tb.press(`main a[href="` + person + `/introduction"]`)
	tb.until("the form", `location.pathname.endsWith("/introduction")`)
	tb.fill(`[name=words]`, words)
	tb.press(`main form[action="` + person + `/introduction"] button`)
	tb.until("it was sent", `!location.pathname.endsWith("/introduction")`)
}

func acceptIntroduction(tb *tab, words string) {
	tb.t.Helper()
	tb.open("/introductions")
	tb.shows(words)
	accept := `[...document.querySelectorAll("main article")].find(a => a.innerText.includes(` + quote(words) + `))?.querySelector('form[action$="/accept"]')?.action`
	tb.press(`main form[action="` + strings.TrimPrefix(ask[string](tb, accept), tb.s.url.String()) + `"] button`)
	tb.until("the conversation", conversationOpen)
}

// said are the messages on the page, in its order.
func said(tb *tab) []string {
	tb.t.Helper()
	return ask[[]string](tb, `[...document.querySelectorAll("#messages .message-text")].map(p => p.innerText)`)
}

// talk lets both write in turns; live, each line must arrive at the other without a reload.
func talk(a, b *tab, live bool) {
	a.t.Helper()
	before := len(said(a))
	var lines []string
	if live {
		mark(a)
		mark(b)
	}
	for i := range 6 {
		speaker, listener := a, b
		if i%2 == 1 {
			speaker, listener = b, a
		}
		line := fmt.Sprintf("Line %d: <b>bold</b> & شكرا", i+1)
		lines = append(lines, line)
		sayLine(speaker, line, before+i+1)
		if !live {
			listener.do(reload())
		}
		listener.until(fmt.Sprintf("line %d has arrived", i+1), messageCount(before+i+1))
	}
	for _, tb := range []*tab{a, b} {
		if got := said(tb)[before:]; !slices.Equal(got, lines) {
			tb.t.Errorf("%s reads %q, not %q", tb.name, got, lines)
		}
		if live {
			unmoved(tb)
		}
		tb.do(reload())
		tb.until("it is the same after a reload", messageCount(before+len(lines)))
		if got := said(tb)[before:]; !slices.Equal(got, lines) {
			tb.t.Errorf("%s reads %q after a reload, not %q", tb.name, got, lines)
		}
	}
}

func sayLine(tb *tab, line string, count int) {
	tb.t.Helper()
	tb.fill(`#composer textarea`, line)
	tb.press(`#composer button`)
	tb.until("it stands on the own page", messageCount(count)+` && !document.querySelector("[data-state=sending], [data-state=failed]")`)
}

func messageCount(n int) string {
	return fmt.Sprintf(`document.querySelectorAll("#messages .message-text").length === %d`, n)
}
