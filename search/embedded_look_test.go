package search

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

func TestALookTellsHowAnIndexStands(t *testing.T) {
	dir := t.TempDir()
	stands := func(want IndexState, s Schema) {
		t.Helper()
		if got, err := LookAtIndex(dir, s); err != nil || got != want {
			t.Errorf("it stands as %q, %v; want %q", got, err, want)
		}
	}
	s, other := story{}.schema(), story{}.schema()
	other.Facets = append(other.Facets, "cause")
	stands(IndexMissing, s)
	e := openEmbeddedAt(t, dir)
	ensure(t, e, true)
	stands(IndexPartial, s)
	rebuild(t, e, person("mira", "Mira"))
	stands(IndexReady, s) // while the engine has it open
	stands(IndexOld, other)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	for _, folder := range foldersIn(t, dir) {
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			t.Fatal(err)
		}
	}
	stands(IndexLost, s)
	if err := os.WriteFile(filepath.Join(dir, s.Name+".json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := LookAtIndex(dir, s); err == nil {
		t.Errorf("half a manifest stands as %q", got)
	}
}

func TestMeiliTellsAKeyThatFitsFromOneThatDoesNot(t *testing.T) {
	m, f := ready(t)
	if err := m.Admits(t.Context()); err != nil {
		t.Error(err)
	}
	f.BreakIf(on("GET /indexes", refuse))
	if err := m.Admits(t.Context()); !hasCode(err, "invalid_api_key") {
		t.Errorf("a key that is refused gives %v", err)
	}
	if err := m.Health(t.Context()); err != nil {
		t.Errorf("health needs a key: %v", err)
	}
	f.BreakIf(func(*http.Request) fault { return well })
}
