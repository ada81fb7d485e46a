package weights

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
)

func pages() map[string]templ.Component {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	bars := []components.Bar{{Label: "Causes in common", Value: 126}, {Label: "A similar stage", Value: 0}}
	first := Version{Number: 1, Bars: bars}
	learnt := Version{Number: 2, Since: at, People: 340, Bars: bars}
	pages := map[string]templ.Component{
		"by hand":     Show(View{InForce: first, Unstated: 100}),
		"rolled back": Show(View{InForce: Version{Number: 3, Since: at, SameAs: 1, Bars: bars}, Unstated: 100, Off: true, Earlier: []Version{learnt, first}, More: "/matches/weights?after=x"}),
	}
	for _, outcome := range []string{"learnt", "few", "settled", "held-out", "groups", "meanwhile"} {
		pages[outcome] = Show(View{InForce: learnt, Unstated: 100, Outcome: outcome, LookedAt: at, Earlier: []Version{first}})
	}
	return pages
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`weights\.[a-z-]+\s*<|\{(n|version|date)\}`)

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
				if missing.MatchString(page) {
					t.Errorf("no sentence for %s", missing.FindString(page))
				}
			})
		}
	}
}

func TestThePageTellsFiguresAndWhereTheyComeFrom(t *testing.T) {
	page := render(t, "en", pages()["learnt"])
	for _, want := range []string{"Causes in common", ">126<", "Version 2, since Monday 1 March 2027.", "Learnt from 340 people.", "They gave the figures above.", "Figures of version 1", "set by hand"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	back := render(t, "en", pages()["rolled back"])
	for _, want := range []string{"The figures of version 1 were brought back.", "Learning is switched off."} {
		if !strings.Contains(back, want) {
			t.Errorf("after a roll-back the page lacks %q", want)
		}
	}
}
