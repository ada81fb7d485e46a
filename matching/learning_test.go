package matching

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Whatever the evidence says, a day's steps keep the sum, stay above nothing and
// within a 20th, and go nowhere for a weight that is held.
func TestADayChangesEachWeightByAFewThousandthsAtMost(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	moved := 0
	for range 5000 {
		now, spans, held := someWeights(r), [WeighedTerms]span{}, r.IntN(WeighedTerms)
		for k := range spans {
			low := r.IntN(600) - 100
			spans[k] = span{low, low + r.IntN(60)}
		}
		spans[held] = span{now[held], now[held]}
		next, sum := stepped(now, spans), 0
		for k, w := range next {
			sum += w
			if w < 0 || abs(w-now[k]) > max(1, now[k]*5/100) {
				t.Fatalf("%v towards %v gave %v", now, spans, next)
			}
			if w != now[k] {
				moved++
			}
		}
		if sum != fullShare || next[held] != now[held] {
			t.Fatalf("%v towards %v gave %v", now, spans, next)
		}
	}
	if moved == 0 {
		t.Error("no weight ever moved")
	}
}

func someWeights(r *rand.Rand) (w [WeighedTerms]int) {
	for range fullShare {
		w[min(r.IntN(WeighedTerms), r.IntN(WeighedTerms))]++
	}
	return w
}

func TestAWeightOfNothingCanComeBack(t *testing.T) {
	now := [WeighedTerms]int{1000}
	spans := [WeighedTerms]span{{900, 1000}, {40, 60}}
	if next := stepped(now, spans); next != [WeighedTerms]int{999, 1} {
		t.Errorf("after a day %v", next)
	}
}

// fewDecide are members who each look at one list, of people who differ in one
// term alone, and take the one with most of it.
func fewDecide(members int, terms func(much uint32) Terms) (decisions []Decision) {
	for m := range members {
		list := []Terms{terms(0), terms(PerThousandth / 2), terms(PerThousandth)}
		at := m % 3
		list[at], list[2] = list[2], list[at]
		decisions = append(decisions, Decision{By: fmt.Sprint("member-", m), Choice: choiceOf(list, at)})
	}
	return decisions
}

func TestAWeightMovesOnlyWhereFiftyPeopleDecided(t *testing.T) {
	byCauses := func(much uint32) Terms { return Terms{Causes: much, Skills: 300} }
	few, err := Study(fewDecide(LearnersMin, byCauses), 1) // a fifth of whom is held out
	if !errors.Is(err, ErrFewLearners) || few.Learners[1] >= LearnersMin || few.Learners[1] == 0 {
		t.Errorf("of few people it learns %+v, %v", few.Learners, err)
	}
	e, err := Study(fewDecide(4*LearnersMin, byCauses), 1)
	if err != nil {
		t.Fatal(err)
	}
	if e.Learners[1] < LearnersMin || e.Learners[0] != 0 || e.Learners[6] != 0 {
		t.Errorf("learnt from %v", e.Learners)
	}
	// Only causes may move, and then nobody can make room for them.
	p, err := e.Next(HandSet())
	if err != nil || p.Weights != HandSet() || p.Why != SettledAlready {
		t.Errorf("one weight alone moved: %+v, %v", p, err)
	}
	rest := fewDecide(4*LearnersMin, func(much uint32) Terms { return Terms{Causes: much, Time: PerThousandth - much} })
	if e, err = Study(rest, 1); err != nil {
		t.Fatal(err)
	}
	p, err = e.Next(HandSet())
	want := HandSet()
	want.Causes, want.Time = 122, 38
	if err != nil || p.Weights != want || p.After > p.Before {
		t.Errorf("they prefer causes to time, and the weights are %+v, %v; not %+v", p, err, want)
	}
}

