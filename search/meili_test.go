package search

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func openMeili(t *testing.T, url, key string) *Meili {
	t.Helper()
	m, err := OpenMeili(url, key, fmt.Sprintf("test_%d_", time.Now().UnixNano()))
	if err != nil {
		t.Fatal(err)
	}
	m.patience = context.WithCancel // a machine under load is no slow server
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func TestCasesOnFakeMeilisearch(t *testing.T) {
	conform(t, "meilisearch", func(t *testing.T) Engine { return openMeili(t, newFakeMeili(t).URL, "key") })
}

func TestCasesOnRealMeilisearch(t *testing.T) {
	url := os.Getenv("LONGTABLE_TEST_MEILI_URL")
	if url == "" {
		t.Skip("set LONGTABLE_TEST_MEILI_URL, and LONGTABLE_TEST_MEILI_KEY, to run the cases on a real server")
	}
	conform(t, "meilisearch", func(t *testing.T) Engine {
		m := openMeili(t, url, os.Getenv("LONGTABLE_TEST_MEILI_KEY"))
		t.Cleanup(func() {
			for _, r := range m.remotes {
				if _, err := m.client.DeleteIndex(r.uid); err != nil {
					t.Error(err)
				}
			}
		})
		return m
	})
}

// ready returns an adapter with an ensured index of people, and its fake server.
func ready(t *testing.T) (*Meili, *fakeMeili) {
	t.Helper()
	f := newFakeMeili(t)
	m := openMeili(t, f.URL, "")
	if fresh, err := m.Ensure(t.Context(), story{}.schema()); err != nil || !fresh {
		t.Fatalf("fresh %v, %v", fresh, err)
	}
	return m, f
}

// person makes a document with a name.
func person(id, name string) Document {
	return Document{ID: id, Of: id, Audience: []string{"network"}, Text: map[string][]string{"name": {name}}}
}

// named asks everybody of the network for a name.
func named(text string) Query {
	return Query{Index: "people", Viewer: []string{"network"}, Text: text, Limit: 10}
}

// on breaks requests whose method and path contain a text.
func on(part string, what fault) func(*http.Request) fault {
	return func(r *http.Request) fault {
		if strings.Contains(r.Method+" "+r.URL.Path, part) {
			return what
		}
		return well
	}
}

func TestMeiliApplyWaitsForSuccess(t *testing.T) {
	m, f := ready(t)
	mira := Batch{Upserts: []Document{person("mira", "Mira")}}
	for name, fault := range map[string]func(*http.Request) fault{
		"ErrTaskFails":   on("/documents", fails),
		"ErrBusy":        on("/documents", busy),
		"ErrAnswerLost":  on("/documents", drop),
		"ErrTaskUnknown": on("/tasks", busy),
	} {
		t.Run(name, func(t *testing.T) {
			f.BreakIf(fault)
			if err := m.Apply(t.Context(), "people", mira); !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
		})
	}
	f.BreakIf(func(*http.Request) fault { return well })
	if err := m.Apply(t.Context(), "people", mira); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Search(t.Context(), named("mira")); err != nil || got.Total != 1 {
		t.Errorf("after the repetition: %v, %v", got, err)
	}
}

func TestMeiliApplyNamesTheCulprits(t *testing.T) {
	m, _ := ready(t)
	var b Batch
	for i := range 20 {
		b.Upserts = append(b.Upserts, person(fmt.Sprintf("p~%d", i), "Person"))
	}
	b.Upserts[3].Text["name"], b.Upserts[17].Text["name"] = []string{poison}, []string{poison}
	b.Upserts = append(b.Upserts, Document{ID: "no/such id", Of: "x"})
	var rejected *Rejected
	if err := m.Apply(t.Context(), "people", b); !errors.As(err, &rejected) {
		t.Fatalf("got %v, want *Rejected", err)
	}
	if want := []string{"no/such id", "p~17", "p~3"}; !slices.Equal(rejected.IDs, want) {
		t.Errorf("rejected %q, want %q", rejected.IDs, want)
	}
	if n, err := m.Count(t.Context(), "people"); err != nil || n != 18 {
		t.Errorf("count %d, %v; want the other 18", n, err)
	}
}

func TestMeiliSearchGivesUp(t *testing.T) {
	for name, what := range map[string]fault{"ErrHang": hang, "ErrBusy": busy, "ErrDropped": drop, "ErrTorn": torn} {
		t.Run(name, func(t *testing.T) {
			m, f := ready(t)
			m.patience = f.UntilItHangs
			f.BreakIf(on("multi-search", what))
			if _, err := m.Search(t.Context(), named("mira")); !errors.Is(err, ErrUnavailable) {
				t.Errorf("got %v, want ErrUnavailable", err)
			}
		})
	}
}

func TestASearchHasTheDeadlineThatIsPromised(t *testing.T) {
	m, err := OpenMeili("http://localhost:7700", "", "")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now()
	ctx, cancel := m.patience(t.Context())
	defer cancel()
	if end, limited := ctx.Deadline(); !limited || end.Before(before.Add(SearchDeadline)) || end.After(time.Now().Add(SearchDeadline)) {
		t.Errorf("a search ends at %v, begun at %v", end, before)
	}
}

func TestMeiliRebuildLeavesTheIndexWhenItFails(t *testing.T) {
	m, f := ready(t)
	if err := m.Apply(t.Context(), "people", Batch{Upserts: []Document{person("mira", "Mira")}}); err != nil {
		t.Fatal(err)
	}
	f.BreakIf(on("swap", fails))
	if err := m.Rebuild(t.Context(), story{}.schema(), sourceOf([]Document{person("oleh", "Oleh")}), nil); !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v, want ErrUnavailable", err)
	}
	if got, err := m.Search(t.Context(), named("")); err != nil || !slices.Equal(ids(got), []string{"mira"}) {
		t.Errorf("finds %v, %v; want mira still", got, err)
	}
	f.BreakIf(func(*http.Request) fault { return well })
	if err := m.Rebuild(t.Context(), story{}.schema(), sourceOf([]Document{person("oleh", "Oleh")}), nil); err != nil {
		t.Fatal(err)
	}
	if fresh, err := m.Ensure(t.Context(), story{}.schema()); err != nil || fresh {
		t.Errorf("fresh %v after a rebuild, %v", fresh, err)
	}
	if n, err := m.Count(t.Context(), "people"); err != nil || n != 1 {
		t.Errorf("count %d, %v; want 1 without the marker", n, err)
	}
}

