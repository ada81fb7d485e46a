package jobs_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
)

// later lets time pass and sends what is due then; it gives the letters of this moment.
func (s *staff) later(d time.Duration) []community.DigestLetter {
	s.t.Helper()
	s.settle()
	s.Clock.Pass(d)
	if err := s.KeepDigests(s.t.Context()); err != nil && s.post.broken == nil {
		s.t.Fatal(err)
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	sent := s.post.digests
	s.post.digests = nil
	return sent
}

// to are the letters that end this person's letters: theirs.
func (s *staff) to(v community.Viewer, letters []community.DigestLetter) (theirs []community.DigestLetter) {
	s.t.Helper()
	for _, l := range letters {
		if strings.HasPrefix(l.Stop, string(v.ID)+"~") {
			theirs = append(theirs, l)
		}
	}
	return theirs
}

func (s *staff) says(v community.Viewer, talk community.ConversationID, nonce string) *community.Message {
	s.t.Helper()
	m, err := s.Say(s.t.Context(), s.See(s.t, v.ID), talk, nonce, "SECRETWORDS "+nonce)
	must(s.t, err)
	return m
}

func TestOneLetterTellsOfWhatWasMissedAndOnce(t *testing.T) {
	s, ctx := hire(t), t.Context()
	talk := s.connect(s.Amara, s.Binta)
	s.connect(s.Chen, s.Binta)
	group, err := s.StartGroup(ctx, s.See(t, s.Binta.ID), community.GroupDraft{Nonce: "0123456789abcdef", Title: "Bakers", Members: []community.MemberID{s.Amara.ID, s.Chen.ID}})
	must(t, err)
	s.later(24 * time.Hour) // of how they met
	s.says(s.Amara, talk, "n1")
	s.says(s.Chen, group.ID, "n2")
	s.says(s.Amara, group.ID, "n3")
	if early := s.later(community.DigestAfter - time.Minute); len(early) != 0 {
		t.Fatalf("before its time there go %+v", early)
	}
	sent := s.to(s.Binta, s.later(2*time.Minute))
	if len(sent) != 1 || len(sent[0].Lines) != 2 || sent[0].Zone != "Europe/Lisbon" {
		t.Fatalf("Binta gets %+v", sent)
	}
	for _, l := range sent[0].Lines {
		want, names := 1, []string{s.Amara.Name}
		if l.Title == "Bakers" {
			want, names = 2, []string{s.Chen.Name, s.Amara.Name}
		}
		if l.Count != want || !slices.Equal(l.Names, names) {
			t.Errorf("a line is %+v", l)
		}
	}
	for _, n := range s.post.letters {
		if n.Say == "notices.message" {
			t.Errorf("there is another letter of the same: %+v", n)
		}
	}
	if again := s.to(s.Binta, s.later(48*time.Hour)); len(again) != 0 {
		t.Errorf("it is told again: %+v", again)
	}
	s.says(s.Amara, talk, "n4")
	if next := s.to(s.Binta, s.later(community.DigestAfter)); len(next) != 1 || len(next[0].Lines) != 1 || next[0].Lines[0].Count != 1 || next[0].ID == sent[0].ID {
		t.Errorf("of what came after it she gets %+v", next)
	}
}

func TestALetterTellsNothingOfWhatWasReadMutedTakenBackOrIsApart(t *testing.T) {
	for what, change := range map[string]func(*staff, community.ConversationID, *community.Message){
		"nothing": func(*staff, community.ConversationID, *community.Message) {}, // the letter goes: the others could have failed
		"read": func(s *staff, talk community.ConversationID, m *community.Message) {
			must(s.t, s.MarkRead(s.t.Context(), s.See(s.t, s.Binta.ID), talk, m.Seq))
		},
		"muted": func(s *staff, talk community.ConversationID, m *community.Message) {
			must(s.t, s.Mute(s.t.Context(), s.See(s.t, s.Binta.ID), talk, true))
		},
		"taken back": func(s *staff, talk community.ConversationID, m *community.Message) {
			for seq := m.Seq; seq > 0; seq-- {
				if err := s.DeleteMessage(s.t.Context(), s.See(s.t, s.Amara.ID), talk, seq); err != nil && community.KindOf(err) != community.KindNotFound && community.KindOf(err) != community.KindForbidden {
					must(s.t, err)
				}
			}
		},
		"apart": func(s *staff, _ community.ConversationID, _ *community.Message) {
			must(s.t, s.Network.Block(s.t.Context(), s.Binta, s.Amara.ID))
		},
		"off": func(s *staff, _ community.ConversationID, _ *community.Message) {
			must(s.t, s.ChooseDigest(s.t.Context(), s.Binta, community.DigestOff))
		},
		"silent": func(s *staff, _ community.ConversationID, _ *community.Message) {
			_, err := s.Silence(s.t.Context(), s.Binta, []community.NoticeKind{community.NoticeMessage})
			must(s.t, err)
		},
		"left": func(s *staff, _ community.ConversationID, _ *community.Message) {
			must(s.t, s.Leave(s.t.Context(), s.Binta))
		},
	} {
		s := hire(t)
		talk := s.connect(s.Amara, s.Binta)
		s.later(24 * time.Hour)
		m := s.says(s.Amara, talk, "n1")
		s.settle()
		change(s, talk, m)
		got := s.to(s.Binta, s.later(25*time.Hour))
		if want := map[bool]int{true: 1}[what == "nothing"]; len(got) != want {
			t.Errorf("%s: there go %d letters, not %d: %+v", what, len(got), want, got)
		}
	}
}

func TestARequestThatIsNotAcceptedIsInNoLetter(t *testing.T) {
	s, ctx := hire(t), t.Context()
	p, err := s.Network.Post(ctx, s.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	m, err := s.AnswerPosting(ctx, s.Chen, p.ID, "n1", "I have one.")
	must(t, err)
	if got := s.later(48 * time.Hour); len(got) != 0 {
		t.Errorf("of a request there goes %+v", got)
	}
	_, err = s.AcceptRequest(ctx, s.Amara, m.Conversation)
	must(t, err)
	s.says(s.Chen, m.Conversation, "n2")
	if got := s.to(s.Amara, s.later(community.DigestAfter)); len(got) != 1 {
		t.Errorf("once accepted there go %d", len(got))
	}
}

func TestADailyLetterComesInTheMorningOfTheHub(t *testing.T) {
	s, ctx := hire(t), t.Context()
	must(t, s.ChooseDigest(ctx, s.Binta, community.DigestDaily))
	talk := s.connect(s.Amara, s.Binta)
	s.later(48 * time.Hour) // at nine in the morning of a winter's day in Lisbon, which is UTC
	s.says(s.Amara, talk, "n1")
	if early := s.to(s.Binta, s.later(22*time.Hour+59*time.Minute)); len(early) != 0 {
		t.Errorf("before eight there go %+v", early)
	}
	if sent := s.to(s.Binta, s.later(2*time.Minute)); len(sent) != 1 || sent[0].Wish != community.DigestDaily {
		t.Errorf("at eight there go %+v", sent)
	}
}

func TestALetterThatCouldNotGoGoesLaterAndOneProgramSendsIt(t *testing.T) {
	s := hire(t)
	talk := s.connect(s.Amara, s.Binta)
	s.later(24 * time.Hour)
	s.says(s.Amara, talk, "n1")
	s.post.broken = errors.New("no mail server")
	s.later(community.DigestAfter)
	s.post.broken = nil
	if soon := s.to(s.Binta, s.later(time.Minute)); len(soon) != 0 {
		t.Errorf("it is sent again while another program may still be at it: %+v", soon)
	}
	s.Clock.Pass(time.Hour)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := s.KeepDigests(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if sent := s.to(s.Binta, s.later(0)); len(sent) != 1 {
		t.Errorf("two programs send %d", len(sent))
	}
}
