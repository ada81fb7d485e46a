package jobs_test

import (
	"slices"
	"testing"

	"longtable/search"
	"longtable/server/community"
)

func TestComparingMendsWhatSlippedThrough(t *testing.T) {
	s := hire(t)
	amara := string(s.Amara.ID)
	ctx := t.Context()
	reconcile := func(want int) {
		t.Helper()
		if n, err := s.Reconcile(ctx, community.IndexPeople); err != nil || n != want {
			t.Errorf("%d mended, %v; want %d", n, err, want)
		}
	}
	reconcile(0)

	must(t, s.Search.Apply(ctx, "people", search.Batch{Deletes: []string{amara}})) // lost
	stray := search.Document{ID: "stray", Of: "stray", Audience: []string{community.TokenNetwork}, Text: map[string][]string{"name": {"Stray"}}}
	stale := search.Document{ID: string(s.Chen.ID), Of: string(s.Chen.ID), Audience: []string{community.TokenNetwork}, Text: map[string][]string{"name": {"Formerly"}}}
	must(t, s.Search.Apply(ctx, "people", search.Batch{Upserts: []search.Document{stray, stale}}))
	if s.find(s.Binta, community.IndexPeople, "stray").Total != 1 || s.find(s.Binta, community.IndexPeople, "formerly").Total != 1 || s.find(s.Binta, community.IndexPeople, "amara").Total != 0 {
		t.Fatal("the index was not spoilt, so nothing is shown")
	}
	reconcile(3)
	reconcile(0)
	if s.find(s.Binta, community.IndexPeople, "stray").Total != 0 || s.find(s.Binta, community.IndexPeople, "formerly").Total != 0 || s.find(s.Binta, community.IndexPeople, "amara").Total != 1 {
		t.Error("the index still differs")
	}
}

func TestComparingFindsTheNewNameOfAHub(t *testing.T) {
	s := hire(t)
	_, err := s.Hubs.Change(t.Context(), s.Mill, func(h *community.Hub) error { h.Name = "Windmill"; return nil })
	must(t, err)
	s.settle()
	if s.find(s.Binta, community.IndexPeople, "windmill").Total != 0 {
		t.Fatal("the name is told to the hub's people at once, so nothing is shown")
	}
	if n, err := s.Reconcile(t.Context(), community.IndexPeople); err != nil || n == 0 {
		t.Errorf("%d mended, %v", n, err)
	}
	found := s.find(s.Binta, community.IndexPeople, "windmill")
	if !slices.ContainsFunc(found.Hits, func(h search.Hit) bool { return h.Of == string(s.Chen.ID) }) {
		t.Errorf("found are %+v, not Chen of the Windmill", found.Hits)
	}
}

func TestEveryIndexCanBeCompared(t *testing.T) {
	s := hire(t)
	for _, index := range community.Indexes {
		if n, err := s.Reconcile(t.Context(), index); err != nil || n != 0 {
			t.Errorf("%s: %d mended, %v", index, n, err)
		}
	}
}
