package evaluate

import (
	"cmp"
	"math"
	"slices"
)

// helpers is what is known at one hour of those who answered so far. Time only goes forward.
type helpers struct {
	pending  []deed // answers in order of time; those before next are known
	next     int
	windows  []*window
	total    []float64            // answers of each person
	last     []int                // hour of the last one
	clock    [][watches]float64   // answers of each person by time of the day
	skilled  []map[int32]float64  // by topic: answers of each helper to asks of that topic
	asked    []float64            // asks of each topic
	allAsked float64              // asks
	before   map[[2]int32]float64 // answers by asker and helper
}

// deed is one answer with what it was an answer to.
type deed struct {
	answer
	asker  int32
	topics []int32
}

// window counts the answers of the last so many hours.
type window struct {
	hours, from int
	count       []float64
}

const (
	hoursPerDay = 24
	// watches are the times of a day that are told apart: people answer when they are awake.
	watches = 8
	// doubt is how many answers, spread like everybody's, a helper is taken to have given beside their own: few answers
	// tell little of what somebody prefers.
	doubt = 20
)

func watchOf(hour int) int { return hour % hoursPerDay * watches / hoursPerDay }

func newHelpers(a *asks) *helpers {
	h := &helpers{total: make([]float64, a.people), last: make([]int, a.people), clock: make([][watches]float64, a.people),
		skilled: make([]map[int32]float64, a.topics), asked: make([]float64, a.topics), before: map[[2]int32]float64{}}
	for _, days := range []int{365, 90, 30, 7} {
		h.windows = append(h.windows, &window{hours: days * hoursPerDay, count: make([]float64, a.people)})
	}
	for i := range a.topics {
		h.skilled[i] = map[int32]float64{}
	}
	for _, ask := range a.all {
		for _, x := range ask.answers {
			h.pending = append(h.pending, deed{x, ask.asker, ask.topics})
		}
	}
	slices.SortStableFunc(h.pending, func(a, b deed) int { return cmp.Compare(a.hour, b.hour) })
	return h
}

// until brings in what was known before the hour.
func (h *helpers) until(hour int) {
	for ; h.next < len(h.pending) && h.pending[h.next].hour < hour; h.next++ {
		d := h.pending[h.next]
		h.total[d.helper]++
		h.last[d.helper] = d.hour
		h.clock[d.helper][watchOf(d.hour)]++
		h.before[[2]int32{d.asker, d.helper}]++
		for _, w := range h.windows {
			w.count[d.helper]++
		}
		for _, topic := range d.topics {
			h.skilled[topic][d.helper]++
		}
	}
	for _, w := range h.windows {
		for ; w.from < h.next && h.pending[w.from].hour < hour-w.hours; w.from++ {
			w.count[h.pending[w.from].helper]--
		}
	}
}

// put remembers what was asked, so that rare topics tell more.
func (h *helpers) put(a ask) {
	h.allAsked++
	for _, topic := range a.topics {
		h.asked[topic]++
	}
}

// active are those who answered within the year, by number.
func (h *helpers) active(except int32) []int32 {
	var ids []int32
	for i, n := range h.windows[0].count {
		if n > 0 && int32(i) != except {
			ids = append(ids, int32(i))
		}
	}
	return ids
}

// The terms of an ask and a helper, each 0 or more, in thousandths of their unit.
const (
	termCoverage = iota // how much of the ask's topics the helper has answered, rare topics weighing more
	termDepth           // the same, growing with how often
	termFocus           // depth relative to all that the helper answered
	termLift            // how many times more often than others the helper answers asks of such topics, as log2(1+n)
	termBoth            // coverage times activity of the year
	termYear            // answers of the year, as log2(1+n)
	termQuarter         // of 90 days
	termMonth           // of 30 days
	termWeek            // of 7 days
	termRecent          // 1 / (1 + weeks since the last answer)
	termHours           // how many times more often than others the helper answers at this time of the day, as log2(1+n)
	termAsker           // answers to the same asker before, as log2(1+n)
	terms
)

// termUnit is 1 as a term.
const termUnit = 1000

// termsOf are the terms of each helper, one helper after the other.
func (h *helpers) termsOf(a ask, ids []int32) []int32 {
	topical := h.topicsOf(a)
	all := make([]int32, 0, terms*len(ids))
	for _, id := range ids {
		x := topical[id] // zeros for those who never answered such topics
		for i, w := range h.windows {
			x[termYear+i] = math.Log2(1 + w.count[id])
		}
		x[termFocus] = x[termDepth] / math.Log2(2+h.total[id])
		x[termBoth] = x[termCoverage] * x[termYear]
		x[termRecent] = 1 / (1 + float64(a.hour-h.last[id])/(7*hoursPerDay))
		x[termHours] = math.Log2(1 + (watches*h.clock[id][watchOf(a.hour)]+doubt)/(h.total[id]+doubt))
		x[termAsker] = math.Log2(1 + h.before[[2]int32{a.asker, id}])
		for _, v := range x {
			all = append(all, int32(math.Round(v*termUnit)))
		}
	}
	return all
}

// topicsOf are the terms of all helpers that follow from the topics alone.
func (h *helpers) topicsOf(a ask) map[int32][terms]float64 {
	total, topical := 0.0, map[int32][terms]float64{}
	for _, topic := range a.topics {
		total += h.rarity(topic)
	}
	for _, topic := range a.topics {
		share, common := h.rarity(topic)/total, (1+h.asked[topic])/(1+h.allAsked)
		for id, n := range h.skilled[topic] {
			x := topical[id]
			x[termCoverage] += share
			x[termDepth] += share * math.Log2(1+n)
			x[termLift] += math.Log2(1 + n/((h.total[id]+doubt)*common))
			topical[id] = x
		}
	}
	return topical
}

func (h *helpers) rarity(topic int32) float64 {
	return math.Log2(2 + h.allAsked/(1+h.asked[topic]))
}
