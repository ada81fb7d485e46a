// Package conversations shows one's talk: the list, and one conversation.
package conversations

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// ListView is the list of conversations.
type ListView struct {
	Rows []components.Row
	Next string // address of the rest; empty at the end
}

// ShowView is one conversation.
type ShowView struct {
	ID, Mark, Title string
	About           string // what it is about; empty for nothing in particular
	Person          string // address of the other person; empty in a group
	FirstUnread     string // address of the first message that is new; empty where it is none, or stands on this page
	Left            bool   // nobody else is here any more; nothing can be written
	Latest          bool   // shows the newest messages, so one can write below
	Talk            components.Conversation
	Composer        components.Composer
	MessageMax      int
}

// OneView is a single message.
type OneView struct {
	Title, Talk string // of the conversation, and its address
	Address     string // of the message
	Message     components.Message
	CanAnswer   bool
	Answer      string // address of the page where it is answered
	Words       []components.Choice
	Own         string // how the viewer reacts; empty for not
	Reacted     []components.SummaryRow
	Edit        bool // the viewer may still change it
	TakeBack    bool
	KeptDays    int // days for which stewards may see what it said
	Report      string
	Form        components.Typed
	MessageMax  int
}

func (v OneView) editField(ctx context.Context) components.Field {
	return components.Field{Name: "body", Label: i18n.T(ctx, "conversations.edit-words"), Required: true, MaxLength: v.MessageMax,
		Value: v.Form.Value("body"), Error: v.Form.Errors["body"]}
}
