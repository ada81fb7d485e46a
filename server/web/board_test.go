package web

import (
	"strings"
	"testing"
	"unicode/utf8"

	"longtable/frontend/components"
)

func TestTheOpeningOfATextEndsBetweenTwoWords(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a short text is whole", "Looking for a sewing machine.", "Looking for a sewing machine."},
		{"a long text ends at a word", strings.Repeat("machine ", 40), strings.TrimSpace(strings.Repeat("machine ", 29)) + " machine…"},
		{"one long word is cut", strings.Repeat("ب", 300), strings.Repeat("ب", openingMax) + "…"},
		{"no mark stands before the dots", strings.Repeat("a", 200) + ", " + strings.Repeat("b", 100), strings.Repeat("a", 200) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := opening(c.text)
			if got != c.want {
				t.Errorf("got %q", got)
			}
			if n := utf8.RuneCountInString(got); n > openingMax+1 {
				t.Errorf("%d characters", n)
			}
		})
	}
}

func TestAnAnswerThatComesBackKeepsItsNonce(t *testing.T) {
	sent := components.Typed{Values: map[string][]string{"nonce": {"n1"}}, Errors: map[string]string{"words": "too long"}}
	if got := nonceOf(sent); got != "n1" {
		t.Errorf("the nonce became %q, and the answer could be stored twice", got)
	}
	refused := components.Typed{Values: sent.Values, Errors: map[string]string{"nonce": "too long"}}
	first, second := nonceOf(refused), nonceOf(components.Typed{})
	if first == "n1" || first == "" || second == "" || first == second {
		t.Errorf("a new form needs a nonce of its own: %q, %q", first, second)
	}
}
