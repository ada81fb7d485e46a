package community_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// show lets somebody look at so many of their matches, and returns what is kept of it.
func show(t *testing.T, x *communitytest.Table, v community.Viewer, people int) *community.Showing {
	t.Helper()
	l, err := x.ShortlistFor(t.Context(), v, people)
	must(t, err)
	must(t, x.Remember(t.Context(), v, l, len(l.Matches)))
	kept, _, err := x.OwnShowings(t.Context(), v, community.Page{Limit: 1})
	must(t, err)
	if len(kept) == 0 {
		return &community.Showing{}
	}
	return kept[0]
}

func peopleShown(s *community.Showing) (ids []community.MemberID) {
	for _, p := range s.People {
		ids = append(ids, p.Member)
	}
	return ids
}

// laid is a table whose matches are read.
func laid(t *testing.T) *communitytest.Table {
	t.Helper()
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	return x
}

func TestTheFirstListOfADayIsRemembered(t *testing.T) {
	x := laid(t)
	first := show(t, x, x.Amara, 1)
	if len(first.People) != 1 || first.Viewer != x.Amara.ID || first.Weights != community.HandSetWeights {
		t.Fatalf("remembered %+v", first)
	}
	further := show(t, x, x.Amara, 10)
	if further.ID != first.ID || len(further.People) < 3 || further.People[0] != first.People[0] {
		t.Fatalf("reading on remembered %+v", further)
	}
	if again := show(t, x, x.Amara, 10); again.Rev != further.Rev {
		t.Error("looking again wrote again")
	}
	x.Clock.Pass(24 * time.Hour)
	if tomorrow := show(t, x, x.Amara, 10); tomorrow.Day != first.Day+1 {
		t.Errorf("the next day's list: %+v", tomorrow)
	}
}

func TestAListThatChangedOverTheDayAddsNothing(t *testing.T) {
	x := laid(t)
	first := show(t, x, x.Amara, 1)
	_, err := x.Members.Change(t.Context(), first.People[0].Member, func(m *community.Member) error { m.MatchingOff = true; return nil })
	must(t, err)
	must(t, x.LoadMatches(t.Context()))
	if later := show(t, x, x.Amara, 10); !slices.Equal(later.People, first.People) {
		t.Errorf("of two lists one was made: %+v", later)
	}
}

// The terms under the weights of the version give each score again, and so the order.
func TestAShowingTellsHowItWasMade(t *testing.T) {
	x := laid(t)
	s := show(t, x, x.Amara, 10)
	last := matching.MaxPoints
	for _, p := range s.People {
		score := matching.HandSet().Score(p.ForViewer, p.ForThem)
		if score == 0 || score > last {
			t.Errorf("%s stands behind %d points with %d", p.Member, last, score)
		}
		last = score
	}
	if len(s.People) < 3 {
		t.Errorf("only %d people were shown", len(s.People))
	}
}

func TestListsAreForgottenAfterAQuarter(t *testing.T) {
	x := laid(t)
	show(t, x, x.Amara, 10)
	x.Clock.Pass(community.ShowingDays * 24 * time.Hour)
	show(t, x, x.Amara, 10)
	for _, want := range []int{2, 1} {
		must(t, x.SweepShowings(t.Context()))
		kept, _, err := x.OwnShowings(t.Context(), x.Amara, community.Page{Limit: 10})
		must(t, err)
		if len(kept) != want {
			t.Errorf("%d lists are kept, not %d", len(kept), want)
		}
		x.Clock.Pass(24 * time.Hour)
	}
}

func TestWhoeverIsTakenOutLeavesTheirPlace(t *testing.T) {
	x := laid(t)
	before := show(t, x, x.Amara, 10)
	at := slices.Index(peopleShown(before), x.Binta.ID)
	if at < 0 {
		t.Fatal("Binta was not shown")
	}
	must(t, x.Erase(t.Context(), x.Binta.ID, true))
	after, err := x.Showings.Get(t.Context(), before.ID)
	must(t, err)
	if after.People[at] != (community.Shown{}) || len(after.People) != len(before.People) {
		t.Errorf("after she left: %+v", after.People)
	}
	after.People[at] = before.People[at]
	if !slices.Equal(after.People, before.People) {
		t.Error("somebody else's place changed")
	}
}

func TestManyLookAtOnce(t *testing.T) {
	x := laid(t)
	var all sync.WaitGroup
	for _, v := range []community.Viewer{x.Amara, x.Binta, x.Chen, x.Dana} {
		for people := range 4 {
			all.Go(func() {
				l, err := x.ShortlistFor(t.Context(), v, people)
				if err == nil {
					err = x.Remember(t.Context(), v, l, people)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for _, v := range []community.Viewer{x.Amara, x.Binta, x.Chen, x.Dana} {
		if kept, _, err := x.OwnShowings(t.Context(), v, community.Page{Limit: 10}); err != nil || len(kept) != 1 || len(kept[0].People) == 0 {
			t.Errorf("of %s %d lists are kept, %v", v.Name, len(kept), err)
		}
	}
}
