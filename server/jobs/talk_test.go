package jobs_test

import (
	"slices"
	"testing"
	"time"

	"longtable/server/community"
)

// told are the sentences of somebody's notices, sorted.
func (s *staff) told(v community.Viewer) []string {
	s.t.Helper()
	s.settle()
	var says []string
	for _, n := range s.notices(v) {
		says = append(says, n.Say)
	}
	slices.Sort(says)
	return says
}

func TestWhoMutedAConversationIsToldOfWhatMentionsThem(t *testing.T) {
	s, ctx := hire(t), t.Context()
	s.connect(s.Amara, s.Binta)
	amara := s.See(t, s.Amara.ID)
	group, err := s.StartGroup(ctx, amara, community.GroupDraft{Nonce: "0123456789abcdef", Title: "Bakers", Members: []community.MemberID{s.Binta.ID}})
	must(t, err)
	must(t, s.ReadNotices(ctx, s.Binta))
	before := s.told(s.Binta)
	must(t, s.Mute(ctx, s.Binta, group.ID, true))
	_, err = s.Say(ctx, amara, group.ID, "a1", "Flour?")
	must(t, err)
	if got := s.told(s.Binta); !slices.Equal(got, before) {
		t.Errorf("who muted it is told %q", got)
	}
	for range 2 {
		_, err = s.Write(ctx, amara, group.ID, community.MessageDraft{Nonce: "a2", Body: "Flour, Binta?", Mentions: []community.MemberID{s.Binta.ID}})
		must(t, err)
	}
	if got := s.told(s.Binta); len(got) != len(before)+1 || !slices.Contains(got, "notices.mention") {
		t.Errorf("who is mentioned is told %q", got)
	}
	must(t, s.Mute(ctx, s.Binta, group.ID, false))
	_, err = s.Say(ctx, amara, group.ID, "a3", "Salt?")
	must(t, err)
	if got := s.told(s.Binta); len(got) != len(before)+2 {
		t.Errorf("who wants to be told again is told %q", got)
	}
}

func TestAFirstMessageIsToldWithinTheRoomOfTheWeek(t *testing.T) {
	s, ctx := hire(t), t.Context()
	s.change(s.Amara.ID, func(m *community.Member) { m.RoomInWeek = 1 })
	p, err := s.Network.Post(ctx, s.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	var first *community.Message
	for _, from := range []community.Viewer{s.Chen, s.Noor} {
		s.Clock.Pass(time.Minute)
		m, err := s.AnswerPosting(ctx, from, p.ID, "n1", "I have one.")
		must(t, err)
		if first == nil {
			first = m
		}
	}
	if got := s.told(s.Amara); !slices.Equal(got, []string{"notices.request"}) {
		t.Errorf("with room for one Amara is told %q", got)
	}
	s.change(s.Amara.ID, func(m *community.Member) { m.RoomInWeek = 2 })
	_, err = s.AcceptRequest(ctx, s.Amara, first.Conversation)
	must(t, err)
	if got := s.told(s.Amara); !slices.Equal(got, []string{"notices.request", "notices.request"}) {
		t.Errorf("once there is room for the next she is told %q", got)
	}
}

func TestAReactionMovesNobodysListAndIsNotTold(t *testing.T) {
	s, ctx := hire(t), t.Context()
	talk := s.connect(s.Amara, s.Binta)
	s.settle()
	amara := s.See(t, s.Amara.ID)
	before, err := s.Conversation(ctx, amara, talk)
	must(t, err)
	told := s.told(s.Amara)
	s.Clock.Pass(community.EditWithin)
	_, err = s.ReactTo(ctx, s.See(t, s.Binta.ID), talk, 1, "thanks")
	must(t, err)
	if got := s.told(s.Amara); !slices.Equal(got, told) {
		t.Errorf("of a reaction Amara is told %q", got)
	}
	after, err := s.Conversation(ctx, amara, talk)
	must(t, err)
	if after.Seat.Head != 2 || after.Seat.Unread() != before.Seat.Unread() || after.Seat.LastAt != before.Seat.LastAt {
		t.Errorf("the seat went from %+v to %+v", before.Seat, after.Seat)
	}
}

func TestTheConversationOfAnEventFollowsTheEvent(t *testing.T) {
	s, ctx := hire(t), t.Context()
	e, err := s.PostEvent(ctx, s.Dana, community.EventDraft{Hub: s.Harbour, Title: "Soup", Date: "2027-03-20", From: "18:30", To: "21:00", Place: "Long room", Capacity: 1})
	must(t, err)
	_, err = s.JoinEvent(ctx, s.Amara, e.ID)
	must(t, err)
	c, err := s.EventTalk(ctx, s.Amara, e.ID)
	must(t, err)
	_, err = s.JoinEvent(ctx, s.Binta, e.ID) // waits
	must(t, err)
	_, err = s.LeaveEvent(ctx, s.Amara, e.ID)
	must(t, err)
	s.settle()
	for who, in := range map[community.MemberID]bool{s.Amara.ID: false, s.Binta.ID: true, s.Dana.ID: true, s.Chen.ID: false} {
		if _, err := s.Conversation(ctx, s.See(t, who), c.ID); (err == nil) != in {
			t.Errorf("%s in the conversation: %v, should be %v", who, err, in)
		}
	}
}
