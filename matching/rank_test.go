package matching

import (
	"fmt"
	"hash/fnv"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"strings"
	"testing"
)

// TestRankEqualsTheFormula compares lists with the formula stated once more,
// independently: big numbers, maps, a full sort, and no shortcut.
func TestRankEqualsTheFormula(t *testing.T) {
	listed := 0
	for seed := range uint64(300) {
		w := newWorld(seed, 12+int(seed%5)*60)
		profiles := w.members(1 + w.random.IntN(80))
		for i := range profiles {
			forget(w.random, &profiles[i])
		}
		related := randomRelated(w)
		weights := randomWeights(w.random)
		d, err := NewDefinition(related, weights)
		if err != nil {
			t.Fatal(err)
		}
		pool := NewPool(d, profiles)
		for range 8 {
			viewer := profiles[w.random.IntN(len(profiles))]
			if w.random.IntN(2) == 0 { // with needs that the pool does not know
				viewer.Needs = append(slices.Clone(viewer.Needs), Need{Skill: w.draw(1), Weight: 2})
			}
			hidden := profiles[w.random.IntN(len(profiles))].ID
			q := Question{
				Limit: w.random.IntN(30), Day: int32(w.random.IntN(9) - 4), Key: w.random.Uint64(),
				Allow: func(id string) bool { return id != hidden },
			}
			want := restated{related, weights}.rank(viewer, profiles, q)
			got := brief(pool.Rank(viewer, q))
			if !slices.Equal(got, want) {
				t.Fatalf("world %d, %s asks %+v:\ngot  %v\nwant %v", seed, viewer.ID, q, got, want)
			}
			listed += len(got)
		}
	}
	if listed < 10_000 {
		t.Errorf("only %d matches were compared; the worlds are too poor to mean anything", listed)
	}
}

// line is a match without its reasons.
type line struct {
	id    string
	score Points
}

func brief(matches []Match) []line {
	var lines []line
	for _, m := range matches {
		lines = append(lines, line{m.ID, m.Score})
	}
	return lines
}

// restated is the formula of the package comment, in other words.
type restated struct {
	related Related
	weights Weights
}

func (r restated) rank(viewer Profile, everybody []Profile, q Question) []line {
	var lines []line
	ties := make(map[string]uint64)
	for _, p := range everybody {
		strangers := p.Languages > 0 && viewer.Languages > 0 && p.Languages&viewer.Languages == 0
		if p.ID == viewer.ID || !q.Allow(p.ID) || strangers {
			continue
		}
		u, v := r.benefit(viewer, p), r.benefit(p, viewer)
		sum := new(big.Int).Add(u, v)
		if u.Sign() == 0 || v.Sign() == 0 {
			continue
		}
		product := new(big.Int).Mul(u, v)
		score := product.Mul(product, big.NewInt(2)).Div(product, sum)
		lines = append(lines, line{p.ID, Points(score.Uint64())})
		ties[p.ID] = mix(mix(mix(q.Key^uint64(uint32(q.Day)))^fnv1a(viewer.ID)) ^ fnv1a(p.ID))
	}
	sort.Slice(lines, func(a, b int) bool {
		x, y := lines[a], lines[b]
		if x.score != y.score {
			return x.score > y.score
		}
		if ties[x.id] != ties[y.id] {
			return ties[x.id] < ties[y.id]
		}
		return x.id < y.id
	})
	return lines[:min(len(lines), q.Limit)]
}

func fnv1a(id string) uint64 {
	hash := fnv.New64a()
	hash.Write([]byte(id))
	return hash.Sum64()
}

func (r restated) benefit(i, j Profile) *big.Int {
	distance := int(i.Stage) - int(j.Stage)
	return total(
		r.coverage(i, j),
		share(r.weights.Causes, bits.OnesCount32(i.Causes&j.Causes), max(1, bits.OnesCount32(i.Causes))),
		share(r.weights.Sector, halves(stated(i.Sector, j.Sector), stated(i.Family, j.Family)), 2),
		share(r.weights.Stage, halves(i.Stage > 0 && j.Stage > 0 && distance*distance <= 1, false), 2),
		share(r.weights.Hours, min(16, bits.OnesCount64(i.Hours&j.Hours)), 16),
		share(r.weights.Place, halves(stated(i.Hub, j.Hub), stated(i.Region, j.Region)), 2),
		share(r.weights.Time, int(min(j.HoursPerWeek, 8)), 8),
	)
}

func (r restated) coverage(i, j Profile) *big.Int {
	if len(i.Needs) == 0 {
		return total(big.NewInt(int64(r.weights.Skills) * int64(r.weights.Unstated) * 61_440 / 1000))
	}
	sum := new(big.Int)
	for _, n := range normalNeeds(i.Needs) {
		helps := map[Skill]int{}
		for _, s := range r.related[n.Skill] {
			helps[s.Skill] = int(s.Sixteenths)
		}
		helps[n.Skill] = 16
		best := 0
		for _, o := range j.Offers {
			best = max(best, helps[o.Skill]*int(o.Level))
		}
		sum.Add(sum, big.NewInt(int64(r.weights.Skills)*int64(n.Weight)*int64(best)))
	}
	return sum
}

