package notices

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
	row := components.Row{ID: "n1", Address: "/introductions", Title: hostile, Aside: "Monday", Unread: true}
	read := row
	read.Unread = false
	return map[string]templ.Component{
		"none":   List(View{}),
		"unread": List(View{Rows: []components.Row{row, read}, Unread: true, More: "/notices?after=x"}),
		"read":   List(View{Rows: []components.Row{read}}),
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

func TestMarkingIsOfferedWhileSomethingIsUnread(t *testing.T) {
	for name, wanted := range map[string]int{"none": 0, "unread": 1, "read": 0} {
		if got := strings.Count(render(t, "en", pages()[name]), `action="/notices/read"`); got != wanted {
			t.Errorf("%s: offered %d times, wanted %d", name, got, wanted)
		}
	}
}
