package applications

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// fields are the questions of an application, filled in: the person, then the answers.
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

// further are the questions that most people pass over: they stand folded.
func (v ApplyView) further(ctx context.Context) []components.Field {
	return v.Form.Fill(
		components.Field{Name: "helper", Label: i18n.T(ctx, "applications.field-helper"), Hint: i18n.T(ctx, "applications.hint-helper"), MaxLength: v.Max.Name},
		components.Field{Name: "helperHow", Label: i18n.T(ctx, "applications.field-helper-how"), Hint: i18n.T(ctx, "applications.hint-helper-how"), MaxLength: v.Max.Reach},
		components.Field{Name: "agreed", Label: i18n.T(ctx, "applications.field-agreed")},
		components.Field{Name: "hide", Label: i18n.T(ctx, "applications.field-hide"), Hint: i18n.T(ctx, "applications.hint-hide"), MaxLength: v.Max.Hide})
}

// declared are the questions that are answered in confidence, where there are any.
func (v ApplyView) declared(ctx context.Context) []components.Field {
	if v.Declare == nil {
		return nil
	}
	return v.Declare.Fields(ctx, v.Form)
}

func anyFilled(fields []components.Field) bool {
	for _, f := range fields {
		if f.Value != "" || f.Error != "" {
			return true
		}
	}
	return false
}

func answerRows(answers []Answer) []components.SummaryRow {
	rows := make([]components.SummaryRow, len(answers))
	for i, a := range answers {
		rows[i] = components.SummaryRow{Label: a.Question, Value: a.Text}
	}
	return rows
}

// ownRows are all that a person wrote.
func (a Application) ownRows(ctx context.Context) []components.SummaryRow {
	rows := []components.SummaryRow{
		{Label: i18n.T(ctx, "applications.field-name"), Value: a.Name},
		{Label: i18n.T(ctx, "applications.field-reach"), Value: a.Reach},
	}
	if a.Helper != "" {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "applications.field-helper"), Value: a.Helper},
			components.SummaryRow{Label: i18n.T(ctx, "applications.field-helper-how"), Value: a.How})
	}
	return append(rows, answerRows(a.Answers)...)
}

// heldRows are what a person wrote, with everything around it that is kept.
func (v HeldView) heldRows(ctx context.Context) []components.SummaryRow {
	rows := append(v.ownRows(ctx), components.SummaryRow{Label: i18n.T(ctx, "applications.field-hide"), Value: v.Hide})
	if !v.HelperAt.IsZero() {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "applications.held-helper-at"), Value: i18n.DateTime(ctx, v.HelperAt)})
	}
	for _, at := range v.SignedIn {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "applications.held-signed-in"), Value: i18n.DateTime(ctx, at)})
	}
	return rows
}

// becameRows are what became of it.
func (v HeldView) becameRows(ctx context.Context) []components.SummaryRow {
	rows := []components.SummaryRow{
		{Label: i18n.T(ctx, "applications.held-programme"), Value: v.Title},
		{Label: i18n.T(ctx, "applications.held-state"), Value: i18n.T(ctx, "applications.state-"+v.State)},
	}
	if v.State != "draft" {
		rows = append(rows, components.SummaryRow{Label: i18n.T(ctx, "applications.held-number"), Value: i18n.Num(ctx, v.Number)},
			components.SummaryRow{Label: i18n.T(ctx, "applications.held-sent"), Value: i18n.DateTime(ctx, v.SentAt)})
	}
	return append(rows, components.SummaryRow{Label: i18n.T(ctx, "applications.held-answer-by"), Value: i18n.Date(ctx, v.AnswerBy)})
}

// tone of a state. A refusal is no error, so that it is not coloured as one.
func tone(state string) components.Tone {
	switch state {
	case "accepted", "offered":
		return components.Good
	case "sent", "waiting", "draft":
		return components.Waiting
	}
	return components.Plain
}
