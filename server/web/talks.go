package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/conversations"
	"longtable/server/community"
)

// What one does with a whole conversation: starting a group, who is in it, requests, being told, leaving.

type memberBody struct {
	Member community.MemberID `json:"member"`
}

type titleBody struct {
	Title string `json:"title"`
}

type muteBody struct {
	Muted bool `json:"muted"`
}

func talkAddress(id community.ConversationID) string { return "/conversations/" + string(id) }

// newGroup is the form, with everybody whom the viewer may bring in.
func newGroup(q *Request) (Answer, error) {
	people, err := q.Network.Contacts(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	v := conversations.NewGroupView{Form: q.Form(community.GroupDraft{Nonce: community.NewID[string]()}), TitleMax: community.TitleMax, Max: community.GroupMax - 1}
	v.Nonce = v.Form.Value("nonce")
	for _, p := range people {
		v.People = append(v.People, components.Option{Value: string(p.ID), Label: p.Name})
	}
	return Answer{View: View{Title: q.Say("conversations.new-group"), Section: "talk", Content: conversations.NewGroup(v), Modules: []string{"form"}}}, nil
}

func startGroup(q *Request) (Answer, error) {
	draft, err := Decode[community.GroupDraft](q)
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.StartGroup(q.Context(), q.Viewer, draft)
	return q.afterTalk(c, err, talkAddressOf(c), "")
}

func talkAddressOf(c *community.Conversation) string {
	if c == nil {
		return ""
	}
	return talkAddress(c.ID)
}

// afterTalk answers with a conversation as it is now.
func (q *Request) afterTalk(c *community.Conversation, err error, to, said string) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, c.ID)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesIn([]community.Talk{talk})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: q.conversationData(talk, names), Location: to, Said: said}, nil
}

func showRequests(q *Request) (Answer, error) {
	waiting, err := q.Network.Requests(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesIn(waiting)
	if err != nil {
		return Answer{}, err
	}
	items, view := []conversationData{}, conversations.RequestsView{Viewer: string(q.Viewer.ID)}
	for _, t := range waiting {
		asked := t.Conversation.Asked
		if names[asked] == "" {
			continue // they left
		}
		first, err := q.Network.After(q.Context(), q.Viewer, t.Conversation.ID, 0, 1)
		if err != nil {
			return Answer{}, err
		}
		data := q.conversationData(t, names)
		data.Messages = messagesData(first.Messages, names)
		r := conversations.Request{ID: string(t.Conversation.ID), Name: names[asked], Person: "/people/" + string(asked), About: t.Conversation.Subject.Title,
			Report: messageReport(t.Conversation.ID, "1")}
		if len(first.Messages) > 0 {
			r.Words = first.Messages[0].Body
		}
		items, view.Requests = append(items, data), append(view.Requests, r)
	}
	return Answer{Data: ListOf(items, ""), View: View{Title: q.Say("conversations.requests"), Section: "talk", Content: conversations.Requests(view)}}, nil
}

func acceptRequest(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.AcceptRequest(q.Context(), q.Viewer, id)
	return q.afterTalk(c, err, talkAddress(id), "")
}

func passRequest(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.PassRequest(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/conversations", "conversations.said-passed"), nil
}

// showDetails is who is in a conversation, and what one can do about it.
func showDetails(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesIn([]community.Talk{talk})
	if err != nil {
		return Answer{}, err
	}
	data := q.conversationData(talk, names)
	v := conversations.DetailsView{Title: data.Title, Address: talkAddress(id), Muted: talk.Seat.Muted, Group: talk.Conversation.Group(),
		Report: messageReport(id, ""), Form: q.Form(titleBody{data.Title}), TitleMax: community.TitleMax}
	for _, m := range data.Members {
		if m.Name != "" {
			v.People = append(v.People, components.Tag{Label: m.Name, Address: "/people/" + string(m.ID)})
		}
	}
	if v.Group {
		if v.Addable, err = q.addable(talk.Conversation); err != nil {
			return Answer{}, err
		}
	}
	return Answer{Data: data, View: View{Title: q.Say("conversations.details"), Section: "talk", Content: conversations.Details(v)}}, nil
}

// addable are the people whom the viewer may bring into a group.
func (q *Request) addable(c *community.Conversation) ([]components.Option, error) {
	people, err := q.Network.Contacts(q.Context(), q.Viewer)
	var options []components.Option
	for _, p := range people {
		if !c.Has(p.ID) {
			options = append(options, components.Option{Value: string(p.ID), Label: p.Name})
		}
	}
	return options, err
}

func addToGroup(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[memberBody](q)
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.AddToGroup(q.Context(), q.Viewer, id, body.Member)
	return q.afterTalk(c, err, talkAddress(id), "conversations.said-added")
}

func nameGroup(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[titleBody](q)
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.NameGroup(q.Context(), q.Viewer, id, body.Title)
	return q.afterTalk(c, err, talkAddress(id), "conversations.said-named")
}

func leaveGroup(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.LeaveGroup(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	q.Hub.Recheck(string(q.Viewer.ID))
	return Gone("/conversations", "conversations.said-left"), nil
}

func muteTalk(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[muteBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.Mute(q.Context(), q.Viewer, id, body.Muted); err != nil {
		return Answer{}, err
	}
	q.nudgeOwn()
	said := "conversations.said-unmuted"
	if body.Muted {
		said = "conversations.said-muted"
	}
	return Gone(talkAddress(id)+"/details", said), nil
}

// openEventTalk leads those who go to an event into its conversation.
func openEventTalk(q *Request) (Answer, error) {
	id, err := Param[community.EventID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	c, err := q.Network.EventTalk(q.Context(), q.Viewer, id)
	return q.afterTalk(c, err, talkAddressOf(c), "")
}

func searchTalks(q *Request) (Answer, error) {
	found, err := q.Network.SearchTalks(q.Context(), q.Viewer, q.Ask("q"))
	if err != nil {
		return Answer{}, err
	}
	var talks []community.Talk
	for _, t := range found.Talks {
		talks = append(talks, t)
	}
	names, err := q.namesIn(talks)
	if err != nil {
		return Answer{}, err
	}
	v := conversations.FoundView{Query: q.Ask("q"), Partly: found.Partly}
	for _, m := range found.Messages {
		row := components.Row{ID: string(m.Sender), Address: placeOf(m.Conversation, m.Seq), Text: opening(m.Body), Aside: q.day(m.SentAt),
			Title: q.conversationData(found.Talks[m.Conversation], names).Title}
		v.Rows = append(v.Rows, row)
	}
	return Answer{Data: ListOf(messagesData(found.Messages, names), ""),
		View: View{Title: q.Say("conversations.search-title"), Section: "talk", Content: conversations.Found(v)}}, nil
}
