package search

import (
	"strconv"
	"strings"
)

// Meilisearch compares facet values without regard to case and has no way to write every
// backslash in a filter, and its document ids lack the tilde. So exact values and ids are spelt in
// characters that it keeps as they are. Values that differ here differ there.

// idSpelling and its reverse write an id in A-Z a-z 0-9 _ -.
var (
	idSpelling = strings.NewReplacer("_", "_u", "~", "_t")
	idReading  = strings.NewReplacer("_u", "_", "_t", "~")
)

// spelt writes a value in lower-case letters, digits and : . - _ with every other byte as % and two digits.
func spelt(value string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(value) {
		c := value[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte(":.-_", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func speltAll(values []string) []string {
	out := make([]string, len(values)) // never null in JSON
	for i, v := range values {
		out[i] = spelt(v)
	}
	return out
}

// unspelt reads what spelt wrote; anything else comes back unchanged.
func unspelt(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return s
		}
		n, err := strconv.ParseUint(s[i+1:i+3], 16, 8)
		if err != nil {
			return s
		}
		b.WriteByte(byte(n))
		i += 2
	}
	return b.String()
}

// plainText writes what was typed without the operators of Meilisearch, such as "phrases" and -not,
// and keeps a last word open or finished as it was.
func plainText(text string) string {
	text = cut(text)
	found := spans(text)
	var words []string
	for _, s := range found[:min(len(found), MaxQueryWords)] {
		words = append(words, text[s.start:s.end])
	}
	out := strings.Join(words, " ")
	if n := len(found); n > 0 && (n > MaxQueryWords || found[n-1].end < len(text)) {
		out += " "
	}
	return out
}

// Marks around what Meilisearch found. No document has them, because clean drops private-use characters.
const (
	markOpen  = "\ue000"
	markClose = "\ue001"
)

// markedFragments reads a value with marks.
func markedFragments(value string) []Fragment {
	var out []Fragment
	add := func(text string, hit bool) {
		if text != "" {
			out = append(out, Fragment{Text: text, Hit: hit})
		}
	}
	for {
		before, rest, found := strings.Cut(value, markOpen)
		add(strings.ReplaceAll(before, markClose, ""), false)
		if !found {
			return joinHits(out)
		}
		hit, after, _ := strings.Cut(rest, markClose)
		add(strings.ReplaceAll(hit, markOpen, ""), true)
		value = after
	}
}
