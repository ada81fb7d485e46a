package web

import (
	"time"

	"longtable/frontend/pages/mailbox"
	"longtable/server/community"
)

// Mailbox holds the letters of a demo network, which go to nobody but this page.
type Mailbox interface {
	Letters() []Letter // newest first, a bounded number
}

// Letter is one of them.
type Letter struct {
	To      string // address
	Subject string
	Text    string // plain text; links stand on lines of their own
	At      time.Time
}

func showMailbox(q *Request) (Answer, error) {
	if q.Mailbox == nil {
		return Answer{}, community.NotFound("letters are read in the browser in a demo only")
	}
	view := mailbox.View{}
	for _, l := range q.Mailbox.Letters() {
		view.Letters = append(view.Letters, mailbox.Letter{To: l.To, Subject: l.Subject, Text: l.Text, At: l.At.UTC()})
	}
	return Answer{View: View{Title: q.Say("mailbox.title"), Content: mailbox.Show(view)}, Private: true}, nil
}
