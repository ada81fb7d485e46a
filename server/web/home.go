package web

import (
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/home"
	"longtable/server/community"
)

// homeData is "this week" for a program.
type homeData struct {
	Matches       []community.Match `json:"matches"`
	Introductions int               `json:"introductionsWaiting"`
	Events        []homeEvent       `json:"events"`
	Unread        int               `json:"unreadConversations"`
}

type homeEvent struct {
	ID         community.EventID    `json:"id"`
	Title      string               `json:"title"`
	StartsAt   time.Time            `json:"startsAt"`
	Attendance community.Attendance `json:"attendance"`
}

const (
	homeEvents     = 4
	homeProgrammes = 3
)

// showHome is the front page: for people of the network what waits this week, for others what this place is.
func showHome(q *Request) (Answer, error) {
	switch first, err := q.firstRun(); {
	case err != nil:
		return Answer{}, err
	case first:
		return Answer{Location: "/first-run"}, nil
	case q.Session != nil && !q.Viewer.Known():
		return Answer{Location: "/arrival"}, nil
	case !q.Viewer.Known():
		return q.welcome()
	default:
		return q.thisWeek()
	}
}

// welcome is for people outside: programmes first, because they are the open doors.
func (q *Request) welcome() (Answer, error) {
	charter, err := q.Network.Charter(q.Context())
	if err != nil {
		return Answer{}, err
	}
	programmes, _, err := q.Network.ProgrammesOpen(q.Context(), community.Page{Limit: homeProgrammes})
	if err != nil {
		return Answer{}, err
	}
	v := home.WelcomeView{Network: charter.Name}
	for _, p := range programmes {
		v.Programmes = append(v.Programmes, components.Card{ID: string(p.ID), Address: "/programmes/" + string(p.ID), Title: p.Title, Text: p.Summary, Level: 3})
	}
	return Answer{Data: homeData{}, View: View{Title: charter.Name, Description: q.Say("home.description"), Section: "home", Content: home.Welcome(v)}}, nil
}

func (q *Request) thisWeek() (Answer, error) {
	list, err := q.shortlist(community.MatchesAtHome)
	if err != nil {
		return Answer{}, err
	}
	matches := list.Matches
	q.remember(list, len(matches))
	events, err := q.nextEvents()
	if err != nil {
		return Answer{}, err
	}
	waiting, err := q.introductionsWaiting()
	if err != nil {
		return Answer{}, err
	}
	unread, err := q.Network.Unread(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view, err := q.weekView(matches, events, waiting, unread)
	if err != nil {
		return Answer{}, err
	}
	data := homeData{Matches: matches, Introductions: waiting, Unread: unread, Events: []homeEvent{}}
	for _, e := range events {
		data.Events = append(data.Events, homeEvent{e.ID, e.Title, e.StartsAt.Time(), e.AttendanceOf(q.Viewer.ID)})
	}
	return Answer{Data: data, View: View{Title: q.Say("home.title"), Section: "home", Content: home.Week(view)}}, nil
}

// introductionsWaiting counts those who would like to meet the viewer, and those whom hosts propose.
func (q *Request) introductionsWaiting() (int, error) {
	asked, err := q.Network.IntroductionsWaiting(q.Context(), q.Viewer)
	if err != nil {
		return 0, err
	}
	brokered, err := q.Network.BrokeredWaiting(q.Context(), q.Viewer)
	return len(asked) + len(brokered), err
}

// nextEvents are those at the viewer's hub, and anywhere when it has none.
func (q *Request) nextEvents() ([]*community.Event, error) {
	events, _, err := q.Network.EventsAhead(q.Context(), q.Viewer, q.Viewer.Hub, community.Page{Limit: homeEvents})
	if err != nil || len(events) > 0 || q.Viewer.Hub == "" {
		return events, err
	}
	events, _, err = q.Network.EventsAhead(q.Context(), q.Viewer, "", community.Page{Limit: homeEvents})
	return events, err
}

func (q *Request) weekView(matches []community.Match, events []*community.Event, waiting, unread int) (home.WeekView, error) {
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return home.WeekView{}, err
	}
	v := home.WeekView{Name: q.Viewer.Name, Introductions: waiting, Unread: unread, Host: q.Viewer.HostsAny() || q.Viewer.Steward,
		FirstSteps: firstSteps(q, me)}
	for _, m := range matches {
		v.Matches = append(v.Matches, q.matchCard(m))
	}
	for _, e := range events {
		v.Events = append(v.Events, q.eventCard(e))
	}
	return v, nil
}

// firstSteps are what somebody new has not done yet; empty once all are done.
func firstSteps(q *Request, me *community.Member) []components.Task {
	steps := []components.Task{
		{Label: q.Say("home.step-offers"), Address: "/profile", Hint: q.Say("home.step-offers-hint"), Done: len(me.Offers) > 0},
		{Label: q.Say("home.step-needs"), Address: "/profile", Hint: q.Say("home.step-needs-hint"), Done: len(me.Needs) > 0},
		{Label: q.Say("home.step-languages"), Address: "/profile", Done: len(me.Languages) > 0},
		{Label: q.Say("home.step-hub"), Address: "/hubs", Hint: q.Say("home.step-hub-hint"), Done: me.Hub != ""},
	}
	for _, s := range steps {
		if !s.Done {
			return steps
		}
	}
	return nil
}
