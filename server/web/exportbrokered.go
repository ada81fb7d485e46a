package web

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownBrokeredData is an introduction by a host: one that the viewer proposed, or one of which they are one of the two. Of
// the latter it holds the viewer's own answer and own words; what the other answered shows in a meeting only.
type ownBrokeredData struct {
	ID      community.BrokeringID    `json:"id"`
	Host    personData               `json:"host"`
	Between []personData             `json:"between"` // the two, or the other one
	Words   string                   `json:"words"`   // of the host
	Answer  community.BrokeredAnswer `json:"answer"`  // the viewer's; empty for none, and for a host
	Hello   string                   `json:"hello"`   // what the viewer would say first
	Met     bool                     `json:"met"`
	AskedAt time.Time                `json:"askedAt"`
}

func (d ownBrokeredData) entry(ctx context.Context, x *exporter) export.Entry {
	var names []string
	for _, p := range d.Between {
		names = append(names, nameOrLeft(ctx, p.Name))
	}
	state := i18n.T(ctx, "introducing.waiting")
	switch {
	case d.Met:
		state = i18n.T(ctx, "introducing.met")
	case d.Answer != "":
		state = i18n.T(ctx, "export.answered-"+string(d.Answer))
	}
	return export.Entry{Title: i18n.T(ctx, "export.introduced-by", "host", nameOrLeft(ctx, d.Host.Name), "names", i18n.List(ctx, names)), At: x.local(d.AskedAt),
		Text: joined(d.Words, d.Hello), Rows: []components.SummaryRow{{Label: i18n.T(ctx, "export.state"), Value: state}}}
}

// exportBrokered gives what waits within the room of the week and what the viewer answered, then what they proposed.
func exportBrokered(ctx context.Context, x *exporter, take func(exported) error) error {
	waiting, err := x.network.BrokeredWaiting(ctx, x.viewer)
	if err != nil {
		return err
	}
	answered, err := x.network.BrokeredAnswered(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, b := range append(waiting, answered...) {
		side := b.Side(x.viewer.ID)
		data := ownBrokeredData{ID: b.ID, Words: b.Words, Answer: side.Answer, Hello: side.Hello, Met: b.MetAt != 0, AskedAt: b.AskedAt.Time()}
		if err := x.giveBrokered(ctx, data, take, b.Host, b.Other(x.viewer.ID)); err != nil {
			return err
		}
	}
	read := func(page community.Page) ([]*community.Brokering, community.Cursor, error) {
		return x.network.Brokered(ctx, x.viewer, page)
	}
	return throughPages(read, func(b *community.Brokering) error {
		data := ownBrokeredData{ID: b.ID, Words: b.Words, Met: b.MetAt != 0, AskedAt: b.AskedAt.Time()}
		return x.giveBrokered(ctx, data, take, b.Host, b.A.Member, b.B.Member)
	})
}

func (x *exporter) giveBrokered(ctx context.Context, data ownBrokeredData, take func(exported) error, host community.MemberID, between ...community.MemberID) error {
	var err error
	if data.Host, err = x.person(ctx, host); err != nil {
		return err
	}
	for _, id := range between {
		who, err := x.person(ctx, id)
		if err != nil {
			return err
		}
		data.Between = append(data.Between, who)
	}
	return take(data)
}
