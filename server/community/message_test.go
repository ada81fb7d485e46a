package community_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
)

// talking lets Amara and Binta talk: she says "One", "Two" and "Three" behind the asking.
func talking(t *testing.T, x *communitytest.Table) community.ConversationID {
	t.Helper()
	connect(t, x, x.Amara, x.Binta)
	x.Amara, x.Binta = x.See(t, x.Amara.ID), x.See(t, x.Binta.ID)
	talk := community.PairID[community.ConversationID](x.Amara.ID, x.Binta.ID)
	for _, words := range []string{"One", "Two", "Three"} {
		_, err := x.Say(t.Context(), x.Amara, talk, "n-"+words, words)
		must(t, err)
	}
	return talk
}

// entries is the whole log.
func entries(t *testing.T, x *communitytest.Table, talk community.ConversationID) []*community.Message {
	t.Helper()
	all, err := x.Messages.Behind(t.Context(), talk, 0, 500)
	must(t, err)
	for i, m := range all {
		if m.Seq != int64(i+1) {
			t.Errorf("entry %d has the number %d", i+1, m.Seq)
		}
	}
	return all
}

func TestWhatHappensToAMessageIsAnEntryOfTheSameLog(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	_, err := x.EditMessage(ctx, x.Amara, talk, 2, "One, or two")
	must(t, err)
	_, err = x.ReactTo(ctx, x.Binta, talk, 3, "thanks")
	must(t, err)
	_, err = x.ReactTo(ctx, x.Binta, talk, 3, "yes")
	must(t, err)
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 4))
	all := entries(t, x, talk)
	must(t, x.CurrentWords(ctx, all...))
	var told []string
	for _, m := range all {
		told = append(told, fmt.Sprint(m.Kind, m.Target, m.Body, m.Seq-m.Others))
	}
	want := []string{"0Would you?1", "0One, or two2", "0Two3", "04", "edit2One, or two4", "reaction3thanks4", "reaction3yes4", "delete44"}
	if told[0] = want[0]; !slices.Equal(told, want) { // the asking has words of its own
		t.Errorf("the log tells %q, not %q", told, want)
	}
	two, err := x.Message(ctx, x.Binta, talk, 3)
	must(t, err)
	if len(two.Reactions) != 1 || two.Reactions[0].Word != "yes" || len(two.Untold) != 0 {
		t.Errorf("the message says of itself %+v", two)
	}
	_, err = x.ReactTo(ctx, x.Binta, talk, 3, "")
	must(t, err)
	if two, err = x.Message(ctx, x.Binta, talk, 3); err != nil || len(two.Reactions) != 0 {
		t.Errorf("after it was taken back it says %+v, %v", two.Reactions, err)
	}
}

func TestOnlyMessagesAreUnread(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	unread := func() int64 {
		open, err := x.Conversation(ctx, x.Binta, talk)
		must(t, err)
		return open.Seat.Unread()
	}
	bring := func() { // as the reaction to every entry does
		for _, m := range entries(t, x, talk) {
			must(t, x.MarkSeat(ctx, talk, x.Binta.ID, m.Place(), community.Place{}, m.SentAt))
		}
	}
	must(t, x.MarkRead(ctx, x.Binta, talk, 2))
	bring()
	if n := unread(); n != 2 {
		t.Errorf("%d are unread, not two", n)
	}
	for i := range 6 {
		_, err := x.ReactTo(ctx, x.Amara, talk, 3, community.Reactions[i%2])
		must(t, err)
	}
	bring()
	if n := unread(); n != 2 {
		t.Errorf("after six reactions %d are unread, not two", n)
	}
	_, err := x.Say(ctx, x.Amara, talk, "n9", "Four")
	must(t, err)
	bring()
	if n := unread(); n != 3 {
		t.Errorf("after one more message %d are unread, not three", n)
	}
	open, err := x.Conversation(ctx, x.Binta, talk)
	must(t, err)
	if first, err := x.FirstUnread(ctx, x.Binta, open); err != nil || first != 3 {
		t.Errorf("the first unread is %d, %v", first, err)
	}
	must(t, x.MarkRead(ctx, x.Binta, talk, 7)) // a reaction
	if n := unread(); n != 1 {
		t.Errorf("after reading up to a reaction %d are unread, not one", n)
	}
	must(t, x.MarkRead(ctx, x.Binta, talk, 1000))
	if n := unread(); n != 0 {
		t.Errorf("after reading everything %d are unread", n)
	}
}

