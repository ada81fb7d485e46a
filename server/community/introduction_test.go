package community_test

import (
	"reflect"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestWhoAsksCannotTellPassedFromWaiting(t *testing.T) {
	x := communitytest.New(t)
	ask(t, x, x.Amara, x.Binta)
	before := sent(t, x, x.Amara)
	if err := x.PassIntroduction(t.Context(), x.Binta, waiting(t, x, x.Binta)[0].ID); err != nil {
		t.Fatal(err)
	}
	if after := sent(t, x, x.Amara); !reflect.DeepEqual(before, after) {
		t.Errorf("the sender saw %+v before and %+v after it was passed", before[0], after[0])
	}
	if again := ask(t, x, x.Amara, x.Binta); again.State != community.IntroductionAsked {
		t.Errorf("asking again says %q, which tells that the first was passed", again.State)
	}
	if left := waiting(t, x, x.Binta); len(left) != 0 {
		t.Errorf("what was passed waits again: %+v", left)
	}
}

func TestAcceptingConnectsAndOpensTalkWithTheWordsOfTheAsking(t *testing.T) {
	x := communitytest.New(t)
	ask(t, x, x.Amara, x.Binta)
	accepted, err := x.AcceptIntroduction(t.Context(), x.Binta, waiting(t, x, x.Binta)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if !x.See(t, x.Amara.ID).Contact(x.Binta.ID) || !x.See(t, x.Binta.ID).Contact(x.Amara.ID) {
		t.Error("the two are not connected on both sides")
	}
	messages, err := x.MessagesBefore(t.Context(), x.Amara, accepted.Conversation, 0, 10)
	if err != nil || len(messages) != 1 || messages[0].Sender != x.Amara.ID || messages[0].Body != "I build, you count. Tea?" {
		t.Errorf("the conversation begins with %+v, %v", messages, err)
	}
	if _, err := x.AcceptIntroduction(t.Context(), x.Binta, accepted.ID); err != nil {
		t.Errorf("saying yes twice: %v", err)
	}
}

func TestAskingEachOtherIsTheYesOfBoth(t *testing.T) {
	x := communitytest.New(t)
	ask(t, x, x.Amara, x.Binta)
	if got := ask(t, x, x.Binta, x.Amara); got.State != community.IntroductionAccepted || got.Conversation == "" {
		t.Errorf("asking back gave %+v", got)
	}
}

func TestNobodyIsAskedForMoreThanTheRoomInTheirWeek(t *testing.T) {
	x := communitytest.New(t)
	_, err := x.Members.Change(t.Context(), x.Binta.ID, func(m *community.Member) error { m.RoomInWeek = 1; return nil })
	if err != nil {
		t.Fatal(err)
	}
	ask(t, x, x.Amara, x.Binta)
	x.Clock.Pass(time.Minute)
	ask(t, x, x.Chen, x.Binta)
	first := waiting(t, x, x.Binta)
	if len(first) != 1 || first[0].From != x.Amara.ID {
		t.Fatalf("with room for one, %d wait: %+v", len(first), first)
	}
	if err := x.PassIntroduction(t.Context(), x.Binta, first[0].ID); err != nil {
		t.Fatal(err)
	}
	if now := waiting(t, x, x.Binta); len(now) != 0 {
		t.Errorf("the week is full, yet %+v waits", now)
	}
	x.Clock.Pass(8 * 24 * time.Hour)
	if next := waiting(t, x, x.Binta); len(next) != 1 || next[0].From != x.Chen.ID {
		t.Errorf("in the next week %+v waits, not the second", next)
	}
}

func TestAnIntroductionIsNobodyElsesBusiness(t *testing.T) {
	x := communitytest.New(t)
	i := ask(t, x, x.Amara, x.Binta)
	for name, v := range map[string]community.Viewer{"a stranger": x.Chen, "a host": x.Dana, "a steward": x.Farid, "the sender": x.Amara} {
		if _, err := x.AcceptIntroduction(t.Context(), v, i.ID); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s accepting gives %v, not not-found", name, err)
		}
	}
	if _, err := x.AcceptIntroduction(t.Context(), x.Binta, i.ID); err != nil {
		t.Errorf("the one who was asked: %v", err)
	}
}

func ask(t *testing.T, x *communitytest.Table, from, to community.Viewer) *community.Introduction {
	t.Helper()
	i, err := x.AskIntroduction(t.Context(), from, to.ID, "I build, you count. Tea?")
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func waiting(t *testing.T, x *communitytest.Table, v community.Viewer) []*community.Introduction {
	t.Helper()
	list, err := x.IntroductionsWaiting(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func sent(t *testing.T, x *communitytest.Table, v community.Viewer) []community.Introduction {
	t.Helper()
	list, _, err := x.IntroductionsSent(t.Context(), v, community.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	values := make([]community.Introduction, len(list))
	for i, one := range list {
		values[i] = *one
		values[i].Due = 0 // the store's own mark of what is still to be told
	}
	return values
}
