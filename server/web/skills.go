package web

import (
	"net/url"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/frontend/pages/skills"
	"longtable/server/community"
)

// skillData is a skill by its name in the reader's language.
type skillData struct {
	ID    community.SkillID    `json:"id"`
	Name  string               `json:"name"`
	Also  string               `json:"also,omitempty"` // the name that fits ?q=, where it is one of another language
	State community.SkillState `json:"state"`
}

// skillBody proposes a skill. Without a language the name is one of the page's language.
type skillBody struct {
	Name     string `json:"name"`
	Language string `json:"language"`
}

type skillNamesBody struct {
	Names map[string]string `json:"names"` // by language
}

// suggestSkills answers while somebody types, and is a page on which a missing skill can be proposed.
func suggestSkills(q *Request) (Answer, error) {
	text := q.Ask("q")
	var items []skillData
	for _, s := range q.Network.Skills.Suggest(q.Viewer, text, community.SuggestionsMax) {
		items = append(items, q.skillDataOf(s, text))
	}
	form := q.Form(skillBody{Name: text, Language: q.Lang})
	_, exact := q.Network.Skills.Named(q.Viewer, text)
	view := skills.View{Missing: q.Problem != nil || text != "" && !exact, Form: form, NameMax: community.SkillNameMax, ESCO: q.Network.Skills.Holds(community.SourceESCO),
		Languages: q.named(community.Languages, i18n.LanguageName),
		Search:    components.Search{Address: "/skills", Query: text, Label: q.Say("skills.search"), Hint: q.Say("skills.search-hint")}}
	for _, s := range items {
		view.Found = append(view.Found, skills.Skill{Name: s.Name, Address: "/people?skill=" + string(s.ID), Also: s.Also,
			Proposed: s.State == community.SkillProposed})
	}
	return Answer{Data: ListOf(items, ""), View: View{Title: q.Say("skills.title"), Content: skills.List(view), Modules: []string{"form"}}}, nil
}

func (q *Request) skillDataOf(s *community.Skill, typed string) skillData {
	data := skillData{ID: s.ID, Name: s.Name(q.Lang), State: s.State}
	if also := s.NameLike(typed); also != data.Name {
		data.Also = also
	}
	return data
}

func proposeSkill(q *Request) (Answer, error) {
	body, err := Decode[skillBody](q)
	if err != nil {
		return Answer{}, err
	}
	if body.Language == "" {
		body.Language = q.Lang
	}
	s, err := q.Network.ProposeSkill(q.Context(), q.Viewer, body.Name, body.Language)
	if err != nil {
		return Answer{}, err
	}
	said := "skills.said-proposed"
	if s.State == community.SkillAccepted {
		said = "skills.said-known"
	}
	return Answer{Data: q.skillDataOf(s, ""), Location: "/skills?q=" + url.QueryEscape(s.Name(q.Lang)), Said: said}, nil
}

// acceptSkill is for stewards: the verb tells everybody else that there is nothing.
func acceptSkill(q *Request) (Answer, error) {
	id, err := Param[community.SkillID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	body, err := Decode[skillNamesBody](q)
	if err != nil {
		return Answer{}, err
	}
	s, err := q.Network.AcceptSkill(q.Context(), q.Viewer, id, body.Names)
	if err != nil {
		return Answer{}, err
	}
	data := q.skillDataOf(s, "")
	return Answer{Data: data, Location: "/desk", Said: "skills.said-accepted"}, nil
}
