package community_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

const bakersNonce = "0123456789abcdef"

// bakers is a group of Amara with Binta; Chen is connected with Binta only.
func bakers(t *testing.T, x *communitytest.Table) community.ConversationID {
	t.Helper()
	connect(t, x, x.Amara, x.Binta)
	connect(t, x, x.Binta, x.Chen)
	x.Amara, x.Binta, x.Chen = x.See(t, x.Amara.ID), x.See(t, x.Binta.ID), x.See(t, x.Chen.ID)
	c, err := x.StartGroup(t.Context(), x.Amara, community.GroupDraft{Nonce: bakersNonce, Title: "Bakers", Members: []community.MemberID{x.Binta.ID}})
	must(t, err)
	return c.ID
}

func TestAGroupIsOfPeopleOneIsConnectedWith(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	again, err := x.StartGroup(ctx, x.Amara, community.GroupDraft{Nonce: bakersNonce, Title: "Bakers", Members: []community.MemberID{x.Binta.ID}})
	if err != nil || again.ID != group {
		t.Errorf("the same sending again gives %v, %v", again, err)
	}
	if _, err := x.StartGroup(ctx, x.Chen, community.GroupDraft{Nonce: bakersNonce, Title: "Mine", Members: []community.MemberID{x.Binta.ID}}); community.KindOf(err) != community.KindConflict {
		t.Errorf("somebody else's nonce: %v", err)
	}
	for _, d := range []community.GroupDraft{
		{Nonce: "1123456789abcdef", Title: "Bakers", Members: []community.MemberID{x.Chen.ID}}, {Nonce: "1123456789abcdef", Title: "Bakers"},
		{Nonce: "1123456789abcdef", Members: []community.MemberID{x.Binta.ID}}, {Nonce: "short", Title: "Bakers", Members: []community.MemberID{x.Binta.ID}},
	} {
		if _, err := x.StartGroup(ctx, x.Amara, d); community.KindOf(err) != community.KindInvalid {
			t.Errorf("%+v gives %v", d, err)
		}
	}
	if _, err := x.AddToGroup(ctx, x.Amara, group, x.Chen.ID); community.KindOf(err) != community.KindInvalid {
		t.Errorf("Amara brings a stranger in: %v", err)
	}
	if _, err := x.AddToGroup(ctx, x.Noor, group, x.Chen.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("somebody outside brings somebody in: %v", err)
	}
}

func TestWhoComesAndGoesIsAnEntryAndTheirWordsGoWithThemLater(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	_, err := x.Say(ctx, x.Amara, group, "a1", "Flour?")
	must(t, err)
	_, err = x.AddToGroup(ctx, x.Binta, group, x.Chen.ID)
	must(t, err)
	_, err = x.AddToGroup(ctx, x.Binta, group, x.Chen.ID)
	must(t, err)
	open, err := x.Conversation(ctx, x.Chen, group)
	must(t, err)
	if open.Seat.Unread() != 0 {
		t.Errorf("what was said before is unread: %d", open.Seat.Unread())
	}
	_, err = x.Write(ctx, x.Chen, group, community.MessageDraft{Nonce: "c1", Body: "Chen's words", Mentions: []community.MemberID{x.Amara.ID}})
	must(t, err)
	_, err = x.NameGroup(ctx, x.Chen, group, "Bakers and millers")
	must(t, err)
	must(t, x.LeaveGroup(ctx, x.Chen, group))
	if _, err := x.Conversation(ctx, x.Chen, group); community.KindOf(err) != community.KindNotFound {
		t.Errorf("after leaving it is open: %v", err)
	}
	if talks, _, err := x.Talks(ctx, x.Chen, community.Page{Limit: 10}); err != nil || len(talks) != 1 {
		t.Errorf("Chen's list has %d, %v", len(talks), err)
	}
	var told []string
	for _, m := range entries(t, x, group) {
		told = append(told, fmt.Sprint(m.Kind, m.Body, m.Of == x.Chen.ID, m.Seq-m.Others))
	}
	if want := []string{"Flour?false 1", "addedtrue 1", "Chen's wordsfalse 2", "namedBakers and millersfalse 2", "leftfalse 2"}; !slices.Equal(told, want) {
		t.Errorf("the log tells %q, not %q", told, want)
	}
	must(t, x.Leave(ctx, x.Chen))
	must(t, x.Erase(ctx, x.Chen.ID, true))
	for _, m := range entries(t, x, group) {
		if m.Of == x.Chen.ID || m.Sender == x.Chen.ID && m.Body != "" {
			t.Errorf("of somebody who left is left: %+v", m)
		}
	}
	must(t, x.LeaveGroup(ctx, x.Amara, group))
	must(t, x.LeaveGroup(ctx, x.Binta, group))
	if left, err := x.Messages.Behind(ctx, group, 0, 10); err != nil || len(left) != 0 {
		t.Errorf("of a group of nobody %d entries are left, %v", len(left), err)
	}
}

