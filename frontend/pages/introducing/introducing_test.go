package introducing_test

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
	"longtable/frontend/pages/introducing"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	joined = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	binta  = components.PersonCard{ID: "binta", Address: "/people/binta", Name: hostile, Headline: hostile, Place: hostile, Level: 3}
	chen   = components.PersonCard{ID: "chen", Address: "/people/chen", Name: "Chen", Level: 3}
)

// pages are all pages in the states that change what they show.
func pages() map[string]templ.Component {
	fit := introducing.Fit{Person: chen, Address: "/introducing/new?one=binta&other=chen", Reasons: []string{hostile, "المركز نفسه"}}
	alone := binta
	alone.ID, alone.Address = "alone", "/people/alone"
	one, other := binta, chen
	one.Level, other.Level = 2, 2
	refused := components.Typed{Values: map[string][]string{"words": {hostile}}, Errors: map[string]string{"words": "Too long"}, General: hostile}
	return map[string]templ.Component{
		"list": introducing.List(introducing.View{More: "/introducing?after=x",
			Hubs: []introducing.Hub{{ID: "harbour", Name: hostile, Unmet: []introducing.Unmet{{Person: binta, Since: joined, People: []introducing.Fit{fit}}, {Person: alone, Since: joined}},
				Bridges: []introducing.Pair{{One: binta, Other: chen, Address: fit.Address, Reasons: fit.Reasons}}}},
			Proposed: []introducing.Proposed{{One: components.Tag{Label: hostile, Address: "/people/binta"}, Words: hostile, AskedAt: joined},
				{One: components.Tag{Label: "Amara", Address: "/people/amara"}, Other: components.Tag{Label: "Chen", Address: "/people/chen"}, Words: "Tea?", AskedAt: joined, Met: true}}}),
		"preparing": introducing.List(introducing.View{Preparing: true, Hubs: []introducing.Hub{{ID: "harbour", Name: "Harbour", Unmet: []introducing.Unmet{{Person: binta, Since: joined}}}}}),
		"empty":     introducing.List(introducing.View{Hubs: []introducing.Hub{{ID: "harbour", Name: "Harbour"}}}),
		"form":      introducing.Form(introducing.FormView{One: one, Other: other, Reasons: fit.Reasons, WordsMax: 1000}),
		"form back": introducing.Form(introducing.FormView{One: one, Other: other, Form: refused, WordsMax: 1000}),
	}
}

// It takes two presses from the list to the asking: one leads to the form, one sends it.
func TestTheListLeadsToTheFormThatNamesBoth(t *testing.T) {
	if got := render(t, "en", pages()["list"]); !strings.Contains(got, `href="/introducing/new?one=binta&amp;other=chen"`) {
		t.Error("the list does not lead to the form")
	}
	got := render(t, "en", pages()["form"])
	for _, want := range []string{`action="/introducing"`, `name="one" value="binta"`, `name="other" value="chen"`, `name="words"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(introducing|fits|roles|matches|people|words|form|parts)\.[a-z-]+\s*<|\{(n|max|hub|date|by|for)\}`)

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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/", Section: "desk"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
