package web

import (
	"longtable/frontend/components"
	"longtable/frontend/pages/inclusion"
	"longtable/server/community"
)

// programmeReportData is a programme's report of a month: who was in at each stage, by what they declared.
type programmeReportData struct {
	Programme community.ProgrammeID `json:"programme"`
	Month     string                `json:"month"` // empty while nothing was published
	SetIn     string                `json:"setIn"` // the month whose figures these are
	K         int                   `json:"k"`
	Apart     bool                  `json:"apart"` // it has a report of its own: enough people applied
	Needs     int                   `json:"needs"` // applications that one needs
	Rows      []inclusionRow        `json:"rows"`
	Months    []string              `json:"months"`
}

// showProgrammeReport is for members.
func showProgrammeReport(q *Request) (Answer, error) {
	p, _, err := q.programme()
	if err != nil {
		return Answer{}, err
	}
	stands, err := q.Network.ReportsOf(q.Context(), q.Viewer, p.ID, community.Page{Limit: monthsOnPage})
	if err != nil {
		return Answer{}, err
	}
	return q.report(stands, "/programmes/"+string(p.ID)+"/report", []components.Crumb{{Label: q.Say("programmes.title"), Address: "/programmes"},
		{Label: p.Title, Address: "/programmes/" + string(p.ID)}})
}

// showReportByCode is the same for an applicant, who has no account.
func showReportByCode(q *Request) (Answer, error) {
	code := q.RawParam("code")
	if _, _, err := q.applicationUnder(code); err != nil { // counts wrong codes
		return Answer{}, err
	}
	stands, err := q.Network.ReportsByCode(q.Context(), q.Viewer, code, community.Page{Limit: monthsOnPage})
	if err != nil {
		return Answer{}, err
	}
	answer, err := q.report(stands, applicationPath(code)+"/report", []components.Crumb{{Label: q.Say("applications.lookup-title"), Address: applicationPath(code)}})
	answer.Private = true
	return answer, err
}

func (q *Request) report(stands *community.ReportStands, address string, above []components.Crumb) (Answer, error) {
	p := stands.Programme
	for key := range q.c.Queries() {
		if !inclusionQuery[key] {
			return Answer{}, q.Network.Narrow(q.Context(), q.Viewer, string(p.Hub))
		}
	}
	k, err := q.Network.CountedAmong(q.Context(), q.Viewer)
	if community.KindOf(err) == community.KindUnauthenticated { // an applicant: every release says its number
		k, err = community.CountedAtLeast, nil
	}
	if err != nil {
		return Answer{}, err
	}
	data := programmeReportData{Programme: p.ID, K: k, Apart: stands.Apart, Needs: stands.Needs, Rows: []inclusionRow{}, Months: []string{}}
	view := inclusion.ReportView{Title: p.Title, Hub: "/hubs/" + string(p.Hub) + "/inclusion", Address: address, Above: above, K: k, Needs: stands.Needs,
		Apart: stands.Apart, Drawn: p.State == community.ProgrammeCohort || p.State == community.ProgrammeAfter, Member: q.Viewer.Known()}
	if err := q.fillReport(stands, &data, &view); err != nil {
		return Answer{}, err
	}
	if q.Ask("as") == "csv" && data.Month != "" {
		return q.sendFigures("report-", inclusionData{Scope: community.ReportScope(p.ID), Month: data.Month, SetIn: data.SetIn, Rows: data.Rows}, community.ReportStages)
	}
	return Answer{Data: data, View: View{Title: q.Say("inclusion.report-title"), Section: "programmes", Content: inclusion.Report(view)}}, nil
}

// fillReport finds the month that is asked for, else the newest.
func (q *Request) fillReport(stands *community.ReportStands, data *programmeReportData, view *inclusion.ReportView) error {
	month := q.Ask("month")
	if month == "" && len(stands.Found) > 0 {
		month = stands.Found[0].Month
	}
	var r *community.Release
	for _, x := range stands.Found {
		if x.Month == month {
			r = x
		}
		data.Months = append(data.Months, x.Month)
		view.Months = append(view.Months, inclusion.Month{Name: x.Month, Address: view.Address + "?month=" + x.Month, Here: x.Month == month})
	}
	if r == nil {
		if month != "" {
			return community.NotFound("no report of %s was published in %.10q", stands.Programme.ID, month)
		}
		return nil
	}
	data.Month, data.SetIn, data.K = r.Month, r.SetIn, r.K
	if view.Month, view.K = r.Month, r.K; r.SetIn != r.Month {
		view.SetIn = r.SetIn
	}
	data.Rows = rowsData(r, community.ReportStages)
	view.Stages = stageViews(r, nil, nil, community.ReportStages)
	return nil
}
