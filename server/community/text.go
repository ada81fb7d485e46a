package community

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line cleans one line of text: composed Unicode, no control or direction-override characters, single spaces.
// Pasted text brings such characters unseen, so they are dropped rather than refused.
func Line(text string) string {
	return strings.Join(strings.Fields(clean(text)), " ")
}

// Paragraphs cleans longer text and keeps its line breaks, at most one empty line in a row.
func Paragraphs(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	lines := strings.Split(clean(text), "\n")
	for i := range lines {
		lines[i] = strings.TrimRightFunc(lines[i], unicode.IsSpace)
	}
	lines = slices.CompactFunc(lines, func(a, b string) bool { return a == "" && b == "" })
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func clean(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return r
		}
		if unicode.IsControl(r) || overridesDirection(r) || r == '\uFEFF' {
			return -1
		}
		return r
	}, text))
}

// overridesDirection finds the embeddings, overrides and isolates with which a name could turn around the words
// behind it. The plain marks (U+200E, U+200F) stay: Arabic and Hebrew text needs them.
func overridesDirection(r rune) bool {
	return r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// need checks that a text is there and not longer than max characters.
func (p Problems) need(field, text string, max int) {
	if text == "" {
		p[field] = Problem{Say: "problem.needed"}
		return
	}
	p.atMost(field, text, max)
}

// atMost checks the length of a text that may be empty.
func (p Problems) atMost(field, text string, max int) {
	if n := utf8.RuneCountInString(text); n > max {
		p[field] = Problem{Say: "problem.too-long", Args: map[string]any{"max": max, "n": n - max}}
	}
}

// between checks a number.
func (p Problems) between(field string, n, low, high int) {
	if n < low || n > high {
		p[field] = Problem{Say: "problem.number-between", Args: map[string]any{"low": low, "high": high}}
	}
}

// oneOf checks a choice from a list.
func oneOf[T comparable](p Problems, field string, value T, allowed []T) {
	if !slices.Contains(allowed, value) {
		p[field] = Problem{Say: "problem.choose-from-list"}
	}
}

// someOf checks several choices from a list: no more than max, each of them allowed. It returns them without repeats.
func someOf[T comparable](p Problems, field string, values, allowed []T, max int) []T {
	var kept []T
	for _, v := range values {
		if !slices.Contains(allowed, v) {
			p[field] = Problem{Say: "problem.choose-from-list"}
			return nil
		}
		if !slices.Contains(kept, v) {
			kept = append(kept, v)
		}
	}
	if len(kept) > max {
		p[field] = Problem{Say: "problem.too-many-chosen", Args: map[string]any{"max": max}}
	}
	return kept
}

// website checks an address that may be empty: a complete https or http address.
func (p Problems) website(field, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || len(address) > WebsiteMax {
		p[field] = Problem{Say: "problem.not-an-address"}
	}
}
