// Package reviews is for those who decide on applications: what is to be read, and one application with its points. No
// page of it holds a name or a way to reach anybody.
package reviews

import (
	"context"
	"strconv"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// ListView is how far the reading is, and what is to be read.
type ListView struct {
	ID, Title, Topic                       string // of the programme; the topic tells when another application comes
	Applications, Complete, Disagree, Mine int
	Short                                  int  // lack a reader that nobody is left to be
	Reads                                  bool // who looks decides, and does not only lead
	Now                                    bool // points are taken now
	Closed                                 bool // the vote is closed
	Readings                               []Row
}

// Row is one application in the list.
type Row struct {
	ID       string
	Number   int
	Start    string // its first words
	State    string // due, done or free
	Given    int
	Disagree bool
}

// ShowView is one application.
type ShowView struct {
	Programme, Title string
	ID               string
	Number           int
	SentAt           time.Time
	Answers          []Answer
	Criteria         []Criterion
	Max              int // points
	WordsMax         int
	Now              bool // points are taken now
	Closed           bool // the vote is closed
	Given            int
	Own              *Given // what who looks gave
	Others           []Given
	Disagree         bool
	Form             components.Typed
	Next             string // id of the next that is due
}

// Answer to a question.
type Answer struct {
	Question, Text string
}

// Criterion to give points for.
type Criterion struct {
	ID, Text string
	Weight   int
}

// Given is one review.
type Given struct {
	Score  string
	Points []components.SummaryRow
	Words  string
}

func rows(answers []Answer) []components.SummaryRow {
	all := make([]components.SummaryRow, len(answers))
	for i, a := range answers {
		all[i] = components.SummaryRow{Label: a.Question, Value: a.Text}
	}
	return all
}

// fields are one choice for each criterion, and the words for the applicant.
func (v ShowView) fields(ctx context.Context) []components.Field {
	var fields []components.Field
	for _, c := range v.Criteria {
		f := components.Field{Name: "points." + c.ID, Label: c.Text, Required: true}
		if c.Weight > 1 {
			f.Hint = i18n.T(ctx, "programmes.counts-times", "n", c.Weight)
		}
		for p := 0; p <= v.Max; p++ {
			f.Options = append(f.Options, components.Option{Value: strconv.Itoa(p), Label: i18n.T(ctx, "reviews.points-"+strconv.Itoa(p))})
		}
		fields = append(fields, f)
	}
	fields = append(fields, components.Field{Name: "words", Label: i18n.T(ctx, "reviews.words"), Hint: i18n.T(ctx, "reviews.hint-words"), Required: true, MaxLength: v.WordsMax})
	return v.Form.Fill(fields...)
}
