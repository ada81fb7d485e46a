package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func ensure(t *testing.T, e Engine, wantFresh bool) {
	t.Helper()
	if fresh, err := e.Ensure(t.Context(), story{}.schema()); err != nil || fresh != wantFresh {
		t.Fatalf("fresh %v, %v; want %v", fresh, err, wantFresh)
	}
}

func apply(t *testing.T, e Engine, docs ...Document) {
	t.Helper()
	if err := e.Apply(t.Context(), "people", Batch{Upserts: docs}); err != nil {
		t.Fatal(err)
	}
}

func rebuild(t *testing.T, e Engine, docs ...Document) {
	t.Helper()
	if err := e.Rebuild(t.Context(), story{}.schema(), sourceOf(docs), nil); err != nil {
		t.Fatal(err)
	}
}

func finds(t *testing.T, e Engine, text string, want ...string) {
	t.Helper()
	got, err := e.Search(t.Context(), named(text))
	if err != nil {
		t.Fatal(err)
	}
	found := ids(got)
	slices.Sort(found)
	if !slices.Equal(found, append([]string{}, want...)) {
		t.Errorf("%q finds %v, want %v", text, found, want)
	}
}

func TestEmbeddedReopensWhatWasApplied(t *testing.T) {
	dir := t.TempDir()
	e := openEmbeddedAt(t, dir)
	ensure(t, e, true)
	rebuild(t, e, person("mira", "Mira"))
	apply(t, e, person("oleh", "Oleh"))
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = openEmbeddedAt(t, dir)
	ensure(t, e, false)
	finds(t, e, "mira", "mira")
	finds(t, e, "oleh", "oleh")
}

func TestEmbeddedIsFreshUntilARebuildHasEnded(t *testing.T) {
	dir := t.TempDir()
	e := openEmbeddedAt(t, dir)
	ensure(t, e, true)
	apply(t, e, person("mira", "Mira"))
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = openEmbeddedAt(t, dir)
	ensure(t, e, true)
	finds(t, e, "", "mira")
	rebuild(t, e)
	ensure(t, e, false)
	finds(t, e, "")
}

func TestEmbeddedSetsADamagedIndexAside(t *testing.T) {
	damage := map[string]func(t *testing.T, dir string){
		"Bolt":     func(t *testing.T, dir string) { overwrite(t, dir, "root.bolt") },
		"Segment":  func(t *testing.T, dir string) { overwrite(t, dir, ".zap") },
		"Manifest": func(t *testing.T, dir string) { overwrite(t, dir, "people.json") },
		"Meta":     func(t *testing.T, dir string) { overwrite(t, dir, "index_meta.json") },
	}
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			e := openEmbeddedAt(t, dir)
			rebuild(t, e, person("mira", "Mira"))
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, dir)
			e = openEmbeddedAt(t, dir)
			ensure(t, e, true)
			rebuild(t, e, person("mira", "Mira"))
			finds(t, e, "mira", "mira")
			if folders := foldersIn(t, dir); len(folders) != 1 {
				t.Errorf("left behind: %v", folders)
			}
		})
	}
}

// overwrite replaces the contents of all files whose name ends in a text.
func overwrite(t *testing.T, dir, suffix string) {
	t.Helper()
	hit := false
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, suffix) {
			return err
		}
		hit = true
		return os.WriteFile(path, []byte("spilt tea"), 0o600)
	})
	if err != nil || !hit {
		t.Fatalf("no %s overwritten: %v", suffix, err)
	}
}

