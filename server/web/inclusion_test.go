package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"longtable/server/community"
)

// publish fills Harbour and makes the figures of the month.
func (r *room) publish(people, carers int) {
	r.t.Helper()
	for i := range people {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: community.NewID[community.MemberID]()}, Name: fmt.Sprintf("Person %d", i), Hub: r.Harbour, JoinedAt: r.Now()}
		must(r.t, r.Members.Add(r.t.Context(), m))
		if i < carers {
			own, err := r.Declaring(r.t.Context(), r.See(r.t, m.ID))
			must(r.t, err)
			must(r.t, own.Write(r.t.Context(), community.DeclarationDraft{Groups: []community.Group{"carer"}, Uses: community.Uses}))
		}
	}
	_, err := r.MakeReleases(r.t.Context())
	must(r.t, err)
}

func TestEveryMemberReadsTheFiguresInThreeForms(t *testing.T) {
	r := openRoom(t)
	r.publish(80, 37)
	path := "/hubs/" + string(r.Harbour) + "/inclusion"
	for _, v := range []community.Viewer{r.Amara, r.Dana, r.Chen} {
		if page := r.page(v, path, nil); !page.says("at least 30") || !page.says("fewer than 10") || !page.says("Not declared") {
			t.Errorf("%s reads %d: %s", v.Name, page.status, page.body)
		}
	}
	exactly := func(body []byte) bool {
		return strings.Contains(strings.ReplaceAll(string(body), string(r.Harbour), ""), "37")
	} // an id may hold any digits
	data := r.json(r.Amara, path)
	if !data.says(`"row":"carer"`) || !data.says(`"atLeast":30`) || exactly(data.body) {
		t.Errorf("as data: %s", data.body)
	}
	file := r.json(r.Amara, path+"?as=csv")
	if !file.says("carer,joined,shown,30") || exactly(file.body) || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") {
		t.Errorf("as a file: %s", file.body)
	}
	if network := r.page(r.Amara, "/inclusion", nil); !network.says("at least 30") {
		t.Errorf("the network: %d %s", network.status, network.body)
	}
	if small := r.page(r.Amara, "/hubs/"+string(r.Mill)+"/inclusion", nil); !small.says("smaller hubs") || !small.says("Too few people") {
		t.Errorf("a small hub: %d %s", small.status, small.body)
	}
}

func TestFiguresAreNotNarrowedAndTheAttemptIsSeen(t *testing.T) {
	r := openRoom(t)
	r.publish(80, 37)
	path := "/hubs/" + string(r.Harbour) + "/inclusion"
	for _, query := range []string{"?skill=carpentry", "?group=carer", "?after=x", "?month=2027-03&joined=2027-02", "?k=2", "?as=csv&limit=3"} {
		if got := r.json(r.Dana, path+query); got.status != http.StatusForbidden || got.says("atLeast") {
			t.Errorf("%s gives %d: %s", query, got.status, got.body)
		}
	}
	if got := r.json(r.Dana, path+"?month=2027-02"); got.status != http.StatusNotFound {
		t.Errorf("a month without figures gives %d", got.status)
	}
	if page := r.page(r.Amara, path, nil); strings.Count(string(page.body), "Narrowing the figures") != 1 || !page.says(r.Dana.Name) {
		t.Errorf("the members do not see the attempt, once a day: %s", page.body)
	}
	if got := r.do(call{method: "POST", path: "/inclusion/k", session: r.signIn(r.Farid), body: map[string]int{"k": 3}}); got.status != http.StatusForbidden {
		t.Errorf("lowering the number gives %d", got.status)
	}
	if page := r.page(r.Amara, "/inclusion", nil); !page.says("Lowering the number") {
		t.Errorf("the members do not see it: %s", page.body)
	}
}
