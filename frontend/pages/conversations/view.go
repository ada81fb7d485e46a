// Package conversations shows one's talk: the list, and one conversation.
package conversations

import (
	"context"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
)

// ListView is the list of conversations.
type ListView struct {
	Viewer   string // id of who looks
	Requests int    // first messages of strangers that wait
	Rows     []components.Row
	Next     string // address of the rest; empty at the end
}

// FoundView is what a search found.
type FoundView struct {
	Query  string
	Rows   []components.Row
	Partly bool // not everything was looked at
}

// RequestsView is the tray of first messages.
type RequestsView struct {
	Viewer   string
	Requests []Request
}

// Request is the first message of somebody.
type Request struct {
	ID, Name, Person, About, Words, Report string // Person and Report are addresses
}

// NewGroupView is the form for a group.
type NewGroupView struct {
	Nonce    string
	People   []components.Option
	Form     components.Typed
	TitleMax int
	Max      int // people who can be chosen
}

// DetailsView is who is in a conversation, and what one can do about it.
type DetailsView struct {
	Title, Address string
	People         []components.Tag
	Muted          bool
	Group          bool // members may change it and leave
	Addable        []components.Option
	Report         string
	Form           components.Typed
	TitleMax       int
}

// ShowView is one conversation.
type ShowView struct {
	ID, Mark, Title string
	About           string // what it is about; empty for nothing in particular
	Person          string // address of the other person; empty in a group
	FirstUnread     string // address of the first message that is new; empty where it is none, or stands on this page
	Left            bool   // nobody else is here any more; nothing can be written
	Asks            bool   // a first message of somebody, which waits for an answer
	Waits           bool   // the reader's own first message, which waits
	PagesOnly       bool   // somebody here is apart from the reader: nothing comes live
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
	return components.Field{Name: "body", ID: "f-edit", Label: i18n.T(ctx, "conversations.edit-words"), Required: true, MaxLength: v.MessageMax,
		Value: v.Form.Value("body"), Error: v.Form.Errors["body"]}
}
