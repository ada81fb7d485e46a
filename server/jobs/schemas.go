package jobs

import (
	"longtable/search"
	"longtable/server/community"
)

// Schemas describe what is found and how: the text in the order of its weight, and the facets to narrow by.
func Schemas() map[community.Index]search.Schema {
	schemas := map[community.Index]search.Schema{}
	for index, s := range map[community.Index]search.Schema{
		community.IndexPeople: {
			Text:   texts("name", "skills", "headline", "needs", "about", "place"),
			Facets: []string{community.FacetHub, community.FacetSkill, community.FacetCause, community.FacetLanguage, community.FacetCountry},
			Sorts:  []string{"joined"},
		},
		community.IndexEnterprises: {
			Text:   texts("name", "headline", "about", "place"),
			Facets: []string{community.FacetHub, community.FacetCause, community.FacetCountry},
		},
		community.IndexBoard: {
			Text:   texts("title", "skills", "text", "place"),
			Facets: []string{community.FacetKind, community.FacetHub, community.FacetSkill, community.FacetCountry},
			Sorts:  []string{"posted"},
		},
		community.IndexEvents: {
			Text:   texts("title", "text", "place"),
			Facets: []string{community.FacetHub, community.FacetLanguage, community.FacetCountry},
			Sorts:  []string{"starts"},
		},
		community.IndexProgrammes: {
			Text:   texts("title", "summary", "forwhom", "text", "place"),
			Facets: []string{community.FacetHub, community.FacetLanguage, community.FacetKind, community.FacetCountry},
			Sorts:  []string{"closes"},
		},
		community.IndexHubs: {
			Text:   texts("name", "city", "about", "country"),
			Facets: []string{community.FacetKind, community.FacetCountry, community.FacetLanguage},
			Geo:    true,
		},
	} {
		s.Name = string(index)
		schemas[index] = s
	}
	return schemas
}

// texts are fields whose weight falls in the order given.
func texts(names ...string) []search.TextField {
	fields := make([]search.TextField, len(names))
	for i, name := range names {
		fields[i] = search.TextField{Name: name, Weight: len(names) - i}
	}
	return fields
}
