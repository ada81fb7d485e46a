package matching

import (
	"errors"
	"math"
	"reflect"
	"testing"
)

// endless offers and needs so many skills, from one on.
func endless(id string, from, count int) Profile {
	p := Profile{ID: id, HoursPerWeek: 8}
	for s := range count {
		p.Offers = append(p.Offers, Offer{Skill: Skill(from + s), Level: 255})
		p.Needs = append(p.Needs, Need{Skill: Skill(from + s), Weight: 255})
	}
	return p
}

// everything out of range at once.
var beyond = Profile{ID: "beyond", Offers: []Offer{{Skill: math.MaxUint32, Level: 255}, {Skill: math.MaxUint32}}, Needs: []Need{{Skill: math.MaxUint32, Weight: 255}},
	Causes: math.MaxUint32, Languages: math.MaxUint64, Hub: math.MaxUint32, Region: math.MaxUint32, Hours: math.MaxUint64, Stage: 255, Sector: 255, Family: 255, HoursPerWeek: 255}

// TestWhateverComesFromOutsideIsRankedLikeAnythingElse holds the index against the definition where a network is empty, has
// one member, nobody who says anything, people who name ten thousand skills, skills that nobody knows, numbers beyond all.
func TestWhateverComesFromOutsideIsRankedLikeAnythingElse(t *testing.T) {
	silent := []Profile{{ID: "a"}, {ID: "b"}, {ID: ""}}
	many := []Profile{endless("many", 0, 10_000), endless("others", 5, 10_000), endless("few", 1, 3), beyond, {ID: "silent"}}
	related := Related{0: {{0, 255}, {1, 255}, {math.MaxUint32, 200}, {7, 0}}, math.MaxUint32: {{3, 9}}, 20_000: {{1, 4}}}
	for s := range Skill(5000) { // far more than count
		related[2] = append(related[2], Similar{s, uint8(s % 20)})
	}
	d, err := NewDefinition(related, HandSet())
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	for name, network := range map[string][]Profile{"nobody": nil, "one": {{ID: "alone", Needs: []Need{{Skill: 1}}}}, "people who say nothing": silent, "all kinds": many} {
		built := NewPool(d, network)
		grown := NewPool(d, nil)
		for _, p := range network {
			grown = grown.With(p)
		}
		for _, viewer := range append(many, silent...) {
			for _, limit := range []int{math.MinInt, -1, 0, 1, 50, 1 << 20} {
				for _, q := range []Question{{Limit: limit}, {Limit: limit, Day: math.MinInt32, Key: math.MaxUint64, Within: Scope{Hub: math.MaxUint32, Region: 9, Languages: 1}},
					{Limit: limit, Allow: func(string) bool { return false }}} {
					want := d.Rank(viewer, network, q)
					for _, pool := range []*Pool{built, grown} {
						if got := pool.Rank(viewer, q); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
							t.Errorf("among %s, %q is shown %d of %d: %+v, not %+v", name, viewer.ID, len(got), limit, got, want)
						}
					}
					listed += len(want)
				}
			}
		}
	}
	if listed < 50 {
		t.Errorf("only %d people were listed at all", listed)
	}
}

func TestOfOneIdTheLastProfileCounts(t *testing.T) {
	d, err := NewDefinition(nil, HandSet())
	if err != nil {
		t.Fatal(err)
	}
	twice := []Profile{endless("same", 0, 2), {ID: "other", Needs: []Need{{Skill: 9}}}, {ID: "same", Offers: []Offer{{Skill: 9}}, HoursPerWeek: 8}}
	for _, pool := range []*Pool{NewPool(d, twice), NewPool(d, twice[:1]).With(twice[1]).With(twice[2]).With(twice[2])} {
		if p, found := pool.Get("same"); pool.Len() != 2 || !found || len(p.Offers) != 1 || p.Offers[0].Skill != 9 {
			t.Errorf("of three profiles with two ids %d are there: %+v", pool.Len(), p)
		}
		if list := pool.Without("same").Without("same").Without("nobody").Rank(twice[1], Question{Limit: 9}); len(list) != 0 {
			t.Errorf("who left is shown: %+v", list)
		}
	}
}

func TestWeightsOutOfRangeAreRefusedInWords(t *testing.T) {
	heavy, unstated := HandSet(), HandSet()
	heavy.Skills, unstated.Unstated = math.MaxUint16, fullShare+1
	for _, w := range []Weights{{}, heavy, unstated} {
		if d, err := NewDefinition(nil, w); !errors.Is(err, ErrWeights) || d != nil || len(err.Error()) < 30 {
			t.Errorf("weights %+v give %v, %v", w, d, err)
		}
	}
	huge := make([]Skill, 100_000)
	for i := range huge {
		huge[i] = Skill(i)
	}
	if related := LearnRelated([][]Skill{huge, nil, {1}, {1, 1, 1}}, 1); len(related) != MaxSet {
		t.Errorf("of a set of a hundred thousand skills %d are read, not %d", len(related), MaxSet)
	}
}
