package web

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"longtable/frontend/components"
	"longtable/frontend/pages/finding"
	"longtable/search"
	"longtable/server/community"
)

// searchData is what one search found, kind by kind.
type searchData struct {
	Query  string        `json:"query"`
	Groups []searchGroup `json:"groups"`
}

type searchGroup struct {
	Kind  string       `json:"kind"`
	Total int          `json:"total"`
	Items []searchItem `json:"items"`
}

type searchItem struct {
	ID    string        `json:"id"`
	Title string        `json:"title"`
	Path  string        `json:"path"`
	Found []searchFound `json:"found,omitempty"` // where the words stand, besides the title
}

// searchFound is a piece of what is found, part by part.
type searchFound struct {
	Field string       `json:"field"`
	Parts []searchPart `json:"parts"`
}

type searchPart struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit,omitempty"`
}

const (
	searchPerKind = 5 // of each kind; its own page has the rest
	foundPerItem  = 2 // pieces that show why something was found: two lines
)

// shownWhere are the fields of each kind that say why something was found, besides its title, the most telling first.
var shownWhere = map[community.Index][]string{
	community.IndexPeople:      {"skills", "headline", "needs", "about", "place"},
	community.IndexBoard:       {"skills", "text", "place"},
	community.IndexEvents:      {"text", "place"},
	community.IndexProgrammes:  {"summary", "forwhom", "text", "place"},
	community.IndexEnterprises: {"headline", "about", "place"},
	community.IndexHubs:        {"city", "about"},
}

// Kinds that no index holds: skills are in memory, and what people say to each other is read as they would read it.
const (
	kindSkills = "skills"
	kindTalks  = "conversations"
)

// searchAll asks every index at once, and loads what it found through the domain, with the viewer.
func searchAll(q *Request) (Answer, error) {
	text := q.Ask("q")
	data := searchData{Query: text, Groups: []searchGroup{}}
	view := finding.View{Search: components.Search{Address: "/search", Query: text, Label: q.Say("search.label"), Hint: q.Say("search.hint")}}
	if text != "" {
		results, err := q.Search.SearchAll(q.Context(), q.searches(text))
		if err != nil {
			return Answer{}, searchTrouble(err)
		}
		for i, r := range results {
			group, err := q.group(community.Indexes[i], r)
			if err != nil {
				return Answer{}, err
			}
			view.Degraded = view.Degraded || r.Degraded
			data.Groups = append(data.Groups, group)
		}
		if q.Viewer.Known() {
			own, err := q.ownGroups(text)
			if err != nil {
				return Answer{}, err
			}
			data.Groups = append(data.Groups, own...)
			view.Save = "/search?q=" + url.QueryEscape(text)
		}
	}
	data.Groups = slices.DeleteFunc(data.Groups, func(g searchGroup) bool { return len(g.Items) == 0 })
	for _, g := range data.Groups {
		view.Groups = append(view.Groups, q.groupView(g, text))
	}
	return Answer{Data: data, View: View{Title: q.Say("search.title"), Modules: []string{"search"}, Content: finding.Show(view)}}, nil
}

func (q *Request) searches(text string) []search.Query {
	queries := make([]search.Query, len(community.Indexes))
	for i, index := range community.Indexes {
		queries[i] = search.Query{Index: string(index), Viewer: q.Viewer.Tokens(), Text: text, Limit: searchPerKind, Highlight: shownWhere[index]}
	}
	return queries
}

// ownGroups are the skills with such a name, and the viewer's own conversations.
func (q *Request) ownGroups(text string) ([]searchGroup, error) {
	skills := searchGroup{Kind: kindSkills}
	for _, s := range q.Network.Skills.Suggest(q.Viewer, text, searchPerKind) {
		skills.Items = append(skills.Items, searchItem{ID: string(s.ID), Title: s.Name(q.Lang), Path: "/people?skill=" + url.QueryEscape(string(s.ID))})
	}
	skills.Total = len(skills.Items)
	found, err := q.Network.GlanceTalks(q.Context(), q.Viewer, text)
	if err != nil {
		return nil, err
	}
	talks := searchGroup{Kind: kindTalks, Total: len(found.Messages)}
	shown := found.Messages[:min(len(found.Messages), searchPerKind)]
	var with []community.Talk
	for _, m := range shown {
		with = append(with, found.Talks[m.Conversation])
	}
	names, err := q.namesIn(with)
	if err != nil {
		return nil, err
	}
	for _, m := range shown {
		talks.Items = append(talks.Items, searchItem{ID: string(m.Sender), Title: q.conversationData(found.Talks[m.Conversation], names).Title,
			Path: placeOf(m.Conversation, m.Seq), Found: []searchFound{{Field: "message", Parts: []searchPart{{Text: opening(m.Body)}}}}})
	}
	return []searchGroup{skills, talks}, nil
}

