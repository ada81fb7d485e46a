package hubs

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// whereAndWhen is what somebody wants to know before they come. The times by which answers are counted stand there once a
// host has entered them.
func (v ShowView) whereAndWhen(ctx context.Context) []components.SummaryRow {
	rows := []components.SummaryRow{
		{Label: i18n.T(ctx, "hubs.address"), Value: v.Address},
		{Label: i18n.T(ctx, "hubs.opening"), Value: v.Opening},
	}
	if len(v.Hours) > 0 {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "hubs.field-hours"), Values: v.Hours})
	}
	return append(rows,
		components.SummaryRow{Label: i18n.T(ctx, "hubs.zone"), Value: i18n.ZoneCity(v.Zone)},
		components.SummaryRow{Label: i18n.T(ctx, "hubs.answers"), Value: v.Answers},
		components.SummaryRow{Label: i18n.T(ctx, "hubs.form"), Value: v.Form},
		components.SummaryRow{Label: i18n.T(ctx, "hubs.languages"), Value: i18n.LanguageNames(ctx, v.Languages)})
}
