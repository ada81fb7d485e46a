package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what a hit shows.
const (
	MaxHighlights     = 8   // highlights of one hit
	MaxHighlightRunes = 240 // characters of one highlight; longer values are cut around the first word found
)

// Highlight is one value of a text field with the words found in it.
type Highlight struct {
	Field     string
	Fragments []Fragment // joined they are the value, or a part of it with … where it was cut
}

// Fragment is a piece of text; Hit tells that it was found. It is text and never markup.
type Fragment struct {
	Text string
	Hit  bool
}

// highlight returns the values of the wanted fields in which any of the words occurs.
func highlight(text map[string][]string, fields []string, words []word) []Highlight {
	var out []Highlight
	for _, field := range fields {
		for _, value := range text[field] {
			if len(out) == MaxHighlights {
				return out
			}
			if parts := fragments(value, words); len(parts) > 1 || len(parts) == 1 && parts[0].Hit {
				out = append(out, Highlight{Field: field, Fragments: crop(parts)})
			}
		}
	}
	return out
}

// fragments divides a value into what was found and what stands between.
func fragments(value string, words []word) []Fragment {
	var out []Fragment
	done := 0
	for _, t := range tokens(value) {
		if t.end <= done || !slices.ContainsFunc(words, func(w word) bool { _, ok := w.fits(t.term); return ok }) {
			continue
		}
		start := max(t.start, done)
		if start > done {
			out = append(out, Fragment{Text: value[done:start]})
		}
		out = append(out, Fragment{Text: value[start:t.end], Hit: true})
		done = t.end
	}
	if done < len(value) {
		out = append(out, Fragment{Text: value[done:]})
	}
	return joinHits(out)
}

// joinHits makes one fragment of hits that touch, as pairs of Chinese characters do.
func joinHits(in []Fragment) []Fragment {
	out := in[:0]
	for _, f := range in {
		if n := len(out); n > 0 && f.Hit && out[n-1].Hit {
			out[n-1].Text += f.Text
			continue
		}
		out = append(out, f)
	}
	return out
}

// contextRunes is what a cropped value shows before the first word found.
const contextRunes = 40

// crop shortens a value to MaxHighlightRunes that begin shortly before the first hit.
func crop(parts []Fragment) []Fragment {
	total := 0
	for _, f := range parts {
		total += utf8.RuneCountInString(f.Text)
	}
	if total <= MaxHighlightRunes {
		return parts
	}
	out := slices.Clone(parts)
	if first := []rune(out[0].Text); !out[0].Hit && len(first) > contextRunes {
		out[0].Text = "…" + fromWord(string(first[len(first)-contextRunes:]))
	}
	left := MaxHighlightRunes
	for i := range out {
		runes := []rune(out[i].Text)
		if len(runes) > left {
			out[i].Text = string(runes[:left]) + "…"
			return out[:i+1]
		}
		left -= len(runes)
	}
	return out
}

// fromWord drops the rest of a word at the beginning, if there is a space to start from.
func fromWord(s string) string {
	if _, after, found := strings.Cut(s, " "); found && after != "" {
		return after
	}
	return s
}
