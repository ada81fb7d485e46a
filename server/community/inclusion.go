package community

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// FunnelStage is a stage of the way into the community, as the figures follow it. The ways of people and of applications are two.
type FunnelStage string

const (
	StageAsked        FunnelStage = "asked"        // asked to join, or did: nearest to invited, which nothing records
	StageJoined       FunnelStage = "joined"       // belongs to the hub
	StageReplied      FunnelStage = "replied"      // takes part in a talk of two messages or more
	StageShown        FunnelStage = "shown"        // was shown to others as a match in the last ListDays
	StageIntroduced   FunnelStage = "introduced"   // somebody asked to meet them, they asked, or a host did
	StageMet          FunnelStage = "met"          // is connected with somebody
	StageCollaborated FunnelStage = "collaborated" // works in an enterprise with somebody else: nearest to what came of it
	StageStayed       FunnelStage = "stayed"       // joined half a year ago or earlier, and is here
	StageSeat         FunnelStage = "seat"         // has a seat on a plan of the hub
	StageApplied      FunnelStage = "applied"      // to a programme whose vote is closed and which has no report of its own; did not take it back
	StageSelected     FunnelStage = "selected"     // was offered a place in one

	// The time to the first answer of a person, in the last quarter; inclusion_answers.go says of what.
	StageWaited   FunnelStage = "waited"   // was answered, or still waits for a host
	StageAnswered FunnelStage = "answered" // was answered at all
	StageInTime   FunnelStage = "in-time"  // within the time that is promised
	StageAtOnce   FunnelStage = "at-once"  // in time and within openDay, in hours in which the hub is open

	// The stages of a programme's report. What is sent is complete: the form asks for every answer.
	StageSent     FunnelStage = "sent"     // sent an application, whatever became of it
	StageListed   FunnelStage = "listed"   // was still in when the vote closed, so was read by all who had to
	StageRanked   FunnelStage = "ranked"   // was in the draw
	StageOffered  FunnelStage = "offered"  // was offered a place, by the draw or from the waiting list
	StageInLine   FunnelStage = "in-line"  // was in the draw and not offered a place, so far
	StageSeated   FunnelStage = "seated"   // took a place
	StageRemained FunnelStage = "remained" // took one, and belongs to the network after the programme is over
)

// FunnelStages are those of a hub, in the order in which they are shown.
var FunnelStages = []FunnelStage{StageAsked, StageJoined, StageReplied, StageShown, StageIntroduced, StageMet, StageCollaborated, StageStayed, StageApplied,
	StageSelected, StageWaited, StageAnswered, StageInTime, StageAtOnce, StageSeat}

// ReportStages are those of a programme, in the order in which they are shown.
var ReportStages = []FunnelStage{StageSent, StageListed, StageRanked, StageOffered, StageInLine, StageSeated, StageRemained}

// Rows of a release beside the groups.
const (
	RowEveryone    = "everyone"
	RowNotDeclared = "not-declared" // said nothing, or did not agree to be counted
	RowSponsored   = "sponsored"    // the solidarity pool pays for their seat; counted among seats only
	RowAssisted    = "assisted"     // applied with a helper; in reports only
)

const (
	// CountedAtLeast is how many people a published figure hides among: k. It can be raised and never lowered.
	CountedAtLeast = 10

	// CountedAtMost is beyond what any hub could show.
	CountedAtMost = 1000

	// ownTableOf is how many times k people a hub needs for figures of its own: below, nearly every cell would be hidden, and
	// it is counted together with the other smaller hubs.
	ownTableOf = 6

	// stayedAfter is how long somebody is here who stayed.
	stayedAfter = 182 * 24 * time.Hour
)

// PooledScope stands for all hubs that are too small for figures of their own, and for members without a hub.
const PooledScope = "smaller-hubs"

// Release is what was published of a scope on the first of a month. It never changes.
type Release struct {
	Record[ReleaseID] `bson:",inline"`
	Scope             string             `json:"scope"` // a hub, PooledScope, or ReportScope of a programme
	Month             string             `json:"month"` // 2027-03: made on its first day
	At                Instant            `json:"at"`
	K                 int                `json:"k"`
	SetIn             string             `json:"setIn"` // the month whose figures these are: too few people had come and gone since
	SetAt             Instant            `json:"setAt"`
	Fresh             int                `json:"fresh"`  // the year in which all figures were last set without regard to those before
	People            int                `json:"people"` // who belong; not published, as it moves by one
	Rows              []ReleaseRow       `json:"rows"`
	Apart             []ReleaseRow       `json:"apart,omitempty"` // what was published in reports of programmes, added up
	Events            int                `json:"events"`          // of the last quarter
	Access            map[AccessFact]int `json:"access,omitempty"`
}

// ReleaseRow is a group, everyone, or those who did not declare.
type ReleaseRow struct {
	Row   string               `json:"row"`
	Cells map[FunnelStage]Cell `json:"cells"`
	Known []span               `json:"known,omitempty"` // what can be worked out, for the look at the next release; not shown
}

