package programmes

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

const hostile = `<script>alert(1)</script>"'&` + "\u202eتجربة"

func hostileProgramme(open bool) Programme {
	day := time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)
	return Programme{ID: "atelier", Title: hostile, Summary: hostile, ForWhom: hostile + "\n\n" + hostile, Text: hostile,
		Gives: []string{"seat", "childcare"}, Access: []string{"step-free"}, Languages: []string{"ar", "fr"}, Places: 12, Minutes: 10,
		LastDay: day, Starts: day.AddDate(0, 1, 0), Questions: []string{hostile, hostile}, Open: open,
		Hub: Hub{ID: "marseille", Name: hostile, City: hostile, Country: "FR", Address: hostile}}
}

// pages are all pages of the folder, each in the state that shows most, and the empty ones.
func pages() map[string]templ.Component {
	open, closed := hostileProgramme(true), hostileProgramme(false)
	form := FormView{Hubs: []components.Option{{Value: "marseille", Label: hostile}, {Value: "lagos", Label: "Lagos"}},
		Offers: Offers{Gives: []string{"seat"}, Access: []string{"step-free"}, Languages: []string{"ar", "zh"}},
		Max:    Limits{Title: 120, Summary: 300, ForWhom: 2000, Text: 5000, Question: 300, Places: 500, Questions: 10}}
	back := form
	back.Form = components.Typed{Values: map[string][]string{"title": {hostile}, "questions": {hostile, "", "Why?"}, "gives": {"seat"}},
		Errors: map[string]string{"title": "Please fill this in", "questions": hostile, "closes": hostile}}
	edited := FormView{ID: "atelier", Asked: []string{hostile}, Max: form.Max}
	return map[string]templ.Component{
		"list":        List(ListView{Programmes: []Programme{open}, Next: "/programmes?after=x", Yours: []components.Tag{{Label: hostile, Address: "/programmes?hub=x"}}}),
		"empty list":  List(ListView{}),
		"hub's list":  List(ListView{Hub: hostile, Programmes: []Programme{closed}}),
		"open":        Show(ShowView{Programme: open, Sent: []Sent{{At: open.Starts, State: "accepted"}}}),
		"closed":      Show(ShowView{Programme: closed}),
		"hosted":      Show(ShowView{Programme: open, Runs: true, Received: 3, Topic: "programme:atelier"}),
		"form":        Form(form),
		"form again":  Form(back),
		"edited form": Form(edited),
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var page bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Test", Network: "Longtable"}).Render(ctx, &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func TestEveryPagePassesTheAuditorInEveryLanguage(t *testing.T) {
	for name, content := range pages() {
		for _, lang := range []string{"en", "fr", "ar"} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				page := render(t, lang, content)
				faults, err := htmlcheck.Page(strings.NewReader(page))
				if err != nil || len(faults) > 0 {
					t.Errorf("%v %q", err, faults)
				}
				if strings.Contains(page, "<script>alert") {
					t.Error("what a host typed became markup")
				}
				for _, key := range []string{"programmes.", "applications.state", "words."} {
					if strings.Contains(page, ">"+key) {
						t.Errorf("a sentence of %q is missing", key)
					}
				}
			})
		}
	}
}

func TestThePageSaysWhatApplyingCostsBeforeTheForm(t *testing.T) {
	page := render(t, "en", Show(ShowView{Programme: hostileProgramme(true)}))
	for _, sentence := range []string{"about 10 minutes", "No account, no e-mail address and no proof", "/programmes/atelier/apply"} {
		if !strings.Contains(page, sentence) {
			t.Errorf("the page does not say %q", sentence)
		}
	}
	if strings.Contains(page, "so far") || strings.Contains(page, "/programmes/atelier/edit") {
		t.Error("a visitor sees what is for hosts")
	}
}

func TestAClosedProgrammeOffersNoForm(t *testing.T) {
	if page := render(t, "en", Show(ShowView{Programme: hostileProgramme(false)})); strings.Contains(page, "/apply") {
		t.Error("a closed programme leads to its form")
	}
}

func TestTheFormOffersEmptyLinesUpToTheLimit(t *testing.T) {
	for _, c := range []struct{ written, lines int }{{0, 3}, {2, 5}, {8, 10}, {10, 10}, {12, 12}} {
		texts := make([]string, c.written)
		for i := range texts {
			texts[i] = "Why?"
		}
		v := FormView{Max: Limits{Questions: 10}, Form: components.Typed{Values: map[string][]string{"questions": append([]string{""}, texts...)}}}
		if _, lines := v.questions(t.Context()); len(lines) != c.lines || c.written > 0 && lines[0].Value != "Why?" {
			t.Errorf("%d questions: %d lines, not %d", c.written, len(lines), c.lines)
		}
	}
}
