package web

import (
	"net/url"
	"strings"

	"longtable/frontend/components"
	"longtable/frontend/pages/reports"
	"longtable/server/community"
)

// outcomeBody says what was done about a report.
type outcomeBody struct {
	Outcome string `json:"outcome"`
}

const reportableOnPage = 20 // messages to choose from: rarely is an older one meant

// newReport shows what is about to be reported. Without a number of the message, it asks for one first.
func newReport(q *Request) (Answer, error) {
	draft := q.reportDraft()
	if id, missing := strings.CutSuffix(draft.Subject, "."); missing && draft.About == community.ReportMessage {
		return q.chooseMessage(community.ConversationID(id))
	}
	what, err := q.Network.Reportable(q.Context(), q.Viewer, draft.About, draft.Subject)
	if err != nil {
		return Answer{}, err
	}
	rules, err := q.Network.RulesAt(q.Context(), "") // those of a hub would tell of one that is hidden
	if err != nil {
		return Answer{}, err
	}
	view := reports.FormView{About: string(draft.About), Subject: draft.Subject, Name: what.Name, Evidence: what.Evidence, Form: q.Form(draft),
		WordsMax: community.WordsMax, Days: rules.ReportDays}
	for _, rule := range community.ReportRules {
		view.Rules = append(view.Rules, components.Option{Value: string(rule), Label: q.Say("words.rule-" + string(rule))})
	}
	return Answer{View: View{Title: q.Say("reports.title"), Content: reports.Form(view), Modules: []string{"form"}}}, nil
}

// reportDraft is what the address asks to report, or what was typed when the form comes back.
func (q *Request) reportDraft() community.ReportDraft {
	if q.Problem != nil {
		return community.ReportDraft{About: community.ReportAbout(q.typed.Get("about")), Subject: q.typed.Get("subject")}
	}
	return community.ReportDraft{About: community.ReportAbout(q.Ask("about")), Subject: q.Ask("subject")}
}

// chooseMessage lists what others said in a conversation of the viewer's, newest page first.
func (q *Request) chooseMessage(raw community.ConversationID) (Answer, error) {
	id, err := community.ParseID[community.ConversationID](string(raw))
	if err != nil {
		return Answer{}, err
	}
	talk, err := q.Network.Conversation(q.Context(), q.Viewer, id)
	if err != nil {
		return Answer{}, err
	}
	messages, err := q.Network.MessagesBefore(q.Context(), q.Viewer, id, q.AskNumber("before", 0), reportableOnPage)
	if err != nil {
		return Answer{}, err
	}
	names, err := q.namesIn([]community.Talk{talk})
	if err != nil {
		return Answer{}, err
	}
	view := reports.ChooseView{Conversation: "/conversations/" + string(id)}
	if before := nextBefore(messages); before != "" {
		view.Earlier = messageReport(id, "") + "&before=" + before
	}
	for _, m := range messages {
		if m.Said() && m.Sender != q.Viewer.ID && !m.Emptied() {
			view.Messages = append(view.Messages, reports.Message{Name: q.nameOr(names[m.Sender], "reports.somebody"), Text: q.openingOf(m), At: m.SentAt.Time(),
				Address: messageReport(id, number(m.Seq))})
		}
	}
	return Answer{View: View{Title: q.Say("reports.title"), Content: reports.Choose(view)}}, nil
}

// messageReport is the address of the form that reports a message.
func messageReport(id community.ConversationID, seq string) string {
	return "/reports/new?about=message&subject=" + url.QueryEscape(string(id)+"."+seq)
}

// nameOr is a name, or what stands for somebody who has none for the viewer.
func (q *Request) nameOr(name, otherwise string) string {
	if name == "" {
		return q.Say(otherwise)
	}
	return name
}

func fileReport(q *Request) (Answer, error) {
	draft, err := Decode[community.ReportDraft](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.Report(q.Context(), q.Viewer, draft); err != nil {
		return Answer{}, err
	}
	return Gone("/", "reports.said-filed"), nil
}

// handleReport answers the act on the desk; the report leaves it.
func handleReport(q *Request) (Answer, error) {
	id, err := Param[community.ReportID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[outcomeBody](q)
	if err != nil {
		return Answer{}, err
	}
	if _, err := q.Network.HandleReport(q.Context(), q.Viewer, id, body.Outcome); err != nil {
		return Answer{}, err
	}
	return Gone("/desk", "desk.said-handled"), nil
}
