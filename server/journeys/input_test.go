package journeys

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// badValues are what people, their cats and attackers send. Each of a kind that once broke some program.
var badValues = map[string]string{
	"empty":      "",
	"overlong":   strings.Repeat("much too long ", 20_000/14),
	"wrong type": "twelve-ish, or 31.31.2027",
	"controls":   "one\x00two\x07three\x1b[31mfour\x7f",
	"bidi":       "left \u202eright\u2066 left\u2069 \u200f",
	"emoji":      "👩🏽‍🌾👨‍👩‍👧‍👦🏳️‍⚧️ ok",
	"markup":     `<script>window.hurt = 1</script>"'><img src=x onerror="window.hurt = 1">`,
	"a query":    `{"$ne": null}' OR 1=1; --`,
	"not UTF-8":  "caf\xe9 \xff\xfe",
}

func TestBadInputGetsAClearAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--members", "100").settled()
	tr := newTour(t, s)
	b := &badInput{t: t, people: tr.people, answers: map[int]int{}}
	seen := b.formsOf(tr.visits)
	for _, f := range seen {
		b.tryForm(f.visit, f.form)
	}
	t.Logf("%d forms, %d answers: %v", len(seen), b.sent, b.answers)
	if len(seen) < 40 || b.sent < 1000 {
		t.Errorf("only %d forms and %d answers: the test looks in the wrong place", len(seen), b.sent)
	}
}

// formSeen is a form on a page as somebody sees it.
type formSeen struct {
	visit
	*form
}

// formsOf collects one form of each kind, as whoever is first sees it, before anything is sent that could change the
// pages. The same form of two roles is read by the same code.
func (b *badInput) formsOf(visits []visit) (seen []formSeen) {
	known := map[string]bool{}
	for _, v := range visits {
		for _, f := range b.people[v.role].get(v.address).forms() {
			if key := formKind(v.route, f); f.method == http.MethodPost && !known[key] {
				known[key] = true
				seen = append(seen, formSeen{v, f})
			}
		}
	}
	return seen
}

// formKind tells forms of one sort apart: a page with thirty joining requests has thirty forms that are alike.
func formKind(route string, f *form) string {
	words := strings.Split(f.action, "/")
	var names []string
	for _, c := range f.controls {
		names = append(names, c.name)
	}
	slices.Sort(names)
	if len(words) > 3 && words[1] != "people" {
		words[2] = "{id}"
	}
	if strings.HasPrefix(f.action, "/settings/") {
		route = "" // the same at the foot of every page
	}
	return fmt.Sprint(route, words, slices.Compact(names))
}

// badInput tries bad values and counts the answers by status.
type badInput struct {
	t       testing.TB
	people  map[string]*client // by role
	sent    int
	moves   int
	answers map[int]int
}

// tryForm puts each bad value into each field, with something plausible in the others.
func (b *badInput) tryForm(v visit, f *form) {
	b.t.Helper()
	for _, name := range fieldNames(f) {
		sender := b.sender(v.role)
		for kind, value := range badValues {
			typed := plausible(f)
			if _, nonce := typed["nonce"]; nonce {
				typed.Set("nonce", fmt.Sprintf("a-fresh-nonce-%08d", b.sent))
			}
			typed.Set(name, value)
			p := sender.post(f.action, typed)
			b.judge(fmt.Sprintf("%s at %s, form %s: %s in %q", v.role, v.route, f.action, kind, name), f, typed, name, p)
		}
	}
}

// sender is the person at an address of their own, so that throttles see many people, where the machine has several.
func (b *badInput) sender(role string) *client {
	b.t.Helper()
	if !manyLoopbacks(b.t) {
		return b.people[role]
	}
	b.moves++
	return b.people[role].movedTo(fmt.Sprintf("127.8.%d.%d", b.moves/200, 1+b.moves%200))
}

