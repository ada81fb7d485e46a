package frontend

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// forbidden is what the content security policy would refuse, or what lets a person's text out of its place.
var forbidden = map[string]*regexp.Regexp{
	"templ.Raw writes without escaping":                        regexp.MustCompile(`templ\.Raw\b|templ\.JSUnsafe|templ\.SafeCSS|templ\.ComponentScript`),
	"a style within a page":                                    regexp.MustCompile(`<style|\sstyle=`),
	"a script within a page":                                   regexp.MustCompile(`<script[^>]*>\s*[^\s<]|\son[a-z]+=|^script `),
	"an element whose address templ doesn't check":             regexp.MustCompile(`<iframe|<object|<embed|srcset=|formaction=`),
	"a name of an attribute from data":                         regexp.MustCompile(`templ\.Attributes\{[^}"]*[a-z]+:`),
	"an address from somewhere else than a path or Link":       regexp.MustCompile(`(?:href|action)=\{\s*templ\.SafeURL\([a-z]+\.(?:Website|URL|Url)\b`),
	"the side of the screen: start and end turn with the page": regexp.MustCompile(`align="(?:left|right)"`),
}

func TestTemplatesKeepToTheRules(t *testing.T) {
	seen := 0
	for name, source := range templates(t) {
		seen++
		for what, pattern := range forbidden {
			if found := pattern.FindString(source); found != "" {
				t.Errorf("%s has %s: %q", name, what, strings.TrimSpace(found))
			}
		}
	}
	if seen < 10 {
		t.Fatalf("read only %d templates", seen)
	}
	for _, bad := range []string{`<p style="color:red">`, `<button onclick="x()">`, `@templ.Raw(v.Text)`, `<script>x()</script>`} {
		if !forbiddenIn(bad) {
			t.Errorf("the rules let %s pass", bad)
		}
	}
}

func TestBehavioursAreSmallAndStandAlone(t *testing.T) {
	const linesMax = 150 // one behaviour each, to be read in one sitting
	names, err := fs.Glob(sources, "behaviors/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no behaviours: %v", err)
	}
	risky := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://`)
	for _, name := range names {
		source, err := fs.ReadFile(sources, name)
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(source), "\n"); lines > linesMax {
			t.Errorf("%s has %d lines, more than %d", name, lines, linesMax)
		}
		if found := risky.FindString(string(source)); found != "" {
			t.Errorf("%s uses %s", name, found)
		}
	}
}

func forbiddenIn(source string) bool {
	for _, pattern := range forbidden {
		if pattern.MatchString(source) {
			return true
		}
	}
	return false
}

func templates(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".templ" {
			return err
		}
		source, err := os.ReadFile(name)
		all[name] = string(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
