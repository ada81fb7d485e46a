package web

import (
	"strings"
	"testing"

	"longtable/server/community"
)

func TestAnAskShowsItsAuthorWhoCouldHelpAndOthersThatTheyCould(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	asked := community.PostingDraft{Kind: community.Ask, Title: "A balance sheet", Skills: []community.SkillID{r.Bookkeeping}}
	amara, binta := r.signIn(r.Amara), r.signIn(r.Binta)
	made := read[postingData](t, r.do(call{"POST", "/board", amara, asked, nil}))
	path := "/board/" + string(made.ID)
	if own := read[postingData](t, r.do(call{"GET", path, amara, nil, nil})); len(own.Helpers) != 2 || own.Helpers[0].Person.ID != r.Binta.ID {
		t.Errorf("the author is shown %+v", own.Helpers)
	}
	page := string(r.do(call{"GET", path, amara, nil, asPage}).body)
	for _, want := range []string{"People who could help", "Binta Diallo", "Covers 1 of your 1 need: bookkeeping", `href="/people/` + string(r.Binta.ID) + `/introduction"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if other := read[postingData](t, r.do(call{"GET", path, binta, nil, nil})); other.Helpers != nil {
		t.Errorf("a reader is shown %+v", other.Helpers)
	}
	fits := read[List[fitData[postingData]]](t, r.do(call{"GET", "/board/for-you", binta, nil, nil})).Items
	if len(fits) != 1 || fits[0].Thing.ID != made.ID {
		t.Errorf("Binta could answer %+v", fits)
	}
	if page := string(r.do(call{"GET", "/board/for-you", binta, nil, asPage}).body); !strings.Contains(page, "You cover 1 of their 1 need: bookkeeping") {
		t.Errorf("the page is %s", page)
	}
}

func TestARoleIsOpenedFoundAndClosed(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	amara, binta := r.signIn(r.Amara), r.signIn(r.Binta)
	e := read[enterpriseData](t, r.do(call{"POST", "/enterprises", amara, community.EnterpriseDraft{Name: "Plank"}, nil}))
	made := read[openRoleData](t, r.do(call{"POST", "/enterprises/" + string(e.ID) + "/roles", amara, roleSample(), nil}))
	path := "/roles/" + string(made.ID)
	if page := string(r.do(call{"GET", "/enterprises/" + string(e.ID), binta, nil, asPage}).body); !strings.Contains(page, `href="`+path+`"`) {
		t.Error("the enterprise does not lead to its role")
	}
	if own := read[openRoleData](t, r.do(call{"GET", path, amara, nil, nil})); len(own.Fitting) != 2 || own.Fitting[0].Person.ID != r.Binta.ID {
		t.Errorf("its people are shown %+v", own.Fitting)
	}
	if other := read[openRoleData](t, r.do(call{"GET", path, binta, nil, nil})); other.Fitting != nil {
		t.Errorf("others are shown %+v", other.Fitting)
	}
	if page := string(r.do(call{"GET", path, binta, nil, asPage}).body); !strings.Contains(page, `href="/people/`+string(r.Amara.ID)+`"`) {
		t.Error("nobody is there to ask")
	}
	if fits := read[List[fitData[openRoleData]]](t, r.do(call{"GET", "/roles", binta, nil, nil})).Items; len(fits) != 1 || fits[0].Thing.EnterpriseName != "Plank" {
		t.Errorf("Binta fits %+v", fits)
	}
	if got := r.do(call{"DELETE", path, amara, nil, nil}); got.status >= 300 {
		t.Errorf("closing gives %d", got.status)
	}
	if fits := read[List[fitData[openRoleData]]](t, r.do(call{"GET", "/roles", binta, nil, nil})).Items; len(fits) != 0 {
		t.Errorf("a closed role fits: %+v", fits)
	}
}

func TestAProgrammeSaysWhatItHelpsWithAndFindsWhoNeedsIt(t *testing.T) {
	r := openRoom(t)
	must(t, r.LoadMatches(t.Context()))
	draft := programmeSample(r.Harbour)
	draft.Reviewers = []community.MemberID{r.Dana.ID, r.Farid.ID}
	draft.Skills, draft.Causes, draft.Stage = []community.SkillID{"Comptabilité"}, []community.Cause{8}, community.StageIdea
	made := read[programmeData](t, r.do(call{"POST", "/programmes", r.signIn(r.Dana), draft, nil}))
	if len(made.Skills) != 1 || made.Skills[0] != r.Bookkeeping || made.Stage != community.StageIdea {
		t.Errorf("it is opened as %+v", made)
	}
	_, err := r.PublishProgramme(t.Context(), r.Dana, made.ID)
	must(t, err)
	amara := r.signIn(r.Amara)
	fits := read[List[fitData[programmeData]]](t, r.do(call{"GET", "/programmes/for-you", amara, nil, nil})).Items
	if len(fits) != 1 || fits[0].Thing.ID != made.ID || fits[0].ForYou.Covered != 1 {
		t.Errorf("for Amara: %+v", fits)
	}
	page := string(r.do(call{"GET", "/programmes/for-you", amara, nil, asPage}).body)
	for _, want := range []string{"Second table", "Covers 1 of your 1 need: bookkeeping", "At your hub"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if page := string(r.do(call{"GET", "/programmes/" + string(made.ID), "", nil, asPage}).body); !strings.Contains(page, "bookkeeping") {
		t.Error("its page does not say what it helps with")
	}
}
