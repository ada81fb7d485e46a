package matching

// Who pulls where: what each member's decisions have done to the weights, so
// that no few can move them.

// pulls returns how far the decisions of each member move each of the first
// terms, as the place at which all together settle tells: one Newton step back
// without them (an influence function, Hampel 1974). by says whose each choice
// is, from 0 to members-1. It is for where descend ended.
func (f *fit) pulls(at []float64, by []int, members int) [][]float64 {
	slopes := make([][]float64, members)
	for m := range slopes {
		slopes[m] = make([]float64, f.size)
	}
	x := make([]float64, f.size)
	for i := range f.choices {
		f.addSlope(slopes[by[i]], &f.choices[i], at, x)
	}
	inverse := f.inverse()
	pulls := make([][]float64, members)
	for m, slope := range slopes {
		pulls[m] = make([]float64, f.how.Terms)
		for k := range pulls[m] {
			for l, s := range slope {
				pulls[m][k] -= inverse[k][l] * s
			}
		}
	}
	return pulls
}

// addSlope adds what one choice adds to the slope of the loss. It uses x.
func (f *fit) addSlope(slope []float64, c *Choice, at, x []float64) {
	chances, _ := f.chances(c, at)
	for o, p := range chances {
		f.read(c, o, x)
		for k := range x {
			slope[k] += c.weight() * p * x[k]
		}
	}
	for _, o := range c.Chosen {
		f.read(c, o, x)
		for k := range x {
			slope[k] -= c.voice() * x[k]
		}
	}
}

// inverse returns the rows of the inverse curvature that belong to the terms,
// those that stand at zero among them.
func (f *fit) inverse() [][]float64 {
	inverse := make([][]float64, f.how.Terms)
	for k := range inverse {
		rows := make([][]float64, f.size)
		for i := range rows {
			rows[i] = append(append(make([]float64, 0, f.size+1), f.curve[i]...), 0)
		}
		rows[k][f.size] = 1
		inverse[k] = solve(rows)
	}
	return inverse
}
