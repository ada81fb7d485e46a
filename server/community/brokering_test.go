package community_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

const hostsWords = "You both mend things. I think you would laugh together."

// introduce lets Dana, the host of Harbour, introduce Amara to somebody.
func introduce(t *testing.T, x *communitytest.Table, one, other community.Viewer) *community.Brokering {
	t.Helper()
	b, err := x.Introduce(t.Context(), x.Dana, one.ID, other.ID, hostsWords)
	must(t, err)
	return b
}

func answer(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering, yes bool) *community.Brokering {
	t.Helper()
	b, err := x.AnswerBrokered(t.Context(), x.See(t, who.ID), b.ID, yes, "")
	must(t, err)
	return b
}

// eyes are what the host, the one and the other see of an introduction.
func eyes(t *testing.T, x *communitytest.Table, one, other community.Viewer) (host string, sides [2]string) {
	t.Helper()
	brokered, _, err := x.Brokered(t.Context(), x.See(t, x.Dana.ID), community.Page{Limit: 10})
	must(t, err)
	for _, b := range brokered {
		host += fmt.Sprint(b.ID, b.Words, b.AskedAt, b.MetAt != 0)
	}
	for i, v := range []community.Viewer{x.See(t, one.ID), x.See(t, other.ID)} {
		waiting, err := x.BrokeredWaiting(t.Context(), v)
		must(t, err)
		answered, err := x.BrokeredAnswered(t.Context(), v)
		must(t, err)
		for _, b := range waiting {
			sides[i] += fmt.Sprintln("waits", b.ID, b.Words)
		}
		for _, b := range answered {
			sides[i] += fmt.Sprintln("said", b.Side(v.ID).Answer, b.ID, b.Conversation)
		}
		notices, _, err := x.OwnNotices(t.Context(), v, community.Page{Limit: 10})
		must(t, err)
		talks, _, err := x.Talks(t.Context(), v, community.Page{Limit: 10})
		must(t, err)
		sides[i] += fmt.Sprintln(len(notices), len(talks), v.Contact(one.ID), v.Contact(other.ID))
	}
	return host, sides
}

// Whatever the one says, the other and the host see what they saw before, until both have said yes.
func TestAnAnswerIsNobodyElsesBusinessUntilBothSaidYes(t *testing.T) {
	t.Parallel()
	said := map[string]func(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering){
		"nothing": func(*testing.T, *communitytest.Table, community.Viewer, *community.Brokering) {},
		"yes": func(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering) {
			answer(t, x, who, b, true)
		},
		"no": func(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering) {
			answer(t, x, who, b, false)
		},
		"yes and then no": func(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering) {
			answer(t, x, who, b, true)
			answer(t, x, who, b, false)
		},
		"blocked": func(t *testing.T, x *communitytest.Table, who community.Viewer, b *community.Brokering) {
			must(t, x.Network.Block(t.Context(), who, b.Host))
		},
	}
	for first, sayFirst := range said {
		for second, saySecond := range said {
			t.Run(first+"/"+second, func(t *testing.T) {
				x := communitytest.New(t)
				b := introduce(t, x, x.Amara, x.Chen)
				hostSaw, sidesSaw := eyes(t, x, x.Amara, x.Chen)
				sayFirst(t, x, x.Amara, b)
				if _, now := eyes(t, x, x.Amara, x.Chen); now[1] != sidesSaw[1] {
					t.Errorf("after %s Chen sees %q, and %q before", first, now[1], sidesSaw[1])
				}
				_, between := eyes(t, x, x.Amara, x.Chen)
				saySecond(t, x, x.Chen, b)
				host, sides := eyes(t, x, x.Amara, x.Chen)
				if met := first == "yes" && strings.HasPrefix(second, "yes"); met { // what was agreed on is not taken back
					if host == hostSaw || sides[0] == between[0] {
						t.Error("both said yes, and nothing shows: this test means nothing")
					}
					return
				}
				if first != "blocked" && second != "blocked" && host != hostSaw { // who blocks the host is gone for the host
					t.Errorf("the host sees %q, and %q before", host, hostSaw)
				}
				if sides[0] != between[0] {
					t.Errorf("after %s of Chen Amara sees %q, and %q before", second, sides[0], between[0])
				}
			})
		}
	}
}

