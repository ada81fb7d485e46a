package store

import (
	"context"

	"longtable/server/community"
)

// messages is a log for each conversation.
type messages struct {
	*Log[community.MessageID, community.Message]
}

func messageLine(m *community.Message) Line {
	return Line{Conversation: string(m.Conversation), Sender: string(m.Sender), Nonce: m.Nonce, Seq: &m.Seq}
}

// Behind reads on from a number, in order.
func (m messages) Behind(ctx context.Context, c community.ConversationID, seq int64, limit int) ([]*community.Message, error) {
	return m.Find(ctx, Query{Index: "place", Eq: []any{c}, From: seq + 1, Limit: limit})
}

// Before reads back from a number, newest first; 0 is the end of the log.
func (m messages) Before(ctx context.Context, c community.ConversationID, seq int64, limit int) ([]*community.Message, error) {
	q := Query{Index: "place", Eq: []any{c}, Desc: true, Limit: limit}
	if seq > 0 {
		q.To = seq
	}
	return m.Find(ctx, q)
}

// Head is the number of the newest message; 0 when there is none.
func (m messages) Head(ctx context.Context, c community.ConversationID) (int64, error) {
	newest, err := m.Before(ctx, c, 0, 1)
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0].Seq, nil
}
