package jobs_test

import (
	"testing"

	"longtable/server/community"
)

func TestWhatSomebodyApartDidIsNeitherToldNorMailed(t *testing.T) {
	s := hire(t)
	must(t, s.Network.Block(t.Context(), s.Binta, s.Amara.ID))
	told := func(by community.MemberID, id string) int {
		// As if it had been asked an instant before the block, and its reaction came after.
		must(t, s.Introductions.Add(t.Context(), &community.Introduction{Record: community.Record[community.IntroductionID]{ID: community.IntroductionID(id)},
			From: by, To: s.Binta.ID, Waiting: s.Binta.ID, Words: "Tea?", State: community.IntroductionAsked, AskedAt: s.Now()}))
		// And as if the notice had been left an instant before too, and only its letter came after.
		must(t, s.Notices.Add(t.Context(), &community.Notice{Record: community.Record[community.NoticeID]{ID: community.NoticeID("before~" + id)},
			Member: s.Binta.ID, By: by, Kind: community.NoticeIntroduction, Say: "notices.introduction", Path: "/introductions", At: s.Now()}))
		s.settle()
		found, _, err := s.Notices.Of(t.Context(), s.Binta.ID, community.Page{Limit: 10})
		must(t, err)
		s.post.mu.Lock()
		defer s.post.mu.Unlock()
		return 10*len(found) + len(s.post.letters)
	}
	if n := told(s.Amara.ID, "a~b"); n != 10 {
		t.Errorf("%d notices are kept and %d letters sent across a block", n/10, n%10)
	}
	if n := told(s.Chen.ID, "c~b"); n != 32 {
		t.Errorf("of somebody else %d notices are kept and %d letters sent, so this test means nothing", n/10, n%10)
	}
}