func TestAGroupWithSomebodyApartIsReadWithoutThem(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	_, err := x.AddToGroup(ctx, x.Binta, group, x.Chen.ID)
	must(t, err)
	_, err = x.Say(ctx, x.Chen, group, "c1", "Chen's words")
	must(t, err)
	_, err = x.Say(ctx, x.Binta, group, "b1", "Binta's words")
	must(t, err)
	must(t, x.Network.Block(ctx, x.Amara, x.Chen.ID))
	for _, v := range []community.Viewer{x.See(t, x.Amara.ID), x.See(t, x.Chen.ID), x.Binta} {
		open, err := x.Conversation(ctx, v, group)
		must(t, err)
		s, err := x.Before(ctx, v, group, 0, 10)
		must(t, err)
		seen := slices.ContainsFunc(s.Messages, func(m *community.Message) bool { return m.Sender == x.Chen.ID })
		if whole := open.Conversation.Whole(v); v.ID != x.Chen.ID && seen != whole || whole != (v.ID == x.Binta.ID) {
			t.Errorf("%s sees Chen's words: %v; reads all of it live: %v", v.Name, seen, whole)
		}
		log, err := x.MessagesBehind(ctx, v, group, 0, 10)
		must(t, err)
		reads := slices.ContainsFunc(log, func(m *community.Message) bool { return m.Body == "Chen's words" })
		if apart := v.ID == x.Amara.ID; len(log) != 3 || reads == apart {
			t.Errorf("%s reads Chen's words in the log of %d: %v", v.Name, len(log), reads)
		}
		if _, err := x.Message(ctx, v, group, 2); (community.KindOf(err) == community.KindNotFound) != (v.ID == x.Amara.ID) {
			t.Errorf("%s asks for Chen's message: %v", v.Name, err)
		}
	}
}

