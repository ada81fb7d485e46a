package inclusion_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"longtable/frontend/components"
	"longtable/frontend/htmlcheck"
	"longtable/frontend/i18n"
	"longtable/frontend/layout"
	"longtable/frontend/pages/inclusion"
)

// hostile is what somebody writes who wants to break out of the page.
const hostile = `"><script>alert(1)</script>' onload=x {name}`

func pages() map[string]templ.Component {
	at := time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)
	var stages []inclusion.Stage
	for _, name := range []string{"asked", "joined", "replied", "shown", "introduced", "met", "collaborated", "stayed", "applied", "selected",
		"waited", "answered", "in-time", "at-once", "seat"} {
		of := map[string]string{"selected": "applied", "answered": "waited", "in-time": "waited", "at-once": "waited"}[name]
		stages = append(stages, inclusion.Stage{Name: name, Of: of, Rows: []inclusion.Row{
			{Name: "everyone", State: "shown", AtLeast: 120, Percent: -1, Local: -1},
			{Name: "carer", State: "shown", AtLeast: 30, Percent: 25, Local: 125, Change: 10},
			{Name: "rural", State: "shown", AtLeast: 20, Percent: 15, Local: -1, Change: -20},
			{Name: "refugee", State: "fewer", Percent: -1, Local: 31},
			{Name: "migrant", State: "kept", Percent: -1, Local: -1},
			{Name: "language", State: "merged", Percent: -1, Local: -1},
			{Name: "disability", State: "small", Percent: -1, Local: -1},
			{Name: "not-declared", State: "shown", AtLeast: 60, Percent: 50, Local: -1},
			{Name: "low-income", State: "parts", Percent: -1, Local: -1},
			{Name: "sponsored", State: "shown", AtLeast: 20, Percent: 15, Local: -1},
		}})
		if of != "" {
			stages[len(stages)-1].Rows[0].Of = 150
		}
	}
	for i, half := range []string{"at-once", "in-time", "answered", "not-yet"} {
		stages[10].Rows[i].Half = half
	}
	report := inclusion.ReportView{Title: hostile, Hub: "/hubs/h/inclusion", Address: "/programmes/p/report", K: 10, Needs: 40, Apart: true, Drawn: true, Member: true,
		Above: []components.Crumb{{Label: hostile, Address: "/programmes/p"}}}
	soon, small, open := report, report, report
	small.Apart, open.Drawn, open.Member = false, false, false
	report.Month, report.SetIn, report.Months = "2027-03", "2027-02", []inclusion.Month{{Name: "2027-03", Address: "/programmes/p/report?month=2027-03", Here: true}}
	for _, name := range []string{"sent", "listed", "ranked", "offered", "in-line", "seated", "remained"} {
		of := map[string]string{"listed": "sent", "ranked": "listed", "offered": "ranked", "in-line": "ranked", "seated": "offered", "remained": "seated"}[name]
		all := inclusion.Row{Name: "everyone", State: "shown", AtLeast: 60, Percent: -1, Local: -1}
		if of != "" {
			all.Of = 60
		}
		report.Stages = append(report.Stages, inclusion.Stage{Name: name, Of: of, Rows: []inclusion.Row{all, {Name: "assisted", State: "shown", AtLeast: 20, Percent: 35, Local: -1}}})
	}
	hidden := inclusion.View{Address: "/inclusion", Month: "2027-03", K: 10}
	for i, state := range []string{"fewer", "parts", "merged", "kept", "small"} {
		hidden.Stages = append(hidden.Stages, inclusion.Stage{Name: stages[i].Name, Rows: []inclusion.Row{{Name: "everyone", State: state, Percent: -1, Local: -1}}})
	}
	full := inclusion.View{Hub: hostile, HubID: "h", Address: "/hubs/h/inclusion", Month: "2027-03", SetIn: "2027-02", K: 10, Stages: stages, Events: 7,
		Access: []inclusion.Fact{{Name: "step-free", Events: 5}, {Name: "childcare", Events: 0}}, Source: hostile, TableMax: 5000,
		Months:   []inclusion.Month{{Name: "2027-03", Address: "/hubs/h/inclusion?month=2027-03", Here: true}, {Name: "2027-02", Address: "/hubs/h/inclusion?month=2027-02"}},
		Attempts: []inclusion.Attempt{{At: at, By: hostile, Kind: "narrow"}, {At: at, Kind: "lower"}}}
	host := full
	host.Shares = &components.Typed{Values: map[string][]string{"table": {hostile}}, Errors: map[string]string{"table": "Line 1 is wrong."}}
	steward := inclusion.View{Address: "/inclusion", Month: "2027-03", K: 12, Stages: stages, Raise: &components.Typed{}}
	return map[string]templ.Component{
		"report": inclusion.Report(report), "report to come": inclusion.Report(soon), "small report": inclusion.Report(small), "no vote yet": inclusion.Report(open),
		"nothing": inclusion.Show(inclusion.View{Address: "/inclusion", K: 10}), "hidden": inclusion.Show(hidden), "full": inclusion.Show(full), "host": inclusion.Show(host), "steward": inclusion.Show(steward),
		"pooled": inclusion.Show(inclusion.View{Hub: "Mill", HubID: "m", Address: "/hubs/m/inclusion", Pooled: true, Month: "2027-03", K: 10, Stages: stages}),
	}
}

func TestEveryPageIsSoundInEveryLanguage(t *testing.T) {
	for _, lang := range i18n.Languages() {
		for name, page := range pages() {
			got := render(t, lang.Lang, page)
			faults, err := htmlcheck.Page(strings.NewReader(got))
			if err != nil || len(faults) > 0 {
				t.Errorf("%s in %s: %v, %s", name, lang.Lang, err, strings.Join(faults, "\n"))
			}
			if strings.Contains(got, "<script>alert") || strings.Contains(got, ">inclusion.") || strings.Contains(got, "inclusion.cell") {
				t.Errorf("%s in %s: what somebody wrote became markup, or a sentence is missing", name, lang.Lang)
			}
		}
	}
}

func render(t *testing.T, lang string, content templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	ctx := templ.WithChildren(i18n.With(t.Context(), lang), content)
	if err := layout.Page(layout.Shell{Title: "Page", Path: "/inclusion", Section: "hubs"}).Render(ctx, &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
