package community

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// SavedSearchID is derived from the owner and what is looked for, so that saving twice is saving once.
type SavedSearchID string

// SavedSearch is what a member waits for: they are told, once each, of what it finds from then on. It finds what its owner
// may see, at the moment when there is something to tell.
type SavedSearch struct {
	Record[SavedSearchID] `bson:",inline"`
	Owner                 MemberID            `json:"owner"`
	Kind                  Index               `json:"kind"` // KindAny for all of them
	Text                  string              `json:"text,omitempty"`
	Chosen                map[string][]string `json:"chosen,omitempty"` // values of facets
	SavedAt               Instant             `json:"savedAt"`
	Ready                 bool                `json:"ready,omitempty"` // Known is there; until then nothing is new
	Known                 []string            `json:"known,omitempty"` // ids that it found when it was saved: nothing new
	Broad                 bool                `json:"broad,omitempty"` // it found more than SavedFindsMax: nobody is told
	Day                   Instant             `json:"day,omitempty"`   // of the last notice
	Told                  int                 `json:"told,omitempty"`  // notices on that day
}

// KindAny is the kind of a search in everything. It is a value of its own, since what is empty stands in no index.
const KindAny Index = "any"

// Limits of saved searches.
const (
	SavedSearchesMax = 20  // of one member: more is no longer waiting for something
	SavedFindsMax    = 500 // things that it may find already: each new one of more than that is news to nobody
	SavedTextMax     = 200 // characters, as in the box
	SavedChosenMax   = 60  // values of all facets together
	ToldInDayMax     = 10  // notices of one search in a day; the list says the rest
)

// SavedSearches is what the domain needs of the store.
type SavedSearches interface {
	Keeper[SavedSearchID, SavedSearch]
	Of(ctx context.Context, owner MemberID, page Page) ([]*SavedSearch, Cursor, error) // earliest first
	ForKind(ctx context.Context, kind Index, page Page) ([]*SavedSearch, Cursor, error)
}

// SearchDraft is a search to be saved.
type SearchDraft struct {
	Kind   Index
	Text   string
	Chosen map[string][]string
}

// SaveSearch keeps a search of the viewer's.
func (n *Network) SaveSearch(ctx context.Context, v Viewer, d SearchDraft) (*SavedSearch, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	d.Text = Line(d.Text)
	if err := d.check(); err != nil {
		return nil, err
	}
	own, err := n.OwnSavedSearches(ctx, v)
	if err != nil {
		return nil, err
	}
	s := &SavedSearch{Record: Record[SavedSearchID]{ID: d.id(v.ID)}, Owner: v.ID, Kind: d.Kind, Text: d.Text, Chosen: d.Chosen, SavedAt: n.Now()}
	if slices.ContainsFunc(own, func(o *SavedSearch) bool { return o.ID == s.ID }) {
		return s, nil
	}
	if len(own) >= SavedSearchesMax {
		return nil, Conflict("searches.too-many")
	}
	if err := n.SavedSearches.Add(ctx, s); err != nil && KindOf(err) != KindConflict {
		return nil, err
	}
	return s, nil
}

func (d SearchDraft) check() error {
	count := 0
	for _, values := range d.Chosen {
		count += len(values)
	}
	p := Problems{}
	oneOf(p, "kind", d.Kind, append(slices.Clone(Indexes), KindAny))
	p.atMost("text", d.Text, SavedTextMax)
	if err := Invalid(p); err != nil {
		return err
	}
	switch {
	case d.Text == "" && count == 0:
		return Conflict("searches.for-what")
	case count > SavedChosenMax:
		return Conflict("searches.chosen-too-much")
	}
	return nil
}

func (d SearchDraft) id(owner MemberID) SavedSearchID {
	parts := []string{string(d.Kind), strings.ToLower(d.Text)}
	for _, facet := range slices.Sorted(maps.Keys(d.Chosen)) {
		parts = append(parts, facet, strings.Join(slices.Sorted(slices.Values(d.Chosen[facet])), " "))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return SavedSearchID(string(owner) + "~" + hex.EncodeToString(sum[:8]))
}

// OwnSavedSearches are the viewer's, earliest first.
func (n *Network) OwnSavedSearches(ctx context.Context, v Viewer) ([]*SavedSearch, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	own, _, err := n.SavedSearches.Of(ctx, v.ID, Page{Limit: PageMax})
	return own, err
}

// ForgetSearch takes one of the viewer's away.
func (n *Network) ForgetSearch(ctx context.Context, v Viewer, id SavedSearchID) error {
	if !v.Known() {
		return Unauthenticated()
	}
	s, err := n.SavedSearches.Get(ctx, id)
	if err != nil {
		return err
	}
	if s.Owner != v.ID {
		return NotFound("saved search %s is another's", id)
	}
	return ignoreMissing(n.SavedSearches.Delete(ctx, id))
}

// Awaits tells whether a thing would be new to the search.
func (s *SavedSearch) Awaits(id string) bool {
	return s.Ready && !s.Broad && !slices.Contains(s.Known, id)
}

// News tells whether the owner is to be told of one more thing today, and counts it.
func (s *SavedSearch) News(now Instant) bool {
	day := now - now%Instant(dayMillis)
	if s.Day != day {
		s.Day, s.Told = day, 0
	}
	s.Told++
	return s.Told <= ToldInDayMax
}

const dayMillis = 24 * 60 * 60 * 1000

func (n *Network) eraseSavedSearches(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*SavedSearch, Cursor, error) { return n.SavedSearches.Of(ctx, id, p) },
		func(s *SavedSearch) error { return n.SavedSearches.Delete(ctx, s.ID) })
}
