package unfinished

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

const hostile = `<script>alert(1)</script>"'&`

func pages() map[string]templ.Component {
	since := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	return map[string]templ.Component{
		"none": List(View{}),
		"some": List(View{Work: []Work{{ID: "w1", Kind: "notice", Since: since, Tries: 8, Reason: hostile}, {ID: "w2", Kind: "between", Since: since, Tries: 11, Reason: "took too long"}}}),
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
				if strings.Contains(page, "<script>alert") || strings.Contains(page, ">unfinished.") {
					t.Error("a reason became a script, or a sentence is missing")
				}
			})
		}
	}
}

func TestEachPieceOfWorkHasItsButton(t *testing.T) {
	page := render(t, "en", pages()["some"])
	for _, want := range []string{`action="/unfinished/w1/again"`, `action="/unfinished/w2/again"`, "Tried 8 times", "Something changed between people"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
