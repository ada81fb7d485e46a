package community

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// The attack on published figures. Whoever attacks has every release and its CSV, knows exactly how many people there are
// at each stage in each month, and knows the rules by which figures are made. From that they narrow every quantity to an
// interval: cells, the rest beside a cell, who stands between two stages, who declared something else, what changed from a
// month to the next. They win when an interval lies within 1 and k-1: then there is such a group, and it is small.

// interval of a quantity.
type interval struct{ lo, hi int }

func (i interval) smallGroup(k int) bool { return i.lo >= 1 && i.hi < k }

// linear says that variables, each with its sign, add up to something in an interval.
type linear struct {
	vars, signs [3]int
	of          int // how many of them
	in          interval
}

// label says what a variable is, so that the same one is found again in the next release.
type label struct {
	table int8 // 0 for the hub's
	row   int8 // in attackedRows
	part  int8 // of those in two tables: both, the report only, the hub only
	about about
	a, b  int8 // the place of a stage, and of one that it holds or that the other table has; b is -1 for none
}

// about is what is asked of the people of a label.
type about int8

const (
	themselves about = iota
	allButThem
	declaredSomethingElse
)

func (l label) String() string {
	of, other := hubLadder, hubLadder
	if l.table == 1 {
		of = programmeLadder
		if l.part == 0 {
			other = of
		}
	}
	said := []string{"", "all but ", "declared something else than "}[l.about] + []string{"", "in both tables, ", "in the report only, ", "at the hub only, "}[l.part] +
		attackedRows[l.row] + " at " + string(of.order[l.a])
	if l.b >= 0 {
		said += " and not, or and, " + string(other.order[l.b])
	}
	return said
}

// system is what an attacker knows: variables with their bounds, and what they add up to. real is what is so, for the check that
// the attack itself is sound.
type system struct {
	bounds []interval
	names  []label
	real   []int
	sums   []linear
}

func (s *system) clear() {
	s.bounds, s.names, s.real, s.sums = s.bounds[:0], s.names[:0], s.real[:0], s.sums[:0]
}

func (s *system) variable(name label, in interval, real int) int {
	s.bounds, s.names, s.real = append(s.bounds, in), append(s.names, name), append(s.real, real)
	return len(s.bounds) - 1
}

// same says that a is b and c together.
func (s *system) same(a, b, c int) {
	s.sums = append(s.sums, linear{[3]int{a, b, c}, [3]int{1, -1, -1}, 3, interval{}})
}

// rest is a variable for all that a count leaves of so many.
func (s *system) rest(of int, among int) {
	name := s.names[of]
	name.about = allButThem
	r := s.variable(name, interval{0, among}, among-s.real[of])
	s.sums = append(s.sums, linear{[3]int{of, r}, [3]int{1, 1}, 2, interval{among, among}})
}

// others is a variable for those who declared something else than a group.
func (s *system) others(group, silent, among int) {
	name := s.names[group]
	name.about = declaredSomethingElse
	o := s.variable(name, interval{0, among}, among-s.real[group]-s.real[silent])
	s.sums = append(s.sums, linear{[3]int{group, silent, o}, [3]int{1, 1, 1}, 3, interval{among, among}})
}

// solve narrows all bounds until nothing moves.
func (s *system) solve() {
	for moved := true; moved; {
		moved = false
		for n := range s.sums {
			c := &s.sums[n]
			for i, v := range c.vars[:c.of] {
				rest := interval{}
				for j, w := range c.vars[:c.of] {
					if j == i {
						continue
					}
					b := s.bounds[w]
					if c.signs[j] < 0 {
						b = interval{-b.hi, -b.lo}
					}
					rest.lo, rest.hi = rest.lo+b.lo, rest.hi+b.hi
				}
				own := interval{c.in.lo - rest.hi, c.in.hi - rest.lo}
				if c.signs[i] < 0 {
					own = interval{-own.hi, -own.lo}
				}
				b := &s.bounds[v]
				if own.lo > b.lo {
					b.lo, moved = own.lo, true
				}
				if own.hi < b.hi {
					b.hi, moved = own.hi, true
				}
			}
		}
	}
}

// reading is what a published cell says of its count to somebody who knows the rules; everyone is how many there are.
type reading func(k int, now, before Cell, everyone int, own bool) interval

