package matching

import (
	"math/bits"
	"testing"
)

// Under the weights that ranked and under any others, the terms give benefit and score again.
func TestTermsGiveTheScoreAgain(t *testing.T) {
	w := newWorld(11, 60)
	people := w.members(40)
	for i := range people {
		for bits.OnesCount32(people[i].Causes) > 6 {
			people[i].Causes &= people[i].Causes - 1
		}
	}
	related := w.definition(t, people).related
	unsaid := 0
	for _, weights := range []Weights{HandSet(), {Skills: 1000, Unstated: 350}, {Skills: 333, Causes: 167, Sector: 101, Stage: 99, Hours: 97, Place: 103, Time: 100, Unstated: 7}} {
		d, err := NewDefinition(related, weights)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range people {
			for _, j := range people {
				mine, theirs := d.Terms(i, j)
				want := d.Explain(i, j)
				if weights.Benefit(mine) != want.ForViewer.Points || weights.Benefit(theirs) != want.ForCandidate.Points || weights.Score(mine, theirs) != want.Score() {
					t.Fatalf("%s for %s under %+v: %+v and %+v give %d, not %d", j.ID, i.ID, weights, mine, theirs, weights.Score(mine, theirs), want.Score())
				}
				if mine.NoNeed {
					unsaid++
				}
			}
		}
	}
	if unsaid == 0 {
		t.Error("everybody stated a need: half of the formula was not tested")
	}
}

// A term without weight is still told, or no learning could give it weight again.
func TestTermsDoNotDependOnWeights(t *testing.T) {
	people := newWorld(12, 60).members(20)
	some, err := NewDefinition(nil, Weights{Skills: 1000})
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewDefinition(nil, HandSet())
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, p := range people {
		a, b := some.Terms(people[0], p)
		c, d := other.Terms(people[0], p)
		if a != c || b != d {
			t.Fatalf("%s: %+v and %+v, or %+v and %+v", p.ID, a, b, c, d)
		}
		if a.Causes+a.Place+a.Hours > 0 {
			told++
		}
	}
	if told == 0 {
		t.Error("there was no term but skills: nothing was tested")
	}
}
