package web

import (
	"slices"
	"time"

	"longtable/frontend/pages/introductions"
	"longtable/frontend/pages/people"
	"longtable/server/community"
)

// introductionsData is who asks for the viewer, and for whom the viewer asked.
type introductionsData struct {
	Brokered []brokeredData         `json:"brokered"` // people whom hosts would like the viewer to meet
	Agreed   []brokeredData         `json:"agreed"`   // those to whom the viewer said yes, and not both have
	Waiting  []introductionData     `json:"waiting"`
	Sent     List[introductionData] `json:"sent"`
}

// introductionData is an introduction as both sides may know it: its state is asked until there is a yes.
type introductionData struct {
	ID           community.IntroductionID    `json:"id"`
	From         personData                  `json:"from"`
	To           personData                  `json:"to"`
	Words        string                      `json:"words"`
	State        community.IntroductionState `json:"state"` // asked or accepted
	AskedAt      time.Time                   `json:"askedAt"`
	Conversation community.ConversationID    `json:"conversation,omitempty"` // once it is accepted
}

type introductionBody struct {
	To    string `json:"to"` // id of the person
	Words string `json:"words"`
}

// wordsBody is a note to a person or to a hub.
type wordsBody struct {
	Words string `json:"words"`
}

const sentOnPage = 20 // introductions one asked for: rarely more than a month of them

