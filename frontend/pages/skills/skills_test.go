package skills_test

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
	"longtable/frontend/pages/skills"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var languages = []components.Option{{Value: "en", Label: "English"}, {Value: "ar", Label: "العربية"}}

// pages are the list in the states that change what it shows.
func pages() map[string]templ.Component {
	box := components.Search{Address: "/skills", Query: hostile, Label: "Look", Hint: "Any language"}
	refused := components.Typed{Values: map[string][]string{"name": {hostile}, "language": {"ar"}}, Errors: map[string]string{"name": "Too long", "language": "Choose"}}
	return map[string]templ.Component{
		"start": skills.List(skills.View{Search: components.Search{Address: "/skills", Label: "Look"}, Languages: languages, NameMax: 60}),
		"found": skills.List(skills.View{Search: box, Languages: languages, NameMax: 60, Found: []skills.Skill{
			{Name: hostile, Address: "/people?skill=sewing", Also: "خياطة"}, {Name: "Darning", Address: "/people?skill=darning", Proposed: true}}}),
		"missing": skills.List(skills.View{Search: box, Languages: languages, NameMax: 60, Missing: true}),
		"back":    skills.List(skills.View{Search: box, Languages: languages, NameMax: 60, Missing: true, Form: refused}),
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/skills", Section: "skills"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOnlyWhatIsMissingIsProposed(t *testing.T) {
	const form = `action="/skills" novalidate`
	if !strings.Contains(render(t, "en", pages()["missing"]), form) {
		t.Error("a skill that is missing cannot be proposed")
	}
	if strings.Contains(render(t, "en", pages()["found"]), form) {
		t.Error("a skill that was found is to be proposed")
	}
}