func stated[T uint8 | uint32](a, b T) bool { return a == b && a > 0 }

func halves(whole, half bool) int {
	switch {
	case whole:
		return 2
	case half:
		return 1
	}
	return 0
}

func share(weight uint16, num, den int) *big.Int {
	x := big.NewInt(int64(weight) * 61_440)
	return x.Mul(x, big.NewInt(int64(num))).Div(x, big.NewInt(int64(den)))
}

func total(terms ...*big.Int) *big.Int {
	sum := new(big.Int)
	for _, t := range terms {
		sum.Add(sum, t)
	}
	return sum
}

// forget leaves one field of most profiles unstated.
func forget(r *rand.Rand, p *Profile) {
	switch r.IntN(9) {
	case 0:
		p.Languages = 0
	case 1:
		p.Hub = 0
	case 2:
		p.Hub, p.Region = 0, 0
	case 3:
		p.Sector = 0
	case 4:
		p.Sector, p.Family = 0, 0
	case 5:
		p.Hours = 0
	case 6:
		p.Causes = 0
	case 7:
		p.Offers = nil
	}
}

// randomRelated relates each skill to up to MaxRelated others.
func randomRelated(w *world) Related {
	related := make(Related)
	for s := range len(w.skills.upTo) {
		others := w.random.Perm(len(w.skills.upTo))[:w.random.IntN(MaxRelated+1)]
		for _, o := range others {
			if o != s {
				related[Skill(s)] = append(related[Skill(s)], Similar{Skill(o), uint8(1 + w.random.IntN(MaxSimilarity))})
			}
		}
	}
	return related
}

// randomWeights cuts a thousand in seven.
func randomWeights(r *rand.Rand) Weights {
	cuts := []int{0, 1000}
	for range 6 {
		cuts = append(cuts, r.IntN(1001))
	}
	slices.Sort(cuts)
	width := func(i int) uint16 { return uint16(cuts[i+1] - cuts[i]) }
	return Weights{
		Skills: width(0), Causes: width(1), Sector: width(2), Stage: width(3), Hours: width(4),
		Place: width(5), Time: width(6), Unstated: uint16(r.IntN(1001)),
	}
}

// choir is a community of people who are equally good matches for anyone who
// sings with them.
func choir(n int) []Profile {
	singers := make([]Profile, n)
	for i := range singers {
		singers[i] = Profile{ID: fmt.Sprintf("singer-%02d", i), Causes: 1, HoursPerWeek: 1}
	}
	return singers
}

func TestTiesTurnOverByDayAndFavourNoID(t *testing.T) {
	const days, singers, shown = 2000, 20, 5
	pool := NewPool(definition(t, nil), choir(singers))
	viewer := Profile{ID: "conductor", Causes: 1, HoursPerWeek: 1}
	seen := make(map[string]int)
	for day := range int32(days) {
		for _, m := range pool.Rank(viewer, Question{Limit: shown, Day: day, Key: 7}) {
			seen[m.ID]++
		}
	}
	// Everybody is expected 500 times, with a standard deviation of 19.
	for _, p := range choir(singers) {
		if got := seen[p.ID]; got < 400 || got > 600 {
			t.Errorf("%s was shown on %d of %d days, want about %d", p.ID, got, days, days*shown/singers)
		}
	}
}

func TestTiesDependOnTheViewerAndTheKey(t *testing.T) {
	pool := NewPool(definition(t, nil), choir(20))
	order := func(id string, key uint64) []line {
		return brief(pool.Rank(Profile{ID: id, Causes: 1, HoursPerWeek: 1}, Question{Limit: 20, Key: key}))
	}
	if !slices.Equal(order("ada", 1), order("ada", 1)) {
		t.Error("the same question had two answers")
	}
	if slices.Equal(order("ada", 1), order("ben", 1)) {
		t.Error("two viewers see ties in the same order")
	}
	if slices.Equal(order("ada", 1), order("ada", 2)) {
		t.Error("two keys give ties the same order")
	}
}

func TestShorterListIsTheBeginningOfTheLongerOne(t *testing.T) {
	w := newWorld(3, 100)
	profiles := w.members(300)
	pool := NewPool(w.definition(t, profiles), profiles)
	whole := pool.Rank(profiles[1], Question{Limit: 1000})
	if len(whole) < 100 {
		t.Fatalf("only %d matches: too few to cut", len(whole))
	}
	for _, limit := range []int{-1, 0, 1, 2, 50, len(whole) - 1, len(whole)} {
		got := pool.Rank(profiles[1], Question{Limit: limit})
		if !slices.Equal(brief(got), brief(whole[:max(0, limit)])) {
			t.Errorf("a list of %d is not the beginning of the whole", limit)
		}
	}
}

