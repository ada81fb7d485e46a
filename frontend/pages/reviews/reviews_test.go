package reviews

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

func TestEveryPagePassesTheAuditorInEveryLanguage(t *testing.T) {
	show := ShowView{Programme: "atelier", Title: hostile, ID: "a1", Number: 7, SentAt: time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC), Max: 4, WordsMax: 1000, Now: true,
		Answers: []Answer{{hostile, hostile}}, Criteria: []Criterion{{"c1", hostile, 2}, {"c2", "Care", 1}}, Next: "a2"}
	back, done := show, show
	back.Form = components.Typed{Values: map[string][]string{"points.c1": {"3"}, "words": {hostile}}, Errors: map[string]string{"points.c2": "Please fill this in"}}
	given := Given{Score: "2.5", Points: []components.SummaryRow{{Label: hostile, Value: "3"}}, Words: hostile}
	done.Own, done.Others, done.Disagree = &given, []Given{given, given}, true
	list := ListView{ID: "atelier", Title: hostile, Topic: "programme:atelier", Applications: 3, Complete: 1, Disagree: 1, Mine: 1, Reads: true, Now: true,
		Readings: []Row{{ID: "a1", Number: 1, Start: hostile, State: "due"}, {ID: "a2", Number: 2, State: "done", Disagree: true}, {ID: "a3", Number: 3}}}
	for name, content := range map[string]templ.Component{"list": List(list), "none": List(ListView{ID: "atelier", Title: hostile}), "before": List(ListView{ID: "atelier", Title: hostile, Applications: 2}),
		"one": Show(show), "again": Show(back), "given": Show(done)} {
		for _, lang := range []string{"en", "fr", "ar"} {
			var page bytes.Buffer
			ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
			if err := layout.Page(layout.Shell{Title: "Test", Network: "Longtable"}).Render(ctx, &page); err != nil {
				t.Fatal(err)
			}
			faults, err := htmlcheck.Page(strings.NewReader(page.String()))
			if err != nil || len(faults) > 0 || strings.Contains(page.String(), "<script>alert") || strings.Contains(page.String(), ">reviews.") {
				t.Errorf("%s in %s: %v %q", name, lang, err, faults)
			}
		}
	}
}
