package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzWhatIsTypedIsFound holds what nobody's typing may break: a query stays within its limits, plain text has no operator
// of Meilisearch, a text is marked without being changed, and is found by itself.
func FuzzWhatIsTypedIsFound(f *testing.F) {
	for _, s := range readStoriesOfWords() {
		f.Add(s)
	}
	s := story{}.schema()
	f.Fuzz(func(t *testing.T, text string) {
		words := queryWords(text)
		if len(words) > MaxQueryWords {
			t.Fatalf("%d words", len(words))
		}
		for _, w := range words {
			if w.text == "" && len(w.parts) == 0 || utf8.RuneCountInString(w.text) > 4*maxTermRunes {
				t.Fatalf("word %+v", w)
			}
		}
		if plain := plainText(text); strings.ContainsAny(plain, `"*-:()[]=`) || len(plain) > MaxQueryBytes+MaxQueryWords {
			t.Fatalf("%q becomes %q", text, plain)
		}
		value := clean(text)
		var joined strings.Builder
		for _, part := range fragments(value, words) {
			joined.WriteString(part.Text)
		}
		if joined.String() != value {
			t.Fatalf("%q is shown as %q", value, joined.String())
		}
		d := Document{ID: "x", Of: "x", Audience: []string{"network"}, Text: map[string][]string{"bio": {value}}}
		if len(value) > MaxQueryBytes {
			return // the end of it is not asked for
		}
		if q := (Query{Text: value, Viewer: []string{"network"}}); !s.Matches(q, d) {
			t.Fatalf("%q does not find itself: %+v", value, words)
		}
	})
}

// readStoriesOfWords are seeds in all scripts.
func readStoriesOfWords() []string {
	return []string{"", " ", "solar panels", `"a" -b* c:d`, "l'énergie", "مُهندِس طاقة", "комп’ютери їжджу", "सौर ऊर्जा", "太阳能工程师", "สมชาย", "\x00\xff", "e\u0301", "\u200d", "3D-printing", "ﷺ", "ßſ", "İi", strings.Repeat("word ", 40)}
}
