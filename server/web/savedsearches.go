package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"longtable/frontend/i18n"
	"longtable/frontend/pages/export"
	"longtable/frontend/pages/finding"
	"longtable/server/community"
)

// savedSearchData is a search that its owner is told of.
type savedSearchData struct {
	ID      community.SavedSearchID `json:"id"`
	Kind    community.Index         `json:"kind"` // "any" for everything
	Text    string                  `json:"text"`
	Chosen  map[string][]string     `json:"chosen"`
	Address string                  `json:"address"` // the page that it leads to
	TooMuch bool                    `json:"tooMuch"` // it finds so much that nothing is told
	SavedAt time.Time               `json:"savedAt"`
}

// savedSearchBody is what is sent to save one: the address of the page on which it was made.
type savedSearchBody struct {
	Address string `json:"address"`
}

func savedSearchDataOf(s *community.SavedSearch) savedSearchData {
	data := savedSearchData{ID: s.ID, Kind: s.Kind, Text: s.Text, Chosen: s.Chosen, Address: addressOfSearch(s), TooMuch: s.Broad, SavedAt: s.SavedAt.Time()}
	if data.Chosen == nil {
		data.Chosen = map[string][]string{}
	}
	return data
}

func (d savedSearchData) entry(ctx context.Context, x *exporter) export.Entry {
	return export.Entry{Title: strings.TrimSpace(i18n.T(ctx, "search.kind-"+string(d.Kind)) + " " + d.Text), At: x.local(d.SavedAt)}
}

func exportSavedSearches(ctx context.Context, x *exporter, take func(exported) error) error {
	own, err := x.network.OwnSavedSearches(ctx, x.viewer)
	if err != nil {
		return err
	}
	for _, s := range own {
		if err := take(savedSearchDataOf(s)); err != nil {
			return err
		}
	}
	return nil
}

// addressOfSearch is the page that finds what a saved search finds.
func addressOfSearch(s *community.SavedSearch) string {
	query := url.Values{}
	for facet, values := range s.Chosen {
		query[facet] = values
	}
	if s.Text != "" {
		query.Set("q", s.Text)
	}
	path := "/" + string(s.Kind)
	if s.Kind == community.KindAny {
		path = "/search"
	}
	return path + "?" + query.Encode()
}

// savedFacets are what pages narrow by; other names in an address are not part of a search.
var savedFacets = []string{community.FacetHub, community.FacetSkill, community.FacetCause, community.FacetLanguage, community.FacetCountry, community.FacetKind}

// searchAt reads the address of a page with a search.
func searchAt(address string) (community.SearchDraft, error) {
	unread := community.Conflict("searches.not-a-search")
	u, err := url.Parse(address)
	if err != nil || u.Host != "" || u.Scheme != "" || len(address) > askLength {
		return community.SearchDraft{}, unread
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return community.SearchDraft{}, unread
	}
	d := community.SearchDraft{Kind: community.Index(strings.TrimPrefix(u.Path, "/")), Text: query.Get("q"), Chosen: map[string][]string{}}
	if d.Kind == "search" {
		d.Kind = community.KindAny
	}
	if d.Kind != community.KindAny && !slices.Contains(community.Indexes, d.Kind) {
		return community.SearchDraft{}, unread
	}
	for _, facet := range savedFacets {
		if values := query[facet]; len(values) > 0 && d.Kind != community.KindAny {
			d.Chosen[facet] = values[:min(len(values), chosenMax)]
		}
	}
	return d, nil
}

func saveSearch(q *Request) (Answer, error) {
	body, err := Decode[savedSearchBody](q)
	if err != nil {
		return Answer{}, err
	}
	draft, err := searchAt(body.Address)
	if err != nil {
		return Answer{}, err
	}
	s, err := q.Network.SaveSearch(q.Context(), q.Viewer, draft)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: savedSearchDataOf(s), Location: "/saved-searches", Said: "searches.said-saved"}, nil
}

func forgetSearch(q *Request) (Answer, error) {
	id, err := Param[community.SavedSearchID](q, "id")
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.ForgetSearch(q.Context(), q.Viewer, id); err != nil {
		return Answer{}, err
	}
	return Gone("/saved-searches", "searches.said-forgotten"), nil
}

func showSavedSearches(q *Request) (Answer, error) {
	own, err := q.Network.OwnSavedSearches(q.Context(), q.Viewer)
	if err != nil {
		return Answer{}, err
	}
	labels, err := q.facetLabels()
	if err != nil {
		return Answer{}, err
	}
	var view finding.SavedView
	var items []savedSearchData
	for _, s := range own {
		data := savedSearchDataOf(s)
		items = append(items, data)
		saved := finding.Saved{ID: string(s.ID), Address: data.Address, Kind: q.Say("search.kind-" + string(s.Kind)), Text: s.Text,
			Since: q.day(s.SavedAt), TooMuch: s.Broad}
		for _, facet := range savedFacets {
			for _, value := range s.Chosen[facet] {
				if label := labels[facet]; label != nil && label(value) != "" {
					saved.Chosen = append(saved.Chosen, label(value))
				}
			}
		}
		view.Searches = append(view.Searches, saved)
	}
	return Answer{Data: ListOf(items, community.Cursor("")), View: View{Title: q.Say("searches.title"), Section: "notices", Content: finding.ShowSaved(view)}}, nil
}

// facetLabels say what the values of facets are called.
func (q *Request) facetLabels() (map[string]func(string) string, error) {
	hubs, err := q.hubNames()
	if err != nil {
		return nil, err
	}
	labels := map[string]func(string) string{}
	for _, f := range []facet{q.skillFacet(), q.causeFacet(), q.hubFacet(hubs), q.languageFacet(), q.countryFacet()} {
		labels[f.name] = f.label
	}
	labels[community.FacetKind] = func(kind string) string {
		if !slices.Contains(community.PostingKinds, community.PostingKind(kind)) {
			return ""
		}
		return q.Say("words.kind-" + kind)
	}
	return labels, nil
}
