package journeys

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
)

// fillTalk lets people say, quote, react, ask, save, vote and take a seat, so that the pages of these have something to
// show. Some of it is refused where an earlier tour of the same demo did it already.
func (tr *tour) fillTalk() {
	tr.t.Helper()
	member, host, newcomer := tr.people["member"], tr.people["host"], tr.people["newcomer"]
	talk := "/conversations/" + tr.s.conversationOf(member, host) + "/messages"
	var lease struct{ Seq int }
	member.mustCall(http.MethodPost, talk, map[string]any{"nonce": "tour-lease-000001", "body": "Could you read my lease with me?"}, &lease)
	host.mustCall(http.MethodPost, talk, map[string]any{"nonce": "tour-lease-000002", "body": "Thursday. https://example.org/a-very/long/address/of-a-lease-that-nobody-can-read-in-one-go", "answers": lease.Seq}, nil)
	host.form(talk+"/"+strconv.Itoa(lease.Seq), talk+"/"+strconv.Itoa(lease.Seq)+"/reaction").set("word", "yes").send()
	host.call(http.MethodPost, "/conversations", map[string]any{"nonce": "tour-group-000001", "title": "Keys and kettles", "members": []string{"amara", "leila"}}, nil)

	for _, address := range []string{"/people?q=carpentry", "/board?kind=ask", "/people?language=ar&q=bread"} {
		member.call(http.MethodPost, "/saved-searches", map[string]any{"address": address}, nil)
	}
	for _, x := range tr.things("/board", "newcomer")[:1] {
		newcomer.call(http.MethodPost, "/board/"+x.ID+"/answers", map[string]any{"words": "I read leases for a living.", "nonce": "tour-answer-" + x.ID}, nil)
	}
	for _, address := range tr.within("/hubs", "/proposals", "/proposals/", "/vote", "member") {
		member.call(http.MethodPost, address, map[string]any{"choice": "no", "words": "A day is too short for hosts who sleep."}, nil)
	}
	tr.takeSeat()
}

func (tr *tour) takeSeat() {
	tr.t.Helper()
	var me struct{ Hub string }
	member := tr.people["member"]
	member.mustCall(http.MethodGet, "/people/amara", nil, &me)
	var plans list[struct {
		ID        string
		Suggested struct{ Amount, Digits int }
	}]
	member.mustCall(http.MethodGet, "/hubs/"+me.Hub+"/plans", nil, &plans)
	fee := strconv.Itoa(plans.Items[0].Suggested.Amount)
	fee = fee[:len(fee)-plans.Items[0].Suggested.Digits]
	member.call(http.MethodPost, "/seats", map[string]any{"plan": plans.Items[0].ID, "payer": "member", "fee": fee, "roundUp": ""}, nil)
}

// addPhases are the pages of programmes in every phase, which look different.
func (tr *tour) addPhases() {
	tr.t.Helper()
	for _, route := range []string{"/programmes/{id}", "/programmes/{id}/draw", "/programmes/{id}/applications", "/programmes/{id}/applications/{application}", "/programmes/{id}/cohort"} {
		for _, role := range []string{"host", "member", "nobody"} {
			for _, address := range tr.programmePages(route, role) {
				if p := tr.people[role].get(address); p.status == http.StatusOK && p.address.Path == address {
					tr.add(visit{route, role, address}, p)
				}
			}
		}
	}
}

// addHelped are the pages of somebody whom a host took in and acted for, and who lost every way in since.
func (tr *tour) addHelped() {
	tr.t.Helper()
	host := tr.s.as("host")
	berta, code := host.takeIn(tr.hub)
	host.form("/helping", "/helping/"+berta+"~jonas/act").send().must()
	host.form("/profile", "/profile").set("headline", "Sixty years of mending").send().must()
	host.mustCall(http.MethodPost, "/acting/stop", nil, nil)
	guest := tr.s.visitor()
	guest.form("/card", "/card").set("code", code).send().must()
	tr.people["guest"] = guest
	for _, address := range []string{"/way-in", "/in-my-name", "/helping"} {
		tr.add(visit{address, "guest", address}, guest.get(address).must())
	}
	host.mustCall(http.MethodPost, "/recoveries", map[string]any{"member": berta, "faceToFace": true}, nil)
	tr.add(visit{"/recoveries/new", "host", "/recoveries/new"}, host.get("/recoveries/new").must())
	tr.add(visit{"/", "guest", "/"}, guest.get("/").must()) // with the way to stop what they did not ask for
}

