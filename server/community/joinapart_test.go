package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// findsRequest tells whether a host finds a request at Harbour.
func findsRequest(t *testing.T, x *communitytest.Table, v community.Viewer, id community.JoinRequestID) bool {
	t.Helper()
	found, _, err := x.JoinRequestsAt(t.Context(), x.See(t, v.ID), x.Harbour, community.Page{Limit: 1})
	must(t, err)
	return len(found) == 1 && found[0].ID == id
}

// Noor is apart from Dana. Gil, the other host, has the request; for Dana it is not there, and she can't answer it.
func TestARequestOfSomebodyApartIsAskedOfTheOtherHosts(t *testing.T) {
	x := communitytest.New(t)
	gil := joinHost(t, x, "Gil", x.Harbour)
	r, err := x.AskToJoin(t.Context(), x.Noor, x.Harbour, "May I?")
	must(t, err)
	if !findsRequest(t, x, x.Dana, r.ID) || !findsRequest(t, x, gil, r.ID) {
		t.Fatal("the hosts do not find it")
	}
	must(t, x.Block(t.Context(), x.Noor, x.Dana.ID))
	if findsRequest(t, x, x.Dana, r.ID) || !findsRequest(t, x, gil, r.ID) {
		t.Error("who is apart finds it, or the other does not")
	}
	if _, err := x.AnswerJoin(t.Context(), x.See(t, x.Dana.ID), r.ID, false, ""); community.KindOf(err) != community.KindNotFound {
		t.Errorf("who is apart answers it: %v", err)
	}
	hub, err := x.Hubs.Get(t.Context(), x.Harbour)
	must(t, err)
	if asked, err := x.JoinAskedOf(t.Context(), hub, r); err != nil || len(asked) != 1 || asked[0] != gil.ID {
		t.Errorf("told are %v, %v", asked, err)
	}
	_, err = x.AnswerJoin(t.Context(), gil, r.ID, true, "Come in.")
	must(t, err)
}

// With one host alone it goes to the stewards, and to the host only when these are apart as well.
func TestARequestThatNoHostCanAnswerGoesToTheStewardsAndIsNeverLost(t *testing.T) {
	x := communitytest.New(t)
	r, err := x.AskToJoin(t.Context(), x.Noor, x.Harbour, "May I?")
	must(t, err)
	must(t, x.Block(t.Context(), x.Noor, x.Dana.ID))
	if findsRequest(t, x, x.Dana, r.ID) || !findsRequest(t, x, x.Farid, r.ID) {
		t.Error("the steward does not have it")
	}
	hub, err := x.Hubs.Get(t.Context(), x.Harbour)
	must(t, err)
	if asked, err := x.JoinAskedOf(t.Context(), hub, r); err != nil || len(asked) != 1 || asked[0] != x.Farid.ID {
		t.Errorf("told are %v, %v", asked, err)
	}
	must(t, x.Block(t.Context(), x.Noor, x.Farid.ID))
	if !findsRequest(t, x, x.Dana, r.ID) {
		t.Error("the request is nobody's")
	}
	_, err = x.AnswerJoin(t.Context(), x.See(t, x.Dana.ID), r.ID, true, "")
	must(t, err)
}
