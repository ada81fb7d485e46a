package web

import (
	"net/url"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/programmes"
	"longtable/server/community"
)

// programmesUsual is how many programmes a page of the list shows; each is a card of its own.
const programmesUsual = 20

// placesUsual is what the form of a new programme offers: a group that still fits around one table.
const placesUsual = 12

// programmeData is a programme as anybody may see it; Received is for the hosts of its hub.
type programmeData struct {
	ID          community.ProgrammeID    `json:"id"`
	Hub         programmeHub             `json:"hub"`
	Title       string                   `json:"title"`
	Summary     string                   `json:"summary"`
	ForWhom     string                   `json:"forWhom"`
	Text        string                   `json:"text"`
	Gives       []community.Gift         `json:"gives"`
	Access      []community.AccessFact   `json:"access"`
	Languages   []string                 `json:"languages"`
	Skills      []community.SkillID      `json:"skills"` // what it helps with
	Causes      []community.Cause        `json:"causes"`
	Stage       community.Stage          `json:"stage"` // for whom it is made; 0 for any
	Places      int                      `json:"places"`
	Open        bool                     `json:"open"`
	State       community.ProgrammeState `json:"state"`
	Reserved    int                      `json:"reserved"`
	ReservedFor []community.Group        `json:"reservedFor"`
	EligibleFor []community.Group        `json:"eligibleFor"` // every place is only for people to whom one of these applies; empty for everybody
	Criteria    []community.Criterion    `json:"criteria"`
	By          community.DecisionWay    `json:"by"`
	Floor       int                      `json:"floor"`    // hundredths of a point
	Each        int                      `json:"each"`     // reviews of each application
	Deciding    int                      `json:"deciding"` // people who decide
	AnswerBy    string                   `json:"answerBy"` // day at the hub
	Ends        string                   `json:"ends"`     // last day at the hub
	Closes      time.Time                `json:"closes"`   // from then on nobody can apply
	LastDay     string                   `json:"lastDay"`  // for applying, at the hub, such as 2027-03-31
	Starts      string                   `json:"starts"`   // day at the hub
	Zone        string                   `json:"zone"`
	Minutes     int                      `json:"minutes"` // that the form takes
	Questions   []community.Question     `json:"questions"`
	Received    *int                     `json:"received,omitempty"` // applications so far
}

type programmeHub struct {
	ID      community.HubID `json:"id"`
	Name    string          `json:"name"`
	City    string          `json:"city"`
	Country string          `json:"country"`
	Address string          `json:"address"`
}

// programmeHubOf is empty for a hub that is gone.
func programmeHubOf(h *community.Hub) programmeHub {
	if h == nil {
		return programmeHub{}
	}
	return programmeHub{h.ID, h.Name, h.City, h.Country, h.Address}
}

func programmeDataOf(v community.Viewer, p *community.Programme, hub programmeHub, now community.Instant) programmeData {
	d := programmeData{ID: p.ID, Hub: hub, Title: p.Title, Summary: p.Summary, ForWhom: p.ForWhom, Text: p.Text,
		Gives: orEmpty(p.Gives), Access: orEmpty(p.Access), Languages: orEmpty(p.Languages),
		Skills: orEmpty(p.Skills), Causes: orEmpty(p.Causes), Stage: p.Stage, Places: p.Places, Open: p.OpenAt(now), Closes: p.Closes.Time(),
		LastDay: lastDay(p).Format(time.DateOnly), Starts: p.Starts.In(p.Zone).Format(time.DateOnly), Zone: p.Zone,
		Minutes: p.Minutes(), Questions: orEmpty(p.Questions), State: p.State, Reserved: p.Reserved, ReservedFor: orEmpty(p.ReservedFor), EligibleFor: orEmpty(p.EligibleFor),
		Criteria: orEmpty(p.Criteria), By: p.By, Floor: p.Floor, Each: p.Each, Deciding: len(p.Reviewers),
		AnswerBy: dayBefore(p.AnswerBy, p.Zone).Format(time.DateOnly), Ends: dayBefore(p.Ends, p.Zone).Format(time.DateOnly)}
	if v.RunsProgramme(p) {
		d.Received = &p.Received
	}
	return d
}

// orEmpty keeps lists in JSON from being null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// lastDay is the day before the applying ends, as Closes is the midnight after it.
func lastDay(p *community.Programme) time.Time { return dayBefore(p.Closes, p.Zone) }

func dayBefore(midnight community.Instant, zone string) time.Time {
	return midnight.In(zone).AddDate(0, 0, -1)
}

func programmeView(p *community.Programme, hub programmeHub, now community.Instant) programmes.Programme {
	v := programmes.Programme{ID: string(p.ID), Title: p.Title, Summary: p.Summary, ForWhom: p.ForWhom, Text: p.Text,
		Gives: texts(p.Gives), Access: texts(p.Access), Languages: p.Languages, Places: p.Places, Minutes: p.Minutes(),
		LastDay: lastDay(p), Starts: p.Starts.In(p.Zone), Open: p.OpenAt(now),
		State: string(p.State), Phases: phasesOf(p), Reserved: p.Reserved, EligibleFor: texts(p.EligibleFor), Deciding: len(p.Reviewers), Each: p.Each, By: string(p.By),
		Hub: programmes.Hub{ID: string(hub.ID), Name: hub.Name, City: hub.City, Country: hub.Country, Address: hub.Address}}
	for _, question := range p.Questions {
		v.Questions = append(v.Questions, question.Text)
	}
	for _, c := range p.Criteria {
		v.Criteria = append(v.Criteria, programmes.Criterion{Text: c.Text, Weight: c.Weight})
	}
	return v
}

