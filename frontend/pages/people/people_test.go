package people_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/people"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

var (
	tags = []components.Tag{{Label: hostile, Address: "/people?skill=sewing"}, {Label: "نجارة", Address: "/people?skill=carpentry"}}
	card = components.PersonCard{ID: "amara", Address: "/people/amara", Name: hostile, Pronouns: hostile, Headline: hostile, Place: hostile, Tags: tags}
	box  = components.Search{Address: "/people", Query: hostile, Label: "Look", Hint: "Any language", Facets: []components.Facet{
		{Name: "hub", Legend: "Hub", Options: []components.FacetOption{{Value: hostile, Label: hostile, Count: 3, Checked: true}, {Value: "b", Label: "مركز"}}},
		{Name: "skill", Legend: "Skill"}}}
)

func amara(tie people.Tie) people.ShowView {
	return people.ShowView{ID: "amara", Name: "Amara " + hostile, Pronouns: hostile, Headline: hostile, About: hostile + "\n\nسطر ثان",
		CanDo: tags, Lived: tags, Learning: tags, Needs: tags, Causes: tags, Languages: tags, Hub: tags[0], Enterprise: tags[1],
		HoursPerWeek: 6, Stage: "Growing", Tie: tie, Talk: "/conversations/amara~binta"}
}

// pages are all pages of people in the states that change what they show.
func pages() map[string]templ.Component {
	own := amara(people.Oneself)
	own.Audiences = []string{"network", "hub", "contacts", "me"}
	all := map[string]templ.Component{
		"list":        people.List(people.ListView{Search: box, Cards: []components.PersonCard{card}, Total: 40, More: "/people?after=24", Relaxed: true, Degraded: true}),
		"list nobody": people.List(people.ListView{Search: box, Narrowed: true}),
		"list empty":  people.List(people.ListView{Search: components.Search{Address: "/people", Label: "Look"}}),
		"stranger":    people.Show(amara(people.Strangers)),
		"asked":       people.Show(amara(people.Asked)),
		"connected":   people.Show(amara(people.Connected)),
		"only a name": people.Show(people.ShowView{ID: "noor", Name: "Noor", Tie: people.Strangers}),
	}
	for _, as := range own.Audiences {
		own.As = as
		all["own as "+as] = people.Show(own)
	}
	return all
}

// missing finds what a catalogue shows for a key that it does not have, or for a blank that got no value.
var missing = regexp.MustCompile(`>\s*(people|profile|matches|introductions|skills|words|form|parts|search)\.[a-z-]+\s*<|\{(n|max|part|covered|hub)\}`)

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			t.Run(lang.Lang+" "+name, func(t *testing.T) {
				got := render(t, lang.Lang, page)
				faults, err := htmlcheck.Page(strings.NewReader(got))
				if err != nil || len(faults) > 0 {
					t.Errorf("faults: %v, %s", err, strings.Join(faults, "\n"))
				}
				if strings.Contains(got, "<script>alert") {
					t.Error("what a member wrote became markup")
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
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/people", Section: "people"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestEachTieOffersItsOwnNextStep(t *testing.T) {
	all := pages()
	steps := map[string]string{"stranger": `href="/people/amara/introduction"`, "asked": `tone-waiting`,
		"connected": `href="/conversations/amara~binta"`, "own as me": `href="/profile"`}
	for name, step := range steps {
		got := render(t, "en", all[name])
		if !strings.Contains(got, step) {
			t.Errorf("%s lacks %s", name, step)
		}
		for _, other := range []string{"stranger", "connected"} {
			if other != name && strings.Contains(got, steps[other]) {
				t.Errorf("%s offers the step of %s", name, other)
			}
		}
	}
}

func TestNobodyIsOfferedToBlockThemselves(t *testing.T) {
	const block = `action="/people/amara/block"`
	if !strings.Contains(render(t, "en", pages()["stranger"]), block) {
		t.Error("a stranger cannot be blocked")
	}
	if strings.Contains(render(t, "en", pages()["own as network"]), block) {
		t.Error("one's own page offers a block")
	}
}
