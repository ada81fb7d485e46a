package programmes

import (
	"context"
	"strconv"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// fields are the questions of the form but for those that the programme itself asks, filled in.
func (v FormView) fields(ctx context.Context) []components.Field {
	var fields []components.Field
	if len(v.Hubs) > 1 {
		fields = append(fields, components.Field{Name: "hub", Label: i18n.T(ctx, "programmes.field-hub"), Required: true, Options: v.Hubs})
	}
	fields = append(fields, v.words(ctx)...)
	fields = append(fields, v.choices(ctx)...)
	return v.Form.Fill(append(fields, v.numbers(ctx)...)...)
}

func (v FormView) words(ctx context.Context) []components.Field {
	return []components.Field{
		{Name: "title", Label: i18n.T(ctx, "programmes.field-title"), Required: true, MaxLength: v.Max.Title},
		{Name: "summary", Label: i18n.T(ctx, "programmes.field-summary"), Hint: i18n.T(ctx, "programmes.hint-summary"), Required: true, MaxLength: v.Max.Summary, Rows: 2},
		{Name: "forWhom", Label: i18n.T(ctx, "programmes.for-whom"), Hint: i18n.T(ctx, "programmes.hint-for-whom"), Required: true, MaxLength: v.Max.ForWhom},
		{Name: "text", Label: i18n.T(ctx, "programmes.about"), MaxLength: v.Max.Text, Rows: 8},
	}
}

func (v FormView) choices(ctx context.Context) []components.Field {
	return []components.Field{
		{Name: "skills", Label: v.Skills.Legend},
		{Name: "causes", Label: i18n.T(ctx, "programmes.causes"), Hint: i18n.T(ctx, "programmes.hint-causes"), Options: v.Causes},
		{Name: "stage", Label: i18n.T(ctx, "programmes.stage"), Hint: i18n.T(ctx, "programmes.hint-stage"), Options: v.Stages},
		{Name: "gives", Label: i18n.T(ctx, "programmes.gives"), Options: options(ctx, v.Offers.Gives, giftName)},
		{Name: "access", Label: i18n.T(ctx, "programmes.access"), Hint: i18n.T(ctx, "programmes.hint-access"), Options: options(ctx, v.Offers.Access, accessName)},
		{Name: "languages", Label: i18n.T(ctx, "programmes.languages"), Options: options(ctx, v.Offers.Languages, i18n.LanguageName)},
	}
}

func (v FormView) numbers(ctx context.Context) []components.Field {
	return []components.Field{
		{Name: "places", Label: i18n.T(ctx, "programmes.places"), Required: true, Type: "number", Min: "1", Max: strconv.Itoa(v.Max.Places)},
		{Name: "closes", Label: i18n.T(ctx, "programmes.last-day"), Hint: i18n.T(ctx, "programmes.hint-closes"), Required: true, Type: "date"},
		{Name: "starts", Label: i18n.T(ctx, "programmes.starts"), Hint: i18n.T(ctx, "programmes.hint-starts"), Required: true, Type: "date"},
	}
}

// emptyLines are offered behind the questions that are there, as nothing adds lines without scripts.
const emptyLines = 3

// questions is one line for each question, in a group that has the first line's id.
func (v FormView) questions(ctx context.Context) (group components.Field, lines []components.Field) {
	group = v.Form.Fill(components.Field{Name: "questions", Label: i18n.T(ctx, "programmes.questions"),
		Hint: i18n.T(ctx, "programmes.hint-questions", "max", v.Max.Questions)})[0]
	var texts []string
	for _, text := range v.Form.All("questions") {
		if text != "" {
			texts = append(texts, text)
		}
	}
	lines = make([]components.Field, max(len(texts), min(len(texts)+emptyLines, v.Max.Questions)))
	for i := range lines {
		lines[i] = components.Field{Name: "questions", Label: i18n.T(ctx, "programmes.question-number", "number", i+1), Quiet: true, MaxLength: v.Max.Question}
		if i > 0 {
			lines[i].ID = "f-questions-" + strconv.Itoa(i+1)
		}
		if i < len(texts) {
			lines[i].Value = texts[i]
		}
	}
	return group, lines
}
