package matching

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// choosers play people who choose by known weights, and by the place.
func choosers(r *rand.Rand, n int, theta, place []float64) []Choice {
	choices := make([]Choice, n)
	for i := range choices {
		c := Choice{}
		best, at := math.Inf(-1), 0
		for o := range place {
			worth := place[o]
			for _, weight := range theta {
				x := r.IntN(1001)
				c.Terms = append(c.Terms, int32(x))
				worth += weight * float64(x) / 1000
			}
			// The largest of worth and Gumbel noise is chosen with the logit's chance.
			if worth -= math.Log(r.ExpFloat64()); worth > best {
				best, at = worth, o
			}
			c.Ranks = append(c.Ranks, o+1)
		}
		c.Chosen = []int{at}
		choices[i] = c
	}
	return choices
}

func TestLearningRecoversWhatPeopleChooseBy(t *testing.T) {
	theta, place := []float64{3, 1.5, 0, 2}, []float64{1.5, 1, 0.7, 0.4, 0.2, 0, 0, 0}
	choices := choosers(rand.New(rand.NewPCG(3, 0)), 6000, theta, place)
	lesson := Lesson{Terms: 4, Unit: 1000, Pull: 1, Ranks: len(place)}
	learnt, err := Learn(choices, lesson)
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range theta {
		if got := learnt.Theta[k]; math.Abs(got-want) > 0.2 {
			t.Errorf("weight %d is %.3f, and people choose by %.1f", k, got, want)
		}
	}
	if blind, err := Learn(choices, Lesson{Terms: 4, Unit: 1000, Pull: 1}); err != nil || blind.Loss < learnt.Loss+0.05 {
		t.Errorf("the places explained nothing: loss %.3f without, %.3f with them, %v", blind.Loss, learnt.Loss, err)
	}
	if w := learnt.Weights(1000); w[0]+w[1]+w[2]+w[3] != 1000 || w[0] < 400 || w[0] > 530 {
		t.Errorf("weights %v of 1000", w)
	}
}

func TestNoTermCountsAgainstAnybody(t *testing.T) {
	choices := choosers(rand.New(rand.NewPCG(4, 0)), 2000, []float64{2, -2}, make([]float64, 6))
	learnt, err := Learn(choices, Lesson{Terms: 2, Unit: 1000, Pull: 1})
	if err != nil || learnt.Theta[1] != 0 || learnt.Theta[0] < 1.5 {
		t.Errorf("learnt %v, %v", learnt.Theta, err)
	}
}

func TestWithoutEvidenceWeightsStayWhereTheyWere(t *testing.T) {
	choices := []Choice{{Terms: []int32{5, 0, 5, 0}, Chosen: []int{1}}} // both options alike
	learnt, err := Learn(choices, Lesson{Terms: 2, Unit: 1, Pull: 1, Toward: []float64{0.7, 0.3}})
	if err != nil || math.Abs(learnt.Theta[0]-0.7) > 1e-6 || math.Abs(learnt.Theta[1]-0.3) > 1e-6 {
		t.Errorf("learnt %v from nothing, %v", learnt.Theta, err)
	}
	if w := (Learnt{Theta: []float64{0, 0}}).Weights(1000); !slices.Equal(w, []int{0, 0}) {
		t.Errorf("no evidence at all weighs %v", w)
	}
}

func TestChoicesThatCannotBeReadAreRefused(t *testing.T) {
	fine := Lesson{Terms: 2, Unit: 1, Pull: 1}
	good := []Choice{{Terms: []int32{1, 2, 3, 4}, Chosen: []int{1}}}
	if _, err := Learn(good, fine); err != nil {
		t.Fatalf("what is fine was refused: %v", err)
	}
	for name, c := range map[string]struct {
		choices []Choice
		lesson  Lesson
	}{
		"nothing chosen":    {[]Choice{{Terms: []int32{1, 2}}}, fine},
		"nothing at all":    {nil, fine},
		"half an option":    {[]Choice{{Terms: []int32{1, 2, 3}, Chosen: []int{0}}}, fine},
		"nobody's choice":   {[]Choice{{Terms: []int32{1, 2}, Chosen: []int{1}}}, fine},
		"a missing rank":    {[]Choice{{Terms: []int32{1, 2, 3, 4}, Ranks: []int{1}, Chosen: []int{1}}}, fine},
		"no terms":          {good, Lesson{Unit: 1, Pull: 1}},
		"no pull":           {good, Lesson{Terms: 2, Unit: 1}},
		"a unit of NaN":     {good, Lesson{Terms: 2, Unit: math.NaN(), Pull: 1}},
		"a pull of NaN":     {good, Lesson{Terms: 2, Unit: 1, Pull: math.NaN()}},
		"too many to start": {good, Lesson{Terms: 2, Unit: 1, Pull: 1, Toward: []float64{1}}},
	} {
		if _, err := Learn(c.choices, c.lesson); !errors.Is(err, ErrLearning) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
