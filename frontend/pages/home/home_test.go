package home_test

import (
	"bytes"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/home"
)

const hostile = `"><script>alert(1)</script> & \u202e نور`

func TestTheFrontPageIsSoundInEveryLanguageAndState(t *testing.T) {
	person := components.PersonCard{ID: "p1", Address: "/people/p1", Name: hostile, Headline: hostile, Reasons: []string{hostile}, Level: 3}
	event := components.Card{ID: "e1", Address: "/events/e1", Title: hostile, Meta: []string{hostile}, Level: 3}
	for name, content := range map[string]templ.Component{
		"outside, no programmes": home.Welcome(home.WelcomeView{Network: hostile}),
		"outside":                home.Welcome(home.WelcomeView{Network: hostile, Programmes: []components.Card{event}}),
		"new":                    home.Week(home.WeekView{Name: hostile, FirstSteps: []components.Task{{Label: hostile, Address: "/profile"}}}),
		"busy host": home.Week(home.WeekView{Name: hostile, Introductions: 3, Unread: 1, Host: true,
			Matches: []components.PersonCard{person}, Events: []components.Card{event}}),
	} {
		for _, language := range i18n.Languages() {
			ctx := templ.WithChildren(i18n.With(t.Context(), language.Lang), content)
			var page bytes.Buffer
			if err := layout.Page(layout.Shell{Title: "x"}).Render(ctx, &page); err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(page.Bytes(), []byte("<script>alert")) {
				t.Errorf("%s in %s: markup got into the page", name, language.Lang)
			}
			faults, err := htmlcheck.Page(&page)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range faults {
				t.Errorf("%s in %s: %s", name, language.Lang, fault)
			}
		}
	}
}
