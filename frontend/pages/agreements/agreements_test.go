package agreements_test

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
	"longtable/frontend/pages/agreements"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

func pages() map[string]templ.Component {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	versions := []agreements.Version{{Number: 2, Keeps: 80, Reason: hostile, By: hostile, At: at}, {Number: 1, Keeps: 95, Reason: "We voted.", At: at}}
	refused := components.Typed{Values: map[string][]string{"percent": {hostile}, "reason": {hostile}}, Errors: map[string]string{"percent": "Enter a number."}}
	return map[string]templ.Component{
		"nothing": agreements.Show(agreements.View{Address: "/agreement", Keeps: 90}),
		"network": agreements.Show(agreements.View{Address: "/agreement", Keeps: 80, Own: true, Agreed: true, Versions: versions, More: "/agreement?after=x"}),
		"hub":     agreements.Show(agreements.View{Hub: hostile, Back: "/hubs/h", Address: "/hubs/h/agreement", Keeps: 90, Agreed: true, MayAgree: true, ReasonMax: 100}),
		"refused": agreements.Show(agreements.View{Hub: "Harbour", Back: "/hubs/h", Address: "/hubs/h/agreement", Keeps: 80, Own: true, Agreed: true, Versions: versions, MayAgree: true, Form: refused, After: 2}),
	}
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			got := render(t, lang.Lang, page)
			faults, err := htmlcheck.Page(strings.NewReader(got))
			if err != nil || len(faults) > 0 {
				t.Errorf("%s in %s: %v, %s", name, lang.Lang, err, strings.Join(faults, "\n"))
			}
			if strings.Contains(got, "<script>alert") || strings.Contains(got, ">agreements.") {
				t.Errorf("%s in %s: what somebody wrote became markup, or a sentence is missing", name, lang.Lang)
			}
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/agreement", Section: "hubs"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOnlyThoseWhoWriteItDownHaveAForm(t *testing.T) {
	for name, want := range map[string]bool{"nothing": false, "network": false, "hub": true, "refused": true} {
		if got := strings.Contains(render(t, "en", pages()[name]), `name="percent"`); got != want {
			t.Errorf("%s has a form: %v", name, got)
		}
	}
}
