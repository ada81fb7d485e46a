package evaluate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"longtable/matching"
)

// method is a way to choose lists from everybody's best options. One value serves one simulation.
type method struct {
	name string
	// round chooses every list of one round: for each viewer, indexes of their best options in the order shown.
	round func(t *town, number int) ([][]int16, error)
}

// first are the indexes 0 to n-1.
func first(n int) []int16 {
	list := make([]int16, n)
	for i := range list {
		list[i] = int16(i)
	}
	return list
}

// plain shows everybody the best they could have.
func plain() method {
	return method{"plain top-k", func(t *town, _ int) ([][]int16, error) {
		lists := make([][]int16, len(t.best))
		for v, best := range t.best {
			lists[v] = first(min(listLength, len(best)))
		}
		return lists, nil
	}}
}

// shuffled draws each list from the best options, and shows the better first.
func shuffled() method {
	return method{"random from the top 200", func(t *town, number int) ([][]int16, error) {
		r := rand.New(rand.NewPCG(t.seed, uint64(number)+1))
		lists := make([][]int16, len(t.best))
		for v, best := range t.best {
			for _, at := range r.Perm(len(best))[:min(listLength, len(best))] {
				lists[v] = append(lists[v], int16(at))
			}
			slices.Sort(lists[v])
		}
		return lists, nil
	}}
}

// fairRec gives each member a number of guaranteed places, in the manner of FairRec (Patro et al., 2020): viewers take
// turns to pick their best option of those who have guaranteed places left, then fill up with the best.
func fairRec(name string, floor int) method {
	return method{name, func(t *town, number int) ([][]int16, error) {
		r := rand.New(rand.NewPCG(t.seed, uint64(number)+1))
		left := make([]int, len(t.best))
		for i := range left {
			left[i] = floor
		}
		lists, next := make([][]int16, len(t.best)), make([]int16, len(t.best))
		turns := r.Perm(len(t.best))
		for range min(floor, listLength) {
			for _, v := range turns {
				lists[v], next[v] = pickGuaranteed(t.best[v], lists[v], next[v], left)
			}
		}
		for v, best := range t.best {
			lists[v] = fillUp(lists[v], len(best))
		}
		return lists, nil
	}}
}

// pickGuaranteed adds the best option from next on who has a guaranteed place left. Places only run out, so whoever was
// passed over once need not be looked at again.
func pickGuaranteed(best []option, list []int16, next int16, left []int) ([]int16, int16) {
	for ; int(next) < len(best); next++ {
		if to := best[next].to; left[to] > 0 {
			left[to]--
			return append(list, next), next + 1
		}
	}
	return list, next
}

// fillUp adds the best options that are not there yet, and puts the better first.
func fillUp(list []int16, options int) []int16 {
	for at := int16(0); len(list) < min(listLength, options); at++ {
		if !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	slices.Sort(list)
	return list
}

// priceRounds is how often the prices are adjusted; they stand still long before.
const priceRounds = 60

// prices ranks by the matches of a market with transferable utility (Choo and Siow 2006), found by iterative
// proportional fitting as in Tomita et al. 2022: who is wanted by many costs more. Beta is how much chance there is in
// people's choices, where 1 is a perfect match.
func prices(name string, beta float64) method {
	var price []float64
	return method{name, func(t *town, _ int) ([][]int16, error) {
		if price == nil { // scores don't change between rounds
			price = fitPrices(t, beta)
		}
		lists := make([][]int16, len(t.best))
		for v, best := range t.best {
			worth := make([]float64, len(best))
			for i, o := range best {
				worth[i] = o.joint()/(2*beta) + math.Log(price[o.to])
			}
			list := first(len(best))
			slices.SortStableFunc(list, func(a, b int16) int { return cmp.Compare(worth[b], worth[a]) })
			lists[v] = list[:min(listLength, len(list))]
		}
		return lists, nil
	}}
}

// fitPrices returns b of the shown, such that with a of the viewers a² + a*sum(K*b) and b² + b*sum(K*a) are everybody's
// number of places, where K = exp(benefit of both / (2*beta)).
func fitPrices(t *town, beta float64) []float64 {
	attraction := make([][]float64, len(t.best))
	for v, best := range t.best {
		for _, o := range best {
			attraction[v] = append(attraction[v], math.Exp(o.joint()/(2*beta)))
		}
	}
	b := ones(len(t.best))
	for range priceRounds {
		seen := make([]float64, len(b))
		for v, best := range t.best {
			sum := 0.0
			for i, o := range best {
				sum += attraction[v][i] * b[o.to]
			}
			a := rootOf(sum)
			for i, o := range best {
				seen[o.to] += attraction[v][i] * a
			}
		}
		for j := range b {
			b[j] = rootOf(seen[j])
		}
	}
	return b
}

// joint is the benefit of both together, where 1 is all that one can have.
func (o option) joint() float64 {
	return (float64(o.forMe) + float64(o.forThem)) / float64(matching.MaxPoints)
}

// rootOf returns the x above zero with x² + x*sum = listLength, without cancellation.
func rootOf(sum float64) float64 {
	return 2 * listLength / (sum + math.Sqrt(sum*sum+4*listLength))
}

func ones(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

// ledger is the product's own way: boosts published after each round. Reach is how many people who are due it looks for
// beyond the best options.
func ledger(name string, concession matching.Thousandths, reach int) method {
	var kept *matching.Ledger
	return method{name, func(t *town, number int) (lists [][]int16, err error) {
		if kept == nil {
			agreement := matching.Usual()
			agreement.Concession = concession
			if kept, err = matching.NewLedger(agreement, nil); err != nil {
				return nil, err
			}
		}
		lists = make([][]int16, len(t.best))
		tally, scratch := matching.NewTally(), []matching.Match(nil)
		for v := range t.best {
			if reach > 0 {
				t.reach(v, reach, kept)
			}
			scratch = t.matches(v, scratch)
			list, err := kept.Share(scratch, listLength, nil)
			if err != nil {
				return nil, err
			}
			if err := tally.Add(t.members[v].ID, list.Matches); err != nil {
				return nil, err
			}
			lists[v] = t.places(v, list.Matches)
		}
		kept = kept.Next(tally, t.ids())
		return lists, nil
	}}
}

// reach puts the best people who are due behind the viewer's best options, in place of those of the round before. The
// lists of that round are in the books already.
func (t *town) reach(viewer, count int, kept *matching.Ledger) {
	best := t.best[viewer][:min(matching.Candidates, len(t.best[viewer]))]
	listed := make(map[string]bool, len(best))
	for _, o := range best {
		listed[t.members[o.to].ID] = true
	}
	due := t.pool.Rank(t.members[viewer].Profile, matching.Question{Limit: count, Key: t.seed,
		Allow: func(id string) bool { return kept.Due(id) && !listed[id] }})
	t.best[viewer] = append(best, t.options(due)...)
}

// places finds where the people of a list stand among the viewer's options.
func (t *town) places(viewer int, list []matching.Match) []int16 {
	places := make([]int16, 0, len(list))
	for _, m := range list {
		to := t.number[m.ID]
		at := slices.IndexFunc(t.best[viewer], func(o option) bool { return o.to == to })
		places = append(places, int16(at))
	}
	return places
}

func (t *town) ids() []string {
	ids := make([]string, len(t.members))
	for i, m := range t.members {
		ids[i] = m.ID
	}
	return ids
}
