package search

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestBadQueriesAreRefused(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	ensure(t, e, true)
	deep := Filter(And{})
	for range MaxFilterDepth + 1 {
		deep = Not{deep}
	}
	bad := map[string]Query{
		"ErrIndex":          {Index: "nothing"},
		"ErrOffset":         {Offset: -1},
		"ErrLimit":          {Limit: MaxWindow + 1},
		"ErrWindow":         {Offset: MaxWindow, Limit: 1},
		"ErrOverflow":       {Offset: math.MaxInt, Limit: math.MaxInt},
		"ErrViewer":         {Viewer: make([]string, MaxViewer+1)},
		"ErrFacet":          {Facets: []string{"secret"}},
		"ErrManyFacets":     {Facets: slices.Repeat([]string{"hub"}, 500)},
		"ErrFacetSize":      {FacetSize: MaxFacetSize + 1},
		"ErrChosen":         {Chosen: map[string][]string{"audience": {"x"}}},
		"ErrSort":           {Sort: []Sort{{Number: "audience"}}},
		"ErrSortNear":       {Sort: []Sort{{Near: &Point{91, 0}}}},
		"ErrHighlight":      {Highlight: []string{"kept"}},
		"ErrFilterFacet":    {Filter: Eq("audience", "network")},
		"ErrFilterNumber":   {Filter: Range{"rev", 0, 1}},
		"ErrFilterNaN":      {Filter: Range{"joined", math.NaN(), 1}},
		"ErrFilterRadius":   {Filter: GeoRadius{Point{0, 0}, 0}},
		"ErrFilterPlace":    {Filter: GeoRadius{Point{0, math.NaN()}, 5}},
		"ErrFilterNil":      {Filter: Not{}},
		"ErrFilterDeep":     {Filter: deep},
		"ErrFilterMany":     {Filter: Or(slices.Repeat([]Filter{And{}}, MaxFilterNodes+1))},
		"ErrFilterManyEach": {Filter: In{"hub", make([]string, MaxFilterValues+1)}},
	}
	for name, q := range bad {
		t.Run(name, func(t *testing.T) {
			if q.Index == "" {
				q.Index = "people"
			}
			if q.Viewer == nil {
				q.Viewer = []string{"network"}
			}
			if _, err := e.Search(t.Context(), q); !errors.Is(err, ErrBadQuery) {
				t.Errorf("got %v, want ErrBadQuery", err)
			}
		})
	}
	if _, err := e.SearchAll(t.Context(), make([]Query, MaxQueries+1)); !errors.Is(err, ErrBadQuery) {
		t.Errorf("too many queries: %v", err)
	}
}

func TestBadSchemasAreRefused(t *testing.T) {
	text := []TextField{{"name", 5}}
	for name, s := range map[string]Schema{
		"ErrName":       {Name: "a/b", Text: text},
		"ErrNoText":     {Name: "people"},
		"ErrTextName":   {Name: "people", Text: []TextField{{"n_", 1}}},
		"ErrTwice":      {Name: "people", Text: []TextField{{"name", 1}, {"name", 1}}},
		"ErrWeight":     {Name: "people", Text: []TextField{{"name", 0}}},
		"ErrOrder":      {Name: "people", Text: []TextField{{"bio", 1}, {"name", 2}}},
		"ErrFacetTwice": {Name: "people", Text: text, Facets: []string{"hub", "hub"}},
		"ErrSortName":   {Name: "people", Text: text, Sorts: []string{"Joined"}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := openEmbeddedAt(t, t.TempDir()).Ensure(t.Context(), s); !errors.Is(err, ErrBadQuery) {
				t.Errorf("got %v, want ErrBadQuery", err)
			}
		})
	}
}

func TestBadDocumentsAreNamed(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	ensure(t, e, true)
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprint("t", i))
		}
		return out
	}
	for name, spoil := range map[string]func(d *Document){
		"ErrID":        func(d *Document) { d.ID = "a/b" },
		"ErrIDLong":    func(d *Document) { d.ID = strings.Repeat("a", MaxID+1) },
		"ErrOf":        func(d *Document) { d.Of = "" },
		"ErrAudience":  func(d *Document) { d.Audience = many(MaxAudience + 1) },
		"ErrToken":     func(d *Document) { d.Audience = []string{""} },
		"ErrExcept":    func(d *Document) { d.Except = []string{strings.Repeat("x", MaxToken+1)} },
		"ErrText":      func(d *Document) { d.Text["bio"] = []string{strings.Repeat("x", MaxTextBytes)} },
		"ErrTextField": func(d *Document) { d.Text["secret"] = []string{"x"} },
		"ErrFacet":     func(d *Document) { d.Facets = map[string][]string{"audience": {"x"}} },
		"ErrControl":   func(d *Document) { d.Facets = map[string][]string{"hub": {"a\x00b"}} },
		"ErrNumber":    func(d *Document) { d.Numbers = map[string]float64{"joined": math.Inf(1)} },
		"ErrPlace":     func(d *Document) { d.Place = &Point{0, 181} },
	} {
		t.Run(name, func(t *testing.T) {
			bad, good := person("bad", "Bad"), person("good", "Good")
			spoil(&bad)
			var rejected *Rejected
			err := e.Apply(t.Context(), "people", Batch{Upserts: []Document{bad, good}})
			if !errors.As(err, &rejected) || !slices.Equal(rejected.IDs, []string{bad.ID}) {
				t.Errorf("got %v, want %q rejected", err, bad.ID)
			}
			finds(t, e, "", "good")
		})
	}
	if err := e.Apply(t.Context(), "people", Batch{Deletes: make([]string, MaxBatch+1)}); !errors.Is(err, ErrBadQuery) {
		t.Errorf("too large a batch: %v", err)
	}
}

