package web

import (
	"slices"

	"longtable/frontend/components"
	"longtable/server/community"
)

// skillIDs finds the skills that a form means: each value is an id, or a name in any language. What is neither stays as
// it was typed, so that the verb refuses it beside its field together with whatever else is wrong with the form.
func (q *Request) skillIDs(values []community.SkillID) []community.SkillID {
	ids := make([]community.SkillID, len(values))
	for i, value := range values {
		ids[i] = q.skillID(value)
	}
	return ids
}

func (q *Request) skillID(value community.SkillID) community.SkillID {
	if q.Network.Skills.Get(value) != nil {
		return value
	}
	if skill, known := q.Network.Skills.Named(q.Viewer, string(value)); known {
		return skill.ID
	}
	return value
}

// skillNames are skills by their names in the reader's language.
func (q *Request) skillNames(ids []community.SkillID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = q.Network.Skills.Name(id, q.Lang)
	}
	return names
}

// skillPicker fills the lines, the offers and the error of a picker from a form; the page gives its name, words and Max.
func (q *Request) skillPicker(form components.Typed, picker components.SkillPicker) (components.SkillPicker, error) {
	offers, err := q.skillOffers(form.All(picker.Name))
	picker.Chosen, picker.Error, picker.Known = q.skillLines(form.All(picker.Name)), form.Errors[picker.Name], offers
	picker.Address, picker.Slots = "/skills", skillSlots
	return picker, err
}

const skillSlots = 4 // lines that a form shows without scripts; each sending of it brings one more

// skillLines are the lines of a form: ids by their names, and what was typed as it was typed.
func (q *Request) skillLines(values []string) []components.SkillChoice {
	var lines []components.SkillChoice
	for _, value := range values {
		if value != "" {
			lines = append(lines, components.SkillChoice{Name: q.Network.Skills.Name(community.SkillID(value), q.Lang)})
		}
	}
	return lines
}

// skillOffers are names to offer in a list that works without scripts: those that resemble what was typed, and before
// anything was typed those of the viewer's own profile. The whole list of skills would outweigh the page.
func (q *Request) skillOffers(typed []string) ([]string, error) {
	var names []string
	for _, text := range typed {
		for _, skill := range q.Network.Skills.Suggest(q.Viewer, text, community.SuggestionsMax) {
			names = append(names, skill.Name(q.Lang))
		}
	}
	if len(names) == 0 {
		own, err := q.Network.OwnProfile(q.Context(), q.Viewer)
		if err != nil {
			return nil, err
		}
		names = q.skillNames(own.Needs)
		for _, offered := range own.Offers {
			names = append(names, q.Network.Skills.Name(offered.Skill, q.Lang))
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
