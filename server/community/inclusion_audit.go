package community

// The last look before figures are published: what can be worked out from them together, by somebody who knows how many
// people there are at each stage and by which rules figures are made. A row from which a small group follows is kept back
// whole, so that where it is missing says little of why.

// span of a count: from, to, both possible.
type span struct{ from, to int }

func (s span) small(k int) bool { return s.from >= 1 && s.to < k }

// narrow takes what is also known, and tells whether that is news.
func (s *span) narrow(from, to int) bool {
	before := *s
	s.from, s.to = max(s.from, from), min(s.to, to)
	return *s != before
}

// spanOf is what a cell says, at a stage that so many people reached.
func spanOf(k int, now, before Cell, everyone int) span {
	s := span{0, everyone}
	switch {
	case !now.standing():
	case now == before: // somewhere in the band in which it stays
		s.narrow(now.AtLeast-k, now.AtLeast+2*k-1)
	case now.State == CellFewer:
		s.narrow(0, k-1)
	case now.AtLeast == (everyone-k)/k*k: // as near to everyone as a figure comes
		s.narrow(now.AtLeast, everyone)
	default:
		s.narrow(now.AtLeast, now.AtLeast+k-1)
	}
	return s
}

// stageCount is how many stages there are, for tables that are narrowed many times over.
const stageCount = 10

// pair is two stages, the outer of which holds the inner one, by their places in publishingOrder.
type pair struct{ outer, inner int }

var stagePairs = func() (pairs []pair) {
	for o, outer := range publishingOrder {
		for i, inner := range publishingOrder {
			if holds(outer, inner) {
				pairs = append(pairs, pair{o, i})
			}
		}
	}
	return pairs
}()

// deduced is what follows of one row: at each stage, and between two of a pair.
type deduced struct {
	name    string
	at      [stageCount]span
	between []span // as stagePairs
}

// deduction is what follows of all rows together.
type deduction struct {
	k        int
	everyone [stageCount]int
	rows     []*deduced
	silent   *deduced // those who did not declare
}

// keepBack clears every row from which a group of fewer than k people follows, until none does.
func keepBack(k int, everyone counts, rows []ReleaseRow, former *Release) {
	for {
		row := deduce(k, everyone, rows, former).telling()
		if row == "" {
			return
		}
		for i := range rows {
			if rows[i].Row == row {
				rows[i].clear()
			}
		}
	}
}

func (r *ReleaseRow) clear() {
	for stage, cell := range r.Cells {
		if cell.standing() {
			r.Cells[stage] = Cell{State: CellKept}
		}
	}
}

func deduce(k int, everyone counts, rows []ReleaseRow, former *Release) *deduction {
	d := &deduction{k: k}
	for i, stage := range publishingOrder {
		d.everyone[i] = everyone[stage]
	}
	for _, row := range rows {
		if row.Row == RowEveryone {
			continue
		}
		d.rows = append(d.rows, d.reads(row, former))
		if row.Row == RowNotDeclared {
			d.silent = d.rows[len(d.rows)-1]
		}
	}
	for d.step() {
	}
	return d
}

// reads is what a row says by itself.
func (d *deduction) reads(row ReleaseRow, former *Release) *deduced {
	var before *ReleaseRow
	if former != nil {
		before = former.Row(row.Row)
	}
	r := &deduced{name: row.Row, between: make([]span, len(stagePairs))}
	for i, stage := range publishingOrder {
		last := Cell{}
		if before != nil {
			last = before.Cells[stage]
		}
		r.at[i] = spanOf(d.k, row.Cells[stage], last, d.everyone[i])
	}
	for i, p := range stagePairs {
		r.between[i] = span{0, d.stopped(p)}
	}
	return r
}

// stopped is how many people in all stand between two stages.
func (d *deduction) stopped(p pair) int { return d.everyone[p.outer] - d.everyone[p.inner] }

// step narrows everything once by everything else, and tells whether anything moved.
func (d *deduction) step() (moved bool) {
	for _, row := range d.rows {
		for i, p := range stagePairs {
			moved = nested(&row.at[p.outer], &row.at[p.inner], &row.between[i]) || moved
		}
		if d.silent == nil || row == d.silent {
			continue
		}
		// A group and those who did not declare have nobody in common.
		for i := range row.at {
			moved = apart(&row.at[i], &d.silent.at[i], d.everyone[i]) || moved
		}
		for i, p := range stagePairs {
			moved = apart(&row.between[i], &d.silent.between[i], d.stopped(p)) || moved
		}
	}
	return moved
}

// apart narrows two counts of people who are not the same, among so many.
func apart(a, b *span, among int) bool {
	one := a.narrow(0, among-b.from)
	return b.narrow(0, among-a.from) || one
}

// nested narrows a count, the part of it that went on, and the rest that did not.
func nested(outer, inner, rest *span) bool {
	one := rest.narrow(outer.from-inner.to, outer.to-inner.from)
	two := outer.narrow(inner.from+rest.from, inner.to+rest.to)
	return inner.narrow(outer.from-rest.to, outer.to-rest.from) || one || two
}

// telling names the first row that tells of a small group; empty when none does.
func (d *deduction) telling() string {
	for _, row := range d.rows {
		for i, s := range row.at {
			if d.tells(row, s, d.everyone[i], func(r *deduced) span { return r.at[i] }) {
				return row.name
			}
		}
		for i, p := range stagePairs {
			if d.tells(row, row.between[i], d.stopped(p), func(r *deduced) span { return r.between[i] }) {
				return row.name
			}
		}
	}
	return ""
}

// tells looks at a count, at the rest of everyone, and at those who declared something else.
func (d *deduction) tells(row *deduced, s span, among int, same func(*deduced) span) bool {
	if s.small(d.k) || (span{among - s.to, among - s.from}).small(d.k) {
		return true
	}
	if d.silent == nil || row == d.silent {
		return false
	}
	silent := same(d.silent)
	others := span{max(0, among-s.to-silent.to), among - s.from - silent.from}
	return others.small(d.k)
}