// texts are words of the domain as a view takes them.
func texts[T ~string](words []T) []string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = string(word)
	}
	return all
}

// showProgrammes lists what is open, or with ?hub= all programmes of one hub.
func showProgrammes(q *Request) (Answer, error) {
	if q.Ask("hub") != "" {
		return showProgrammesOf(q)
	}
	found, next, err := q.Network.ProgrammesOpen(q.Context(), q.Page(programmesUsual))
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	view := programmes.ListView{Fits: q.Viewer.Known()}
	for _, id := range q.Viewer.HostOf {
		view.Yours = append(view.Yours, components.Tag{Label: hubs.name(id), Address: "/programmes?hub=" + url.QueryEscape(string(id))})
	}
	return q.programmeList(view, q.Say("programmes.title"), hubs, found, next), nil
}

func showProgrammesOf(q *Request) (Answer, error) {
	id, err := community.ParseID[community.HubID](q.Ask("hub"))
	if err != nil {
		return Answer{}, err
	}
	hub, err := q.Network.Hub(q.Context(), id)
	if err != nil {
		return Answer{}, err
	}
	found, next, err := q.Network.ProgrammesOf(q.Context(), q.Viewer, id, q.Page(programmesUsual))
	if err != nil {
		return Answer{}, err
	}
	hubs := hubNames{byID: map[community.HubID]*community.Hub{id: hub}}
	return q.programmeList(programmes.ListView{Hub: hub.Name}, q.Say("programmes.of-hub", "hub", hub.Name), hubs, found, next), nil
}

func (q *Request) programmeList(view programmes.ListView, title string, hubs hubNames, found []*community.Programme, next community.Cursor) Answer {
	now := q.Network.Now()
	data := make([]programmeData, len(found))
	for i, p := range found {
		hub := programmeHubOf(hubs.byID[p.Hub])
		data[i] = programmeDataOf(q.Viewer, p, hub, now)
		view.Programmes = append(view.Programmes, programmeView(p, hub, now))
	}
	view.Next = q.Next(next)
	return Answer{Data: ListOf(data, next), View: View{Title: title, Description: q.Say("programmes.lead"), Section: "programmes",
		Content: programmes.List(view)}}
}

// programme loads the one that the path names, with its hub.
func (q *Request) programme() (*community.Programme, programmeHub, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return nil, programmeHub{}, err
	}
	p, err := q.Network.ProgrammeSeen(q.Context(), q.Viewer, id)
	if err != nil {
		return nil, programmeHub{}, err
	}
	hub, err := q.Network.Hub(q.Context(), p.Hub)
	return p, programmeHubOf(hub), err
}

func showProgramme(q *Request) (Answer, error) {
	p, hub, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	now := q.Network.Now()
	view := programmes.ShowView{Programme: programmeView(p, hub, now), Runs: q.Viewer.RunsProgramme(p), Reads: q.Viewer.Reviews(p)}
	q.sayWhatItIsAbout(&view.Programme, p)
	if view.Runs {
		view.Received = p.Received
	}
	if view.Runs || view.Reads {
		view.Topic = "programme:" + string(p.ID)
	}
	if view.Sent, err = q.sentTo(p); err != nil {
		return Answer{}, err
	}
	if err := q.whatToDo(&view, p); err != nil {
		return Answer{}, err
	}
	content := View{Title: p.Title, Description: p.Summary, Section: "programmes", Content: programmes.Show(view), Listing: "/programmes/" + string(p.ID) + "/listing"}
	if view.Runs || view.Reads {
		content.Modules = []string{"live"}
	}
	return Answer{Data: programmeDataOf(q.Viewer, p, hub, now), View: content, Private: p.State == community.ProgrammeDrafted}, nil
}

// sentTo are the viewer's own applications to the programme.
func (q *Request) sentTo(p *community.Programme) (sent []programmes.Sent, err error) {
	if !q.Viewer.Known() {
		return nil, nil
	}
	own, _, err := q.Network.ApplicationsOf(q.Context(), q.Viewer, community.Page{Limit: community.PageMax})
	for _, a := range own {
		if a.Programme != p.ID {
			continue
		}
		asked, err := q.Network.AskedOf(q.Context(), q.Viewer, a)
		if err != nil {
			return nil, err
		}
		sent = append(sent, programmes.Sent{At: a.SentAt.In(p.Zone), State: string(asked.OwnState(a.State))})
	}
	return sent, err
}

