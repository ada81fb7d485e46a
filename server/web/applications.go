package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/applications"
	"longtable/server/auth"
	"longtable/server/community"
)

// applicationsUsual is how many of their own applications a member reads on one page: each is as long as a letter.
const applicationsUsual = 10

// sentData answers an application with the code to come back with.
type sentData struct {
	Code     string    `json:"code"`
	Address  string    `json:"address"` // path of the application
	AnswerBy time.Time `json:"answerBy"`
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
	Reason         string                     `json:"reason"`  // of a decision by one host
	Reasons        []string                   `json:"reasons"` // what those who decided wrote
	Masked         []answeredQuestion         `json:"masked"`  // as those read it who decide
	Helper         string                     `json:"helper"`
	HelperHow      string                     `json:"helperHow"`
	Row            string                     `json:"row"`   // in the public list of the draw
	Place          int                        `json:"place"` // in the order drawn; 0 for none
	Proofs         []community.Proof          `json:"proofs"`
	Asked          community.Asked            `json:"asked"`    // whether the programme is for them: yes or no; empty where nobody was asked
	Eligible       string                     `json:"eligible"` // roots that the proofs lead to
	Fits           string                     `json:"fits"`
	Result         string                     `json:"result"`
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
	return q.applyForm(p, "", q.Form(nil))
}

func (q *Request) applyForm(p *community.Programme, code string, form components.Typed) (Answer, error) {
	view := applications.ApplyView{ID: string(p.ID), Title: p.Title, Minutes: p.Minutes(), AnswerBy: dayBefore(p.AnswerBy, p.Zone), Form: form, Code: code,
		Max: applications.Limits{Name: community.NameMax, Reach: community.AddressMax, Answer: community.AnswerMax, Hide: community.AddressMax}}
	view.Only = texts(p.EligibleFor)
	title := q.Say("applications.apply-title", "title", p.Title)
	if code == "" {
		view.Nonce = q.nonce()
		if !q.Viewer.Known() && q.Network.Sealing() {
			choice := declarationChoice("declaration.")
			choice.Only = p.Only()
			view.Declare = &choice
		}
	} else {
		title = q.Say("applications.edit-title")
	}
	view.ByHelper = q.Viewer.By != ""
	if q.Viewer.Known() || code != "" {
		view.DeclareAt = declarationPath(q.Viewer.Known(), code)
	}
	for _, question := range p.Questions {
		view.Questions = append(view.Questions, applications.Question{ID: question.ID, Text: question.Text})
	}
	return Answer{View: View{Title: title, Section: "programmes", Content: applications.Apply(view), Modules: []string{"form"}}, Private: true}, nil
}

// continueApplication shows the form with what was saved.
func continueApplication(q *Request) (Answer, error) {
	code := q.RawParam("code")
	a, p, err := q.applicationUnder(code)
	if err != nil {
		return Answer{}, err
	}
	if a.State != community.ApplicationDrafted {
		return Answer{}, community.Conflict("applications.sent-stands")
	}
	draft := community.ApplicationDraftOf(a)
	return q.applyForm(p, strings.ToUpper(code), q.Form(&draft))
}

func saveApplication(q *Request) (Answer, error) {
	code, err := q.ownCode()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.ApplicationDraft](q)
	if err != nil {
		return Answer{}, err
	}
	a, err := q.Network.ContinueApplication(q.Context(), q.Viewer, code, draft)
	if err != nil {
		return Answer{}, err
	}
	said := "applications.said-sent"
	if a.State == community.ApplicationDrafted {
		said = "applications.said-saved"
	}
	return Gone(applicationPath(code), said), nil
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
	if a.State == community.ApplicationDrafted && q.WantsPage() {
		return Gone(applicationPath(code), "applications.said-saved"), nil
	}
	return q.sent(code, a, p), nil
}

