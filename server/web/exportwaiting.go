package web

import (
	"context"
	"time"

	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownFirstAnswer is what is noted of an answer that one got: of what, and when.
type ownFirstAnswer struct {
	Kind       community.WaitingKind `json:"kind"`
	AskedAt    time.Time             `json:"askedAt"`
	AnsweredAt time.Time             `json:"answeredAt"`
}

func (d ownFirstAnswer) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: i18n.T(ctx, "export.answered-"+string(d.Kind)), At: x.local(d.AnsweredAt)}
}

func exportFirstAnswers(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.FirstAnswer, community.Cursor, error) {
		return x.network.OwnFirstAnswers(ctx, x.viewer, page)
	}
	return throughPages(read, func(a *community.FirstAnswer) error {
		return take(ownFirstAnswer{Kind: a.Kind, AskedAt: a.AskedAt.Time(), AnsweredAt: a.AnsweredAt.Time()})
	})
}
