package matching

import (
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
)

// plainGivers is the definition of RankGivers without an index: everybody is
// scored, and who cannot help is struck out.
func plainGivers(d *Definition, call Profile, givers []Profile, q Question) []Match {
	helps := map[string]bool{}
	for _, g := range givers {
		room := slices.ContainsFunc(g.Needs, func(n Need) bool { return n.Skill == roomGiven && n.Weight > crumb })
		for _, n := range call.Needs {
			for _, o := range g.Offers {
				need := d.readNeed(n)
				helps[g.ID] = helps[g.ID] || room && need.similarity(o.Skill) > 0
			}
		}
	}
	allow := q.Allow
	q.Allow = func(id string) bool { return helps[id] && (allow == nil || allow(id)) }
	return told(d.Rank(call, givers, q), false)
}

// contestPairings asks random worlds for helpers, from the pool
// and from the definition, and returns how many lists differ.
func contestPairings(t testing.TB, r *rand.Rand, worlds, searches int, view func(Profile, int) Profile) (asked, differ int) {
	for range worlds {
		w := newDuel(t, r)
		var people, givers []Profile
		for _, m := range w.members {
			people = append(people, m.Profile)
		}
		for _, p := range people {
			givers = append(givers, Giver(p, r.IntN(FullRoom+2)-1))
		}
		pool := NewPool(w.definition, nil)
		for i := range givers { // into being by edits, some twice
			pool = pool.With(view(givers[i], i))
		}
		for range searches {
			skills := make([]Skill, r.IntN(4))
			for i := range skills {
				skills[i] = Skill(r.IntN(w.skills))
			}
			call := Call("call", w.profile("author"), skills...)
			q := Question{Limit: 1 + r.IntN(12), Day: r.Int32(), Key: r.Uint64()}
			if r.IntN(3) == 0 {
				q.Allow = func(id string) bool { return tag(id)%3 > 0 }
			}
			asked++
			if !reflect.DeepEqual(pool.RankGivers(call, q), plainGivers(w.definition, call, givers, q)) {
				differ++
			}
		}
	}
	return asked, differ
}

func asIs(p Profile, _ int) Profile { return p }

func TestGiversEqualTheDefinition(t *testing.T) {
	if asked, differ := contestPairings(t, rand.New(rand.NewPCG(1, 4)), 40, 10, asIs); differ > 0 {
		t.Errorf("%d of %d lists differ from the definition", differ, asked)
	}
	forgetful := func(p Profile, at int) Profile { // a pool that lost the room of every fifth
		if at%5 == 0 {
			p.Needs = nil
		}
		return p
	}
	if _, differ := contestPairings(t, rand.New(rand.NewPCG(1, 4)), 40, 10, forgetful); differ == 0 {
		t.Error("a pool that forgets who has room equals the definition too: nothing was compared")
	}
}

func TestProveMatchingPairings(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	asked, differ := contestPairings(t, rand.New(rand.NewPCG(7, 4)), 500, 20, asIs)
	fmt.Printf("figure matching-pairings-searches %d searches bar 10000\n", asked)
	fmt.Printf("figure matching-pairings-differences %d lists bar 0\n", differ)
	if differ > 0 || asked < 10000 {
		t.Errorf("%d of %d lists differ", differ, asked)
	}
}

