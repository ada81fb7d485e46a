package evaluate

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"longtable/matching"
)

// AskOutcome is what one ranking made of asks that were really answered.
type AskOutcome struct {
	Ranking   string
	Asks      int
	Hit       float64 // share of asks with one who answered among the ten shown
	Rank      float64 // mean of 1/rank of the first who answered; of the ten only
	Accepted  float64 // share of asks with an accepted answer, of an active helper, that show this one
	Reached   int     // helpers shown at least once
	Helpers   int     // who could have been
	Gini      float64 // of exposure among them
	Newcomers float64 // share of exposure of those with three earlier answers at most
}

const (
	trainFrom, trainTo, testFrom = 40, 70, 70 // hundredths of the asks, in order of time
	trainOneIn                   = 3          // asks that are learnt from: more change no weight
	newcomerAnswers              = 3
	learntSum                    = 1_000_000 // what the learnt weights sum to
	learntPull                   = 1
)

// ranker gives each helper of an ask a worth, the larger the better.
type ranker struct {
	name string
	list func(s *setting) []int // indexes of the helpers shown, best first
}

// setting is one ask at its hour.
type setting struct {
	number, hour int
	ids          []int32
	terms        []int32
	random       *rand.Rand
}

// Travel replays the asks in order of time: the weights are learnt from the middle, the last three tenths are ranked.
func Travel(ctx context.Context, dir string, seed uint64, progress func(done, of int64)) ([]AskOutcome, error) {
	a, err := readAsks(dir)
	if err != nil {
		return nil, err
	}
	theta, err := a.learn(ctx)
	if err != nil {
		return nil, err
	}
	return a.replay(ctx, rankers(theta), seed, progress)
}

// each calls what for some asks with those who could answer, in order of time.
func (a *asks) each(ctx context.Context, from, to int, what func(number int, h *helpers, ids []int32) error) error {
	h := newHelpers(a)
	for number, x := range a.all[:len(a.all)*to/100] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if number >= len(a.all)*from/100 && len(x.answers) > 0 {
			h.until(x.hour)
			if err := what(number, h, h.active(x.asker)); err != nil {
				return err
			}
		}
		h.put(x)
	}
	return nil
}

// helped are the indexes of those who answered and, of them, whose answer was accepted; -1 for nobody.
func (x ask) helped(ids []int32) (helped []int, accepted int) {
	accepted = -1
	for _, answer := range x.answers {
		at, active := slices.BinarySearch(ids, answer.helper)
		if !active || slices.Contains(helped, at) {
			continue
		}
		helped = append(helped, at)
		if answer.accepted {
			accepted = at
		}
	}
	return helped, accepted
}

func (a *asks) learn(ctx context.Context) (matching.Learnt, error) {
	var choices []matching.Choice
	err := a.each(ctx, trainFrom, trainTo, func(number int, h *helpers, ids []int32) error {
		if helped, _ := a.all[number].helped(ids); len(helped) > 0 && number%trainOneIn == 0 {
			choices = append(choices, matching.Choice{Terms: h.termsOf(a.all[number], ids), Chosen: helped})
		}
		return nil
	})
	if err != nil {
		return matching.Learnt{}, err
	}
	return matching.Learn(choices, matching.Lesson{Terms: terms, Unit: termUnit, Pull: learntPull})
}

func rankers(l matching.Learnt) []ranker {
	weights, sum := l.Weights(learntSum), 0.0
	for _, x := range l.Theta {
		sum += x
	}
	learnt := func(x []int32) (worth int) {
		for k, w := range weights {
			worth += w * int(x[k])
		}
		return worth
	}
	odds := sum / (termUnit * learntSum) // log odds of one learnt point
	return []ranker{
		{"random", func(s *setting) []int { return s.random.Perm(len(s.ids))[:min(listLength, len(s.ids))] }},
		byWorth("most active of the month", func(x []int32) int { return int(x[termMonth]) }),
		byWorth("topic coverage", func(x []int32) int { return int(x[termCoverage]) }),
		byWorth("coverage x activity", func(x []int32) int { return int(x[termBoth]) }),
		byWorth("learnt (conditional logit)", learnt),
		shared("+ ledger, d = .02", 20, learnt, odds), shared(TravelLedger, 50, learnt, odds),
		shared("+ ledger, d = .10", 100, learnt, odds), shared("+ ledger, d = .20", 200, learnt, odds),
		halved("half the list to the least seen", learnt),
	}
}

// Names of the rankings that proofs look for.
const (
	TravelLearnt = "learnt (conditional logit)"
	TravelLedger = "+ ledger, d = .05"
)

// order sorts the helpers by worth, the best first, ties by a number drawn from the ask; at most so many.
func (s *setting) order(worth func(x []int32) int, most int) (order []int, worths []int) {
	worths, order = make([]int, len(s.ids)), make([]int, len(s.ids))
	ties := make([]uint64, len(s.ids))
	for i := range s.ids {
		worths[i], order[i], ties[i] = worth(s.terms[i*terms:][:terms]), i, s.random.Uint64()
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(worths[b], worths[a]), cmp.Compare(ties[a], ties[b]))
	})
	return order[:min(most, len(order))], worths
}

func byWorth(name string, worth func(x []int32) int) ranker {
	return ranker{name, func(s *setting) []int {
		order, _ := s.order(worth, listLength)
		return order
	}}
}

