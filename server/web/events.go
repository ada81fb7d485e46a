package web

import (
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/events"
	"longtable/server/community"
)

// eventData is an event for programs. Who goes stands at its attendance, for those who may see it.
type eventData struct {
	ID         community.EventID      `json:"id"`
	Hub        community.HubID        `json:"hub"`
	HubName    string                 `json:"hubName"`
	Title      string                 `json:"title"`
	Text       string                 `json:"text"`
	StartsAt   time.Time              `json:"startsAt"`
	EndsAt     time.Time              `json:"endsAt"`
	Zone       string                 `json:"zone"` // IANA time zone of the place
	Place      string                 `json:"place"`
	Online     string                 `json:"online"`
	Capacity   int                    `json:"capacity"`
	Going      int                    `json:"going"`
	Waiting    int                    `json:"waiting"`
	PlacesLeft int                    `json:"placesLeft"`
	Access     []community.AccessFact `json:"access"`
	Languages  []string               `json:"languages"`
	State      events.State           `json:"state"`
	Attendance community.Attendance   `json:"attendance"`         // the viewer's own
	Position   int                    `json:"position,omitempty"` // the viewer's on the waiting list, from 1
}

// attendanceData is who goes, and for hosts who waits, the next one first.
type attendanceData struct {
	Going   []community.Profile `json:"going"`
	Waiting []community.Profile `json:"waiting,omitempty"`
}

const (
	eventsOnPage = 20 // a page of events: some weeks of a busy hub
	facesOnEvent = 12 // people shown on the page of an event; the sheet has all of them
	usualPlaces  = 20 // capacity that the form begins with: a room in most hubs
)

func showEvents(q *Request) (Answer, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	hub := hubs.asked(q)
	found, next, err := q.Network.EventsAhead(q.Context(), q.Viewer, hub, q.Page(eventsOnPage))
	if err != nil {
		return Answer{}, err
	}
	view := events.ListView{Hub: string(hub), Hubs: hubs.options(q.Say("events.all-hubs")), More: q.Next(next), MayPost: q.Viewer.HostsAny()}
	var items []eventData
	for _, e := range found {
		data := q.eventData(e, hubs)
		items = append(items, data)
		if data.Attendance == community.NotComing {
			view.Others = append(view.Others, q.eventCardAt(e, hubs))
		} else {
			view.Mine = append(view.Mine, q.eventCardAt(e, hubs))
		}
	}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("events.title"), Section: "events", Content: events.List(view)}}, nil
}

func (q *Request) eventData(e *community.Event, hubs hubNames) eventData {
	return eventData{ID: e.ID, Hub: e.Hub, HubName: hubs.name(e.Hub), Title: e.Title, Text: e.Text,
		StartsAt: e.StartsAt.Time(), EndsAt: e.EndsAt.Time(), Zone: e.Zone, Place: e.Place, Online: e.Online,
		Capacity: e.Capacity, Going: len(e.Going), Waiting: len(e.Waiting), PlacesLeft: e.PlacesLeft(),
		Access: append([]community.AccessFact{}, e.Access...), Languages: append([]string{}, e.Languages...),
		State: stateOf(e, q.Network.Now()), Attendance: e.AttendanceOf(q.Viewer.ID), Position: positionOf(e, q.Viewer.ID)}
}

// stateOf an event at a moment; one that was called off stays so when its time is over.
func stateOf(e *community.Event, now community.Instant) events.State {
	switch {
	case e.State == community.EventCancelled:
		return events.Cancelled
	case e.EndsAt <= now:
		return events.Over
	default:
		return events.Open
	}
}

// eventCard is an event in a list, in the words of the reader.
func (q *Request) eventCard(e *community.Event) components.Card {
	card := components.Card{ID: string(e.ID), Address: "/events/" + string(e.ID), Title: e.Title, Level: 3,
		When: e.StartsAt.In(e.Zone), Meta: []string{q.Say("events.zone-is", "zone", i18n.ZoneCity(e.Zone))}}
	if e.Place != "" {
		card.Meta = append(card.Meta, e.Place)
	}
	if e.Online != "" {
		card.Meta = append(card.Meta, q.Say("events.online"))
	}
	card.Status, card.Tone = q.eventStatus(e)
	for _, fact := range e.Access {
		card.Tags = append(card.Tags, components.Tag{Label: q.Say("words.access-" + string(fact))})
	}
	return card
}

