package enterprises_test

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
	"longtable/frontend/pages/enterprises"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var options = []components.Option{{Value: "1", Label: "One"}, {Value: "2", Label: hostile}}

func show() enterprises.ShowView {
	return enterprises.ShowView{ID: "joinery", Name: hostile, Headline: hostile, About: hostile, Hub: components.Tag{Label: hostile, Address: "/hubs/harbour"},
		Causes: []components.Tag{{Label: "No poverty", Address: "/enterprises?cause=1"}}, Stage: "An idea", Website: "javascript:alert(1)",
		People: []enterprises.Member{{Card: components.PersonCard{ID: "amara", Address: "/people/amara", Name: hostile, Level: 3}, Role: hostile}}}
}

func pages() map[string]templ.Component {
	search := components.Search{Address: "/enterprises", Label: "Look", Query: hostile}
	card := components.Card{ID: "joinery", Address: "/enterprises/joinery", Title: hostile, Text: hostile, Meta: []string{hostile}}
	mine, back := show(), show()
	mine.Mine = &enterprises.Mine{RoleMax: 80}
	back.Mine = &enterprises.Mine{Could: options, RoleMax: 80, Form: components.Typed{Values: map[string][]string{"title": {hostile}},
		Errors: map[string]string{"member": "Connect first", "title": "Too long"}}}
	form := enterprises.FormView{Causes: options, Stages: options, NameMax: 80, HeadlineMax: 140, AboutMax: 2000, WebsiteMax: 500, CausesMax: 5}
	refused := form
	refused.ID = "joinery"
	refused.Form = components.Typed{General: hostile, Values: map[string][]string{"name": {hostile}, "causes": {"1"}},
		Errors: map[string]string{"name": "x", "causes": "x", "stage": "x", "website": "x"}}
	return map[string]templ.Component{
		"list":      enterprises.List(enterprises.ListView{Search: search, Cards: []components.Card{card}, Total: 1, More: "/x", Relaxed: true, Degraded: true}),
		"nothing":   enterprises.List(enterprises.ListView{Search: search, Narrowed: true}),
		"empty":     enterprises.List(enterprises.ListView{Search: search}),
		"show":      enterprises.Show(show()),
		"bare":      enterprises.Show(enterprises.ShowView{ID: "joinery", Name: "نجارة", Problem: hostile}),
		"mine":      enterprises.Show(mine),
		"mine back": enterprises.Show(back),
		"new":       enterprises.Form(form),
		"edit back": enterprises.Form(refused),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(enterprises|words|form|parts|search)\.[a-z-]+\s*<|\{(n|max)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") || strings.Contains(got, `href="javascript`) {
					t.Error("what somebody wrote became markup or a script")
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
	if err := layout.Page(layout.Shell{Title: "Enterprises", Path: "/enterprises"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOnlyItsPeopleAreOfferedToChangeIt(t *testing.T) {
	all := pages()
	mine, others := render(t, "en", all["mine back"]), render(t, "en", all["show"])
	for _, act := range []string{"/enterprises/joinery/edit", `action="/enterprises/joinery/people"`, `action="/enterprises/joinery/people/delete"`} {
		if !strings.Contains(mine, act) {
			t.Errorf("its people are not offered %s", act)
		}
		if strings.Contains(others, act) {
			t.Errorf("others are offered %s", act)
		}
	}
	if strings.Contains(render(t, "en", all["mine"]), `action="/enterprises/joinery/people"`) {
		t.Error("the form offers to bring in nobody")
	}
}
