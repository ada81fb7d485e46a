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

// titles loads what was found through the domain: what the viewer may not see has none.
func (q *Request) titles(index community.Index, ids []string) (map[string]string, error) {
	ctx, n, titles := q.Context(), q.Network, map[string]string{}
	switch index {
	case community.IndexPeople:
		names, err := q.names(ctx, as[community.MemberID](ids))
		for id, name := range names {
			titles[string(id)] = name
		}
		return titles, err
	case community.IndexBoard:
		return titles, titled(ids, titles, func(id community.PostingID) (string, error) {
			p, err := n.Posting(ctx, q.Viewer, id)
			if err != nil {
				return "", err
			}
			return p.Title, nil
		})
	case community.IndexEvents:
		return titles, titled(ids, titles, func(id community.EventID) (string, error) {
			e, err := n.Event(ctx, q.Viewer, id)
			if err != nil {
				return "", err
			}
			return e.Title, nil
		})
	case community.IndexProgrammes:
		return titles, titled(ids, titles, func(id community.ProgrammeID) (string, error) {
			p, err := n.Programme(ctx, id)
			if err != nil {
				return "", err
			}
			return p.Title, nil
		})
	case community.IndexEnterprises:
		return titles, titled(ids, titles, func(id community.EnterpriseID) (string, error) {
			e, _, err := n.Enterprise(ctx, q.Viewer, id)
			if err != nil {
				return "", err
			}
			return e.Name, nil
		})
	default:
		return titles, titled(ids, titles, func(id community.HubID) (string, error) {
			h, err := n.Hub(ctx, id)
			if err != nil {
				return "", err
			}
			return h.Name, nil
		})
	}
}

// titled loads each title; what is gone or not the viewer's stays without.
func titled[ID ~string](ids []string, titles map[string]string, load func(ID) (string, error)) error {
	for _, id := range ids {
		title, err := load(ID(id))
		if err != nil && community.KindOf(err) != community.KindNotFound {
			return err
		}
		titles[id] = title
	}
	return nil
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
