// Package profile is the form in which people write about themselves, and say who sees what of it.
package profile

import "longtable/frontend/components"

// View is the form. The fields of Form are those of a profile; "shown." before the name of a part is who sees it.
type View struct {
	ID         string // of whose profile it is
	Form       components.Typed
	Offers     components.SkillPicker
	Lived      components.SkillPicker
	Learning   components.SkillPicker
	Needs      components.SkillPicker
	Causes     []components.Option
	Languages  []components.Option
	Stages     []components.Option
	Audiences  []components.Option
	Hub        string // name; empty when the person belongs to none
	Enterprise components.Tag
	Max        Limits
}

// Limits are the most that fits: characters of texts, and numbers.
type Limits struct {
	Name, Pronouns, Headline, About, Causes, Languages, HoursPerWeek, RoomInWeek int
}

// audience asks who sees a part of the profile.
func (v View) audience(part, label string) components.Field {
	f := components.Field{Name: "shown." + part, Label: label, Quiet: true, Options: v.Audiences}
	return v.Form.Fill(f)[0]
}

// unlessZero leaves a number empty that was not said.
func unlessZero(f components.Field) components.Field {
	if f.Value == "0" {
		f.Value = ""
	}
	return f
}
