package hubs

import (
	"context"

	"longtable/frontend/i18n"
)

// languages names languages in the language of the reader, as a sentence lists them.
func languages(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = i18n.LanguageName(ctx, code)
	}
	return i18n.List(ctx, names)
}

// summary says how many hubs fit; a list of all of them needs no count.
func (v ListView) summary(ctx context.Context) string {
	if !v.Narrowed {
		return ""
	}
	return i18n.N(ctx, "hubs.found", v.Total)
}
