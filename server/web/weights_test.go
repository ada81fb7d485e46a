package web

import (
	"net/http"
	"strings"
	"testing"

	"longtable/matching"
	"longtable/server/community"
)

func TestMembersReadHowMuchEachReasonCounts(t *testing.T) {
	r := openRoom(t)
	page := r.page(r.Amara, "/matches/weights", nil)
	for _, want := range []string{"How the order is made", ">700<", "Version 1, from the beginning.", "set by hand"} {
		if page.status != http.StatusOK || !page.says(want) {
			t.Errorf("before anything was learnt it answers %d, without %q", page.status, want)
		}
	}
	if list := r.page(r.Amara, "/matches", nil); !list.says(`href="/matches/weights"`) {
		t.Error("the matches do not lead to it")
	}
	teacher := community.NewTeacher(r.Network)
	must(t, teacher.Switch(t.Context(), true)) // keeps the first version
	w := matching.HandSet()
	w.Skills, w.Time = 690, 50
	must(t, r.Weights.Add(t.Context(), &community.WeightsVersion{Record: community.Record[community.WeightsID]{ID: "weights~2"}, Number: 2, Weights: w,
		At: r.Now(), From: 1, Members: 340, Learners: [matching.WeighedTerms]int{340, 0, 0, 55}, LossBefore: 2_000_000, LossAfter: 1_900_000}))
	page = r.page(r.Amara, "/matches/weights", nil)
	for _, want := range []string{">690<", "Version 2, since Monday 1 March 2027.", "Learnt from 340 people.", "Earlier versions", "Figures of version 1"} {
		if !page.says(want) {
			t.Errorf("after a day of learning it does not say %q", want)
		}
	}
	if program := string(r.json(r.Amara, "/matches/weights").body); !strings.Contains(program, `"people":340`) || !strings.Contains(program, `{"of":"stage","thousandths":30,"learners":55}`) || !strings.Contains(program, `"lossAfter":1.9`) {
		t.Errorf("a program is told %s", program)
	}
	if _, err := teacher.RollBack(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if page = r.page(r.Amara, "/matches/weights", nil); !page.says("The figures of version 1 were brought back.") || !page.says("Learning is switched off.") {
		t.Error("a roll-back is not told")
	}
}
