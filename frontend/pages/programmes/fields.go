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
	fields = append(fields, v.numbers(ctx)...)
	if !v.Open {
		fields = append(fields, v.rules(ctx)...)
	}
	return v.Form.Fill(fields...)
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
	places := []components.Field{}
	if !v.Open {
		places = append(places, components.Field{Name: "places", Label: i18n.T(ctx, "programmes.places"), Required: true, Type: "number", Min: "1", Max: strconv.Itoa(v.Max.Places)})
	}
	return append(places,
		components.Field{Name: "closes", Label: i18n.T(ctx, "programmes.last-day"), Hint: i18n.T(ctx, "programmes.hint-closes"), Required: true, Type: "date"},
		components.Field{Name: "reviewed", Label: i18n.T(ctx, "programmes.reviewed"), Hint: i18n.T(ctx, "programmes.hint-reviewed"), Type: "date"},
		components.Field{Name: "answers", Label: i18n.T(ctx, "programmes.answers"), Hint: i18n.T(ctx, "programmes.hint-answers"), Type: "date"},
		components.Field{Name: "starts", Label: i18n.T(ctx, "programmes.starts"), Hint: i18n.T(ctx, "programmes.hint-starts"), Required: true, Type: "date"},
		components.Field{Name: "ends", Label: i18n.T(ctx, "programmes.ends"), Hint: i18n.T(ctx, "programmes.hint-ends"), Type: "date"})
}

// rules are what people apply under. They stand once the programme is open.
func (v FormView) rules(ctx context.Context) []components.Field {
	return []components.Field{
		{Name: "reviewers", Label: i18n.T(ctx, "programmes.reviewers"), Hint: i18n.T(ctx, "programmes.hint-reviewers"), Options: v.People},
		{Name: "eligibleFor", Label: i18n.T(ctx, "programmes.eligible-for"), Hint: i18n.T(ctx, "programmes.hint-eligible-for"), Options: v.Groups},
		{Name: "reserved", Label: i18n.T(ctx, "programmes.reserved"), Hint: i18n.T(ctx, "programmes.hint-reserved"), Type: "number", Min: "0", Max: strconv.Itoa(v.Max.Places)},
		{Name: "reservedFor", Label: i18n.T(ctx, "programmes.reserved-for"), Hint: i18n.T(ctx, "programmes.hint-reserved-for"), Options: v.Groups},
		{Name: "by", Label: i18n.T(ctx, "programmes.by"), Options: []components.Option{
			{Value: "lottery", Label: i18n.T(ctx, "programmes.by-lottery"), Hint: i18n.T(ctx, "programmes.hint-by-lottery")},
			{Value: "ranking", Label: i18n.T(ctx, "programmes.by-ranking"), Hint: i18n.T(ctx, "programmes.hint-by-ranking")}}, Quiet: true},
		{Name: "floor", Label: i18n.T(ctx, "programmes.floor"), Hint: i18n.T(ctx, "programmes.hint-floor"), Options: v.floors(ctx), Quiet: true},
	}
}

// floors are half points.
func (v FormView) floors(ctx context.Context) (floors []components.Option) {
	for half := 0; half <= 2*v.Max.Score; half++ {
		floors = append(floors, components.Option{Value: strconv.Itoa(half * 50), Label: points(ctx, half*50)})
	}
	return floors
}

// points are hundredths as one reads them.
func points(ctx context.Context, hundredths int) string {
	whole := i18n.Num(ctx, hundredths/100)
	if rest := hundredths % 100; rest != 0 {
		return i18n.T(ctx, "programmes.points-and", "whole", whole, "tenths", i18n.Num(ctx, rest/10))
	}
	return whole
}

// criteria are lines of a text and a weight.
func (v FormView) criteria(ctx context.Context) (group components.Field, lines [][2]components.Field) {
	group = v.Form.Fill(components.Field{Name: "criteria", Label: i18n.T(ctx, "programmes.criteria"), Hint: i18n.T(ctx, "programmes.hint-criteria", "max", v.Max.Score)})[0]
	for i := range v.Max.Criteria {
		key := "c" + strconv.Itoa(i+1)
		if i >= emptyLines && v.Form.Value("criteria."+key) == "" {
			continue
		}
		text := components.Field{Name: "criteria." + key, Label: i18n.T(ctx, "programmes.criterion-number", "number", i+1), Quiet: true, MaxLength: v.Max.Question}
		weight := components.Field{Name: "weights." + key, Label: i18n.T(ctx, "programmes.weight-number", "number", i+1), Quiet: true}
		for w := 1; w <= v.Max.Weight; w++ {
			weight.Options = append(weight.Options, components.Option{Value: strconv.Itoa(w), Label: i18n.Num(ctx, w)})
		}
		filled := v.Form.Fill(text, weight)
		if i == 0 {
			filled[0].ID = "f-criteria"
		}
		lines = append(lines, [2]components.Field{filled[0], filled[1]})
	}
	return group, lines
}

// steps are one line for each first step.
func (v FormView) steps(ctx context.Context) (group components.Field, lines []components.Field) {
	group = v.Form.Fill(components.Field{Name: "steps", Label: i18n.T(ctx, "programmes.steps"), Hint: i18n.T(ctx, "programmes.hint-steps")})[0]
	return group, v.lines(ctx, "steps", "programmes.step-number", v.Max.Steps)
}

// emptyLines are offered behind what is there.
const emptyLines = 3

// questions is one line for each question, in a group that has the first line's id.
func (v FormView) questions(ctx context.Context) (group components.Field, lines []components.Field) {
	group = v.Form.Fill(components.Field{Name: "questions", Label: i18n.T(ctx, "programmes.questions"),
		Hint: i18n.T(ctx, "programmes.hint-questions", "max", v.Max.Questions)})[0]
	return group, v.lines(ctx, "questions", "programmes.question-number", v.Max.Questions)
}

// lines are one for each text that is there, and some empty ones behind them, as nothing adds lines without scripts.
func (v FormView) lines(ctx context.Context, name, label string, most int) []components.Field {
	var texts []string
	for _, text := range v.Form.All(name) {
		if text != "" {
			texts = append(texts, text)
		}
	}
	lines := make([]components.Field, max(len(texts), min(len(texts)+emptyLines, most)))
	for i := range lines {
		lines[i] = components.Field{Name: name, Label: i18n.T(ctx, label, "number", i+1), Quiet: true, MaxLength: v.Max.Question}
		if i > 0 {
			lines[i].ID = "f-" + name + "-" + strconv.Itoa(i+1)
		}
		if i < len(texts) {
			lines[i].Value = texts[i]
		}
	}
	return lines
}
