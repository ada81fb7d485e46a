package matching

import (
	"errors"
	"math"
	"testing"
)

func definition(t testing.TB, related Related) *Definition {
	t.Helper()
	d, err := NewDefinition(related, HandSet())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestPerfectMatchIsMaxPoints(t *testing.T) {
	perfect := Profile{
		ID: "ada", Offers: []Offer{{1, Seasoned}}, Needs: EvenNeeds(1), Causes: allCauses, Languages: 1,
		Hub: 1, Region: 1, Hours: WorkingHours(0, 9, 17), Stage: 1, Sector: 1, Family: 1, HoursPerWeek: 8,
	}
	other := perfect
	other.ID = "ben"
	score, ok := definition(t, nil).Score(perfect, other)
	if score != MaxPoints || MaxPoints != 61_440_000 || !ok {
		t.Errorf("got %d, %t, want %d", score, ok, MaxPoints)
	}
}

func TestNobodyMatchesThemselvesOrNothing(t *testing.T) {
	d := definition(t, nil)
	ada := Profile{ID: "ada", HoursPerWeek: 5, Causes: 1}
	if score, ok := d.Score(ada, ada); ok || score != 0 {
		t.Errorf("ada matches herself: %d", score)
	}
	ben := Profile{ID: "ben", Needs: EvenNeeds(1)}
	if score, ok := d.Score(ada, ben); !ok {
		t.Errorf("ada has time for ben and has not said what she needs, yet there is no match: %d", score)
	}
	ada.Needs = EvenNeeds(2)
	if score, ok := d.Score(ada, ben); ok || score != 0 {
		t.Errorf("ben has nothing for ada, yet they match: %d", score)
	}
}

func TestHarmonicMean(t *testing.T) {
	for _, c := range []struct{ u, v, want Points }{
		{0, 0, 0},
		{0, MaxPoints, 0},
		{1, 1, 1},
		{1, 2, 1}, // 4/3, rounded down
		{10, 30, 15},
		{MaxPoints, MaxPoints, MaxPoints},
		{MaxPoints, 1, 1},
	} {
		if got := harmonicMean(c.u, c.v); got != c.want {
			t.Errorf("of %d and %d: got %d, want %d", c.u, c.v, got, c.want)
		}
		if got := harmonicMean(c.v, c.u); got != c.want {
			t.Errorf("of %d and %d: got %d, want %d", c.v, c.u, got, c.want)
		}
	}
}

func TestScoreIsSymmetricAndExplainedExactly(t *testing.T) {
	w := newWorld(11, 80)
	profiles := w.members(120)
	d := w.definition(t, profiles)
	matches := 0
	for _, i := range profiles {
		for _, j := range profiles {
			there, ok := d.Score(i, j)
			back, _ := d.Score(j, i)
			if there != back {
				t.Fatalf("%s and %s: %d there, %d back", i.ID, j.ID, there, back)
			}
			reasons := d.Explain(i, j)
			if ok && reasons.Score() != there {
				t.Fatalf("%s and %s: the reasons make %d, the score is %d", i.ID, j.ID, reasons.Score(), there)
			}
			checkSum(t, reasons.ForViewer, d.benefit(d.read(i), d.read(j)))
			checkSum(t, reasons.ForCandidate, d.benefit(d.read(j), d.read(i)))
			if ok {
				matches++
			}
		}
	}
	if matches < 1000 {
		t.Errorf("only %d matches were checked", matches)
	}
}

// checkSum holds the promise that the terms are the whole of the benefit.
func checkSum(t testing.TB, b Benefit, u Points) {
	t.Helper()
	sum := Points(0)
	for _, term := range b.Terms {
		sum += term.Points
		if term.Points == 0 || term.Kind == 0 {
			t.Errorf("a term that says nothing: %+v", term)
		}
	}
	if sum != u || b.Points != u {
		t.Errorf("terms sum to %d, benefit says %d, the formula %d", sum, b.Points, u)
	}
}

func TestMoreOffersNeverLowerWhatSomeoneBrings(t *testing.T) {
	w := newWorld(13, 60)
	profiles := w.members(200)
	d := w.definition(t, profiles)
	raised := 0
	for n := range 4000 {
		i, j := profiles[n%200], profiles[n*7%200]
		richer := j
		skill := w.draw(i.Sector)
		if len(i.Needs) > 0 && n%2 == 0 {
			skill = i.Needs[0].Skill
		}
		richer.Offers = append(richer.Offers[:len(richer.Offers):len(richer.Offers)], Offer{skill, Able})
		before, after := d.Explain(i, j).ForViewer.Points, d.Explain(i, richer).ForViewer.Points
		if after < before {
			t.Fatalf("%s is worth less to %s for offering %d too: %d, then %d", j.ID, i.ID, skill, before, after)
		}
		if after > before {
			raised++
		}
	}
	if raised < 100 {
		t.Errorf("only %d of 4000 new offers helped anybody", raised)
	}
}

func TestOfEqualHelpTheFirstOfferedIsNamed(t *testing.T) {
	d := definition(t, Related{1: {{2, 6}, {3, 8}, {4, 8}}})
	ada := Profile{ID: "ada", Needs: EvenNeeds(1)}
	ben := Profile{ID: "ben", Offers: []Offer{{2, Seasoned}, {3, Able}, {4, Able}}} // 6·16 = 8·12
	terms := d.Explain(ada, ben).ForViewer.Terms
	if len(terms) != 1 || terms[0].Offer != 2 || terms[0].Similarity != 6 || terms[0].Level != Seasoned {
		t.Errorf("got %+v, want skill 2", terms)
	}
}

func TestWeightsMustSumToAThousand(t *testing.T) {
	short := HandSet()
	short.Time--
	long := HandSet()
	long.Skills = math.MaxUint16
	certain := HandSet()
	certain.Unstated = 1001
	for _, w := range []Weights{{}, short, long, certain} {
		if _, err := NewDefinition(nil, w); !errors.Is(err, ErrWeights) {
			t.Errorf("%+v: got %v, want ErrWeights", w, err)
		}
	}
}

func TestDefinitionKeepsNothingOfTheCaller(t *testing.T) {
	related := Related{1: {{2, 8}}}
	d := definition(t, related)
	ada := Profile{ID: "ada", Needs: EvenNeeds(1)}
	ben := Profile{ID: "ben", Offers: []Offer{{2, Able}}}
	before := d.Explain(ada, ben).ForViewer.Points
	related[1][0].Sixteenths = 0
	delete(related, 1)
	if after := d.Explain(ada, ben).ForViewer.Points; before == 0 || after != before {
		t.Errorf("the definition changed with the caller's table: %d, then %d", before, after)
	}
}

// FuzzScore looks for members of any shape, and tables of any content, that
// take a score out of its range or its explanation apart.
func FuzzScore(f *testing.F) {
	f.Add([]byte{}, []byte{}, []byte{})
	f.Add([]byte("amina welds and needs a bookkeeper"), []byte("bilal keeps books"), []byte("related"))
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, []byte{0xFF, 0xFF, 0xFF, 0xFF}, []byte{0xFF, 1, 0xFF})
	f.Fuzz(func(t *testing.T, a, b, table []byte) {
		related := make(Related)
		for len(table) >= 3 {
			need := Skill(table[0])
			related[need] = append(related[need], Similar{Skill(table[1]), table[2]})
			table = table[3:]
		}
		d := definition(t, related)
		i, j := anyone("i", a), anyone("j", b)
		score, ok := d.Score(i, j)
		back, _ := d.Score(j, i)
		if score > MaxPoints || score != back || ok != (score > 0) {
			t.Errorf("score %d, %t; back %d", score, ok, back)
		}
		reasons := d.Explain(i, j)
		for _, benefit := range []Benefit{reasons.ForViewer, reasons.ForCandidate} {
			checkSum(t, benefit, benefit.Points)
			if benefit.Points > MaxPoints || benefit.Covered() > benefit.Needs {
				t.Errorf("out of range: %+v", benefit)
			}
		}
		if ok && reasons.Score() != score {
			t.Errorf("the reasons make %d, the score is %d", reasons.Score(), score)
		}
	})
}

// anyone reads a profile from arbitrary bytes: the first say the plain fields,
// the rest the skills.
func anyone(id string, b []byte) Profile {
	next := func() (x byte) {
		if len(b) > 0 {
			x, b = b[0], b[1:]
		}
		return x
	}
	wide := func() uint64 { return uint64(next()) * 0x0101_0101_0101_0101 }
	p := Profile{
		ID: id, Causes: uint32(wide()), Languages: wide(), Hours: wide(),
		Hub: uint32(next()), Region: uint32(next()), Stage: next(), Sector: next(), Family: next(),
		HoursPerWeek: next(),
	}
	for len(b) > 0 {
		p.Offers = append(p.Offers, Offer{Skill(next()), Level(next())})
		p.Needs = append(p.Needs, Need{Skill(next()), next()})
	}
	return p
}
