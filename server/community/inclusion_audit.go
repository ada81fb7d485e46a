package community

// The last look before figures are published: what can be worked out from them together, by somebody who knows how many
// people there are at each stage and by which rules figures are made. A row from which a small group follows is kept back
// whole, so that where it is missing says little of why.

// span of a count: from, to, both possible.
type span struct {
	From int `json:"from"`
	To   int `json:"to"`
}

func (s span) small(k int) bool { return s.From >= 1 && s.To < k }

// narrow takes what is also known, and tells whether that is news.
func (s *span) narrow(from, to int) bool {
	before := *s
	s.From, s.To = max(s.From, from), min(s.To, to)
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

// keepBack clears every row from which a group of fewer than k people follows, until none does. last is what was published
// before: what changed since is such a group too.
func keepBack(k int, everyone counts, rows []ReleaseRow, former, last *Release) {
	for {
		d := deduce(k, everyone, rows, former)
		row := d.telling(last)
		if row == "" || !clearRow(rows, row) && !clearRow(rows, RowNotDeclared) {
			d.note(rows)
			return
		}
	}
}

// clearRow keeps a row back; it tells whether there was anything to keep.
func clearRow(rows []ReleaseRow, name string) (cleared bool) {
	for i := range rows {
		for stage, cell := range rows[i].Cells {
			if rows[i].Row == name && cell.standing() {
				rows[i].Cells[stage], cleared = Cell{State: CellKept}, true
			}
		}
	}
	return cleared
}

// note leaves in each row what follows from this release, for the look at the next.
func (d *deduction) note(rows []ReleaseRow) {
	for i := range rows {
		for _, row := range d.rows {
			if row.name == rows[i].Row {
				rows[i].Known = d.quantities(row)
			}
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
		if row == d.silent {
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
	one := a.narrow(0, among-b.From)
	return b.narrow(0, among-a.From) || one
}

// nested narrows a count, the part of it that went on, and the rest that did not.
func nested(outer, inner, rest *span) bool {
	one := rest.narrow(outer.From-inner.To, outer.To-inner.From)
	two := outer.narrow(inner.From+rest.From, inner.To+rest.To)
	return inner.narrow(outer.From-rest.To, outer.To-rest.From) || one || two
}

// telling names the first row that tells of a small group, or of a small change since the last release; empty when none does.
func (d *deduction) telling(last *Release) string {
	for _, row := range d.rows {
		var before []span
		if last != nil && last.Row(row.name) != nil {
			before = last.Row(row.name).Known
		}
		for i, now := range d.quantities(row) {
			if now.small(d.k) || i < len(before) && now.since(before[i]).small(d.k) || i < len(before) && before[i].since(now).small(d.k) {
				return row.name
			}
		}
	}
	return ""
}

// since is how much more there are than before.
func (s span) since(before span) span { return span{s.From - before.To, s.To - before.From} }

// quantities are all that a row tells of, in an order that is always the same: at each stage and between two, how many are of
// the row, how many of everyone are not, and how many of these declared something else.
func (d *deduction) quantities(row *deduced) []span {
	var all []span
	for i, s := range row.at {
		all = append(all, d.around(row, s, d.everyone[i], d.silent.at[i])...)
	}
	for i, s := range row.between {
		all = append(all, d.around(row, s, d.stopped(stagePairs[i]), d.silent.between[i])...)
	}
	return all
}

func (d *deduction) around(row *deduced, s span, among int, silent span) []span {
	rest := span{among - s.To, among - s.From}
	if row == d.silent {
		return []span{s, rest}
	}
	return []span{s, rest, {max(0, among-s.To-silent.To), among - s.From - silent.From}}
}
