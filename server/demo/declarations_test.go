package demo

import (
	"path/filepath"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/sealed"
)

// The hub of Amara in the usual network: its people, and nothing else of it.
func TestTheFiguresOfAmarasHubShowGroups(t *testing.T) {
	g := New(Options{Seed: 1, Now: spring})
	stores := open(t, t.TempDir())
	n, err := community.New(stores, func() time.Time { return spring })
	if err != nil {
		t.Fatal(err)
	}
	if n.Seals, err = sealed.Make(filepath.Join(t.TempDir(), "root.key")); err != nil {
		t.Fatal(err)
	}
	var h harvest
	g.hub(&h, 0)
	for _, i := range g.plan.people[0] {
		g.member(&h, i)
	}
	if err := h.store(t.Context(), stores); err != nil {
		t.Fatal(err)
	}
	if err := g.Declare(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if _, err := n.MakeReleases(t.Context()); err != nil {
		t.Fatal(err)
	}
	amara := community.Viewer{ID: Personas[0].ID}
	r, err := n.ReleaseIn(t.Context(), amara, string(g.hubID(0)), spring.Format("2006-01"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, row := range r.Rows {
		if row.Cells[community.StageJoined].State == community.CellShown {
			shown++
		}
	}
	if shown < 6 { // everyone, those who did not declare, and four groups
		t.Errorf("of %d people the figures show %d rows", len(g.plan.people[0]), shown)
	}
}

func TestWhatWasTakenBackIsNotDeclaredAgain(t *testing.T) {
	g := New(smallTown)
	stores := open(t, t.TempDir())
	n, err := community.New(stores, func() time.Time { return spring })
	if err != nil {
		t.Fatal(err)
	}
	if n.Seals, err = sealed.Make(filepath.Join(t.TempDir(), "root.key")); err != nil {
		t.Fatal(err)
	}
	var h harvest
	who := -1
	for _, i := range g.plan.people[0] {
		if g.member(&h, i); len(g.declaration(i).Groups) > 0 {
			who = i
		}
	}
	if err := h.store(t.Context(), stores); err != nil {
		t.Fatal(err)
	}
	var left []bool
	for range 2 {
		if err := g.Declare(t.Context(), n); err != nil {
			t.Fatal(err)
		}
		own, err := n.Declaring(t.Context(), community.Viewer{ID: g.memberID(who)})
		if err != nil {
			t.Fatal(err)
		}
		declared, err := own.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, declared != nil)
		if err := own.Revoke(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !left[0] || left[1] {
		t.Errorf("declared at the first and at the second start: %v", left)
	}
}