// eventCardAt is an eventCard that names the hub, for lists over several.
func (q *Request) eventCardAt(e *community.Event, hubs hubNames) components.Card {
	card := q.eventCard(e)
	if hub := hubs.name(e.Hub); hub != "" {
		card.Meta = append(card.Meta, hub)
	}
	return card
}

// eventStatus is the one thing to know first about an event.
func (q *Request) eventStatus(e *community.Event) (string, components.Tone) {
	state, attendance := stateOf(e, q.Network.Now()), e.AttendanceOf(q.Viewer.ID)
	switch {
	case state == events.Cancelled:
		return q.Say("events.cancelled"), components.Wrong
	case state == events.Over:
		return q.Say("events.over"), components.Plain
	case attendance == community.Going:
		return q.Say("events.going"), components.Good
	case attendance == community.Waiting:
		return q.Say("events.waiting", "position", positionOf(e, q.Viewer.ID)), components.Waiting
	case e.PlacesLeft() == 0 || len(e.Waiting) > 0:
		return q.Say("events.full"), components.Plain
	default:
		return q.Say("events.places-left", "n", e.PlacesLeft()), components.Plain
	}
}

// positionOf a member on the waiting list, from 1; 0 when not on it.
func positionOf(e *community.Event, id community.MemberID) int {
	return slices.Index(e.Waiting, id) + 1
}

func showEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.Event(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	data := q.eventData(e, hubs)
	view := q.eventView(data)
	view.MayManage = q.Viewer.RunsEvent(e)
	view.MayTalk = e.AttendanceOf(q.Viewer.ID) == community.Going || e.Host == q.Viewer.ID
	if view.Going, err = q.faces(e); err != nil {
		return Answer{}, err
	}
	if len(view.Going) > 0 {
		view.GoingAll, view.Going = data.Going, view.Going[:min(len(view.Going), facesOnEvent)]
	}
	return Answer{Data: data, View: View{Title: e.Title, Section: "events", Content: events.Show(view), Modules: []string{"live"}}}, nil
}

// faces are those who go, or nobody where the viewer neither goes nor hosts.
func (q *Request) faces(e *community.Event) ([]events.Person, error) {
	people, err := q.Network.Attendees(q.Context(), q.Viewer, e.ID)
	if community.KindOf(err) == community.KindNotFound {
		return nil, nil
	}
	return attending(people), err
}

func attending(profiles []community.Profile) []events.Person {
	people := make([]events.Person, len(profiles))
	for i, p := range profiles {
		people[i] = events.Person{ID: string(p.ID), Name: p.Name, Pronouns: p.Pronouns}
	}
	return people
}

func (q *Request) eventView(e eventData) events.ShowView {
	return events.ShowView{ID: string(e.ID), Title: e.Title, Text: e.Text,
		Hub:    components.Tag{Label: e.HubName, Address: "/hubs/" + string(e.Hub)},
		Starts: community.At(e.StartsAt).In(e.Zone), Ends: community.At(e.EndsAt).In(e.Zone), Zone: e.Zone,
		Place: e.Place, Online: e.Online, Access: q.accessOf(e.Access), Languages: e.Languages,
		Places: components.PlacesLeft{Topic: "event:" + string(e.ID), Capacity: e.Capacity, Taken: e.Going, Waiting: e.Waiting},
		State:  e.State, Attendance: events.Attendance(e.Attendance), Position: e.Position, Problem: q.Form(nil).General}
}

// accessOf says of every access fact whether it holds, those that do first: people who need one must not have to guess.
func (q *Request) accessOf(present []community.AccessFact) []components.AccessFact {
	var has, hasNot []components.AccessFact
	for _, fact := range community.AccessFacts {
		label := q.Say("words.access-" + string(fact))
		if slices.Contains(present, fact) {
			has = append(has, components.AccessFact{Label: label, Present: true})
		} else {
			hasNot = append(hasNot, components.AccessFact{Label: label})
		}
	}
	return append(has, hasNot...)
}

