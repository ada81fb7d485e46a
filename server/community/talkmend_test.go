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

func TestOfTwoFirstMessagesAtOnceOneArrives(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	for round := range 10 {
		p, err := x.Post(ctx, x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
		must(t, err)
		stranger := x.See(t, newcomer(t, x, fmt.Sprint("Stranger ", round)))
		var all sync.WaitGroup
		var sent [6]error
		for i := range sent {
			all.Go(func() { _, sent[i] = x.AnswerPosting(ctx, stranger, p.ID, fmt.Sprint("n", i%3), "I have one.") })
		}
		all.Wait()
		talk := community.PairID[community.ConversationID](x.Amara.ID, stranger.ID)
		said := entries(t, x, talk)
		if len(said) != 1 {
			t.Fatalf("round %d: %d first messages arrived", round, len(said))
		}
		for i, err := range sent {
			if ours := fmt.Sprint("n", i%3) == said[0].Nonce; ours != (err == nil) || err != nil && community.KindOf(err) != community.KindConflict {
				t.Errorf("round %d: sending n%d gives %v, where %s arrived", round, i%3, err, said[0].Nonce)
			}
		}
	}
}

func newcomer(t *testing.T, x *communitytest.Table, name string) community.MemberID {
	t.Helper()
	m, err := x.Join(t.Context(), community.NewID[community.MemberID](), name, "en")
	must(t, err)
	return m.ID
}

func TestAFirstMessageThatNeverCameGivesItsPlaceUp(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	p, err := x.Post(ctx, x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	m, err := x.AnswerPosting(ctx, x.Chen, p.ID, "lost", "I have one.")
	must(t, err)
	must(t, x.Messages.Delete(ctx, m.ID)) // as if the program had ended before it was stored
	if _, err := x.Say(ctx, x.Chen, m.Conversation, "next", "Or two."); community.KindOf(err) != community.KindConflict {
		t.Errorf("while the first may still come: %v", err)
	}
	x.Clock.Pass(2 * time.Minute)
	if _, err := x.Say(ctx, x.Chen, m.Conversation, "next", "Or two."); err != nil {
		t.Errorf("once it can't any more: %v", err)
	}
}

func TestWordsOfSomebodyApartAreNotCounted(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	_, err := x.AddToGroup(ctx, x.Binta, group, x.Chen.ID)
	must(t, err)
	unread := func() int64 {
		t.Helper()
		talk, err := x.Conversation(ctx, x.Amara, group)
		must(t, err)
		return talk.Seat.Unread()
	}
	told := func(m *community.Message, hidden bool) {
		t.Helper()
		for range 2 { // a reaction may run twice
			if hidden {
				must(t, x.MarkHidden(ctx, group, x.Amara.ID, m.Place()))
			} else {
				must(t, x.MarkSeat(ctx, group, x.Amara.ID, m.Place(), community.Place{}, m.SentAt))
			}
		}
	}
	say := func(v community.Viewer, nonce string) *community.Message {
		t.Helper()
		m, err := x.Say(ctx, v, group, nonce, "words")
		must(t, err)
		return m
	}
	hidden, seen, late := say(x.Chen, "c1"), say(x.Binta, "b1"), say(x.Chen, "c2")
	told(seen, false)
	told(late, true)
	told(hidden, true) // out of order
	if got := unread(); got != 1 {
		t.Errorf("one message that Amara sees and two that she doesn't count %d", got)
	}
	must(t, x.MarkRead(ctx, x.Amara, group, seen.Seq))
	if got := unread(); got != 0 {
		t.Errorf("with what she sees read there count %d", got)
	}
	told(say(x.Binta, "b2"), false)
	if got := unread(); got != 1 {
		t.Errorf("of what comes next there count %d", got)
	}
}

func TestWhoLeavesAnEventWhileItsConversationOpensIsNotInIt(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	e, err := x.PostEvent(ctx, x.Dana, community.EventDraft{Hub: x.Harbour, Title: "Soup", Date: "2027-03-20", From: "18:30", To: "21:00", Place: "Long room", Capacity: 9})
	must(t, err)
	for range 20 {
		_, err = x.JoinEvent(ctx, x.Amara, e.ID)
		must(t, err)
		var both sync.WaitGroup
		both.Go(func() { _, _ = x.EventTalk(ctx, x.Amara, e.ID) })
		both.Go(func() {
			left, err := x.LeaveEvent(ctx, x.Amara, e.ID)
			if err == nil {
				_, _, err = x.SeatAttendees(ctx, left) // its reaction
			}
			if err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		c, err := x.Conversations.Get(ctx, community.ConversationID("event-"+string(e.ID)))
		if err == nil && slices.Contains(c.Members, x.Amara.ID) {
			t.Fatal("who left the event is in its conversation")
		}
	}
}

func TestAFirstMessageTakesRoomInTheWeek(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	must(t, x.LoadMatches(ctx))
	_, err := x.Members.Change(ctx, x.Amara.ID, func(m *community.Member) error { m.RoomInWeek = 2; return nil })
	must(t, err)
	must(t, x.LoadMatches(ctx))
	room := func() int { return x.Matches.RoomFor(x.Amara.ID, x.Esra.ID, x.Now()) }
	p, err := x.Post(ctx, x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	m, err := x.AnswerPosting(ctx, x.Chen, p.ID, "n1", "I have one.")
	must(t, err)
	before := room()
	must(t, x.LookForAskings(ctx)) // as another program on the same store does
	if before != 2 || room() != 1 {
		t.Errorf("there was room for %d, and is for %d", before, room())
	}
	_, err = x.AcceptRequest(ctx, x.Amara, m.Conversation)
	must(t, err)
	must(t, x.LookForAskings(ctx))
	if room() != 1 {
		t.Errorf("an answer is told by the room: %d", room())
	}
	x.Clock.Pass(8 * 24 * time.Hour)
	if room() != 2 {
		t.Errorf("in the next week there is room for %d", room())
	}
}

func TestTheExportHasOnesOwnWordsWhereOneNoLongerReads(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	direct := community.PairID[community.ConversationID](x.Amara.ID, x.Binta.ID)
	for _, v := range []community.Viewer{x.Amara, x.Binta} {
		_, err := x.Say(ctx, v, group, "g"+string(v.ID), "group of "+v.Name)
		must(t, err)
		_, err = x.Say(ctx, v, direct, "d"+string(v.ID), "direct of "+v.Name)
		must(t, err)
	}
	must(t, x.LeaveGroup(ctx, x.Amara, group))
	must(t, x.Network.Block(ctx, x.Binta, x.Amara.ID))
	amara := x.See(t, x.Amara.ID)
	talks, _, err := x.OwnTalks(ctx, amara, community.Page{Limit: 10})
	must(t, err)
	if len(talks) != 1 || talks[0].Open || talks[0].Conversation.ID != group {
		t.Fatalf("Amara, who was blocked, has %+v", talks)
	}
	talks, _, err = x.OwnTalks(ctx, x.See(t, x.Binta.ID), community.Page{Limit: 10})
	must(t, err)
	closed := slices.DeleteFunc(talks, func(o community.OwnTalk) bool { return o.Open })
	if len(closed) != 1 || closed[0].Conversation.ID != direct {
		t.Errorf("Binta, who blocked her, has %+v", closed)
	}
	for _, talk := range []community.ConversationID{group, direct} {
		own, _, err := x.OwnWords(ctx, amara, talk, 0, 100)
		must(t, err)
		said := 0
		for _, m := range own {
			if m.Sender != amara.ID {
				t.Errorf("somebody else's words: %+v", m)
			}
			if m.Said() && m.Body != "Tea?" {
				said++
			}
		}
		if said == 0 {
			t.Errorf("her own words of %s are missing", talk)
		}
		if _, _, err := x.OwnWords(ctx, x.Noor, talk, 0, 100); community.KindOf(err) != community.KindNotFound {
			t.Errorf("somebody who never was there: %v", err)
		}
	}
}
