package settings

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

var day = time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)

func full() ShowView {
	return ShowView{
		Kinds:    []components.Option{{Value: "message", Label: "Messages"}, {Value: "event", Label: "Events"}},
		Notices:  components.Typed{Values: map[string][]string{"silenced": {"event"}}},
		Tokens:   []Token{{ID: "t1", Name: hostile, CreatedAt: day, UsedAt: day}, {ID: "t2", Name: "never", CreatedAt: day}},
		Language: "fr", Languages: []components.Option{{Value: "en", Label: "English"}, {Value: "fr", Label: "Français"}},
		Theme: "dark", Themes: []components.Option{{Value: "device", Label: "Device"}, {Value: "dark", Label: "Dark"}},
		Blocked: []Person{{ID: "b1", Name: hostile}, {ID: "b2", Name: "Bo"}}, InBrowser: true,
	}
}

func pages() map[string]templ.Component {
	again, general := full(), full()
	again.Password.Errors = map[string]string{"oldPassword": hostile, "newPassword": hostile}
	general.Token = components.Typed{Values: map[string][]string{"name": {hostile}}, General: hostile}
	return map[string]templ.Component{
		"new":            Show(ShowView{InBrowser: true}),
		"full":           Show(full()),
		"password again": Show(again),
		"token again":    Show(general),
		"for a program":  Show(ShowView{}),
		"token made":     TokenMade(TokenMadeView{Name: hostile, Secret: "lt_secret"}),
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
					t.Error("what was typed became a script")
				}
			})
		}
	}
}

func TestWhatIsChosenIsShown(t *testing.T) {
	page := render(t, "en", pages()["full"])
	for _, chosen := range []string{`value="event" checked`, `value="fr" selected`, `value="dark" checked`} {
		if !strings.Contains(page, chosen) {
			t.Errorf("%s is not shown", chosen)
		}
	}
	if strings.Contains(page, `value="message" checked`) {
		t.Error("a kind that is not silenced is ticked")
	}
}

func TestWithoutASessionNeitherPasswordNorTokensCanBeChanged(t *testing.T) {
	for name, wanted := range map[string]int{"full": 1, "for a program": 0} {
		page := render(t, "en", pages()[name])
		for _, action := range []string{`action="/settings/password"`, `action="/settings/tokens"`} {
			if got := strings.Count(page, action); got != wanted {
				t.Errorf("%s: %s stands %d times, wanted %d", name, action, got, wanted)
			}
		}
	}
}