// Cell is one figure of a release.
type Cell struct {
	State   CellState `json:"state"`
	AtLeast int       `json:"atLeast,omitempty"` // a multiple of k
}

// CellState says how to read a cell.
type CellState string

const (
	CellShown  CellState = "shown"  // at least AtLeast
	CellFewer  CellState = "fewer"  // fewer than k
	CellMerged CellState = "merged" // too few people between this stage and another that is shown
	CellKept   CellState = "kept"   // the row is kept back, so that no small group can be worked out
	CellSmall  CellState = "small"  // too few people altogether
	CellParts  CellState = "parts"  // of tables that were added up, each of which has fewer than k
)

// Row of a release; nil when it has none of that name.
func (r *Release) Row(name string) *ReleaseRow {
	i := slices.IndexFunc(r.Rows, func(row ReleaseRow) bool { return row.Row == name })
	if i < 0 {
		return nil
	}
	return &r.Rows[i]
}

// Cell is what is said of a row at a stage, with what the reports of programmes say of it.
func (r *Release) Cell(row string, stage FunnelStage) (said Cell) {
	for _, rows := range [][]ReleaseRow{r.Rows, r.Apart} {
		for _, x := range rows {
			if x.Row == row {
				said = said.and(x.Cells[stage])
			}
		}
	}
	return said
}

// Releases is what the domain needs of the store.
type Releases interface {
	Keeper[ReleaseID, Release]
	Of(ctx context.Context, scope string, page Page) ([]*Release, Cursor, error) // newest month first
	In(ctx context.Context, month string, page Page) ([]*Release, Cursor, error)
}

func releaseID(scope, month string) ReleaseID { return ReleaseID(scope + "~" + month) }

// ReleasePlanID names the plan of a year: plan~2027.
type ReleasePlanID string

// ReleasePlan says for a year which hubs have figures of their own, so that no hub moves between tables from a month to the
// next, and under which number small groups are hidden.
type ReleasePlan struct {
	Record[ReleasePlanID] `bson:",inline"`
	Own                   []HubID `json:"own"`
}

// ReleasePlans is what the domain needs of the store.
type ReleasePlans interface {
	Keeper[ReleasePlanID, ReleasePlan]
}

// ReleaseRuleID names the one rule of the network.
type ReleaseRuleID string

const releaseRuleOne ReleaseRuleID = "network"

// ReleaseRule is the number under which groups are hidden.
type ReleaseRule struct {
	Record[ReleaseRuleID] `bson:",inline"`
	K                     int     `json:"k"`
	At                    Instant `json:"at"`
}

// ReleaseRules is what the domain needs of the store.
type ReleaseRules interface {
	Keeper[ReleaseRuleID, ReleaseRule]
}

// CountedAmong is the number in force.
func (n *Network) CountedAmong(ctx context.Context, v Viewer) (int, error) {
	if !v.Known() {
		return 0, Unauthenticated()
	}
	return n.countedAmong(ctx)
}

func (n *Network) countedAmong(ctx context.Context) (int, error) {
	rule, err := n.ReleaseRules.Get(ctx, releaseRuleOne)
	if KindOf(err) == KindNotFound {
		return CountedAtLeast, nil
	}
	if err != nil {
		return 0, err
	}
	return rule.K, nil
}

// CountAmong raises the number for the releases to come; for stewards. To lower it is refused, and everybody can read that
// it was tried.
func (n *Network) CountAmong(ctx context.Context, v Viewer, k int) error {
	if !v.Steward {
		return NotFound("the number that hides small groups is for stewards")
	}
	now, err := n.countedAmong(ctx)
	if err != nil {
		return err
	}
	if k < now {
		return n.refuse(ctx, v, Refusal{Kind: TriedToLower, Scope: NetworkScope}, "inclusion.not-lower")
	}
	if k > CountedAtMost {
		return Invalid(Problems{"k": {Say: "problem.number-between", Args: map[string]any{"low": now, "high": CountedAtMost}}})
	}
	err = n.ReleaseRules.Add(ctx, &ReleaseRule{Record: Record[ReleaseRuleID]{ID: releaseRuleOne}, K: k, At: n.Now()})
	if KindOf(err) != KindConflict {
		return err
	}
	_, err = n.ReleaseRules.Change(ctx, releaseRuleOne, func(r *ReleaseRule) error {
		if r.K >= k {
			return ErrUnchanged
		}
		r.K, r.At = k, n.Now()
		return nil
	})
	return err
}

// ReleasesOf are the published figures of a hub, newest first. Everybody in the network may read them. A hub without figures
// of its own is counted with the other smaller ones: scope then says so.
func (n *Network) ReleasesOf(ctx context.Context, v Viewer, hub HubID, page Page) (scope string, found []*Release, next Cursor, err error) {
	if !v.Known() {
		return "", nil, "", Unauthenticated()
	}
	if scope, err = n.scopeNow(ctx, hub); err != nil {
		return "", nil, "", err
	}
	found, next, err = n.Releases.Of(ctx, scope, page)
	return scope, found, next, err
}

