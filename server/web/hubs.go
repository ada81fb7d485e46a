package web

import (
	"fmt"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/hubs"
	"longtable/server/community"
)

// hubData is a hub as anybody may see it; Hosts are named to people of the network only.
type hubData struct {
	ID         community.HubID        `json:"id"`
	Name       string                 `json:"name"`
	Form       community.HubForm      `json:"form"`
	About      string                 `json:"about"`
	City       string                 `json:"city"`
	Country    string                 `json:"country"`
	Address    string                 `json:"address"`
	Latitude   float64                `json:"latitude"`  // degrees, WGS 84; 0 and 0 when not said
	Longitude  float64                `json:"longitude"` // degrees, WGS 84
	Zone       string                 `json:"zone"`      // IANA time zone
	Opening    string                 `json:"opening"`
	Languages  []string               `json:"languages"`
	Facilities []community.Facility   `json:"facilities"`
	Access     []community.AccessFact `json:"access"`
	OpenedAt   time.Time              `json:"openedAt"`
	Hours      map[string]string      `json:"hours"`      // opening times by weekday, mon to sun, such as 09:00-17:00
	ClosedDays []string               `json:"closedDays"` // 2006-01-02
	Answers    *answersData           `json:"answers,omitempty"`
	Hosts      []personData           `json:"hosts,omitempty"`
	Join       *joinRequestData       `json:"join,omitempty"` // the viewer's own request
}

const (
	hubsOnPage       = 24 // cards, as in every list of found things
	peopleOnPage     = 24 // cards
	peopleSampled    = 12 // people named on the page of a hub; the list has all of them
	eventsAtHub      = 4  // on the page of a hub: about a week of a busy one
	programmesAtHub  = 10 // looked at for those that are open: a hub rarely runs more
	usualHubForm     = community.Collective
	closedDaysLength = 60 * len("2027-12-25 ")
	mapOfCoordinates = "https://www.openstreetmap.org/?mlat=%[1]g&mlon=%[2]g#map=17/%[1]g/%[2]g"
)

func hubDataOf(h *community.Hub) hubData {
	return hubData{ID: h.ID, Name: h.Name, Form: h.Form, About: h.About, City: h.City, Country: h.Country, Address: h.Address,
		Latitude: h.Latitude, Longitude: h.Longitude, Zone: h.Zone, Opening: h.Opening, Languages: orEmpty(h.Languages),
		Facilities: orEmpty(h.Facilities), Access: orEmpty(h.Access), OpenedAt: h.OpenedAt.Time(), Hours: hoursData(h), ClosedDays: orEmpty(h.ClosedDays)}
}

// showHubs lists all hubs by name, which works without the search too, or those that a search finds.
func showHubs(q *Request) (Answer, error) {
	found, list, err := q.foundHubs()
	if err != nil {
		return Answer{}, err
	}
	found.Box.Address, found.Box.Label, found.Box.Hint = "/hubs", q.Say("hubs.label"), q.Say("search.hint")
	view := hubs.ListView{Search: found.Box, Total: found.Total, More: q.Next(found.Next), Narrowed: found.Narrowed,
		Relaxed: found.Relaxed, Degraded: found.Degraded, Save: found.Save, MayAdd: q.Viewer.Steward}
	items := make([]hubData, len(list))
	for i, h := range list {
		items[i] = hubDataOf(h)
		view.Cards = append(view.Cards, q.hubCard(h))
	}
	return Answer{Data: ListOf(items, found.Next), View: View{Title: q.Say("hubs.title"), Description: q.Say("hubs.lead"), Section: "hubs",
		Content: hubs.List(view), Modules: []string{"search"}}}, nil
}

func (q *Request) foundHubs() (findings, []*community.Hub, error) {
	country := q.countryFacet()
	if q.Ask("q") == "" && len(q.chosen([]facet{country})) == 0 {
		list, next, err := q.Network.Hubs.ByName(q.Context(), q.Page(hubsOnPage))
		return findings{Next: next}, list, err
	}
	found, err := q.find(community.IndexHubs, []facet{country}, "")
	if err != nil {
		return found, nil, err
	}
	list, err := q.Network.Hubs.Many(q.Context(), as[community.HubID](found.IDs))
	return found, slices.DeleteFunc(list, func(h *community.Hub) bool { return h == nil }), err
}

