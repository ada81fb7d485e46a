package web

import (
	"testing"

	"longtable/frontend/pages/events"
	"longtable/server/community"
)

func TestAnEventIsOverFromItsEndOnUnlessItWasCalledOff(t *testing.T) {
	const ends = community.Instant(1_000)
	for _, c := range []struct {
		name  string
		state community.EventState
		now   community.Instant
		want  events.State
	}{
		{"before its end", community.EventOpen, ends - 1, events.Open},
		{"at its end", community.EventOpen, ends, events.Over},
		{"called off", community.EventCancelled, ends - 1, events.Cancelled},
		{"called off long ago", community.EventCancelled, ends + 1, events.Cancelled},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := stateOf(&community.Event{State: c.state, EndsAt: ends}, c.now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestThePositionCountsFromOne(t *testing.T) {
	e := &community.Event{Going: []community.MemberID{"amara"}, Waiting: []community.MemberID{"bilal", "chen"}}
	for id, want := range map[community.MemberID]int{"amara": 0, "bilal": 1, "chen": 2, "stranger": 0} {
		if got := positionOf(e, id); got != want {
			t.Errorf("%s stands at %d, want %d", id, got, want)
		}
	}
}
