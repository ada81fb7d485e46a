package journeys

import (
	"strings"
	"testing"
)

func TestAMemberTakesEverythingAndLeaves(t *testing.T) {
	t.Parallel()
	leaveTheNetwork(t, tabOptions{width: 360})
}

func TestAMemberTakesEverythingAndLeavesWithoutScripts(t *testing.T) {
	t.Parallel()
	leaveTheNetwork(t, tabOptions{noScripts: true})
}

// leaveTheNetwork lets somebody meet another, look at what is kept of them, and go. It has a demo of its own: a leaving
// empties the mailbox.
func leaveTheNetwork(t *testing.T, o tabOptions) {
	const words, reply = "My seedlings need a balance sheet.", "Then let us begin with the seeds."
	s := start(t, "demo", "--members", "40").settled()
	a, b := s.browse("A", o), s.browse("B", o)
	b.signIn(s.door("newcomer"))
	writeProfile(b, "Numbers that make sense to cooks", "bookkeeping", "carpentry")
	s.findable("bookkeeping", "Noor Rahimi")
	signUpByLetter(a, "Zeynep Arslan", "zeynep@example.org")
	writeProfile(a, "Seedlings for the whole street", "carpentry", "bookkeeping")
	askForIntroduction(a, findBySkill(a, "Noor Rahimi"), words)
	acceptIntroduction(b, words)
	talk := ask[string](b, `location.pathname`)
	b.fill(`#composer textarea`, reply)
	b.press(`#composer button`)
	b.until("it stands there", `document.querySelector("main").innerText.includes(`+quote(reply)+`)`)

	a.open("/settings")
	a.press(`main a[href="/export"]`)
	a.until("everything is there", `document.querySelector("main").innerText.includes("That is everything.")`)
	for _, kept := range []string{"zeynep@example.org", "Seedlings for the whole street", words, reply} {
		a.shows(kept)
	}
	a.open("/settings")
	a.press(`main a[href="/leave"]`)
	a.until("what it means", `location.pathname === "/leave"`)
	a.press(`main form[action="/account/delete"] button`)
	a.until("a yes is asked for", `document.querySelector("#f-sure-error")`)
	a.press(`#f-sure`)
	a.press(`main form[action="/account/delete"] button`)
	a.until("they have left", `document.body.innerText.includes("You have left.")`)
	a.open("/settings")
	a.until("the door is closed", `location.pathname === "/sessions"`)

	b.open(talk)
	b.shows("Somebody who left")
	b.shows("They have left the network.")
	b.shows(reply)
	for what, gone := range map[string]string{"the words": words, "the name": "Zeynep"} {
		if strings.Contains(b.text("main"), gone) {
			t.Errorf("%s stayed: %s", what, b.text("main"))
		}
	}
	if ask[bool](b, `document.querySelector("#composer") !== null`) {
		t.Error("one could go on writing to nobody")
	}
}
