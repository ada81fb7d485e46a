package community_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// crowd fills Harbour with people of whom the first ones declared that they care for somebody.
func fillHarbour(t *testing.T, x *communitytest.Table, people, carers int) []community.Viewer {
	t.Helper()
	var all []community.Viewer
	for i := range people {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}, Name: fmt.Sprintf("Person %d", i), Hub: x.Harbour, JoinedAt: x.Now()}
		if err := x.Members.Add(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		v := x.See(t, m.ID)
		all = append(all, v)
		if i < carers {
			declare(t, x, v, carer(community.UseCounted))
		}
	}
	return all
}

func makeReleases(t *testing.T, x *communitytest.Table) int {
	t.Helper()
	made, err := x.MakeReleases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func carersWhoBelong(t *testing.T, x *communitytest.Table, month string) community.Cell {
	t.Helper()
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), month)
	if err != nil {
		t.Fatal(err)
	}
	return r.Row("carer").Cells[community.StageJoined]
}

func TestAReleaseIsMadeOnceAMonthAndNeverChanges(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 70, 25)
	if made := makeReleases(t, x); made != 2 { // Harbour, and the smaller hubs together
		t.Fatalf("%d tables were made", made)
	}
	want := community.Cell{State: community.CellShown, AtLeast: 20}
	if got := carersWhoBelong(t, x, "2027-03"); got != want {
		t.Errorf("25 carers are %+v", got)
	}
	for _, v := range people[:25] {
		own, err := x.Declaring(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if err := own.Revoke(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if made := makeReleases(t, x); made != 0 || carersWhoBelong(t, x, "2027-03") != want {
		t.Errorf("in the same month %d more were made", made)
	}
	x.Clock.Pass(31 * 24 * time.Hour)
	if makeReleases(t, x); carersWhoBelong(t, x, "2027-04") == want {
		t.Error("a month after all 25 took it back they are still counted")
	}
}

func TestOnlyThoseWhoAgreedAreCountedAndTheirLogSaysSo(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 70, 12)
	for _, v := range people[12:40] {
		declare(t, x, v, carer(community.UseEligibility)) // not for figures
	}
	makeReleases(t, x)
	if got := carersWhoBelong(t, x, "2027-03"); got.AtLeast != 10 {
		t.Errorf("12 agreed, and the figure is %+v", got)
	}
	for i, want := range map[int]int{0: 1, 20: 0} {
		own, err := x.Declaring(t.Context(), people[i])
		if err != nil {
			t.Fatal(err)
		}
		used, _, err := own.Uses(t.Context(), community.Page{Limit: 10})
		if err != nil || len(used) != want {
			t.Errorf("the log of person %d holds %+v: %v", i, used, err)
		}
	}
}

// Several programs over one store make one release, and one entry in each log.
func TestSeveralProgramsMakeOneRelease(t *testing.T) {
	x := communitytest.New(t)
	people := fillHarbour(t, x, 70, 15)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, err := x.MakeReleases(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	_, found, _, err := x.ReleasesOf(t.Context(), x.Amara, x.Harbour, community.Page{Limit: 10})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d releases: %v", len(found), err)
	}
	own, err := x.Declaring(t.Context(), people[0])
	if err != nil {
		t.Fatal(err)
	}
	if used, _, err := own.Uses(t.Context(), community.Page{Limit: 10}); err != nil || len(used) != 1 {
		t.Errorf("%d entries for one release: %v", len(used), err)
	}
}

func TestAFewWhoComeOrGoMoveNothing(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 29)
	makeReleases(t, x)
	x.Clock.Pass(31 * 24 * time.Hour)
	fillHarbour(t, x, 5, 5)
	makeReleases(t, x)
	r, err := x.ReleaseIn(t.Context(), x.Amara, string(x.Harbour), "2027-04")
	if err != nil || r.SetIn != "2027-03" {
		t.Errorf("after 5 came, the figures are set in %v: %v", r, err)
	}
	x.Clock.Pass(30 * 24 * time.Hour)
	fillHarbour(t, x, 15, 15)
	makeReleases(t, x)
	if got := carersWhoBelong(t, x, "2027-05"); got.AtLeast != 40 {
		t.Errorf("49 carers of %d are %+v", 90, got)
	}
}

