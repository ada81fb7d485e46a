package community_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
)

const aDay = 24 * time.Hour

// second is another program on the same store.
func second(t *testing.T, x *communitytest.Table) *community.Network {
	t.Helper()
	stores, err := store.Community(t.Context(), store.NewDB(x.DB.Engine()))
	must(t, err)
	network, err := community.New(stores, x.Clock.Now)
	must(t, err)
	must(t, network.LoadMatches(t.Context()))
	return network
}

func takeTurns(t *testing.T, n *community.Network) int {
	t.Helper()
	closed, err := n.TakeTurns(t.Context())
	must(t, err)
	return closed
}

func TestADayIsClosedOnceByWhoeverComesFirst(t *testing.T) {
	x := laid(t)
	other := second(t, x)
	takeTurns(t, x.Network)
	for _, v := range []community.Viewer{x.Amara, x.Binta, x.Chen} {
		show(t, x, v, 10)
	}
	if closed := takeTurns(t, x.Network); closed != 0 {
		t.Fatalf("%d days were closed before they were over", closed)
	}
	x.Clock.Pass(aDay)
	var closed [2]int
	var both sync.WaitGroup
	for i, n := range []*community.Network{x.Network, other} {
		both.Go(func() {
			var err error
			if closed[i], err = n.TakeTurns(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if closed[0]+closed[1] != 1 {
		t.Errorf("the day was closed %v times", closed)
	}
	takeTurns(t, x.Network)
	takeTurns(t, other)
	number, impacts := x.Matches.TurnsInMemory()
	otherNumber, otherImpacts := other.Matches.TurnsInMemory()
	if number != 2 || otherNumber != 2 || !reflect.DeepEqual(impacts, otherImpacts) || impacts[string(x.Binta.ID)] == 0 {
		t.Errorf("round %d and %d, impacts %v and %v", number, otherNumber, impacts, otherImpacts)
	}
	sets := map[string]bool{}
	for part, err := range x.Impacts.Each(t.Context()) {
		must(t, err)
		sets[part.Set] = true
	}
	if len(sets) != 1 {
		t.Errorf("%d sets of impacts are kept for one round", len(sets))
	}
}

func TestARoundOutlivesARestart(t *testing.T) {
	x := laid(t)
	takeTurns(t, x.Network)
	for range 3 {
		for _, v := range []community.Viewer{x.Amara, x.Binta, x.Chen, x.Dana} {
			show(t, x, v, 2)
		}
		x.Clock.Pass(aDay)
		takeTurns(t, x.Network)
	}
	again := second(t, x)
	number, impacts := x.Matches.TurnsInMemory()
	if n, i := again.Matches.TurnsInMemory(); n != number || !reflect.DeepEqual(i, impacts) || number != 4 {
		t.Errorf("before it was round %d with %v, after it is %d with %v", number, impacts, n, i)
	}
	before := matches(t, x, x.Amara)
	if after, err := again.MatchesFor(t.Context(), x.Amara, 10); err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("the list is %v after it, %v before; %v", after, before, err)
	}
}

func TestDaysThatWereMissedAreCaughtUp(t *testing.T) {
	x := laid(t)
	takeTurns(t, x.Network)
	show(t, x, x.Amara, 10)
	x.Clock.Pass(aDay)
	show(t, x, x.Chen, 10)
	x.Clock.Pass(3 * aDay)
	if closed := takeTurns(t, x.Network); closed != 4 {
		t.Errorf("%d days were closed, not four", closed)
	}
	slow, _ := x.Impacts.(interface {
		OfSet(context.Context, string, community.Page) ([]*community.Impacts, community.Cursor, error)
	})
	head, err := x.Rounds.Get(t.Context(), community.RoundOne)
	must(t, err)
	parts, _, err := slow.OfSet(t.Context(), head.Set, community.Page{Limit: 10})
	must(t, err)
	for _, i := range parts[0].Members {
		if i.Member == x.Binta.ID && !slices.Equal(i.Lists, []int{0, 0, 1, 1}) {
			t.Errorf("Binta stood in %v lists", i.Lists)
		}
	}
	// Longer than lists are kept, nothing is missed, and everything has faded.
	x.Clock.Pass(400 * aDay)
	if closed := takeTurns(t, x.Network); closed != community.ShowingDays {
		t.Errorf("after a year %d days were closed", closed)
	}
}

func TestWhoeverLeavesHasNoImpact(t *testing.T) {
	x := laid(t)
	takeTurns(t, x.Network)
	show(t, x, x.Amara, 10)
	x.Clock.Pass(aDay)
	takeTurns(t, x.Network)
	if _, impacts := x.Matches.TurnsInMemory(); impacts[string(x.Binta.ID)] == 0 {
		t.Fatal("Binta had no impact before")
	}
	must(t, x.Leave(t.Context(), x.Binta))
	must(t, x.Erase(t.Context(), x.Binta.ID, true))
	gone := &community.Member{Record: community.Record[community.MemberID]{ID: x.Binta.ID}}
	gone.Gone = true
	must(t, x.Matches.Put(t.Context(), x.Network, gone))
	for name, n := range map[string]*community.Network{"here": x.Network, "after a restart": second(t, x)} {
		if _, impacts := n.Matches.TurnsInMemory(); len(impacts) == 0 {
			t.Errorf("%s nobody has an impact", name)
		} else if _, has := impacts[string(x.Binta.ID)]; has {
			t.Errorf("%s Binta has an impact", name)
		}
	}
}

func TestAListThatCannotBeSharedOutIsTheBestOne(t *testing.T) {
	x := laid(t)
	want := matches(t, x, x.Amara)
	broken := fmt.Errorf("%w: planted", matching.ErrFloor)
	x.Matches.FailSharing(broken)
	l, err := x.ShortlistFor(t.Context(), x.Amara, 10)
	must(t, err)
	if !errors.Is(l.Fault, matching.ErrFloor) || len(want) == 0 || !reflect.DeepEqual(l.Matches, want) {
		t.Errorf("shown %v with fault %v, not %v", l.Matches, l.Fault, want)
	}
	must(t, x.Remember(t.Context(), x.Amara, l, 10))
	x.Clock.Pass(aDay)
	takeTurns(t, x.Network)
	x.Clock.Pass(aDay)
	takeTurns(t, x.Network) // and the nights go on
}

// However far somebody reads, what stands above is the same.
func TestReadingOnChangesNothingAbove(t *testing.T) {
	n, clock := demoPeople(t, 120)
	takeTurns(t, n)
	everybodyLooks(t, n)
	clock.Pass(aDay)
	takeTurns(t, n)
	looked := 0
	for m, err := range n.Members.Each(t.Context()) {
		must(t, err)
		v, err := n.Viewer(t.Context(), m.ID)
		must(t, err)
		whole := proposed(t, n, v)
		for _, people := range []int{0, 1, community.MatchesAtHome, 4, community.MatchesOnPage, 13, 49} {
			list, err := n.MatchesFor(t.Context(), v, people)
			must(t, err)
			if len(list) != min(people, len(whole)) {
				t.Fatalf("of %d people %d are shown to %s, who asks for %d", len(whole), len(list), v.ID, people)
			}
			for i := range list {
				if list[i].Person.ID != whole[i] {
					t.Fatalf("at place %d of %d stands another person for %s", i+1, people, v.ID)
				}
			}
		}
		if looked++; looked == 20 {
			return
		}
	}
}

// everybodyLooks lets all members look at a page of their matches, many at once, and returns the lists in words.
func everybodyLooks(t *testing.T, n *community.Network) map[community.MemberID]string {
	t.Helper()
	var ids []community.MemberID
	for m, err := range n.Members.Each(t.Context()) {
		must(t, err)
		ids = append(ids, m.ID)
	}
	lists := make([]string, len(ids))
	var all sync.WaitGroup
	turn := make(chan struct{}, 16) // as many share one flush
	for i, id := range ids {
		all.Go(func() {
			turn <- struct{}{}
			defer func() { <-turn }()
			v, err := n.Viewer(t.Context(), id)
			if err == nil {
				lists[i], err = look(t.Context(), n, v)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	shown := make(map[community.MemberID]string, len(ids))
	for i, id := range ids {
		shown[id] = lists[i]
	}
	return shown
}

func look(ctx context.Context, n *community.Network, v community.Viewer) (string, error) {
	l, err := n.ShortlistFor(ctx, v, community.MatchesOnPage)
	if err == nil {
		err = l.Fault
	}
	if err == nil {
		err = n.Remember(ctx, v, l, community.MatchesOnPage)
	}
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(l.Matches)
	return string(text), err
}

// week lets everybody look on each of some days, and tells who was seen by nobody in that time, and the least that a list
// kept, in thousandths.
func week(t *testing.T, members int, percent string) (unseen, least int) {
	t.Helper()
	n, clock := demoPeople(t, members)
	steward, err := n.Members.Stewards(t.Context())
	must(t, err)
	v, err := n.Viewer(t.Context(), steward[0].ID)
	must(t, err)
	_, err = n.Agree(t.Context(), v, community.NetworkScope, community.AgreementDraft{Percent: percent, Reason: "To see what it does."})
	must(t, err)
	takeTurns(t, n)
	for range 7 {
		everybodyLooks(t, n)
		clock.Pass(aDay)
		takeTurns(t, n)
	}
	seen := map[community.MemberID]bool{}
	least = 1000
	for s, err := range n.Showings.Each(t.Context()) {
		must(t, err)
		least = min(least, s.Kept)
		for _, p := range s.People {
			seen[p.Member] = true
		}
	}
	for m, err := range n.Members.Each(t.Context()) {
		must(t, err)
		if !m.MatchingOff && !seen[m.ID] {
			unseen++
		}
	}
	return unseen, least
}

func TestInAWeekHardlyAnybodyStaysUnseen(t *testing.T) {
	t.Parallel()
	plain, _ := week(t, 250, "0")
	turns, least := week(t, 250, "10")
	t.Logf("without turns %d of 250 are seen by nobody, with turns %d; each list keeps %d thousandths", plain, turns, least)
	if plain < 8 {
		t.Fatalf("without turns only %d stay unseen: nothing was tested", plain)
	}
	if turns > plain/4 || least < 900 {
		t.Errorf("with turns %d stay unseen, without them %d; a list keeps %d thousandths", turns, plain, least)
	}
}

// TestProveMatchingTurns is the same week with so many people that most are beyond the reach of most lists, in the running
// product: pages, nights, rooms and the store between.
func TestProveMatchingTurns(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	const members = 2000
	plain, _ := week(t, members, "0")
	turns, least := week(t, members, "10")
	fmt.Printf("figure turns-week-unseen-plain %d of %d members bar %d\n", plain, members, members/50)
	fmt.Printf("figure turns-week-unseen %d of %d members bar %d\n", turns, members, plain/20)
	fmt.Printf("figure turns-week-least-quality %d thousandths bar 900\n", least)
	if plain < members/50 || turns > plain/20 || least < 900 {
		t.Error("below the bar")
	}
}

// What somebody keeps private changes nobody else's list, not over rounds either, in which their lists are counted.
func TestAPrivateNeedChangesNobodyElsesListOverSeveralNights(t *testing.T) {
	t.Parallel()
	nights := func(whose int) (days []map[community.MemberID]string, mine community.MemberID, amounts map[string]matching.Impact) {
		n, clock := demoPeople(t, 150)
		var offered [][]community.Offered // by people who offer most of what can be needed at once
		for m, err := range n.Members.Each(t.Context()) {
			must(t, err)
			switch {
			case mine == "" && len(m.Needs) > 0:
				mine = m.ID
			case len(m.Offers) > 3 && !m.MatchingOff:
				offered = append(offered, m.Offers)
			}
		}
		_, err := n.Members.Change(t.Context(), mine, func(m *community.Member) error {
			m.Needs = nil
			for _, o := range offered[whose][:4] {
				m.Needs = append(m.Needs, o.Skill)
			}
			m.Shown = map[community.Field]community.Audience{community.FieldNeeds: community.OnlyMe}
			return nil
		})
		must(t, err)
		must(t, n.LoadMatches(t.Context()))
		takeTurns(t, n)
		for range 3 {
			days = append(days, everybodyLooks(t, n))
			clock.Pass(aDay)
			takeTurns(t, n)
		}
		_, amounts = n.Matches.TurnsInMemory()
		return append(days, everybodyLooks(t, n)), mine, amounts
	}
	before, mine, amounts := nights(0)
	after, _, amountsAfter := nights(1)
	if !reflect.DeepEqual(amounts, amountsAfter) {
		t.Error("a private need shows in others' impacts")
	}
	own := 0
	for day := range before {
		for id, list := range before[day] {
			switch {
			case id == mine && list != after[day][id]:
				own++
			case id != mine && list != after[day][id]:
				t.Fatalf("day %d: the list of %s changed with what %s keeps private", day, id, mine)
			}
		}
	}
	if own == 0 {
		t.Error("it did not change their own lists either, so this test means nothing")
	}
	if reflect.DeepEqual(before[0], before[3]) {
		t.Error("no list changed over three nights: no turn was taken")
	}
}
