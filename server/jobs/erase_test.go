package jobs_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"longtable/search"
	"longtable/server/community"
	"longtable/server/jobs"
)

// leave lets Binta go, who has met Amara, and tells what followed.
func (s *staff) leave() {
	s.t.Helper()
	i, err := s.AskIntroduction(s.t.Context(), s.Binta, s.Amara.ID, "Books?")
	must(s.t, err)
	_, err = s.AcceptIntroduction(s.t.Context(), s.Amara, i.ID)
	must(s.t, err)
	s.settle()
	if found := s.find(s.Amara, community.IndexPeople, "Binta"); found.Total != 1 {
		s.t.Fatalf("Binta is found %d times before, so this test means nothing", found.Total)
	}
	must(s.t, s.Leave(s.t.Context(), s.See(s.t, s.Binta.ID)))
	s.settle()
}

func (s *staff) intents() int {
	s.t.Helper()
	all, err := s.Erasures.All(s.t.Context())
	must(s.t, err)
	return len(all)
}

func TestWhoLeftIsFoundNowhereAndForgottenAtTheDoor(t *testing.T) {
	s := hire(t)
	s.leave()
	if found := s.find(s.See(t, s.Amara.ID), community.IndexPeople, "Binta"); found.Total != 0 {
		t.Errorf("search still finds %+v", found.Hits)
	}
	if !slices.Contains(s.door.forgotten, s.Binta.ID) {
		t.Error("the door still knows her")
	}
	told, _, err := s.Notices.Of(t.Context(), s.Amara.ID, community.Page{Limit: 10})
	must(t, err)
	for _, n := range told {
		if n.By == s.Binta.ID || n.Args["name"] != "" {
			t.Errorf("a notice still names her: %+v", n)
		}
	}
	met, err := s.Connections.Of(t.Context(), s.Amara.ID)
	if must(t, err); len(met) != 0 {
		t.Errorf("Amara is connected with nobody: %v", met)
	}
}

func TestTheIntentGoesLast(t *testing.T) {
	s := hire(t)
	s.leave()
	if n, err := s.Scrub(t.Context(), s.Now().Plus(-time.Minute)); err != nil || n != 0 || s.intents() != 1 {
		t.Errorf("within the grace %d are scrubbed, %v; %d intents are left", n, err, s.intents())
	}
	// Somebody who was at it when she left writes a moment too late.
	late := &community.Posting{Record: community.Record[community.PostingID]{ID: "late"}, Author: s.Binta.ID, Hub: s.Harbour, Title: "Late", Board: "open", PostedAt: s.Now()}
	must(t, s.Postings.Add(t.Context(), late))
	if n, err := s.Scrub(t.Context(), s.Now()); err != nil || n != 1 || s.intents() != 0 {
		t.Errorf("after it %d are scrubbed, %v; %d intents are left", n, err, s.intents())
	}
	s.settle()
	if _, err := s.Postings.Get(t.Context(), late.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("what came late is still there: %v", err)
	}
	if seats, _, err := s.Seats.Of(t.Context(), s.Binta.ID, community.Page{Limit: 10}); err != nil || len(seats) > 0 {
		t.Errorf("%d seats are hers, %v", len(seats), err)
	}
	if n, err := s.Scrub(t.Context(), s.Now()); err != nil || n != 0 {
		t.Errorf("again %d are scrubbed: %v", n, err)
	}
}

// stuck is a store that keeps what was deleted, and an index that can't be built.
type stuck struct {
	search.Engine
	buried bool
	err    error
}

func (s stuck) Buried(context.Context) (bool, error) { return s.buried, nil }
func (s stuck) Scrub(context.Context) error          { return s.err }

func TestAScrubThatFailsKeepsTheIntent(t *testing.T) {
	s := hire(t)
	s.leave()
	broken := errors.New("disk on fire")
	for name, tools := range map[string]jobs.Tools{
		"files":  {Files: stuck{buried: true, err: broken}, Search: s.Search},
		"search": {Files: stuck{buried: true}, Search: behind{s.Search}},
	} {
		tools.Network, tools.Door, tools.Hub, tools.Log = s.Network, s.door, s.Jobs.Hub, s.Log
		if n, err := jobs.New(tools).Scrub(t.Context(), s.Now()); err == nil || n != 0 || s.intents() != 1 {
			t.Errorf("%s: %d are scrubbed, %v; %d intents are left", name, n, err, s.intents())
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // shorter than the patience with burials
	defer cancel()
	tools := jobs.Tools{Network: s.Network, Door: s.door, Hub: s.Jobs.Hub, Log: s.Log, Search: s.Search, Files: stuck{buried: false}}
	if n, err := jobs.New(tools).Scrub(ctx, s.Now()); err == nil || n != 0 || s.intents() != 1 {
		t.Errorf("unburied: %d are scrubbed, %v; %d intents are left", n, err, s.intents())
	}
	if n, err := s.Scrub(t.Context(), s.Now()); err != nil || n != 1 {
		t.Errorf("once all is well %d are scrubbed: %v", n, err)
	}
}

// behind is a preferred engine that is down: it would go on holding the words.
type behind struct{ search.Engine }

func (b behind) Rebuild(_ context.Context, s search.Schema, _ iter.Seq2[search.Document, error], _ func(int)) error {
	return &search.Behind{Index: s.Name, Err: errors.New("no answer")}
}

func TestTheScrubberEndsWithTheProgram(t *testing.T) {
	s := hire(t)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { s.RunScrubs(ctx); close(ended) }()
	stop()
	<-ended
}
