package programmes

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

func giftName(ctx context.Context, gift string) string { return i18n.T(ctx, "words.gift-"+gift) }

func accessName(ctx context.Context, fact string) string { return i18n.T(ctx, "words.access-"+fact) }

// names turns words of the catalogue into what people read.
func names(ctx context.Context, words []string, name func(context.Context, string) string) []string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = name(ctx, word)
	}
	return all
}

func options(ctx context.Context, words []string, name func(context.Context, string) string) []components.Option {
	all := make([]components.Option, len(words))
	for i, word := range words {
		all[i] = components.Option{Value: word, Label: name(ctx, word)}
	}
	return all
}

// card is a programme in a list.
func card(ctx context.Context, p Programme) components.Card {
	c := components.Card{ID: p.ID, Address: "/programmes/" + p.ID, Title: p.Title, Text: p.Summary,
		Meta: []string{i18n.T(ctx, "programmes.apply-by", "date", p.LastDay), p.Hub.Name, i18n.N(ctx, "programmes.places-offered", p.Places)}}
	if len(p.EligibleFor) > 0 {
		c.Meta = append(c.Meta, i18n.T(ctx, "programmes.only-short"))
	}
	for _, gift := range names(ctx, p.Gives, giftName) {
		c.Tags = append(c.Tags, components.Tag{Label: gift})
	}
	if !p.Open {
		c.Status = i18n.T(ctx, "programmes.state-"+p.State)
	}
	return c
}

// facts are what the page lists beside its text.
func facts(ctx context.Context, p Programme) []components.SummaryRow {
	rows := []components.SummaryRow{
		{Label: i18n.T(ctx, "programmes.starts"), Value: i18n.Date(ctx, p.Starts)},
		{Label: i18n.T(ctx, "programmes.places"), Value: i18n.Num(ctx, p.Places)},
		{Label: i18n.T(ctx, "programmes.hub"), Value: p.Hub.Name},
		{Label: i18n.T(ctx, "programmes.address"), Value: address(ctx, p.Hub)},
	}
	if len(p.Languages) > 0 {
		spoken := components.SummaryRow{Label: i18n.T(ctx, "programmes.languages"), Values: names(ctx, p.Languages, i18n.LanguageName)}
		rows = append(rows, spoken)
	}
	return rows
}

func address(ctx context.Context, h Hub) string {
	place := h.City + ", " + i18n.CountryName(ctx, h.Country)
	if h.Address == "" {
		return place
	}
	return h.Address + "\n" + place
}

func accessFacts(ctx context.Context, facts []string) []components.AccessFact {
	all := make([]components.AccessFact, len(facts))
	for i, fact := range facts {
		all[i] = components.AccessFact{Label: accessName(ctx, fact), Present: true}
	}
	return all
}
