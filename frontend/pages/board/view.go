// Package board shows the asks and offers of the hubs.
package board

import (
	"time"

	"longtable/frontend/components"
)

// Author is who wrote a posting. Without a name it is somebody who has left.
type Author struct {
	Name, Address string
}

// Card is a posting in the list.
type Card struct {
	components.Card
	Author   Author
	PostedAt time.Time // in the zone of the hub
}

// ListView is the board, or what a filter leaves of it.
type ListView struct {
	Kind, Hub string // what it is narrowed to; empty for all
	Kinds     []components.Option
	Hubs      []components.Option
	Cards     []Card
	More      string // address of the rest; empty at the end
}

// ShowView is one posting.
type ShowView struct {
	ID       string
	Kind     string // "ask" or "offer"
	Title    string
	Text     string
	Skills   []components.Tag
	Hub      components.Tag
	Author   Author
	PostedAt time.Time // in the zone of the hub
	Closed   bool
	MayEdit  bool
	MayClose bool
	Answer   *Answer                 // nil where the reader cannot answer
	Helpers  []components.PersonCard // who could answer the reader's own ask
	Problem  string                  // why something could not be done
}

// Answer is the form that begins a conversation with who wrote a posting.
type Answer struct {
	Form     components.Typed
	Nonce    string // makes an answer that is sent twice one message
	WordsMax int    // characters
}

// FormView is the form for a posting.
type FormView struct {
	ID       string // of the posting that is changed; empty for a new one
	NoHub    bool   // the reader belongs to no hub yet, and has no board to write on
	Form     components.Typed
	Kinds    []components.Option
	Skills   components.SkillPicker
	TitleMax int // characters
	TextMax  int // characters
}

func (v FormView) action() string {
	if v.ID == "" {
		return "/board"
	}
	return "/board/" + v.ID
}
