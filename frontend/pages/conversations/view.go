// Package conversations shows one's talk: the list, and one conversation.
package conversations

import "longtable/frontend/components"

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
	Report          string // begin of the address to report a message; its number follows
	Left            bool   // nobody else is here any more; nothing can be written
	Latest          bool   // shows the newest messages, so one can write below
	Talk            components.Conversation
	Composer        components.Composer
	MessageMax      int
}
