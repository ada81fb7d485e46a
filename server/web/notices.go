package web

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/notices"
	"longtable/server/community"
)

// noticeData is a notice for programs.
type noticeData struct {
	ID   community.NoticeID   `json:"id"`
	Kind community.NoticeKind `json:"kind"`
	Text string               `json:"text"` // in the reader's language
	Path string               `json:"path"` // the page that it leads to
	At   time.Time            `json:"at"`
	Read bool                 `json:"read"`
}

const noticesOnPage = 30 // a page of notices: a week of a busy host

// showNotices marks nothing as read: pages are also opened ahead by browsers, and a notice is seen when its person says so.
func showNotices(q *Request) (Answer, error) {
	found, next, err := q.Network.OwnNotices(q.Context(), q.Viewer, q.Page(noticesOnPage))
	if err != nil {
		return Answer{}, err
	}
	zone, err := q.ownZone()
	if err != nil {
		return Answer{}, err
	}
	view := notices.View{More: q.Next(next)}
	var items []noticeData
	for _, n := range found {
		data := q.noticeDataOf(n)
		items = append(items, data)
		view.Unread = view.Unread || !data.Read
		view.Rows = append(view.Rows, components.Row{ID: string(n.ID), Address: data.Path, Title: data.Text,
			Aside: i18n.DateTime(i18n.With(q.Context(), q.Lang), n.At.In(zone)), Unread: !data.Read})
	}
	return Answer{Data: ListOf(items, next), View: View{Title: q.Say("notices.title"), Section: "notices", Content: notices.List(view)}}, nil
}

func (q *Request) noticeDataOf(n *community.Notice) noticeData {
	return noticeDataIn(i18n.With(q.Context(), q.Lang), n)
}

func noticeDataIn(ctx context.Context, n *community.Notice) noticeData {
	blanks := make(map[string]any, len(n.Args))
	for name, value := range n.Args {
		blanks[name] = value
	}
	return noticeData{ID: n.ID, Kind: n.Kind, Text: i18n.Say(ctx, n.Say, blanks), Path: n.Path, At: n.At.Time(), Read: n.ReadAt != 0}
}

func readNotices(q *Request) (Answer, error) {
	if err := q.Network.ReadNotices(q.Context(), q.Viewer); err != nil {
		return Answer{}, err
	}
	return Gone("/notices", "notices.said-read"), nil
}