func TestBatchesRepeatWithoutHarm(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	ensure(t, e, true)
	b := Batch{Upserts: []Document{person("mira", "First"), person("mira", "Second")}, Deletes: []string{"mira", "gone", "not an id"}}
	for range 2 {
		if err := e.Apply(t.Context(), "people", b); err != nil {
			t.Fatal(err)
		}
	}
	finds(t, e, "second", "mira")
	finds(t, e, "first")
	if err := e.Apply(t.Context(), "people", Batch{Deletes: []string{"mira"}}); err != nil {
		t.Fatal(err)
	}
	finds(t, e, "")
}

func FuzzTypedTextNeverFails(f *testing.F) {
	e, err := OpenEmbedded(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := e.Close(); err != nil {
			f.Error(err)
		}
	})
	d := person("mira", "Mira Okafor 太阳能 énergie أحمد ऊर्जा")
	if err := e.Rebuild(f.Context(), story{}.schema(), sourceOf([]Document{d}), nil); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"", `"`, `a AND (b OR`, "name:mira^3~2*", "\x00\xff\u202e", strings.Repeat("é", 5_000), strings.Repeat("太", 5_000),
		strings.Repeat("a ", 5_000), "'’'", "\u0301\u0301", "ﷺ", "👩‍🌾", "комп'", "\ue000mira\ue001"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := named(text)
		q.Highlight = []string{"name"}
		got, err := e.Search(t.Context(), q)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for _, h := range got.Hits {
			for _, l := range h.Highlights {
				for _, part := range l.Fragments {
					if part.Text == "" || !utf8.ValidString(part.Text) {
						t.Errorf("%q shows %q", text, part.Text)
					}
				}
			}
		}
		if words := queryWords(text); len(words) > MaxQueryWords {
			t.Errorf("%d words", len(words))
		}
	})
}

func TestFold(t *testing.T) {
	for word, want := range map[string]string{
		"Straße": "strasse", "İstanbul": "istanbul", "ÉCOLE": "ecole", "cœur": "coeur", "ﬁn": "fin", "Ёлка": "елка", "їжак": "їжак", "Йога": "йога",
		"مُهَنْدِس": "مهندس", "إلى": "الي", "النجارة": "نجاره", "نجارة": "نجاره", "والحسابات": "حسابات", "للحسابات": "حسابات", "ألم": "الم", "والد": "والد", "كتـــاب": "كتاب", "۱۲۳": "123", "٤٥": "45", "हिन्दी": "हिन्दी", "ज़मीन": "जमीन", "Ａ１": "a1", "naïve": "naive",
		strings.Repeat("x", 100): strings.Repeat("x", maxTermRunes),
	} {
		if got := fold(word); got != want {
			t.Errorf("%q folds to %q, want %q", word, got, want)
		}
	}
}

func TestHighlightsAreCutAroundTheFirstWordFound(t *testing.T) {
	value := strings.Repeat("long table ", 40) + "solar " + strings.Repeat("and bread ", 60)
	got := highlight(map[string][]string{"bio": {value}}, []string{"bio"}, queryWords("solar "))
	if len(got) != 1 || len(got[0].Fragments) != 3 || got[0].Fragments[1] != (Fragment{"solar", true}) {
		t.Fatalf("got %v", got)
	}
	before, after := got[0].Fragments[0].Text, got[0].Fragments[2].Text
	if !strings.HasPrefix(before, "…") || !strings.HasSuffix(after, "…") || utf8.RuneCountInString(before+after) > MaxHighlightRunes+2 {
		t.Errorf("cut to %q and %q", before, after)
	}
}

func TestVocabularyIsSafeForAll(t *testing.T) {
	v := newVocabulary()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			v.learn(map[string]uint64{fmt.Sprint("term", i): 1, "solar": 1 << (i % 4)})
		}
	}()
	for range 200 {
		v.candidates(word{text: "terminator", budget: 2, prefix: true})
		v.fieldsOf("solar")
	}
	<-done
	if v.fieldsOf("solar") != 15 {
		t.Errorf("fields of solar are %b", v.fieldsOf("solar"))
	}
}
