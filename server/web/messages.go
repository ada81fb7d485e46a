package web

import (
	"strconv"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/pages/conversations"
	"longtable/server/community"
)

// messageData is an entry of a conversation as a program sees it: a message, or what happened to one.
type messageData struct {
	ID           community.MessageID      `json:"id"`
	Conversation community.ConversationID `json:"conversation"`
	Seq          int64                    `json:"seq"`
	Kind         string                   `json:"kind"`             // message, edit, delete, reaction, added, left or named
	Target       int64                    `json:"target,omitempty"` // seq of the message that the entry is about
	From         personData               `json:"from"`
	Of           community.MemberID       `json:"of,omitempty"` // whom an entry about members is about
	Nonce        string                   `json:"nonce,omitempty"`
	Body         string                   `json:"body"`              // of a message as it reads now; of a reaction its word
	Answers      int64                    `json:"answers,omitempty"` // seq of the message that it answers
	Mentions     []community.MemberID     `json:"mentions,omitempty"`
	SentAt       time.Time                `json:"sentAt"`
	EditedAt     *time.Time               `json:"editedAt,omitempty"`
	DeletedAt    *time.Time               `json:"deletedAt,omitempty"`
	Reactions    []reactionData           `json:"reactions,omitempty"`
	Files        []fileData               `json:"files,omitempty"`
}

type reactionData struct {
	By   community.MemberID `json:"by"`
	Word community.Reaction `json:"word"`
}

// wordsOfMessageBody are other words for a message.
type wordsOfMessageBody struct {
	Body string `json:"body"`
}

// reactionBody is one word about a message; empty to take it back.
type reactionBody struct {
	Word community.Reaction `json:"word"`
}

func messagesData(messages []*community.Message, names map[community.MemberID]string) []messageData {
	data := make([]messageData, len(messages))
	for i, m := range messages {
		data[i] = messageData{ID: m.ID, Conversation: m.Conversation, Seq: m.Seq, Kind: "message", Target: m.Target, Of: m.Of, From: personData{m.Sender, names[m.Sender]},
			Nonce: m.Nonce, Body: m.Body, Answers: m.Answers, Mentions: m.Mentions, SentAt: m.SentAt.Time(), EditedAt: timeOrNone(m.EditedAt),
			DeletedAt: timeOrNone(m.DeletedAt), Files: filesData(m)}
		if !m.Said() {
			data[i].Kind, data[i].Nonce = string(m.Kind), ""
		}
		for _, r := range m.Reactions {
			data[i].Reactions = append(data[i].Reactions, reactionData(r))
		}
	}
	return data
}

func timeOrNone(at community.Instant) *time.Time {
	if at == 0 {
		return nil
	}
	t := at.Time()
	return &t
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
	names, err := q.namesOf(talk, messages)
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
	draft, err := Decode[community.MessageDraft](q)
	if err != nil {
		return Answer{}, err
	}
	draft.Files = q.files
	m, err := q.Network.Write(q.Context(), q.Viewer, id, draft)
	if err != nil {
		return Answer{}, err
	}
	names := map[community.MemberID]string{q.Viewer.ID: q.Viewer.Name}
	return Answer{Data: messagesData([]*community.Message{m}, names)[0], Location: "/conversations/" + string(id) + "#composer"}, nil
}

// namedMessage finds the message that the path names.
func (q *Request) namedMessage() (community.ConversationID, int64, error) {
	id, err := Param[community.ConversationID](q, "id")
	if err != nil {
		return "", 0, err
	}
	seq, err := strconv.ParseInt(q.RawParam("seq"), 10, 64)
	if err != nil || seq < 1 {
		return "", 0, community.NotFound("%.20q is no number of a message", q.RawParam("seq"))
	}
	return id, seq, nil
}

func messageAddress(id community.ConversationID, seq int64) string {
	return "/conversations/" + string(id) + "/messages/" + number(seq)
}

// placeOf is where a message stands in its conversation.
func placeOf(id community.ConversationID, seq int64) string {
	return "/conversations/" + string(id) + "?around=" + number(seq) + "#m-" + number(seq)
}

