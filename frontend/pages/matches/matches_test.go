package matches_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/matches"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var binta = components.PersonCard{ID: "binta", Address: "/people/binta", Name: hostile, Headline: hostile, Place: hostile,
	Reasons: []string{"Covers 1 of your 1 need: " + hostile, "المركز نفسه"}}

// pages are the list in the states that change what it shows.
func pages() map[string]templ.Component {
	chen := binta
	chen.ID, chen.Address = "chen", "/people/chen"
	return map[string]templ.Component{
		"list":       matches.List(matches.View{Cards: []matches.Card{{PersonCard: binta}, {PersonCard: chen, Asked: true}}, More: "/matches?after=12", Hidden: true}),
		"preparing":  matches.List(matches.View{Preparing: true, NoProfile: true}),
		"no profile": matches.List(matches.View{NoProfile: true}),
		"nobody":     matches.List(matches.View{}),
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/matches", Section: "matches"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOneSaysHelloOnlyOnce(t *testing.T) {
	got := render(t, "en", pages()["list"])
	if !strings.Contains(got, `href="/people/binta/introduction"`) {
		t.Error("there is no way to say hello to Binta")
	}
	if strings.Contains(got, `href="/people/chen/introduction"`) {
		t.Error("Chen was asked and is to be asked again")
	}
}

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	for name, step := range map[string]string{"preparing": `href="/matches"`, "no profile": `href="/profile"`, "nobody": `href="/people"`} {
		got := render(t, "en", pages()[name])
		if at := strings.Index(got, `class="empty"`); at < 0 || !strings.Contains(got[at:], step) {
			t.Errorf("%s does not lead on to %s", name, step)
		}
	}
}
