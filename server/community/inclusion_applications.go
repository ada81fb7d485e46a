package community

import (
	"context"
	"slices"
	"strings"
)

// Everybody is counted in one table of applications: that of the programme whose vote closed first of those they applied to. A
// programme that many applied to has a table of its own, its report; all others of a hub are counted together. So no two of
// these tables share a person, and none can be held against another.

// ownReportOf is how many times k applications a programme needs for a report of its own: below, nearly every cell would be hidden.
const ownReportOf = 4

// reportedFor is how long after its end a programme's report is made anew: who stays half a year has stayed. One more month,
// because releases are made on the first.
const reportedFor = stayedAfter + 31*day

const reportScopePrefix = "programme-"

// ReportScope is the name under which the report of a programme is released.
func ReportScope(id ProgrammeID) string { return reportScopePrefix + string(id) }

// isReport tells whether a release is of a programme, and not of a hub.
func (r *Release) isReport() bool { return strings.HasPrefix(r.Scope, reportScopePrefix) }

// closedProgramme is one whose list is frozen.
type closedProgramme struct {
	*Programme
	draw *Selection // empty for one from before draws
}

// applied is somebody's application to it.
type applied struct {
	*Application
	who Declarant
	to  *closedProgramme
}

// countApplications counts those of programmes whose vote is closed. Before, the number of applications that decides in which
// table they stand is not known; and nobody was selected.
func (n *Network) countApplications(ctx context.Context, c *headcount, month string) error {
	byWho, first := map[Declarant][]applied{}, map[Declarant]*closedProgramme{}
	for p, err := range n.Programmes.Each(ctx) {
		if err != nil {
			return err
		}
		if !p.Frozen() {
			continue
		}
		closed, err := n.closed(ctx, p)
		if err != nil {
			return err
		}
		err = throughout(func(page Page) ([]*Application, Cursor, error) { return n.Applications.To(ctx, p.ID, page) }, func(a *Application) {
			if a.State == ApplicationDrafted || a.State == ApplicationWithdrawn && !closed.reports() {
				return
			}
			x := applied{a, DeclarantOf(a), closed}
			byWho[x.who] = append(byWho[x.who], x)
			if first[x.who] == nil || closed.before(first[x.who]) {
				first[x.who] = closed
			}
		})
		if err != nil {
			return err
		}
		if closed.reports() {
			c.reports = append(c.reports, closed)
		}
	}
	for who, home := range first {
		if err := n.countApplicant(ctx, c, month, who, home, byWho[who]); err != nil {
			return err
		}
	}
	return nil
}

func (n *Network) closed(ctx context.Context, p *Programme) (*closedProgramme, error) {
	s, err := n.Selections.Get(ctx, p.ID)
	if KindOf(err) == KindNotFound {
		return &closedProgramme{p, &Selection{}}, nil
	}
	return &closedProgramme{p, s}, err
}

// reports tells whether it has a report of its own.
func (p *closedProgramme) reports() bool { return p.draw.Reports }

func (p *closedProgramme) before(other *closedProgramme) bool {
	return p.draw.FrozenAt < other.draw.FrozenAt || p.draw.FrozenAt == other.draw.FrozenAt && p.ID < other.ID
}

// countApplicant counts somebody in the table of the programme that was first.
func (n *Network) countApplicant(ctx context.Context, c *headcount, month string, who Declarant, home *closedProgramme, own []applied) error {
	scope := c.scope(home.Hub)
	if home.reports() {
		scope = ReportScope(home.ID)
	}
	rows, err := n.rowsOf(ctx, who, releaseID(scope, month))
	if err != nil {
		return err
	}
	if !home.reports() {
		stages := []FunnelStage{StageApplied}
		if slices.ContainsFunc(own, func(a applied) bool { return !a.to.reports() && c.scope(a.to.Hub) == scope && a.selected() }) {
			stages = append(stages, StageSelected)
		}
		c.count(hubLadder, scope, rows, stages)
		return nil
	}
	for _, a := range own {
		if a.to != home {
			continue
		}
		if a.Assisted() {
			rows = append(rows, RowAssisted)
		}
		stages, err := n.reportStages(ctx, a)
		if err != nil {
			return err
		}
		c.count(programmeLadder, scope, rows, stages)
		c.meet(scope, a.Member, stages)
		return nil
	}
	return nil
}

func (a applied) selected() bool {
	return a.State == ApplicationOffered || a.State == ApplicationAccepted || a.State == ApplicationLapsed
}

