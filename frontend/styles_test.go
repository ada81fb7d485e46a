package frontend

import (
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func TestStylesUseNoSideOfTheScreen(t *testing.T) {
	physical := regexp.MustCompile(`(?:^|[\s;{])(?:left|right|top|bottom|width|height|max-width|min-width|max-height|min-height)\s*:` +
		`|(?:margin|padding|border)-(?:left|right|top|bottom)|text-align:\s*(?:left|right)|float:\s*(?:left|right)`)
	id := regexp.MustCompile(`(?:^|[\s,])#[a-z]+[-a-z]*\s*[,{\[]`)
	query := regexp.MustCompile(`\((?:min|max)-(?:width|height):`)
	for name, source := range sheets(t) {
		for i, line := range strings.Split(source, "\n") {
			if id.MatchString(line) {
				t.Errorf("%s:%d styles an id", name, i+1)
			}
			if found := physical.FindString(query.ReplaceAllString(line, "(")); found != "" {
				t.Errorf("%s:%d uses %q; right-to-left pages need the logical one", name, i+1, strings.TrimSpace(found))
			}
		}
	}
	for bad, found := range map[string]bool{"p { margin-left: 1em }": true, "p { left: 0 }": true, "p{text-align:right}": true, "p { inset-inline-start: 0; }": false} {
		if physical.MatchString(bad) != found {
			t.Errorf("the rule misjudges %q", bad)
		}
	}
}

func TestColoursStandInTheTokensOnly(t *testing.T) {
	colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(`)
	for name, source := range sheets(t) {
		if name == "styles/tokens.css" || name == "styles/print.css" {
			continue
		}
		if found := colour.FindString(source); found != "" {
			t.Errorf("%s has the colour %s of its own", name, found)
		}
	}
}

func TestBothDarkSetsAreOne(t *testing.T) {
	byDevice, byChoice := themes(t)["device"], themes(t)["dark"]
	if len(byDevice) < 15 {
		t.Fatalf("read only %d dark colours", len(byDevice))
	}
	for name, colour := range byDevice {
		if byChoice[name] != colour {
			t.Errorf("%s is %s on a dark device and %s by choice", name, colour, byChoice[name])
		}
	}
	if len(byChoice) != len(byDevice) {
		t.Error("the two dark sets name different colours")
	}
}

// Text has 7 to 1 on every ground it stands on (WCAG 2.2, 1.4.6); borders of fields and marks have 3 to 1 (1.4.11).
func TestTextIsReadableInBothThemes(t *testing.T) {
	light := themes(t)["light"]
	for theme, colours := range map[string]map[string]string{"light": light, "dark": themes(t)["dark"]} {
		of := func(name string) string {
			if c := colours[name]; c != "" {
				return c
			}
			return light[name]
		}
		grounds := []string{"paper", "sheet", "good", "waiting", "wrong"}
		for _, pair := range pairs(grounds, []string{"ink", "soft"}, []string{"paper", "sheet"}, []string{"link", "spruce", "clay"},
			[]string{"wrong"}, []string{"clay"}, []string{"spruce"}, []string{"on-spruce"}, []string{"clay"}, []string{"on-clay"}, []string{"marigold"}, []string{"on-marigold"}, []string{"hair"}, []string{"ink"}) {
			if r := contrast(t, of(pair[0]), of(pair[1])); r < 7 {
				t.Errorf("%s: %s on %s has %.2f to 1", theme, pair[1], pair[0], r)
			}
		}
		for _, pair := range pairs([]string{"paper", "sheet"}, []string{"line"}) {
			if r := contrast(t, of(pair[0]), of(pair[1])); r < 3 {
				t.Errorf("%s: %s on %s has %.2f to 1", theme, pair[1], pair[0], r)
			}
		}
	}
}

func TestJoiningKeepsWhatMatters(t *testing.T) {
	sheet, err := joinStyles(fstest.MapFS{"styles/a.css": {Data: []byte("/* why */\n.a\n.b {\n  color: red; /* here */\n}\n\n.c::after { content: \"a b\"; }")}})
	if err != nil {
		t.Fatal(err)
	}
	if want := layers + `.a .b {color: red;}.c::after { content: "a b"; }`; string(sheet) != want {
		t.Errorf("joined to\n%s\nwant\n%s", sheet, want)
	}
}

func sheets(t *testing.T) map[string]string {
	t.Helper()
	names, err := fs.Glob(sources, "styles/*.css")
	if err != nil || len(names) == 0 {
		t.Fatalf("no sheets: %v", err)
	}
	all := map[string]string{}
	for _, name := range names {
		source, err := fs.ReadFile(sources, name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = withoutComments(string(source))
	}
	return all
}

// themes reads the colours of the tokens by the selector they stand under.
func themes(t *testing.T) map[string]map[string]string {
	t.Helper()
	selectors := map[string]string{":root {": "light", `:root:not([data-theme="light"]) {`: "device", `:root[data-theme="dark"] {`: "dark"}
	colour := regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]+);`)
	all := map[string]map[string]string{"light": {}, "device": {}, "dark": {}}
	current := ""
	for line := range strings.Lines(sheets(t)["styles/tokens.css"]) {
		if theme, opens := selectors[strings.TrimSpace(line)]; opens {
			current = theme
		}
		if m := colour.FindStringSubmatch(line); m != nil {
			all[current][m[1]] = m[2]
		}
	}
	return all
}

// pairs combines each list of grounds with the list of texts behind it.
func pairs(lists ...[]string) [][2]string {
	var all [][2]string
	for i := 0; i+1 < len(lists); i += 2 {
		for _, ground := range lists[i] {
			for _, text := range lists[i+1] {
				all = append(all, [2]string{ground, text})
			}
		}
	}
	return all
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is that of WCAG 2, from 0 for black to 1 for white.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatal(fmt.Errorf("%q is not a colour: %w", colour, err))
	}
	part := func(shift int) float64 {
		c := float64(n>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
