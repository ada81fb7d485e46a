package web

import (
	"maps"
	"strconv"
	"strings"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/profile"
	"longtable/server/community"
)

// editProfile shows what one wrote about oneself, or what was typed when it comes back.
func editProfile(q *Request) (Answer, error) {
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	draft := community.DraftOf(me)
	view, err := q.profileView(me, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: withLists(draft), View: View{Title: q.Say("profile.title"), Section: "profile", Content: profile.Edit(view),
		Modules: []string{"form", "skills"}}}, nil
}

func (q *Request) profileView(me *community.Member, draft community.ProfileDraft) (profile.View, error) {
	view := profile.View{ID: string(me.ID), Form: q.Form(draft), Max: profile.Limits{Name: community.NameMax, Pronouns: community.PronounsMax,
		Headline: community.HeadlineMax, About: community.AboutMax, Causes: community.CausesMax, Languages: community.LanguagesMax,
		HoursPerWeek: community.HoursPerWeekMax, RoomInWeek: community.RoomInWeekMax}}
	q.profileChoices(&view)
	hubs, err := q.hubNames()
	if err != nil {
		return view, err
	}
	view.Hub = hubs.name(me.Hub)
	if view.Enterprise, err = q.enterpriseTag(me.Enterprise); err != nil {
		return view, err
	}
	for _, p := range []struct {
		into *components.SkillPicker
		name string
		max  int
	}{
		{&view.Offers, "offers", community.SkillsMax}, {&view.Lived, "lived", community.SkillsMax},
		{&view.Learning, "learning", community.SkillsMax}, {&view.Needs, "needs", community.NeedsMax},
	} {
		picker := components.SkillPicker{Name: p.name, Legend: q.Say("profile." + p.name), Hint: q.Say("profile."+p.name+"-hint", "max", p.max), Max: p.max}
		if *p.into, err = q.skillPicker(view.Form, picker); err != nil {
			return view, err
		}
	}
	return view, nil
}

// profileChoices are the lists to choose from.
func (q *Request) profileChoices(view *profile.View) {
	for _, c := range community.Causes {
		view.Causes = append(view.Causes, components.Option{Value: strconv.Itoa(int(c)), Label: q.causeName(c)})
	}
	for _, s := range community.Stages {
		view.Stages = append(view.Stages, components.Option{Value: strconv.Itoa(int(s)), Label: q.stageName(s)})
	}
	for _, a := range community.Audiences {
		view.Audiences = append(view.Audiences, components.Option{Value: string(a), Label: q.Say("words.audience-" + string(a))})
	}
	view.Languages = q.named(community.Languages, i18n.LanguageName)
}

// withLists gives a program empty lists where nothing was said, rather than null.
func withLists(d community.ProfileDraft) community.ProfileDraft {
	for _, list := range []*[]community.SkillID{&d.Offers, &d.Lived, &d.Learning, &d.Needs} {
		*list = append([]community.SkillID{}, *list...)
	}
	d.Causes, d.Languages = append([]community.Cause{}, d.Causes...), append([]string{}, d.Languages...)
	return d
}

func writeProfile(q *Request) (Answer, error) {
	draft, err := q.sentProfile()
	if err != nil {
		return Answer{}, err
	}
	for _, list := range []*[]community.SkillID{&draft.Offers, &draft.Lived, &draft.Learning, &draft.Needs} {
		*list = q.skillIDs(*list)
	}
	me, err := q.Network.WriteProfile(q.Context(), q.Viewer, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: withLists(community.DraftOf(me)), Location: "/people/" + string(me.ID), Said: "profile.said-written"}, nil
}

// sentProfile reads what was sent. In JSON a field that is missing keeps its value. A form holds all fields, as nothing
// is sent of a box without a tick; only who sees what is kept where it says nothing, so that no part is opened by chance.
func (q *Request) sentProfile() (community.ProfileDraft, error) {
	me, err := q.Network.OwnProfile(q.Context(), q.Viewer)
	if err != nil {
		return community.ProfileDraft{}, err
	}
	draft := community.DraftOf(me)
	if strings.HasPrefix(q.c.Get("Content-Type"), "application/json") {
		return draft, decodeJSON(q.c.Request().Body(), &draft)
	}
	shown := draft.Shown
	if draft, err = Decode[community.ProfileDraft](q); err != nil {
		return draft, err
	}
	maps.Copy(shown, draft.Shown)
	draft.Shown = shown
	return draft, nil
}
