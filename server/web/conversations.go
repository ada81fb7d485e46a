package web

import (
	"context"
	"slices"
	"strconv"
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
	Unread   int64                    `json:"unread"` // messages, which edits and reactions are not
	Muted    bool                     `json:"muted,omitempty"`
	Request  string                   `json:"request,omitempty"`  // received or sent: a first message that is not accepted
	Messages []messageData            `json:"messages,omitempty"` // the newest, on the conversation's own page
}

// personData names a person.
type personData struct {
	ID   community.MemberID `json:"id"`
	Name string             `json:"name"`
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
			Text: q.lastWords(last[i]), Aside: q.day(t.Seat.LastAt), Unread: t.Seat.Unread() > 0}
	}
	requests, err := q.Network.Requests(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	view := conversations.ListView{Viewer: string(q.Viewer.ID), Requests: len(requests), Rows: rows, Next: q.Next(next)}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("conversations.title"), Section: "talk", Content: conversations.List(view)}}, nil
}

// lastWords is the beginning of a message, for a list.
func (q *Request) lastWords(m *community.Message) string {
	if m == nil {
		return ""
	}
	return q.openingOf(m)
}

// showConversation opens at the end, or at the stretch that the address names.
func showConversation(q *Request) (Answer, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	new, err := q.firstUnread(talk)
	if err != nil {
		return Answer{}, err
	}
	stretch, err := q.stretch(id)
	if err != nil {
		return Answer{}, err
	}
	if !stretch.Newer && stretch.Seq > 0 && q.Problem == nil {
		if err := q.Network.MarkRead(q.Context(), q.Viewer, id, stretch.Seq); err != nil {
			return Answer{}, err
		}
		if talk.Seat.Unread() > 0 { // else open pages, which fetch this one when they are nudged, would never rest
			q.nudgeOwn()
		}
	}
	names, err := q.namesOf(talk, stretch.Messages)
	if err != nil {
		return Answer{}, err
	}
	data := q.conversationData(talk, names)
	data.Messages = messagesData(stretch.Messages, names)
	view, err := q.conversationView(talk, data, stretch, new, names)
	if err != nil {
		return Answer{}, err
	}
	var modules []string
	if view.Latest && !view.Left && !view.Waits && !view.Asks && !view.PagesOnly { // else nothing new comes, and nothing can be written
		modules = []string{"chat", "acts", "files", "typing"}
	}
	return Answer{Data: data, View: View{Title: data.Title, Section: "talk", Modules: modules, Content: conversations.Show(view)}}, nil
}

// firstUnread is where the line "new since you were here" stands: as the address says while one turns pages, else before
// the first message that the seat has not read.
func (q *Request) firstUnread(t community.Talk) (int64, error) {
	if from := q.AskNumber("new", 0); from > 0 {
		return from, nil
	}
	return q.Network.FirstUnread(q.Context(), q.Viewer, t)
}

// stretch reads the part of the conversation that the address asks for.
func (q *Request) stretch(id community.ConversationID) (community.Stretch, error) {
	switch {
	case q.AskNumber("around", 0) > 0:
		return q.Network.Around(q.Context(), q.Viewer, id, q.AskNumber("around", 0), messagesOnPage)
	case q.AskNumber("behind", 0) > 0:
		return q.Network.After(q.Context(), q.Viewer, id, q.AskNumber("behind", 0), messagesOnPage)
	default:
		return q.Network.Before(q.Context(), q.Viewer, id, max(0, q.AskNumber("before", 0)), messagesOnPage)
	}
}

// nudgeOwn lets the viewer's other pages count anew what they have read.
func (q *Request) nudgeOwn() { q.Hub.Nudge("member:"+string(q.Viewer.ID), 0) }

