// Package mailbox shows the letters of a demo network.
package mailbox

import (
	"strings"
	"time"
)

// View is the page.
type View struct {
	Letters []Letter // newest first
}

// Letter is one of them.
type Letter struct {
	To      string
	Subject string
	Text    string // links stand on lines of their own
	At      time.Time
}

// lines are those that are not empty.
func (l Letter) lines() []string {
	return strings.FieldsFunc(l.Text, func(r rune) bool { return r == '\n' || r == '\r' })
}

func isLink(line string) bool {
	return strings.HasPrefix(line, "http://") || strings.HasPrefix(line, "https://")
}
