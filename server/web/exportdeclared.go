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
	data, err := declaredData(ctx, own)
	if err != nil {
		return err
	}
	return take(data)
}

// declaredData is what somebody declared, for themselves.
func declaredData(ctx context.Context, own community.Declaring) (ownDeclarationData, error) {
	data := ownDeclarationData{Groups: []community.Group{}, Uses: map[community.Use]time.Time{}}
	declared, err := own.Read(ctx)
	switch {
	case errors.Is(err, community.ErrWithheld), errors.Is(err, community.ErrLost):
		data.Closed = true
	case err != nil:
		return data, err
	case declared != nil:
		at := declared.At.Time()
		data.Groups, data.Words, data.Uses, data.At = declared.Groups, declared.Words, usesSince(declared), &at
	}
	return data, nil
}

// declaredAndUsed is that and every use of it, newest first.
func declaredAndUsed(ctx context.Context, own community.Declaring) (data ownDeclarationData, used []usedData, err error) {
	if data, err = declaredData(ctx, own); err != nil {
		return data, nil, err
	}
	used = []usedData{}
	err = eachUse(ctx, own, func(u community.Used) error { used = append(used, usedDataOf(u)); return nil })
	return data, used, err
}

// eachUse hands over every use. While the key is not there it is none: what was declared says so.
func eachUse(ctx context.Context, own community.Declaring, take func(community.Used) error) error {
	err := throughPages(func(page community.Page) ([]community.Used, community.Cursor, error) { return own.Uses(ctx, page) }, take)
	if errors.Is(err, community.ErrWithheld) {
		return nil
	}
	return err
}

func (d ownDeclarationData) entry(ctx context.Context, x *exporter) export.Entry {
	if d.Closed {
		return export.Entry{Text: i18n.T(ctx, "declarations.withheld")}
	}
	return export.Entry{Rows: declaredRows(ctx, d, x.zone)}
}

// declaredRows are what somebody declared, as they read it.
func declaredRows(ctx context.Context, d ownDeclarationData, zone string) []components.SummaryRow {
	var groups, uses []string
	for _, g := range d.Groups {
		groups = append(groups, i18n.T(ctx, "declarations.group-"+string(g)))
	}
	for _, u := range community.Uses {
		if since, allowed := d.Uses[u]; allowed {
			uses = append(uses, i18n.T(ctx, "declarations.use-"+string(u))+" ("+i18n.Date(ctx, community.At(since).In(zone))+")")
		}
	}
	return []components.SummaryRow{
		{Label: i18n.T(ctx, "declarations.groups"), Values: groups},
		{Label: i18n.T(ctx, "declarations.uses"), Values: uses},
		{Label: i18n.T(ctx, "declarations.words"), Value: d.Words},
	}
}

func exportDeclarationUses(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.Declaring(ctx, x.viewer)
	if community.KindOf(err) == community.KindForbidden {
		return nil // exportDeclaration says so
	}
	if err != nil {
		return err
	}
	return eachUse(ctx, own, func(u community.Used) error { return take(ownUseData{usedDataOf(u)}) })
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

// declaredWith adds to an application what one declared with it, where that stays beside what one declared as a member.
func (x *exporter) declaredWith(ctx context.Context, id community.ApplicationID, data *ownApplicationData) error {
	own, err := x.network.DeclaringWith(ctx, x.viewer, id)
	if kind := community.KindOf(err); err != nil && (kind == community.KindNotFound || kind == community.KindForbidden) {
		return nil // nothing stays; or exportDeclaration says for how long it is closed
	}
	if err != nil {
		return err
	}
	declared, used, err := declaredAndUsed(ctx, own)
	data.Declared, data.DeclaredUses = &declared, used
	return err
}