// Whatever the pairing, reasons are the score: nothing counts that is not told.
func TestPairingsAreExplainedByTheirOwnArithmetic(t *testing.T) {
	w := newWorld(5, 30)
	people := w.members(120)
	d := w.definition(t, people)
	var givers, calls []Profile
	for i, p := range people {
		givers = append(givers, Giver(p, 1+i%FullRoom))
		calls = append(calls, Call(fmt.Sprintf("call-%d", i), p, w.draw(p.Sector), w.draw(p.Sector)))
	}
	lists := map[string][]Match{
		"givers": NewPool(d, givers).RankGivers(calls[3], Question{Limit: 50}),
		"calls":  d.RankCalls(givers[9], calls, Question{Limit: 50}),
		"doors":  d.RankDoors(people[9], givers, Question{Limit: 50}),
	}
	for name, list := range lists {
		if len(list) < 5 {
			t.Errorf("only %d %s", len(list), name)
		}
		for _, m := range list {
			if m.Score != m.Reasons.Score() {
				t.Errorf("%s: %s scores %d, and the reasons make %d", name, m.ID, m.Score, m.Reasons.Score())
			}
			for _, side := range []Benefit{m.Reasons.ForViewer, m.Reasons.ForCandidate} {
				if sum := sumOf(side.Terms); sum != side.Points || side.Covered() > side.Needs {
					t.Errorf("%s: terms of %s sum to %d of %d, %d of %d needs", name, m.ID, sum, side.Points, side.Covered(), side.Needs)
				}
			}
		}
	}
}

func sumOf(terms []Term) (sum Points) {
	for _, t := range terms {
		sum += t.Points
	}
	return sum
}

func TestPairingsTakeWhateverTheyAreGiven(t *testing.T) {
	d := definition(t, nil)
	crowd := make([]Skill, 10_000)
	var needs []Need
	for i := range crowd {
		crowd[i] = Skill(i)
		needs = append(needs, Need{Skill(i), 9})
	}
	if got := Call("c", Profile{}, crowd...); len(got.Needs) != MaxNeeds {
		t.Errorf("a call with ten thousand skills keeps %d", len(got.Needs))
	}
	full := Giver(Profile{ID: "g", Needs: needs, Offers: []Offer{{3, Able}}}, 99)
	if len(full.Needs) != MaxNeeds || !slices.ContainsFunc(full.Needs, func(n Need) bool { return n.Skill == roomGiven }) {
		t.Errorf("with ten thousand needs there is no place for room: %v", full.Needs)
	}
	for name, list := range map[string][]Match{
		"nobody there":  NewPool(d, nil).RankGivers(Call("c", Profile{}, 3), Question{Limit: 5}),
		"unknown skill": NewPool(d, []Profile{full}).RankGivers(Call("c", Profile{}, 1<<31), Question{Limit: 5}),
		"no skill":      NewPool(d, []Profile{full}).RankGivers(Call("c", Profile{}), Question{Limit: 5}),
		"no calls":      d.RankCalls(full, nil, Question{Limit: 5}),
		"no doors":      d.RankDoors(Profile{}, nil, Question{Limit: 5}),
		"none taken":    NewPool(d, []Profile{Mentor(Profile{ID: "m"}, []Skill{3}, 1, 0)}).RankGivers(Call("c", Profile{}, 3), Question{Limit: 5}),
	} {
		if len(list) != 0 {
			t.Errorf("%s: %v", name, list)
		}
	}
	if got := NewPool(d, []Profile{full}).RankGivers(Call("c", Profile{}, 3), Question{Limit: 5}); len(got) != 1 {
		t.Errorf("one member who can help is not found: %v", got)
	}
}

func TestAllYieldsEverybodyOnce(t *testing.T) {
	w := newWorld(8, 40)
	pool, want := NewPool(w.definition(t, nil), w.members(90)), map[string]Profile{}
	for i := range 20 {
		pool = pool.With(w.established(fmt.Sprintf("old-%05d", 3*i+1))).Without(fmt.Sprintf("new-%05d", 10*(i%4)))
	}
	for p := range pool.All() {
		if _, twice := want[p.ID]; twice {
			t.Errorf("%s comes twice", p.ID)
		}
		want[p.ID] = p
	}
	if len(want) != pool.Len() {
		t.Errorf("%d of %d came", len(want), pool.Len())
	}
	for id, p := range want {
		if got, found := pool.Get(id); !found || !reflect.DeepEqual(got, p) {
			t.Errorf("%s came as %+v and is %+v", id, p, got)
		}
	}
}
