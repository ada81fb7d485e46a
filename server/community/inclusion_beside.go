package community

// A programme's report and the figures of a hub are of some of the same people: who was given a place belongs to the hub, and
// their names are known. So a report is looked at together with the tables that were made before it in the same month.

// beside is such a table, and how many people stand in both.
type beside struct {
	again func() *deduction // what follows from the other table by itself
	both  []meeting
}

// meeting is how many people stand at a stage of one table and at a stage of the other, by the places of the stages.
type meeting struct{ here, there, people int }

// meets is what follows of one row of two tables at two stages.
type meets struct {
	here, there *span
	parts       [3]span // in both, here only, there only
	people      [3]int  // in all, of everyone
}

func (m *meets) step() bool {
	one := nested(m.here, &m.parts[0], &m.parts[1])
	return nested(m.there, &m.parts[0], &m.parts[2]) || one
}

// putBeside joins what follows from another table to every row that both have.
func (d *deduction) putBeside(b *beside) {
	other := b.again()
	d.beside = append(d.beside, other)
	for _, row := range d.rows {
		for _, there := range other.rows {
			if there.name == row.name {
				row.meets = append(row.meets, d.meetings(row, there, b.both, other)...)
			}
		}
	}
}

func (d *deduction) meetings(row, there *deduced, both []meeting, other *deduction) (all []*meets) {
	for _, x := range both {
		m := &meets{here: &row.at[x.here], there: &there.at[x.there], people: [3]int{x.people, d.everyone[x.here] - x.people, other.everyone[x.there] - x.people}}
		for part, people := range m.people {
			m.parts[part] = span{0, people}
		}
		all = append(all, m)
	}
	return all
}
