package web

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownReviewData is what the viewer gave as one of those who decide; of the application it holds nothing but its number.
type ownReviewData struct {
	Programme      community.ProgrammeID `json:"programme"`
	ProgrammeTitle string                `json:"programmeTitle"`
	Number         int                   `json:"number"`
	Conflict       bool                  `json:"conflict"`
	Points         map[string]int        `json:"points"`
	Words          string                `json:"words"`
	At             time.Time             `json:"at"`
}

func (d ownReviewData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.ProgrammeTitle, At: x.local(d.At), Text: d.Words, Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "export.number"), Value: i18n.Num(ctx, d.Number)}}}
	if d.Conflict {
		e.Rows = append(e.Rows, components.SummaryRow{Label: i18n.T(ctx, "export.state"), Value: i18n.T(ctx, "reviews.conflict")})
	}
	return e
}

func exportReviews(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Review, community.Cursor, error) {
		return x.network.OwnReviews(ctx, x.viewer, page)
	}
	return throughPages(read, func(r *community.Review) error {
		data := ownReviewData{Programme: r.Programme, Conflict: r.Conflict, Points: r.Points, Words: r.Words, At: r.At.Time()}
		p, err := x.network.Programme(ctx, r.Programme)
		if err != nil {
			return err
		}
		a, err := x.network.Applications.Get(ctx, r.Application)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return err
		}
		if data.ProgrammeTitle = p.Title; err == nil {
			data.Number = a.Number
		}
		return take(data)
	})
}
