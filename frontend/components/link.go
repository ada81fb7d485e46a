package components

import (
	"net/url"
	"slices"

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