func showIntroductions(q *Request) (Answer, error) {
	waiting, err := q.Network.IntroductionsWaiting(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	sent, next, err := q.Network.IntroductionsSent(q.Context(), q.Viewer, q.Page(sentOnPage))
	if err != nil {
		return Answer{}, err
	}
	persons, err := q.peopleOf(slices.Concat(waiting, sent))
	if err != nil {
		return Answer{}, err
	}
	waiting = slices.DeleteFunc(waiting, func(i *community.Introduction) bool { return persons[i.From].ID == "" })
	view, err := q.introductionsView(waiting, sent, persons)
	if err != nil {
		return Answer{}, err
	}
	view.More = q.Next(next)
	hosted, err := q.brokered()
	if err != nil {
		return Answer{}, err
	}
	hubs, err := q.hubNames()
	if err != nil {
		return Answer{}, err
	}
	view.Brokered, view.Agreed = q.brokeredViews(hosted, hubs)
	data := introductionsData{Brokered: q.brokeredData(hosted.waiting, hosted.people), Agreed: q.brokeredData(hosted.agreed, hosted.people), Waiting: introductionsOf(waiting, persons), Sent: ListOf(introductionsOf(sent, persons), next)}
	return Answer{Data: data, View: View{Title: q.Say("introductions.title"), Section: "introductions", Content: introductions.List(view),
		Modules: []string{"live"}}}, nil
}

// peopleOf are the two people of each introduction, as the viewer may see them; who left is not among them.
func (q *Request) peopleOf(list []*community.Introduction) (map[community.MemberID]community.Profile, error) {
	var ids []community.MemberID
	for _, i := range list {
		ids = append(ids, i.From, i.To)
	}
	slices.Sort(ids)
	found, err := q.Network.People(q.Context(), q.Viewer, slices.Compact(ids))
	persons := make(map[community.MemberID]community.Profile, len(found))
	for _, p := range found {
		persons[p.ID] = p
	}
	return persons, err
}

func introductionsOf(list []*community.Introduction, persons map[community.MemberID]community.Profile) []introductionData {
	data := make([]introductionData, len(list))
	for n, i := range list {
		data[n] = introductionDataOf(i, persons)
	}
	return data
}

// introductionDataOf tells what was passed as asked, whoever looks: an answer that nobody gets cannot leak.
func introductionDataOf(i *community.Introduction, persons map[community.MemberID]community.Profile) introductionData {
	data := introductionData{ID: i.ID, From: personData{i.From, persons[i.From].Name}, To: personData{i.To, persons[i.To].Name},
		Words: i.Words, State: community.IntroductionAsked, AskedAt: i.AskedAt.Time()}
	if i.State == community.IntroductionAccepted {
		data.State, data.Conversation = i.State, i.Conversation
	}
	return data
}

func (q *Request) introductionsView(waiting, sent []*community.Introduction, persons map[community.MemberID]community.Profile) (introductions.ListView, error) {
	view := introductions.ListView{Viewer: string(q.Viewer.ID)}
	hubs, err := q.hubNames()
	if err != nil {
		return view, err
	}
	zone := hubs.zone(q.Viewer.Hub)
	for _, i := range waiting {
		card := q.personCard(persons[i.From], hubs)
		card.Level = 3
		view.Waiting = append(view.Waiting, introductions.Waiting{ID: string(i.ID), Person: card, Words: i.Words, AskedAt: i.AskedAt.In(zone)})
	}
	for _, i := range sent {
		row := introductions.Sent{Person: string(i.To), Name: persons[i.To].Name, Words: i.Words, AskedAt: i.AskedAt.In(zone)}
		if i.State == community.IntroductionAccepted {
			row.Talk = "/conversations/" + string(i.Conversation)
		}
		view.Sent = append(view.Sent, row)
	}
	return view, nil
}

// newIntroduction is the form; with somebody one is connected with, one talks instead.
func newIntroduction(q *Request) (Answer, error) {
	id, err := Param[community.MemberID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	p, err := q.Network.Member(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	tie, err := q.tieTo(id)
	switch {
	case err != nil:
		return Answer{}, err
	case tie == people.Oneself:
		return Answer{}, community.Forbidden("introductions.yourself")
	case tie == people.Connected && q.Problem == nil:
		return Answer{Location: "/conversations/" + string(community.PairID[community.ConversationID](q.Viewer.ID, id))}, nil
	}
	view := introductions.FormView{ID: string(id), Name: p.Name, Asked: tie == people.Asked, Form: q.Form(wordsBody{}), WordsMax: community.WordsMax}
	return Answer{View: View{Title: q.Say("introductions.ask-title", "name", p.Name), Section: "people", Content: introductions.Form(view),
		Modules: []string{"form"}}}, nil
}

// askIntroduction serves the form of a person's page, and programs that name the person in what they send.
func askIntroduction(q *Request) (Answer, error) {
	to, words, err := q.asking()
	if err != nil {
		return Answer{}, err
	}
	i, err := q.Network.AskIntroduction(q.Context(), q.Viewer, to, words)
	if err != nil {
		return Answer{}, err
	}
	said, next := "introductions.said-asked", "/people/"+string(to)
	if i.State == community.IntroductionAccepted {
		said, next = "introductions.said-both", "/conversations/"+string(i.Conversation)
	}
	return q.introduced(i, next, said)
}

func (q *Request) asking() (community.MemberID, string, error) {
	if q.RawParam("id") == "" {
		body, err := Decode[introductionBody](q)
		if err != nil {
			return "", "", err
		}
		to, err := community.ParseID[community.MemberID](body.To)
		return to, body.Words, err
	}
	to, err := Param[community.MemberID](q, "id")
	if err != nil {
		return "", "", err
	}
	body, err := Decode[wordsBody](q)
	return to, body.Words, err
}

func (q *Request) introduced(i *community.Introduction, next, said string) (Answer, error) {
	persons, err := q.peopleOf([]*community.Introduction{i})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: introductionDataOf(i, persons), Location: next, Said: said}, nil
}

func acceptIntroduction(q *Request) (Answer, error) {
	id, err := Param[community.IntroductionID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	i, err := q.Network.AcceptIntroduction(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	return q.introduced(i, "/conversations/"+string(i.Conversation), "introductions.said-accepted")
}

func passIntroduction(q *Request) (Answer, error) {
	id, err := Param[community.IntroductionID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.PassIntroduction(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/introductions", "introductions.said-passed"), nil
}