func TestTwoWhoBothSaidYesTalk(t *testing.T) {
	x := communitytest.New(t)
	b := introduce(t, x, x.Amara, x.Chen)
	_, err := x.AnswerBrokered(t.Context(), x.Amara, b.ID, true, "Hello Chen, I mend chairs.")
	must(t, err)
	met, err := x.AnswerBrokered(t.Context(), x.Chen, b.ID, true, "")
	must(t, err)
	if met.MetAt == 0 || met.A.Hello+met.B.Hello != "" {
		t.Errorf("they met as %+v", met)
	}
	if !x.See(t, x.Amara.ID).Contact(x.Chen.ID) || !x.See(t, x.Chen.ID).Contact(x.Amara.ID) {
		t.Error("the two are not connected on both sides")
	}
	messages, err := x.MessagesBefore(t.Context(), x.Chen, met.Conversation, 0, 10)
	if err != nil || len(messages) != 1 || messages[0].Sender != x.Amara.ID || messages[0].Body != "Hello Chen, I mend chairs." {
		t.Errorf("their conversation begins with %+v, %v", messages, err)
	}
	_, err = x.Say(t.Context(), x.Chen, met.Conversation, "n1", "And I count them.")
	must(t, err)
	for _, yes := range []bool{true, false} { // it cannot be taken back
		if again, err := x.AnswerBrokered(t.Context(), x.Chen, b.ID, yes, "More"); err != nil || again.MetAt != met.MetAt {
			t.Errorf("answering %v again: %+v, %v", yes, again, err)
		}
	}
	if messages, _ = x.MessagesBefore(t.Context(), x.Chen, met.Conversation, 0, 10); len(messages) != 2 {
		t.Errorf("%d messages after answering again", len(messages))
	}
}

