package community

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// headcount collects, for each scope, who reached which stage. It is made once a month and forgotten.
type headcount struct {
	own    map[HubID]bool
	tables map[string]*tally
	came   map[string][]Instant // scope: when everybody joined
	events map[string]int
	access map[string]map[AccessFact]int

	where    map[MemberID]place // of everybody who belongs somewhere
	reports  []*closedProgramme
	meeting  map[string]map[string]map[meeting]int // report, scope: how many stand in both; a meeting here has no people
	deduced  map[string]func() *deduction          // scope: what follows from its table
	shown    map[MemberID]bool
	together map[MemberID]bool
	hubs     map[HubID]*Hub
}

// place is in which table somebody stands, and where.
type place struct {
	scope  string
	stages []FunnelStage
}

func (c *headcount) scope(hub HubID) string {
	if c.own[hub] {
		return string(hub)
	}
	return PooledScope
}

// count adds somebody at some stages to everyone and to their rows.
func (c *headcount) count(of *ladder, scope string, rows []string, stages []FunnelStage) {
	t := c.tables[scope]
	if t == nil {
		t = &tally{of: of, everyone: counts{}, rows: map[string]counts{}}
		c.tables[scope] = t
	}
	for _, stage := range stages {
		t.everyone[stage]++
		for _, row := range rows {
			if !of.counts(row, stage) {
				continue
			}
			if t.rows[row] == nil {
				t.rows[row] = counts{}
			}
			t.rows[row][stage]++
		}
	}
}

// rowsOf are the rows in which somebody is counted: the groups that they declared and agreed to be counted in. The use
// stands in their log before it is made.
func (n *Network) rowsOf(ctx context.Context, who Declarant, release ReleaseID) ([]string, error) {
	declared, err := n.ask(ctx, who, UseCounted, PurposeOfRelease(release), nil, func(*Declared) bool { return true })
	if err == ErrLost {
		return []string{RowNotDeclared}, nil
	}
	if err != nil {
		return nil, err
	}
	if declared == nil {
		return []string{RowNotDeclared}, nil
	}
	rows := make([]string, 0, len(declared.Groups))
	for _, g := range declared.Groups {
		if g != RatherNotSay {
			rows = append(rows, string(g))
		}
	}
	return rows, nil
}

// countHeads goes through everybody once.
func (n *Network) countHeads(ctx context.Context, month string) (*headcount, error) {
	c, err := n.beginCount(ctx, month)
	if err != nil {
		return nil, err
	}
	for m, err := range n.Members.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if err := n.countMember(ctx, c, month, m); err != nil {
			return nil, err
		}
	}
	for _, count := range []func(context.Context, *headcount, string) error{n.countAskers, n.countApplications, n.countAccess} {
		if err := count(ctx, c, month); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (n *Network) beginCount(ctx context.Context, month string) (*headcount, error) {
	c := &headcount{own: map[HubID]bool{}, tables: map[string]*tally{}, came: map[string][]Instant{}, events: map[string]int{}, access: map[string]map[AccessFact]int{},
		where: map[MemberID]place{}, meeting: map[string]map[string]map[meeting]int{}, deduced: map[string]func() *deduction{}, hubs: map[HubID]*Hub{}}
	own, err := n.ownTables(ctx, month)
	if err != nil {
		return nil, err
	}
	for _, hub := range own {
		c.own[hub] = true
	}
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return nil, err
	}
	for _, h := range hubs {
		c.hubs[h.ID] = h
	}
	if c.shown, err = n.shownLately(ctx); err != nil {
		return nil, err
	}
	c.together, err = n.workTogether(ctx)
	return c, err
}

