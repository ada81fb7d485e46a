package evaluate

import (
	"math"
	"slices"

	"longtable/matching"
)

// Outcome is what one method made of a network, over all rounds from the first, in which nobody is known yet.
type Outcome struct {
	Method string
	// Quality and Least are the mean and the least quality of a list, where 1 is the best list that the viewer could
	// have; lists of nobody are left out.
	Quality, Least float64
	Gini           float64 // of exposure: 0 is all alike
	Never          float64 // share of the members who were in no list of any round
	WorstDecile    float64 // exposure of the tenth that is seen least, where 1 is the mean
	Newcomers      float64 // exposure per head relative to all others, as the following two
	Apart          float64
	SmallHubs      float64
	LogWelfare     float64 // mean natural logarithm of 0.01 + the impact of a round, where 1 is a first place at full score
	Accepted       float64 // introductions per round that were asked for, answered in time and accepted
	Mutual         float64 // pairs per round who ask for each other
}

// books add up what a method shows.
type books struct {
	t                *town
	exposure, impact []float64 // of each member
	quality, least   float64
	lists            int
	accepted, mutual float64
	rounds           int
}

func newBooks(t *town) *books {
	return &books{t: t, exposure: make([]float64, len(t.members)), impact: make([]float64, len(t.members)), least: 1}
}

// seen is the exposure of a place in a list, counted from 0.
func seen(place int) float64 {
	return float64(matching.ExposureAt(place+1)) / float64(matching.ExposureAt(1))
}

func (b *books) add(lists [][]int16) {
	for v, list := range lists {
		shown, ideal := 0.0, 0.0
		for place, at := range list {
			o := b.t.best[v][at]
			worth := seen(place) * float64(o.score) / float64(matching.MaxPoints)
			b.exposure[o.to] += seen(place)
			b.impact[o.to] += worth
			shown += worth
			ideal += seen(place) * float64(b.t.best[v][place].score) / float64(matching.MaxPoints)
		}
		if len(list) > 0 {
			b.lists++
			b.quality += shown / ideal
			b.least = min(b.least, shown/ideal)
		}
	}
	accepted, mutual := b.t.respond(lists)
	b.accepted += accepted
	b.mutual += mutual
	b.rounds++
}

func (b *books) close(name string) Outcome {
	o := Outcome{Method: name, Quality: b.quality / float64(b.lists), Least: b.least,
		Newcomers: b.ratio(func(m *Member) bool { return m.Newcomer }), Apart: b.ratio(func(m *Member) bool { return m.Apart }),
		SmallHubs: b.ratio(func(m *Member) bool { return m.Small }), Accepted: b.accepted / float64(b.rounds),
		Mutual: b.mutual / float64(b.rounds)}
	for _, i := range b.impact {
		o.LogWelfare += math.Log(0.01+i/float64(b.rounds)) / float64(len(b.impact))
	}
	o.Gini, o.Never, o.WorstDecile = spread(b.exposure)
	return o
}

// ratio is the exposure per head of some relative to that of the others.
func (b *books) ratio(some func(*Member) bool) float64 {
	var sum [2]float64
	var heads [2]float64
	for i := range b.t.members {
		group := 0
		if some(&b.t.members[i]) {
			group = 1
		}
		sum[group] += b.exposure[i]
		heads[group]++
	}
	return sum[1] / heads[1] / (sum[0] / heads[0])
}

// spread returns the Gini coefficient, the share of zeros and the mean of the lowest tenth relative to the mean.
func spread(of []float64) (gini, zero, lowest float64) {
	sorted := slices.Sorted(slices.Values(of))
	total, weighted, low := 0.0, 0.0, 0.0
	tenth := max(1, len(sorted)/10)
	for i, x := range sorted {
		total += x
		weighted += float64(2*i+1-len(sorted)) * x
		if x == 0 {
			zero++
		}
		if i < tenth {
			low += x
		}
	}
	n := float64(len(sorted))
	return weighted / (n * total), zero / n, low / float64(tenth) / (total / n)
}

// answersPerRound is how many requests one person can answer in a round; further ones wait in vain.
const answersPerRound = 2

// respond is what people can be expected to do with the lists of a round. It is a model, in averages: a viewer looks at
// a place with the chance of its exposure and asks with the chance of what the other brings them; the other answers as
// many requests as they can and agrees with the chance of what the viewer brings. How large the figures are hangs on it;
// what of them is lost because many ask the same few does so less.
func (t *town) respond(lists [][]int16) (accepted, mutual float64) {
	requests, welcome := make([]float64, len(t.best)), make([]float64, len(t.best))
	asking := make(map[[2]int32]float64)
	for v, list := range lists {
		for place, at := range list {
			o := t.best[v][at]
			chance := seen(place) * float64(o.forMe) / float64(matching.MaxPoints)
			requests[o.to] += chance
			welcome[o.to] += chance * float64(o.forThem) / float64(matching.MaxPoints)
			asking[[2]int32{int32(v), o.to}] = chance
		}
	}
	for j := range requests {
		if requests[j] > 0 {
			accepted += welcome[j] * min(1, answersPerRound/requests[j])
		}
	}
	for v, list := range lists {
		for _, at := range list { // in the order of the lists: sums of a map would differ from run to run
			o := t.best[v][at]
			if int32(v) < o.to {
				mutual += asking[[2]int32{int32(v), o.to}] * asking[[2]int32{o.to, int32(v)}]
			}
		}
	}
	return accepted, mutual
}
