package community_test

import (
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestAnAnswerThatIsRefusedOpensNoConversation(t *testing.T) {
	x := communitytest.New(t)
	p, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	if err != nil {
		t.Fatal(err)
	}
	talks := func() int {
		found, _, err := x.Talks(t.Context(), x.Amara, community.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		waiting, err := x.Requests(t.Context(), x.Amara)
		if err != nil {
			t.Fatal(err)
		}
		return len(found) + len(waiting)
	}
	for nonce, words := range map[string]string{"": "I have one.", strings.Repeat("n", community.NonceMax+1): "I have one.", "n1": " "} {
		if _, err := x.AnswerPosting(t.Context(), x.Chen, p.ID, nonce, words); community.KindOf(err) != community.KindInvalid {
			t.Errorf("nonce %q and words %q give %v", nonce, words, err)
		}
	}
	if n := talks(); n != 0 {
		t.Errorf("Amara finds %d empty conversations", n)
	}
	if _, err := x.AnswerPosting(t.Context(), x.Chen, p.ID, "n1", "I have one."); err != nil || talks() != 1 {
		t.Errorf("a good answer gives %v and %d conversations", err, talks())
	}
}
