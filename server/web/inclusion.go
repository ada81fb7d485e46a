package web

import (
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"longtable/frontend/pages/inclusion"
	"longtable/server/community"
)

// inclusionData is what was published in a month. The tables are fixed: there is nothing to choose but the month.
type inclusionData struct {
	Scope  string                       `json:"scope"` // a hub, the smaller hubs together, or the network
	Month  string                       `json:"month"` // empty while nothing was published
	SetIn  string                       `json:"setIn"` // the month whose figures these are
	K      int                          `json:"k"`
	Rows   []inclusionRow               `json:"rows"`
	Events int                          `json:"events"` // of the last quarter
	Access map[community.AccessFact]int `json:"access"` // how many of them had each
	Shares map[community.Group]float64  `json:"shares"` // percent of the place's own people
	Source string                       `json:"source"` // of the shares
	Months []string                     `json:"months"`
}

type inclusionRow struct {
	Row   string                                   `json:"row"`
	Cells map[community.FunnelStage]community.Cell `json:"cells"`
}

type numberBody struct {
	K int `json:"k"`
}

const (
	monthsOnPage   = 36 // releases to choose from: three years
	attemptsOnPage = 20 // the newest; one person makes one a day
)

// inclusionQuery is all that may be asked of published figures.
var inclusionQuery = map[string]bool{"month": true, "as": true}

func showInclusion(q *Request) (Answer, error) {
	scope, name, err := q.scope()
	if err != nil {
		return Answer{}, err
	}
	for key := range q.c.Queries() {
		if !inclusionQuery[key] && q.Problem == nil {
			return Answer{}, q.Network.Narrow(q.Context(), q.Viewer, scope)
		}
	}
	view := inclusion.View{Hub: name, Address: "/inclusion", TableMax: community.TextMax}
	if scope != community.NetworkScope {
		view.HubID, view.Address = scope, "/hubs/"+scope+"/inclusion"
	}
	data := inclusionData{Scope: scope, Rows: []inclusionRow{}, Access: map[community.AccessFact]int{}, Shares: map[community.Group]float64{}, Months: []string{}}
	release, err := q.release(scope, &data, &view)
	if err != nil {
		return Answer{}, err
	}
	shares, err := q.fillShares(scope, &data, &view)
	if err != nil {
		return Answer{}, err
	}
	if err := q.fillRelease(release, shares, &data, &view); err != nil {
		return Answer{}, err
	}
	if q.Ask("as") == "csv" && release != nil {
		return q.sendFigures("inclusion-", data, community.FunnelStages)
	}
	if err := q.fillAttempts(scope, &view); err != nil {
		return Answer{}, err
	}
	return Answer{Data: data, View: View{Title: q.Say("inclusion.title"), Section: "hubs", Content: inclusion.Show(view), Modules: []string{"form"}}}, nil
}

// release finds the month that is asked for, else the newest; nil while nothing was published.
func (q *Request) release(scope string, data *inclusionData, view *inclusion.View) (*community.Release, error) {
	hub := community.HubID(scope)
	if scope == community.NetworkScope {
		hub = ""
	}
	of, found, _, err := q.Network.ReleasesOf(q.Context(), q.Viewer, hub, community.Page{Limit: monthsOnPage})
	if err != nil {
		return nil, err
	}
	if data.K, err = q.Network.CountedAmong(q.Context(), q.Viewer); err != nil {
		return nil, err
	}
	view.K = data.K
	if len(found) == 0 {
		return nil, nil
	}
	month := q.Ask("month")
	if month == "" {
		month = found[0].Month
	}
	for _, r := range found {
		data.Months = append(data.Months, r.Month)
		view.Months = append(view.Months, inclusion.Month{Name: r.Month, Address: view.Address + "?month=" + r.Month, Here: r.Month == month})
	}
	if scope == community.NetworkScope {
		return q.Network.ReleaseOfNetwork(q.Context(), q.Viewer, month)
	}
	view.Pooled, data.Scope = of == community.PooledScope, of
	return q.Network.ReleaseIn(q.Context(), q.Viewer, of, month)
}

