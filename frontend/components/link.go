package components

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Link is the only way an address that somebody typed gets into a page: http, https and mailto lead on, anything else
// leads nowhere.
func Link(address string) templ.SafeURL {
	u, err := url.Parse(address)
	if err != nil || !slices.Contains([]string{"http", "https", "mailto"}, u.Scheme) {
		return ""
	}
	return templ.SafeURL(u.String())
}

// piece of a text: an address that leads on, or words.
type piece struct {
	text, address string
}

// addressPattern finds what people write as an address. What it finds still goes through Link.
var addressPattern = regexp.MustCompile(`(?i)\b(?:https?://[^\s<>"']+|mailto:[^\s<>"']+)`)

// pieces cuts a text at the addresses in it. Marks that end a sentence don't belong to an address.
func pieces(text string) []piece {
	var cut []piece
	done := 0
	for _, at := range addressPattern.FindAllStringIndex(text, -1) {
		end := at[0] + len(strings.TrimRight(text[at[0]:at[1]], ".,;:!?)]}»”’،؛؟"))
		if Link(text[at[0]:end]) == "" {
			continue
		}
		if at[0] > done {
			cut = append(cut, piece{text: text[done:at[0]]})
		}
		cut = append(cut, piece{text[at[0]:end], text[at[0]:end]})
		done = end
	}
	if done < len(text) {
		cut = append(cut, piece{text: text[done:]})
	}
	return cut
}