// reportStages are those that an application reached.
func (n *Network) reportStages(ctx context.Context, a applied) ([]FunnelStage, error) {
	stages := []FunnelStage{StageSent}
	r := a.to.draw.standingOf(a.ID)
	if r == nil {
		return stages, nil
	}
	stages = append(stages, StageListed)
	if r.Tier == 0 || a.to.draw.Seed == "" {
		return stages, nil
	}
	if stages = append(stages, StageRanked); r.AnswerBy == 0 {
		return append(stages, StageInLine), nil
	}
	if stages = append(stages, StageOffered); r.State != ApplicationAccepted {
		return stages, nil
	}
	stages = append(stages, StageSeated)
	if a.Member == "" || n.Now() < a.to.Ends {
		return stages, nil
	}
	_, err := n.Members.Get(ctx, a.Member)
	if KindOf(err) == KindNotFound {
		return stages, nil
	}
	return append(stages, StageRemained), err
}

// visibleStages are those of a hub at which people are known by name to others: whoever knows a cohort can tell how many of it
// stand there.
var visibleStages = []FunnelStage{StageJoined, StageStayed, StageSeat}

// meet notes that somebody of a report stands in the table of a hub too.
func (c *headcount) meet(report string, member MemberID, stages []FunnelStage) {
	at, belongs := c.where[member]
	if !belongs {
		return
	}
	if c.meeting[report] == nil {
		c.meeting[report] = map[string]map[meeting]int{}
	}
	if c.meeting[report][at.scope] == nil {
		c.meeting[report][at.scope] = map[meeting]int{}
	}
	for i, here := range programmeLadder.order {
		for j, there := range hubLadder.order {
			if slices.Contains(stages, here) && slices.Contains(visibleStages, there) && slices.Contains(at.stages, there) {
				c.meeting[report][at.scope][meeting{here: i, there: j}]++
			}
		}
	}
}

// beside are the tables of hubs with people of a report in them.
func (c *headcount) beside(report string) (all []*beside) {
	for scope, counted := range c.meeting[report] {
		again := c.deduced[scope]
		if again == nil {
			continue
		}
		b := &beside{again: again}
		for at, people := range counted {
			at.people = people
			b.both = append(b.both, at)
		}
		all = append(all, b)
	}
	return all
}

// reportsOf adds up the last reports of the programmes of a scope, as they were published: it says nothing that they do not.
func (n *Network) reportsOf(ctx context.Context, c *headcount, scope string) ([]ReleaseRow, error) {
	total := &Release{}
	for _, p := range c.reports {
		if c.scope(p.Hub) != scope {
			continue
		}
		last, _, err := n.Releases.Of(ctx, ReportScope(p.ID), Page{Limit: 1})
		if err != nil {
			return nil, err
		}
		for _, r := range last {
			for _, row := range r.Rows {
				if row.Row == RowAssisted { // hubs have no such row
					continue
				}
				total.addCells(row.Row, map[FunnelStage]Cell{StageApplied: row.Cells[StageListed], StageSelected: row.Cells[StageOffered]})
			}
		}
	}
	return total.Rows, nil
}

// makeReports releases the reports of programmes, after the tables of hubs: what follows from both together is looked at then.
func (n *Network) makeReports(ctx context.Context, c *headcount, month string) (made int, err error) {
	for _, p := range c.reports {
		scope := ReportScope(p.ID)
		now := c.tables[scope]
		if now == nil || p.draw.Seed == "" || n.Now() >= p.Ends.Plus(reportedFor) {
			continue
		}
		now.beside = c.beside(scope)
		if _, err := n.release(ctx, scope, month, c); err != nil {
			return made, err
		}
		made++
	}
	return made, nil
}

// ReportStands is what a programme's report is, for who may read it: members, and applicants by their code.
type ReportStands struct {
	Programme *Programme
	Apart     bool // it has a report of its own
	Needs     int  // applications that one needs
	Found     []*Release
	Next      Cursor
}

// ReportsOf are the releases of a programme's report, newest first; for members of the network.
func (n *Network) ReportsOf(ctx context.Context, v Viewer, id ProgrammeID, page Page) (*ReportStands, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	p, err := n.ProgrammeSeen(ctx, v, id)
	if err != nil {
		return nil, err
	}
	return n.reportStands(ctx, p, page)
}

// ReportsByCode are the same for an applicant, by the code of an application to it.
func (n *Network) ReportsByCode(ctx context.Context, _ Viewer, code string, page Page) (*ReportStands, error) {
	_, p, err := n.ApplicationByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	return n.reportStands(ctx, p, page)
}

func (n *Network) reportStands(ctx context.Context, p *Programme, page Page) (*ReportStands, error) {
	k, err := n.countedAmong(ctx)
	if err != nil {
		return nil, err
	}
	closed, err := n.closed(ctx, p)
	if err != nil {
		return nil, err
	}
	stands := &ReportStands{Programme: p, Apart: !p.Frozen() || closed.reports(), Needs: ownReportOf * k}
	stands.Found, stands.Next, err = n.Releases.Of(ctx, ReportScope(p.ID), page)
	return stands, err
}
