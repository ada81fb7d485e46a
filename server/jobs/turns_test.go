package jobs_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"longtable/server/community"
)

func (s *staff) look(v community.Viewer) (ids []community.MemberID) {
	s.t.Helper()
	l, err := s.ShortlistFor(s.t.Context(), v, community.MatchesOnPage)
	must(s.t, err)
	must(s.t, l.Fault)
	must(s.t, s.Remember(s.t.Context(), v, l, community.MatchesOnPage))
	for _, m := range l.Matches {
		ids = append(ids, m.Person.ID)
	}
	return ids
}

func TestANightClosesTheDayAndForgetsOldLists(t *testing.T) {
	s := hire(t)
	must(t, s.LoadMatches(t.Context()))
	must(t, s.KeepTurns(t.Context()))
	if len(s.look(s.Amara)) == 0 {
		t.Fatal("Amara is shown nobody")
	}
	for _, want := range []int{1, 1, 2} { // again on the same day, and a day later
		if want == 2 {
			s.Clock.Pass(24 * time.Hour)
		}
		must(t, s.KeepTurns(t.Context()))
		if head, err := s.Rounds.Get(t.Context(), community.RoundOne); err != nil || head.Number != want {
			t.Errorf("round %+v, %v; not %d", head, err, want)
		}
	}
	s.Clock.Pass((community.ShowingDays + 1) * 24 * time.Hour)
	must(t, s.KeepTurns(t.Context()))
	if kept, _, err := s.OwnShowings(t.Context(), s.Amara, community.Page{Limit: 1}); err != nil || len(kept) > 0 {
		t.Errorf("after a quarter %+v is kept, %v", kept, err)
	}
}

func TestAnAskingTakesRoomOnceHoweverOftenItIsTold(t *testing.T) {
	s := hire(t)
	must(t, s.LoadMatches(t.Context()))
	s.change(s.Binta.ID, func(m *community.Member) { m.RoomInWeek = 2 })
	i, err := s.AskIntroduction(t.Context(), s.Amara, s.Binta.ID, "Tea?")
	must(t, err)
	for range 3 {
		must(t, s.React(t.Context(), i))
	}
	s.settle()
	if !slices.Contains(s.look(s.Chen), s.Binta.ID) {
		t.Error("one asking filled a week for two")
	}
	_, err = s.AskIntroduction(t.Context(), s.Dana, s.Binta.ID, "Tea?")
	must(t, err)
	if slices.Contains(s.look(s.Chen), s.Binta.ID) {
		t.Error("two askings did not fill it")
	}
}

func TestTheWorkerOfTurnsEnds(t *testing.T) {
	s := hire(t)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.RunTurns(ctx); close(done) }()
	stop()
	<-done
}