func (n *Network) countMember(ctx context.Context, c *headcount, month string, m *Member) error {
	scope := c.scope(m.Hub)
	rows, err := n.rowsOf(ctx, MemberDeclarant(m.ID), releaseID(scope, month))
	if err != nil {
		return err
	}
	stages, err := n.stagesOf(ctx, m)
	if err != nil {
		return err
	}
	if c.shown[m.ID] {
		stages = append(stages, StageShown)
	}
	if c.together[m.ID] {
		stages = append(stages, StageCollaborated)
	}
	answers, err := n.answerStages(ctx, c.hubs, m.ID)
	if err != nil {
		return err
	}
	stages = append(stages, answers...)
	seat, sponsored, err := n.seatStage(ctx, m)
	if err != nil {
		return err
	}
	if seat {
		stages = append(stages, StageSeat)
	}
	if sponsored {
		rows = append(rows, RowSponsored)
	}
	c.count(hubLadder, scope, rows, stages)
	c.came[scope] = append(c.came[scope], m.JoinedAt)
	c.where[m.ID] = place{scope, stages}
	return nil
}

// seatStage tells whether somebody has a seat at their hub, and whether the pool pays for it. That is a row of its own and never
// a stage: how many seats are sponsored is hidden like a group, and nothing is said of who has one.
func (n *Network) seatStage(ctx context.Context, m *Member) (seat, sponsored bool, err error) {
	if m.Hub == "" {
		return false, false, nil
	}
	held, err := n.PlanSeats.Get(ctx, planSeatID(m.Hub, m.ID))
	if err != nil || !held.Holds(n.Now()) {
		return false, false, ignoreMissing(err)
	}
	dues, err := n.Dues.Get(ctx, duesID(m.Hub, m.ID))
	if err != nil {
		return true, false, ignoreMissing(err)
	}
	term := dues.Now(n.Now())
	return true, term != nil && term.Payer == PayerPool, nil
}

// stagesOf are the stages that somebody who belongs has reached, as far as their own records say.
func (n *Network) stagesOf(ctx context.Context, m *Member) ([]FunnelStage, error) {
	stages := []FunnelStage{StageAsked, StageJoined}
	if m.JoinedAt <= n.Now().Plus(-stayedAfter) {
		stages = append(stages, StageStayed)
	}
	seats, _, err := n.Seats.Of(ctx, m.ID, Page{Limit: PageMax})
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(seats, func(s *Seat) bool { return s.Tray == "" && s.Head >= 2 }) {
		stages = append(stages, StageReplied)
	}
	met, err := n.Connections.Of(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	if len(met) > 0 {
		return append(stages, StageIntroduced, StageMet), nil
	}
	introduced, err := n.everIntroduced(ctx, m.ID)
	if introduced {
		stages = append(stages, StageIntroduced)
	}
	return stages, err
}

func (n *Network) everIntroduced(ctx context.Context, id MemberID) (bool, error) {
	for _, read := range []func(context.Context, MemberID, Page) ([]*Introduction, Cursor, error){
		n.Introductions.WaitingFor, n.Introductions.SentBy, n.Introductions.AnsweredBy,
	} {
		found, _, err := read(ctx, id, Page{Limit: 1})
		if err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
	}
	brokered, err := n.Brokerings.Of(ctx, id)
	return len(brokered) > 0, err
}

// shownLately are the people who stood in lists of matches in the last ListDays.
func (n *Network) shownLately(ctx context.Context) (map[MemberID]bool, error) {
	shown := map[MemberID]bool{}
	round, err := n.Rounds.Get(ctx, RoundOne)
	if err != nil || round.Set == "" {
		return shown, ignoreMissing(err)
	}
	err = throughout(func(p Page) ([]*Impacts, Cursor, error) { return n.Impacts.OfSet(ctx, round.Set, p) }, func(part *Impacts) {
		for _, i := range part.Members {
			if slices.ContainsFunc(i.Lists, func(lists int) bool { return lists > 0 }) {
				shown[i.Member] = true
			}
		}
	})
	return shown, err
}

// workTogether are the people who have a part in an enterprise that has more than one.
func (n *Network) workTogether(ctx context.Context) (map[MemberID]bool, error) {
	together := map[MemberID]bool{}
	for e, err := range n.Enterprises.Each(ctx) {
		if err != nil {
			return nil, err
		}
		current := map[MemberID]bool{}
		for _, r := range e.People {
			if r.Until == 0 {
				current[r.Member] = true
			}
		}
		if len(current) > 1 {
			for id := range current {
				together[id] = true
			}
		}
	}
	return together, nil
}

// countAskers adds those who wait for an answer of a hub: they asked, and belong to no table through a membership there.
func (n *Network) countAskers(ctx context.Context, c *headcount, month string) error {
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return err
	}
	seen := map[string]map[MemberID]bool{} // somebody who waits at two of the smaller hubs is one person of their table
	for _, h := range hubs {
		scope := c.scope(h.ID)
		var askers []MemberID
		if seen[scope] == nil {
			seen[scope] = map[MemberID]bool{}
		}
		err := throughout(func(p Page) ([]*JoinRequest, Cursor, error) { return n.JoinRequests.OpenAt(ctx, h.ID, p) },
			func(r *JoinRequest) { askers = append(askers, r.Member) })
		if err != nil {
			return err
		}
		for _, id := range askers {
			m, err := n.Members.Get(ctx, id)
			if KindOf(err) == KindNotFound {
				continue
			}
			if err != nil {
				return err
			}
			if c.scope(m.Hub) == scope || seen[scope][id] { // counted already
				continue
			}
			seen[scope][id] = true
			rows, err := n.rowsOf(ctx, MemberDeclarant(id), releaseID(scope, month))
			if err != nil {
				return err
			}
			c.count(hubLadder, scope, rows, []FunnelStage{StageAsked})
		}
	}
	return nil
}

