package web

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestAMatchIsToldInWordsAndWithoutAnyPoints(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	session := r.signIn(r.Amara)
	list := r.do(call{"GET", "/matches", session, nil, nil})
	found := read[List[community.Match]](t, list).Items
	if len(found) == 0 || found[0].Person.ID != r.Binta.ID {
		t.Fatalf("Binta, who fits both ways at the same hub, does not come first: %s", list.body)
	}
	for _, word := range []string{"points", "score", "weight", "similarity"} {
		if bytes.Contains(bytes.ToLower(list.body), []byte(word)) {
			t.Errorf("the list tells of %s: %s", word, list.body)
		}
	}
	page := string(r.do(call{"GET", "/matches", session, nil, asPage}).body)
	for _, want := range []string{"Covers 1 of your 1 need: bookkeeping", "You cover 1 of their 1 need: carpentry", "Same hub",
		`href="/people/` + string(r.Binta.ID) + `/introduction"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestTheListComesPageByPageWithoutGapsOrRepeats(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	session := r.signIn(r.Amara)
	whole := read[List[community.Match]](t, r.do(call{"GET", "/matches", session, nil, nil})).Items
	if len(whole) < 2 {
		t.Fatalf("%d matches are too few for this test", len(whole))
	}
	var one []community.MemberID
	for path := "/matches?limit=1"; ; {
		page := read[List[community.Match]](t, r.do(call{"GET", path, session, nil, nil}))
		for _, m := range page.Items {
			one = append(one, m.Person.ID)
		}
		if page.Next == nil {
			break
		}
		path = "/matches?limit=1&after=" + *page.Next
	}
	if !slices.EqualFunc(one, whole, func(id community.MemberID, m community.Match) bool { return id == m.Person.ID }) {
		t.Errorf("page by page %v, at once %v", one, whole)
	}
	for _, after := range []string{"-5", "9999999", "x"} {
		if got := r.do(call{"GET", "/matches?after=" + after, session, nil, nil}); got.status != http.StatusOK {
			t.Errorf("after=%s gives %d", after, got.status)
		}
	}
}

func TestAnEmptyListSaysThatItIsBeingPrepared(t *testing.T) {
	r := openRoom(t)
	got := r.do(call{"GET", "/matches", r.signIn(r.Amara), nil, asPage})
	if !strings.Contains(string(got.body), "Your list is being prepared") {
		t.Errorf("before the profiles are read: %d %s", got.status, got.body)
	}
}

func TestReasonsAreSaidOnceAndByTheirNames(t *testing.T) {
	q := sewing("en").at(t, "/matches")
	m := community.Match{
		ForYou: community.Benefit{Needs: 3, Covered: 2, Reasons: []community.Reason{{Kind: community.ReasonCoversNeed, Need: "sewing", Offer: "sewing"},
			{Kind: community.ReasonCoversNeed, Need: "darning", Offer: "sewing"}, {Kind: community.ReasonCauses, Causes: []community.Cause{13}},
			{Kind: community.ReasonSharedHours, Hours: 9}, {Kind: community.ReasonHasTime}}},
		ForThem: community.Benefit{Reasons: []community.Reason{{Kind: community.ReasonNoNeed}, {Kind: community.ReasonCauses, Causes: []community.Cause{13}},
			{Kind: community.ReasonSharedHours, Hours: 9}, {Kind: community.ReasonHasTime}}},
	}
	got := q.matchCard(m).Reasons
	want := []string{"Covers 2 of your 3 needs: Sewing and Darning (with Sewing, which comes close)", "They have not said yet what they need",
		"Both on: Climate action", "9 shared working hours a day", "Has time for working with others"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
