package matches_test

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
		"shown":      matches.Shown(matches.ShownView{Days: 28, Lists: 20, Wants: 5, Room: 2, Keeps: 90, Agreement: "/agreement"}),
		"shown few":  matches.Shown(matches.ShownView{Days: 1, Few: true, Wants: 1, Again: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), Keeps: 80, Version: 2, Hub: hostile, Agreement: "/hubs/h/agreement", Lacks: lacks()}),
		"shown none": matches.Shown(matches.ShownView{Days: 3, Keeps: 80, Version: 2, Agreement: "/agreement"}),
		"shown off":  matches.Shown(matches.ShownView{Off: true, Keeps: 90, Agreement: "/agreement"}),
	}
}

// lacks are all there are.
func lacks() (all []matches.Lack) {
	for _, f := range []string{"offers", "needs", "causes", "hub", "hours", "stage"} {
		all = append(all, matches.Lack{What: f}, matches.Lack{What: f, Hidden: true})
	}
	return append(all, matches.Lack{What: "languages"})
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