// shared gives turns: the score of a helper is the chance that they answer, and a round is a day.
func shared(name string, concession matching.Thousandths, worth func(x []int32) int, odds float64) ranker {
	kept, err := matching.NewLedger(matching.Agreement{Concession: concession, Memory: matching.MaxMemory}, nil)
	tally, day := matching.NewTally(), 0
	return ranker{name, func(s *setting) []int {
		if err != nil {
			return nil
		}
		if today := s.hour / hoursPerDay; today != day {
			kept, tally, day = kept.Next(tally, namesOf(s.ids)), matching.NewTally(), today
		}
		order, worths := s.order(worth, len(s.ids))
		best := chances(order, worths, odds, s.ids)
		var list matching.List
		if list, err = kept.Share(best, listLength, nil); err != nil {
			return nil
		}
		err = tally.Add(strconv.Itoa(s.number), list.Matches)
		shown := make([]int, len(list.Matches))
		for i, m := range list.Matches {
			shown[i] = order[slices.IndexFunc(best, func(b matching.Match) bool { return b.ID == m.ID })]
		}
		return shown
	}}
}

// chances turns the worth of the best into the chance that they answer, in points.
func chances(order, worths []int, odds float64, ids []int32) []matching.Match {
	sum := 0.0
	for _, at := range order {
		sum += math.Exp(odds * float64(worths[at]-worths[order[0]]))
	}
	best := make([]matching.Match, min(matching.Candidates, len(order)))
	for i := range best {
		chance := math.Exp(odds*float64(worths[order[i]]-worths[order[0]])) / sum
		best[i] = matching.Match{ID: strconv.Itoa(int(ids[order[i]])), Score: matching.Points(chance * float64(matching.MaxPoints))}
	}
	return best
}

func namesOf(ids []int32) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = strconv.Itoa(int(id))
	}
	return names
}

// halved is the fixed quota that one would think of first: every other place goes to who was shown least so far.
func halved(name string, worth func(x []int32) int) ranker {
	shown := map[int32]int{}
	return ranker{name, func(s *setting) []int {
		order, _ := s.order(worth, matching.Candidates)
		rare := slices.Clone(order)
		slices.SortStableFunc(rare, func(a, b int) int { return cmp.Compare(shown[s.ids[a]], shown[s.ids[b]]) })
		list := slices.Clone(order[:min(listLength/2, len(order))])
		for _, at := range rare {
			if len(list) < listLength && !slices.Contains(list, at) {
				list = append(list, at)
			}
		}
		for _, at := range list {
			shown[s.ids[at]]++
		}
		return list
	}}
}

// replay ranks the last asks by each ranking.
func (a *asks) replay(ctx context.Context, rankers []ranker, seed uint64, progress func(done, of int64)) ([]AskOutcome, error) {
	books := make([]*askBooks, len(rankers))
	for i, r := range rankers {
		books[i] = &askBooks{AskOutcome: AskOutcome{Ranking: r.name}, exposure: map[int32]float64{}}
	}
	begin := len(a.all) * testFrom / 100
	err := a.each(ctx, testFrom, 100, func(number int, h *helpers, ids []int32) error {
		x := a.all[number]
		helped, accepted := x.helped(ids)
		if len(helped) == 0 {
			return nil
		}
		s := &setting{number: number, hour: x.hour, ids: ids, terms: h.termsOf(x, ids)}
		for i, r := range rankers {
			s.random = rand.New(rand.NewPCG(seed, uint64(number))) // the same ties for every ranking
			books[i].add(s, h, r.list(s), helped, accepted)
		}
		if progress != nil {
			progress(int64(number-begin+1), int64(len(a.all)-begin))
		}
		return nil
	})
	outcomes := make([]AskOutcome, len(rankers))
	for i := range books {
		outcomes[i] = books[i].close()
	}
	return outcomes, err
}

// askBooks add up what a ranking shows.
type askBooks struct {
	AskOutcome
	exposure                map[int32]float64
	all, newcomers, decided float64
}

func (b *askBooks) add(s *setting, h *helpers, list, helped []int, accepted int) {
	b.Asks++
	for _, id := range s.ids {
		b.exposure[id] += 0 // they could have been shown
	}
	first := 0
	for place, at := range list {
		id := s.ids[at]
		b.exposure[id] += seen(place)
		b.all += seen(place)
		if h.total[id] <= newcomerAnswers {
			b.newcomers += seen(place)
		}
		if first == 0 && slices.Contains(helped, at) {
			first = place + 1
		}
	}
	if first > 0 {
		b.Hit++
		b.Rank += 1 / float64(first)
	}
	if accepted >= 0 {
		b.decided++
		if slices.Contains(list, accepted) {
			b.Accepted++
		}
	}
}

func (b *askBooks) close() AskOutcome {
	o := b.AskOutcome
	o.Hit, o.Rank, o.Accepted = o.Hit/float64(o.Asks), o.Rank/float64(o.Asks), o.Accepted/b.decided
	o.Newcomers, o.Helpers = b.newcomers/b.all, len(b.exposure)
	exposure := make([]float64, 0, len(b.exposure))
	for _, e := range b.exposure {
		exposure = append(exposure, e)
		if e > 0 {
			o.Reached++
		}
	}
	o.Gini, _, _ = spread(exposure)
	return o
}