func (q *Request) fillShares(scope string, data *inclusionData, view *inclusion.View) (*community.LocalShares, error) {
	if q.Viewer.Steward && scope == community.NetworkScope {
		form := q.partOf("/inclusion/k", nil)
		view.Raise = &form
	}
	if scope == community.NetworkScope {
		return nil, nil
	}
	if q.Viewer.Hosts(community.HubID(scope)) {
		form := q.partOf("/hubs/{id}/inclusion/shares", nil)
		view.Shares = &form
	}
	shares, err := q.Network.SharesOf(q.Context(), q.Viewer, community.HubID(scope))
	if err != nil || shares == nil {
		return nil, err
	}
	data.Source, view.Source = shares.Source, shares.Source
	for g, tenths := range shares.Tenths {
		data.Shares[g] = float64(tenths) / 10
	}
	return shares, nil
}

func (q *Request) fillRelease(r *community.Release, shares *community.LocalShares, data *inclusionData, view *inclusion.View) error {
	if r == nil {
		return nil
	}
	before, err := q.Network.QuarterBefore(q.Context(), q.Viewer, r)
	if err != nil {
		return err
	}
	data.Month, data.SetIn, data.K, data.Events, data.Access = r.Month, r.SetIn, r.K, r.Events, r.Access
	view.Month, view.K, view.Events = r.Month, r.K, r.Events
	if r.SetIn != r.Month {
		view.SetIn = r.SetIn
	}
	if data.Access == nil {
		data.Access = map[community.AccessFact]int{}
	}
	data.Rows = rowsData(r, community.FunnelStages)
	for _, fact := range community.AccessFacts {
		view.Access = append(view.Access, inclusion.Fact{Name: string(fact), Events: r.Access[fact]})
	}
	view.Stages = stageViews(r, before, shares, community.FunnelStages)
	return nil
}

// rowsData are the rows of a release, with what the reports of programmes add to them.
func rowsData(r *community.Release, stages []community.FunnelStage) []inclusionRow {
	rows := []inclusionRow{}
	for _, row := range r.Rows {
		cells := map[community.FunnelStage]community.Cell{}
		for _, stage := range stages {
			if cell := r.Cell(row.Row, stage); cell.State != "" {
				cells[stage] = cell
			}
		}
		rows = append(rows, inclusionRow{row.Row, cells})
	}
	return rows
}

// partOfStage says of which stage another is shown as a part.
var partOfStage = map[community.FunnelStage]community.FunnelStage{
	community.StageAnswered: community.StageWaited, community.StageInTime: community.StageWaited, community.StageAtOnce: community.StageWaited,
	community.StageSelected: community.StageApplied,
	community.StageListed:   community.StageSent, community.StageRanked: community.StageListed, community.StageOffered: community.StageRanked,
	community.StageInLine: community.StageRanked, community.StageSeated: community.StageOffered, community.StageRemained: community.StageSeated,
}

// stageViews are the stages that a release tells of: one from before a stage was counted says nothing of it.
func stageViews(r, before *community.Release, shares *community.LocalShares, stages []community.FunnelStage) (views []inclusion.Stage) {
	for _, stage := range stages {
		if view := stageView(r, before, shares, stage); len(view.Rows) > 0 {
			views = append(views, view)
		}
	}
	return views
}

func stageView(r, before *community.Release, shares *community.LocalShares, stage community.FunnelStage) inclusion.Stage {
	view := inclusion.Stage{Name: string(stage), Of: string(partOfStage[stage])}
	everyone := 0
	for _, row := range r.Rows {
		cell := r.Cell(row.Row, stage)
		if cell.State == "" { // of seats only it is said how many are sponsored
			continue
		}
		shown := inclusion.Row{Name: row.Row, State: string(cell.State), AtLeast: cell.AtLeast, Percent: -1, Local: -1, Change: change(cell, before, row.Row, stage)}
		if cell.State == community.CellShown && view.Of != "" {
			shown.Of = r.Cell(row.Row, partOfStage[stage]).AtLeast
		}
		switch {
		case row.Row == community.RowEveryone:
			everyone = cell.AtLeast
		case cell.State == community.CellShown && everyone > 0:
			shown.Percent = min(100, (cell.AtLeast*100/everyone+roughly/2)/roughly*roughly)
		}
		if tenths, known := localShare(shares, row.Row); known && stage == community.StageJoined {
			shown.Local = tenths
		}
		if stage == community.StageWaited {
			shown.Half = halfBy(r, row.Row)
		}
		view.Rows = append(view.Rows, shown)
	}
	return view
}

