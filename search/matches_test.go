package search

import (
	"slices"
	"testing"
)

// TestAQueryMatchesWhatItFinds holds Matches against the engine on every case that neither filters nor needs synonyms.
func TestAQueryMatchesWhatItFinds(t *testing.T) {
	compared := 0
	for _, s := range readStories(t) {
		if len(s.synonyms) > 0 {
			continue
		}
		e := openEmbeddedAt(t, t.TempDir())
		s.tell(t, e)
		for _, c := range s.cases {
			q := c.query
			if q.Filter != nil {
				continue
			}
			q.Offset, q.Limit = 0, 100
			got, err := e.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			found := ids(got)
			if got.Relaxed {
				found = []string{}
			}
			slices.Sort(found)
			matching := []string{}
			for _, d := range s.docs {
				if s.schema().Matches(q, d) {
					matching = append(matching, d.ID)
				}
			}
			slices.Sort(matching)
			if compared++; !slices.Equal(found, matching) {
				t.Errorf("%s: finds %q, matches %q", c.name, found, matching)
			}
		}
	}
	if compared < 80 {
		t.Errorf("only %d cases were compared", compared)
	}
}
