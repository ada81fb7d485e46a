package web

import (
	"errors"
	"net/url"

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
	Kind  community.Index `json:"kind"`
	Total int             `json:"total"`
	Items []searchItem    `json:"items"`
}

type searchItem struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Path  string `json:"path"`
}

const searchPerKind = 5

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
			if len(group.Items) > 0 {
				data.Groups = append(data.Groups, group)
				view.Groups = append(view.Groups, q.groupView(group, text))
			}
		}
	}
	return Answer{Data: data, View: View{Title: q.Say("search.title"), Modules: []string{"search"}, Content: finding.Show(view)}}, nil
}

func (q *Request) searches(text string) []search.Query {
	queries := make([]search.Query, len(community.Indexes))
	for i, index := range community.Indexes {
		queries[i] = search.Query{Index: string(index), Viewer: q.Viewer.Tokens(), Text: text, Limit: searchPerKind}
	}
	return queries
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
	ids := make([]string, len(r.Hits))
	for i, hit := range r.Hits {
		ids[i] = hit.Of
	}
	titles, err := q.titles(index, ids)
	group := searchGroup{Kind: index, Total: r.Total, Items: []searchItem{}}
	for _, id := range ids {
		if title := titles[id]; title != "" {
			group.Items = append(group.Items, searchItem{ID: id, Title: title, Path: "/" + string(index) + "/" + id})
		}
	}
	return group, err
}

// titles loads what was found through the domain; what is gone or not the viewer's stays without.
func (q *Request) titles(index community.Index, ids []string) (map[string]string, error) {
	titles := make(map[string]string, len(ids))
	for _, id := range ids {
		title, err := titleOf[index](q, id)
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return nil, err
		}
		titles[id] = title
	}
	return titles, nil
}

// titleOf says how each kind of thing is called, to the viewer.
var titleOf = map[community.Index]func(*Request, string) (string, error){
	community.IndexPeople: func(q *Request, id string) (string, error) {
		p, err := q.Network.Member(q.Context(), q.Viewer, community.MemberID(id))
		return p.Name, err
	},
	community.IndexBoard: func(q *Request, id string) (string, error) {
		p, err := q.Network.Posting(q.Context(), q.Viewer, community.PostingID(id))
		return called(p, err, func() string { return p.Title })
	},
	community.IndexEvents: func(q *Request, id string) (string, error) {
		e, err := q.Network.Event(q.Context(), q.Viewer, community.EventID(id))
		return called(e, err, func() string { return e.Title })
	},
	community.IndexProgrammes: func(q *Request, id string) (string, error) {
		p, err := q.Network.Programme(q.Context(), community.ProgrammeID(id))
		return called(p, err, func() string { return p.Title })
	},
	community.IndexEnterprises: func(q *Request, id string) (string, error) {
		e, _, err := q.Network.Enterprise(q.Context(), q.Viewer, community.EnterpriseID(id))
		return called(e, err, func() string { return e.Name })
	},
	community.IndexHubs: func(q *Request, id string) (string, error) {
		h, err := q.Network.Hub(q.Context(), community.HubID(id))
		return called(h, err, func() string { return h.Name })
	},
}

func called[T any](thing *T, err error, name func() string) (string, error) {
	if err != nil || thing == nil {
		return "", err
	}
	return name(), nil
}

func as[ID ~string](texts []string) []ID {
	ids := make([]ID, len(texts))
	for i, text := range texts {
		ids[i] = ID(text)
	}
	return ids
}

func (q *Request) groupView(g searchGroup, text string) finding.Group {
	v := finding.Group{Title: q.Say("search.kind-" + string(g.Kind)), Total: g.Total, All: "/" + string(g.Kind)}
	if g.Kind == community.IndexPeople || g.Kind == community.IndexEnterprises || g.Kind == community.IndexHubs {
		v.All += "?q=" + url.QueryEscape(text)
	}
	for _, item := range g.Items {
		v.Rows = append(v.Rows, components.Row{ID: item.ID, Address: item.Path, Title: item.Title})
	}
	return v
}
