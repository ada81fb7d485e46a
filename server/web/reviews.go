package web

import (
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/reviews"
	"longtable/server/community"
)

// readingData is an application for those who decide: no name and no way to reach anybody.
type readingData struct {
	ID       community.ApplicationID `json:"id"`
	Number   int                     `json:"number"`
	Answers  map[string]string       `json:"answers"` // by question id
	SentAt   time.Time               `json:"sentAt"`
	Due      bool                    `json:"due"`   // it is the viewer's turn
	Given    int                     `json:"given"` // reviews so far
	Own      *reviewData             `json:"own"`
	Others   []reviewData            `json:"others"` // only once one's own is in
	Disagree bool                    `json:"disagree"`
}

type reviewData struct {
	Points map[string]int `json:"points"`
	Score  int            `json:"score"` // hundredths of a point
	Words  string         `json:"words"`
}

// readingsData is what is to be read, and how far the reading is.
type readingsData struct {
	Items        []readingData `json:"items"`
	Applications int           `json:"applications"`
	Complete     int           `json:"complete"`
	Disagree     int           `json:"disagree"`
	Mine         int           `json:"mine"`
	Short        int           `json:"short"` // applications that lack a review which nobody is left to give
}

func reviewDataOf(p *community.Programme, r *community.Review) reviewData {
	return reviewData{r.Points, r.Score(p.Criteria), r.Words}
}

func readingDataOf(p *community.Programme, r community.Reading) readingData {
	d := readingData{ID: r.ID, Number: r.Number, Answers: r.Answers, SentAt: r.SentAt.Time(), Due: r.Due, Given: r.Given, Others: []reviewData{}, Disagree: r.Disagree}
	if r.Own != nil {
		own := reviewDataOf(p, r.Own)
		d.Own = &own
	}
	for _, o := range r.Others {
		d.Others = append(d.Others, reviewDataOf(p, o))
	}
	return d
}

// showReadings lists the applications to a programme for those who decide; hosts who don't read how far it is.
func showReadings(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, readings, progress, err := q.Network.ReadingsOf(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	data := readingsData{Items: []readingData{}, Applications: progress.Applications, Complete: progress.Complete, Disagree: progress.Disagree, Mine: progress.Mine, Short: progress.Short}
	view := reviews.ListView{ID: string(id), Title: p.Title, Topic: "programme:" + string(id), Applications: progress.Applications, Complete: progress.Complete,
		Disagree: progress.Disagree, Mine: progress.Mine, Short: progress.Short, Reads: q.Viewer.Reviews(p), Now: p.State == community.ProgrammeReview, Closed: p.Frozen()}
	for _, r := range readings {
		data.Items = append(data.Items, readingDataOf(p, r))
		row := reviews.Row{ID: string(r.ID), Number: r.Number, Given: r.Given, Disagree: r.Disagree}
		if len(p.Questions) > 0 {
			row.Start = beginning(r.Answers[p.Questions[0].ID])
		}
		switch {
		case r.Own != nil:
			row.State = "done"
		case r.Due && view.Now:
			row.State = "due"
		}
		view.Readings = append(view.Readings, row)
	}
	return Answer{Data: data, Private: true, View: View{Title: q.Say("reviews.list-title", "title", p.Title), Section: "programmes",
		Content: reviews.List(view), Modules: []string{"live"}}}, nil
}

const beginningMax = 90 // characters: a line on a phone and a half

func beginning(text string) string {
	return begun(strings.Join(strings.Fields(text), " "), beginningMax)
}

// showReading is one application, and the form for its points.
func showReading(q *Request) (Answer, error) {
	id, err := Param[community.ApplicationID](q, "application")
	if err != nil {
		return Answer{}, err
	}
	p, r, err := q.Network.ReadingOf(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	view := reviews.ShowView{Programme: string(p.ID), Title: p.Title, ID: string(id), Number: r.Number, SentAt: r.SentAt.In(p.Zone), Max: community.ScoreMax,
		WordsMax: community.WordsMax, Now: p.State == community.ProgrammeReview, Closed: p.Frozen(), Given: r.Given, Disagree: r.Disagree, Form: q.Form(nil)}
	for _, question := range p.Questions {
		view.Answers = append(view.Answers, reviews.Answer{Question: question.Text, Text: r.Answers[question.ID]})
	}
	for _, c := range p.Criteria {
		view.Criteria = append(view.Criteria, reviews.Criterion{ID: c.ID, Text: q.criterionText(c), Weight: c.Weight})
	}
	if r.Own != nil {
		own := q.givenView(p, r.Own)
		view.Own = &own
	}
	for _, o := range r.Others {
		view.Others = append(view.Others, q.givenView(p, o))
	}
	if view.Next, err = q.nextDue(p.ID, id); err != nil {
		return Answer{}, err
	}
	return Answer{Data: readingDataOf(p, r), Private: true, View: View{Title: q.Say("applications.number", "number", r.Number), Section: "programmes",
		Content: reviews.Show(view), Modules: []string{"form"}}}, nil
}

func (q *Request) criterionText(c community.Criterion) string {
	if c.Text == "" {
		return q.Say("programmes.criterion-usual")
	}
	return c.Text
}

func (q *Request) givenView(p *community.Programme, r *community.Review) reviews.Given {
	g := reviews.Given{Score: q.points(r.Score(p.Criteria)), Words: r.Words}
	for _, c := range p.Criteria {
		g.Points = append(g.Points, components.SummaryRow{Label: q.criterionText(c), Value: q.points(100 * r.Points[c.ID])})
	}
	return g
}

// nextDue is another application that waits for the viewer.
func (q *Request) nextDue(programme community.ProgrammeID, but community.ApplicationID) (string, error) {
	_, readings, _, err := q.Network.ReadingsOf(q.Context(), q.Viewer, programme)
	for _, r := range readings {
		if r.Due && r.ID != but {
			return string(r.ID), nil
		}
	}
	return "", err
}

func giveReview(q *Request) (Answer, error) {
	id, err := Param[community.ApplicationID](q, "application")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.ReviewDraft](q)
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.Review(q.Context(), q.Viewer, id, draft)
	if err != nil {
		return Answer{}, err
	}
	_, r, err := q.Network.ReadingOf(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: readingDataOf(p, r), Location: "/programmes/" + string(p.ID) + "/applications/" + string(id), Said: "reviews.said-given"}, nil
}

func stepBack(q *Request) (Answer, error) {
	id, err := Param[community.ApplicationID](q, "application")
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.DeclareConflict(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return Gone("/programmes/"+string(p.ID)+"/applications", "reviews.said-conflict"), nil
}
