package search

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// conform runs all case files against engines that open makes, one for each file.
func conform(t *testing.T, engine string, open func(t *testing.T) Engine) {
	for _, s := range readStories(t) {
		t.Run(s.file, func(t *testing.T) {
			e := open(t)
			s.tell(t, e)
			for _, c := range s.cases {
				if c.only != "" && c.only != engine {
					continue
				}
				t.Run(c.name, func(t *testing.T) { c.check(t, e) })
			}
		})
	}
}

// tell indexes the first half of a story's documents by Rebuild and the rest by Apply, so that
// both ways of writing stand behind every case.
func (s story) tell(t *testing.T, e Engine) {
	t.Helper()
	if _, err := e.Ensure(t.Context(), s.schema()); err != nil {
		t.Fatal(err)
	}
	half := len(s.docs) / 2
	if err := e.Rebuild(t.Context(), s.schema(), sourceOf(s.docs[:half]), nil); err != nil {
		t.Fatal(err)
	}
	if err := e.Apply(t.Context(), "people", Batch{Upserts: s.docs[half:]}); err != nil {
		t.Fatal(err)
	}
}

func sourceOf(docs []Document) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (e example) check(t *testing.T, engine Engine) {
	got, err := engine.Search(t.Context(), e.query)
	if err != nil {
		t.Fatal(err)
	}
	ids, want := ids(got), slices.Clone(e.expect)
	if e.unordered {
		slices.Sort(ids)
		slices.Sort(want)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("finds %v, want %v", ids, want)
	}
	total := e.total
	if total < 0 {
		total = len(e.expect)
	}
	if got.Total != total || got.Relaxed != e.relaxed {
		t.Errorf("total %d relaxed %v, want %d %v", got.Total, got.Relaxed, total, e.relaxed)
	}
	for facet, want := range e.facets {
		if !reflect.DeepEqual(got.Facets[facet], want) {
			t.Errorf("counts of %s are %v, want %v", facet, got.Facets[facet], want)
		}
	}
	for id, want := range e.shows {
		if shown := shownBy(got, id); !slices.Equal(shown, want) {
			t.Errorf("%s shows %q, want %q", id, shown, want)
		}
	}
}

func ids(r Results) []string {
	out := []string{}
	for _, h := range r.Hits {
		out = append(out, h.ID)
	}
	return out
}

// shownBy writes the highlights of a hit with brackets around what was found.
func shownBy(r Results, id string) []string {
	var out []string
	for _, h := range r.Hits {
		for _, l := range h.Highlights {
			if h.ID != id {
				continue
			}
			var b strings.Builder
			b.WriteString(l.Field + ": ")
			for _, f := range l.Fragments {
				if f.Hit {
					b.WriteString("[" + f.Text + "]")
				} else {
					b.WriteString(f.Text)
				}
			}
			out = append(out, b.String())
		}
	}
	return out
}

func TestCasesOnEmbedded(t *testing.T) {
	conform(t, "embedded", openEmbedded)
}

func openEmbedded(t *testing.T) Engine { return openEmbeddedAt(t, t.TempDir()) }

func openEmbeddedAt(t testing.TB, dir string) *Embedded {
	t.Helper()
	e, err := OpenEmbedded(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}
