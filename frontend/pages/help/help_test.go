package help

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
	return map[string]templ.Component{
		"outside": Show(View{}),
		"member": Show(View{Hub: components.Tag{Label: hostile, Address: "/hubs/tide"},
			Hosts: []components.Tag{{Label: hostile, Address: "/people/amina"}, {Label: "Bo", Address: "/people/bo"}}}),
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

func TestMembersFindTheirHosts(t *testing.T) {
	page := render(t, "en", pages()["member"])
	for _, address := range []string{"/hubs/tide", "/people/amina", "/people/bo"} {
		if !strings.Contains(page, `href="`+address+`"`) {
			t.Errorf("%s is not named", address)
		}
	}
	if !strings.Contains(render(t, "en", pages()["outside"]), `href="/hubs"`) {
		t.Error("who has no hub is not led to one")
	}
}
