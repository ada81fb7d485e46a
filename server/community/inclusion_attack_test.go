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

// linear says that the variables, each with its sign, add up to something in an interval.
type linear struct {
	vars  []int
	signs []int
	in    interval
}

// system is what an attacker knows: variables with their bounds, and what they add up to.
type system struct {
	bounds []interval
	names  []string
	sums   []linear
}

func (s *system) variable(name string, in interval) int {
	s.bounds, s.names = append(s.bounds, in), append(s.names, name)
	return len(s.bounds) - 1
}

// difference is a variable for a - b.
func (s *system) difference(name string, a, b int, in interval) int {
	d := s.variable(name, in)
	s.sums = append(s.sums, linear{[]int{a, b, d}, []int{1, -1, -1}, interval{}})
	return d
}

// solve narrows all bounds until nothing moves.
func (s *system) solve() {
	for moved := true; moved; {
		moved = false
		for _, c := range s.sums {
			for i, v := range c.vars {
				rest := interval{}
				for j, w := range c.vars {
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

// step is who of a row stands between two stages.
type step struct {
	row          string
	outer, inner FunnelStage
	v, all       int
}

// attack looks at one month of a scope and gives what it derived: the sentence of the first small group, or nothing. truth is
// for the check that the attack itself is sound.
func attack(t *testing.T, k int, truth tally, now, before []ReleaseRow, read reading, earlier map[string]interval) string {
	s := &system{}
	var betweens []step
	cells := map[string]map[FunnelStage]int{}
	real := map[int]int{}
	for _, row := range now {
		if row.Row == RowEveryone || truth.rows[row.Row] == nil {
			continue
		}
		cells[row.Row] = map[FunnelStage]int{}
		var last ReleaseRow
		if i := slices.IndexFunc(before, func(r ReleaseRow) bool { return r.Row == row.Row }); i >= 0 {
			last = before[i]
		}
		for _, stage := range publishingOrder {
			everyone := truth.everyone[stage]
			v := s.variable(row.Row+" at "+string(stage), read(k, row.Cells[stage], last.Cells[stage], everyone, true))
			cells[row.Row][stage] = v
			real[v] = truth.rows[row.Row][stage]
			rest := s.variable("all but "+s.names[v], interval{0, everyone})
			s.sums = append(s.sums, linear{[]int{v, rest}, []int{1, 1}, interval{everyone, everyone}})
			real[rest] = everyone - real[v]
		}
		for _, outer := range publishingOrder {
			for _, inner := range publishingOrder {
				if !holds(outer, inner) {
					continue
				}
				between := truth.everyone[outer] - truth.everyone[inner]
				a, b := cells[row.Row][outer], cells[row.Row][inner]
				d := s.difference(fmt.Sprintf("%s between %s and %s", row.Row, outer, inner), a, b, interval{0, between})
				real[d] = real[a] - real[b]
				others := s.variable("all but "+s.names[d], interval{0, between})
				s.sums = append(s.sums, linear{[]int{d, others}, []int{1, 1}, interval{between, between}})
				real[others] = between - real[d]
				betweens = append(betweens, step{row.Row, outer, inner, d, between})
			}
		}
	}
	for group, of := range cells {
		if group == RowNotDeclared || cells[RowNotDeclared] == nil {
			continue
		}
		for _, stage := range publishingOrder {
			v, silent, everyone := of[stage], cells[RowNotDeclared][stage], truth.everyone[stage]
			other := s.variable("declared something else than "+s.names[v], interval{0, everyone})
			s.sums = append(s.sums, linear{[]int{v, silent, other}, []int{1, 1, 1}, interval{everyone, everyone}})
			real[other] = everyone - real[v] - real[silent]
		}
	}
	for _, d := range betweens {
		if d.row == RowNotDeclared {
			continue
		}
		for _, silent := range betweens {
			if silent.row == RowNotDeclared && silent.outer == d.outer && silent.inner == d.inner {
				other := s.variable("declared something else than "+s.names[d.v], interval{0, d.all})
				s.sums = append(s.sums, linear{[]int{d.v, silent.v, other}, []int{1, 1, 1}, interval{d.all, d.all}})
				real[other] = d.all - real[d.v] - real[silent.v]
			}
		}
	}
	s.solve()
	for v, b := range s.bounds {
		if real[v] < b.lo || real[v] > b.hi {
			t.Fatalf("the attack is wrong: %s is %d, and it derives %d to %d", s.names[v], real[v], b.lo, b.hi)
		}
		last, known := earlier[s.names[v]]
		earlier[s.names[v]] = b
		if more := (interval{b.lo - last.hi, b.hi - last.lo}); known && (more.smallGroup(k) || (interval{-more.hi, -more.lo}).smallGroup(k)) {
			return fmt.Sprintf("%s changed by %d to %d since the release before", s.names[v], more.lo, more.hi)
		}
		if b.smallGroup(k) {
			return fmt.Sprintf("%s is %d to %d", s.names[v], b.lo, b.hi)
		}
	}
	return ""
}

// crowd is people of one scope, for the attack.
type crowd struct {
	dice   *rand.Rand
	k      int
	people []crowdPerson
}

type crowdPerson struct {
	stages   map[FunnelStage]bool
	groups   [2]bool // of the two groups that are attacked
	declared bool    // and agreed to be counted
}

var attacked = []string{"carer", "refugee"}

func newCrowd(dice *rand.Rand, k int) *crowd {
	c := &crowd{dice: dice, k: k}
	near := k*(2+dice.IntN(5)) + dice.IntN(5) - 2 // close to where figures turn
	share := []float64{0.05, 0.3, 0.5, 0.9, 1}[dice.IntN(5)]
	for range near {
		c.join(share)
	}
	return c
}

func (c *crowd) join(share float64) {
	p := crowdPerson{stages: map[FunnelStage]bool{}, declared: c.dice.Float64() < 0.8}
	far := []float64{0.2, 0.5, 0.85, 0.98}[c.dice.IntN(4)]
	for _, stage := range []FunnelStage{StageAsked, StageJoined, StageReplied, StageShown, StageIntroduced, StageMet, StageCollaborated, StageStayed, StageApplied, StageSelected} {
		outer, inside := within[stage]
		switch {
		case inside && !p.stages[outer]:
		case stage == StageAsked || c.dice.Float64() < far:
			p.stages[stage] = true
		}
	}
	for g := range p.groups {
		p.groups[g] = c.dice.Float64() < share
	}
	c.people = append(c.people, p)
}

// month lets people come, go, declare, take back and go a step further, mostly one or a few at a time.
func (c *crowd) month() (changed int) {
	share := c.dice.Float64()
	for range []int{0, 1, 1, 2, c.k - 1, c.k, 2 * c.k}[c.dice.IntN(7)] {
		c.join(share)
		changed++
	}
	for range []int{0, 0, 1, 2, c.k}[c.dice.IntN(5)] {
		if len(c.people) > 0 {
			i := c.dice.IntN(len(c.people))
			c.people = slices.Delete(c.people, i, i+1)
			changed++
		}
	}
	for range []int{0, 1, 2, c.k, 2 * c.k}[c.dice.IntN(5)] {
		if len(c.people) == 0 {
			break
		}
		p := &c.people[c.dice.IntN(len(c.people))]
		switch c.dice.IntN(3) {
		case 0:
			p.declared = !p.declared
		case 1:
			p.groups[c.dice.IntN(2)] = c.dice.IntN(2) == 0
		case 2:
			stage := FunnelStages[c.dice.IntN(len(FunnelStages))]
			if outer, inside := within[stage]; !inside || p.stages[outer] {
				p.stages[stage] = true
			}
		}
	}
	return changed
}

func (c *crowd) tally() tally {
	t := tally{everyone: counts{}, rows: map[string]counts{attacked[0]: {}, attacked[1]: {}, RowNotDeclared: {}}}
	for _, p := range c.people {
		for stage := range p.stages {
			t.everyone[stage]++
			if !p.declared {
				t.rows[RowNotDeclared][stage]++
				continue
			}
			for g, name := range attacked {
				if p.groups[g] {
					t.rows[name][stage]++
				}
			}
		}
	}
	return t
}

// publisher makes the rows of a month.
type publisher func(k int, now tally, former, last *Release) []ReleaseRow

// exactly is a dashboard that hides what is less than k, and nothing else.
func exactly(k int, now tally, _, _ *Release) []ReleaseRow {
	var rows []ReleaseRow
	for name, of := range now.rows {
		row := ReleaseRow{Row: name, Cells: map[FunnelStage]Cell{}}
		for _, stage := range publishingOrder {
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
	for _, stage := range publishingOrder {
		open[stage] = CellShown
	}
	var rows []ReleaseRow
	for name, of := range now.rows {
		rows = append(rows, publishRow(k, name, of, now.everyone, open, former))
	}
	return rows
}

const attackMonths = 8 // releases of one sequence

// runAttack plays sequences and counts those in which a small group was derived, and what was released.
func runAttack(t *testing.T, sequences int, seed uint64, make publisher, read reading) (broken, releases, shown int, first string) {
	for n := range sequences {
		k := CountedAtLeast
		c := newCrowd(rand.New(rand.NewPCG(seed, uint64(n))), k)
		var last *Release
		found, earlier := "", map[string]interval{}
		for month := range attackMonths {
			changed := 0
			if month > 0 {
				changed = c.month()
			}
			if last != nil && stands(k, changed+last.People) { // People holds what changed since, in this play
				last.People += changed
				continue // published again as it was: nothing new to attack
			}
			now := c.tally()
			former := last
			if month == attackMonths/2 { // a new year: everything is set anew
				former = nil
			}
			r := &Release{Rows: make(k, now, former, last)}
			var before []ReleaseRow
			if former != nil {
				before = former.Rows
			}
			releases++
			for _, row := range r.Rows {
				for _, cell := range row.Cells {
					if cell.State == CellShown {
						shown++
					}
				}
			}
			if found == "" {
				found = attack(t, k, now, r.Rows, before, read, earlier)
			}
			last = r
		}
		if found != "" {
			broken++
			first = found
		}
	}
	return broken, releases, shown, first
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
	attackFigures(t, 600)
}

// The dashboards that the attack has to break, or it proves nothing.
func TestTheAttackBreaksADashboardWithoutSecondarySuppression(t *testing.T) {
	for name, weak := range map[string]struct {
		make publisher
		read reading
	}{"exact figures of k and more": {exactly, readExactly}, "our figures with every stage shown": {withoutSecondary, readByTheRules}} {
		broken, _, _, first := runAttack(t, 300, 2, weak.make, weak.read)
		if broken == 0 {
			t.Errorf("%s: nothing was derived in 300 sequences", name)
		}
		t.Logf("%s: broken in %d of 300 sequences; such as: %s", name, broken, first)
	}
}

func TestProveProgrammesAnonymity(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 runs it")
	}
	attackFigures(t, 100_000)
}

func attackFigures(t *testing.T, sequences int) {
	t.Helper()
	broken, releases, shown, first := runAttack(t, sequences, 1, publish, readByTheRules)
	fmt.Printf("figure anonymity-sequences %d sequences bar %d\n", sequences, sequences)
	fmt.Printf("figure anonymity-releases-attacked %d releases bar %d\n", releases, sequences)
	fmt.Printf("figure anonymity-small-groups-derived %d sequences bar 0\n", broken)
	if broken > 0 {
		t.Errorf("in %d of %d sequences a group of fewer than %d was derived, such as: %s", broken, sequences, CountedAtLeast, first)
	}
	if shown < releases {
		t.Errorf("%d releases show %d figures: what shows nothing hides everything", releases, shown)
	}
	planted, _, _, _ := runAttack(t, 200, 2, exactly, readExactly)
	loose, _, _, _ := runAttack(t, 200, 2, withoutSecondary, readByTheRules)
	fmt.Printf("figure anonymity-planted-exact-broken %d of-200 bar 100\nfigure anonymity-planted-no-secondary-broken %d of-200 bar 1\n", planted, loose)
	if planted < 100 || loose < 1 {
		t.Errorf("dashboards without secondary suppression were broken %d and %d times of 200", planted, loose)
	}
}

// What is published is the whole of what is asked: the rows stand in one order, and none is of somebody's own choosing.
func TestAReleaseHasItsFixedRows(t *testing.T) {
	rows := publish(CountedAtLeast, tally{everyone: counts{}, rows: map[string]counts{}}, nil, nil)
	var names []string
	for _, r := range rows {
		names = append(names, r.Row)
	}
	if want := "everyone refugee migrant carer disability low-income first-in-family no-papers language rural turned-away not-declared"; strings.Join(names, " ") != want {
		t.Errorf("it has %v", names)
	}
}