func showAttendance(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.Event(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	var data attendanceData
	if data.Going, err = q.Network.Attendees(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	if q.Viewer.RunsEvent(e) {
		if data.Waiting, err = q.Network.Queue(q.Context(), q.Viewer, id); err != nil {
			return Answer{}, err
		}
	}
	view := events.AttendanceView{ID: string(e.ID), Title: e.Title, Starts: e.StartsAt.In(e.Zone), Zone: e.Zone, Place: e.Place,
		Going: attending(data.Going), Waiting: attending(data.Waiting), Hosting: q.Viewer.RunsEvent(e)}
	return Answer{Data: data, View: View{Title: q.Say("events.attendance-of", "title", e.Title), Section: "events",
		Content: events.AttendanceSheet(view), Bare: true}}, nil
}

func newEvent(q *Request) (Answer, error) {
	if !q.Viewer.HostsAny() {
		return Answer{}, community.Forbidden("events.only-hosts") // stewards come this far
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	view := events.FormView{}
	for _, hub := range hubs.sorted {
		if q.Viewer.Hosts(hub.ID) {
			view.Hubs = append(view.Hubs, components.Option{Value: string(hub.ID), Label: hub.Name})
		}
	}
	draft := community.EventDraft{Hub: q.Viewer.Hub, Capacity: usualPlaces}
	if len(view.Hubs) == 1 {
		home := hubs.byID[community.HubID(view.Hubs[0].Value)]
		draft.Hub, draft.Access, draft.Languages, view.Zone = home.ID, home.Access, home.Languages, home.Zone
	}
	if asked := hubs.asked(q); asked != "" {
		draft.Hub = asked
	}
	return q.eventForm(view, draft, "events.announce"), nil
}

func editEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.Event(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	switch {
	case !q.Viewer.RunsEvent(e):
		return Answer{}, community.Forbidden("events.only-hosts")
	case e.State == community.EventCancelled:
		return Answer{}, community.Conflict("events.is-cancelled")
	}
	return q.eventForm(events.FormView{ID: string(id), Zone: e.Zone}, community.EventDraftOf(e), "events.edit-title"), nil
}

// eventForm shows a draft, or what was typed when it comes back.
func (q *Request) eventForm(view events.FormView, draft community.EventDraft, title string) Answer {
	view.Form = q.Form(draft)
	view.Access, view.Languages = q.accessOptions(), q.languageOptions()
	view.TitleMax, view.TextMax, view.PlaceMax = community.TitleMax, community.TextMax, community.AddressMax
	view.OnlineMax, view.CapacityMax = community.WebsiteMax, community.CapacityMax
	return Answer{View: View{Title: q.Say(title), Section: "events", Content: events.Form(view), Modules: []string{"form"}}}
}

func (q *Request) accessOptions() []components.Option {
	options := make([]components.Option, len(community.AccessFacts))
	for i, fact := range community.AccessFacts {
		options[i] = components.Option{Value: string(fact), Label: q.Say("words.access-" + string(fact))}
	}
	return options
}

// languageOptions are the languages that can be named, by their names in the reader's language.
func (q *Request) languageOptions() []components.Option {
	ctx := i18n.With(q.Context(), q.Lang)
	options := make([]components.Option, len(community.Languages))
	for i, code := range community.Languages {
		options[i] = components.Option{Value: code, Label: i18n.LanguageName(ctx, code)}
	}
	return options
}

func postEvent(q *Request) (Answer, error) {
	draft, err := Decode[community.EventDraft](q)
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.PostEvent(q.Context(), q.Viewer, draft)
	return q.eventChanged(e, "events.said-posted", err)
}

func changeEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.EventDraft](q)
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.EditEvent(q.Context(), q.Viewer, id, draft)
	return q.eventChanged(e, "events.said-changed", err)
}

func cancelEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.CancelEvent(q.Context(), q.Viewer, id)
	return q.eventChanged(e, "events.said-cancelled", err)
}

func joinEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.JoinEvent(q.Context(), q.Viewer, id)
	if err == nil && e.AttendanceOf(q.Viewer.ID) == community.Waiting {
		return q.eventChanged(e, "events.said-waiting", nil)
	}
	return q.eventChanged(e, "events.said-joined", err)
}

func leaveEvent(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	e, err := q.Network.LeaveEvent(q.Context(), q.Viewer, id)
	return q.eventChanged(e, "events.said-left", err)
}

// eventChanged answers a change of an event.
func (q *Request) eventChanged(e *community.Event, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: q.eventData(e, hubs), Location: "/events/" + string(e.ID), Said: said}, nil
}
