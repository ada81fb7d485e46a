package web

import (
	"net/http"
	"strings"
	"testing"

	"longtable/server/community"
)

// reported is a programme whose report of March says that at least 30 of at least 60 who applied care for somebody.
func (r *room) reported() (*community.Programme, string) {
	r.t.Helper()
	p := r.OpenProgramme(r.t, nil)
	code := r.Applicants(r.t, p, 1, nil)[0]
	_, err := r.Programmes.Change(r.t.Context(), p.ID, func(p *community.Programme) error { p.State = community.ProgrammeCohort; return nil })
	must(r.t, err)
	_, err = r.Selections.Change(r.t.Context(), p.ID, func(s *community.Selection) error { s.Reports = true; return nil })
	must(r.t, err)
	row := func(name string, sent, offered int) community.ReleaseRow {
		return community.ReleaseRow{Row: name, Cells: map[community.FunnelStage]community.Cell{community.StageSent: {State: community.CellShown, AtLeast: sent},
			community.StageRanked: {State: community.CellShown, AtLeast: sent}, community.StageOffered: {State: community.CellShown, AtLeast: offered}}}
	}
	scope := community.ReportScope(p.ID)
	must(r.t, r.Releases.Add(r.t.Context(), &community.Release{Record: community.Record[community.ReleaseID]{ID: community.ReleaseID(scope + "~2027-03")}, Scope: scope,
		Month: "2027-03", SetIn: "2027-03", K: 10, Rows: []community.ReleaseRow{row(community.RowEveryone, 60, 20), row("carer", 30, 10)}}))
	return p, code
}

func TestMembersAndApplicantsReadTheReportOfAProgramme(t *testing.T) {
	r := openRoom(t)
	p, code := r.reported()
	path := "/programmes/" + string(p.ID) + "/report"
	for _, v := range []community.Viewer{r.Amara, r.Dana, r.Chen} {
		if page := r.page(v, path, nil); page.status != http.StatusOK || !page.says("at least 30") || !page.says("of at least 60 in the draw") {
			t.Errorf("%s reads %d: %s", v.Name, page.status, page.body)
		}
	}
	if page := r.page(r.Amara, "/programmes/"+string(p.ID), nil); !page.says(path) {
		t.Error("the programme's page does not lead there")
	}
	if got := r.do(call{path: path}); got.status != http.StatusUnauthorized {
		t.Errorf("a stranger reads %d", got.status)
	}
	if got := r.do(call{path: "/applications/" + code + "/report"}); got.status != http.StatusOK || !got.says(`"atLeast":30`) {
		t.Errorf("an applicant reads %d: %s", got.status, got.body)
	}
	if got := r.do(call{path: "/applications/0000-0000-0000-0000/report"}); got.status != http.StatusNotFound {
		t.Errorf("a wrong code reads %d", got.status)
	}
	if file := r.json(r.Amara, path+"?as=csv"); !file.says("carer,offered,shown,10") || !strings.HasPrefix(file.header.Get("Content-Type"), "text/csv") {
		t.Errorf("as a file: %s", file.body)
	}
}

func TestAReportIsNotNarrowed(t *testing.T) {
	r := openRoom(t)
	p, code := r.reported()
	path := "/programmes/" + string(p.ID) + "/report"
	for _, query := range []string{"?group=carer", "?k=2", "?as=csv&limit=3"} {
		if got := r.json(r.Dana, path+query); got.status != http.StatusForbidden || got.says("atLeast") {
			t.Errorf("%s gives %d: %s", query, got.status, got.body)
		}
	}
	if got := r.do(call{path: "/applications/" + code + "/report?group=carer"}); got.status < 400 || got.says("atLeast") {
		t.Errorf("with a code: %d %s", got.status, got.body)
	}
	if got := r.json(r.Dana, path+"?month=2027-02"); got.status != http.StatusNotFound {
		t.Errorf("a month without a report gives %d", got.status)
	}
	if page := r.page(r.Amara, "/hubs/"+string(p.Hub)+"/inclusion", nil); !page.says("Narrowing the figures") || !page.says(r.Dana.Name) {
		t.Errorf("the members do not see the attempt: %s", page.body)
	}
}
