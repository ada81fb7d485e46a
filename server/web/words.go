package web

import (
	"longtable/frontend/i18n"
	"longtable/server/community"
)

// day is a date in the reader's language.
func (q *Request) day(at community.Instant) string {
	return i18n.Date(i18n.With(q.Context(), q.Lang), at.Time())
}
