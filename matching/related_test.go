package matching

import (
	"math"
	"reflect"
	"slices"
	"testing"
)

const (
	baking Skill = iota + 1
	catering
	bookkeeping
	welding
)

func TestRelatedSkillsOccurTogether(t *testing.T) {
	related := LearnRelated([][]Skill{
		{baking, catering},
		{baking, catering, bookkeeping},
		{catering, catering, baking}, // said twice, counted once
		{bookkeeping, welding},
	}, 1)
	// cos(baking, catering) = 3/√(3·3) = 16/16, held to 11; cos(baking,
	// bookkeeping) = 1/√(3·2) = 6.53/16; cos(bookkeeping, welding) = 1/√(2·1)
	// = 11.3/16, held to 11.
	want := Related{
		baking:      {{catering, 11}, {bookkeeping, 7}},
		catering:    {{baking, 11}, {bookkeeping, 7}},
		bookkeeping: {{welding, 11}, {baking, 7}, {catering, 7}},
		welding:     {{bookkeeping, 11}},
	}
	if !reflect.DeepEqual(related, want) {
		t.Errorf("got %v, want %v", related, want)
	}
}

func TestRarePairsTellOfNobody(t *testing.T) {
	sets := [][]Skill{{baking, catering}, {baking, catering}, {baking, welding}}
	got := LearnRelated(sets, 2)
	want := Related{baking: {{catering, 11}}, catering: {{baking, 11}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := LearnRelated(sets, 4); len(got) != 0 {
		t.Errorf("nothing occurs in 4 sets, yet %v", got)
	}
}

func TestLearnRelatedIsTheCosineWhateverTheOrder(t *testing.T) {
	w := newWorld(19, 60)
	var sets [][]Skill
	for _, p := range w.members(400) {
		var set []Skill
		for _, o := range p.Offers {
			set = append(set, o.Skill)
		}
		sets = append(sets, set)
	}
	related := LearnRelated(sets, 2)
	checked := 0
	for need, similar := range related {
		for _, s := range similar {
			want := min(MaxSimilarity, math.Ceil(16*cosine(sets, need, s.Skill)-1e-9))
			if float64(s.Sixteenths) != want {
				t.Errorf("%d and %d: got %d sixteenths, want %v", need, s.Skill, s.Sixteenths, want)
			}
			checked++
		}
		if len(similar) > MaxRelated {
			t.Errorf("%d has %d related skills", need, len(similar))
		}
	}
	if checked < 100 {
		t.Errorf("only %d pairs were checked", checked)
	}
	for i := range sets {
		slices.Reverse(sets[i])
	}
	slices.Reverse(sets)
	if again := LearnRelated(sets, 2); !reflect.DeepEqual(related, again) {
		t.Error("the order of the sets matters")
	}
}

func cosine(sets [][]Skill, a, b Skill) float64 {
	var na, nb, both float64
	for _, set := range sets {
		hasA, hasB := slices.Contains(set, a), slices.Contains(set, b)
		if hasA {
			na++
		}
		if hasB {
			nb++
		}
		if hasA && hasB {
			both++
		}
	}
	return both / math.Sqrt(na*nb)
}

func TestNearestAreKept(t *testing.T) {
	var sets [][]Skill
	for other := range Skill(20) { // skill 100+n occurs n more times without welding
		sets = append(sets, []Skill{welding, 100 + other})
		for range other {
			sets = append(sets, []Skill{100 + other})
		}
	}
	got := LearnRelated(sets, 1)[welding]
	for i, s := range got {
		if s.Skill != Skill(100+i) {
			t.Errorf("the %dth nearest is %d, want %d", i+1, s.Skill, 100+i)
		}
	}
	if len(got) != MaxRelated {
		t.Errorf("%d are kept, want %d", len(got), MaxRelated)
	}
}

func TestRelatedTablesAreReadInRange(t *testing.T) {
	given := Related{welding: {{welding, 9}, {baking, 0}, {catering, 200}, {bookkeeping, 3}}}
	want := Related{welding: {{catering, MaxSimilarity}, {bookkeeping, 3}}}
	if got := given.normal(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	crowd := Related{}
	for s := range Skill(30) {
		crowd[welding] = append(crowd[welding], Similar{1000 + s, 1 + uint8(s)%11})
	}
	if got := crowd.normal()[welding]; len(got) != MaxRelated || got[0].Sixteenths != 11 {
		t.Errorf("got %v", got)
	}
}

func TestVeryLargeSetsAreCut(t *testing.T) {
	everything := make([]Skill, MaxSet+50)
	for i := range everything {
		everything[i] = Skill(i)
	}
	related := LearnRelated([][]Skill{everything}, 1)
	if len(related) != MaxSet {
		t.Errorf("%d skills are related, want the first %d", len(related), MaxSet)
	}
}

func TestOfTwoRelationsTheLargerSimilarityCounts(t *testing.T) {
	curated := Related{baking: {{catering, 4}, {welding, 3}}, welding: {{baking, 2}}}
	learnt := Related{baking: {{catering, 9}, {bookkeeping, 6}}}
	want := Related{baking: {{catering, 9}, {bookkeeping, 6}, {welding, 3}}, welding: {{baking, 2}}}
	for _, both := range []Related{curated.Or(learnt), learnt.Or(curated)} {
		if !reflect.DeepEqual(both, want) {
			t.Errorf("got %v, want %v", both, want)
		}
	}
	var many []Similar
	for s := range Skill(2 * MaxRelated) {
		many = append(many, Similar{100 + s, uint8(1 + s%MaxSimilarity)})
	}
	if row := curated.Or(Related{baking: many})[baking]; len(row) != MaxRelated || row[0].Sixteenths != MaxSimilarity {
		t.Errorf("of many, %d are kept: %v", len(row), row)
	}
	if len(curated[baking]) != 2 || curated[baking][0].Sixteenths != 4 {
		t.Errorf("the relation itself has changed: %v", curated)
	}
}
