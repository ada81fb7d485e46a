package web

import (
	"context"
	"time"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/server/community"
)

// ownFileData is a file that one sent, whole in the data; the page leads to it, as far as one can still read its message.
type ownFileData struct {
	Conversation community.ConversationID `json:"conversation"`
	Seq          int64                    `json:"seq"` // of its message
	Name         string                   `json:"name"`
	Type         community.FileType       `json:"type"`
	Alt          string                   `json:"alt"`
	SentAt       time.Time                `json:"sentAt"`
	Content      []byte                   `json:"content"` // in base64
}

func (d ownFileData) entry(ctx context.Context, x *exporter) export.Entry {
	e := export.Entry{Title: d.Name, At: x.local(d.SentAt), Text: d.Alt}
	e.Rows = []components.SummaryRow{{Label: i18n.T(ctx, "export.file-size"), Value: i18n.N(ctx, "parts.kilobytes", (len(d.Content)+1023)/1024)}}
	return e
}

func exportFiles(ctx context.Context, x *exporter, take func(exported) error) error {
	read := func(page community.Page) ([]community.OwnFile, community.Cursor, error) {
		return x.network.OwnFiles(ctx, x.viewer, page)
	}
	return throughPages(read, func(f community.OwnFile) error {
		content, err := x.network.OwnFileContent(ctx, x.viewer, f.ID)
		if community.KindOf(err) == community.KindNotFound && err != nil {
			return nil // taken back just now
		}
		if err != nil {
			return err
		}
		return take(ownFileData{Conversation: f.Conversation, Seq: f.Seq, Name: f.Name, Type: f.Type, Alt: f.Alt, SentAt: f.SentAt.Time(), Content: content})
	})
}
