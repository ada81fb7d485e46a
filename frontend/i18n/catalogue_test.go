package i18n

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/feature/plural"
)

func TestAllLanguagesSayTheSame(t *testing.T) {
	english := spoken[fallback]
	for _, l := range Languages() {
		for key := range english.messages {
			if l.messages[key] == nil {
				t.Errorf("%s has no %s", l.Lang, key)
			}
		}
		for key, m := range l.messages {
			e := english.messages[key]
			if e == nil {
				t.Errorf("%s has %s, which English has not", l.Lang, key)
				continue
			}
			if (m.forms == nil) != (e.forms == nil) {
				t.Errorf("%s: %s counts in one language and not in the other", l.Lang, key)
			}
			for _, s := range m.sentences() {
				if got, want := blanks(s), blanks(e.sentences()[0]); !slices.Equal(got, want) {
					t.Errorf("%s: %s has the blanks %v, English has %v", l.Lang, key, got, want)
				}
			}
		}
	}
}

// Which forms a language needs is asked of its own rule, with every count up to 200.
func TestEveryCountHasItsForm(t *testing.T) {
	for _, l := range Languages() {
		needed := map[plural.Form]int{}
		for n := range 200 {
			needed[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)] = n
		}
		if l.Lang == "ar" && len(needed) != 6 {
			t.Fatalf("Arabic has six forms, the rule knows %d", len(needed))
		}
		for key, m := range l.messages {
			if m.forms == nil {
				continue
			}
			for form, n := range needed {
				if m.forms[form] == nil {
					t.Errorf("%s: %s has no sentence for %d", l.Lang, key, n)
				}
			}
		}
	}
}

func TestCataloguesHoldWordsOnly(t *testing.T) {
	markup := regexp.MustCompile(`<[a-zA-Z/!]|&[a-z]+;|&#`)
	for _, l := range Languages() {
		for key, m := range l.messages {
			for _, s := range m.sentences() {
				text := strings.Join(s, "")
				if markup.MatchString(text) || strings.TrimSpace(text) != text && !strings.HasPrefix(key, "format.") || text == "" {
					t.Errorf("%s: %s is empty, has markup, or has space around it: %q", l.Lang, key, text)
				}
			}
		}
	}
}

func TestKeysStandInTheFileOfTheirNoun(t *testing.T) {
	for _, l := range Languages() {
		for key := range l.messages {
			noun, _, _ := strings.Cut(key, ".")
			if _, err := os.Stat(filepath.Join("..", "locales", l.Lang, noun+".json")); err != nil {
				t.Errorf("%s: %s stands in another file than %s.json", l.Lang, key, noun)
			}
		}
	}
}

var (
	said  = regexp.MustCompile(`\b(?:T|N|Say)\(\s*(?:ctx|q\.Context\(\)|[a-z]\.?[a-z]*\(?\)?),\s*"([^"]+)"\s*([+,)])`)
	raise = regexp.MustCompile(`(?:Say:|\bForbidden\(|\bConflict\(|\bTooMany\()\s*"([^"]+)"`)
	text  = regexp.MustCompile("\"([^\"\\n]*)\"|`([^`]+)`")
)

// A key that the sources say must exist; one that nothing says is in the way of translators. A literal that ends with
// "-" or "." stands for all keys that begin with it.
func TestKeysAndSourcesKnowEachOther(t *testing.T) {
	literals := map[string]bool{}
	var found int
	for file, source := range sources(t) {
		for _, m := range said.FindAllStringSubmatch(source, -1) {
			found++
			if key := m[1]; !Has(key) && !(m[2] == "+" && beginsAKey(key)) {
				t.Errorf("%s says %q, which no catalogue has", file, key)
			}
		}
		for _, m := range raise.FindAllStringSubmatch(source, -1) {
			found++
			if !Has(m[1]) {
				t.Errorf("%s answers %q, which no catalogue has", file, m[1])
			}
		}
		for _, m := range text.FindAllStringSubmatch(source, -1) {
			literals[m[1]+m[2]] = true
		}
	}
	if found < 50 {
		t.Fatalf("found only %d keys in the sources: the patterns no longer fit", found)
	}
	for _, key := range slices.Sorted(maps.Keys(spoken[fallback].messages)) {
		if !literals[key] && !builtFrom(literals, key) {
			t.Errorf("nothing says %s", key)
		}
	}
}

func beginsAKey(prefix string) bool {
	for key := range spoken[fallback].messages {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

func builtFrom(literals map[string]bool, key string) bool {
	for i, r := range key {
		if (r == '-' || r == '.') && strings.Contains(key[:i+1], ".") && literals[key[:i+1]] {
			return true
		}
	}
	return false
}

// sources are all texts that can say something: of every room, without tests and without what is generated.
func sources(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(name)
		if err != nil || d.IsDir() || ext != ".go" && ext != ".templ" ||
			strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, "_templ.go") {
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

func TestABrokenCatalogueIsRefused(t *testing.T) {
	for what, content := range map[string]string{
		"an unclosed blank":       `{"a.b": "Hello {name"}`,
		"a blank with a space":    `{"a.b": "Hello {first name}"}`,
		"an unknown form":         `{"a.b": {"other": "x", "dozens": "y"}}`,
		"a count without other":   `{"a.b": {"one": "x"}}`,
		"an unclosed plural form": `{"a.b": {"other": "{n"}}`,
		"a number":                `{"a.b": 7}`,
		"no JSON":                 `{"a.b"`,
	} {
		files := fstest.MapFS{"en/a.json": {Data: []byte(content)}}
		if _, err := load(files, "en"); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
	twice := fstest.MapFS{"en/a.json": {Data: []byte(`{"a.b": "x"}`)}, "en/b.json": {Data: []byte(`{"a.b": "y"}`)}}
	if _, err := load(twice, "en"); err == nil {
		t.Error("a key in two files was taken")
	}
}

func (m *message) sentences() []sentence {
	if m.forms == nil {
		return []sentence{m.always}
	}
	return append([]sentence{m.forms[plural.Other]}, slices.Collect(maps.Values(m.forms))...)
}

// blanks are the names in a sentence. The count may be left out where the form alone says it, as in "one person".
func blanks(s sentence) []string {
	var names []string
	for i := 1; i < len(s); i += 2 {
		if s[i] != "n" && !slices.Contains(names, s[i]) {
			names = append(names, s[i])
		}
	}
	slices.Sort(names)
	return names
}

func BenchmarkCounting(b *testing.B) {
	l := spoken["ar"]
	for b.Loop() {
		l.say("parts.people-waiting", []value{{"n", 11}})
	}
}
