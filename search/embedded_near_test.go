package search

import "testing"

// TestAShortBeginningIsFoundAgainAndAnew asks for beginnings whose column is kept: asking for more in between, and a change,
// must not show in it.
func TestAShortBeginningIsFoundAgainAndAnew(t *testing.T) {
	e := openEmbeddedAt(t, t.TempDir())
	rebuild(t, e, person("mira", "Mira Okafor"), person("mo", "Mo Bauer"), person("mobau", "Mobau"))
	for range 2 {
		finds(t, e, "m", "mira", "mo", "mobau")
		finds(t, e, "mo b", "mo", "mobau")
		finds(t, e, "b", "mo")
	}
	apply(t, e, person("mae", "Mae Berg"))
	finds(t, e, "m", "mae", "mira", "mo", "mobau")
	finds(t, e, "b", "mae", "mo")
	if err := e.Apply(t.Context(), "people", Batch{Deletes: []string{"mo"}}); err != nil {
		t.Fatal(err)
	}
	finds(t, e, "m", "mae", "mira", "mobau")
}
