package web

import (
	"net/http"
	"strings"
	"testing"

	"longtable/server/community"
)

func TestAPartThatIsHiddenIsInNeitherFormOfThePage(t *testing.T) {
	r := openRoom(t)
	_, err := r.Members.Change(t.Context(), r.Amara.ID, func(m *community.Member) error {
		m.About = "I grew up in the yard"
		m.Shown = map[community.Field]community.Audience{community.FieldAbout: community.MyContacts}
		return nil
	})
	must(t, err)
	path := "/people/" + string(r.Amara.ID)
	sees := func(v community.Viewer, query string, header map[string]string) bool {
		got := r.do(call{"GET", path + query, r.signIn(v), nil, header})
		if got.status != http.StatusOK {
			t.Fatalf("%s gets %d", v.Name, got.status)
		}
		return strings.Contains(string(got.body), "I grew up in the yard")
	}
	for _, header := range []map[string]string{nil, asPage} {
		if !sees(r.Amara, "", header) || !sees(r.Amara, "?as=contacts", header) {
			t.Error("Amara does not see what she wrote, so this test means nothing")
		}
		if sees(r.Amara, "?as=network", header) || sees(r.Amara, "?as=hub", header) {
			t.Error("seen as others do, Amara's page shows what is hidden from them")
		}
		for _, v := range []community.Viewer{r.Binta, r.Chen, r.Dana, r.Farid} {
			if sees(v, "", header) || sees(v, "?as=me", header) || sees(v, "?as=contacts", header) {
				t.Errorf("%s sees what is for contacts", v.Name)
			}
		}
	}
}

func TestABlockMakesBothAbsentUntilItIsTakenBack(t *testing.T) {
	r := openRoom(t)
	amara, binta := r.signIn(r.Amara), r.signIn(r.Binta)
	toBinta, toAmara := "/people/"+string(r.Binta.ID), "/people/"+string(r.Amara.ID)
	statuses := func() [2]int {
		return [2]int{r.do(call{"GET", toBinta, amara, nil, nil}).status, r.do(call{"GET", toAmara, binta, nil, nil}).status}
	}
	if got := statuses(); got != [2]int{200, 200} {
		t.Fatalf("before the block: %v", got)
	}
	if got := r.do(call{"POST", toBinta + "/block", amara, nil, asPage}); got.status != http.StatusSeeOther || got.header.Get("Location") != "/people" {
		t.Fatalf("blocking gives %d to %s", got.status, got.header.Get("Location"))
	}
	if got := statuses(); got != [2]int{404, 404} {
		t.Errorf("after the block: %v", got)
	}
	if got := r.do(call{"DELETE", toAmara + "/block", binta, nil, nil}); got.status >= 300 {
		t.Fatalf("unblocking what one did not block gives %d", got.status)
	}
	if got := statuses(); got != [2]int{404, 404} {
		t.Errorf("Binta took back Amara's block: %v", got)
	}
	if got := r.do(call{"DELETE", toBinta + "/block", amara, nil, nil}); got.status >= 300 {
		t.Fatalf("unblocking gives %d: %s", got.status, got.body)
	}
	if got := statuses(); got != [2]int{200, 200} {
		t.Errorf("after the block was taken back: %v", got)
	}
}