// showMessage is everything one can do with a message.
func showMessage(q *Request) (Answer, error) {
	id, seq, err := q.namedMessage()
	if err != nil {
		return Answer{}, err
	}
	m, err := q.Network.Message(q.Context(), q.Viewer, id, seq)
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesOf(talk, []*community.Message{m})
	if err != nil {
		return Answer{}, err
	}
	views, err := q.messageViews(talk, []*community.Message{m}, names)
	if err != nil {
		return Answer{}, err
	}
	data := q.conversationData(talk, names)
	v := q.oneView(m, views[0], names)
	v.Title, v.Talk = data.Title, placeOf(id, seq)
	v.CanAnswer = !m.Emptied() && !data.left(q.Viewer.ID)
	return Answer{Data: messagesData([]*community.Message{m}, names)[0],
		View: View{Title: q.Say("conversations.one-message"), Section: "talk", Content: conversations.One(v)}}, nil
}

func (q *Request) oneView(m *community.Message, shown components.Message, names map[community.MemberID]string) conversations.OneView {
	shown.More, shown.Day, shown.Alone = "", false, true
	own := m.Sender == q.Viewer.ID && !m.Emptied()
	v := conversations.OneView{Address: messageAddress(m.Conversation, m.Seq), Message: shown, Words: q.reactionWords(), MessageMax: community.MessageMax,
		Answer: "/conversations/" + string(m.Conversation) + "?answer=" + number(m.Seq) + "#composer", TakeBack: own,
		Edit: own && q.Network.Now() <= m.SentAt.Plus(community.EditWithin), KeptDays: int(community.EarlierKept / (24 * time.Hour)),
		Form: q.Form(wordsOfMessageBody{Body: m.Body})}
	if m.Sender != q.Viewer.ID {
		v.Report = messageReport(m.Conversation, number(m.Seq))
	}
	for _, r := range m.Reactions {
		if r.By == q.Viewer.ID {
			v.Own = string(r.Word)
		}
	}
	for _, w := range v.Words {
		row := components.SummaryRow{Label: w.Label}
		for _, r := range m.Reactions {
			if string(r.Word) == w.Word && !q.Viewer.Apart(r.By) {
				row.Values = append(row.Values, q.nameOr(names[r.By], "conversations.somebody-who-left"))
			}
		}
		if len(row.Values) > 0 {
			v.Reacted = append(v.Reacted, row)
		}
	}
	return v
}

func editMessage(q *Request) (Answer, error) {
	id, seq, err := q.namedMessage()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[wordsOfMessageBody](q)
	if err != nil {
		return Answer{}, err
	}
	m, err := q.Network.EditMessage(q.Context(), q.Viewer, id, seq, body.Body)
	return q.afterChange(m, err, "conversations.said-edited")
}

func deleteMessage(q *Request) (Answer, error) {
	id, seq, err := q.namedMessage()
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.DeleteMessage(q.Context(), q.Viewer, id, seq); err != nil {
		return Answer{}, err
	}
	return Gone(placeOf(id, seq), "conversations.said-taken-back"), nil
}

func reactToMessage(q *Request) (Answer, error) {
	id, seq, err := q.namedMessage()
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[reactionBody](q)
	if err != nil {
		return Answer{}, err
	}
	m, err := q.Network.ReactTo(q.Context(), q.Viewer, id, seq, body.Word)
	return q.afterChange(m, err, "conversations.said-reacted")
}

// afterChange goes back to where the message stands.
func (q *Request) afterChange(m *community.Message, err error, said string) (Answer, error) {
	if err != nil {
		return Answer{}, err
	}
	names, err := q.names(q.Context(), []community.MemberID{m.Sender})
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: messagesData([]*community.Message{m}, names)[0], Location: placeOf(m.Conversation, m.Seq), Said: said}, nil
}

// reactionWords are the words in the reader's language.
func (q *Request) reactionWords() []components.Choice {
	words := make([]components.Choice, len(community.Reactions))
	for i, w := range community.Reactions {
		words[i] = components.Choice{Word: string(w), Label: q.Say("conversations.reaction-" + string(w))}
	}
	return words
}

