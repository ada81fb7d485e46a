package openroles_test

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
	"longtable/frontend/pages/openroles"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

// pages are all pages of a role in the states that change what they show.
func pages() map[string]templ.Component {
	show := openroles.ShowView{ID: "r1", Title: hostile, Text: hostile + "\n\nسطر ثان", Enterprise: components.Tag{Label: hostile, Address: "/enterprises/e1"},
		Form: "Paid job", Hours: 6, LastDay: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC), Skills: []components.Tag{{Label: hostile, Address: "/people?skill=sewing"}},
		People: []components.Tag{{Label: hostile, Address: "/people/amara"}}}
	mine, over := show, show
	mine.Mine, mine.Fitting = true, []components.PersonCard{{ID: "binta", Address: "/people/binta", Name: hostile, Reasons: []string{hostile}, Level: 3}}
	over.Mine, over.Over, over.Hours, over.Problem = true, true, 0, hostile
	form := openroles.FormView{Enterprise: components.Crumb{Label: hostile, Address: "/enterprises/e1"}, Kinds: []components.Option{{Value: "job", Label: "Paid job"}, {Value: "exchange", Label: hostile}},
		Skills: components.SkillPicker{Name: "skills", Legend: "Skills", Hint: "At most 8", Max: 8, Slots: 4, Address: "/skills"}, TitleMax: 120, TextMax: 5000}
	back := form
	back.ID, back.Form = "r1", components.Typed{Values: map[string][]string{"title": {hostile}, "until": {"soon"}},
		Errors: map[string]string{"title": "Too long", "until": "Not a date", "form": "Choose", "hoursPerWeek": "Too many", "skills": "Unknown"}, General: hostile}
	return map[string]templ.Component{"show": openroles.Show(show), "mine": openroles.Show(mine), "over": openroles.Show(over),
		"new": openroles.Form(form), "edit back": openroles.Form(back)}
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/", Section: "enterprises"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
