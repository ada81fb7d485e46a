package matching

import (
	"math/bits"
	"slices"
	"testing"
)

func TestWeightsOfNeedsSumToTheWhole(t *testing.T) {
	for _, c := range []struct {
		about string
		needs []Need
		want  []Need
	}{
		{"none", nil, nil},
		{"one", []Need{{1, 7}}, []Need{{1, 240}}},
		{"not stated is even", []Need{{1, 0}, {2, 0}}, []Need{{1, 120}, {2, 120}}},
		{"proportions are kept", []Need{{1, 3}, {2, 1}}, []Need{{1, 180}, {2, 60}}},
		{"the earlier is rounded up", EvenNeeds(1, 2, 3, 4, 5, 6, 7),
			[]Need{{1, 35}, {2, 35}, {3, 34}, {4, 34}, {5, 34}, {6, 34}, {7, 34}}},
		{"the largest remainder is rounded up", []Need{{1, 9}, {2, 2}}, []Need{{1, 196}, {2, 44}}},
		{"a skill twice is one need", []Need{{1, 1}, {2, 2}, {1, 2}}, []Need{{1, 120}, {2, 120}}},
	} {
		if got := normalNeeds(c.needs); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.about, got, c.want)
		}
	}
}

func TestEvenNeeds(t *testing.T) {
	if got := EvenNeeds(); got != nil {
		t.Errorf("needs out of nothing: %v", got)
	}
	var many []Skill
	for s := range Skill(100) {
		many = append(many, s)
		needs := EvenNeeds(many...)
		sum := 0
		for _, n := range needs {
			sum += int(n.Weight)
		}
		if sum != FullWeight || len(needs) != min(len(many), MaxNeeds) {
			t.Errorf("%d skills: %d needs of weight %d", len(many), len(needs), sum)
		}
	}
}

func TestScalingIsSettled(t *testing.T) {
	w := newWorld(17, 500)
	for range 1000 {
		once := normalNeeds(w.established("ada").Needs)
		if twice := normalNeeds(once); !slices.Equal(once, twice) {
			t.Fatalf("scaling %v again gave %v", once, twice)
		}
	}
}

func TestOffersAreReadAsTheFieldsSay(t *testing.T) {
	got := normalOffers(nil, []Offer{{1, 0}, {2, 200}, {3, Seasoned}, {3, Learning}, {4, Learning}, {4, Able}})
	want := []Offer{{1, Able}, {2, Seasoned}, {3, Seasoned}, {4, Able}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	many := make([]Offer, 100)
	for i := range many {
		many[i].Skill = Skill(i)
	}
	if got := normalOffers(nil, many); len(got) != MaxOffers {
		t.Errorf("%d offers are read, want %d", len(got), MaxOffers)
	}
}

func TestWorkingHours(t *testing.T) {
	span := func(from, to int) (mask uint64) { // half hours of the UTC day
		for h := from; h < to; h++ {
			mask |= 1 << h
		}
		return mask
	}
	for _, c := range []struct {
		about          string
		zone, from, to int
		want           uint64
	}{
		{"Accra", 0, 9, 17, span(18, 34)},
		{"Nairobi", 180, 9, 17, span(12, 28)},
		{"Delhi", 330, 9, 17, span(7, 23)},
		{"Kathmandu, a quarter hour off", 345, 9, 17, span(7, 23)},
		{"St. John's", -210, 9, 17, span(25, 41)},
		{"Auckland, the day before in UTC", 720, 9, 17, span(42, 48) | span(0, 10)},
		{"a night shift", 0, 22, 6, span(44, 48) | span(0, 12)},
		{"none", 60, 9, 9, 0},
		{"absurd numbers wrap", -1440 * 3, 33, 41, span(18, 34)},
	} {
		if got := WorkingHours(c.zone, c.from, c.to); got != c.want {
			t.Errorf("%s: got %048b, want %048b", c.about, got, c.want)
		}
	}
}

func TestUnknownBitsAreIgnored(t *testing.T) {
	p := Profile{Causes: 1<<32 - 1, Hours: 1<<64 - 1, Stage: 200}.normal()
	if bits.OnesCount32(p.Causes) != Causes || bits.OnesCount64(p.Hours) != 48 || p.Stage != 0 {
		t.Errorf("got %+v", p)
	}
}
