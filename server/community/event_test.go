package community_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestPlacesAreNeverOverbookedAndTheWaitingListKeepsItsOrder(t *testing.T) {
	x := communitytest.New(t)
	e := postEvent(t, x, 5)
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			v := community.Viewer{ID: community.MemberID(fmt.Sprintf("guest-%02d", i))}
			if _, err := x.JoinEvent(t.Context(), v, e.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	now := event(t, x, e.ID)
	if len(now.Going) != 5 || len(now.Waiting) != 35 {
		t.Fatalf("%d go and %d wait", len(now.Going), len(now.Waiting))
	}
	everybody := append(slices.Clone(now.Going), now.Waiting...)
	slices.Sort(everybody)
	if len(slices.Compact(everybody)) != 40 {
		t.Error("somebody stands there twice")
	}
	first := now.Waiting[0]
	if _, err := x.LeaveEvent(t.Context(), community.Viewer{ID: now.Going[0]}, e.ID); err != nil {
		t.Fatal(err)
	}
	after := event(t, x, e.ID)
	if after.AttendanceOf(first) != community.Going || len(after.Going) != 5 || !slices.Equal(after.Waiting, now.Waiting[1:]) {
		t.Error("the freed place did not go to the first of the waiting list")
	}
	if len(after.Moved) != 1 || after.Moved[0] != (community.Move{Member: first, Number: 1}) {
		t.Errorf("the move is remembered as %+v", after.Moved)
	}
}

func TestMorePlacesMovePeopleUpAndFewerTakeNobodysAway(t *testing.T) {
	x := communitytest.New(t)
	e := postEvent(t, x, 1)
	for _, v := range []community.Viewer{x.Amara, x.Binta, x.Chen} {
		if _, err := x.JoinEvent(t.Context(), v, e.ID); err != nil {
			t.Fatal(err)
		}
	}
	d := community.EventDraftOf(event(t, x, e.ID))
	d.Capacity = 2
	edited, err := x.EditEvent(t.Context(), x.Dana, e.ID, d)
	if err != nil || edited.AttendanceOf(x.Binta.ID) != community.Going || edited.AttendanceOf(x.Chen.ID) != community.Waiting {
		t.Fatalf("two places: %+v, %v", edited, err)
	}
	d.Capacity = 1
	if edited, err = x.EditEvent(t.Context(), x.Dana, e.ID, d); err != nil || len(edited.Going) != 2 {
		t.Errorf("taking a place away: %d go, %v", len(edited.Going), err)
	}
}

func TestThoseWhoJoinedAreToldOnlyOfWhatDecidesWhetherTheyCome(t *testing.T) {
	x := communitytest.New(t)
	e := postEvent(t, x, 5)
	d := community.EventDraftOf(e)
	d.Text = "Bring a cup."
	if edited, err := x.EditEvent(t.Context(), x.Dana, e.ID, d); err != nil || edited.Edition != e.Edition {
		t.Errorf("a better text made edition %d of %d, %v", edited.Edition, e.Edition, err)
	}
	d.From = "19:00"
	if edited, err := x.EditEvent(t.Context(), x.Dana, e.ID, d); err != nil || edited.Edition != e.Edition+1 {
		t.Errorf("another time made edition %d after %d, %v", edited.Edition, e.Edition, err)
	}
}

func TestOnlyHostsOfTheHubRunItsEvents(t *testing.T) {
	x := communitytest.New(t)
	e := postEvent(t, x, 5)
	d := community.EventDraftOf(e)
	for name, v := range map[string]community.Viewer{"a member": x.Amara, "the host of another hub": x.Esra} {
		if _, err := x.EditEvent(t.Context(), v, e.ID, d); community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s may edit: %v", name, err)
		}
		if _, err := x.CancelEvent(t.Context(), v, e.ID); community.KindOf(err) != community.KindForbidden {
			t.Errorf("%s may cancel: %v", name, err)
		}
	}
	if _, err := x.CancelEvent(t.Context(), x.Dana, e.ID); err != nil {
		t.Errorf("its host: %v", err)
	}
	if _, err := x.JoinEvent(t.Context(), x.Amara, e.ID); community.KindOf(err) != community.KindConflict {
		t.Errorf("joining what was called off: %v", err)
	}
}

func TestAnEventSaysEverythingThatIsWrongWithItAtOnce(t *testing.T) {
	x := communitytest.New(t)
	_, err := x.PostEvent(t.Context(), x.Dana, community.EventDraft{Hub: x.Harbour, Date: "tomorrow", From: "late", To: "25:00", Capacity: 0, Access: []community.AccessFact{"free beer"}})
	e, ok := err.(*community.Error)
	if !ok {
		t.Fatal(err)
	}
	for _, field := range []string{"title", "date", "place", "capacity", "access"} {
		if _, wrong := e.Fields[field]; !wrong {
			t.Errorf("nothing is said of %s", field)
		}
	}
}

func TestAnEventOverMidnightEndsTheNextDay(t *testing.T) {
	x := communitytest.New(t)
	d := eventDraft(x, 5)
	d.From, d.To = "22:00", "01:30"
	e, err := x.PostEvent(t.Context(), x.Dana, d)
	if err != nil {
		t.Fatal(err)
	}
	if lasts := e.EndsAt.Time().Sub(e.StartsAt.Time()); lasts != 3*time.Hour+30*time.Minute {
		t.Errorf("it lasts %s", lasts)
	}
}

func eventDraft(x *communitytest.Table, capacity int) community.EventDraft {
	return community.EventDraft{Hub: x.Harbour, Title: "Soup and spreadsheets", Date: "2027-03-20", From: "18:30", To: "21:00", Place: "The long room", Capacity: capacity}
}

func postEvent(t *testing.T, x *communitytest.Table, capacity int) *community.Event {
	t.Helper()
	e, err := x.PostEvent(t.Context(), x.Dana, eventDraft(x, capacity))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func event(t *testing.T, x *communitytest.Table, id community.EventID) *community.Event {
	t.Helper()
	e, err := x.Event(t.Context(), x.Dana, id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEverybodyWhomOneEditMovesUpIsRemembered(t *testing.T) {
	x := communitytest.New(t)
	e := postEvent(t, x, 1)
	_, err := x.Events.Change(t.Context(), e.ID, func(e *community.Event) error {
		e.Going = []community.MemberID{x.Amara.ID}
		for range community.WaitingListMax {
			e.Waiting = append(e.Waiting, community.NewID[community.MemberID]())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err = x.EditEvent(t.Context(), x.Dana, e.ID, eventDraft(x, community.CapacityMax))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Going) != community.CapacityMax || len(e.Moved) != community.CapacityMax-1 {
		t.Errorf("%d go and %d of them are told that they may", len(e.Going), len(e.Moved))
	}
}