// ownTables are the hubs that are large enough for figures of their own, decided once a year and on no declaration.
func (n *Network) ownTables(ctx context.Context, month string) ([]HubID, error) {
	plan, err := n.ReleasePlans.Get(ctx, planOf(month))
	if err == nil || KindOf(err) != KindNotFound {
		if err != nil {
			return nil, err
		}
		return plan.Own, nil
	}
	k, err := n.countedAmong(ctx)
	if err != nil {
		return nil, err
	}
	people := map[HubID]int{}
	for m, err := range n.Members.Each(ctx) {
		if err != nil {
			return nil, err
		}
		people[m.Hub]++
	}
	plan = &ReleasePlan{Record: Record[ReleasePlanID]{ID: planOf(month)}, Own: []HubID{}}
	for hub, count := range people {
		if hub != "" && count >= ownTableOf*k {
			plan.Own = append(plan.Own, hub)
		}
	}
	slices.Sort(plan.Own)
	err = n.ReleasePlans.Add(ctx, plan)
	if KindOf(err) == KindConflict { // another program was faster
		return n.ownTables(ctx, month)
	}
	return plan.Own, err
}

// ReleaseRunID names the making of a month's releases.
type ReleaseRunID string

// ReleaseRun lets one program make the releases of a month. One that ended in between is followed by another.
type ReleaseRun struct {
	Record[ReleaseRunID] `bson:",inline"`
	Since                Instant `json:"since"`
	Done                 bool    `json:"done,omitempty"`
}

// ReleaseRuns is what the domain needs of the store.
type ReleaseRuns interface {
	Keeper[ReleaseRunID, ReleaseRun]
}

// releasePatience is how long a run may take before another program takes it over: many times what the largest network needs.
const releasePatience = 30 * time.Minute

// MakeReleases publishes the figures of the month that began, once, whoever else tries. It waits while the root key is
// withheld: figures without those who declared would move by more than what anybody changed. It tells how many it made.
func (n *Network) MakeReleases(ctx context.Context) (made int, err error) {
	month := monthOf(n.Now())
	mine, err := n.takeRun(ctx, month)
	if err != nil || !mine {
		return 0, err
	}
	c, err := n.countHeads(ctx, month)
	if err != nil {
		return 0, err
	}
	for scope, now := range c.tables {
		if now.of != hubLadder {
			continue
		}
		if c.deduced[scope], err = n.release(ctx, scope, month, c); err != nil {
			return made, err
		}
		made++
	}
	reports, err := n.makeReports(ctx, c, month)
	if made += reports; err != nil {
		return made, err
	}
	_, err = n.ReleaseRuns.Change(ctx, ReleaseRunID(month), func(r *ReleaseRun) error { r.Done = true; return nil })
	return made, err
}