func TestTheNumberIsRaisedAndNeverLowered(t *testing.T) {
	x := communitytest.New(t)
	if err := x.CountAmong(t.Context(), x.Farid, 15); err != nil {
		t.Fatal(err)
	}
	for k, kind := range map[int]community.Kind{10: community.KindForbidden, 14: community.KindForbidden, community.CountedAtMost + 1: community.KindInvalid} {
		if err := x.CountAmong(t.Context(), x.Farid, k); community.KindOf(err) != kind {
			t.Errorf("%d: %v", k, err)
		}
	}
	if err := x.CountAmong(t.Context(), x.Dana, 20); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a host: %v", err)
	}
	tried, _, err := x.Attempts(t.Context(), x.Binta, community.NetworkScope, community.Page{Limit: 10})
	if err != nil || len(tried) != 1 || tried[0].By != x.Farid.ID || tried[0].Kind != community.TriedToLower {
		t.Errorf("everybody reads %+v: %v", tried, err)
	}
	fillHarbour(t, x, 95, 14)
	makeReleases(t, x)
	if got := carersWhoBelong(t, x, "2027-03"); got.State != community.CellFewer {
		t.Errorf("14 carers among 15 are %+v", got)
	}
}

func TestWithoutTheRootKeyNothingIsPublished(t *testing.T) {
	x := communitytest.New(t)
	fillHarbour(t, x, 70, 25)
	kept := x.Seals
	x.Network.Seals = nil
	if made := makeReleases(t, x); made != 0 {
		t.Errorf("%d tables were made without the key", made)
	}
	x.Network.Seals = kept
	if made := makeReleases(t, x); made != 2 {
		t.Errorf("%d tables were made once it was back", made)
	}
}

func TestLocalSharesAreCheckedLineByLine(t *testing.T) {
	x := communitytest.New(t)
	for table, say := range map[string]string{
		"carer":                    "inclusion.problem-line",
		"carer, 12.5\nrich, 3":     "inclusion.problem-group",
		"carer, 12.5\ncarer, 3":    "inclusion.problem-twice",
		"carer, many":              "inclusion.problem-share",
		"carer, 101":               "inclusion.problem-share",
		"carer, NaN":               "inclusion.problem-share",
		"group, percent":           "inclusion.problem-empty",
		"rather-not-say, 4\na, 3":  "inclusion.problem-group",
		"carer, 12,5":              "inclusion.problem-line",
		strings.Repeat("x", 9_000): "problem.too-long",
	} {
		err := x.BringShares(t.Context(), x.Dana, x.Harbour, community.LocalSharesDraft{Table: table, Source: "Statistics"})
		if e, ok := err.(*community.Error); !ok || e.Fields["table"].Say != say {
			t.Errorf("%.20q: %v", table, err)
		}
	}
	good := community.LocalSharesDraft{Table: "group;percent\ncarer; 12.5%\nrural\t٣٠", Source: "Statistics"}
	if err := x.BringShares(t.Context(), x.Dana, x.Harbour, good); err != nil {
		t.Fatal(err)
	}
	shares, err := x.SharesOf(t.Context(), x.Chen, x.Harbour)
	if err != nil || shares.Tenths["carer"] != 125 || shares.Tenths["rural"] != 300 {
		t.Errorf("taken as %+v: %v", shares, err)
	}
	if err := x.BringShares(t.Context(), x.Amara, x.Harbour, good); community.KindOf(err) != community.KindForbidden {
		t.Errorf("a member: %v", err)
	}
}