func (q *Request) sent(code string, a *community.Application, p *community.Programme) Answer {
	view := applications.SentView{ID: string(p.ID), Title: p.Title, Code: code, Site: q.Base.Host + "/applications", AnswerBy: dayBefore(a.DecideBy, p.Zone)}
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
		asked, err := q.Network.AskedOf(q.Context(), q.Viewer, sent[i])
		if err != nil {
			return nil, nil, err
		}
		view := applicationView(sent[i], p, asked)
		view.ID = "own-" + strconv.Itoa(i+1)
		data, views = append(data, applicationDataOf(sent[i], p, asked)), append(views, view)
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
	code := q.RawParam("code")
	a, p, err := q.applicationUnder(code)
	if err != nil {
		return Answer{}, err
	}
	data, view, err := q.inFull(a, p, code)
	if err != nil {
		return Answer{}, err
	}
	if view.Steps, err = q.stepsOf(a, p, view); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, Private: true, View: View{Title: q.Say("applications.show-title", "title", p.Title), Section: "programmes",
		Content: applications.Show(view)}}, nil
}

// inFull is an application with what those who decide read of it, and what became of it.
func (q *Request) inFull(a *community.Application, p *community.Programme, code string) (data applicationData, view applications.Application, err error) {
	masked, err := q.Network.AsReviewersRead(q.Context(), q.Viewer, a, p)
	if err != nil {
		return data, view, err
	}
	decided, err := q.Network.DecisionOf(q.Context(), q.Viewer, a)
	if err != nil {
		return data, view, err
	}
	data, view = applicationDataOf(a, p, decided.Asked), applicationView(a, p, decided.Asked)
	view.DeclareAt = declarationPath(a.Member != "", code)
	data.Eligible = decided.Eligible
	data.Reasons, data.Row, data.Place, data.Fits, data.Result = orEmpty(decided.Reasons), decided.Row, decided.Place, decided.Fits, decided.Result
	data.Proofs = orEmpty(decided.Proofs)
	view.Code, view.Reasons, view.Row, view.Place, view.Of = strings.ToUpper(strings.TrimSpace(code)), decided.Reasons, decided.Row, decided.Place, decided.Of
	view.Open, view.Bound, view.Mine = p.OpenAt(q.Network.Now()), a.Member != "", q.Viewer.Known() && a.Member == q.Viewer.ID
	view.Conversation = view.Mine && (p.State == community.ProgrammeCohort || p.State == community.ProgrammeAfter)
	for _, question := range p.Questions {
		data.Masked = append(data.Masked, answeredQuestion{question.Text, masked[question.ID]})
		view.Masked = append(view.Masked, applications.Answer{Question: question.Text, Text: masked[question.ID]})
	}
	for _, proof := range decided.Proofs {
		view.Proofs = append(view.Proofs, applications.Proof{Kind: proof.Kind, Text: proofText(proof, decided)})
	}
	return data, view, nil
}

// proofText is a proof as one can check it by hand: what was said, the salt, and each neighbour up to the root.
func proofText(p community.Proof, of community.Decided) string {
	lines := []string{"longtable " + p.Kind + " 1", p.Row, p.Salt, p.Said}
	for _, step := range p.Path {
		side := "right "
		if step.Left {
			side = "left "
		}
		lines = append(lines, side+step.Hash)
	}
	return strings.Join(append(lines, "root "+map[string]string{"eligible": of.Eligible, "fits": of.Fits, "result": of.Result}[p.Kind]), "\n")
}

// declarationPath is where somebody declares: a member by signing in, anybody else by their code.
func declarationPath(member bool, code string) string {
	if member {
		return "/declaration"
	}
	return applicationPath(code) + "/declaration"
}

