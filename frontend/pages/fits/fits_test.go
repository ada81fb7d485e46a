package fits_test

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
	"longtable/frontend/pages/fits"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

// pages are the lists in the states that change what they show.
func pages() map[string]templ.Component {
	all := map[string]templ.Component{}
	for _, kind := range []string{"asks", "roles", "programmes"} {
		above := components.Crumb{Label: hostile, Address: "/board"}
		card := fits.Card{Card: components.Card{ID: "b1", Address: "/board/b1", Title: hostile, Text: hostile, Meta: []string{hostile}}, Reasons: []string{hostile, "المركز نفسه"}}
		all[kind] = fits.List(fits.View{Kind: kind, Above: above, Cards: []fits.Card{card}})
		all[kind+" none"] = fits.List(fits.View{Kind: kind, Above: above})
		all[kind+" no profile"] = fits.List(fits.View{Kind: kind, Above: above, NoProfile: true})
	}
	return all
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/", Section: "board"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