func TestOneMemberHasOneVoiceAndTwentyDecisionsADay(t *testing.T) {
	of := func(by string, day int32, chosen int) Decision {
		return Decision{By: by, Day: day, Choice: Choice{Terms: make([]int32, 14), Chosen: make([]int, chosen)}}
	}
	kept := capped([]Decision{of("Amara", 1, 15), of("Amara", 1, 15), of("Binta", 1, 3), of("Amara", 2, 30), of("Amara", 1, 1)})
	var counts []int
	for _, d := range kept {
		counts = append(counts, len(d.Chosen))
	}
	if !slices.Equal(counts, []int{15, 5, 3, 20, 0}) {
		t.Errorf("of each %v count", counts)
	}
}

// What somebody says to those who ask for them teaches the same weights.
func TestAnswersTeachWhatListsTeach(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 0))
	var decisions []Decision
	for m := range 600 {
		for day := range int32(10) {
			terms := someTerms(r)
			chance := 10*partOf(terms, planted) - 6
			yes := r.Float64() < 1/(1+math.Exp(-chance))
			decisions = append(decisions, Decision{By: fmt.Sprint("member-", m), Day: day, Choice: FromAnswer(terms, yes)})
		}
	}
	weights, _ := settle(t, studied(t, decisions, usualRules), HandSet())
	if off := apart(weights, planted); off > 0.3 || apart(HandSet(), planted) < 2 {
		t.Errorf("answers teach %+v, %.2f off", weights, off)
	}
}

func TestWeightsThatForetellOthersLessWellAreNotTaken(t *testing.T) {
	decisions := villagers(7, 120)
	e, err := Study(decisions, 1)
	if err != nil {
		t.Fatal(err)
	}
	if p, err := e.Next(HandSet()); err != nil || p.Why != "" || p.After >= p.Before {
		t.Fatalf("what is right was kept back: %+v, %v", p, err)
	}
	for i := range e.heldOut { // who is held out takes those who bring least
		for o, x := range e.heldOut[i].Terms {
			e.heldOut[i].Terms[o] = int32(PerThousandth) - x
		}
	}
	p, err := e.Next(HandSet())
	if err != nil || p.Why != WorseForOthers || p.Weights != HandSet() || p.After <= p.Before {
		t.Errorf("the held out decide the other way round, and: %+v, %v", p, err)
	}
}

func TestTheSameDecisionsTeachTheSame(t *testing.T) {
	decisions := villagers(8, 100)
	a, _ := Study(decisions, 3)
	b, _ := Study(slices.Clone(decisions), 3)
	p, err := a.Next(HandSet())
	again, _ := b.Next(HandSet())
	if err != nil || p != again {
		t.Errorf("%+v, and then %+v, %v", p, again, err)
	}
	other, _ := Study(decisions, 4)
	if other.Members == a.Members && other.Tested == a.Tested && other.Counted == a.Counted && slices.EqualFunc(other.heldOut, a.heldOut, func(x, y Choice) bool { return slices.Equal(x.Terms, y.Terms) }) {
		t.Error("another turn holds out the same people")
	}
}

func TestAPoolUnderOtherWeightsIsTheirs(t *testing.T) {
	w := newWorld(9, 60)
	people := w.members(300)
	d := w.definition(t, people)
	pool := NewPool(d, people[:250])
	for _, p := range people[250:] {
		pool = pool.With(p)
	}
	under, err := pool.Under(planted)
	if err != nil {
		t.Fatal(err)
	}
	fresh := &Definition{related: d.related, weights: planted}
	differs := 0
	for _, v := range people[:60] {
		q := Question{Limit: 20, Day: 3}
		got, want := under.AppendRank(nil, v, q), NewPool(fresh, people).AppendRank(nil, v, q)
		if !slices.Equal(got, want) {
			t.Fatalf("for %s %v, not %v", v.ID, got, want)
		}
		if !slices.Equal(got, pool.AppendRank(nil, v, q)) {
			differs++
		}
	}
	if differs == 0 {
		t.Error("the weights changed no list: nothing was tested")
	}
	if _, err := pool.Under(Weights{Skills: 1}); !errors.Is(err, ErrWeights) {
		t.Errorf("weights that sum to one: %v", err)
	}
}

