package web

import (
	"context"
	"net/url"
	"slices"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/conversations"
	"longtable/server/community"
)

// conversationData is a conversation as a program sees it.
type conversationData struct {
	ID       community.ConversationID `json:"id"`
	Title    string                   `json:"title"`
	Members  []personData             `json:"members"`
	Head     int64                    `json:"head"` // seq of the newest message
	Read     int64                    `json:"read"` // seq up to which the viewer has read
	LastAt   time.Time                `json:"lastAt"`
	Messages []messageData            `json:"messages,omitempty"` // the newest, on the conversation's own page
}

// personData names a person.
type personData struct {
	ID   community.MemberID `json:"id"`
	Name string             `json:"name"`
}

// messageData is a message as a program sees it.
type messageData struct {
	ID           community.MessageID      `json:"id"`
	Conversation community.ConversationID `json:"conversation"`
	Seq          int64                    `json:"seq"`
	From         personData               `json:"from"`
	Nonce        string                   `json:"nonce,omitempty"`
	Body         string                   `json:"body"`
	SentAt       time.Time                `json:"sentAt"`
}

// messageBody is what a message is sent with. The nonce makes a repeated sending the same message.
type messageBody struct {
	Nonce string `json:"nonce"`
	Body  string `json:"body"`
}

type readBody struct {
	Seq int64 `json:"seq"`
}

const (
	talksOnPage    = 30
	messagesOnPage = 50
)

func showConversations(q *Request) (Answer, error) {
	talks, next, err := q.Network.Talks(q.Context(), q.Viewer, q.Page(talksOnPage))
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesIn(talks)
	if err != nil {
		return Answer{}, err
	}
	last, err := q.Network.LastWords(q.Context(), q.Viewer, talks)
	if err != nil {
		return Answer{}, err
	}
	items := make([]conversationData, len(talks))
	rows := make([]components.Row, len(talks))
	for i, t := range talks {
		items[i] = q.conversationData(t, names)
		rows[i] = components.Row{ID: q.markOf(t, items[i].left(q.Viewer.ID)), Address: "/conversations/" + string(t.Conversation.ID), Title: items[i].Title,
			Text: lastWords(last[i]), Aside: q.day(t.Seat.LastAt), Unread: t.Seat.Unread() > 0}
	}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("conversations.title"), Section: "talk",
		Content: conversations.List(conversations.ListView{Rows: rows, Next: q.Next(next)})}}, nil
}

// lastWords is the beginning of a message, for a list.
func lastWords(m *community.Message) string {
	if m == nil {
		return ""
	}
	return opening(m.Body)
}

func showConversation(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	before := q.AskNumber("before", 0)
	messages, err := q.Network.MessagesBefore(q.Context(), q.Viewer, id, before, messagesOnPage)
	if err != nil {
		return Answer{}, err
	}
	if before == 0 && len(messages) > 0 && q.Problem == nil {
		if err := q.Network.MarkRead(q.Context(), q.Viewer, id, messages[len(messages)-1].Seq); err != nil {
			return Answer{}, err
		}
	}
	names, err := q.namesIn([]community.Talk{talk})
	if err != nil {
		return Answer{}, err
	}
	data := q.conversationData(talk, names)
	data.Messages = messagesData(messages, names)
	view := q.conversationView(talk, data, before)
	var modules []string
	if view.Latest && !view.Left { // else nothing new comes, and nothing can be written
		modules = []string{"chat"}
	}
	return Answer{Data: data, View: View{Title: data.Title, Section: "talk", Modules: modules, Content: conversations.Show(view)}}, nil
}

func (q *Request) conversationView(t community.Talk, data conversationData, before int64) conversations.ShowView {
	v := conversations.ShowView{ID: string(t.Conversation.ID), Mark: q.markOf(t, data.left(q.Viewer.ID)), Title: data.Title, About: t.Conversation.Subject.Title,
		Latest: before == 0, Report: "/reports/new?about=message&subject=" + url.QueryEscape(string(t.Conversation.ID)+"."), MessageMax: community.MessageMax}
	if t.Conversation.Direct() {
		v.Person = "/people/" + string(t.Conversation.Other(q.Viewer.ID))
	}
	if v.Left = data.left(q.Viewer.ID); v.Left {
		v.Person = ""
	}
	v.Talk = components.Conversation{ID: v.ID, Viewer: string(q.Viewer.ID)}
	for _, m := range data.Messages {
		v.Talk.Messages = append(v.Talk.Messages, components.Message{Seq: m.Seq, Author: string(m.From.ID), Name: m.From.Name,
			Own: m.From.ID == q.Viewer.ID, At: m.SentAt, Text: m.Body})
		v.Talk.Seq = m.Seq
	}
	if len(data.Messages) > 0 && data.Messages[0].Seq > 1 {
		v.Talk.Older = "/conversations/" + v.ID + "?before=" + number(data.Messages[0].Seq)
	}
	form := q.Form(messageBody{Nonce: community.NewID[string]()})
	v.Composer = components.Composer{Action: "/conversations/" + v.ID + "/messages", Nonce: form.Value("nonce"), Label: q.Say("conversations.write"),
		Body: form.Value("body"), Error: form.Errors["body"], MaxLength: community.MessageMax}
	if v.Composer.Error == "" {
		v.Composer.Error = form.General
	}
	return v
}

