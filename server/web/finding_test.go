package web

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"longtable/frontend/components"
	"longtable/search"
	"longtable/server/community"
)

// at puts a request at an address, without a server around it.
func (q *Request) at(t *testing.T, address string) *Request {
	t.Helper()
	app := fiber.New(fiber.Config{Immutable: true})
	var ctx fasthttp.RequestCtx
	ctx.Request.SetRequestURI(address)
	q.c = app.AcquireCtx(&ctx)
	t.Cleanup(func() { app.ReleaseCtx(q.c) })
	return q
}

// shelves is an engine that notes what it is asked and answers as it is told.
type shelves struct {
	search.Engine
	asked   []search.Query
	answers []search.Results
	err     error
}

func (s *shelves) Search(_ context.Context, q search.Query) (search.Results, error) {
	s.asked = append(s.asked, q)
	if s.err != nil {
		return search.Results{}, s.err
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	return answer, nil
}

func found(ids ...string) search.Results {
	results := search.Results{Total: 60, Facets: map[string][]search.FacetCount{"cause": {{Value: "13", Count: 9}, {Value: "99", Count: 4}, {Value: "4", Count: 2}}}}
	for _, id := range ids {
		results.Hits = append(results.Hits, search.Hit{ID: id + "~hub", Of: id})
	}
	return results
}

func TestASearchAsksOnBehalfOfTheViewerAndReadsItsAddress(t *testing.T) {
	engine := &shelves{answers: []search.Results{found("binta", "chen")}}
	q := sewing("en").at(t, "/people?q=soup&cause=13&cause=99&cause=13&after=24")
	q.Search = engine
	got, err := q.find(community.IndexPeople, []facet{q.causeFacet()}, "joined")
	must(t, err)
	asked := engine.asked[0]
	if !slices.Equal(asked.Viewer, q.Viewer.Tokens()) || asked.Text != "soup" || asked.Offset != 24 || asked.Limit != foundOnPage || len(asked.Sort) != 0 {
		t.Errorf("asked %+v", asked)
	}
	if chosen := asked.Chosen["cause"]; !slices.Equal(chosen, []string{"13"}) {
		t.Errorf("chosen are %q; 99 is no cause, and once is enough", chosen)
	}
	if !slices.Equal(got.IDs, []string{"binta", "chen"}) || got.Next != "48" || !got.Narrowed {
		t.Errorf("found %+v", got)
	}
	want := []components.FacetOption{{Value: "13", Label: "Climate action", Count: 9, Checked: true}, {Value: "4", Label: "Quality education", Count: 2}}
	if options := got.Box.Facets[0].Options; !slices.Equal(options, want) {
		t.Errorf("to tick are %+v", options)
	}
}

func TestATickedValueThatIsTooRareToBeCountedIsCountedByItself(t *testing.T) {
	engine := &shelves{answers: []search.Results{found("binta"), {Total: 1}}}
	q := sewing("fr").at(t, "/people?skill=sewing")
	q.Search = engine
	got, err := q.find(community.IndexPeople, []facet{q.skillFacet()}, "joined")
	must(t, err)
	if options := got.Box.Facets[0].Options; !slices.Equal(options, []components.FacetOption{{Value: "sewing", Label: "Couture", Count: 1, Checked: true}}) {
		t.Errorf("to tick are %+v", options)
	}
	if first, second := engine.asked[0], engine.asked[1]; second.Limit != 0 || !slices.Equal(second.Viewer, first.Viewer) || len(first.Facets) != 1 {
		t.Errorf("asked %+v and then %+v", first, second)
	}
}

func TestTheLastPageThatTheEngineShowsIsTheLast(t *testing.T) {
	for _, c := range []struct {
		after  string
		offset int
		next   community.Cursor
	}{
		{"", 0, "24"},
		{"-3", 0, "24"},
		{"960", 960, ""},
		{"99999999999", search.MaxWindow - foundOnPage, ""},
	} {
		results := found("binta")
		results.Total = 5_000
		engine := &shelves{answers: []search.Results{results}}
		q := sewing("en").at(t, "/people?after="+c.after)
		q.Search = engine
		got, err := q.find(community.IndexPeople, nil, "joined")
		must(t, err)
		if engine.asked[0].Offset != c.offset || got.Next != c.next {
			t.Errorf("after %q: offset %d, next %q", c.after, engine.asked[0].Offset, got.Next)
		}
	}
}

func TestNewestComeFirstWhileNothingIsTyped(t *testing.T) {
	engine := &shelves{answers: []search.Results{found()}}
	q := sewing("en").at(t, "/people")
	q.Search = engine
	got, err := q.find(community.IndexPeople, nil, "joined")
	must(t, err)
	if sort := engine.asked[0].Sort; len(sort) != 1 || sort[0].Number != "joined" || !sort[0].Descending || got.Narrowed {
		t.Errorf("sorted by %+v, narrowed: %t", sort, got.Narrowed)
	}
}

func TestAFacetShowsItsMostFrequentValuesAndAllThatAreTicked(t *testing.T) {
	var counted []search.FacetCount
	for n := range 40 {
		counted = append(counted, search.FacetCount{Value: fmt.Sprint("v", n), Count: 40 - n})
	}
	options := facetOptions(facet{label: func(v string) string { return v }}, counted, []string{"v2", "v39"})
	if len(options) != facetShown+1 || options[0].Value != "v0" || !options[2].Checked || options[facetShown].Value != "v39" || options[facetShown].Count != 1 {
		t.Errorf("got %+v", options)
	}
}

func TestASearchThatRestsSaysSo(t *testing.T) {
	q := sewing("en").at(t, "/people?q=soup")
	q.Search = &shelves{err: search.ErrUnavailable}
	if _, err := q.find(community.IndexPeople, nil, ""); community.KindOf(err) != community.KindTooMany {
		t.Errorf("got %v", err)
	}
}

// peopleSchema is what the index of people has to know for the page.
var peopleSchema = search.Schema{Name: "people", Text: []search.TextField{{Name: "name", Weight: 1}}, Sorts: []string{"joined"},
	Facets: []string{community.FacetHub, community.FacetSkill, community.FacetCause, community.FacetLanguage, community.FacetCountry}}

func TestWhoIsFoundIsLoadedThroughTheDomain(t *testing.T) {
	r := openRoom(t)
	engine, err := search.OpenEmbedded(t.TempDir())
	must(t, err)
	t.Cleanup(func() { must(t, engine.Close()) })
	_, err = engine.Ensure(t.Context(), peopleSchema)
	must(t, err)
	document := func(v community.Viewer) search.Document {
		return search.Document{ID: string(v.ID), Of: string(v.ID), Audience: []string{community.TokenNetwork}, Text: map[string][]string{"name": {v.Name}}}
	}
	gone := community.Viewer{ID: "gone", Name: "Binta who left"}
	must(t, engine.Apply(t.Context(), "people", search.Batch{Upserts: []search.Document{document(r.Binta), document(r.Chen), document(gone)}}))
	q := (&Request{Site: &Site{Parts: Parts{Network: r.Network, Search: engine}}, Viewer: r.Amara, Lang: "en"}).at(t, "/people?q=binta")
	got, err := findPeople(q)
	must(t, err)
	people := got.Data.(List[community.Profile]).Items
	if len(people) != 1 || people[0].ID != r.Binta.ID {
		t.Errorf("got %+v", people)
	}
	must(t, r.Block(t.Context(), r.Binta, r.Amara.ID))
	q.Viewer = r.See(t, r.Amara.ID)
	if got, err = findPeople(q); err != nil || len(got.Data.(List[community.Profile]).Items) != 0 {
		t.Errorf("the index lags behind a block, and shows %+v, %v", got.Data, err)
	}
}