func (q *Request) hubCard(h *community.Hub) components.Card {
	card := components.Card{ID: string(h.ID), Address: "/hubs/" + string(h.ID), Title: h.Name, Kicker: q.Say("words.form-" + string(h.Form)),
		Meta: []string{q.placeOf(h)}, Text: opening(h.About)}
	for _, fact := range h.Access {
		card.Tags = append(card.Tags, components.Tag{Label: q.Say("words.access-" + string(fact))})
	}
	return card
}

func (q *Request) placeOf(h *community.Hub) string {
	return q.Say("hubs.where", "city", h.City, "country", q.countryName(h.Country))
}

func (q *Request) countryName(code string) string {
	return i18n.CountryName(i18n.With(q.Context(), q.Lang), code)
}

// hub loads the one that the path names.
func (q *Request) hub() (*community.Hub, error) {
	id, err := Param[community.HubID](q, "id")
	if err != nil {
		return nil, err
	}
	return q.Network.Hub(q.Context(), id)
}

func showHub(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	data := hubDataOf(h)
	view := q.hubView(h)
	if data.Answers, view.Answers, err = q.answersAt(h.ID); err != nil {
		return Answer{}, err
	}
	if view.Programmes, err = q.openProgrammesOf(h); err != nil {
		return Answer{}, err
	}
	if q.Viewer.Known() {
		if err := q.fillHub(h, &data, &view); err != nil {
			return Answer{}, err
		}
	}
	return Answer{Data: data, View: View{Title: h.Name, Description: opening(h.About), Section: "hubs", Content: hubs.Show(view),
		Modules: []string{"form"}}}, nil
}

// hubView is what everybody sees.
func (q *Request) hubView(h *community.Hub) hubs.ShowView {
	v := hubs.ShowView{ID: string(h.ID), Name: h.Name, Form: q.Say("words.form-" + string(h.Form)), About: h.About, City: h.City,
		Country: q.countryName(h.Country), Address: h.Address, Zone: h.Zone, Opening: h.Opening, Languages: h.Languages,
		Access: q.accessOf(h.Access), SignedIn: q.Viewer.Known(), Runs: q.Viewer.Hosts(h.ID),
		MayEdit: q.Viewer.Hosts(h.ID) || q.Viewer.Steward, Problem: q.Form(nil).General}
	for _, t := range h.Week {
		v.Hours = append(v.Hours, q.Say("hubs.day-"+community.Weekdays[t.Day])+" "+t.String())
	}
	if h.Latitude != 0 || h.Longitude != 0 {
		v.Map = fmt.Sprintf(mapOfCoordinates, h.Latitude, h.Longitude)
	}
	for _, facility := range h.Facilities {
		v.Facilities = append(v.Facilities, components.Tag{Label: q.Say("words.facility-" + string(facility))})
	}
	return v
}

func (q *Request) openProgrammesOf(h *community.Hub) (cards []components.Card, err error) {
	found, _, err := q.Network.ProgrammesOf(q.Context(), q.Viewer, h.ID, community.Page{Limit: programmesAtHub})
	for _, p := range found {
		if p.OpenAt(q.Network.Now()) {
			cards = append(cards, components.Card{ID: string(p.ID), Address: "/programmes/" + string(p.ID), Title: p.Title, Text: p.Summary,
				Meta: []string{q.Say("programmes.apply-by", "date", lastDay(p))}, Level: 3})
		}
	}
	return cards, err
}

