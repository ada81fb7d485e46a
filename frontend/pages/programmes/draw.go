package programmes

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

func drawFacts(ctx context.Context, v DrawView) []components.SummaryRow {
	rows := []components.SummaryRow{
		{Label: i18n.T(ctx, "draws.places"), Value: i18n.Num(ctx, v.Places)},
		{Label: i18n.T(ctx, "draws.reserved"), Value: i18n.Num(ctx, v.Reserved)},
		{Label: i18n.T(ctx, "draws.rows"), Value: i18n.Num(ctx, v.Rows)},
		{Label: i18n.T(ctx, "draws.list"), Value: v.List},
	}
	if v.Seed != "" {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "draws.drawn"), Value: i18n.Num(ctx, v.Drawn)},
			components.SummaryRow{Label: i18n.T(ctx, "draws.seed"), Value: v.Seed})
	}
	return rows
}

// fewest people are told in figures.
const fewest = 10

// counted is a number of people, or that they are too few to be told.
func counted(ctx context.Context, n int) string {
	if n < 0 {
		return i18n.T(ctx, "draws.fewer-than-ten", "n", fewest)
	}
	return i18n.Num(ctx, n)
}
