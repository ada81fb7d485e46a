package applications

import (
	"context"
	"strconv"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// fields are the questions of an application, filled in.
func (v ApplyView) fields(ctx context.Context) []components.Field {
	fields := []components.Field{
		{Name: "name", Label: i18n.T(ctx, "applications.field-name"), Hint: i18n.T(ctx, "applications.hint-name"), Required: true, MaxLength: v.Max.Name, Autocomplete: "name"},
		{Name: "reach", Label: i18n.T(ctx, "applications.field-reach"), Hint: i18n.T(ctx, "applications.hint-reach"), MaxLength: v.Max.Reach},
	}
	for _, q := range v.Questions {
		fields = append(fields, components.Field{Name: "answers." + q.ID, Label: q.Text, Required: true, MaxLength: v.Max.Answer, Rows: 6})
	}
	return v.Form.Fill(fields...)
}

// reason is the field of the decision, under an id of its own: the page asks it for each application.
func (b Blind) reason(ctx context.Context, max int) components.Field {
	return b.Form.Fill(components.Field{Name: "reason", ID: "reason-" + strconv.Itoa(b.Number), Label: i18n.T(ctx, "applications.field-reason", "number", b.Number),
		Hint: i18n.T(ctx, "applications.hint-reason"), Required: true, MaxLength: max})[0]
}

func (v ListView) reasons(ctx context.Context) []components.Field {
	var fields []components.Field
	for _, b := range v.Applications {
		fields = append(fields, b.reason(ctx, v.ReasonMax))
	}
	return fields
}

func answerRows(answers []Answer) []components.SummaryRow {
	rows := make([]components.SummaryRow, len(answers))
	for i, a := range answers {
		rows[i] = components.SummaryRow{Label: a.Question, Value: a.Text}
	}
	return rows
}

// personRows say who was accepted.
func (b Blind) personRows(ctx context.Context) []components.SummaryRow {
	return []components.SummaryRow{
		{Label: i18n.T(ctx, "applications.name"), Value: b.Name},
		{Label: i18n.T(ctx, "applications.field-reach"), Value: b.Reach},
	}
}

// ownRows are all that a person wrote.
func (a Application) ownRows(ctx context.Context) []components.SummaryRow {
	return append([]components.SummaryRow{
		{Label: i18n.T(ctx, "applications.field-name"), Value: a.Name},
		{Label: i18n.T(ctx, "applications.field-reach"), Value: a.Reach},
	}, answerRows(a.Answers)...)
}

// tone of a state. A refusal is no error, so that it is not coloured as one.
func tone(state string) components.Tone {
	switch state {
	case "accepted":
		return components.Good
	case "sent":
		return components.Waiting
	}
	return components.Plain
}
