package matching

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// planted are what the simulated people choose by; far from the hand-set ones.
var planted = Weights{Skills: 220, Causes: 160, Sector: 130, Stage: 120, Hours: 130, Place: 120, Time: 120, Unstated: Unstated}

// habits are how a simulated network looks at its lists.
const (
	plantedScale = 14.0 // log odds of a perfect match against none
	listed       = 10   // people in a list
	lists        = 20   // of each member, over as many days
)

// placeAttraction is how much more the first place is taken than the one at rank.
func placeAttraction(rank int) float64 { return -math.Log2(float64(rank)) }

// villagers are members who look at a list of people a day and choose one of
// them by the planted weights and by the place. Lists stand in the order of the
// hand-set weights, so the place tells of the terms; turns shuffle them a little.
func villagers(seed uint64, members int) []Decision {
	r := rand.New(rand.NewPCG(seed, 0))
	decisions := make([]Decision, 0, members*lists)
	for day := range lists {
		for m := range members {
			list := shownTo(r)
			best, at := math.Inf(-1), 0
			for o, t := range list {
				worth := plantedScale*partOf(t, planted) + placeAttraction(o+1) - math.Log(r.ExpFloat64())
				if worth > best {
					best, at = worth, o
				}
			}
			decisions = append(decisions, Decision{By: fmt.Sprintf("member-%d", m), Day: int32(day), Choice: choiceOf(list, at)})
		}
	}
	return decisions
}

func choiceOf(list []Terms, chosen int) (c Choice) {
	for o, t := range list {
		c.Add(t, o+1, o == chosen)
	}
	return c
}

// partOf is the benefit of the terms, of a perfect one.
func partOf(t Terms, w Weights) float64 {
	sum := 0.0
	for k, x := range t.list() {
		sum += float64(w.List()[k]) * float64(x)
	}
	return sum / fullShare / float64(PerThousandth)
}

