package gallery_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend"
	"longtable/frontend/gallery"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
)

var pages = map[string]func() templ.Component{
	"people": gallery.People, "form": gallery.Form, "event": gallery.Event, "talk": gallery.Talk,
}

func shells(name string) map[string]layout.Shell {
	member := layout.Shell{Title: name, Path: "/people", Section: layout.People, Viewer: &layout.Person{ID: "binh", Name: "Bình", Steward: true},
		Unread: layout.Unread{Talk: 3, Introductions: 2, Notices: 12}, Live: true, Epoch: "e1", Modules: []string{"search", "skills", "form"}}
	busy := member
	busy.Flash, busy.Progress, busy.Problem, busy.Theme, busy.Cached = &layout.Flash{Tone: "good", Text: "Bình"}, "5 / 9", true, "dark", true
	return map[string]layout.Shell{
		"member": member, "busy": busy,
		"stranger": {Title: name, Description: "A long table", Path: "/", Section: layout.Programmes, Private: true, Demo: true},
	}
}

// Every component, in every language, within every shell, is read by the auditor. LONGTABLE_GALLERY names a folder in
// which the pages are kept to be looked at.
func TestEveryPartPassesTheAuditorInEveryLanguage(t *testing.T) {
	for name, content := range pages {
		for _, l := range i18n.Languages() {
			for who, shell := range shells(name) {
				t.Run(name+"/"+l.Lang+"/"+who, func(t *testing.T) {
					page := render(t, l.Lang, shell, content())
					faults, err := htmlcheck.Page(bytes.NewReader(page))
					if err != nil || len(faults) > 0 {
						t.Errorf("%v\n%s", err, strings.Join(faults, "\n"))
					}
					keep(t, strings.Join([]string{name, l.Lang, who}, "-")+".html", page)
				})
			}
		}
	}
}

func TestNothingIsLeftUntranslated(t *testing.T) {
	for name, content := range pages {
		for _, l := range i18n.Languages() {
			page := string(render(t, l.Lang, shells(name)["stranger"], content()))
			_, body, _ := strings.Cut(page, "<body")
			for _, key := range []string{"layout.", "parts.", "form.", "format."} {
				if at := strings.Index(body, ">"+key); at >= 0 {
					t.Errorf("%s in %s shows a key: %s", name, l.Lang, body[at:at+40])
				}
			}
		}
	}
}

func render(t *testing.T, lang string, shell layout.Shell, content templ.Component) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := layout.Page(shell).Render(templ.WithChildren(i18n.With(t.Context(), lang), content), &page); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

func keep(t *testing.T, name string, page []byte) {
	t.Helper()
	folder := os.Getenv("LONGTABLE_GALLERY")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name), page, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, asset := range []string{"style.css", "icon.svg"} {
		body, _, _, _ := frontend.Asset(frontend.Address(asset))
		file := filepath.Join(folder, filepath.FromSlash(frontend.Address(asset)))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
