package web

import (
	"maps"
	"slices"
	"strconv"

	"longtable/frontend/components"
	"longtable/frontend/i18n"
	"longtable/search"
	"longtable/server/community"
)

// facet is one way to narrow a search: its name in the index and in the address, and what its values are called.
type facet struct {
	name   string
	legend string
	label  func(value string) string // empty for a value that is none of ours, or gone
}

// findings is a page of what a search found, as ids: the caller loads them through the domain.
type findings struct {
	IDs      []string
	Total    int
	Next     community.Cursor
	Box      components.Search // without its words, which the page gives
	Narrowed bool              // something was asked for
	Relaxed  bool
	Degraded bool
	Save     string // address of this search, to be told of what it finds later; empty where nothing was asked for
}

const (
	foundOnPage = 24 // cards: some rows of a wide screen, each with a reason to read
	facetShown  = 12 // values of one facet to tick, beside those that are ticked
	chosenMax   = 12 // ticked values of one facet that count
)

// find answers a search page from its own address: ?q= is the text, each facet a parameter of its name, ?after= how many
// come before. Newest is the number to sort by, falling, while no text says what fits best; empty for none.
func (q *Request) find(index community.Index, facets []facet, newest string) (findings, error) {
	limit := q.Page(foundOnPage).Limit
	query := search.Query{Index: string(index), Viewer: q.Viewer.Tokens(), Text: q.Ask("q"), Chosen: q.chosen(facets),
		FacetSize: search.MaxFacetSize, Offset: q.offset(search.MaxWindow - limit), Limit: limit}
	for _, f := range facets {
		query.Facets = append(query.Facets, f.name)
	}
	if query.Text == "" && newest != "" {
		query.Sort = []search.Sort{{Number: newest, Descending: true}}
	}
	results, err := q.Search.Search(q.Context(), query)
	if err != nil {
		return findings{}, searchTrouble(err)
	}
	found := findings{Total: results.Total, Relaxed: results.Relaxed, Degraded: results.Degraded,
		Narrowed: query.Text != "" || len(query.Chosen) > 0, Box: components.Search{Query: query.Text}}
	for _, hit := range results.Hits {
		found.IDs = append(found.IDs, hit.Of)
	}
	if next := query.Offset + limit; next < results.Total && next+limit <= search.MaxWindow {
		found.Next = community.Cursor(strconv.Itoa(next))
	}
	if found.Narrowed && q.Viewer.Known() {
		found.Save = addressOfSearch(&community.SavedSearch{Kind: index, Text: query.Text, Chosen: query.Chosen})
	}
	found.Box.Facets, err = q.facetViews(query, facets, results)
	return found, err
}

// offset is how many items come before this page, as ?after= says.
func (q *Request) offset(most int) int {
	return int(max(0, min(q.AskNumber("after", 0), int64(most))))
}

// chosen are the ticked values of each facet; what has no name is left out, since nobody could untick it.
func (q *Request) chosen(facets []facet) map[string][]string {
	chosen := map[string][]string{}
	for _, f := range facets {
		for _, value := range q.Asks(f.name) {
			if len(chosen[f.name]) < chosenMax && !slices.Contains(chosen[f.name], value) && f.label(value) != "" {
				chosen[f.name] = append(chosen[f.name], value)
			}
		}
	}
	return chosen
}

func (q *Request) facetViews(query search.Query, facets []facet, results search.Results) ([]components.Facet, error) {
	views := make([]components.Facet, len(facets))
	for i, f := range facets {
		views[i] = components.Facet{Name: f.name, Legend: f.legend, Options: facetOptions(f, results.Facets[f.name], query.Chosen[f.name])}
		for _, value := range query.Chosen[f.name] {
			if slices.ContainsFunc(views[i].Options, func(o components.FacetOption) bool { return o.Value == value }) {
				continue
			}
			count, err := q.countOf(query, f.name, value)
			if err != nil {
				return nil, err
			}
			views[i].Options = append(views[i].Options, components.FacetOption{Value: value, Label: f.label(value), Count: count, Checked: true})
		}
	}
	return views, nil
}

// facetOptions are the most frequent values, and of the others those that are ticked.
func facetOptions(f facet, counted []search.FacetCount, chosen []string) []components.FacetOption {
	var options []components.FacetOption
	for _, c := range counted {
		label, ticked := f.label(c.Value), slices.Contains(chosen, c.Value)
		if label != "" && (ticked || len(options) < facetShown) {
			options = append(options, components.FacetOption{Value: c.Value, Label: label, Count: c.Count, Checked: ticked})
		}
	}
	return options
}

// countOf counts a value that is too rare to be among those counted, so that a tick never stands beside a wrong number.
func (q *Request) countOf(query search.Query, facet, value string) (int, error) {
	query.Chosen, query.Facets, query.Sort, query.Offset, query.Limit = maps.Clone(query.Chosen), nil, nil, 0, 0
	query.Chosen[facet] = []string{value}
	results, err := q.Search.Search(q.Context(), query)
	if err != nil {
		return 0, searchTrouble(err)
	}
	return results.Total, nil
}

func (q *Request) hubFacet(hubs hubNames) facet {
	return facet{community.FacetHub, q.Say("people.facet-hub"), func(id string) string { return hubs.name(community.HubID(id)) }}
}

func (q *Request) skillFacet() facet {
	return facet{community.FacetSkill, q.Say("people.facet-skill"), func(id string) string {
		if skill := q.Network.Skills.Get(community.SkillID(id)); skill != nil {
			return skill.Name(q.Lang)
		}
		return ""
	}}
}

func (q *Request) causeFacet() facet {
	return facet{community.FacetCause, q.Say("people.facet-cause"), func(value string) string {
		if n, err := strconv.Atoi(value); err == nil && slices.Contains(community.Causes, community.Cause(n)) {
			return q.causeName(community.Cause(n))
		}
		return ""
	}}
}

func (q *Request) languageFacet() facet {
	ctx := i18n.With(q.Context(), q.Lang)
	return facet{community.FacetLanguage, q.Say("people.facet-language"), func(code string) string {
		if slices.Contains(community.Languages, code) {
			return i18n.LanguageName(ctx, code)
		}
		return ""
	}}
}

func (q *Request) countryFacet() facet {
	ctx := i18n.With(q.Context(), q.Lang)
	return facet{community.FacetCountry, q.Say("people.facet-country"), func(code string) string {
		if slices.Contains(community.Countries, code) {
			return i18n.CountryName(ctx, code)
		}
		return ""
	}}
}

func (q *Request) causeName(c community.Cause) string {
	return q.Say("words.cause-" + strconv.Itoa(int(c)))
}