func (q *Request) conversationView(t community.Talk, data conversationData, s community.Stretch, new int64, names map[community.MemberID]string) (conversations.ShowView, error) {
	v := conversations.ShowView{ID: string(t.Conversation.ID), Mark: q.markOf(t, data.left(q.Viewer.ID)), Title: data.Title, About: t.Conversation.Subject.Title,
		Latest: !s.Newer, MessageMax: community.MessageMax}
	if t.Conversation.Direct() {
		v.Person = "/people/" + string(t.Conversation.Other(q.Viewer.ID))
	}
	if v.Left = data.left(q.Viewer.ID); v.Left {
		v.Person = ""
	}
	v.Talk = components.Conversation{ID: v.ID, Viewer: string(q.Viewer.ID), Seq: s.Seq, Words: q.reactionWords()}
	v.Asks, v.Waits = data.Request == "received", data.Request == "sent"
	v.PagesOnly = !t.Conversation.Whole(q.Viewer)
	zone, err := q.ownZone()
	if err != nil {
		return v, err
	}
	_, seconds := q.Network.Now().In(zone).Zone()
	v.Talk.Offset = seconds / 60
	if v.Talk.Messages, err = q.messageViews(t, s.Messages, names); err != nil {
		return v, err
	}
	q.placeNewLine(&v, s, new)
	v.Composer, err = q.composer(t, names)
	return v, err
}

// placeNewLine marks the first new message on the page, or says where it stands; links keep it while pages are turned.
func (q *Request) placeNewLine(v *conversations.ShowView, s community.Stretch, new int64) {
	here, keep := "/conversations/"+v.ID, ""
	if new > 0 {
		keep = "&new=" + number(new)
		v.FirstUnread = here + "?around=" + number(new) + keep + "#new"
	}
	for i := range v.Talk.Messages {
		if v.Talk.Messages[i].Seq == new {
			v.Talk.Messages[i].New, v.Talk.Messages[i].Follows, v.FirstUnread = true, false, "#new"
		}
	}
	if len(s.Messages) == 0 {
		return
	}
	if s.Older {
		v.Talk.Older = here + "?before=" + number(s.Messages[0].Seq) + keep
	}
	if s.Newer {
		v.Talk.Newer = here + "?behind=" + number(s.Messages[len(s.Messages)-1].Seq) + keep
	}
}

// composer is the form below: with the message that is answered where the address or the form names one.
func (q *Request) composer(t community.Talk, names map[community.MemberID]string) (components.Composer, error) {
	id := t.Conversation.ID
	form := q.Form(community.MessageDraft{Nonce: community.NewID[string](), Answers: q.AskNumber("answer", 0)})
	c := components.Composer{Action: "/conversations/" + string(id) + "/messages", Nonce: form.Value("nonce"), Label: q.Say("conversations.write"),
		Body: form.Value("body"), Error: form.Errors["body"], MaxLength: community.MessageMax, Without: "/conversations/" + string(id) + "#composer",
		Mentioned: form.All("mentions"), MentionsError: form.Errors["mentions"], FilesMax: community.FilesOfMessageMax, FilesError: form.Errors["files"], AltMax: community.AltMax}
	for i := range c.FilesMax {
		c.Alts = append(c.Alts, form.Value("alt"+number(i+1)))
	}
	if t.Conversation.Asked == q.Viewer.ID {
		c.FilesMax = 0
	}
	if c.Error == "" {
		c.Error = form.General
	}
	if !t.Conversation.Direct() {
		for _, m := range t.Conversation.Members {
			if m != q.Viewer.ID && names[m] != "" {
				c.People = append(c.People, components.Option{Value: string(m), Label: names[m]})
			}
		}
	}
	c.Answers, _ = strconv.ParseInt(form.Value("answers"), 10, 64) // what is no number answers nothing
	if c.Answers <= 0 {
		return c, nil
	}
	quoted, err := q.Network.Message(q.Context(), q.Viewer, id, c.Answers)
	if community.KindOf(err) == community.KindNotFound {
		c.Answers = 0
		return c, nil
	}
	if err != nil {
		return c, err
	}
	c.Quote = q.quote(quoted, names)
	return c, nil
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
	q.nudgeOwn()
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

// namesOf are the names of those in a conversation and of those who speak or are spoken of in it: who left a group is
// still called by their name.
func (q *Request) namesOf(t community.Talk, messages []*community.Message) (map[community.MemberID]string, error) {
	ids := slices.Clone(t.Conversation.Members)
	for _, m := range messages {
		ids = append(append(ids, m.Sender, m.Of), m.Mentions...)
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
	c := conversationData{ID: t.Conversation.ID, Title: t.Conversation.Title, Head: t.Seat.Head, Read: t.Seat.Read, LastAt: t.Seat.LastAt.Time(),
		Unread: t.Seat.Unread(), Muted: t.Seat.Muted}
	switch t.Conversation.Asked {
	case "":
	case q.Viewer.ID:
		c.Request = "sent"
	default:
		c.Request = "received"
	}
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
