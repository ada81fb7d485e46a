package web

import (
	"time"

	"longtable/frontend/pages/matches"
	"longtable/server/community"
)

// howShownData is how one is shown to others. Lists is a rough number, and 0 for none or a few.
type howShownData struct {
	Days       int        `json:"days"` // over which lists were counted
	Lists      int        `json:"lists"`
	Few        bool       `json:"few"` // there were some, and fewer than the smallest number told
	Off        bool       `json:"off"`
	Wants      int        `json:"wants"` // introductions a week
	Room       int        `json:"room"`  // left of them this week
	RoomAgain  *time.Time `json:"roomAgain,omitempty"`
	Lacks      []lackData `json:"lacks"`
	Agreement  string     `json:"agreement"`  // "network" or the id of a hub
	Version    int        `json:"version"`    // 0 before anybody agreed
	Concession int        `json:"concession"` // percent
}

type lackData struct {
	What   community.Field `json:"what"`
	Hidden bool            `json:"hidden"` // written, and not shown to everyone in the network
}

type proposedBody struct {
	Proposed bool `json:"proposed"` // to others
}

func showHowShown(q *Request) (Answer, error) {
	h, err := q.Network.HowShown(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	data := howShownData{Days: h.Days, Lists: h.Lists, Few: h.Few, Off: h.Off, Wants: h.Wants, Room: h.Room, Lacks: []lackData{},
		Agreement: h.Agreement.Scope, Version: h.Agreement.Version, Concession: h.Agreement.Percent()}
	view := matches.ShownView{Days: h.Days, Lists: h.Lists, Few: h.Few, Off: h.Off, Wants: h.Wants, Room: h.Room,
		Keeps: 100 - h.Agreement.Percent(), Version: h.Agreement.Version, Agreement: agreementAddress(h.Agreement.Scope)}
	if h.Agreement.Scope != community.NetworkScope {
		view.Hub = hubs.name(community.HubID(h.Agreement.Scope))
	}
	if h.Next != 0 {
		again := h.Next.Time()
		data.RoomAgain, view.Again = &again, h.Next.In(zone)
	}
	for _, l := range h.Lacks {
		data.Lacks = append(data.Lacks, lackData(l))
		view.Lacks = append(view.Lacks, matches.Lack{What: string(l.What), Hidden: l.Hidden})
	}
	return Answer{Data: data, View: View{Title: q.Say("matches.shown-title"), Section: "matches", Content: matches.Shown(view)}}, nil
}

func beProposed(q *Request) (Answer, error) {
	body, err := Decode[proposedBody](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.BeProposed(q.Context(), q.Viewer, body.Proposed); err != nil {
		return Answer{}, err
	}
	said := "matches.said-not-proposed"
	if body.Proposed {
		said = "matches.said-proposed"
	}
	return Gone("/matches/how-you-are-shown", said), nil
}
