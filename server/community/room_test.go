package community_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// limit lets somebody want so many introductions a week.
func limit(t *testing.T, x *communitytest.Table, id community.MemberID, room int) {
	t.Helper()
	m, err := x.Members.Change(t.Context(), id, func(m *community.Member) error { m.RoomInWeek = room; return nil })
	must(t, err)
	must(t, x.Matches.Put(t.Context(), x.Network, m))
}

// proposed are the ids of the people that somebody is shown.
func proposed(t *testing.T, n *community.Network, v community.Viewer) (ids []community.MemberID) {
	t.Helper()
	list, err := n.MatchesFor(t.Context(), v, community.MatchesMax)
	must(t, err)
	for _, m := range list {
		ids = append(ids, m.Person.ID)
	}
	return ids
}

func TestWhoeverHasNoRoomInTheirWeekIsPassedOver(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 1)
	before := proposed(t, x.Network, x.Chen)
	if !slices.Contains(before, x.Binta.ID) {
		t.Fatal("with room left Binta is not proposed")
	}
	i := ask(t, x, x.Amara, x.Binta)
	after := proposed(t, x.Network, x.Chen)
	if slices.Contains(after, x.Binta.ID) || len(after) != len(before)-1 {
		t.Errorf("with a full week she is still proposed: %v", after)
	}
	if !slices.Contains(proposed(t, x.Network, x.Amara), x.Binta.ID) {
		t.Error("who asked does not see her any more")
	}
	again := second(t, x)
	if slices.Contains(proposed(t, again, x.Chen), x.Binta.ID) {
		t.Error("after a restart she is proposed")
	}
	must(t, x.PassIntroduction(t.Context(), x.Binta, i.ID))
	if slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("her answer can be told from her place in lists")
	}
	x.Clock.Pass(week7)
	for name, n := range map[string]*community.Network{"here": x.Network, "there": again} {
		if !slices.Contains(proposed(t, n, x.Chen), x.Binta.ID) {
			t.Errorf("a week later she is not proposed %s", name)
		}
	}
}

func TestWhatAHostProposesTakesRoomInEverybodysLists(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 1)
	b := introduce(t, x, x.Binta, x.Amara)
	if slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("with a full week she is still proposed")
	}
	again := second(t, x)
	if slices.Contains(proposed(t, again, x.Chen), x.Binta.ID) {
		t.Error("after a restart she is proposed")
	}
	b.Gone = true
	x.Matches.Brokered(b, x.Now())
	if !slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("a proposal that is no more takes room")
	}
}

// An edit that is told late must not undo the one behind it: it may show what was hidden since.
func TestAnOlderStateThatComesLateChangesNothing(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 3)
	early, err := x.Members.Get(t.Context(), x.Binta.ID)
	must(t, err)
	limit(t, x, x.Binta.ID, 0)
	must(t, x.Matches.Put(t.Context(), x.Network, early))
	if slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("the older state is in force")
	}
}

const week7 = 7 * 24 * time.Hour

func TestNobodyIsProposedWhoWantsNoIntroductions(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 0)
	if slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("Binta is proposed")
	}
	limit(t, x, x.Binta.ID, 3)
	if !slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("Binta is not proposed")
	}
}

func TestAskingsThroughAnotherProgramAreTakenUp(t *testing.T) {
	x := laid(t)
	other := second(t, x)
	m, err := x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error { m.RoomInWeek = 1; return nil })
	must(t, err)
	must(t, other.Matches.Put(t.Context(), other, m))
	ask(t, x, x.Amara, x.Binta)
	if !slices.Contains(proposed(t, other, x.Chen), x.Binta.ID) {
		t.Fatal("the other program knew at once: nothing is tested")
	}
	for range 2 { // twice is once
		must(t, other.LookForAskings(t.Context()))
	}
	if slices.Contains(proposed(t, other, x.Chen), x.Binta.ID) {
		t.Error("it never learnt of the asking")
	}
	limit(t, x, x.Binta.ID, 2)
	must(t, other.Matches.Put(t.Context(), other, m))
	if room := x.Matches.RoomFor(x.Binta.ID, x.Chen.ID, x.Now()); room != 1 {
		t.Errorf("of two one is asked, and there is room for %d", room)
	}
}

