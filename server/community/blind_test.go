package community_test

import (
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// Amina's account is kept by Dana, who writes her application. Who decides reads neither name, in whatever form it was typed.
func TestTheHelperOfAKeptAccountIsNamedToNobodyWhoDecides(t *testing.T) {
	x := communitytest.New(t)
	_, as := takeIn(t, x, community.Scopes...)
	p := postProgramme(t, x)
	_, a, err := x.Apply(t.Context(), as, p.ID, community.ApplicationDraft{Name: "A.", Answers: map[string]string{"q1": "I am Amina Saleh; Dana Levi writes this with me. A bakery."}})
	must(t, err)
	if a.Member != as.ID {
		t.Fatalf("it is %q's", a.Member)
	}
	_, found, _, err := x.ApplicationsTo(t.Context(), x.Chen, p.ID, community.Page{Limit: 10})
	must(t, err)
	if len(found) != 1 || !strings.Contains(found[0].Answers["q1"], "A bakery") || !strings.Contains(a.Answers["q1"], "Levi") {
		t.Fatalf("Chen, who decides, reads %+v", found)
	}
	for _, name := range []string{"Amina", "Saleh", "Dana", "Levi"} {
		if strings.Contains(found[0].Answers["q1"], name) {
			t.Errorf("Chen reads %q", found[0].Answers["q1"])
		}
	}
}