func TestMeiliRefusesBadAddresses(t *testing.T) {
	for _, address := range []string{"", "localhost:7700", "ftp://x", "http://"} {
		if _, err := OpenMeili(address, "", ""); err == nil {
			t.Errorf("%q was accepted", address)
		}
	}
	if _, err := OpenMeili("http://localhost:7700", "", "a/b"); err == nil {
		t.Error("a prefix with a slash was accepted")
	}
}

func TestMeiliSettingsSayWhatIsEmpty(t *testing.T) {
	got := settingsOf(Schema{Name: "bare", Text: []TextField{{"name", 1}}})
	if words, ok := got["stopWords"].([]string); !ok || words == nil || len(words) != 0 {
		t.Errorf("stop words are %#v, want an empty list that replaces another", got["stopWords"])
	}
	if typo := got["typoTolerance"].(map[string]any); typo["enabled"] != true {
		t.Errorf("typo tolerance is %v, want enabled", typo)
	}
}

func FuzzFilterKeepsItsShape(f *testing.F) {
	for _, v := range []string{`a" OR "b`, `\`, `\"`, `"]) OR (f_hub IN ["x`, "é", "%41", "A", "", "a\\\\", "\x00"} {
		f.Add(v, v, 1.5)
	}
	f.Fuzz(func(t *testing.T, a, b string, n float64) {
		if math.IsNaN(n) {
			n = 0
		}
		tree := And{Or{In{"hub", []string{a, b}}, Not{In{"skill", []string{b}}}}, Range{"joined", math.Inf(-1), n}}
		text, o := rendered(tree)
		if math.IsInf(n, 0) {
			return // decided or shortened without a document
		}
		got, err := parseMeiliFilter(text)
		if err != nil || o != depends {
			t.Fatalf("%q: %v", text, err)
		}
		want := And{Or{In{"hub", speltAll([]string{a, b})}, Not{In{"skill", speltAll([]string{b})}}}, tree[1]}
		if !reflect.DeepEqual(got, Filter(want)) {
			t.Errorf("%q reads as %#v, want %#v", text, got, want)
		}
		if unspelt(spelt(a)) != a || (spelt(a) == spelt(b)) != (a == b) {
			t.Errorf("spelling of %q and %q", a, b)
		}
	})
}

func TestPlainTextHasNoOperators(t *testing.T) {
	for typed, want := range map[string]string{
		`"solar panels" -loan`: "solar panels loan", "a* OR b:c^2~ ": "a OR b c 2 ", "": "", "   ": "", "l'eau": "l eau",
		strings.Repeat("word ", 30): strings.TrimSpace(strings.Repeat("word ", 10)) + " ",
	} {
		if got := plainText(typed); got != want {
			t.Errorf("%q becomes %q, want %q", typed, got, want)
		}
	}
}
