// Package openroles shows one open role of an enterprise, and the form of it.
package openroles

import (
	"time"

	"longtable/frontend/components"
)

// ShowView is one open role.
type ShowView struct {
	ID         string
	Title      string
	Text       string
	Enterprise components.Tag
	Form       string // in words
	Hours      int    // a week; 0 not said
	LastDay    time.Time
	Skills     []components.Tag
	People     []components.Tag // of the enterprise, whom the reader can ask to meet
	Over       bool
	Mine       bool                    // the reader is of the enterprise
	Fitting    []components.PersonCard // for the people of the enterprise
	Problem    string                  // why something could not be done
}

// FormView is the form of a role.
type FormView struct {
	Form       components.Typed
	ID         string // of the role that is changed; empty for a new one
	Enterprise components.Crumb
	Kinds      []components.Option
	Skills     components.SkillPicker
	TitleMax   int // characters
	TextMax    int // characters
}

func (v FormView) action() string {
	if v.ID == "" {
		return v.Enterprise.Address + "/roles"
	}
	return "/roles/" + v.ID
}
