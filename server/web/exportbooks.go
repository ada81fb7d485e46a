package web

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownSeatExport is a seat, what was paid for it and by whom, and the whole statement.
type ownSeatExport struct {
	Hub       community.HubID    `json:"hub"`
	HubName   string             `json:"hubName"`
	RoundUp   moneyData          `json:"roundUp"`
	Terms     []ownTermData      `json:"terms"`
	Owed      moneyData          `json:"owed"`
	Statement []statementRow     `json:"statement"`
	Currency  community.Currency `json:"currency"`
}

type ownTermData struct {
	Payer community.Payer `json:"payer"`
	Fee   moneyData       `json:"fee"` // a month
	Since time.Time       `json:"since"`
	Until time.Time       `json:"until"`
}

func (d ownSeatExport) entry(ctx context.Context, x *exporter) export.Entry {
	money := func(m moneyData) string { return i18n.Money(ctx, m.Amount, string(m.Currency), m.Digits) }
	var terms, rows []string
	for _, t := range d.Terms {
		terms = append(terms, i18n.T(ctx, "export.term", "from", i18n.Date(ctx, x.local(t.Since)), "until", i18n.Date(ctx, x.local(t.Until)), "fee", money(t.Fee)))
	}
	for _, r := range d.Statement {
		rows = append(rows, i18n.T(ctx, "export.movement", "date", i18n.Date(ctx, x.local(r.At)), "what", i18n.T(ctx, "words.item-"+string(r.Kind)), "amount", money(r.Amount)))
	}
	return export.Entry{Title: d.HubName, Rows: []components.SummaryRow{{Label: i18n.T(ctx, "export.terms"), Values: terms},
		{Label: i18n.T(ctx, "export.statement"), Values: rows}, {Label: i18n.T(ctx, "words.account-owed"), Value: money(d.Owed)}}}
}

func exportSeats(ctx context.Context, x *exporter, take func(exported) error) error {
	all, err := x.network.OwnDues(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, d := range all {
		s, err := x.network.StatementOf(ctx, x.viewer, d.Hub, d.Currency, x.viewer.ID)
		if err != nil {
			return err
		}
		data := ownSeatExport{Hub: d.Hub, HubName: x.hubs.name(d.Hub), RoundUp: moneyOf(d.RoundUp, d.Currency), Terms: []ownTermData{}, Owed: moneyOf(s.Owed, d.Currency),
			Statement: statementData(s), Currency: d.Currency}
		for _, t := range d.Terms {
			data.Terms = append(data.Terms, ownTermData{t.Payer, moneyOf(t.Fee, d.Currency), t.Since.Time(), t.Until.Time()})
		}
		if err := take(data); err != nil {
			return err
		}
	}
	return nil
}

type ownGiftData struct{ giftData }

func (d ownGiftData) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: i18n.Money(ctx, d.Amount.Amount, string(d.Amount.Currency), d.Amount.Digits), At: x.local(d.At), Text: x.hubs.name(d.Hub)}
}

func exportGifts(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Donation, community.Cursor, error) {
		return x.network.OwnDonations(ctx, x.viewer, page)
	}
	return throughPages(read, func(g *community.Donation) error { return take(ownGiftData{giftDataOf(g)}) })
}

type ownProposalData struct{ proposalData }

func (d ownProposalData) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: d.Title, At: x.local(d.OpenedAt), Text: d.Reason, Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "export.state"), Value: i18n.T(ctx, "words.proposal-"+string(d.State))}}}
}

func exportProposals(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Proposal, community.Cursor, error) {
		return x.network.OwnProposals(ctx, x.viewer, page)
	}
	return throughPages(read, func(p *community.Proposal) error { return take(ownProposalData{proposalDataOf(p)}) })
}

type ownVoteExport struct {
	Proposal community.ProposalID `json:"proposal"`
	Title    string               `json:"title"`
	ownVoteData
	choice string // of what kind of vote, for its words
}

func (d ownVoteExport) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: d.Title, At: x.local(d.At), Text: d.Words, Rows: []components.SummaryRow{
		{Label: i18n.T(ctx, "export.vote"), Value: i18n.T(ctx, "words.choice-"+d.choice)}, {Label: i18n.T(ctx, "export.receipt"), Value: d.Receipt}}}
}

func exportVotes(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Vote, community.Cursor, error) {
		return x.network.OwnVotes(ctx, x.viewer, page)
	}
	return throughPages(read, func(v *community.Vote) error {
		p, err := x.network.Proposal(ctx, x.viewer, v.Proposal)
		if err != nil {
			return err
		}
		return take(ownVoteExport{Proposal: v.Proposal, Title: p.Title, ownVoteData: *ownVoteDataOf(v), choice: string(p.Way) + "-" + string(v.Choice)})
	})
}

type ownRemarkData struct {
	Proposal community.ProposalID `json:"proposal"`
	Words    string               `json:"words"`
	At       time.Time            `json:"at"`
}

func (d ownRemarkData) entry(_ context.Context, x *exporter) export.Entry {
	return export.Entry{At: x.local(d.At), Text: d.Words}
}

func exportRemarks(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]*community.Remark, community.Cursor, error) {
		return x.network.OwnRemarks(ctx, x.viewer, page)
	}
	return throughPages(read, func(r *community.Remark) error { return take(ownRemarkData{r.Proposal, r.Words, r.At.Time()}) })
}
