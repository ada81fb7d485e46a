package community_test

import (
	"encoding/json"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestHostsReadApplicationsWithoutNamesUntilTheyAccept(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	code, sent := apply(t, x, p)
	blind := applications(t, x, p.ID)
	if text, _ := json.Marshal(blind); strings.Contains(string(text), "Yusra") || strings.Contains(string(text), "Tuesday") {
		t.Fatalf("the host's list names the applicant: %s", text)
	}
	if _, err := x.Decide(t.Context(), x.Dana, sent.ID, true, "We would love to have you."); err != nil {
		t.Fatal(err)
	}
	if now := applications(t, x, p.ID); now[0].Name != "Yusra Haddad" {
		t.Errorf("after accepting the host needs the name, and reads %q", now[0].Name)
	}
	a, _, err := x.ApplicationByCode(t.Context(), strings.ToLower(strings.ReplaceAll(code, "-", " ")))
	if err != nil || a.State != community.ApplicationAccepted || a.Reason != "We would love to have you." {
		t.Errorf("the applicant reads %+v, %v", a, err)
	}
	if _, err := x.Decide(t.Context(), x.Dana, sent.ID, false, "Changed our mind."); community.KindOf(err) != community.KindConflict {
		t.Errorf("a decision was turned round: %v", err)
	}
}

func TestOnlyHostsOfTheProgrammesHubDecide(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	_, sent := apply(t, x, p)
	for name, v := range map[string]community.Viewer{"nobody": {}, "a member": x.Amara, "the host of another hub": x.Esra} {
		if _, _, _, err := x.ApplicationsTo(t.Context(), v, p.ID, community.Page{Limit: 10}); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s reads applications: %v", name, err)
		}
		if _, err := x.Decide(t.Context(), v, sent.ID, true, "Yes."); community.KindOf(err) != community.KindNotFound {
			t.Errorf("%s decides: %v", name, err)
		}
	}
}

func TestTheCodeIsNotKept(t *testing.T) {
	x := communitytest.New(t)
	code, sent := apply(t, x, postProgramme(t, x))
	a, err := x.Applications.Get(t.Context(), sent.ID)
	if err != nil {
		t.Fatal(err)
	}
	kept, _ := json.Marshal(a)
	if plain := strings.ReplaceAll(code, "-", ""); strings.Contains(strings.ToUpper(string(kept)), plain) {
		t.Error("the store holds the code itself")
	}
	if _, _, err := x.ApplicationByCode(t.Context(), "AAAA-BBBB-CCCC-DDDD"); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a wrong code: %v", err)
	}
}

func TestQuestionsStayAsTheyWereAskedOnceSomebodyHasAnswered(t *testing.T) {
	x := communitytest.New(t)
	p := postProgramme(t, x)
	apply(t, x, p)
	d := community.ProgrammeDraftOf(p)
	d.Questions, d.Title = []string{"Something else?"}, "A better title"
	edited, err := x.EditProgramme(t.Context(), x.Dana, p.ID, d)
	if err != nil || edited.Title != "A better title" || edited.Questions[0].Text != "What would you like to build?" {
		t.Errorf("after an application: %+v, %v", edited, err)
	}
}

func postProgramme(t *testing.T, x *communitytest.Table) *community.Programme {
	t.Helper()
	p, err := x.PostProgramme(t.Context(), x.Dana, community.ProgrammeDraft{Hub: x.Harbour, Title: "First table", Summary: "Half a year with us.",
		ForWhom: "People who start again in a new place.", Places: 4, Closes: "2027-04-01", Starts: "2027-05-01", Questions: []string{"What would you like to build?"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func applications(t *testing.T, x *communitytest.Table, id community.ProgrammeID) []community.BlindApplication {
	t.Helper()
	_, blind, _, err := x.ApplicationsTo(t.Context(), x.Dana, id, community.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return blind
}

func apply(t *testing.T, x *communitytest.Table, p *community.Programme) (code string, sent *community.Application) {
	t.Helper()
	code, sent, err := x.Apply(t.Context(), community.Viewer{}, p.ID, community.ApplicationDraft{Name: "Yusra Haddad", Reach: "at the market, any Tuesday",
		Answers: map[string]string{"q1": "A kitchen that feeds the street."}})
	if err != nil {
		t.Fatal(err)
	}
	return code, sent
}
