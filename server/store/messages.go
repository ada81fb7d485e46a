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
	return Line{Conversation: string(m.Conversation), Sender: string(m.Sender), Nonce: m.Nonce, Seq: &m.Seq, Others: &m.Others, Other: !m.Said()}
}

// Behind reads on from a number, in order.
func (m messages) Behind(ctx context.Context, c community.ConversationID, seq int64, limit int) ([]*community.Message, error) {
	return m.Log.Behind(ctx, string(c), seq, limit)
}

// Before reads back from a number, newest first; 0 is the end of the log.
func (m messages) Before(ctx context.Context, c community.ConversationID, seq int64, limit int) ([]*community.Message, error) {
	return m.Log.Before(ctx, string(c), seq, limit)
}

// Head is the number of the newest message; 0 when there is none.
func (m messages) Head(ctx context.Context, c community.ConversationID) (int64, error) {
	return m.Log.Head(ctx, string(c))
}