func TestAFirstMessageWaitsInATrayWithinTheRoomOfTheWeek(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	_, err := x.Members.Change(ctx, x.Amara.ID, func(m *community.Member) error { m.RoomInWeek = 2; return nil })
	must(t, err)
	p, err := x.Post(ctx, x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	talks := map[string]community.ConversationID{}
	for _, from := range []community.Viewer{x.Binta, x.Chen, x.Noor} {
		x.Clock.Pass(time.Minute)
		m, err := x.AnswerPosting(ctx, from, p.ID, "n1", "I have one. "+from.Name)
		must(t, err)
		_, err = x.AnswerPosting(ctx, from, p.ID, "n1", "I have one. "+from.Name) // sent again
		must(t, err)
		if _, err := x.Say(ctx, from, m.Conversation, "n2", "Hello?"); community.KindOf(err) != community.KindConflict {
			t.Errorf("%s writes on before an answer: %v", from.Name, err)
		}
		talks[from.Name] = m.Conversation
	}
	tray := func() (names []string) {
		waiting, err := x.Requests(ctx, x.Amara)
		must(t, err)
		for _, w := range waiting {
			names = append(names, x.See(t, w.Conversation.Asked).Name)
		}
		return names
	}
	if got := tray(); !slices.Equal(got, []string{x.Binta.Name, x.Chen.Name}) {
		t.Errorf("with room for two there wait %q", got)
	}
	if list, _, err := x.Talks(ctx, x.Amara, community.Page{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("%d requests stand among the conversations, %v", len(list), err)
	}
	before, err := x.Conversation(ctx, x.Binta, talks[x.Binta.Name])
	must(t, err)
	must(t, x.PassRequest(ctx, x.Amara, talks[x.Binta.Name]))
	after, err := x.Conversation(ctx, x.Binta, talks[x.Binta.Name])
	must(t, err)
	if before.Conversation.Rev != after.Conversation.Rev || after.Conversation.Asked != x.Binta.ID {
		t.Errorf("who was passed can tell: %+v became %+v", before.Conversation, after.Conversation)
	}
	if got := tray(); !slices.Equal(got, []string{x.Chen.Name}) {
		t.Errorf("after one answer, with room for one, there wait %q", got)
	}
	_, err = x.Say(ctx, x.Amara, talks[x.Chen.Name], "a1", "Tuesday?") // an answer is a yes
	must(t, err)
	_, err = x.Say(ctx, x.Chen, talks[x.Chen.Name], "n2", "Tuesday.")
	must(t, err)
	if got := tray(); got != nil {
		t.Errorf("without room there wait %q", got)
	}
	x.Clock.Pass(8 * 24 * time.Hour)
	if got := tray(); !slices.Equal(got, []string{x.Noor.Name}) {
		t.Errorf("in the next week there wait %q", got)
	}
	connect(t, x, x.Noor, x.Amara)
	if got := tray(); got != nil {
		t.Errorf("who has met still waits: %q", got)
	}
}

func TestTheConversationOfAnEventFollowsWhoGoes(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	e, err := x.PostEvent(ctx, x.Dana, community.EventDraft{Hub: x.Harbour, Title: "Soup", Date: "2027-03-20", From: "18:30", To: "21:00", Place: "Long room", Capacity: 2})
	must(t, err)
	_, err = x.JoinEvent(ctx, x.Amara, e.ID)
	must(t, err)
	if _, err := x.EventTalk(ctx, x.Binta, e.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("somebody who doesn't go: %v", err)
	}
	c, err := x.EventTalk(ctx, x.Amara, e.ID)
	must(t, err)
	_, err = x.Say(ctx, x.Amara, c.ID, "a1", "Who brings bread?")
	must(t, err)
	_, err = x.JoinEvent(ctx, x.Binta, e.ID)
	must(t, err)
	e, err = x.LeaveEvent(ctx, x.Amara, e.ID)
	must(t, err)
	_, out, err := x.SeatAttendees(ctx, e)
	must(t, err)
	if !slices.Equal(out, []community.MemberID{x.Amara.ID}) {
		t.Errorf("out are %v", out)
	}
	if _, err := x.Conversation(ctx, x.Amara, c.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("who doesn't go any more: %v", err)
	}
	for _, v := range []community.Viewer{x.Binta, x.Dana} {
		if _, err := x.Conversation(ctx, v, c.ID); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	if err := x.LeaveGroup(ctx, x.Binta, c.ID); community.KindOf(err) != community.KindForbidden {
		t.Errorf("leaving the conversation, not the event: %v", err)
	}
}

func TestASearchFindsWordsInOnesOwnConversationsOnly(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	_, err := x.Say(ctx, x.Amara, talk, "n9", "The OVEN of Élodie is warm")
	must(t, err)
	for _, c := range []struct {
		who   community.Viewer
		text  string
		found int
	}{{x.Amara, "oven", 1}, {x.Binta, "warm oven", 1}, {x.Binta, "ÉLODIE", 1}, {x.Binta, "oven cold", 0}, {x.Chen, "oven", 0}, {x.Binta, " ", 0}} {
		got, err := x.SearchTalks(ctx, c.who, c.text)
		if err != nil || len(got.Messages) != c.found || got.Partly {
			t.Errorf("%s finds %d by %q, %v", c.who.Name, len(got.Messages), c.text, err)
		}
	}
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 5))
	if got, err := x.SearchTalks(ctx, x.Amara, "oven"); err != nil || len(got.Messages) != 0 {
		t.Errorf("what was taken back is found: %+v, %v", got.Messages, err)
	}
}