func foldersIn(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

func TestEmbeddedStartsAnewForAnotherLayout(t *testing.T) {
	dir := t.TempDir()
	e := openEmbeddedAt(t, dir)
	rebuild(t, e, person("mira", "Mira"))
	s := story{}.schema()
	s.Facets = append(s.Facets, "cause")
	if fresh, err := e.Ensure(t.Context(), s); err != nil || !fresh {
		t.Fatalf("fresh %v, %v", fresh, err)
	}
	finds(t, e, "")
	if folders := foldersIn(t, dir); len(folders) != 1 {
		t.Errorf("left behind: %v", folders)
	}
}

func TestEmbeddedTakesNewSynonymsWithoutARebuild(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	rebuild(t, e, person("wei", "太阳"))
	finds(t, e, "soleil")
	s := story{synonyms: [][]string{{"soleil", "太阳"}}}.schema()
	if fresh, err := e.Ensure(t.Context(), s); err != nil || fresh {
		t.Fatalf("fresh %v, %v", fresh, err)
	}
	finds(t, e, "soleil", "wei")
}

func TestEmbeddedFolderBelongsToOneEngine(t *testing.T) {
	dir := t.TempDir()
	owner := openEmbeddedAt(t, dir)
	rebuild(t, owner, person("mira", "Mira"))
	other := openEmbeddedAt(t, dir)
	if _, err := other.Ensure(t.Context(), story{}.schema()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	finds(t, owner, "mira", "mira")
}

func TestRebuildKeepsWhatApplyChangedMeanwhile(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	rebuild(t, e, person("mira", "Mira"), person("oleh", "Oleh"), person("ada", "Ada"))
	source := func(yield func(Document, error) bool) {
		if !yield(person("mira", "Mira"), nil) || !yield(person("oleh", "Oleh"), nil) {
			return
		}
		b := Batch{Upserts: []Document{person("mira", "Miriam"), person("new", "Newcomer")}, Deletes: []string{"oleh"}}
		if err := e.Apply(t.Context(), "people", b); err != nil {
			t.Error(err)
		}
		finds(t, e, "miriam", "mira")
		_ = yield(person("mira", "Mira"), nil) // read again on a page that moved
	}
	if err := e.Rebuild(t.Context(), story{}.schema(), source, nil); err != nil {
		t.Fatal(err)
	}
	finds(t, e, "", "mira", "new")
	finds(t, e, "miriam", "mira")
}

func TestRebuildLeavesTheIndexWhenItsSourceFails(t *testing.T) {
	dir := t.TempDir()
	e := openEmbeddedAt(t, dir)
	rebuild(t, e, person("mira", "Mira"))
	broken := errors.New("store closed")
	source := func(yield func(Document, error) bool) {
		_ = yield(person("oleh", "Oleh"), nil) && yield(Document{}, broken)
	}
	if err := e.Rebuild(t.Context(), story{}.schema(), source, nil); !errors.Is(err, broken) {
		t.Errorf("got %v, want the source's error", err)
	}
	finds(t, e, "", "mira")
	if folders := foldersIn(t, dir); len(folders) != 1 {
		t.Errorf("left behind: %v", folders)
	}
}

func TestRebuildNamesWhatCannotBeIndexed(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	odd := person("odd", "Odd")
	odd.Numbers = map[string]float64{"unknown": 1}
	last := 0
	err := e.Rebuild(t.Context(), story{}.schema(), sourceOf([]Document{odd, person("mira", "Mira")}), func(n int) { last = n })
	var rejected *Rejected
	if !errors.As(err, &rejected) || !slices.Equal(rejected.IDs, []string{"odd"}) {
		t.Errorf("got %v, want odd rejected", err)
	}
	if last != 2 {
		t.Errorf("progress ended at %d, want 2", last)
	}
	finds(t, e, "", "mira")
}

func TestRebuildGivesUpOnTooManyChanges(t *testing.T) {
	c := newChanges()
	for i := range MaxReplay + 1 {
		c.add(Batch{Deletes: []string{fmt.Sprint(i)}})
	}
	if !c.over || len(c.last) > 1 {
		t.Errorf("over %v with %d kept", c.over, len(c.last))
	}
}

func TestClosedEnginesAreUnavailable(t *testing.T) {
	for name, e := range map[string]Engine{"Embedded": openEmbeddedAt(t, t.TempDir()), "Meili": openMeili(t, newFakeMeili(t).URL, "")} {
		t.Run(name, func(t *testing.T) {
			ensure(t, e, true)
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			_, errEnsure := e.Ensure(t.Context(), story{}.schema())
			_, errSearch := e.Search(t.Context(), named("mira"))
			_, errCount := e.Count(t.Context(), "people")
			for what, err := range map[string]error{"Ensure": errEnsure, "Search": errSearch, "Count": errCount, "Health": e.Health(t.Context()),
				"Apply": e.Apply(t.Context(), "people", Batch{}), "Rebuild": e.Rebuild(t.Context(), story{}.schema(), sourceOf(nil), nil)} {
				if !errors.Is(err, ErrUnavailable) {
					t.Errorf("%s: got %v, want ErrUnavailable", what, err)
				}
			}
		})
	}
}

// TestEnginesBearEverythingAtOnce calls all methods at the same time; the race detector watches.
func TestEnginesBearEverythingAtOnce(t *testing.T) {
	engines := map[string]Engine{
		"Embedded": openEmbeddedAt(t, t.TempDir()),
		"Meili":    openMeili(t, newFakeMeili(t).URL, ""),
		"Fallback": NewFallback(openMeili(t, newFakeMeili(t).URL, ""), openEmbeddedAt(t, t.TempDir())),
	}
	for name, e := range engines {
		t.Run(name, func(t *testing.T) {
			ensure(t, e, true)
			var all sync.WaitGroup
			for i := range 3 {
				for _, call := range everyCall(t.Context(), e, i) {
					all.Go(func() {
						for range 3 {
							if err := call(); err != nil && !errors.Is(err, ErrUnavailable) {
								t.Error(err)
							}
						}
					})
				}
			}
			all.Go(func() {
				if err := e.Apply(t.Context(), "people", Batch{Upserts: []Document{person("last", "Last")}}); err != nil && !errors.Is(err, ErrUnavailable) {
					t.Error(err)
				}
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			})
			all.Wait()
			if _, err := e.Search(t.Context(), named("")); !errors.Is(err, ErrUnavailable) {
				t.Errorf("after Close: %v", err)
			}
		})
	}
}

func everyCall(ctx context.Context, e Engine, i int) []func() error {
	s := story{}.schema()
	id := fmt.Sprintf("p%d", i)
	var source iter.Seq2[Document, error] = sourceOf([]Document{person(id, "Person"), person("mira", "Mira")})
	return []func() error{
		func() error { _, err := e.Ensure(ctx, s); return err },
		func() error {
			return e.Apply(ctx, "people", Batch{Upserts: []Document{person(id, "Person")}, Deletes: []string{"mira"}})
		},
		func() error { _, err := e.Search(ctx, named("perso")); return err },
		func() error { _, err := e.SearchAll(ctx, []Query{named("mira"), named("")}); return err },
		func() error { return e.Rebuild(ctx, s, source, nil) },
		func() error { _, err := e.Count(ctx, "people"); return err },
		func() error { return e.Health(ctx) },
		func() error {
			for _, err := range e.Each("people") {
				if err != nil {
					return err
				}
			}
			return nil
		},
	}
}
