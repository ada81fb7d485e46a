package hubs_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/hubs"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	asked   = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	options = []components.Option{{Value: "one", Label: "One"}, {Value: "two", Label: hostile}}
	people  = []hubs.Person{{ID: "amara", Name: "Amara " + hostile}, {ID: "bilal", Name: "بلال"}}
)

// visitor sees what everybody sees.
func visitor() hubs.ShowView {
	return hubs.ShowView{ID: "harbour", Name: "Harbour " + hostile, Form: "Collective", About: hostile, City: hostile, Country: "Ghana",
		Address: hostile, Map: "https://www.openstreetmap.org/?mlat=5.5&mlon=-0.2", Zone: "Africa/Accra", Opening: hostile, Languages: []string{"en", "ar"},
		Facilities: []components.Tag{{Label: "Desks"}}, Access: []components.AccessFact{{Label: "Step-free", Present: true}, {Label: "Childcare"}},
		Programmes: []components.Card{{ID: "p1", Address: "/programmes/p1", Title: hostile, Level: 3}}}
}

// member is signed in, and stands to the hub as the state says.
func member(state hubs.JoinState) hubs.ShowView {
	v := visitor()
	v.SignedIn, v.Hosts, v.People = true, people[:1], people
	v.Events = []components.Card{{ID: "e1", Address: "/events/e1", Title: hostile, When: asked, Level: 3}}
	v.Join = hubs.Join{State: state, AskedAt: asked, AnswerBy: asked.AddDate(0, 0, 3), Words: hostile, Answer: hostile, Replaces: "Mill", WordsMax: 1000}
	return v
}

func pages() map[string]templ.Component {
	card := components.Card{ID: "harbour", Address: "/hubs/harbour", Title: hostile, Text: hostile, Meta: []string{hostile}}
	search := components.Search{Address: "/hubs", Label: "Look", Query: hostile, Facets: []components.Facet{{Name: "country", Legend: "Country",
		Options: []components.FacetOption{{Value: "GH", Label: "Ghana", Count: 2, Checked: true}}}}}
	late, bare, steward := member(hubs.Asked), member(hubs.Outside), member(hubs.Yours)
	late.Join.Late, late.Problem = true, hostile
	late.Join.Form = components.Typed{Values: map[string][]string{"words": {hostile}}, Errors: map[string]string{"words": "Too long"}}
	bare.Hosts, bare.People, bare.Events, bare.Programmes, bare.Facilities, bare.Map, bare.Join.Replaces = nil, nil, nil, nil, nil, "", ""
	steward.Runs, steward.MayEdit = true, true
	steward.Appoint = &hubs.Appoint{Members: options, IDMax: 500, Form: components.Typed{Errors: map[string]string{"member": "Needed", "other": hostile}}}
	form := hubs.FormView{Forms: options, Countries: options, Zones: []string{"Africa/Accra"}, Languages: options, Facilities: options, Access: options,
		NameMax: 80, AboutMax: 2000, AddressMax: 300}
	back := form
	back.ID = "harbour"
	back.Form = components.Typed{General: hostile, Values: map[string][]string{"name": {hostile}, "languages": {"one"}},
		Errors: map[string]string{"name": "x", "form": "x", "country": "x", "latitude": "x", "zone": "x", "facilities": "x", "access": "x", "languages": "x"}}
	return map[string]templ.Component{
		"list":       hubs.List(hubs.ListView{Search: search, Cards: []components.Card{card}, Total: 1, More: "/hubs?after=x", Narrowed: true, Relaxed: true, Degraded: true, MayAdd: true}),
		"list empty": hubs.List(hubs.ListView{Search: search, Narrowed: true}),
		"visitor":    hubs.Show(visitor()),
		"outside":    hubs.Show(member(hubs.Outside)),
		"bare":       hubs.Show(bare),
		"asked":      hubs.Show(member(hubs.Asked)),
		"late":       hubs.Show(late),
		"declined":   hubs.Show(member(hubs.Declined)),
		"yours":      hubs.Show(member(hubs.Yours)),
		"steward":    hubs.Show(steward),
		"people":     hubs.People(hubs.PeopleView{ID: "harbour", Name: hostile, Cards: []components.PersonCard{{ID: "amara", Address: "/people/amara", Name: hostile}}, More: "/x"}),
		"nobody":     hubs.People(hubs.PeopleView{ID: "harbour", Name: hostile}),
		"new":        hubs.Form(form),
		"edit back":  hubs.Form(back),
	}
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(hubs|words|form|parts|search)\.[a-z-]+\s*<|\{(n|days|date|by|hub|city|country)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") || strings.Contains(got, `href="javascript`) {
					t.Error("what somebody wrote became markup or a script")
				}
				if key := missing.FindString(got); key != "" {
					t.Errorf("no sentence for %s", key)
				}
			})
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Hubs", Path: "/hubs", Section: "hubs"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTheWayInFitsHowOneStands(t *testing.T) {
	all := pages()
	const ask = `action="/hubs/harbour/join-requests"`
	for name, want := range map[string]struct {
		asks bool
		says string
	}{
		"visitor":  {false, "Sign in or sign up"},
		"outside":  {true, "They answer by Thursday 4 March 2027"},
		"asked":    {true, "You asked on Monday 1 March 2027"},
		"late":     {true, "late with their answer"},
		"declined": {true, "could not welcome you this time"},
		"yours":    {false, "This is your hub."},
	} {
		got := render(t, "en", all[name])
		if strings.Contains(got, ask) != want.asks || !strings.Contains(got, want.says) {
			t.Errorf("%s: the way in is shown wrongly; it should say %q", name, want.says)
		}
	}
}

func TestVisitorsSeeNobodysName(t *testing.T) {
	v := member(hubs.Outside)
	v.SignedIn = false
	signedIn, visiting := render(t, "en", hubs.Show(member(hubs.Outside))), render(t, "en", hubs.Show(v))
	if !strings.Contains(signedIn, "/people/amara") {
		t.Fatal("people of the network must see Amara for this test to mean anything")
	}
	if strings.Contains(visiting, "/people/") || strings.Contains(visiting, "Amara") {
		t.Error("a visitor is told who is here")
	}
}

func TestWhatAPlaceHasNotIsSaidToo(t *testing.T) {
	got := render(t, "en", hubs.Show(visitor()))
	if !strings.Contains(got, "Step-free") || !strings.Contains(got, "Not here: Childcare") {
		t.Error("somebody has to guess whether there is childcare")
	}
}