func readByTheRules(k int, now, before Cell, everyone int, _ bool) interval {
	all := interval{0, everyone}
	in := all
	switch {
	case !now.standing():
		return all
	case before == now:
		in = interval{now.AtLeast - k, now.AtLeast + 2*k - 1}
	case now.State == CellFewer && everyone >= 2*k: // of fewer people no figure could say more
		in = interval{0, k - 1}
	case now.State == CellFewer:
		return all
	case now.AtLeast == (everyone-k)/k*k:
		in = interval{now.AtLeast, everyone}
	default:
		in = interval{now.AtLeast, now.AtLeast + k - 1}
	}
	return interval{max(in.lo, all.lo), min(in.hi, all.hi)}
}

func readExactly(k int, now, _ Cell, everyone int, _ bool) interval {
	switch now.State {
	case CellShown:
		return interval{now.AtLeast, now.AtLeast}
	case CellFewer:
		return interval{0, min(k-1, everyone)}
	}
	return interval{0, everyone}
}

// table is a published one, and what it was made from.
type table struct {
	truth       tally
	now, before []ReleaseRow
}

// crossing is how many people stand at a stage of a report and at a stage of the hub, in all and of each row.
type crossing struct {
	here, there int // places in the orders of the two
	people      int
	rows        [silentRow + 1]int // as attackedRows
}

// known are the variables of a table, by row.
type known struct {
	at, between [attackedCount][]int
}

// attackedRows are the rows that are attacked, as labels number them.
var attackedRows = []string{"carer", "refugee", RowNotDeclared, RowSponsored, RowAssisted}

const (
	attackedCount = 5
	silentRow     = 2
)

func numberOf(row string) int8 { return int8(slices.Index(attackedRows, row)) }

// learn puts a table into the system.
func (s *system) learn(k int, x table, read reading) (vars known) {
	of := x.truth.of
	everyone := func(i int) int { return x.truth.everyone[of.order[i]] }
	stopped := func(p pair) int { return everyone(p.outer) - everyone(p.inner) }
	for _, row := range x.now {
		real, n := x.truth.rows[row.Row], numberOf(row.Row)
		if real == nil || n < 0 {
			continue
		}
		var last ReleaseRow
		if i := slices.IndexFunc(x.before, func(r ReleaseRow) bool { return r.Row == row.Row }); i >= 0 {
			last = x.before[i]
		}
		at := make([]int, len(of.order))
		for i, stage := range of.order {
			if at[i] = -1; of.counts(row.Row, stage) {
				at[i] = s.variable(label{of.number(), n, 0, themselves, int8(i), -1}, read(k, row.Cells[stage], last.Cells[stage], everyone(i), true), real[stage])
				s.rest(at[i], everyone(i))
			}
		}
		vars.at[n] = at
		if row.Row == of.alone && of.only != "" {
			continue
		}
		between := make([]int, len(of.pairs))
		for i, p := range of.pairs {
			a, b := at[p.outer], at[p.inner]
			between[i] = s.variable(label{of.number(), n, 0, themselves, int8(p.outer), int8(p.inner)}, interval{0, stopped(p)}, s.real[a]-s.real[b])
			s.same(a, b, between[i])
			s.rest(between[i], stopped(p))
		}
		for _, t := range of.ties {
			s.sums = append(s.sums, linear{[3]int{between[t.pair], at[t.stage]}, [3]int{1, -1}, 2, interval{}})
		}
		vars.between[n] = between
	}
	for n := range silentRow {
		if vars.at[n] == nil || vars.at[silentRow] == nil {
			continue
		}
		for i := range of.order {
			s.others(vars.at[n][i], vars.at[silentRow][i], everyone(i))
		}
		for i, p := range of.pairs {
			s.others(vars.between[n][i], vars.between[silentRow][i], stopped(p))
		}
	}
	return vars
}

func (l *ladder) number() int8 {
	if l == programmeLadder {
		return 1
	}
	return 0
}

// hold puts what two tables have in common into the system: who stands in both, here only and there only.
func (s *system) hold(report, hub table, here, there known, both []crossing) {
	for _, x := range both {
		a, b := report.truth.everyone[programmeLadder.order[x.here]], hub.truth.everyone[hubLadder.order[x.there]]
		people := [3]int{x.people, a - x.people, b - x.people}
		var parts [silentRow + 1][3]int
		for row, real := range x.rows {
			va, vb := here.at[row][x.here], there.at[row][x.there]
			reals := [3]int{real, s.real[va] - real, s.real[vb] - real}
			for part := range 3 {
				parts[row][part] = s.variable(label{1, int8(row), int8(part + 1), themselves, int8(x.here), int8(x.there)}, interval{0, people[part]}, reals[part])
				s.rest(parts[row][part], people[part])
			}
			s.same(va, parts[row][0], parts[row][1])
			s.same(vb, parts[row][0], parts[row][2])
		}
		for row := range silentRow {
			for part := range 3 {
				s.others(parts[row][part], parts[silentRow][part], people[part])
			}
		}
	}
}

