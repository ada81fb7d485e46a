// Package introductions is where people ask to meet somebody, and answer those who ask for them.
package introductions

import (
	"context"
	"time"

	"longtable/frontend/components"
)

// ListView is who asks for the reader, and for whom the reader asked.
type ListView struct {
	Viewer   string // id of the reader
	Brokered []Brokered
	Agreed   []Agreed
	Waiting  []Waiting
	Sent     []Sent
	More     string // address of the rest of Sent; empty at the end
}

// Waiting is somebody who would like to meet the reader.
type Waiting struct {
	ID      string // of the introduction
	Person  components.PersonCard
	Words   string
	AskedAt time.Time
}

// Sent is somebody the reader asked for. Without Talk there is no yes yet; nothing tells more than that.
type Sent struct {
	Person  string // id
	Name    string // empty for somebody who left
	Words   string
	AskedAt time.Time
	Talk    string // address of the conversation, after a yes
}

// FormView is the form to ask for an introduction.
type FormView struct {
	ID       string // of the person
	Name     string
	Asked    bool // the reader has asked already
	Form     components.Typed
	WordsMax int // characters
}

// wrong are the fields that have to be corrected.
func (v ListView) wrong(ctx context.Context) []components.Field {
	var fields []components.Field
	for _, b := range v.Brokered {
		if f := b.hello(ctx); f.Error != "" {
			fields = append(fields, f)
		}
	}
	return fields
}
