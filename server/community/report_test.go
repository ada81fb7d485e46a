package community_test

import (
	"slices"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// on are the reports that lie on a desk, for the viewer.
func on(t *testing.T, table *communitytest.Table, v community.Viewer, desk string) []*community.Report {
	t.Helper()
	found, _, err := table.ReportsOn(t.Context(), v, desk, community.Page{Limit: community.PageMax})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func file(t *testing.T, table *communitytest.Table, by community.Viewer, about community.Viewer) *community.Report {
	t.Helper()
	r, err := table.Report(t.Context(), by, community.ReportDraft{About: community.ReportPerson, Subject: string(about.ID), Words: "He shouted at me."})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAReportReachesTheHostsOfThePersonsHub(t *testing.T) {
	x := communitytest.New(t)
	r := file(t, x, x.Chen, x.Amara)
	if got := on(t, x, x.Dana, string(x.Harbour)); len(got) != 1 || got[0].ID != r.ID {
		t.Fatalf("the host of Harbour has %d reports", len(got))
	}
	for name, v := range map[string]community.Viewer{"the person": x.Amara, "who reported": x.Chen, "a host of another hub": x.Esra, "nobody": {}} {
		if _, _, err := x.ReportsOn(t.Context(), v, string(x.Harbour), community.Page{Limit: 10}); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s sees the desk of Harbour: %v", name, err)
		}
	}
}

func TestNobodyHandlesWhatIsSaidOfThem(t *testing.T) {
	x := communitytest.New(t)
	r := file(t, x, x.Amara, x.Dana)
	if r.Desk != community.NetworkDesk {
		t.Fatalf("a report about a host lies on the desk of %q", r.Desk)
	}
	if _, err := x.HandleReport(t.Context(), x.Dana, r.ID, "nothing"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the host closed a report about herself: %v", err)
	}
	mine := file(t, x, x.Amara, x.Farid)
	if slices.ContainsFunc(on(t, x, x.Farid, community.NetworkDesk), func(r *community.Report) bool { return r.ID == mine.ID }) {
		t.Error("the steward reads what is said of him")
	}
	if _, err := x.HandleReport(t.Context(), x.Farid, r.ID, "We talked with her."); err != nil {
		t.Errorf("the steward can't close the report about the host: %v", err)
	}
}

func TestAHubWithoutHostsLeavesNoReportUnread(t *testing.T) {
	x := communitytest.New(t)
	earlier := file(t, x, x.Amara, x.Chen)
	if err := x.AppointHost(t.Context(), x.Farid, x.Mill, x.Esra.ID, false); err != nil {
		t.Fatal(err)
	}
	if got := on(t, x, x.Farid, string(x.Mill)); len(got) != 1 || got[0].ID != earlier.ID {
		t.Errorf("the steward has %d reports from the desk that its host left", len(got))
	}
	if later := file(t, x, x.Amara, x.Chen); later.Desk != community.NetworkDesk {
		t.Errorf("a new report lies on the desk of %q, where nobody sits", later.Desk)
	}
}

func TestOneSeesWhatOneIsAboutToReport(t *testing.T) {
	x := communitytest.New(t)
	p, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A saw", Text: "For a week", Skills: []community.SkillID{x.Carpentry}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := x.Reportable(t.Context(), x.Chen, community.ReportPosting, string(p.ID))
	if err != nil || got.Name != "Amara Okafor" || got.Evidence != "A saw\nFor a week" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := x.Reportable(t.Context(), x.Amara, community.ReportPosting, string(p.ID)); community.KindOf(err) != community.KindForbidden {
		t.Errorf("Amara may report herself: %v", err)
	}
	for _, about := range []community.ReportAbout{"", "weather"} {
		if _, err := x.Reportable(t.Context(), x.Chen, about, string(p.ID)); community.KindOf(err) != community.KindNotFound {
			t.Errorf("about %q: %v", about, err)
		}
	}
	if err := x.Block(t.Context(), x.Chen, x.Amara.ID); err != nil {
		t.Fatal(err)
	}
	got, err = x.Reportable(t.Context(), x.See(t, x.Chen.ID), community.ReportPerson, string(x.Amara.ID))
	if err != nil || got.Name != "" || got.Person != x.Amara.ID {
		t.Errorf("whoever blocked somebody can still report them, unnamed: %+v, %v", got, err)
	}
}