// messageViews are messages as a page shows them, with what they answer.
func (q *Request) messageViews(t community.Talk, messages []*community.Message, names map[community.MemberID]string) ([]components.Message, error) {
	quoted, err := q.quoted(t.Conversation.ID, messages)
	if err != nil {
		return nil, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return nil, err
	}
	views := make([]components.Message, len(messages))
	for i, m := range messages {
		views[i] = components.Message{Seq: m.Seq, Author: string(m.Sender), Name: names[m.Sender], Own: m.Sender == q.Viewer.ID, At: m.SentAt.In(zone),
			Text: m.Body, Edited: m.EditedAt != 0, TakenBack: m.DeletedAt != 0, Reactions: q.reactionViews(m), Address: placeOf(m.Conversation, m.Seq),
			More: messageAddress(m.Conversation, m.Seq), Files: fileViews(m)}
		if !m.Said() {
			views[i].Note = q.noteOf(m, names)
		}
		for _, mentioned := range m.Mentions {
			views[i].For = append(views[i].For, q.nameOr(names[mentioned], "conversations.somebody-who-left"))
		}
		if answered := quoted[m.Answers]; answered != nil {
			views[i].Quote = q.quote(answered, names)
		}
		if i > 0 {
			views[i].Day = !sameDay(views[i-1].At, views[i].At)
			views[i].Follows = !views[i].Day && follows(messages[i-1], m)
		} else {
			views[i].Day = true
		}
	}
	return views, nil
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// followsWithin is how soon after another message of the same person one is shown as its next lines.
const followsWithin = 10 * time.Minute

// follows tells whether a message goes on with the one before.
func follows(before, m *community.Message) bool {
	return before.Said() && m.Said() && before.Sender == m.Sender && m.Answers == 0 && len(m.Mentions) == 0 && m.SentAt <= before.SentAt.Plus(followsWithin)
}

// noteOf says who came, left or gave the group a name.
func (q *Request) noteOf(m *community.Message, names map[community.MemberID]string) string {
	name := func(id community.MemberID) string {
		if id == q.Viewer.ID {
			return q.Viewer.Name
		}
		return q.nameOr(names[id], "conversations.somebody-who-left")
	}
	return q.Say("conversations.note-"+string(m.Kind), "name", name(m.Sender), "other", name(m.Of), "title", m.Body)
}

// reactionViews count who says what, every word of them, so that scripts find the place of each.
func (q *Request) reactionViews(m *community.Message) []components.Reactions {
	views := make([]components.Reactions, len(community.Reactions))
	for i, w := range q.reactionWords() {
		views[i].Choice = w
		for _, r := range m.Reactions {
			if string(r.Word) == w.Word && !q.Viewer.Apart(r.By) {
				views[i].By = append(views[i].By, string(r.By))
			}
		}
	}
	return views
}

// quoted are the messages that these answer, by number. Those on the same page are not read again.
func (q *Request) quoted(id community.ConversationID, messages []*community.Message) (map[int64]*community.Message, error) {
	found := map[int64]*community.Message{}
	for _, m := range messages {
		found[m.Seq] = m
	}
	for _, m := range messages {
		if m.Answers == 0 || found[m.Answers] != nil {
			continue
		}
		answered, err := q.Network.Message(q.Context(), q.Viewer, id, m.Answers)
		if community.KindOf(err) == community.KindNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[m.Answers] = answered
	}
	return found, nil
}

func (q *Request) quote(m *community.Message, names map[community.MemberID]string) *components.Quote {
	quote := &components.Quote{Address: placeOf(m.Conversation, m.Seq), Name: q.nameOr(names[m.Sender], "conversations.somebody-who-left"), Text: q.openingOf(m)}
	if m.Sender == q.Viewer.ID {
		quote.Name = q.Say("parts.you")
	}
	if m.Emptied() || q.Viewer.Apart(m.Sender) {
		quote.Text = q.Say("conversations.words-gone")
	}
	return quote
}
