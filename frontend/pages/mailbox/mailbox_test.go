package mailbox

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

const hostile = `<script>alert(1)</script>"'&` + "\u202eتجربة"

func pages() map[string]templ.Component {
	letter := Letter{To: "amina@example.org", Subject: hostile, Text: hostile + "\n\nhttps://table.example/sign-in-link/abc\njavascript:alert(1)\n",
		At: time.Date(2027, 3, 31, 18, 30, 0, 0, time.UTC)}
	return map[string]templ.Component{"empty": Show(View{}), "letters": Show(View{Letters: []Letter{letter, letter}})}
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

func TestOnlyAddressesOfTheWebAreLinks(t *testing.T) {
	page := render(t, "en", pages()["letters"])
	if !strings.Contains(page, `href="https://table.example/sign-in-link/abc"`) {
		t.Error("the link of the letter does not lead on")
	}
	if strings.Contains(page, `href="javascript`) {
		t.Error("a line that runs a script is a link")
	}
}