// scopeNow is under which name a hub is counted this year.
func (n *Network) scopeNow(ctx context.Context, hub HubID) (string, error) {
	if hub == "" {
		return PooledScope, nil
	}
	if _, err := n.Hubs.Get(ctx, hub); err != nil {
		return "", err
	}
	plan, err := n.ReleasePlans.Get(ctx, planOf(monthOf(n.Now())))
	if err != nil || !slices.Contains(plan.Own, hub) {
		return PooledScope, ignoreMissing(err)
	}
	return string(hub), nil
}

// ReleaseIn is what was published of a scope in a month.
func (n *Network) ReleaseIn(ctx context.Context, v Viewer, scope, month string) (*Release, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	id, err := ParseID[ReleaseID](string(releaseID(scope, month)))
	if err != nil {
		return nil, err
	}
	return n.Releases.Get(ctx, id)
}

// Narrow refuses a question that would cut published figures to fewer people than they were made for.
func (n *Network) Narrow(ctx context.Context, v Viewer, scope string) error {
	if !v.Known() {
		return Unauthenticated()
	}
	return n.refuse(ctx, v, Refusal{Kind: TriedToNarrow, Scope: scope}, "inclusion.no-narrowing")
}

// Attempts on the figures of a scope, newest first; everybody who is counted may read them.
func (n *Network) Attempts(ctx context.Context, v Viewer, scope string, page Page) ([]*Refusal, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Refusals.In(ctx, scope, page)
}

// ReleaseOfNetwork adds up what was published of all scopes in a month: it says nothing that they do not.
func (n *Network) ReleaseOfNetwork(ctx context.Context, v Viewer, month string) (*Release, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	total := &Release{Record: Record[ReleaseID]{ID: releaseID(NetworkScope, month)}, Scope: NetworkScope, Month: month, SetIn: month, Access: map[AccessFact]int{}}
	err := throughout(func(p Page) ([]*Release, Cursor, error) { return n.Releases.In(ctx, month, p) }, total.add)
	if err == nil && len(total.Rows) == 0 {
		return nil, NotFound("nothing was published in %.10q", month)
	}
	return total, err
}

func (r *Release) add(part *Release) {
	if part.isReport() {
		return // it stands in the tables of hubs, from the month after
	}
	r.K, r.At, r.Events = max(r.K, part.K), max(r.At, part.At), r.Events+part.Events
	for fact, events := range part.Access {
		r.Access[fact] += events
	}
	for _, rows := range [][]ReleaseRow{part.Rows, part.Apart} {
		for _, row := range rows {
			r.addCells(row.Row, row.Cells)
		}
	}
}

// addCells adds figures to a row.
func (r *Release) addCells(name string, cells map[FunnelStage]Cell) {
	row := r.Row(name)
	if row == nil {
		r.Rows = append(r.Rows, ReleaseRow{Row: name, Cells: map[FunnelStage]Cell{}})
		row = &r.Rows[len(r.Rows)-1]
	}
	for stage, f := range cells {
		row.Cells[stage] = row.Cells[stage].and(f)
	}
}

// and adds two figures. What is not shown adds nothing to what is; two that are each fewer than k may be more together.
func (f Cell) and(other Cell) Cell {
	few := func(c Cell) bool { return c.State == CellFewer || c.State == CellParts }
	switch {
	case f.State == "":
		return other
	case other.State == "":
		return f
	case f.State == CellShown && other.State == CellShown:
		return Cell{State: CellShown, AtLeast: f.AtLeast + other.AtLeast}
	case f.State == CellShown:
		return f
	case other.State == CellShown:
		return other
	case few(f) && few(other):
		return Cell{State: CellParts}
	case few(f):
		return other
	}
	return f
}

// quarterBefore is the month three months before; empty for what is no month.
func quarterBefore(month string) string {
	at, err := time.Parse("2006-01", month)
	if err != nil {
		return ""
	}
	return at.AddDate(0, -3, 0).Format("2006-01")
}

// QuarterBefore is what was published three months before a release; nil when nothing was.
func (n *Network) QuarterBefore(ctx context.Context, v Viewer, r *Release) (before *Release, err error) {
	if r.Scope == NetworkScope {
		before, err = n.ReleaseOfNetwork(ctx, v, quarterBefore(r.Month))
	} else {
		before, err = n.ReleaseIn(ctx, v, r.Scope, quarterBefore(r.Month))
	}
	if KindOf(err) == KindNotFound {
		return nil, nil
	}
	return before, err
}

func monthOf(at Instant) string { return at.Time().Format("2006-01") }

func planOf(month string) ReleasePlanID { return ReleasePlanID(fmt.Sprintf("plan~%.4s", month)) }