// Two people who look at the same moment both see somebody with room for one. Once both asked, nobody else does, and a
// list never holds somebody whose week was full when it began.
func TestRoomAcrossViewersAtOnce(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 2)
	var all sync.WaitGroup
	for _, v := range []community.Viewer{x.Amara, x.Chen, x.Dana, x.Esra} {
		all.Go(func() {
			if _, err := x.AskIntroduction(t.Context(), v, x.Binta.ID, "Tea?"); err != nil {
				t.Error(err)
			}
			full := x.Matches.RoomFor(x.Binta.ID, x.Noor.ID, x.Now()) < 1
			list, err := x.MatchesFor(t.Context(), x.Noor, community.MatchesMax)
			if err != nil {
				t.Error(err)
			}
			for _, m := range list {
				if full && m.Person.ID == x.Binta.ID {
					t.Error("she is proposed with a full week")
				}
			}
			if _, _, err := x.RoomLeft(t.Context(), x.Binta); err != nil {
				t.Error(err)
			}
			if err := x.LookForAskings(t.Context()); err != nil {
				t.Error(err)
			}
			limit(t, x, x.Dana.ID, 3)
		})
	}
	all.Wait()
	if room := x.Matches.RoomFor(x.Binta.ID, x.Noor.ID, x.Now()); room != -2 {
		t.Errorf("four asked, two are wanted, and there is room for %d", room)
	}
	left, next, err := x.RoomLeft(t.Context(), x.Binta)
	if must(t, err); left != 0 || next != x.Now().Plus(week7) {
		t.Errorf("she is told of room for %d, and the next at %v", left, next.Time())
	}
}

func TestWhoLeavesTakesNoRoom(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 1)
	i := ask(t, x, x.Amara, x.Binta)
	i.Gone = true
	x.Matches.Asked(i, x.Now())
	if !slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("an introduction that is no more takes room")
	}
}

func TestABlockTakesNoRoomForWhoReadsItAndFreesNoneForOthers(t *testing.T) {
	x := laid(t)
	limit(t, x, x.Binta.ID, 1)
	ask(t, x, x.Amara, x.Binta)
	must(t, x.Network.Block(t.Context(), x.Amara, x.Binta.ID))
	if left, next, err := x.RoomLeft(t.Context(), x.See(t, x.Binta.ID)); err != nil || left != 1 || next != 0 {
		t.Errorf("Binta is told of room for %d, next %d, %v", left, next, err)
	}
	if slices.Contains(proposed(t, x.Network, x.Chen), x.Binta.ID) {
		t.Error("Chen can tell from his list that somebody blocked her")
	}
}

// However many of the best have no room, the next best take their places.
func TestTheNextBestTakeThePlacesOfThoseWithoutRoom(t *testing.T) {
	n, _ := demoPeople(t, 300)
	m, err := n.Members.Get(t.Context(), firstOf(t, n))
	must(t, err)
	v, err := n.Viewer(t.Context(), m.ID)
	must(t, err)
	var all []community.MemberID
	for m, err := range n.Members.Each(t.Context()) {
		must(t, err)
		all = append(all, m.ID)
	}
	without := func(change func(*community.Member)) []community.MemberID {
		for _, id := range all[:250] {
			m, err := n.Members.Change(t.Context(), id, func(m *community.Member) error { change(m); return nil })
			must(t, err)
			must(t, n.Matches.Put(t.Context(), n, m))
		}
		return proposed(t, n, v)
	}
	before := proposed(t, n, v)
	full := without(func(m *community.Member) { m.RoomInWeek = 0 })
	if out := without(func(m *community.Member) { m.MatchingOff = true }); !slices.Equal(full, out) || len(full) == 0 {
		t.Errorf("with full weeks %v are proposed, without these people %v", full, out)
	}
	passed := 0
	for _, id := range before {
		if slices.Contains(all[:250], id) {
			passed++
		}
	}
	if passed < 25 {
		t.Errorf("only %d of those proposed before had to be passed over", passed)
	}
}

func firstOf(t *testing.T, n *community.Network) community.MemberID {
	t.Helper()
	for m, err := range n.Members.Each(t.Context()) {
		must(t, err)
		return m.ID
	}
	return ""
}