func (n *Network) takeRun(ctx context.Context, month string) (mine bool, err error) {
	run, err := n.ReleaseRuns.Get(ctx, ReleaseRunID(month))
	if err == nil && (run.Done || n.Now() < run.Since.Plus(releasePatience)) {
		return false, nil
	}
	if err != nil && KindOf(err) != KindNotFound {
		return false, err
	}
	if !n.Sealing() {
		return false, nil
	}
	if run == nil {
		err = n.ReleaseRuns.Add(ctx, &ReleaseRun{Record: Record[ReleaseRunID]{ID: ReleaseRunID(month)}, Since: n.Now()})
		if KindOf(err) == KindConflict {
			return false, nil
		}
		return err == nil, err
	}
	before := run.Since
	_, err = n.ReleaseRuns.Change(ctx, run.ID, func(r *ReleaseRun) error {
		mine = r.Since == before && !r.Done
		if !mine {
			return ErrUnchanged
		}
		r.Since = n.Now()
		return nil
	})
	return mine, err
}

// release publishes one scope, and tells what follows from its table. What was published in this month already stays.
func (n *Network) release(ctx context.Context, scope, month string, c *headcount) (func() *deduction, error) {
	k, err := n.countedAmong(ctx)
	if err != nil {
		return nil, err
	}
	now := *c.tables[scope]
	r := &Release{Record: Record[ReleaseID]{ID: releaseID(scope, month)}, Scope: scope, Month: month, At: n.Now(), K: k, People: now.everyone[now.of.first],
		Events: c.events[scope], Access: c.access[scope]}
	if now.of == hubLadder {
		if r.Apart, err = n.reportsOf(ctx, c, scope); err != nil {
			return nil, err
		}
	}
	found, _, err := n.Releases.Of(ctx, scope, Page{Limit: 1})
	if err != nil {
		return nil, err
	}
	former := r.set(append(found, nil)[0], now, c.came[scope])
	err = n.Releases.Add(ctx, r)
	if KindOf(err) == KindConflict {
		if r, err = n.Releases.Get(ctx, r.ID); err != nil {
			return nil, err
		}
		former = r
	}
	return func() *deduction { return deduce(k, now, r.Rows, former) }, err
}

// set fills the table: as it was, by the band of the figures before, or wholly anew; it gives the release whose figures may have
// stayed. came is when everybody joined.
func (r *Release) set(last *Release, now tally, came []Instant) (former *Release) {
	var year int
	_, _ = fmt.Sscanf(r.Month, "%4d", &year) // a month is ours
	r.SetIn, r.SetAt, r.Fresh = r.Month, r.At, year
	if last != nil && last.K == r.K {
		if stands(r.K, last.changed(r.People, came)) {
			r.Rows, r.SetIn, r.SetAt, r.Fresh, r.People = last.Rows, last.SetIn, last.SetAt, last.Fresh, last.People
			return last
		}
		if last.Fresh == year {
			former = last
		}
	}
	r.Rows, _ = publish(r.K, now, former, last)
	return former
}

// changed is how many people came or went since the figures of a release were set.
func (r *Release) changed(people int, came []Instant) int {
	joined := 0
	for _, at := range came {
		if at > r.SetAt {
			joined++
		}
	}
	return joined + max(0, r.People+joined-people)
}

// countAccess counts which access facts the events had that took place in the last quarter. It is public anyway: every event says so.
func (n *Network) countAccess(ctx context.Context, c *headcount, _ string) error {
	since := At(n.Now().Time().AddDate(0, -3, 0))
	for e, err := range n.Events.Each(ctx) {
		if err != nil {
			return err
		}
		if e.State == EventCancelled || e.StartsAt < since || e.StartsAt > n.Now() {
			continue
		}
		scope := c.scope(e.Hub)
		c.events[scope]++
		if c.access[scope] == nil {
			c.access[scope] = map[AccessFact]int{}
		}
		for _, fact := range e.Access {
			c.access[scope][fact]++
		}
	}
	return nil
}
