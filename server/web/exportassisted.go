package web

import (
	"context"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownAssistance is a consent of either side.
type ownAssistance struct {
	With   personData        `json:"with"`
	Helps  bool              `json:"helps"` // one helps them; else they help one
	Scopes []community.Scope `json:"scopes"`
	Since  time.Time         `json:"since"`
	Until  time.Time         `json:"until"`
	Ended  bool              `json:"ended"`
}

func (d ownAssistance) entry(ctx context.Context, x *exporter) export.Entry {
	title := "export.helped-by"
	if d.Helps {
		title = "export.helps"
	}
	scopes := make([]string, len(d.Scopes))
	for i, s := range d.Scopes {
		scopes[i] = i18n.T(ctx, "helping.scope-"+string(s))
	}
	return export.Entry{Title: i18n.T(ctx, title, "name", d.With.Name), At: x.local(d.Since),
		Rows: []components.SummaryRow{{Label: i18n.T(ctx, "helping.what"), Value: strings.Join(scopes, ", ")}}}
}

// ownAct is something done in somebody's name: in one's own, or by oneself in another's.
type ownAct struct {
	At      time.Time            `json:"at"`
	What    string               `json:"what"`
	By      personData           `json:"by"`
	Member  personData           `json:"member"`
	With    *personData          `json:"with,omitempty"`
	Path    string               `json:"path"`
	Outcome community.ActOutcome `json:"outcome"`
	own     bool
}

func (d ownAct) entry(ctx context.Context, x *exporter) export.Entry {
	with := ""
	if d.With != nil {
		with = d.With.Name
	}
	e := export.Entry{Title: i18n.T(ctx, "acts."+d.What, "by", d.By.Name, "with", with), At: x.local(d.At)}
	if !d.own {
		e.Rows = []components.SummaryRow{{Label: i18n.T(ctx, "export.for-member", "name", d.Member.Name), Value: d.Path}}
	}
	return e
}

func exportAssistance(ctx context.Context, x *exporter, take func(exported) error) error {
	helpers, err := x.network.Helpers(ctx, x.viewer)
	if err != nil {
		return err
	}
	helped, err := x.network.Helped(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, side := range []struct {
		list  []*community.Assistance
		helps bool
	}{{helpers, false}, {helped, true}} {
		for _, a := range side.list {
			other := a.Helper
			if side.helps {
				other = a.Member
			}
			who, err := x.person(ctx, other)
			if err != nil {
				return err
			}
			if err := take(ownAssistance{With: who, Helps: side.helps, Scopes: a.Scopes, Since: a.Since.Time(), Until: a.Until.Time(), Ended: !a.Live(x.at)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func exportActs(read func(x *exporter, ctx context.Context, page community.Page) ([]*community.Act, community.Cursor, error), own bool) func(context.Context, *exporter, func(exported) error) error {
	return func(ctx context.Context, x *exporter, take func(exported) error) error {
		page := func(p community.Page) ([]*community.Act, community.Cursor, error) { return read(x, ctx, p) }
		return throughPages(page, func(a *community.Act) error {
			by, err := x.person(ctx, a.By)
			if err != nil {
				return err
			}
			member, err := x.person(ctx, a.Member)
			if err != nil {
				return err
			}
			d := ownAct{At: a.At.Time(), What: a.What, By: by, Member: member, Path: a.Path, Outcome: a.Outcome, own: own}
			if a.With != "" {
				with, err := x.person(ctx, a.With)
				if err != nil {
					return err
				}
				d.With = &with
			}
			return take(d)
		})
	}
}

func inYourName(x *exporter, ctx context.Context, page community.Page) ([]*community.Act, community.Cursor, error) {
	return x.network.OwnActs(ctx, x.viewer, page)
}

func inOthersNames(x *exporter, ctx context.Context, page community.Page) ([]*community.Act, community.Cursor, error) {
	return x.network.ActsForOthers(ctx, x.viewer, page)
}
