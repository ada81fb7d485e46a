package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"longtable/frontend/pages/applications"
	"longtable/server/auth"
	"longtable/server/community"
)

// applicationsUsual is how many applications a host reads on one page: each is as long as a letter.
const applicationsUsual = 10

// sentData answers an application with the code to come back with.
type sentData struct {
	Code     string    `json:"code"`
	Address  string    `json:"address"` // path of the application
	AnswerBy time.Time `json:"answerBy"`
}

// decisionBody is a host's decision.
type decisionBody struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason"`
}

type lookupBody struct {
	Code string `json:"code"`
}

// applicationData is an application as the person who sent it sees it.
type applicationData struct {
	Programme      community.ProgrammeID      `json:"programme"`
	ProgrammeTitle string                     `json:"programmeTitle"`
	Name           string                     `json:"name"`
	Reach          string                     `json:"reach"`
	Answers        []answeredQuestion         `json:"answers"`
	State          community.ApplicationState `json:"state"`
	Reason         string                     `json:"reason"` // of the decision
	SentAt         time.Time                  `json:"sentAt"`
	AnswerBy       time.Time                  `json:"answerBy"`
	DecidedAt      *time.Time                 `json:"decidedAt"`
}

type answeredQuestion struct {
	Question string `json:"question"`
	Answer   string `json:"answer"`
}

// newApplication shows the form. Somebody whose form comes back sees it even when the applying has ended meanwhile, so
// that no text is lost.
func newApplication(q *Request) (Answer, error) {
	p, _, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	if q.Problem == nil && !p.OpenAt(q.Network.Now()) {
		return Answer{}, community.Conflict("programmes.closed")
	}
	view := applications.ApplyView{ID: string(p.ID), Title: p.Title, Minutes: p.Minutes(), AnswerBy: p.Starts.In(p.Zone), Nonce: q.nonce(), Form: q.Form(nil),
		Max: applications.Limits{Name: community.NameMax, Reach: community.AddressMax, Answer: community.AnswerMax}}
	for _, question := range p.Questions {
		view.Questions = append(view.Questions, applications.Question{ID: question.ID, Text: question.Text})
	}
	return Answer{View: View{Title: q.Say("applications.apply-title", "title", p.Title), Section: "programmes",
		Content: applications.Apply(view), Modules: []string{"form"}}, Private: true}, nil
}

// nonce keeps that of a form that comes back, because its application may have been stored all the same, unless it was
// used for another one: then what is sent next is a new application.
func (q *Request) nonce() string {
	nonce := q.typed.Get("nonce")
	if len(nonce) < community.NonceMin || len(nonce) > community.NonceMax || community.KindOf(q.Problem) == community.KindConflict {
		return community.NewNonce()
	}
	return nonce
}

// apply answers with a page and not with a redirect: the code stands nowhere but in this answer. Reloading it sends the
// same nonce, which applies no second time and shows the same code.
func apply(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.ApplicationDraft](q)
	if err != nil {
		return Answer{}, err
	}
	network := auth.NetworkKey(q.visitor().Address)
	if err := q.Throttle.Take(auth.ApplyByNetwork, network); err != nil {
		return Answer{}, err
	}
	code, a, err := q.Network.Apply(q.Context(), q.Viewer, id, draft)
	if community.KindOf(err) == community.KindInvalid {
		q.Throttle.GiveBack(auth.ApplyByNetwork, network) // a field left empty is no second application
	}
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.Programme(q.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	return q.sent(code, a, p), nil
}

func (q *Request) sent(code string, a *community.Application, p *community.Programme) Answer {
	view := applications.SentView{ID: string(p.ID), Title: p.Title, Code: code, Site: q.Base.Host + "/applications", AnswerBy: a.DecideBy.In(p.Zone)}
	return Answer{Status: http.StatusCreated, Data: sentData{Code: code, Address: applicationPath(code), AnswerBy: a.DecideBy.Time()},
		View:    View{Title: q.Say("applications.sent-title"), Section: "programmes", Content: applications.Sent(view)},
		Private: true}
}

func applicationPath(code string) string { return "/applications/" + url.PathEscape(code) }

// newLookup asks for a code; a member also sees what they sent while signed in.
func newLookup(q *Request) (Answer, error) {
	view := applications.LookupView{Viewer: string(q.Viewer.ID), Form: q.Form(nil)}
	var data []applicationData
	var next community.Cursor
	if q.Viewer.Known() {
		own, after, err := q.Network.ApplicationsOf(q.Context(), q.Viewer, q.Page(applicationsUsual))
		if err != nil {
			return Answer{}, err
		}
		if data, view.Own, err = q.own(own); err != nil {
			return Answer{}, err
		}
		next, view.Next = after, q.Next(after)
	}
	return Answer{Data: ListOf(data, next), Private: true,
		View: View{Title: q.Say("applications.lookup-title"), Section: "programmes", Content: applications.Lookup(view)}}, nil
}

// own shows a member's applications, with their programmes.
func (q *Request) own(sent []*community.Application) (data []applicationData, views []applications.Application, err error) {
	if len(sent) == 0 {
		return nil, nil, nil
	}
	ids := make([]community.ProgrammeID, len(sent))
	for i, a := range sent {
		ids[i] = a.Programme
	}
	found, err := q.Network.Programmes.Many(q.Context(), ids)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range found {
		if p == nil {
			continue // taken away, and its applications go with it
		}
		view := applicationView(sent[i], p)
		view.ID = "own-" + strconv.Itoa(i+1)
		data, views = append(data, applicationDataOf(sent[i], p)), append(views, view)
	}
	return data, views, nil
}