func TestTwoWhoSayYesAtOnceMeetOnce(t *testing.T) {
	t.Parallel()
	for range 5 {
		x := communitytest.New(t)
		b := introduce(t, x, x.Amara, x.Chen)
		var all sync.WaitGroup
		for _, v := range []community.Viewer{x.Amara, x.Chen, x.Amara, x.Chen} {
			all.Go(func() {
				if _, err := x.AnswerBrokered(t.Context(), v, b.ID, true, "I am "+v.Name); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		met, err := x.Brokerings.Get(t.Context(), b.ID)
		must(t, err)
		if met.MetAt == 0 {
			t.Fatal("both said yes at once, and did not meet")
		}
		talks, _, err := x.Talks(t.Context(), x.See(t, x.Amara.ID), community.Page{Limit: 10})
		must(t, err)
		messages, err := x.MessagesBefore(t.Context(), x.Chen, met.Conversation, 0, 10)
		must(t, err)
		if len(talks) != 1 || len(messages) != 2 {
			t.Fatalf("%d conversations, %d messages", len(talks), len(messages))
		}
	}
}

func TestAMeetingThatWasInterruptedIsFinished(t *testing.T) {
	x := communitytest.New(t)
	b := introduce(t, x, x.Amara, x.Chen)
	half, err := x.Brokerings.Change(t.Context(), b.ID, func(b *community.Brokering) error {
		b.A.Answer, b.B.Answer = community.BrokeredYes, community.BrokeredYes
		return nil
	})
	must(t, err)
	for range 2 {
		must(t, x.FinishMeeting(t.Context(), half))
	}
	if met, err := x.Brokerings.Get(t.Context(), b.ID); err != nil || met.MetAt == 0 || !x.See(t, x.Amara.ID).Contact(x.Chen.ID) {
		t.Errorf("it is left as %+v, %v", met, err)
	}
}

func TestOnlyAHostOfEitherIntroduces(t *testing.T) {
	x := communitytest.New(t)
	for name, c := range map[string]struct {
		who        community.Viewer
		one, other community.MemberID
		want       community.Kind
	}{
		"a member":               {x.Amara, x.Binta.ID, x.Chen.ID, community.KindNotFound},
		"a steward":              {x.Farid, x.Binta.ID, x.Chen.ID, community.KindNotFound},
		"nobody":                 {community.Viewer{}, x.Binta.ID, x.Chen.ID, community.KindUnauthenticated},
		"a host of another hub":  {x.Esra, x.Amara.ID, x.Binta.ID, community.KindNotFound},
		"somebody with herself":  {x.Dana, x.Amara.ID, x.Amara.ID, community.KindForbidden},
		"the host with somebody": {x.Dana, x.Amara.ID, x.Dana.ID, community.KindForbidden},
		"somebody with nobody":   {x.Dana, x.Amara.ID, "nobody", community.KindNotFound},
	} {
		if _, err := x.Introduce(t.Context(), c.who, c.one, c.other, hostsWords); community.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := x.Introduce(t.Context(), x.Dana, x.Amara.ID, x.Chen.ID, ""); community.KindOf(err) != community.KindInvalid {
		t.Errorf("without a word: %v", err)
	}
	b := introduce(t, x, x.Chen, x.Amara)
	if again := introduce(t, x, x.Amara, x.Chen); again.ID != b.ID {
		t.Errorf("introducing twice makes %s and %s", b.ID, again.ID)
	}
	for name, v := range map[string]community.Viewer{"a stranger": x.Binta, "the host": x.Dana, "a steward": x.Farid} {
		if _, err := x.AnswerBrokered(t.Context(), v, b.ID, true, ""); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s answers: %v", name, err)
		}
	}
}

// To the host it looks the same whether two can be asked or not; those who cannot are not asked.
func TestWhoCannotBeAskedIsNotAskedAndTheHostCannotTell(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(t *testing.T, x *communitytest.Table){
		"nothing": func(*testing.T, *communitytest.Table) {},
		"a block": func(t *testing.T, x *communitytest.Table) { must(t, x.Network.Block(t.Context(), x.Chen, x.Amara.ID)) },
		"not proposed to others": func(t *testing.T, x *communitytest.Table) {
			_, err := x.Members.Change(t.Context(), x.Chen.ID, func(m *community.Member) error { m.MatchingOff = true; return nil })
			must(t, err)
		},
		"known to each other": func(t *testing.T, x *communitytest.Table) { connect(t, x, x.Amara, x.Chen) },
		"no room": func(t *testing.T, x *communitytest.Table) {
			for _, id := range []community.MemberID{x.Amara.ID, x.Chen.ID} {
				_, err := x.Members.Change(t.Context(), id, func(m *community.Member) error { m.RoomInWeek = 0; return nil })
				must(t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := communitytest.New(t)
			before(t, x)
			b := introduce(t, x, x.Amara, x.Chen)
			told, _ := json.Marshal(b)
			if want := fmt.Sprintf(`{"_id":%q,"rev":1,"due":%d,"host":%q,`, b.ID, b.Due, x.Dana.ID); string(told[:len(want)]) != want || b.MetAt != 0 {
				t.Errorf("the host is told %s", told)
			}
			for _, v := range []community.Viewer{x.See(t, x.Amara.ID), x.See(t, x.Chen.ID)} {
				waiting, err := x.BrokeredWaiting(t.Context(), v)
				must(t, err)
				if asked := len(waiting) > 0; asked != (name == "nothing") {
					t.Errorf("%s is asked: %v", v.Name, asked)
				}
			}
			if name == "nothing" || name == "no room" { // who has no room may still look it up and answer
				return
			}
			if _, err := x.AnswerBrokered(t.Context(), x.See(t, x.Amara.ID), b.ID, true, ""); community.KindOf(err) != community.KindNotFound {
				t.Errorf("answering what one is not asked: %v", err)
			}
		})
	}
}

func TestTheRoomOfAWeekIsOneForAllWhoAsk(t *testing.T) {
	x := communitytest.New(t)
	_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error { m.RoomInWeek = 2; return nil })
	must(t, err)
	ask(t, x, x.Binta, x.Amara)
	x.Clock.Pass(time.Minute)
	brokered := introduce(t, x, x.Amara, x.Chen)
	x.Clock.Pass(time.Minute)
	ask(t, x, x.Esra, x.Amara)
	see := func() (people, hosts int) {
		t.Helper()
		proposed, err := x.BrokeredWaiting(t.Context(), x.Amara)
		must(t, err)
		return len(waiting(t, x, x.Amara)), len(proposed)
	}
	if people, hosts := see(); people != 1 || hosts != 1 {
		t.Errorf("with room for two, %d wait and %d are proposed", people, hosts)
	}
	answer(t, x, x.Amara, brokered, false)
	if people, hosts := see(); people != 1 || hosts != 0 {
		t.Errorf("with one answered, %d wait and %d are proposed", people, hosts)
	}
	x.Clock.Pass(8 * 24 * time.Hour)
	if people, hosts := see(); people != 2 || hosts != 0 {
		t.Errorf("in the next week %d wait and %d are proposed", people, hosts)
	}
}

func TestABlockBetweenTheTwoYesesKeepsThemApart(t *testing.T) {
	x := communitytest.New(t)
	b := introduce(t, x, x.Amara, x.Chen)
	answer(t, x, x.Amara, b, true)
	must(t, x.Network.Block(t.Context(), x.Amara, x.Chen.ID))
	if _, err := x.AnswerBrokered(t.Context(), x.See(t, x.Chen.ID), b.ID, true, ""); community.KindOf(err) != community.KindNotFound {
		t.Errorf("Chen answers: %v", err)
	}
	if _, err := x.AnswerBrokered(t.Context(), x.Chen, b.ID, true, ""); err != nil { // a request that knew nothing of the block
		t.Errorf("Chen answers: %v", err)
	}
	if x.See(t, x.Chen.ID).Contact(x.Amara.ID) {
		t.Error("they are connected through a block")
	}
}

func TestWhatAHostProposedGoesWithWhoLeaves(t *testing.T) {
	for name, leaves := range map[string]func(*communitytest.Table) community.Viewer{
		"the host":  func(x *communitytest.Table) community.Viewer { return x.Dana },
		"the one":   func(x *communitytest.Table) community.Viewer { return x.Amara },
		"the other": func(x *communitytest.Table) community.Viewer { return x.Chen },
	} {
		x := communitytest.New(t)
		b := introduce(t, x, x.Amara, x.Chen)
		must(t, x.Erase(t.Context(), leaves(x).ID, true))
		if _, err := x.Brokerings.Get(t.Context(), b.ID); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s left, and the proposal: %v", name, err)
		}
	}
}

func TestNobodyIntroducesMoreThanADayHolds(t *testing.T) {
	x := communitytest.New(t)
	for i := range community.IntroducedInDayMax {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: community.MemberID(fmt.Sprintf("guest-%d", i))}, Name: "Guest"}
		must(t, x.Members.Add(t.Context(), m))
		_, err := x.Introduce(t.Context(), x.Dana, x.Amara.ID, m.ID, hostsWords)
		must(t, err)
	}
	if _, err := x.Introduce(t.Context(), x.Dana, x.Amara.ID, x.Chen.ID, hostsWords); community.KindOf(err) != community.KindTooMany {
		t.Errorf("one more: %v", err)
	}
	x.Clock.Pass(25 * time.Hour)
	if _, err := x.Introduce(t.Context(), x.Dana, x.Amara.ID, x.Chen.ID, hostsWords); err != nil {
		t.Errorf("the day after: %v", err)
	}
}

func TestWhyTogetherIsToldBothWays(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	one, other := x.WhyTogether(t.Context(), x.Dana, x.Amara.ID, x.Binta.ID)
	back, forth := x.WhyTogether(t.Context(), x.Dana, x.Binta.ID, x.Amara.ID)
	if one.Covered != 1 || !reflect.DeepEqual(one, forth) || !reflect.DeepEqual(other, back) {
		t.Errorf("told %+v and %+v, the other way %+v and %+v", one, other, back, forth)
	}
	if nothing, _ := x.WhyTogether(t.Context(), x.Dana, x.Amara.ID, "nobody"); len(nothing.Reasons) > 0 {
		t.Errorf("with nobody: %+v", nothing)
	}
}
