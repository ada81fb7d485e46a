package leaving

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

const hostile = `<script>alert(1)</script>"'&` + "\u202eتجربة"

func pages() map[string]templ.Component {
	full := ShowView{Password: true, InBrowser: true, Hubs: []string{hostile, "Mill"}, Enterprises: []string{hostile}, OpenReports: 3}
	again := full
	again.Form = components.Typed{Errors: map[string]string{"password": hostile, "sure": hostile}}
	return map[string]templ.Component{
		"plain":         Show(ShowView{InBrowser: true}),
		"full":          Show(full),
		"again":         Show(again),
		"for a program": Show(ShowView{}),
		"last steward":  Show(ShowView{InBrowser: true, LastSteward: true, Candidates: []components.Option{{Value: "d", Label: hostile}}}),
		"nobody else":   Show(ShowView{InBrowser: true, LastSteward: true}),
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

func TestOnlyWhoMayLeaveIsOfferedTo(t *testing.T) {
	for name, wanted := range map[string][2]int{"plain": {1, 0}, "full": {1, 1}, "for a program": {0, 0}, "last steward": {0, 0}, "nobody else": {0, 0}} {
		page := render(t, "en", pages()[name])
		got := [2]int{strings.Count(page, `action="/account/delete"`), strings.Count(page, `type="password"`)}
		if got != wanted {
			t.Errorf("%s: the form and the password stand %v times, wanted %v", name, got, wanted)
		}
	}
}