// attack solves the system and gives what it derived: the sentence of the first small group, or nothing.
func (s *system) attack(t *testing.T, k int, earlier map[label]interval) (found string) {
	s.solve()
	for v, b := range s.bounds {
		if s.real[v] < b.lo || s.real[v] > b.hi {
			t.Fatalf("the attack is wrong: %s is %d, and it derives %d to %d", s.names[v], s.real[v], b.lo, b.hi)
		}
		last, known := earlier[s.names[v]]
		earlier[s.names[v]] = b
		if more := (interval{b.lo - last.hi, b.hi - last.lo}); found == "" && known && (more.smallGroup(k) || (interval{-more.hi, -more.lo}).smallGroup(k)) {
			found = fmt.Sprintf("%s changed by %d to %d since the release before", s.names[v], more.lo, more.hi)
		}
		if found == "" && b.smallGroup(k) {
			found = fmt.Sprintf("%s is %d to %d", s.names[v], b.lo, b.hi)
		}
	}
	return found
}

// crowd is people of one hub, and sometimes of one programme, for the attack.
type crowd struct {
	dice   *rand.Rand
	k      int
	open   bool // the programme takes applications
	twice  bool // planted fault: who stands in the report is counted with the hub's applications too
	people []crowdPerson
}

type crowdPerson struct {
	at, report set     // stages by their places in the two ladders
	groups     [2]bool // of the two groups that are attacked
	declared   bool    // and agreed to be counted
	sponsored  bool
	assisted   bool
}

// set of stages by their places.
type set uint32

func (s set) has(i int) bool { return s&(1<<i) != 0 }

func placeOf(l *ladder, stage FunnelStage) int { return slices.Index(l.order, stage) }

var (
	applies = placeOf(hubLadder, StageApplied)
	selects = placeOf(hubLadder, StageSelected)
	sends   = placeOf(programmeLadder, StageSent)
	ranks   = placeOf(programmeLadder, StageRanked)
	offers  = placeOf(programmeLadder, StageOffered)
	waits   = placeOf(programmeLadder, StageInLine)
)

func newCrowd(dice *rand.Rand, k int, programme bool) *crowd {
	c := &crowd{dice: dice, k: k, open: programme}
	near := k*(2+dice.IntN(5)) + dice.IntN(5) - 2 // close to where figures turn
	share := []float64{0.05, 0.3, 0.5, 0.9, 1}[dice.IntN(5)]
	for range near {
		c.join(share)
	}
	c.open = false
	return c
}

// climb lets somebody reach stages, never one without those that hold it.
func (c *crowd) climb(l *ladder, from []FunnelStage, reach func(FunnelStage) bool) (reached set) {
	for _, stage := range from {
		outer, inside := l.within[stage]
		if inside && !reached.has(placeOf(l, outer)) || !reach(stage) {
			continue
		}
		reached |= 1 << placeOf(l, stage)
	}
	return reached
}

func (c *crowd) join(share float64) {
	p := crowdPerson{declared: c.dice.Float64() < 0.8, sponsored: c.dice.Float64() < share, assisted: c.dice.Float64() < share}
	far := []float64{0.2, 0.5, 0.85, 0.98}[c.dice.IntN(4)]
	further := func(FunnelStage) bool { return c.dice.Float64() < far }
	if c.open && c.dice.Float64() < 0.8 {
		p.report = c.climb(programmeLadder, ReportStages, func(stage FunnelStage) bool {
			return stage != StageInLine && (stage == StageSent || further(stage))
		})
		p.report = settle(p.report)
	}
	if p.report == 0 || c.dice.Float64() < 0.7 {
		p.at = c.climb(hubLadder, FunnelStages, func(stage FunnelStage) bool { return stage == StageAsked || further(stage) })
	}
	if p.report != 0 && !c.twice {
		p.at &^= 1<<applies | 1<<selects
	}
	for g := range p.groups {
		p.groups[g] = c.dice.Float64() < share
	}
	c.people = append(c.people, p)
}