// lookUp leads to the application with this code.
func lookUp(q *Request) (Answer, error) {
	body, err := Decode[lookupBody](q)
	if err != nil {
		return Answer{}, err
	}
	_, _, err = q.applicationUnder(body.Code)
	if community.KindOf(err) == community.KindNotFound {
		return Answer{}, community.Invalid(community.Problems{"code": {Say: "applications.no-such-code"}})
	}
	if err != nil {
		return Answer{}, err
	}
	return Answer{Location: applicationPath(strings.ToUpper(strings.TrimSpace(body.Code)))}, nil
}

func showApplication(q *Request) (Answer, error) {
	a, p, err := q.applicationUnder(q.RawParam("code"))
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: applicationDataOf(a, p), Private: true, View: View{Title: q.Say("applications.show-title", "title", p.Title), Section: "programmes",
		Content: applications.Show(applicationView(a, p))}}, nil
}

// applicationUnder finds an application by its code. Only wrong codes count against the network they come from.
func (q *Request) applicationUnder(code string) (*community.Application, *community.Programme, error) {
	network := auth.NetworkKey(q.visitor().Address)
	if err := q.Throttle.Take(auth.LookUpByCode, network); err != nil {
		return nil, nil, err
	}
	a, p, err := q.Network.ApplicationByCode(q.Context(), code)
	if err == nil {
		q.Throttle.GiveBack(auth.LookUpByCode, network)
	}
	return a, p, err
}

func applicationDataOf(a *community.Application, p *community.Programme) applicationData {
	d := applicationData{Programme: p.ID, ProgrammeTitle: p.Title, Name: a.Name, Reach: a.Reach, Answers: []answeredQuestion{}, State: a.State,
		Reason: a.Reason, SentAt: a.SentAt.Time(), AnswerBy: a.DecideBy.Time()}
	for _, question := range p.Questions {
		d.Answers = append(d.Answers, answeredQuestion{question.Text, a.Answers[question.ID]})
	}
	if a.DecidedAt != 0 {
		at := a.DecidedAt.Time()
		d.DecidedAt = &at
	}
	return d
}

func applicationView(a *community.Application, p *community.Programme) applications.Application {
	return applications.Application{Programme: string(p.ID), Title: p.Title, State: string(a.State), Reason: a.Reason, Name: a.Name, Reach: a.Reach,
		Answers: answersTo(p, a.Answers), SentAt: a.SentAt.In(p.Zone), AnswerBy: a.DecideBy.In(p.Zone), ProgrammeDay: p.Starts.In(p.Zone)}
}

func answersTo(p *community.Programme, given map[string]string) []applications.Answer {
	answers := make([]applications.Answer, len(p.Questions))
	for i, question := range p.Questions {
		answers[i] = applications.Answer{Question: question.Text, Text: given[question.ID]}
	}
	return answers
}

// showApplications is what hosts read. It is also the page on which a refused decision comes back, at its application.
func showApplications(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, blind, next, err := q.Network.ApplicationsTo(q.Context(), q.Viewer, id, q.Page(applicationsUsual))
	if err != nil {
		return Answer{}, err
	}
	view := applications.ListView{ID: string(id), Title: p.Title, Topic: "programme:" + string(id), Received: p.Received, ReasonMax: community.WordsMax}
	for _, b := range blind {
		view.Applications = append(view.Applications, q.blindView(p, b))
	}
	if q.Problem != nil {
		view.General = q.Form(nil).General
	}
	if next != "" {
		view.Next = applicationsPath(id, string(next))
	}
	return Answer{Data: ListOf(blind, next), Private: true, View: View{Title: q.Say("applications.list-title", "title", p.Title), Section: "programmes",
		Content: applications.List(view), Modules: []string{"form", "live"}}}, nil
}

// blindView copies what the community shows of an application; the decision's form is filled at that one only.
func (q *Request) blindView(p *community.Programme, b community.BlindApplication) applications.Blind {
	view := applications.Blind{Number: b.Number, State: string(b.State), Reason: b.Reason, Answers: answersTo(p, b.Answers),
		SentAt: b.SentAt.In(p.Zone), AnswerBy: b.DecideBy.In(p.Zone), Name: b.Name, Reach: b.Reach,
		Action: "/programmes/" + string(p.ID) + "/applications/" + string(b.ID) + "/decision"}
	if after := q.Ask("after"); after != "" {
		view.Action += "?after=" + url.QueryEscape(after) // the decision leads back to the same page of the list
	}
	if q.Problem != nil && q.c.Params("application") == string(b.ID) {
		view.Form = q.Form(nil)
	}
	return view
}

func applicationsPath(id community.ProgrammeID, after string) string {
	path := "/programmes/" + string(id) + "/applications"
	if after != "" {
		path += "?after=" + url.QueryEscape(after)
	}
	return path
}

func decide(q *Request) (Answer, error) {
	programme, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	id, err := Param[community.ApplicationID](q, "application")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[decisionBody](q)
	if err != nil {
		return Answer{}, err
	}
	b, err := q.Network.Decide(q.Context(), q.Viewer, id, body.Accept, body.Reason)
	if err != nil {
		return Answer{}, err
	}
	said := "applications.said-declined"
	if body.Accept {
		said = "applications.said-accepted"
	}
	return Answer{Status: http.StatusOK, Data: b, Location: applicationsPath(programme, q.Ask("after")) + "#application-" + strconv.Itoa(b.Number), Said: said}, nil
}
