package store

import (
	"context"

	"longtable/server/community"
)

var fileIndexes = []Index{
	{Name: "owner", Fields: []string{"owner"}},
	{Name: "conversation", Fields: []string{"conversation"}},
	{Name: "message", Fields: []string{"message"}},
	{Name: "unsaid", Fields: []string{"unsaidAt"}},
}

// files are what is kept of files beside their pieces.
type files struct {
	*Collection[community.FileID, community.File]
}

// Of pages through those that a member sent.
func (f files) Of(ctx context.Context, owner community.MemberID, page community.Page) ([]*community.File, community.Cursor, error) {
	return f.Page(ctx, Query{Index: "owner", Eq: []any{owner}}, page)
}

// In pages through those of a conversation.
func (f files) In(ctx context.Context, c community.ConversationID, page community.Page) ([]*community.File, community.Cursor, error) {
	return f.Page(ctx, Query{Index: "conversation", Eq: []any{c}}, page)
}

// With finds those of one message.
func (f files) With(ctx context.Context, m community.MessageID) ([]*community.File, error) {
	return f.Find(ctx, Query{Index: "message", Eq: []any{m}, Limit: LimitMax})
}

// UnsaidSince finds those that have waited for their message since before then, longest first.
func (f files) UnsaidSince(ctx context.Context, before community.Instant, limit int) ([]*community.File, error) {
	return f.Find(ctx, Query{Index: "unsaid", To: before, Limit: limit})
}

var pieceIndexes = []Index{{Name: "owner", Fields: []string{"owner"}}}

// pieces are the parts of files.
type pieces struct {
	*Collection[community.PieceID, community.Piece]
}

// Of pages through those of the files that a member sent.
func (p pieces) Of(ctx context.Context, owner community.MemberID, page community.Page) ([]*community.Piece, community.Cursor, error) {
	return p.Page(ctx, Query{Index: "owner", Eq: []any{owner}}, page)
}