func TestOnlyTheSenderChangesAMessageAndOnlyForAWhile(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	if _, err := x.EditMessage(ctx, x.Binta, talk, 2, "Mine"); community.KindOf(err) != community.KindForbidden {
		t.Errorf("the other edits: %v", err)
	}
	if err := x.DeleteMessage(ctx, x.Binta, talk, 2); community.KindOf(err) != community.KindForbidden {
		t.Errorf("the other takes it back: %v", err)
	}
	if _, err := x.EditMessage(ctx, x.Chen, talk, 2, "Mine"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("somebody else edits: %v", err)
	}
	if _, err := x.ReactTo(ctx, x.Binta, talk, 2, "nonsense"); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a reaction of one's own making: %v", err)
	}
	x.Clock.Pass(community.EditWithin)
	_, err := x.EditMessage(ctx, x.Amara, talk, 2, "In the last moment")
	must(t, err)
	x.Clock.Pass(time.Millisecond)
	if _, err := x.EditMessage(ctx, x.Amara, talk, 2, "Too late"); community.KindOf(err) != community.KindConflict {
		t.Errorf("too late: %v", err)
	}
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 2))
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 2))
	if _, err := x.ReactTo(ctx, x.Binta, talk, 2, "thanks"); community.KindOf(err) != community.KindConflict {
		t.Errorf("a reaction to what was taken back: %v", err)
	}
	if all := entries(t, x, talk); len(all) != 6 {
		t.Errorf("%d entries, not four messages, an edit and a taking back", len(all))
	}
}

func TestEarlierWordsAreForStewardsWithAReportAndAreWiped(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	_, err := x.EditMessage(ctx, x.Amara, talk, 2, "Uno")
	must(t, err)
	_, err = x.EditMessage(ctx, x.Amara, talk, 2, "Uno") // nothing to change, nothing to keep
	must(t, err)
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 2))
	report, err := x.Report(ctx, x.Binta, community.ReportDraft{About: community.ReportMessage, Subject: string(talk) + ".2", Words: "Rude."})
	must(t, err)
	other, err := x.Report(ctx, x.Binta, community.ReportDraft{About: community.ReportPerson, Subject: string(x.Amara.ID), Words: "Rude."})
	must(t, err)
	words, err := x.EarlierWordsOf(ctx, x.Farid, report.ID)
	must(t, err)
	if len(words) != 2 || words[0].Body != "One" || words[1].Body != "Uno" {
		t.Errorf("the steward reads %+v", words)
	}
	for _, c := range []struct {
		who community.Viewer
		id  community.ReportID
	}{{x.Dana, report.ID}, {x.Binta, report.ID}, {x.Amara, report.ID}, {x.Farid, other.ID}} {
		if words, err := x.EarlierWordsOf(ctx, c.who, c.id); community.KindOf(err) != community.KindNotFound || words != nil {
			t.Errorf("%s reads %+v, %v", c.who.Name, words, err)
		}
	}
	if own, _, err := x.OwnEarlierWords(ctx, x.Amara, community.Page{Limit: 10}); err != nil || len(own) != 1 {
		t.Errorf("Amara's own: %d, %v", len(own), err)
	}
	x.Clock.Pass(community.EarlierKept)
	must(t, x.WipeEarlier(ctx))
	if own, _, err := x.OwnEarlierWords(ctx, x.Amara, community.Page{Limit: 10}); err != nil || len(own) != 1 {
		t.Errorf("at the last moment: %d, %v", len(own), err)
	}
	x.Clock.Pass(time.Millisecond)
	must(t, x.WipeEarlier(ctx))
	if own, _, err := x.OwnEarlierWords(ctx, x.Amara, community.Page{Limit: 10}); err != nil || len(own) != 0 {
		t.Errorf("afterwards: %d, %v", len(own), err)
	}
}

func TestAMessageCanAlwaysBeTakenBackHoweverOftenItWasChanged(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	var err error
	edits := 0
	for ; err == nil && edits < 100; edits++ {
		_, err = x.EditMessage(ctx, x.Amara, talk, 2, fmt.Sprint("Words ", edits))
	}
	if community.KindOf(err) != community.KindTooMany {
		t.Errorf("after %d edits: %v", edits, err)
	}
	must(t, x.DeleteMessage(ctx, x.Amara, talk, 2))
	if m, err := x.Message(ctx, x.Binta, talk, 2); err != nil || m.Body != "" {
		t.Errorf("it still says %q, %v", m.Body, err)
	}
}