func (c *client) post(action string, values url.Values) *page {
	c.t.Helper()
	r := c.request(http.MethodPost, action, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.open(r)
}

// again is the page as it is now: somebody else may have done meanwhile what a form on it was for.
func (p *page) again() *page { return p.client.get(p.address.String()) }

// hidden says whether a field is the page's own. Who changes it is not a person at a form, and needs no words beside it.
func hidden(f *form, name string) bool {
	return slices.ContainsFunc(f.controls, func(c control) bool { return c.name == name && c.kind == "hidden" })
}

func fieldNames(f *form) []string {
	var names []string
	for _, c := range f.controls {
		names = append(names, c.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// plausible fills a form as somebody would who understands it; passwords are wrong, so that nobody's is changed.
func plausible(f *form) url.Values {
	values := url.Values{}
	for name, given := range f.values {
		values[name] = slices.Clone(given)
	}
	for i, c := range f.controls {
		switch c.kind {
		case "button":
			values.Set(c.name, attr(c.node, "value")) // the last one is pressed
		case "text", "search", "textarea":
			values.Set(c.name, "Words that must not be lost "+strconv.Itoa(i))
		case "email":
			values.Set(c.name, fmt.Sprintf("kept%d@example.org", i))
		case "url":
			values.Set(c.name, "https://kept.example/"+strconv.Itoa(i))
		case "number":
			values.Set(c.name, "3")
		case "date":
			values.Set(c.name, "2027-04-0"+strconv.Itoa(1+i%9))
		case "time":
			values.Set(c.name, "1"+strconv.Itoa(i%10)+":30")
		case "password":
			values.Set(c.name, "not the password "+strconv.Itoa(i))
		}
	}
	return values
}

// judge looks at the answer to one bad value.
func (b *badInput) judge(what string, f *form, typed url.Values, bad string, p *page) {
	b.t.Helper()
	b.sent++
	b.answers[p.status]++
	if p.status >= 500 {
		b.t.Errorf("%s: %s", what, p)
	}
	if hurt := injected(p.doc); hurt != "" {
		b.t.Errorf("%s: markup came through: %s", what, hurt)
	}
	if p.status < 400 || p.status == http.StatusNotFound {
		return // taken, or not this person's to do
	}
	back := sameForm(p, f)
	if back == nil {
		if p.status == http.StatusUnprocessableEntity && takesWords(f) && !hidden(f, bad) && sameForm(f.page.again(), f) != nil {
			b.t.Errorf("%s: the form did not come back: %s", what, p)
		}
		return
	}
	if !hidden(f, bad) && p.find("div.error-summary") == nil && p.find("p.error") == nil {
		b.t.Errorf("%s: nothing says what is wrong: %s", what, p)
	}
	for _, lost := range lostOf(f, typed, back, bad) {
		b.t.Errorf("%s: %s", what, lost)
	}
}

// sameForm finds the form in what the page is about; the foot of every page has forms too.
func sameForm(p *page, f *form) *form {
	for n := range matching(p.find("main"), "form") {
		if attr(n, "action") == f.action {
			return readForm(p, n)
		}
	}
	return nil
}

// takesWords says whether there is anything to lose in a form.
func takesWords(f *form) bool {
	return slices.ContainsFunc(f.controls, func(c control) bool { return c.kind != "hidden" && c.kind != "button" })
}

// lostOf compares what was typed with what stands in the form that came back. Secrets must not stand there; what is
// hidden is the page's own.
func lostOf(f *form, typed url.Values, back *form, bad string) (lost []string) {
	compared := map[string]bool{bad: true}
	for _, c := range f.controls {
		if compared[c.name] || c.kind == "hidden" || c.kind == "button" {
			continue
		}
		compared[c.name] = true
		want, got := withoutEmpty(typed[c.name]), withoutEmpty(back.values[c.name])
		if c.kind == "checkbox" { // a form has them in the order of its page
			slices.Sort(want)
			slices.Sort(got)
		}
		switch {
		case c.kind == "password" && len(got) > 0:
			lost = append(lost, fmt.Sprintf("the secret %q stands in the page", c.name))
		case c.kind != "password" && !slices.Equal(want, got):
			lost = append(lost, fmt.Sprintf("%q held %q and came back with %q", c.name, want, got))
		}
	}
	return lost
}

func withoutEmpty(values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
}

// injected finds markup that can only have come from a typed value.
func injected(doc *html.Node) string {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		_, handler := attribute(n, "onerror")
		if n.Data == "script" && attr(n, "src") == "" || n.Data == "img" && attr(n, "src") == "x" || handler {
			return n.Data + " " + textOf(n)
		}
	}
	return ""
}