// takeIn takes a new person in, who comes in with the code.
func (c *client) takeIn(hub string) (id, code string) {
	c.t.Helper()
	var taken struct {
		Assistance struct{ Member thing }
		Card       struct{ Codes []string }
	}
	c.mustCall(http.MethodPost, "/helping/people", map[string]any{"name": "Berta Vogel", "language": "en", "hub": hub, "scopes": []string{"profile", "events"}, "months": 3, "saidYes": true}, &taken)
	return taken.Assistance.Member.ID, taken.Card.Codes[0]
}

// moment is what a page shows after somebody pressed a button, and at no address of its own.
type moment struct {
	name    string
	who     *client
	address func() string // of the page before
	button  string
	shown   string // an element of what comes
}

// moments are those that are worth a look: a card and half a code for somebody's hand, a helper at work, forms that come back.
func (tr *tour) moments() []moment {
	tr.t.Helper()
	at := func(address string) func() string { return func() string { return address } }
	host, member := tr.people["host"], tr.people["member"]
	lost := func() string {
		id, _ := host.takeIn(tr.hub)
		return "/recoveries/new?member=" + id
	}
	helper := tr.s.as("host")
	help := func() string {
		helper.mustCall(http.MethodPost, "/acting/stop", nil, nil)
		return "/helping"
	}
	return []moment{
		{"card", tr.s.as("newcomer"), at("/way-in"), `form[action="/way-in/card"] button`, ".codes"},
		{"half", host, lost, `form[action="/recoveries"] button`, ".paper"},
		{"acting", helper, help, `form[action$="/act"] button`, ".acting"},
		{"refused_seat", member, at("/seat"), `form[action="/seats"] button`, ".error-summary"},
		{"refused_help", host, at("/helping/new"), `form[action="/helping/people"] button`, ".error-summary"},
		{"refused_code", tr.people["nobody"], at("/card"), `form[action="/card"] button`, ".error-summary"},
		{"refused_shares", host, at("/hubs/" + tr.hub + "/inclusion"), `form[action$="/shares"] button`, ".error-summary"},
		{"refused_payment", member, at(tr.accounts("member")[0]), `form[action$="/payments"] button`, ".error-summary"},
	}
}

// reach does what leads to a moment.
func (tb *tab) reach(m moment, o tabOptions) {
	tb.t.Helper()
	tb.show(m.who, visit{role: m.name, address: m.address()}, o)
	for _, wrong := range []string{`#f-fee`, `main [name=faceToFace]`} { // what makes the seat's form wrong, and that of a recovery right
		tb.do(chromedp.Evaluate[chromedp.Void](`{ const f = document.querySelector(` + quote(wrong) + `); if (f) f.type === "checkbox" ? f.checked = true : f.value = "a lot"; }`))
	}
	tb.press("main " + m.button)
	tb.until(m.name, `document.querySelector(`+quote(m.shown)+`)`)
}

// TestMomentsAreAccessible looks at what comes after a press as at every other page, and takes pictures where
// LONGTABLE_SHOTS names a folder.
func TestMomentsAreAccessible(t *testing.T) {
	t.Parallel()
	s := sharedDemo(t).settled()
	needsAxe(t)
	tr := &tour{t: t, s: s, people: map[string]*client{"nobody": s.visitor(), "host": s.as("host"), "member": s.as("member")}}
	var host struct{ Hub string }
	tr.people["host"].mustCall(http.MethodGet, "/people/jonas", nil, &host)
	tr.hub = host.Hub
	tb := s.browse("reader", tabOptions{})
	for i, m := range tr.moments() {
		looked := []tabOptions{{language: "en", width: 360}, {language: "ar", width: 360}, {language: "fr", width: 360, dark: true}, {language: "en", width: 1280}}
		folder := os.Getenv("LONGTABLE_SHOTS")
		if folder == "" && !proving() {
			looked = looked[i%3 : i%3+1] // the languages share them
		}
		if m.name == "half" {
			looked = looked[:1] // a host lets no more than a few in again a day
		}
		for _, o := range looked {
			tb.reach(m, o)
			tb.unfold(o)
			for _, fault := range append(axe(tb), tb.overflows()...) {
				t.Errorf("%s in %s at %d px: %s", m.name, o.language, o.width, fault)
			}
			if folder != "" {
				tb.shoot(filepath.Join(folder, pictureName(visit{route: "after_" + m.name, role: "moment"}, o)))
			}
		}
	}
}

// form opens a page and finds the form on it.
func (c *client) form(address, action string) *form {
	c.t.Helper()
	return c.get(address).must().form(action)
}
