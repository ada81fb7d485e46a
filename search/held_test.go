package search

import (
	"errors"
	"maps"
	"slices"
	"testing"
)

// held reads all that an index holds.
func held(t *testing.T, e Engine) map[string]Held {
	t.Helper()
	out := map[string]Held{}
	for h, err := range e.Each("people") {
		if err != nil {
			t.Fatal(err)
		}
		out[h.ID] = h
	}
	return out
}

func TestAnIndexSaysWhatItHolds(t *testing.T) {
	for name, e := range map[string]Engine{"Embedded": openEmbeddedAt(t, t.TempDir()), "Meili": openMeili(t, newFakeMeili(t).URL, "")} {
		t.Run(name, func(t *testing.T) {
			ensure(t, e, true)
			if got := held(t, e); len(got) != 0 {
				t.Errorf("an empty index holds %v", got)
			}
			rebuild(t, e, person("mira", "Mira"), person("oleh", "Oleh"))
			apply(t, e, person("ada_x~hub", "Ada"))
			if err := e.Apply(t.Context(), "people", Batch{Deletes: []string{"oleh"}}); err != nil {
				t.Fatal(err)
			}
			got := held(t, e)
			if ids := slices.Sorted(maps.Keys(got)); !slices.Equal(ids, []string{"ada_x~hub", "mira"}) {
				t.Errorf("it holds %q", ids)
			}
			if got["mira"].Sum != person("mira", "Mira").Sum() || got["mira"].Of != "mira" {
				t.Errorf("mira is held as %+v", got["mira"])
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			for _, err := range e.Each("people") {
				if !errors.Is(err, ErrUnavailable) {
					t.Errorf("a closed engine yields %v", err)
				}
			}
		})
	}
}

func TestASumSeesWhatIsFoundAndNoOrder(t *testing.T) {
	mira := func() Document {
		d := person("mira", "Mira")
		d.Audience, d.Text["skills"] = []string{"network", "hub:x"}, []string{"solar", "bread"}
		return d
	}
	turned := mira()
	turned.Audience, turned.Text["skills"], turned.Rev = []string{"hub:x", "network"}, []string{"bread", "solar"}, 9
	turned.Facets, turned.Text["bio"] = map[string][]string{"hub": nil}, nil
	if mira().Sum() != turned.Sum() {
		t.Error("another order is another sum")
	}
	for name, change := range map[string]func(d *Document){
		"Audience": func(d *Document) { d.Audience = d.Audience[:1] }, "Except": func(d *Document) { d.Except = []string{"member:x"} },
		"Text": func(d *Document) { d.Text["name"] = []string{"Miro"} }, "Field": func(d *Document) { d.Text["bio"] = []string{"x"} },
		"Facet": func(d *Document) { d.Facets = map[string][]string{"hub": {"x"}} }, "Number": func(d *Document) { d.Numbers = map[string]float64{"joined": 1} },
		"Place": func(d *Document) { d.Place = &Point{1, 2} }, "Of": func(d *Document) { d.Of = "other" },
	} {
		d := mira()
		if change(&d); d.Sum() == mira().Sum() {
			t.Errorf("%s makes no difference", name)
		}
	}
}
