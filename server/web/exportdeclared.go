package web

import (
	"context"
	"errors"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// What somebody declared in confidence stands in their own export and in nobody else's. While the network's key is not
// there, the export says so and holds everything else.

type ownDeclarationData struct {
	Groups []community.Group           `json:"groups"`
	Words  string                      `json:"words"`
	Uses   map[community.Use]time.Time `json:"uses"`
	At     *time.Time                  `json:"at"`
	Closed bool                        `json:"closed"` // it can't be opened now, or never more
}

type ownUseData struct{ usedData }

type ownRefusalData struct {
	Kind community.RefusalKind `json:"kind"`
	By   *personData           `json:"by"` // who tried to read what one declared; null for what one tried
	At   time.Time             `json:"at"`
}

func exportDeclaration(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.Declaring(ctx, x.viewer)
	if community.KindOf(err) == community.KindForbidden { // for some days after a recovery
		return take(ownDeclarationData{Groups: []community.Group{}, Uses: map[community.Use]time.Time{}, Closed: true})
	}
	if err != nil {
		return err
	}
	data := ownDeclarationData{Groups: []community.Group{}, Uses: map[community.Use]time.Time{}}
	declared, err := own.Read(ctx)
	switch {
	case errors.Is(err, community.ErrWithheld), errors.Is(err, community.ErrLost):
		data.Closed = true
	case err != nil:
		return err
	case declared != nil:
		at := declared.At.Time()
		data.Groups, data.Words, data.Uses, data.At = declared.Groups, declared.Words, usesSince(declared), &at
	}
	return take(data)
}

func (d ownDeclarationData) entry(ctx context.Context, x *exporter) export.Entry {
	if d.Closed {
		return export.Entry{Text: i18n.T(ctx, "declarations.withheld")}
	}
	var groups, uses []string
	for _, g := range d.Groups {
		groups = append(groups, i18n.T(ctx, "declarations.group-"+string(g)))
	}
	for _, u := range community.Uses {
		if since, allowed := d.Uses[u]; allowed {
			uses = append(uses, i18n.T(ctx, "declarations.use-"+string(u))+" ("+i18n.Date(ctx, x.local(since))+")")
		}
	}
	return export.Entry{Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "declarations.groups"), Values: groups},
		{Label: i18n.T(ctx, "declarations.uses"), Values: uses},
		{Label: i18n.T(ctx, "declarations.words"), Value: d.Words},
	}}
}

func exportDeclarationUses(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.Declaring(ctx, x.viewer)
	if community.KindOf(err) == community.KindForbidden {
		return nil // exportDeclaration says so
	}
	if err != nil {
		return err
	}
	err = throughPages(func(page community.Page) ([]community.Used, community.Cursor, error) { return own.Uses(ctx, page) },
		func(u community.Used) error { return take(ownUseData{usedDataOf(u)}) })
	if errors.Is(err, community.ErrWithheld) {
		return nil // exportDeclaration says so
	}
	return err
}

func (d ownUseData) entry(ctx context.Context, x *exporter) export.Entry {
	if d.Use == "" {
		return export.Entry{Title: i18n.T(ctx, "declarations.log-unreadable"), At: x.local(d.At)}
	}
	asked := make([]string, len(d.Asked))
	for i, g := range d.Asked {
		asked[i] = i18n.T(ctx, "declarations.short-"+string(g))
	}
	answer := "declarations.log-no"
	if d.Answer {
		answer = "declarations.log-yes"
	}
	return export.Entry{Title: i18n.T(ctx, "declarations.use-"+string(d.Use)), At: x.local(d.At), Text: i18n.T(ctx, answer, "asked", i18n.List(ctx, asked))}
}

func exportRefusals(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.Declaring(ctx, x.viewer)
	if community.KindOf(err) == community.KindForbidden {
		return nil // exportDeclaration says so
	}
	if err != nil {
		return err
	}
	err = throughPages(func(page community.Page) ([]*community.Refusal, community.Cursor, error) {
		return own.Refused(ctx, page)
	},
		func(r *community.Refusal) error {
			by, err := x.person(ctx, r.By)
			if err != nil {
				return err
			}
			if by.Name == "" {
				by.ID = ""
			}
			return take(ownRefusalData{Kind: r.Kind, By: &by, At: r.At.Time()})
		})
	if err != nil {
		return err
	}
	return throughPages(func(page community.Page) ([]*community.Refusal, community.Cursor, error) {
		return x.network.OwnRefusals(ctx, x.viewer, page)
	}, func(r *community.Refusal) error { return take(ownRefusalData{Kind: r.Kind, At: r.At.Time()}) })
}

func (d ownRefusalData) entry(ctx context.Context, x *exporter) export.Entry {
	title := i18n.T(ctx, "declarations.tried-"+string(d.Kind))
	if d.By != nil {
		title = i18n.T(ctx, "declarations.refused-title")
	}
	e := export.Entry{Title: title, At: x.local(d.At)}
	if d.By != nil && d.By.Name != "" {
		e.Text = d.By.Name
	}
	return e
}