func TestViewerIsTakenAsPassedAndNeverLookedUp(t *testing.T) {
	const law, code = 1, 2
	rosa := Profile{ID: "rosa", Offers: []Offer{{code, Able}}}
	sami := Profile{ID: "sami", Offers: []Offer{{law, Able}}, Needs: EvenNeeds(code)}
	pool := NewPool(definition(t, nil), []Profile{rosa, sami})

	secretly := rosa
	secretly.Needs = EvenNeeds(law)
	seen := pool.Rank(secretly, Question{Limit: 5})
	if len(seen) != 1 || seen[0].Reasons.ForViewer.Covered() != 1 {
		t.Fatalf("a private need does not steer its owner's list: %+v", seen)
	}
	before := pool.Rank(sami, Question{Limit: 5})
	if len(before) != 1 || before[0].Reasons.ForCandidate.Needs != 0 {
		t.Errorf("a private need reached somebody else: %+v", before)
	}
	if after := pool.Rank(sami, Question{Limit: 5}); !reflect.DeepEqual(before, after) {
		t.Error("asking changed somebody else's list")
	}
}

func TestAllowIsObeyedHoweverGoodTheMatch(t *testing.T) {
	w := newWorld(5, 60)
	profiles := w.members(100)
	pool := NewPool(w.definition(t, profiles), profiles)
	best := pool.Rank(profiles[1], Question{Limit: 3})
	if len(best) != 3 {
		t.Fatal("nobody to leave out")
	}
	got := pool.Rank(profiles[1], Question{Limit: 3, Allow: func(id string) bool { return id != best[0].ID }})
	if got[0].ID != best[1].ID || got[1].ID != best[2].ID {
		t.Errorf("without %s the list is %v", best[0].ID, brief(got))
	}
	nobody := func(string) bool { return false }
	if got := pool.Rank(profiles[1], Question{Limit: 3, Allow: nobody}); len(got) != 0 {
		t.Errorf("nobody is allowed, yet %v", brief(got))
	}
}

// TestNewcomersAreShownAsOftenAsOthers holds the calibration of kappa, and shows
// that another kappa would not do.
func TestNewcomersAreShownAsOftenAsOthers(t *testing.T) {
	for _, c := range []struct {
		skills, members int
		kappa           uint16
		least, most     float64
	}{
		{2000, 6000, Unstated, 0.8, 1.3},
		{3000, networkSize, Unstated, 0.8, 1.3},
		{300, 2000, 200, 0.8, 1.3},
		{2000, 6000, 350, 4, 8},
		{2000, 6000, 0, 0, 0.5},
	} {
		got := exposureOfNewcomers(t, c.skills, c.members, c.kappa)
		if got < c.least || got > c.most {
			t.Errorf("%+v: newcomers are shown %.2f times as often as others", c, got)
		}
	}
}

// exposureOfNewcomers is how often newcomers are in lists of ten, per head and
// relative to the others.
func exposureOfNewcomers(t *testing.T, skills, members int, kappa uint16) float64 {
	const viewers = 200
	w := newWorld(1, skills)
	profiles := w.members(members)
	d := w.definition(t, profiles)
	d.weights.Unstated = kappa
	pool := NewPool(d, profiles)
	newcomers, others := 0, 0
	// The step is prime to the rhythm of ten in which newcomers are generated,
	// so that one viewer in ten is a newcomer too.
	for v := range viewers {
		viewer := profiles[v*(members/viewers/10*10+1)%members]
		for _, m := range pool.Rank(viewer, Question{Limit: 10}) {
			if strings.HasPrefix(m.ID, "new") {
				newcomers++
			} else {
				others++
			}
		}
	}
	return 9 * float64(newcomers) / float64(others)
}

func TestScopeNarrowsTheList(t *testing.T) {
	const here, there = 1, 2
	singer := func(id string, hub, region uint32, languages uint64) Profile {
		return Profile{ID: id, Causes: 1, HoursPerWeek: 1, Hub: hub, Region: region, Languages: languages}
	}
	pool := NewPool(definition(t, nil), []Profile{
		singer("ada", here, 7, 1), singer("ben", there, 7, 2), singer("cem", there, 9, 1), singer("dua", 0, 0, 0),
	})
	viewer := Profile{ID: "conductor", Causes: 1, HoursPerWeek: 1}
	for _, c := range []struct {
		within Scope
		want   []string
	}{
		{Scope{}, []string{"ada", "ben", "cem", "dua"}},
		{Scope{Hub: here}, []string{"ada"}},
		{Scope{Hub: there}, []string{"ben", "cem"}},
		{Scope{Region: 7}, []string{"ada", "ben"}},
		{Scope{Hub: there, Languages: 1}, []string{"cem"}},
		{Scope{Languages: 4}, nil},
	} {
		var got []string
		for _, m := range pool.Rank(viewer, Question{Limit: 9, Within: c.within}) {
			got = append(got, m.ID)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("within %+v: %v, want %v", c.within, got, c.want)
		}
	}
}
