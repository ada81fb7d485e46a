package web

import (
	"slices"
	"time"

	"longtable/frontend/pages/introductions"
	"longtable/server/community"
)

// brokeredData is an introduction by a host, as one of the two may know it: their own answer, and once both said yes the
// conversation.
type brokeredData struct {
	ID           community.BrokeringID    `json:"id"`
	Host         personData               `json:"host"`
	With         personData               `json:"with"`
	Words        string                   `json:"words"`  // of the host
	Answer       community.BrokeredAnswer `json:"answer"` // one's own: yes, no, or empty
	AskedAt      time.Time                `json:"askedAt"`
	Conversation community.ConversationID `json:"conversation,omitempty"`
}

// helloBody is what somebody who says yes would say first, if anything.
type helloBody struct {
	Hello string `json:"hello"`
}

// brokered are the introductions by hosts that wait for the viewer, and those to which they said yes and the other has not.
type brokered struct {
	waiting, agreed []*community.Brokering
	people          map[community.MemberID]community.Profile
}

func (q *Request) brokered() (brokered, error) {
	var b brokered
	var err error
	if b.waiting, err = q.Network.BrokeredWaiting(q.Context(), q.Viewer); err != nil {
		return b, err
	}
	if b.agreed, err = q.Network.BrokeredAnswered(q.Context(), q.Viewer); err != nil {
		return b, err
	}
	b.agreed = slices.DeleteFunc(b.agreed, func(x *community.Brokering) bool {
		return x.MetAt != 0 || x.Side(q.Viewer.ID).Answer != community.BrokeredYes
	})
	b.people, err = q.peopleIn(slices.Concat(b.waiting, b.agreed))
	unseen := func(x *community.Brokering) bool {
		return b.people[x.Other(q.Viewer.ID)].ID == "" || b.people[x.Host].ID == ""
	}
	b.waiting, b.agreed = slices.DeleteFunc(b.waiting, unseen), slices.DeleteFunc(b.agreed, unseen)
	return b, err
}

// peopleIn are the host and the other of each, as the viewer may see them.
func (q *Request) peopleIn(list []*community.Brokering) (map[community.MemberID]community.Profile, error) {
	var ids []community.MemberID
	for _, b := range list {
		ids = append(ids, b.Host, b.Other(q.Viewer.ID))
	}
	slices.Sort(ids)
	found, err := q.Network.People(q.Context(), q.Viewer, slices.Compact(ids))
	people := make(map[community.MemberID]community.Profile, len(found))
	for _, p := range found {
		people[p.ID] = p
	}
	return people, err
}

func (q *Request) brokeredData(list []*community.Brokering, people map[community.MemberID]community.Profile) []brokeredData {
	data := make([]brokeredData, len(list))
	for i, b := range list {
		other := b.Other(q.Viewer.ID)
		data[i] = brokeredData{ID: b.ID, Host: personData{b.Host, people[b.Host].Name}, With: personData{other, people[other].Name}, Words: b.Words,
			Answer: b.Side(q.Viewer.ID).Answer, AskedAt: b.AskedAt.Time(), Conversation: b.Conversation}
	}
	return data
}

// brokeredViews puts what was typed back into the one form that was refused.
func (q *Request) brokeredViews(b brokered, hubs hubNames) (waiting []introductions.Brokered, agreed []introductions.Agreed) {
	zone := hubs.zone(q.Viewer.Hub)
	for _, x := range b.waiting {
		other := b.people[x.Other(q.Viewer.ID)]
		forMe, forThem := q.Network.WhyTogether(q.Context(), q.Viewer, q.Viewer.ID, other.ID)
		card := q.personCard(other, hubs)
		card.Level, card.Reasons = 3, q.reasons(community.Match{ForYou: forMe, ForThem: forThem})
		waiting = append(waiting, introductions.Brokered{ID: string(x.ID), Person: card, Host: tagOf(personData{x.Host, b.people[x.Host].Name}), Words: x.Words,
			AskedAt: x.AskedAt.In(zone), Form: q.formOf(string(x.ID), nil), HelloMax: community.WordsMax})
	}
	for _, x := range b.agreed {
		other := x.Other(q.Viewer.ID)
		agreed = append(agreed, introductions.Agreed{ID: string(x.ID), Person: tagOf(personData{other, b.people[other].Name}),
			Host: tagOf(personData{x.Host, b.people[x.Host].Name}), AskedAt: x.AskedAt.In(zone)})
	}
	return waiting, agreed
}

func acceptBrokered(q *Request) (Answer, error) {
	body, err := Decode[helloBody](q)
	if err != nil {
		return Answer{}, err
	}
	b, err := q.answerBrokered(true, body.Hello)
	if err != nil {
		return Answer{}, err
	}
	people, err := q.peopleIn([]*community.Brokering{b})
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Data: q.brokeredData([]*community.Brokering{b}, people)[0], Location: "/introductions", Said: "introductions.said-yes"}
	if b.MetAt != 0 {
		answer.Location, answer.Said = "/conversations/"+string(b.Conversation), "introductions.said-both"
	}
	return answer, nil
}

func passBrokered(q *Request) (Answer, error) {
	if _, err := q.answerBrokered(false, ""); err != nil {
		return Answer{}, err
	}
	return Gone("/introductions", "introductions.said-passed"), nil
}

func (q *Request) answerBrokered(yes bool, hello string) (*community.Brokering, error) {
	id, err := Param[community.BrokeringID](q, "id")
	if err != nil {
		return nil, err
	}
	return q.Network.AnswerBrokered(q.Context(), q.Viewer, id, yes, hello)
}
