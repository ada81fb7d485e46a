package web

import (
	"github.com/a-h/templ"
)

// Answer is one result in its two forms: a page for people, data for programs. A handler fills what it has.
type Answer struct {
	Status   int    // 0 is 200, or 201 for a program when Location is set
	Data     any    // the JSON form
	View     View   // the page form
	Location string // after a change: where a browser goes on (303); for a program the address of the thing
	Said     string // catalogue key of what the next page says at the top
	Sent     bool   // the handler has written the answer itself: a file, a socket
	Private  bool   // not for search engines: it shows a code or a secret
}

// View is a page: its content and what its frame has to know.
type View struct {
	Title       string // in the reader's language
	Description string
	Section     string // the entry of the navigation it belongs to
	Content     templ.Component
	Modules     []string // behaviours that the page uses
	Bare        bool     // without the navigation: printed sheets
	Listing     string   // address of the same for other sites to list, as linked data
}

// List is the JSON form of every list.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"` // cursor for ?after=, null at the end
}

// ListOf makes it; an empty list is [] and never null.
func ListOf[T any, C ~string](items []T, next C) List[T] {
	list := List[T]{Items: items}
	if items == nil {
		list.Items = []T{}
	}
	if next != "" {
		text := string(next)
		list.Next = &text
	}
	return list
}

// Gone is the answer to an act after which a browser goes somewhere else.
func Gone(to, said string) Answer { return Answer{Location: to, Said: said} }
