package export

import (
	"bytes"
	"context"
	"io"
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

// things are written one after the other, as a long export is.
func things(all ...Entry) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, e := range all {
			if err := Thing(e).Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

func parts() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		full := Entry{Group: hostile, Title: hostile, At: day, Text: "One\n\n" + hostile, Rows: []components.SummaryRow{
			{Label: hostile, Value: hostile}, {Label: "Several", Values: []string{hostile, "two"}}, {Label: "Nothing"}}}
		for name, content := range map[string]templ.Component{"full": things(full, Entry{Title: "Bare"}, Entry{Text: "Words"}), "empty": Nothing()} {
			if err := Part(name, name).Render(templ.WithChildren(ctx, content), w); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestThePagePassesTheAuditorInEveryLanguage(t *testing.T) {
	for _, lang := range []string{"en", "fr", "ar"} {
		var page bytes.Buffer
		content := Show(ShowView{Network: hostile, At: day, Parts: parts()})
		ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
		if err := layout.Page(layout.Shell{Title: "Test", Network: "Longtable"}).Render(ctx, &page); err != nil {
			t.Fatal(err)
		}
		text := page.String()
		faults, err := htmlcheck.Page(&page)
		if err != nil || len(faults) > 0 {
			t.Errorf("%s: %v %q", lang, err, faults)
		}
		if strings.Contains(text, "<script>alert") {
			t.Errorf("%s: what was typed became a script", lang)
		}
	}
}