// newProgramme begins with what is known of the hub, where its host has one only.
func newProgramme(q *Request) (Answer, error) {
	if !q.Viewer.HostsAny() {
		return Answer{}, community.Forbidden("programmes.only-hosts")
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	draft := q.kindOfProgramme(q.Ask("kind"))
	view := programmes.FormView{Kinds: q.kindsOfProgrammes()}
	for _, id := range q.Viewer.HostOf {
		view.Hubs = append(view.Hubs, components.Option{Value: string(id), Label: hubs.name(id)})
	}
	if hub := hubs.byID[q.Viewer.HostOf[0]]; hub != nil && len(q.Viewer.HostOf) == 1 {
		draft.Access, draft.Languages = hub.Access, hub.Languages
	}
	view.Form = q.Form(&draft)
	return q.programmeForm(view, q.Viewer.HostOf, q.Say("programmes.open"))
}

func editProgramme(q *Request) (Answer, error) {
	p, _, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	if !q.Viewer.RunsProgramme(p) {
		return Answer{}, community.Forbidden("programmes.only-hosts")
	}
	draft := community.ProgrammeDraftOf(p)
	view := programmes.FormView{ID: string(p.ID), Form: q.Form(&draft), Open: p.State != community.ProgrammeDrafted}
	if p.Received > 0 {
		for _, question := range p.Questions {
			view.Asked = append(view.Asked, question.Text)
		}
	}
	return q.programmeForm(view, []community.HubID{p.Hub}, q.Say("programmes.edit-title"))
}

// sayWhatItIsAbout names what a programme is matched by.
func (q *Request) sayWhatItIsAbout(view *programmes.Programme, p *community.Programme) {
	view.Skills = q.skillNames(p.Skills)
	for _, c := range p.Causes {
		view.Causes = append(view.Causes, q.causeName(c))
	}
	if p.Stage != 0 {
		view.Stage = q.stageName(p.Stage)
	}
}

func (q *Request) programmeForm(view programmes.FormView, hubs []community.HubID, title string) (Answer, error) {
	var err error
	if view.People, err = q.whoCouldDecide(hubs, view.Form.All("reviewers")); err != nil {
		return Answer{}, err
	}
	view.Skills, err = q.skillPicker(view.Form, components.SkillPicker{Name: "skills", Legend: q.Say("programmes.helps-with"),
		Hint: q.Say("programmes.hint-helps-with", "max", community.SkillsMax), Max: community.SkillsMax})
	if err != nil {
		return Answer{}, err
	}
	for _, c := range community.Causes {
		view.Causes = append(view.Causes, components.Option{Value: number(c), Label: q.causeName(c)})
	}
	view.Stages = []components.Option{{Value: "0", Label: q.Say("programmes.any-stage")}}
	for _, s := range community.Stages[1:] {
		view.Stages = append(view.Stages, components.Option{Value: number(s), Label: q.stageName(s)})
	}
	for _, g := range community.Reservable() {
		view.Groups = append(view.Groups, components.Option{Value: string(g), Label: q.reservedName(g)})
	}
	view.Offers = programmes.Offers{Gives: texts(community.Gifts), Access: texts(community.AccessFacts), Languages: community.Languages}
	view.Max = programmes.Limits{Title: community.TitleMax, Summary: community.SummaryMax, ForWhom: community.AboutMax, Text: community.TextMax,
		Question: community.QuestionMax, Places: community.CapacityMax, Questions: community.QuestionsMax, Criteria: community.CriteriaMax,
		Weight: community.WeightMax, Reviewers: community.ReviewersMax, Score: community.ScoreMax, Steps: community.StepsMax}
	return Answer{View: View{Title: title, Section: "programmes", Content: programmes.Form(view), Modules: []string{"form", "skills"}}}, nil
}

func postProgramme(q *Request) (Answer, error) {
	draft, err := q.programmeDraft()
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.PostProgramme(q.Context(), q.Viewer, draft)
	return q.afterProgramme(p, err, "programmes.said-draft")
}

func changeProgramme(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := q.programmeDraft()
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.EditProgramme(q.Context(), q.Viewer, id, draft)
	return q.afterProgramme(p, err, "programmes.said-changed")
}

// programmeDraft reads a draft whose skills may be named rather than given by id.
func (q *Request) programmeDraft() (community.ProgrammeDraft, error) {
	draft, err := Decode[community.ProgrammeDraft](q)
	draft.Skills = q.skillIDs(draft.Skills)
	return draft, err
}

func closeProgramme(q *Request) (Answer, error) { return q.endApplying(true, "programmes.said-closed") }

func reopenProgramme(q *Request) (Answer, error) {
	return q.endApplying(false, "programmes.said-opened")
}

func (q *Request) endApplying(end bool, said string) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.CloseProgramme(q.Context(), q.Viewer, id, end)
	return q.afterProgramme(p, err, said)
}

// afterProgramme leads back to the programme that a verb has changed.
func (q *Request) afterProgramme(p *community.Programme, err error, said string) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	hub, err := q.Network.Hub(q.Context(), p.Hub)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: programmeDataOf(q.Viewer, p, programmeHubOf(hub), q.Network.Now()), Location: "/programmes/" + string(p.ID), Said: said}, nil
}
