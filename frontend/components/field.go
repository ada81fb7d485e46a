// Package components holds the parts that pages are made of. Each takes a plain struct with what may be shown, and says
// its own words through i18n; texts that a page passes in are already in the language of the context.
package components

import (
	"slices"
	"strconv"
	"strings"
)

// Field is one question of a form, whatever it is asked with. Name is the key under which the answer is sent; Label,
// Hint and Error are sentences, ready to show.
type Field struct {
	Name         string
	ID           string // "f-" and Name where empty; give one when a page asks for the same name twice
	Label        string
	Hint         string
	Error        string
	Value        string   // of a field with one answer
	Values       []string // of checkboxes: those chosen; of date and time: the date, then the time
	Type         string   // of an Input: text where empty, email, password, url, tel, search, number, date, time
	Required     bool     // others are marked as optional
	Quiet        bool     // leaves out the mark "optional", for a form with one field
	MaxLength    int      // characters; 0 for no limit
	Min, Max     string   // of numbers and dates
	Step         string
	Rows         int    // of a TextArea; 4 where 0
	Autocomplete string // a token of HTML, such as "email" or "new-password"
	Dir          string // auto where empty; ltr for e-mail, addresses, numbers
	Options      []Option
	Suggestions  []string // offered while typing
}

// Option is one answer of a select, of radio buttons or of checkboxes.
type Option struct {
	Value, Label, Hint string
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// option is the id of the i-th choice; the first has the id of the field, so that the error summary leads to it.
func (f Field) option(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

func (f Field) hintID() string  { return f.id() + "-hint" }
func (f Field) errorID() string { return f.id() + "-error" }
func (f Field) listID() string  { return f.id() + "-list" }
func (f Field) countID() string { return f.id() + "-count" }

// describedBy lists what is read after the label.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.hintID())
	}
	if f.Error != "" {
		ids = append(ids, f.errorID())
	}
	return strings.Join(ids, " ")
}

func (f Field) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) direction() string {
	switch {
	case f.Dir != "":
		return f.Dir
	case slices.Contains([]string{"email", "url", "tel", "password", "number", "date", "time"}, f.Type):
		return "ltr"
	}
	return "auto"
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return strconv.Itoa(f.Rows)
}

func (f Field) chosen(value string) bool {
	return f.Value == value && value != "" || slices.Contains(f.Values, value)
}

func (f Field) chosenLabels() []string {
	var labels []string
	for _, o := range f.Options {
		if f.chosen(o.Value) {
			labels = append(labels, o.Label)
		}
	}
	return labels
}

func (f Field) at(i int) string {
	if i < len(f.Values) {
		return f.Values[i]
	}
	return ""
}

func number(n int) string { return strconv.Itoa(n) }