// settle makes the stages of the draw agree: who is offered a place was in it, and who was in it is offered one or waits.
func settle(s set) set {
	s &^= 1 << waits
	if s.has(offers) {
		return s | 1<<ranks
	}
	if s.has(ranks) {
		s |= 1 << waits
	}
	return s
}

// month lets people come, go, declare, take back and go a step further, mostly one or a few at a time. It tells how many came or
// went at the hub, and how many of the report are gone.
func (c *crowd) month() (changed, gone int) {
	share := c.dice.Float64()
	for range []int{0, 1, 1, 2, c.k - 1, c.k, 2 * c.k}[c.dice.IntN(7)] {
		c.join(share)
		changed++
	}
	for range []int{0, 0, 1, 2, c.k}[c.dice.IntN(5)] {
		if len(c.people) == 0 {
			break
		}
		i := c.dice.IntN(len(c.people))
		if c.people[i].report != 0 {
			gone++
		}
		if c.people[i].at != 0 {
			changed++
		}
		c.people = slices.Delete(c.people, i, i+1)
	}
	for range []int{0, 1, 2, c.k, 2 * c.k}[c.dice.IntN(5)] {
		if len(c.people) > 0 {
			c.change(&c.people[c.dice.IntN(len(c.people))])
		}
	}
	return changed, gone
}

func (c *crowd) change(p *crowdPerson) {
	switch c.dice.IntN(4) {
	case 0:
		p.declared = !p.declared
	case 1:
		p.groups[c.dice.IntN(2)] = c.dice.IntN(2) == 0
	case 2:
		p.sponsored = !p.sponsored
	case 3:
		step := func(l *ladder, s set) set {
			stage := l.order[c.dice.IntN(len(l.order))]
			if outer, inside := l.within[stage]; s != 0 && (!inside || s.has(placeOf(l, outer))) {
				s |= 1 << placeOf(l, stage)
			}
			return s
		}
		if p.report != 0 {
			p.report = settle(step(programmeLadder, p.report))
		}
		if p.at = step(hubLadder, p.at); p.report != 0 && !c.twice {
			p.at &^= 1<<applies | 1<<selects
		}
	}
}

func (c *crowd) tally(l *ladder) tally {
	everyone, rows := make([]int, len(l.order)), [4][]int{}
	for n := range rows {
		rows[n] = make([]int, len(l.order))
	}
	for i := range c.people {
		p := &c.people[i]
		at, alone := p.at, p.sponsored
		if l == programmeLadder {
			at, alone = p.report, p.assisted
		}
		in := [4]bool{p.declared && p.groups[0], p.declared && p.groups[1], !p.declared, alone}
		for i := range l.order {
			if !at.has(i) {
				continue
			}
			everyone[i]++
			for n, counted := range in {
				if counted {
					rows[n][i]++
				}
			}
		}
	}
	t := tally{of: l, everyone: counts{}, rows: map[string]counts{}}
	for n, name := range []string{"carer", "refugee", RowNotDeclared, l.alone} {
		t.rows[name] = counts{}
		for i, stage := range l.order {
			if t.everyone[stage] = everyone[i]; l.counts(name, stage) {
				t.rows[name][stage] = rows[n][i]
			}
		}
	}
	return t
}

// crossings are those that somebody can know: of the stages where people are known by name, and of both kinds of applications.
func (c *crowd) crossings() (all []crossing) {
	add := func(here, there int) {
		x := crossing{here: here, there: there}
		for i := range c.people {
			p := &c.people[i]
			if !p.report.has(here) || !p.at.has(there) {
				continue
			}
			x.people++
			if !p.declared {
				x.rows[silentRow]++
				continue
			}
			for g, in := range p.groups {
				if in {
					x.rows[g]++
				}
			}
		}
		all = append(all, x)
	}
	for here := range programmeLadder.order {
		for _, stage := range visibleStages {
			add(here, placeOf(hubLadder, stage))
		}
	}
	for _, here := range []int{sends, placeOf(programmeLadder, StageListed), offers} {
		add(here, applies)
		add(here, selects)
	}
	return all
}

// publisher makes the rows of a month.
type publisher func(k int, now tally, former, last *Release) []ReleaseRow

func ours(k int, now tally, former, last *Release) []ReleaseRow {
	rows, _ := publish(k, now, former, last)
	return rows
}