func shownTo(r *rand.Rand) []Terms {
	list, order := make([]Terms, listed), map[Terms]float64{}
	for i := range list {
		list[i] = someTerms(r)
		order[list[i]] = partOf(list[i], HandSet()) * (1 + 0.3*r.Float64())
	}
	slices.SortStableFunc(list, func(a, b Terms) int {
		switch x, y := order[a], order[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return list
}

func someTerms(r *rand.Rand) Terms {
	of := func(parts int) uint32 { return PerThousandth / uint32(parts) * uint32(r.IntN(parts+1)) }
	return Terms{Skills: uint32(r.IntN(int(PerThousandth) + 1)), Causes: of(5), Sector: of(2), Stage: of(1), Hours: of(16), Place: of(2), Time: of(8)}
}

// poison makes one in a hundred members push one term up, or down, as hard as
// they can: always the one who has most of it, or least, five hundred times a day.
func poison(decisions []Decision, members, term int, up bool) []Decision {
	poisoned := slices.Clone(decisions)
	for i, d := range poisoned {
		m := i % members
		if m%100 != 50 {
			continue
		}
		extreme := 0
		for o := range listed {
			if more := d.Terms[o*WeighedTerms+term] > d.Terms[extreme*WeighedTerms+term]; more == up && d.Terms[o*WeighedTerms+term] != d.Terms[extreme*WeighedTerms+term] {
				extreme = o
			}
		}
		poisoned[i].Chosen = slices.Repeat([]int{extreme}, 500)
	}
	return poisoned
}

// settle repeats a day's learning until weights stay, at most half a year.
func settle(t *testing.T, e *Evidence, from Weights) (Weights, int) {
	t.Helper()
	for day := range 180 {
		next := from.with(e.towards(from.List()))
		for k, w := range next.List() {
			if was := from.List()[k]; abs(w-was) > max(1, was*5/100) {
				t.Fatalf("on day %d a weight went from %d to %d", day, was, w)
			}
		}
		if next == from {
			return from, day
		}
		from = next
	}
	t.Fatalf("weights never settled; at last %v", from)
	return from, 0
}

func abs(x int) int { return max(x, -x) }

// apart is the largest difference of a weight, as its part.
func apart(a, b Weights) (most float64) {
	for k, x := range a.List() {
		most = max(most, math.Abs(float64(x-b.List()[k]))/float64(b.List()[k]))
	}
	return most
}

func studied(t *testing.T, decisions []Decision, r rules) *Evidence {
	t.Helper()
	e, err := study(decisions, 1, r)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// learningTrial is one size of the proof.
type learningTrial struct {
	seeds   uint64 // simulated networks from which weights are recovered
	members int    // of each; a fifth is only tested on
	crowd   int    // members of the network that is poisoned
	pushes  []int  // terms that are pushed, each up and down
	faults  []int  // of them, those with which the guards are left out
}

// learningResult has parts of a weight, the worst of all weights and runs.
type learningResult struct {
	days             int     // from the hand-set weights to where learning settles
	off, blind       float64 // from the planted; and when places have no attraction
	moved, delayed   float64 // by poison: settled weights; weights on their way, from where they would settle
	uncapped, untrim float64 // settled weights, by poison, without a guard
}

func (trial learningTrial) run(t *testing.T) (got learningResult) {
	blind := usualRules
	blind.places = false
	for seed := range trial.seeds {
		decisions := villagers(seed+1, trial.members)
		weights, days := settle(t, studied(t, decisions, usualRules), HandSet())
		got.days, got.off = max(got.days, days), max(got.off, apart(weights, planted))
		misled, _ := settle(t, studied(t, decisions, blind), HandSet())
		got.blind = max(got.blind, apart(misled, planted))
	}
	trial.poison(t, &got)
	return got
}

func (trial learningTrial) poison(t *testing.T, got *learningResult) {
	uncapped, untrimmed := usualRules, usualRules
	uncapped.oneVoice, uncapped.perDay, untrimmed.trim = false, false, false
	decisions := villagers(101, trial.crowd)
	clean, _ := settle(t, studied(t, decisions, usualRules), HandSet())
	trusting, _ := settle(t, studied(t, decisions, untrimmed), HandSet())
	for _, term := range trial.pushes {
		for _, up := range []bool{true, false} {
			pushed := poison(decisions, trial.crowd, term, up)
			e := studied(t, pushed, usualRules)
			after, _ := settle(t, e, clean)
			late, _ := settle(t, e, HandSet())
			got.moved, got.delayed = max(got.moved, apart(after, clean)), max(got.delayed, apart(late, clean))
			if slices.Contains(trial.faults, term) {
				after, _ = settle(t, studied(t, pushed, uncapped), clean)
				got.uncapped = max(got.uncapped, apart(after, clean))
				after, _ = settle(t, studied(t, pushed, untrimmed), trusting)
				got.untrim = max(got.untrim, apart(after, trusting))
			}
		}
	}
}

// TestProveMatchingLearning: 20,000 choices with a bias towards the first
// places tell what people choose by, and one member in a hundred can't move
// that. Without the places' attraction, without one voice for each member, or
// without leaving the hundredth out, it fails.
func TestProveMatchingLearning(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	got := learningTrial{5, 1000, 2000, []int{0, 1, 2, 3, 4, 5, 6}, []int{1, 3}}.run(t)
	f := figures{t, "learning"}
	f.atMost("off", 100*got.off, "%", 10)
	f.atLeast("off-without-places", 100*got.blind, "%", 10.1)
	f.atMost("poison-moved", 100*got.moved, "%", 2)
	f.atLeast("poison-moved-without-cap", 100*got.uncapped, "%", 2.1)
	f.atLeast("poison-moved-without-leaving-out", 100*got.untrim, "%", 2.1)
	f.atMost("poison-delayed", 100*got.delayed, "%", noBar)
	f.atMost("days-to-settle", float64(got.days), "days", noBar)
}

// The same with few people: figures are coarser, and what guards do shows all the same.
func TestLearningHoldsItsGuards(t *testing.T) {
	got := learningTrial{1, 300, 300, []int{3}, []int{3}}.run(t)
	if got.off > 0.2 || got.blind < 2*got.off {
		t.Errorf("weights are %.3f off, and %.3f without the places' attraction", got.off, got.blind)
	}
	if got.moved > 0.05 || got.untrim < got.moved || got.uncapped < 4*got.moved || got.uncapped < 0.2 {
		t.Errorf("poison moved a weight by %.3f; %.3f with nobody left out, %.3f with as many voices as they like", got.moved, got.untrim, got.uncapped)
	}
}
