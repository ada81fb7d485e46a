package declarations_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/declarations"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

func pages() map[string]templ.Component {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	choice := declarations.Choice{Groups: []string{"refugee", "migrant", "carer", "disability", "low-income", "first-in-family", "no-papers", "language", "rural", "turned-away", "rather-not-say"},
		Uses: []string{"eligibility", "reserved", "counted"}, WordsMax: 500}
	above := []components.Crumb{{Label: "Settings", Address: "/settings"}}
	refused := components.Typed{Values: map[string][]string{"groups": {"carer"}, "words": {hostile}}, Errors: map[string]string{"groups": "Choose."}}
	log := []declarations.Entry{
		{At: at, Use: "reserved", Purpose: hostile, Address: "/programmes/p", Asked: []string{"carer", "rural"}, Answer: true, Readable: true},
		{At: at, Use: "eligibility", Purpose: "Second table", Asked: []string{"refugee"}, Readable: true},
		{At: at, Use: "counted", Purpose: "Figures of 2027-02", Counted: true, Readable: true},
		{At: at},
	}
	part := choice
	part.Prefix = "declaration."
	return map[string]templ.Component{
		"new":        declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice}),
		"closed":     declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice, Closed: true}),
		"unreadable": declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice, Unreadable: true}),
		"refused":    declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice, Form: refused}),
		"full": declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice, Declared: true, At: at, Log: log, LogNext: "/declaration?after=x",
			Refused: []declarations.Refused{{At: at, By: hostile}, {At: at}}}),
		"beside": declarations.Show(declarations.View{Address: "/declaration", Above: above, Choice: choice, With: []declarations.With{
			{ID: "a1", Title: hostile, There: true, Rows: []components.SummaryRow{{Label: hostile, Value: hostile}}, Log: log}, {ID: "a2", Closed: true}, {ID: "a3"}}}),
		"part":         within(declarations.Part(part, components.Typed{})),
		"part refused": within(declarations.Part(part, components.Typed{Values: map[string][]string{"declaration.words": {hostile}}, Errors: map[string]string{"declaration.groups": "Choose."}})),
	}
}

// within gives a part the form and the heading that it stands in.
func within(part templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		form := components.PostForm(components.Form{Action: "/programmes/p/applications"})
		heading := templ.Raw("<h1>Apply</h1>")
		if err := heading.Render(ctx, w); err != nil {
			return err
		}
		return form.Render(templ.WithChildren(ctx, templ.Join(part, components.Button("Send", components.Main))), w)
	})
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			got := render(t, lang.Lang, page)
			faults, err := htmlcheck.Page(strings.NewReader(got))
			if err != nil || len(faults) > 0 {
				t.Errorf("%s in %s: %v, %s", name, lang.Lang, err, strings.Join(faults, "\n"))
			}
			if strings.Contains(got, "<script>alert") || strings.Contains(got, ">declarations.") {
				t.Errorf("%s in %s: what somebody wrote became markup, or a sentence is missing", name, lang.Lang)
			}
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/declaration", Section: "account"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// What is typed here stays in no browser: the form names no draft.
func TestTheFormLeavesNoDraftBehind(t *testing.T) {
	for name, page := range pages() {
		if got := render(t, "en", page); strings.Contains(got, `data-draft="/`) || strings.Contains(got, `data-draft="d`) {
			t.Errorf("%s keeps a draft", name)
		}
	}
}
