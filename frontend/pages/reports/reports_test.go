package reports_test

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
	"longtable/frontend/pages/reports"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

func pages() map[string]templ.Component {
	back := reports.FormView{About: "message", Subject: hostile, Name: hostile, Evidence: hostile, WordsMax: 1000, Days: 2,
		Form: components.Typed{Values: map[string][]string{"words": {hostile}}, Errors: map[string]string{"words": "Too long"}}}
	message := reports.Message{Name: hostile, Text: hostile, At: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), Address: "/reports/new?about=message&subject=c1.4"}
	return map[string]templ.Component{
		"person":  reports.Form(reports.FormView{About: "person", Subject: "amara", WordsMax: 1000, Days: 2}),
		"posting": reports.Form(reports.FormView{About: "posting", Subject: "p1", Name: "بلال", Evidence: hostile, WordsMax: 1000, Days: 2}),
		"back":    reports.Form(back),
		"choose":  reports.Choose(reports.ChooseView{Conversation: "/conversations/c1", Messages: []reports.Message{message, message}, Earlier: "/reports/new?before=3"}),
		"none":    reports.Choose(reports.ChooseView{Conversation: "/conversations/c1"}),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(reports|words|form|parts)\.[a-z-]+\s*<|\{days\}`)

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
					t.Error("what somebody wrote became markup")
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
	if err := layout.Page(layout.Shell{Title: "Report", Path: "/reports/new"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOneReadsBeforeWritingWhoWillReadIt(t *testing.T) {
	got := render(t, "en", pages()["person"])
	for _, want := range []string{"The hosts of the hub of the person", "within 2 days", "never sees the report", "somebody you no longer see"} {
		if !strings.Contains(strings.ToLower(got), strings.ToLower(want)) {
			t.Errorf("the form does not say %q", want)
		}
	}
}

func TestAFormThatComesBackKeepsWhatItIsAbout(t *testing.T) {
	got := render(t, "en", pages()["back"])
	if !strings.Contains(got, `name="about" value="message"`) || !strings.Contains(got, `id="f-words-error"`) {
		t.Error("the form lost what it is about, or why it came back")
	}
}
