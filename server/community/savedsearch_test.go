package community_test

import (
	"fmt"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestASavedSearchIsSavedOnceAndWithinLimits(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	draft := community.SearchDraft{Kind: community.IndexPeople, Text: " Solar  panels ", Chosen: map[string][]string{"skill": {"b", "a"}}}
	first, err := x.SaveSearch(ctx, x.Amara, draft)
	must(t, err)
	again, err := x.SaveSearch(ctx, x.Amara, community.SearchDraft{Kind: community.IndexPeople, Text: "solar panels", Chosen: map[string][]string{"skill": {"a", "b"}}})
	if err != nil || again.ID != first.ID {
		t.Errorf("saved again as %v, %v", again, err)
	}
	for name, d := range map[string]community.SearchDraft{
		"ErrNothing": {Kind: community.IndexPeople}, "ErrKind": {Kind: "secrets", Text: "x"},
		"ErrLong": {Kind: community.IndexPeople, Text: strings.Repeat("x", community.SavedTextMax+1)},
		"ErrMany": {Kind: community.IndexPeople, Chosen: map[string][]string{"skill": make([]string, community.SavedChosenMax+1)}},
	} {
		if _, err := x.SaveSearch(ctx, x.Amara, d); err == nil {
			t.Errorf("%s was saved", name)
		}
	}
	for i := 1; i < community.SavedSearchesMax; i++ {
		_, err := x.SaveSearch(ctx, x.Amara, community.SearchDraft{Kind: community.KindAny, Text: fmt.Sprint("word", i)})
		must(t, err)
	}
	if _, err := x.SaveSearch(ctx, x.Amara, community.SearchDraft{Kind: community.KindAny, Text: "one more"}); community.KindOf(err) != community.KindConflict {
		t.Errorf("more than allowed: %v", err)
	}
	own, err := x.OwnSavedSearches(ctx, x.Amara)
	if err != nil || len(own) != community.SavedSearchesMax {
		t.Errorf("%d are Amara's, %v", len(own), err)
	}
	if _, err := x.SaveSearch(ctx, community.Viewer{}, draft); community.KindOf(err) != community.KindUnauthenticated {
		t.Errorf("nobody saved one: %v", err)
	}
}