// searchTrouble gives the search's own errors a sentence.
func searchTrouble(err error) error {
	if errors.Is(err, search.ErrBadQuery) {
		return &community.Error{Kind: community.KindInvalid, Say: "search.not-understood", Err: err}
	}
	if errors.Is(err, search.ErrUnavailable) {
		return &community.Error{Kind: community.KindTooMany, Say: "search.unavailable", Err: err}
	}
	return err
}

func (q *Request) group(index community.Index, r search.Results) (searchGroup, error) {
	group := searchGroup{Kind: string(index), Total: r.Total, Items: []searchItem{}}
	for _, hit := range r.Hits {
		thing, err := known[index](q, hit.Of)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return group, err
		}
		if err != nil || thing.title == "" {
			continue // gone, or not the viewer's
		}
		item := searchItem{ID: hit.Of, Title: thing.title, Path: "/" + string(index) + "/" + hit.Of}
		if thing.rev == hit.Rev { // an index that lags behind may still know what was hidden since
			item.Found = foundIn(hit)
		}
		group.Items = append(group.Items, item)
	}
	return group, nil
}

// foundIn are the first pieces of a hit with what was found in them, one of each field: a skill has a name in every language.
func foundIn(hit search.Hit) (found []searchFound) {
	for _, h := range hit.Highlights {
		if len(found) == foundPerItem || slices.ContainsFunc(found, func(f searchFound) bool { return f.Field == h.Field }) {
			continue
		}
		piece := searchFound{Field: h.Field}
		for _, f := range h.Fragments {
			piece.Parts = append(piece.Parts, searchPart{f.Text, f.Hit})
		}
		found = append(found, piece)
	}
	return found
}

// named is what a found thing is called, and its revision.
type named struct {
	title string
	rev   int64
}

// known loads what was found through the domain, as the viewer may see it.
var known = map[community.Index]func(*Request, string) (named, error){
	community.IndexPeople: func(q *Request, id string) (named, error) {
		p, err := q.Network.Member(q.Context(), q.Viewer, community.MemberID(id))
		return named{p.Name, p.Rev}, err
	},
	community.IndexBoard: func(q *Request, id string) (named, error) {
		p, err := q.Network.Posting(q.Context(), q.Viewer, community.PostingID(id))
		return called(p, err, func() string { return p.Title })
	},
	community.IndexEvents: func(q *Request, id string) (named, error) {
		e, err := q.Network.Event(q.Context(), q.Viewer, community.EventID(id))
		return called(e, err, func() string { return e.Title })
	},
	community.IndexProgrammes: inContext((*community.Network).Programme, func(p *community.Programme) string { return p.Title }),
	community.IndexEnterprises: func(q *Request, id string) (named, error) {
		e, _, err := q.Network.Enterprise(q.Context(), q.Viewer, community.EnterpriseID(id))
		return called(e, err, func() string { return e.Name })
	},
	community.IndexHubs: inContext((*community.Network).Hub, func(h *community.Hub) string { return h.Name }),
}

// inContext loads what everybody may see.
func inContext[ID ~string, T any, P interface {
	*T
	community.Kept
}](load func(*community.Network, context.Context, ID) (*T, error), name func(*T) string) func(*Request, string) (named, error) {
	return func(q *Request, id string) (named, error) {
		thing, err := load(q.Network, q.Context(), ID(id))
		return called(P(thing), err, func() string { return name(thing) })
	}
}

func called(thing community.Kept, err error, name func() string) (named, error) {
	if err != nil {
		return named{}, err
	}
	return named{name(), thing.Stamped().Rev}, nil
}

func as[ID ~string](texts []string) []ID {
	ids := make([]ID, len(texts))
	for i, text := range texts {
		ids[i] = ID(text)
	}
	return ids
}

func (q *Request) groupView(g searchGroup, text string) finding.Group {
	v := finding.Group{Kind: g.Kind, Title: q.Say("search.kind-" + g.Kind), Total: g.Total, All: "/" + g.Kind}
	switch community.Index(g.Kind) {
	case community.IndexPeople, community.IndexEnterprises, community.IndexHubs, kindSkills:
		v.All += "?q=" + url.QueryEscape(text)
	case kindTalks:
		v.All += "/search?q=" + url.QueryEscape(text)
	}
	for _, item := range g.Items {
		row := finding.Row{ID: item.ID, Address: item.Path, Title: item.Title}
		if g.Kind == kindSkills {
			row.ID = "" // a skill is no person: it has no mark
		}
		for _, f := range item.Found {
			var piece []finding.Part
			for _, p := range f.Parts {
				piece = append(piece, finding.Part{Text: p.Text, Hit: p.Hit})
			}
			row.Found = append(row.Found, piece)
		}
		v.Rows = append(v.Rows, row)
	}
	return v
}
