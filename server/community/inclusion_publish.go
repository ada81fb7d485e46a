package community

// How counts become figures, so that no group of fewer than k people can be worked out, whatever is compared with what.
// Decision 18 has the reasons; the proof attacks it.
//
//   - A figure is a multiple of k: "at least 20" stands for 20 to 29. What is less than k is "fewer than 10".
//   - It stays as it was until the count has left the band from one step below to two steps above; then it is set anew. Where
//     it stands and where the band ends is all public, so a move says no more than the new figure does.
//   - It never comes closer than k to everybody: that nearly all, or nearly none, of a stage are in a group hides too.
//   - Two stages of which one holds the other are shown apart only where at least k people stand between them. That depends
//     on how many people there are and not on what they declared: this is the secondary suppression.
//   - What still follows from all figures together is looked for, and kept back (inclusion_audit.go).
//   - A stage of fewer than 2k people has no figures of groups.

// counts are how many people of a row reached each stage.
type counts map[FunnelStage]int

// tally is everything that a release is made from.
type tally struct {
	of       *ladder
	everyone counts
	rows     map[string]counts // groups, RowNotDeclared, and the row that stands alone
	beside   []*beside         // tables that were made before, with some of the same people
}

// publish makes the rows of a release, and tells what follows from them. former is the release whose figures may stay; nil when
// every figure is set anew. last is the one before, in either case.
func publish(k int, now tally, former, last *Release) ([]ReleaseRow, *deduction) {
	open := now.of.shownApart(k, now.everyone)
	rows := []ReleaseRow{publishRow(k, RowEveryone, now, open, former)}
	for _, row := range now.of.rows() {
		rows = append(rows, publishRow(k, row, now, open, former))
	}
	return rows, keepBack(k, now, rows, former, last)
}

func between(a, b int) int { return max(a-b, b-a) }

// publishRow makes one row. That of everyone may reach all.
func publishRow(k int, name string, now tally, open map[FunnelStage]CellState, former *Release) ReleaseRow {
	cells, row := map[FunnelStage]Cell{}, now.rows[name]
	if name == RowEveryone {
		row = now.everyone
	}
	var before *ReleaseRow
	if former != nil {
		before = former.Row(name)
	}
	for stage, state := range open {
		if !now.of.counts(name, stage) {
			continue
		}
		if state != CellShown {
			cells[stage] = Cell{State: state}
			continue
		}
		most := now.everyone[stage]
		if name != RowEveryone {
			most -= k
		}
		last := Cell{}
		if before != nil {
			last = before.Cells[stage]
		}
		cells[stage] = cellOf(k, row[stage], most, last)
	}
	return ReleaseRow{Row: name, Cells: cells}
}

// cellOf sets a cell, or keeps what it was. most is the largest that it may say.
func cellOf(k, count, most int, last Cell) Cell {
	if last.standing() && last.AtLeast <= most && count >= last.AtLeast-k && count < last.AtLeast+2*k {
		return last
	}
	at := min(count, most) / k * k
	if at <= 0 {
		return Cell{State: CellFewer}
	}
	return Cell{State: CellShown, AtLeast: at}
}

func (f Cell) standing() bool { return f.State == CellShown || f.State == CellFewer }

// stands tells whether a table is repeated as it was: a few people came or went since, and a figure that moved now would
// speak of them. When nobody did, what moved was declared by anybody at all.
func stands(k, changed int) bool { return changed > 0 && changed < k }