// halfBy is the step by which half of those who waited were answered, as far as published figures say: a middle that is counted
// among k and more like everything else. Empty where it can't be told.
func halfBy(r *community.Release, row string) string {
	waited := r.Cell(row, community.StageWaited)
	if waited.State != community.CellShown {
		return ""
	}
	for _, stage := range []community.FunnelStage{community.StageAtOnce, community.StageInTime, community.StageAnswered} {
		cell := r.Cell(row, stage)
		if cell.State != community.CellShown && cell.State != community.CellFewer {
			return ""
		}
		if 2*cell.AtLeast >= waited.AtLeast {
			return string(stage)
		}
	}
	return "not-yet"
}

// roughly is the step of a share of two rounded figures, in percent.
const roughly = 5

func localShare(shares *community.LocalShares, row string) (tenths int, known bool) {
	if shares == nil {
		return 0, false
	}
	tenths, known = shares.Tenths[community.Group(row)]
	return tenths, known
}

// change is what moved since the quarter before, where both figures are shown.
func change(now community.Cell, before *community.Release, row string, stage community.FunnelStage) int {
	if before == nil || before.Row(row) == nil || now.State != community.CellShown {
		return 0
	}
	then := before.Cell(row, stage)
	if then.State != community.CellShown {
		return 0
	}
	return now.AtLeast - then.AtLeast
}

func (q *Request) fillAttempts(scope string, view *inclusion.View) error {
	tried, _, err := q.Network.Attempts(q.Context(), q.Viewer, scope, community.Page{Limit: attemptsOnPage})
	if err != nil || len(tried) == 0 {
		return err
	}
	zone, err := q.ownZone()
	if err != nil {
		return err
	}
	names, err := q.whoTried(tried)
	if err != nil {
		return err
	}
	for _, r := range tried {
		view.Attempts = append(view.Attempts, inclusion.Attempt{At: r.At.In(zone), By: names[r.By], Kind: string(r.Kind)})
	}
	return nil
}

// sendFigures is the same table as a file: cell by cell, with what each says.
func (q *Request) sendFigures(name string, data inclusionData, stages []community.FunnelStage) (Answer, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	lines := [][]string{{"scope", "month", "figures of", "row", "stage", "state", "at least"}}
	for _, row := range data.Rows {
		for _, stage := range stages {
			cell, counted := row.Cells[stage]
			if !counted {
				continue
			}
			least := ""
			if cell.State == community.CellShown {
				least = strconv.Itoa(cell.AtLeast)
			}
			lines = append(lines, []string{data.Scope, data.Month, data.SetIn, row.Row, string(stage), string(cell.State), least})
		}
	}
	if err := w.WriteAll(lines); err != nil {
		return Answer{}, err
	}
	q.c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	q.c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+data.Month+`.csv"`)
	return Answer{Sent: true}, q.c.SendString(b.String())
}

func bringShares(q *Request) (Answer, error) {
	h, err := q.hub()
	if err != nil {
		return Answer{}, err
	}
	draft, err := Decode[community.LocalSharesDraft](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.BringShares(q.Context(), q.Viewer, h.ID, draft); err != nil {
		return Answer{}, err
	}
	return Gone("/hubs/"+string(h.ID)+"/inclusion", "inclusion.said-shares"), nil
}

func raiseNumber(q *Request) (Answer, error) {
	body, err := Decode[numberBody](q)
	if err != nil {
		return Answer{}, err
	}
	if err := q.Network.CountAmong(q.Context(), q.Viewer, body.K); err != nil {
		return Answer{}, err
	}
	return Gone("/inclusion", "inclusion.said-raised"), nil
}
