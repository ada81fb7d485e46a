package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"longtable/matching"
)

// MarketOutcome is what a way to order lists makes of a small two-sided market.
type MarketOutcome struct {
	Method  string
	Matches float64 // expected, per round
	Envious float64 // share of pairs on one side of whom one would rather be shown as the other is
}

const (
	leftSide, rightSide = 75, 50
	marketRounds        = 60 // the later half counts: in the first ones nobody is known
	marketWorlds        = 5  // generated markets, whose outcomes are averaged
	enviousFrom         = 0.01
)

// market is two sides of people: how much each would like each of the other side, 0 to 1.
type market struct {
	likes [2][][]float64 // likes[0][i][j]: i of the left, j of the right; likes[1][j][i] the other way
}

// newMarket draws tastes: share of each is how popular the other is with everybody, the rest is the pair's own. The
// shape is that of Tomita and Yokoyama (2024).
func newMarket(share float64, seed uint64) *market {
	r := rand.New(rand.NewPCG(seed, uint64(1000*share)))
	m := &market{}
	for side, size := range []int{leftSide, rightSide} {
		popular := make([]float64, leftSide+rightSide-size)
		for j := range popular {
			popular[j] = r.Float64()
		}
		m.likes[side] = make([][]float64, size)
		for i := range size {
			for _, p := range popular {
				m.likes[side][i] = append(m.likes[side][i], share*p+(1-share)*r.Float64())
			}
		}
	}
	return m
}

// Market orders everybody's list by several methods, averaged over some markets.
func Market(ctx context.Context, share float64, markets int, seed uint64) ([]MarketOutcome, error) {
	var sums []MarketOutcome
	for world := range markets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := newMarket(share, seed+uint64(world))
		outcomes, err := m.compare()
		if err != nil {
			return nil, err
		}
		if sums == nil {
			sums = make([]MarketOutcome, len(outcomes))
		}
		for i, o := range outcomes {
			sums[i].Method = o.Method
			sums[i].Matches += o.Matches / float64(markets)
			sums[i].Envious += o.Envious / float64(markets)
		}
	}
	return sums, nil
}

// MarketLedger names the row that proofs look for.
const MarketLedger = "ledger, floor .90"

func (m *market) compare() ([]MarketOutcome, error) {
	own := m.seen(m.fixed(func(side, i, j int) float64 { return m.likes[side][i][j] }))
	both := m.seen(m.fixed(m.both))
	outcomes := []MarketOutcome{m.outcome("own taste only", own), m.outcome("product", both)}
	for _, d := range []struct {
		name       string
		concession matching.Thousandths
	}{{"ledger, floor .50", 500}, {MarketLedger, 100}} {
		looked, err := m.turns(d.concession)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, m.outcome(d.name, looked))
	}
	return outcomes, nil
}

// both is the chance that a pair who look at each other match.
func (m *market) both(side, i, j int) float64 { return m.likes[side][i][j] * m.likes[1-side][j][i] }

// orders are everybody's lists: orders[side][i] are people of the other side, best first.
type orders [2][][]int

func (m *market) fixed(worth func(side, i, j int) float64) (o orders) {
	for side := range m.likes {
		for i, row := range m.likes[side] {
			list := make([]int, len(row))
			for j := range list {
				list[j] = j
			}
			slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(worth(side, i, b), worth(side, i, a)) })
			o[side] = append(o[side], list)
		}
	}
	return o
}

// looks is how likely everybody looks at everybody of the other side, per round: 1/rank, as in that study.
type looks [2][][]float64

func (m *market) none() (l looks) {
	for side := range m.likes {
		for _, row := range m.likes[side] {
			l[side] = append(l[side], make([]float64, len(row)))
		}
	}
	return l
}

func (m *market) seen(o orders) looks {
	l := m.none()
	for side := range o {
		for i, list := range o[side] {
			for place, j := range list {
				l[side][i][j] = 1 / float64(place+1)
			}
		}
	}
	return l
}

// turns gives turns on both sides by a ledger each, and returns the mean of the later half of the rounds. A match needs
// both to look, so a round's matches are those of its own lists, which pairs alone describe; the mean of looks is taken
// pair by pair.
func (m *market) turns(concession matching.Thousandths) (looks, error) {
	kept, err := matching.NewLedger(matching.Agreement{Concession: concession, Memory: matching.MaxMemory}, nil)
	if err != nil {
		return looks{}, err
	}
	best, mean := m.fixed(m.both), m.none()
	for round := range marketRounds {
		tally := matching.NewTally()
		var o orders
		for side := range best {
			for i, list := range best[side] {
				shown, err := kept.Share(m.candidates(side, i, list), len(list), nil)
				if err != nil {
					return looks{}, err
				}
				if err := tally.Add(person(side, i), shown.Matches); err != nil {
					return looks{}, err
				}
				o[side] = append(o[side], numbersOf(shown.Matches))
			}
		}
		if round >= marketRounds/2 {
			m.add(mean, m.seen(o))
		}
		kept = kept.Next(tally, everybody())
	}
	return mean, nil
}

func (m *market) add(mean, l looks) {
	for side := range l {
		for i := range l[side] {
			for j, x := range l[side][i] {
				mean[side][i][j] += x / (marketRounds - marketRounds/2)
			}
		}
	}
}

func (m *market) candidates(side, i int, list []int) []matching.Match {
	candidates := make([]matching.Match, len(list))
	for place, j := range list {
		candidates[place] = matching.Match{ID: person(1-side, j), Score: matching.Points(m.both(side, i, j) * float64(matching.MaxPoints))}
	}
	return candidates
}

func person(side, number int) string { return fmt.Sprintf("%d%03d", side, number) }

func everybody() (ids []string) {
	for side, size := range []int{leftSide, rightSide} {
		for i := range size {
			ids = append(ids, person(side, i))
		}
	}
	return ids
}

func numbersOf(list []matching.Match) []int {
	numbers := make([]int, len(list))
	for i, m := range list {
		for _, digit := range m.ID[1:] {
			numbers[i] = 10*numbers[i] + int(digit-'0')
		}
	}
	return numbers
}

// outcome counts matches, and those who would have more of them with the place of another in everybody's lists.
func (m *market) outcome(name string, l looks) MarketOutcome {
	o := MarketOutcome{Method: name}
	pairs, envious := 0, 0
	for side := range l {
		for i := range l[side] {
			mine := m.gain(l, side, i, i)
			if side == 0 {
				o.Matches += mine
			}
			for other := range l[side] {
				if other != i {
					pairs++
					if m.gain(l, side, i, other) > mine+enviousFrom {
						envious++
					}
				}
			}
		}
	}
	o.Envious = float64(envious) / float64(pairs)
	return o
}

// gain is the number of matches that somebody can expect who is looked at as the other is.
func (m *market) gain(l looks, side, i, as int) (sum float64) {
	for j := range l[side][i] {
		sum += l[side][i][j] * l[1-side][j][as] * m.both(side, i, j)
	}
	return sum
}