// Wherever a change is interrupted, trying again tells of it once.
func TestAChangeThatIsInterruptedAnywhereIsToldOnce(t *testing.T) {
	for _, after := range []bool{false, true} {
		engine := &tripping{left: -1, after: after}
		x := communitytest.On(t, t.TempDir(), func(e store.Engine) store.Engine { engine.Engine = e; return engine })
		talk := talking(t, x)
		interrupted := 0
		for n := 1; ; n++ {
			engine.left = n
			_, err := x.ReactTo(t.Context(), x.Binta, talk, 2, "thanks")
			if err == nil {
				var m *community.Message
				if m, err = x.Message(t.Context(), x.Binta, talk, 2); err == nil {
					_, err = x.TellSteps(t.Context(), m) // as the reaction to the change does
				}
			}
			if err == nil {
				break
			}
			if !errors.Is(err, errTripped) {
				t.Fatal(err)
			}
			interrupted++
		}
		engine.left = -1
		if all := entries(t, x, talk); len(all) != 5 || interrupted < 5 {
			t.Errorf("%d entries, not five, after %d interruptions", len(all), interrupted)
		}
	}
}

func TestManyReactAtOnceAndEveryEntryIsThereOnce(t *testing.T) {
	x := communitytest.New(t)
	talk := talking(t, x)
	const rounds = 15
	var both sync.WaitGroup
	for _, who := range []community.Viewer{x.Amara, x.Binta} {
		both.Go(func() {
			for i := range rounds {
				if _, err := x.ReactTo(context.WithoutCancel(t.Context()), who, talk, 2, community.Reactions[i%3]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	all, last := entries(t, x, talk), map[community.MemberID]string{}
	if len(all) != 4+2*rounds {
		t.Errorf("%d entries, not %d", len(all), 4+2*rounds)
	}
	for _, m := range all[4:] {
		last[m.Sender] = m.Body
	}
	m, err := x.Message(t.Context(), x.Amara, talk, 2)
	must(t, err)
	for _, r := range m.Reactions {
		if last[r.By] != string(r.Word) {
			t.Errorf("the log ends with %q of %s, the message says %q", last[r.By], r.By, r.Word)
		}
	}
}

func TestAStretchHoldsMessagesWhateverStandsBetweenThem(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	for i := range 230 {
		_, err := x.ReactTo(ctx, x.Binta, talk, 2, community.Reactions[i%2])
		must(t, err)
	}
	_, err := x.Write(ctx, x.Binta, talk, community.MessageDraft{Nonce: "b1", Body: "Four", Answers: 3})
	must(t, err)
	read := func(s community.Stretch, err error) string {
		must(t, err)
		var bodies []string
		for _, m := range s.Messages {
			bodies = append(bodies, m.Body)
		}
		return fmt.Sprint(bodies[max(0, len(bodies)-3):], s.Seq, s.Older, s.Newer)
	}
	for _, c := range []struct{ what, got, want string }{
		{"the newest three", read(x.Before(ctx, x.Binta, talk, 0, 3)), "[Two Three Four] 235 true false"},
		{"all", read(x.Before(ctx, x.Binta, talk, 0, 50)), "[Two Three Four] 235 false false"},
		{"before Three", read(x.Before(ctx, x.Binta, talk, 4, 2)), "[One Two] 3 true true"},
		{"behind Two", read(x.After(ctx, x.Binta, talk, 3, 50)), "[Three Four] 235 true false"},
		{"the first behind Two", read(x.After(ctx, x.Binta, talk, 3, 1)), "[Three] 234 true true"},
		{"around Three", read(x.Around(ctx, x.Binta, talk, 4, 2)), "[Two Three] 234 true true"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, not %s", c.what, c.got, c.want)
		}
	}
	if _, err := x.Write(ctx, x.Binta, talk, community.MessageDraft{Nonce: "b2", Body: "?", Answers: 100}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("an answer to a reaction: %v", err)
	}
	if _, err := x.Write(ctx, x.Binta, talk, community.MessageDraft{Nonce: "b3", Body: "?", Mentions: []community.MemberID{x.Chen.ID}}); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a stranger is mentioned: %v", err)
	}
}
