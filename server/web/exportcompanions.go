package web

import (
	"context"
	"time"

	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownCompanionData is that one helped somebody to apply; whose application it was is theirs to say.
type ownCompanionData struct {
	Programme      community.ProgrammeID `json:"programme"`
	ProgrammeTitle string                `json:"programmeTitle"`
	At             time.Time             `json:"at"`
}

func (d ownCompanionData) entry(_ context.Context, x *exporter) export.Entry {
	return export.Entry{Title: d.ProgrammeTitle, At: x.local(d.At)}
}

func exportCompanions(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Companion, community.Cursor, error) {
		return x.network.OwnCompanions(ctx, x.viewer, page)
	}
	return throughPages(read, func(c *community.Companion) error {
		p, err := x.network.Programme(ctx, c.Programme)
		if err != nil {
			return err
		}
		return take(ownCompanionData{Programme: p.ID, ProgrammeTitle: p.Title, At: c.At.Time()})
	})
}
