package firstrun

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

func view() View {
	return View{Forms: []components.Option{{Value: "collective", Label: "Collective"}, {Value: "business", Label: "Business"}},
		Countries: []components.Option{{Value: "MA", Label: "Morocco"}}, Languages: []components.Option{{Value: "ar", Label: hostile}},
		Zones: []string{"Africa/Casablanca"}, NameMax: 80, AddressMax: 300}
}

func pages() map[string]templ.Component {
	again := view()
	again.AsksCode = true
	again.Form = components.Typed{Values: map[string][]string{"network": {hostile}, "hub.country": {"MA"}, "hub.languages": {"ar"}}, Errors: map[string]string{}}
	for _, field := range []string{"network", "hub.name", "hub.form", "hub.city", "hub.country", "hub.zone", "name", "email", "password", "code"} {
		again.Form.Errors[field] = hostile
	}
	return map[string]templ.Component{"at the computer": Form(view()), "from elsewhere, again": Form(again)}
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

func TestTheCodeIsAskedForFromElsewhereOnly(t *testing.T) {
	if strings.Contains(render(t, "en", pages()["at the computer"]), `name="code"`) {
		t.Error("the code is asked for at the computer itself")
	}
	if !strings.Contains(render(t, "en", pages()["from elsewhere, again"]), `name="code"`) {
		t.Error("the code is not asked for from elsewhere")
	}
}

func TestWhatWasTypedComesBack(t *testing.T) {
	page := render(t, "en", pages()["from elsewhere, again"])
	for _, kept := range []string{`<option value="MA" selected`, `value="ar" checked`} {
		if !strings.Contains(page, kept) {
			t.Errorf("%s is lost", kept)
		}
	}
}