func showMessages(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if q.Ask("behind") == "" && q.WantsPage() {
		return showConversation(q)
	}
	messages, err := q.messages(id)
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
	return Answer{Data: ListOf(messagesData(messages, names), nextBefore(messages))}, nil
}

// messages reads on from ?behind=, or back from ?before= or ?after=, newest page first, each page in order.
func (q *Request) messages(id community.ConversationID) ([]*community.Message, error) {
	limit := q.Page(messagesOnPage).Limit
	if q.Ask("behind") != "" {
		return q.Network.MessagesBehind(q.Context(), q.Viewer, id, q.AskNumber("behind", 0), limit)
	}
	return q.Network.MessagesBefore(q.Context(), q.Viewer, id, q.AskNumber("before", q.AskNumber("after", 0)), limit)
}

func nextBefore(messages []*community.Message) string {
	if len(messages) == 0 || messages[0].Seq <= 1 {
		return ""
	}
	return number(messages[0].Seq)
}

func sayMessage(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[messageBody](q)
	if err != nil {
		return Answer{}, err
	}
	m, err := q.Network.Say(q.Context(), q.Viewer, id, body.Nonce, body.Body)
	if err != nil {
		return Answer{}, err
	}
	names := map[community.MemberID]string{q.Viewer.ID: q.Viewer.Name}
	return Answer{Data: messagesData([]*community.Message{m}, names)[0], Location: "/conversations/" + string(id) + "#composer"}, nil
}

func markRead(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[readBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.MarkRead(q.Context(), q.Viewer, id, body.Seq); err != nil {
		return Answer{}, err
	}
	return Answer{Location: "/conversations/" + string(id)}, nil
}

// namesIn are the names of everybody in these conversations.
func (q *Request) namesIn(talks []community.Talk) (map[community.MemberID]string, error) {
	var ids []community.MemberID
	for _, t := range talks {
		ids = append(ids, t.Conversation.Members...)
	}
	return q.names(q.Context(), ids)
}

// names of members as the viewer may know them; who left or is apart has none.
func (q *Request) names(ctx context.Context, ids []community.MemberID) (map[community.MemberID]string, error) {
	slices.Sort(ids)
	people, err := q.Network.People(ctx, q.Viewer, slices.Compact(ids))
	names := make(map[community.MemberID]string, len(people))
	for _, p := range people {
		names[p.ID] = p.Name
	}
	return names, err
}

func (q *Request) conversationData(t community.Talk, names map[community.MemberID]string) conversationData {
	c := conversationData{ID: t.Conversation.ID, Title: t.Conversation.Title, Head: t.Seat.Head, Read: t.Seat.Read, LastAt: t.Seat.LastAt.Time()}
	c.Members = membersOf(t.Conversation, names)
	if t.Conversation.Direct() {
		c.Title = names[t.Conversation.Other(q.Viewer.ID)]
	}
	if c.Title == "" {
		c.Title = q.Say("conversations.somebody-who-left")
	}
	return c
}

// left tells whether the others have all left: nobody would read what is added.
func (c conversationData) left(viewer community.MemberID) bool {
	return !slices.ContainsFunc(c.Members, func(m personData) bool { return m.ID != viewer && m.Name != "" })
}

// membersOf names those in a conversation; who left has no name.
func membersOf(c *community.Conversation, names map[community.MemberID]string) []personData {
	members := make([]personData, len(c.Members))
	for i, m := range c.Members {
		members[i] = personData{m, names[m]}
	}
	return members
}

// markOf is whose quilt block stands for a conversation: the other's while they are here, or its own.
func (q *Request) markOf(t community.Talk, left bool) string {
	if t.Conversation.Direct() && !left {
		return string(t.Conversation.Other(q.Viewer.ID))
	}
	return string(t.Conversation.ID)
}

func messagesData(messages []*community.Message, names map[community.MemberID]string) []messageData {
	data := make([]messageData, len(messages))
	for i, m := range messages {
		data[i] = messageData{m.ID, m.Conversation, m.Seq, personData{m.Sender, names[m.Sender]}, m.Nonce, m.Body, m.SentAt.Time()}
	}
	return data
}
