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

// deduced is what follows of one row: at each stage, between two of a pair, and of those who stand in another table too.
type deduced struct {
	name    string
	at      []span // as order
	between []span // as pairs
	meets   []*meets
}

// deduction is what follows of all rows together.
type deduction struct {
	of       *ladder
	k        int
	everyone []int // as order
	rows     []*deduced
	silent   *deduced // those who did not declare
	beside   []*deduction
}

// keepBack clears every row from which a group of fewer than k people follows, until none does, and gives what follows from
// the rest. last is what was published before: what changed since is such a group too.
func keepBack(k int, now tally, rows []ReleaseRow, former, last *Release) *deduction {
	for {
		d := deduce(k, now, rows, former)
		row := d.telling(last)
		if row == "" || !clearRow(rows, row) && !clearRow(rows, RowNotDeclared) {
			d.note(rows)
			return d
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

func deduce(k int, now tally, rows []ReleaseRow, former *Release) *deduction {
	d := &deduction{of: now.of, k: k}
	for _, stage := range now.of.order {
		d.everyone = append(d.everyone, now.everyone[stage])
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
	for _, b := range now.beside {
		d.putBeside(b)
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
	r := &deduced{name: row.Row, at: make([]span, 0, len(d.of.order)), between: make([]span, 0, len(d.of.pairs))}
	for i, stage := range d.of.order {
		last := Cell{}
		if before != nil {
			last = before.Cells[stage]
		}
		r.at = append(r.at, spanOf(d.k, row.Cells[stage], last, d.everyone[i]))
	}
	for _, p := range d.of.pairs {
		r.between = append(r.between, span{0, d.stopped(p)})
	}
	return r
}

// stopped is how many people in all stand between two stages.
func (d *deduction) stopped(p pair) int { return d.everyone[p.outer] - d.everyone[p.inner] }

// step narrows everything once by everything else, and tells whether anything moved.
func (d *deduction) step() (moved bool) {
	for _, row := range d.rows {
		for i, p := range d.of.pairs {
			moved = nested(&row.at[p.outer], &row.at[p.inner], &row.between[i]) || moved
		}
		for _, t := range d.of.ties {
			moved = row.between[t.pair].narrow(row.at[t.stage].From, row.at[t.stage].To) || moved
			moved = row.at[t.stage].narrow(row.between[t.pair].From, row.between[t.pair].To) || moved
		}
		for _, m := range row.meets {
			moved = m.step() || moved
		}
		moved = d.standApart(row) || moved
	}
	for _, b := range d.beside {
		moved = b.step() || moved
	}
	return moved
}

// standApart uses that a group and those who did not declare have nobody in common.
func (d *deduction) standApart(row *deduced) (moved bool) {
	if row == d.silent || row.name == d.of.alone {
		return false
	}
	for i := range row.at {
		moved = apart(&row.at[i], &d.silent.at[i], d.everyone[i]) || moved
	}
	for i, p := range d.of.pairs {
		moved = apart(&row.between[i], &d.silent.between[i], d.stopped(p)) || moved
	}
	for i, m := range row.meets {
		for part := range m.parts {
			moved = apart(&m.parts[part], &d.silent.meets[i].parts[part], m.people[part]) || moved
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
		now := d.quantities(row)
		var before []span
		if last != nil && last.Row(row.name) != nil && len(last.Row(row.name).Known) == len(now) {
			before = last.Row(row.name).Known
		}
		for i, s := range now {
			if s.small(d.k) || before != nil && (s.since(before[i]).small(d.k) || before[i].since(s).small(d.k)) {
				return row.name
			}
		}
		for _, s := range d.met(row) {
			if s.small(d.k) {
				return row.name
			}
		}
	}
	for _, b := range d.beside {
		if row := b.telling(nil); row != "" {
			return row
		}
	}
	return ""
}

// since is how much more there are than before.
func (s span) since(before span) span { return span{s.From - before.To, s.To - before.From} }

// quantities are all that a row tells of, in an order that is always the same: at each stage and between two, how many are of
// the row, how many of everyone are not, and how many of these declared something else.
func (d *deduction) quantities(row *deduced) []span {
	all := make([]span, 0, 3*(len(row.at)+len(row.between)))
	for i, s := range row.at {
		all = d.around(all, row, s, d.everyone[i], d.silent.at[i])
	}
	for i, s := range row.between {
		all = d.around(all, row, s, d.stopped(d.of.pairs[i]), d.silent.between[i])
	}
	return all
}

// met is the same of those who stand in another table too.
func (d *deduction) met(row *deduced) []span {
	var all []span
	for i, m := range row.meets {
		for part, s := range m.parts {
			silent := span{}
			if row.name != d.of.alone {
				silent = d.silent.meets[i].parts[part]
			}
			all = d.around(all, row, s, m.people[part], silent)
		}
	}
	return all
}

func (d *deduction) around(all []span, row *deduced, s span, among int, silent span) []span {
	all = append(all, s, span{among - s.To, among - s.From})
	if row == d.silent || row.name == d.of.alone {
		return all
	}
	return append(all, span{max(0, among-s.To-silent.To), among - s.From - silent.From})
}
