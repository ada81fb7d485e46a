package hubs

import (
	"context"

	"longtable/frontend/i18n"
)

// summary says how many hubs fit; a list of all of them needs no count.
func (v ListView) summary(ctx context.Context) string {
	if !v.Narrowed {
		return ""
	}
	return i18n.N(ctx, "hubs.found", v.Total)
}
