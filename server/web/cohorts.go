package web

import (
	"strings"
	"time"

	"longtable/frontend/pages/programmes"
	"longtable/server/community"
)

// cohortData is a programme from the inside. People is for hosts.
type cohortData struct {
	Programme    community.ProgrammeID    `json:"programme"`
	People       []community.CohortPerson `json:"people"`
	Profiles     []community.Profile      `json:"profiles"`
	Conversation community.ConversationID `json:"conversation"`
	Steps        []string                 `json:"steps"`
	Events       []gatheringData          `json:"events"`
}

type gatheringData struct {
	ID    community.EventID `json:"id"`
	Title string            `json:"title"`
	At    time.Time         `json:"at"`
}

func showCohort(q *Request) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.CohortOf(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	p := c.Programme
	data := cohortData{Programme: id, People: orEmpty(c.People), Profiles: orEmpty(c.Profiles), Conversation: c.Conversation, Steps: orEmpty(p.Steps), Events: []gatheringData{}}
	view := programmes.CohortView{ID: string(id), Title: p.Title, Runs: q.Viewer.RunsProgramme(p), Conversation: string(c.Conversation), Steps: p.Steps, Places: p.Places}
	for _, e := range c.Events {
		data.Events = append(data.Events, gatheringData{e.ID, e.Title, e.StartsAt.Time()})
		view.Events = append(view.Events, programmes.Gathering{ID: string(e.ID), Title: e.Title, At: e.StartsAt.In(e.Zone)})
	}
	for _, person := range c.People {
		view.People = append(view.People, programmes.Placed{Name: person.Name, Reach: person.Reach, Person: string(person.Member), Yes: person.Yes})
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	for _, profile := range c.Profiles {
		view.Profiles = append(view.Profiles, q.personCard(profile, hubs))
	}
	if err := q.prepared(&view, c); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, Private: true, View: View{Title: q.Say("programmes.cohort-title", "title", p.Title), Section: "programmes", Content: programmes.Cohort(view)}}, nil
}

// prepared is what only hosts see: introductions, and events of the hub that could be the programme's.
func (q *Request) prepared(view *programmes.CohortView, c *community.Cohort) error {
	if !view.Runs {
		return nil
	}
	for _, pair := range c.Pairs {
		view.Pairs = append(view.Pairs, programmes.Pair{Address: introducingForm(pair.One.ID, pair.Other.ID), OneName: pair.One.Name, OtherName: pair.Other.Name,
			Reasons: q.reasonsBetween(pair.One.Name, pair.Other.Name, pair.ForOne, community.Benefit{})})
	}
	ahead, _, err := q.Network.EventsAhead(q.Context(), q.Viewer, c.Programme.Hub, community.Page{Limit: programmesUsual})
	if err != nil {
		return err
	}
	for _, e := range ahead {
		in := false
		for _, have := range c.Events {
			in = in || have.ID == e.ID
		}
		if !in && e.State == community.EventOpen {
			view.Offered = append(view.Offered, programmes.Gathering{ID: string(e.ID), Title: e.Title, At: e.StartsAt.In(e.Zone)})
		}
	}
	return nil
}

func addProgrammeEvent(q *Request) (Answer, error)  { return q.putEvent(true) }
func dropProgrammeEvent(q *Request) (Answer, error) { return q.putEvent(false) }

func (q *Request) putEvent(in bool) (Answer, error) {
	id, err := Param[community.ProgrammeID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	event, err := Param[community.EventID](q, "event")
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.PutEvent(q.Context(), q.Viewer, id, event, in); err != nil {
		return Answer{}, err
	}
	return Gone("/programmes/"+string(id)+"/cohort", "programmes.said-event"), nil
}

// answerOffer takes a place or gives it back.
func answerOffer(q *Request) (Answer, error) {
	code, err := q.ownCode()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[offerBody](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.AnswerOffer(q.Context(), q.Viewer, code, body.Yes); err != nil {
		return Answer{}, err
	}
	said := "applications.said-no"
	if body.Yes {
		said = "applications.said-yes"
	}
	return Gone(applicationPath(code), said), nil
}

type offerBody struct {
	Yes bool `json:"yes"`
}

func withdrawApplication(q *Request) (Answer, error) {
	code, err := q.ownCode()
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.WithdrawApplication(q.Context(), q.Viewer, code); err != nil {
		return Answer{}, err
	}
	return Gone(applicationPath(code), "applications.said-withdrawn"), nil
}

// ownCode is the code of the path, when there is an application under it. Wrong ones are counted.
func (q *Request) ownCode() (string, error) {
	code := q.RawParam("code")
	_, _, err := q.applicationUnder(code)
	return strings.ToUpper(strings.TrimSpace(code)), err
}

// enterCohort brings somebody with a place in by their code: as who they are when signed in, into the account that they made
// before, or into a new one that needs no address. From then on the code opens that account.
func enterCohort(q *Request) (Answer, error) {
	code, err := q.ownCode()
	if err != nil {
		return Answer{}, err
	}
	a, p, err := q.Network.ApplicationByCode(q.Context(), code)
	if err != nil {
		return Answer{}, err
	}
	if a.State != community.ApplicationAccepted {
		return Answer{}, community.Conflict("applications.no-offer")
	}
	if !q.Viewer.Known() {
		if err := q.enterByCode(a); err != nil {
			return Answer{}, err
		}
	}
	if _, err := q.Network.JoinCohort(q.Context(), q.Viewer, code); err != nil {
		return Answer{}, err
	}
	return Gone("/programmes/"+string(p.ID)+"/cohort", "applications.said-in"), nil
}

// enterByCode opens a session for the person with the code. An account that was there before the application, with an
// address or a password of its own, is entered by those.
func (q *Request) enterByCode(a *community.Application) error {
	member := a.Member
	if member == "" {
		member = community.CohortMember(a)
	}
	entry, err := q.Door.EnterByCode(q.Context(), member, a.Member == "", q.Lang, q.visitor())
	if err != nil {
		return err
	}
	if _, err := q.Network.Join(q.Context(), member, a.Name, q.Lang); err != nil && community.KindOf(err) != community.KindConflict {
		return err
	}
	q.letIn(entry)
	q.Viewer, err = q.Network.Viewer(q.Context(), member)
	return err
}