// exactly is a dashboard that hides what is less than k, and nothing else.
func exactly(k int, now tally, _, _ *Release) []ReleaseRow {
	var rows []ReleaseRow
	for name, of := range now.rows {
		row := ReleaseRow{Row: name, Cells: map[FunnelStage]Cell{}}
		for _, stage := range now.of.order {
			row.Cells[stage] = Cell{State: CellShown, AtLeast: of[stage]}
			if of[stage] < k {
				row.Cells[stage] = Cell{State: CellFewer}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// withoutSecondary rounds as we do, and shows every stage.
func withoutSecondary(k int, now tally, former, _ *Release) []ReleaseRow {
	open := map[FunnelStage]CellState{}
	for _, stage := range now.of.order {
		open[stage] = CellShown
	}
	var rows []ReleaseRow
	for name := range now.rows {
		rows = append(rows, publishRow(k, name, now, open, former))
	}
	return rows
}

// apartFromEachOther looks at a report as if there were no other table.
func apartFromEachOther(k int, now tally, former, last *Release) []ReleaseRow {
	now.beside = nil
	return ours(k, now, former, last)
}

const attackMonths = 8 // releases of one sequence

// run is one kind of attack, and what came of it.
type run struct {
	make      publisher
	read      reading
	programme int  // every so many-th sequence has a programme beside the hub; 0 for none
	twice     bool // its people are counted with the hub's applications too

	broken, releases, shown, reports int
	first                            string
	system                           system // used again for each month
}

// scope is one table as it is released from month to month.
type scope struct {
	last    *Release
	changed int
}

// release publishes a month; nil when the table is repeated as it was.
func (r *run) release(x *scope, month, changed int, now tally) (rows, before []ReleaseRow) {
	if x.last != nil && stands(CountedAtLeast, changed+x.changed) {
		x.changed += changed
		return nil, nil
	}
	former := x.last
	if month == attackMonths/2 { // a new year: everything is set anew
		former = nil
	}
	rows = r.make(CountedAtLeast, now, former, x.last)
	if former != nil {
		before = former.Rows
	}
	x.last, x.changed = &Release{Rows: rows}, 0
	r.releases++
	for _, row := range rows {
		for _, cell := range row.Cells {
			if cell.State == CellShown {
				r.shown++
			}
		}
	}
	return rows, before
}

// play plays sequences and counts those in which a small group was derived, and what was released.
func (r *run) play(t *testing.T, sequences int, seed uint64) {
	for n := range sequences {
		dice := rand.New(rand.NewPCG(seed, uint64(n)))
		programme := r.programme > 0 && n%r.programme == 0
		c := newCrowd(dice, CountedAtLeast, programme)
		if c.twice = r.twice; programme && c.twice {
			for i := range c.people { // who applied to the programme applied to one of the hub
				if p := &c.people[i]; p.report != 0 {
					p.at |= 1 << applies
				}
			}
		}
		found, earlier := "", map[label]interval{}
		var hub, report scope
		for month := range attackMonths {
			changed, gone := 0, 0
			if month > 0 {
				changed, gone = c.month()
			}
			if said := r.month(t, c, &hub, &report, month, changed, gone, programme, earlier); found == "" {
				found = said
			}
		}
		if found != "" {
			r.broken++
			r.first = found
		}
	}
}

// month releases the tables of a month and attacks them: together where both are of this month.
func (r *run) month(t *testing.T, c *crowd, hub, report *scope, month, changed, gone int, programme bool, earlier map[label]interval) string {
	s, h := &r.system, table{truth: c.tally(hubLadder)}
	s.clear()
	former := hub.last
	h.now, h.before = r.release(hub, month, changed, h.truth)
	var there known
	if h.now != nil {
		there = s.learn(c.k, h, r.read)
	}
	if programme {
		p, both := table{truth: c.tally(programmeLadder)}, c.crossings()
		if h.now == nil {
			former = hub.last
		} else if h.before == nil {
			former = nil
		}
		b := &beside{again: func() *deduction { return deduce(c.k, h.truth, hub.last.Rows, former) }}
		for _, x := range both {
			if x.there != applies && x.there != selects { // these have nobody in common, and the product does not look
				b.both = append(b.both, meeting{x.here, x.there, x.people})
			}
		}
		p.truth.beside = []*beside{b}
		if p.now, p.before = r.release(report, month, gone, p.truth); p.now != nil {
			r.reports++
			here := s.learn(c.k, p, r.read)
			if h.now != nil {
				s.hold(p, h, here, there, both)
			}
		}
	}
	if len(s.bounds) == 0 {
		return ""
	}
	return s.attack(t, c.k, earlier)
}

// moves checks that a figure moves by k or more, or not at all.
func TestAFigureMovesByKOrMoreOrStays(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 3))
	moves := 0
	for range 20_000 {
		k := CountedAtLeast + dice.IntN(3)
		last := Cell{}
		count := dice.IntN(100)
		for range 12 {
			count = max(0, count+dice.IntN(4*k)-2*k)
			now := cellOf(k, count, 1000, last)
			if last.standing() && now != last {
				moves++
				if between(now.AtLeast, last.AtLeast) < k {
					t.Fatalf("from %+v to %+v at %d", last, now, count)
				}
			}
			last = now
		}
	}
	if moves < 1000 {
		t.Fatalf("only %d moves: the test looks at nothing", moves)
	}
}

func TestNoSmallGroupCanBeWorkedOut(t *testing.T) {
	t.Parallel()
	attackFigures(t, 600)
}

// weak is a dashboard that the attack has to break, or it proves nothing.
type weak struct {
	name      string
	run       run
	sequences int // that an ordinary test plays
}

func weakOnes() []weak {
	return []weak{
		{"exact", run{make: exactly, read: readExactly}, 50},
		{"no-secondary", run{make: withoutSecondary, read: readByTheRules}, 50},
		{"reports-no-secondary", run{make: withoutSecondary, read: readByTheRules, programme: 1}, 50},
		{"counted-twice", run{make: apartFromEachOther, read: readByTheRules, programme: 1, twice: true}, 100},
		{"reports-by-themselves", run{make: apartFromEachOther, read: readByTheRules, programme: 1}, 300},
	}
}

func TestTheAttackBreaksADashboardWithoutSecondarySuppression(t *testing.T) {
	for _, w := range weakOnes() {
		w.run.play(t, w.sequences, 2)
		if w.run.broken == 0 {
			t.Errorf("%s: nothing was derived in %d sequences", w.name, w.sequences)
		}
		t.Logf("%s: broken in %d of %d sequences; such as: %s", w.name, w.run.broken, w.sequences, w.run.first)
	}
}

func TestProveProgrammesAnonymity(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 runs it")
	}
	attackFigures(t, 100_000)
	for _, w := range weakOnes() {
		w.run.play(t, 1000, 2)
		fmt.Printf("figure anonymity-planted-%s-broken %d of-1000 bar 1\n", w.name, w.run.broken)
		if w.run.broken == 0 {
			t.Errorf("%s was not broken", w.name)
		}
	}
}

func attackFigures(t *testing.T, sequences int) {
	t.Helper()
	r := &run{make: ours, read: readByTheRules, programme: 4}
	r.play(t, sequences, 1)
	fmt.Printf("figure anonymity-sequences %d sequences bar %d\n", sequences, sequences)
	fmt.Printf("figure anonymity-releases-attacked %d releases bar %d\n", r.releases, sequences)
	fmt.Printf("figure anonymity-reports-attacked %d releases bar %d\n", r.reports, sequences/4)
	fmt.Printf("figure anonymity-small-groups-derived %d sequences bar 0\n", r.broken)
	if r.broken > 0 {
		t.Errorf("in %d of %d sequences a group of fewer than %d was derived, such as: %s", r.broken, sequences, CountedAtLeast, r.first)
	}
	if r.shown < r.releases {
		t.Errorf("%d releases show %d figures: what shows nothing hides everything", r.releases, r.shown)
	}
}

// What is published is the whole of what is asked: the rows stand in one order, and none is of somebody's own choosing.
func TestAReleaseHasItsFixedRows(t *testing.T) {
	groups := "everyone refugee migrant carer disability low-income first-in-family no-papers language rural turned-away not-declared "
	for of, last := range map[*ladder]string{hubLadder: RowSponsored, programmeLadder: RowAssisted} {
		rows, _ := publish(CountedAtLeast, tally{of: of, everyone: counts{}, rows: map[string]counts{}}, nil, nil)
		var names []string
		for _, r := range rows {
			names = append(names, r.Row)
		}
		if strings.Join(names, " ") != groups+last {
			t.Errorf("it has %v", names)
		}
	}
}