// stepsOf is the one list of what there is to do for somebody who applies.
func (q *Request) stepsOf(a *community.Application, p *community.Programme, view applications.Application) ([]components.Task, error) {
	here := applicationPath(view.Code)
	step := func(key, address, hint string, done bool) components.Task {
		return components.Task{Label: q.Say("applications.step-" + key), Address: address, Hint: hint, Done: done}
	}
	switch a.State {
	case community.ApplicationDrafted:
		complete := true
		for _, question := range p.Questions {
			complete = complete && a.Answers[question.ID] != ""
		}
		steps, err := q.declareStep([]components.Task{step("write", here+"/edit", "", complete)}, a, p, view.Code)
		return append(steps, step("send", here+"/edit", q.Say("applications.step-hint-send", "date", q.day(community.At(lastDay(p)).Plus(12*time.Hour))), false)), err
	case community.ApplicationSent:
		steps, err := q.declareStep([]components.Task{step("write", here, "", true), step("send", here, "", true)}, a, p, view.Code)
		return append(steps, step("answer", here, q.Say("applications.step-hint-answer", "date", q.day(a.DecideBy.Plus(-12*time.Hour))), false)), err
	case community.ApplicationOffered, community.ApplicationAccepted:
		yes := a.State == community.ApplicationAccepted
		return []components.Task{step("answer", here, "", true), step("place", here, "", yes), step("come", here, "", yes && view.Conversation)}, nil
	}
	return nil, nil
}

// declareStep adds where one declares, while a place may depend on it and none is given yet. It is done once something was declared
// under the code, and agreed to where every place depends on it; what a member declared is looked at on their own page alone.
func (q *Request) declareStep(steps []components.Task, a *community.Application, p *community.Programme, code string) ([]components.Task, error) {
	if p.Reserved == 0 && !p.Only() || p.Frozen() {
		return steps, nil
	}
	task := components.Task{Label: q.Say("applications.step-declare"), Address: declarationPath(a.Member != "", code), Hint: q.Say("applications.step-hint-declare")}
	if p.Only() {
		task.Hint = q.Say("applications.step-hint-declare-only")
	}
	if a.Member == "" {
		own, _, err := q.Network.DeclaringByCode(q.Context(), code)
		if err != nil {
			return nil, err
		}
		declared, err := own.Read(q.Context())
		if err != nil && !errors.Is(err, community.ErrWithheld) && !errors.Is(err, community.ErrLost) {
			return nil, err
		}
		task.Done = declared != nil && (!p.Only() || declared.Allows(community.UseEligibility))
	}
	return append(steps, task), nil
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

func applicationDataOf(a *community.Application, p *community.Programme, asked community.Asked) applicationData {
	d := applicationData{Programme: p.ID, ProgrammeTitle: p.Title, Name: a.Name, Reach: a.Reach, Answers: []answeredQuestion{}, State: asked.OwnState(a.State), Asked: asked,
		Reason: a.Reason, SentAt: a.SentAt.Time(), AnswerBy: a.DecideBy.Time(), Helper: a.Helper.Name, HelperHow: a.Helper.How,
		Reasons: []string{}, Masked: []answeredQuestion{}, Proofs: []community.Proof{}}
	for _, question := range p.Questions {
		d.Answers = append(d.Answers, answeredQuestion{question.Text, a.Answers[question.ID]})
	}
	if a.DecidedAt != 0 {
		at := a.DecidedAt.Time()
		d.DecidedAt = &at
	}
	return d
}

func applicationView(a *community.Application, p *community.Programme, asked community.Asked) applications.Application {
	return applications.Application{Programme: string(p.ID), Title: p.Title, State: string(asked.OwnState(a.State)), Asked: string(asked), Only: texts(p.EligibleFor), Reason: a.Reason, Name: a.Name, Reach: a.Reach,
		Answers: answersTo(p, a.Answers), SentAt: a.SentAt.In(p.Zone), AnswerBy: answerDay(a, p), Helper: a.Helper.Name, How: a.Helper.How, ProgrammeDay: p.Starts.In(p.Zone)}
}

// answerDay is the last day of a time that ends at midnight, or the day of an offer's end.
func answerDay(a *community.Application, p *community.Programme) time.Time {
	return (a.DecideBy - 1).In(p.Zone)
}

func answersTo(p *community.Programme, given map[string]string) []applications.Answer {
	answers := make([]applications.Answer, len(p.Questions))
	for i, question := range p.Questions {
		answers[i] = applications.Answer{Question: question.Text, Text: given[question.ID]}
	}
	return answers
}