// fillHub adds what only people of the network see: events, people, and how they stand to the hub themselves.
func (q *Request) fillHub(h *community.Hub, data *hubData, view *hubs.ShowView) error {
	events, _, err := q.Network.EventsAhead(q.Context(), q.Viewer, h.ID, community.Page{Limit: eventsAtHub})
	if err != nil {
		return err
	}
	for _, e := range events {
		view.Events = append(view.Events, q.eventCard(e))
	}
	hosts, err := q.Network.People(q.Context(), q.Viewer, h.Hosts)
	if err != nil {
		return err
	}
	for _, p := range hosts {
		data.Hosts = append(data.Hosts, personData{p.ID, p.Name})
	}
	view.Hosts = hubPeople(hosts)
	people, _, err := q.Network.HubPeople(q.Context(), q.Viewer, h.ID, community.Page{Limit: community.PageMax})
	if err != nil {
		return err
	}
	if q.Viewer.Steward {
		view.Appoint = q.appointing(people, h)
	}
	view.People = hubPeople(people[:min(len(people), peopleSampled)])
	view.Join, data.Join, err = q.joining(h)
	return err
}

func hubPeople(profiles []community.Profile) []hubs.Person {
	people := make([]hubs.Person, len(profiles))
	for i, p := range profiles {
		people[i] = hubs.Person{ID: string(p.ID), Name: p.Name}
	}
	return people
}

func showHubPeople(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	people, next, err := q.Network.HubPeople(q.Context(), q.Viewer, h.ID, q.Page(peopleOnPage))
	if err != nil {
		return Answer{}, err
	}
	names, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	view := hubs.PeopleView{ID: string(h.ID), Name: h.Name, More: q.Next(next)}
	for _, p := range people {
		view.Cards = append(view.Cards, q.personCard(p, names))
	}
	return Answer{Data: ListOf(people, next), View: View{Title: q.Say("hubs.people-of", "hub", h.Name), Section: "hubs", Content: hubs.People(view)}}, nil
}

func newHub(q *Request) (Answer, error) {
	return q.hubForm("", community.HubDraft{Form: usualHubForm, Languages: []string{q.Lang}}, "hubs.add"), nil
}

func editHub(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	if !q.Viewer.Hosts(h.ID) && !q.Viewer.Steward {
		return Answer{}, community.Forbidden("hubs.only-hosts-edit")
	}
	return q.hubForm(h.ID, community.HubDraftOf(h), "hubs.edit-title"), nil
}

// hubForm shows a draft, or what was typed when it comes back; id is empty for a new hub.
func (q *Request) hubForm(id community.HubID, draft community.HubDraft, title string) Answer {
	view := hubs.FormView{ID: string(id), Form: q.Form(draft), Zones: commonZones, NameMax: community.NameMax, AboutMax: community.AboutMax,
		AddressMax: community.AddressMax, Countries: q.named(community.Countries, i18n.CountryName),
		Languages: q.named(community.Languages, i18n.LanguageName), Access: q.accessOptions(), Weekdays: community.Weekdays, Closed: closedDaysLength}
	if q.Problem == nil && draft.Latitude == 0 && draft.Longitude == 0 { // not said, rather than in the Gulf of Guinea
		view.Form.Values["latitude"], view.Form.Values["longitude"] = nil, nil
	}
	for _, form := range community.HubForms {
		view.Forms = append(view.Forms, components.Option{Value: string(form), Label: q.Say("words.form-" + string(form))})
	}
	for _, facility := range community.Facilities {
		view.Facilities = append(view.Facilities, components.Option{Value: string(facility), Label: q.Say("words.facility-" + string(facility))})
	}
	return Answer{View: View{Title: q.Say(title), Section: "hubs", Content: hubs.Form(view), Modules: []string{"form"}}}
}

func addHub(q *Request) (Answer, error) {
	draft, err := Decode[community.HubDraft](q)
	if err != nil {
		return Answer{}, err
	}
	h, err := q.Network.AddHub(q.Context(), q.Viewer, draft)
	return hubChanged(h, "hubs.said-added", err)
}

func changeHub(q *Request) (Answer, error) {
	id, err := Param[community.HubID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.HubDraft](q)
	if err != nil {
		return Answer{}, err
	}
	h, err := q.Network.EditHub(q.Context(), q.Viewer, id, draft)
	return hubChanged(h, "hubs.said-changed", err)
}

func hubChanged(h *community.Hub, said string, err error) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: hubDataOf(h), Location: "/hubs/" + string(h.ID), Said: said}, nil
}