// A list of turns is made again from the terms and boosts of its people.
func TestAListIsPutInItsOrderAgain(t *testing.T) {
	w := newWorld(10, 60)
	people := w.members(200)
	d := w.definition(t, people)
	pool, turned := NewPool(d, people), 0
	ledger, err := NewLedger(Usual(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		tally := NewTally()
		for _, v := range people[:80] {
			q := Question{Limit: Candidates, Day: 5, Key: 7}
			list, err := ledger.ShareParts(pool.Rank(v, q), []int{3, 9, 3}, nil)
			if err != nil || tally.Add(v.ID, list.Matches) != nil {
				t.Fatal(err)
			}
			var placed []Placed
			for _, m := range list.Matches {
				other, _ := pool.Get(m.ID)
				p := Placed{ID: m.ID, Boost: ledger.Step(m.ID)}
				p.ForViewer, p.ForCandidate = d.Terms(v, other)
				placed = append(placed, p)
			}
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(placed), func(i, j int) { placed[i], placed[j] = placed[j], placed[i] })
			parts := []Part{{3, list.Lambdas[0]}, {9, list.Lambdas[1]}, {3, list.Lambdas[2]}}
			scores := d.Weights().InOrder(v.ID, placed, parts, q)
			for r, m := range list.Matches {
				if placed[r].ID != m.ID || scores[r] != m.Score {
					t.Fatalf("%s at place %d has %d, not %s with %d", placed[r].ID, r+1, scores[r], m.ID, m.Score)
				}
				if r > 0 && m.Score > list.Matches[r-1].Score {
					turned++
				}
			}
		}
		ids := make([]string, len(people))
		for i := range people {
			ids[i] = people[i].ID
		}
		ledger = ledger.Next(tally, ids)
	}
	if turned == 0 {
		t.Error("no turn changed an order: half was not tested")
	}
}

func TestAGroupThatOthersWouldHideHoldsWeightsBack(t *testing.T) {
	seen := func(in, out uint64) map[string]uint64 {
		all := map[string]uint64{}
		for i := range 30 {
			all[fmt.Sprint("new-", i)], all[fmt.Sprint("old-", i)] = in, out
		}
		return all
	}
	group := Group{Name: "newcomers", IDs: map[string]bool{}}
	for i := range 30 {
		group.IDs[fmt.Sprint("new-", i)] = true
	}
	for name, c := range map[string]struct {
		was, would [2]uint64
		held       bool
	}{
		"as much as others":              {[2]uint64{100, 100}, [2]uint64{100, 100}, false},
		"less, in the band":              {[2]uint64{100, 100}, [2]uint64{81, 100}, false},
		"out of the band":                {[2]uint64{100, 100}, [2]uint64{79, 100}, true},
		"above the band":                 {[2]uint64{100, 100}, [2]uint64{131, 100}, true},
		"below already, little less":     {[2]uint64{50, 100}, [2]uint64{46, 100}, false},
		"below already, a good deal":     {[2]uint64{50, 100}, [2]uint64{44, 100}, true},
		"hardly seen, and then no more":  {[2]uint64{4, 100}, [2]uint64{0, 100}, false},
		"above already, and still above": {[2]uint64{140, 100}, [2]uint64{144, 100}, false},
	} {
		if said := Skewed(seen(c.was[0], c.was[1]), seen(c.would[0], c.would[1]), []Group{group}, 60); (said != "") != c.held {
			t.Errorf("%s: %q", name, said)
		}
	}
	if said := Skewed(seen(1, 1), seen(0, 1), []Group{group}, 49); said != "" {
		t.Errorf("nineteen others decide: %q", said)
	}
}
