package introductions_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/introductions"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	asked = time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)
	binta = components.PersonCard{ID: "binta", Address: "/people/binta", Name: hostile, Headline: hostile, Level: 3}
)

// pages are all pages of introductions in the states that change what they show.
func pages() map[string]templ.Component {
	refused := components.Typed{Values: map[string][]string{"words": {hostile}}, Errors: map[string]string{"words": "Too long"}}
	return map[string]templ.Component{
		"list": introductions.List(introductions.ListView{Viewer: "amara", More: "/introductions?after=x",
			Waiting: []introductions.Waiting{{ID: "binta~amara", Person: binta, Words: hostile + "\n\nسطر ثان", AskedAt: asked}},
			Sent: []introductions.Sent{{Person: "chen", Name: hostile, Words: hostile, AskedAt: asked}, {Person: "dana", Words: "Tea?", AskedAt: asked},
				{Person: "esra", Name: "Esra", Words: "Tea?", AskedAt: asked, Talk: "/conversations/amara~esra"}}}),
		"list with hosts": introductions.List(introductions.ListView{Viewer: "amara",
			Brokered: []introductions.Brokered{{ID: "dana~amara~chen", Person: components.PersonCard{ID: "chen", Address: "/people/chen", Name: hostile, Level: 3,
				Reasons: []string{hostile}}, Host: components.Tag{Label: hostile, Address: "/people/dana"}, Words: hostile, AskedAt: asked, HelloMax: 1000,
				Form: components.Typed{Values: map[string][]string{"hello": {hostile}}, Errors: map[string]string{"hello": "Too long"}}},
				{ID: "dana~amara~binta", Person: binta, Host: components.Tag{Label: "Dana", Address: "/people/dana"}, Words: "Tea?", AskedAt: asked, HelloMax: 1000}},
			Agreed: []introductions.Agreed{{ID: "dana~amara~esra", Person: components.Tag{Label: hostile, Address: "/people/esra"},
				Host: components.Tag{Label: hostile}, AskedAt: asked}}}),
		"list empty": introductions.List(introductions.ListView{Viewer: "amara"}),
		"form":       introductions.Form(introductions.FormView{ID: "chen", Name: hostile, WordsMax: 1000}),
		"form back":  introductions.Form(introductions.FormView{ID: "chen", Name: hostile, Form: refused, WordsMax: 1000}),
		"form again": introductions.Form(introductions.FormView{ID: "chen", Name: hostile, Asked: true, WordsMax: 1000}),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(people|profile|matches|introductions|skills|words|form|parts|search)\.[a-z-]+\s*<|\{(n|max|part|covered|hub)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") {
					t.Error("what a member wrote became markup")
				}
				if key := missing.FindString(got); key != "" {
					t.Errorf("no sentence for %s", key)
				}
			})
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/introductions", Section: "introductions"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestWhoWaitsCanBeAcceptedOrPassed(t *testing.T) {
	got := render(t, "en", pages()["list"])
	for _, want := range []string{`action="/introductions/binta~amara/accept"`, `action="/introductions/binta~amara/pass"`, `data-watch="member:amara"`,
		`href="/conversations/amara~esra"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
}

func TestWhomAHostProposesCanBeMetOrPassedAndAYesTakenBack(t *testing.T) {
	got := render(t, "en", pages()["list with hosts"])
	for _, want := range []string{`action="/brokerings/dana~amara~chen/accept"`, `action="/brokerings/dana~amara~chen/pass"`, `action="/brokerings/dana~amara~esra/pass"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the list lacks %s", want)
		}
	}
	if strings.Contains(got, `action="/brokerings/dana~amara~esra/accept"`) {
		t.Error("who said yes is asked again")
	}
}

func TestWhoWasAskedIsNotAskedAgain(t *testing.T) {
	const form = `action="/people/chen/introduction"`
	if !strings.Contains(render(t, "en", pages()["form back"]), form) {
		t.Error("a form that came back cannot be sent")
	}
	if strings.Contains(render(t, "en", pages()["form again"]), form) {
		t.Error("somebody who was asked is to be asked again")
	}
}
