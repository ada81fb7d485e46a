package helping_test

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
	"longtable/frontend/pages/helping"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x`

var day = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func pages() map[string]templ.Component {
	options := []components.Option{{Value: "a", Label: hostile}, {Value: "b", Label: "Dana"}}
	help := helping.Help{ID: "amina~dana", Person: components.Tag{Label: hostile, Address: "/people/dana"}, Scopes: []string{"Events"}, Until: day, Live: true, NotedBy: hostile}
	over, soon := help, help
	over.ID, over.Live, soon.ID, soon.Soon = "amina~gil", false, "amina~hana", true
	full := helping.View{Helpers: []helping.Help{help, over, soon}, Helped: []helping.Help{{ID: "bo~amina", Person: components.Tag{Label: "somebody"}, Until: day, Live: true}},
		Could: options, Scopes: options, Months: options, Host: true, InBrowser: true}
	back := full
	back.Form = components.Typed{Errors: map[string]string{"helper": "Needed", "scopes": "Needed"}}
	codes := []string{"ABCD-EFGH-JKMN-PQRS", "TVWX-YZ01-2345-6789"}
	return map[string]templ.Component{
		"list": helping.List(full), "back": helping.List(back), "empty": helping.List(helping.View{}),
		"acting":  helping.Acting(helping.ActingView{Name: hostile, Ways: []components.Tag{{Label: "Events", Address: "/events"}}, Not: []string{"Messages"}}),
		"new":     helping.New(helping.NewView{Hubs: options, Languages: options, Scopes: options, Months: options, NameMax: 80, IDMax: 500, Form: components.Typed{Errors: map[string]string{"saidYes": "Needed"}}}),
		"card":    helping.Card(helping.CardView{Name: hostile, Site: "table.example/card", Link: "https://table.example/card", Codes: codes, Seen: true, Back: "/helping"}),
		"log":     helping.Log(helping.LogView{Lines: []helping.Line{{At: day, Text: hostile, Path: "/events/e"}, {At: day, Text: "x", Refused: true}, {At: day, Text: "y", Tried: true}}, More: "/in-my-name?after=x"}),
		"come in": helping.ComeIn(helping.ComeInView{Code: components.Typed{General: hostile}}),
		"way in":  helping.WayIn(helping.WayInView{Left: 3, Seen: true, Kept: true, InBrowser: true}),
		"recover": helping.Recover(helping.RecoverView{ID: "amina", Name: hostile, Open: []helping.Recovery{{ID: "bo", Name: hostile, By: hostile, At: day, Ready: day}, {ID: "chen", Name: "Chen", By: "Dana", At: day, MayApprove: true}}}),
		"half":    helping.Half(helping.HalfView{Name: hostile, Half: codes[0], Second: true, Ready: day, Site: "table.example/card", Link: "https://table.example/card"}),
	}
}

var missing = regexp.MustCompile(`>\s*(helping|acts|layout|desk|form)\.[a-z-]+\s*<|\{[a-z]+\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			var out bytes.Buffer
			ctx := templ.WithChildren(i18n.With(t.Context(), lang.Lang), page)
			shell := layout.Shell{Title: "Help", Path: "/helping", Viewer: &layout.Person{ID: "amina", Name: "Amina"}, Acting: hostile, Recovery: true}
			if err := layout.Page(shell).Render(ctx, &out); err != nil {
				t.Fatal(err)
			}
			faults, err := htmlcheck.Page(strings.NewReader(out.String()))
			if err != nil || len(faults) > 0 {
				t.Errorf("%s, %s: faults: %v, %s", lang.Lang, name, err, strings.Join(faults, "\n"))
			}
			if strings.Contains(out.String(), "<script>alert") {
				t.Errorf("%s: what somebody wrote became markup", name)
			}
			body := out.String()[strings.Index(out.String(), "<body"):]
			if key := missing.FindString(body); key != "" {
				t.Errorf("%s, %s: no sentence for %s", lang.Lang, name, key)
			}
		}
	}
}
