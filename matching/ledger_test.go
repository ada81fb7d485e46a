package matching

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestExposureIsTheInverseOfTheLogarithm(t *testing.T) {
	for _, rank := range []int{1, 2, 3, 9, 10, 50, 199, 200, 4096, 1 << 40} {
		want := one / math.Log2(float64(rank)+1)
		if got := float64(ExposureAt(rank)); math.Abs(got-want) > 1.5 {
			t.Errorf("rank %d is seen %v, want %.2f", rank, got, want)
		}
	}
	if ExposureAt(1) != one || ExposureAt(0) != 0 || ExposureAt(-3) != 0 {
		t.Error("the first place is not whole, or there are places before it")
	}
}

func TestBoostsAreQuarterOctaves(t *testing.T) {
	for s := step(-maxSteps); s <= maxSteps; s++ {
		want := one * math.Exp2(float64(s)/stepsPerOctave)
		if got := float64(s.boost()); math.Abs(got-want) > 1.01 {
			t.Errorf("step %d boosts by %v, want %.1f", s, got, want)
		}
	}
	const mean = 1_000_000
	for _, i := range []Impact{0, 1, 999, 30_000, 400_000, mean, 3 * mean, 77 * mean, 1000 * mean, maxImpact, math.MaxUint64} {
		ratio := (mean + mean/cushion) / (math.Min(float64(i), float64(maxImpact)) + mean/cushion)
		want := min(max(math.Round(2*math.Log2(ratio)), -maxSteps), maxSteps)
		if got := float64(stepFor(i, mean)); got != want {
			t.Errorf("impact %d of mean %d is step %v, want %v", i, Impact(mean), got, want)
		}
	}
}

func ledger(t testing.TB, concession Thousandths, impact map[string]Impact) *Ledger {
	t.Helper()
	l, err := NewLedger(Agreement{Concession: concession, Memory: 800}, impact)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// crowd are n candidates whose scores fall slowly.
func crowd(n int) []Match {
	best := make([]Match, n)
	for i := range best {
		best[i] = Match{ID: fmt.Sprintf("p%03d", i), Score: MaxPoints/2 - Points(i)*100_000}
	}
	return best
}

func idsOf(list List) (ids []string) {
	for _, m := range list.Matches {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestWithoutConcessionTheListIsTheBestOne(t *testing.T) {
	best := crowd(40)
	unseen := ledger(t, 0, map[string]Impact{"p000": 1 << 40, "p039": 0})
	list, err := unseen.Share(best, 5, nil)
	if err != nil || list.Kept != fullShare || !slices.Equal(idsOf(list), []string{"p000", "p001", "p002", "p003", "p004"}) {
		t.Errorf("the list is %v, keeps %s, %v", idsOf(list), list.Kept, err)
	}
}

func TestWhoeverWasNotShownIsShownAndTheFloorHolds(t *testing.T) {
	best := crowd(200)
	impact := map[string]Impact{}
	for i, m := range best {
		impact[m.ID] = Impact(200-i) << 20
	}
	impact["p030"] = 0
	list, err := ledger(t, 100, impact).Share(best, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(idsOf(list), "p030") || list.Kept < 900 {
		t.Errorf("the list keeps %s and is %v", list.Kept, idsOf(list))
	}
	// Somebody whom the ledger has never heard of is somebody never shown.
	delete(impact, "p030")
	if again, err := ledger(t, 100, impact).Share(best, 10, nil); err != nil || !slices.Contains(idsOf(again), "p030") {
		t.Errorf("somebody new does not get a turn: %v, %v", idsOf(again), err)
	}
}

// TestEveryListKeepsItsFloorAndIsTheFairestAllowed restates the choice on
// random ledgers and candidates in floating point and full sorts.
func TestEveryListKeepsItsFloorAndIsTheFairestAllowed(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	moved := 0
	for range 400 {
		best, impact := crowd(r.IntN(201)), map[string]Impact{}
		for i := range best {
			best[i].Score = Points(r.IntN(int(MaxPoints))) + 1
			impact[best[i].ID] = Impact(r.IntN(1<<30)) >> r.IntN(30)
		}
		slices.SortFunc(best, func(a, b Match) int { return int(b.Score) - int(a.Score) })
		concession, limit := Thousandths(r.IntN(int(MaxConcession)+1)), r.IntN(21)
		l := ledger(t, concession, impact)
		list, err := l.Share(best, limit, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Matches) != min(limit, len(best)) {
			t.Fatalf("%d of %d people in a list of %d", len(list.Matches), len(best), limit)
		}
		if want := fairestByHand(l, best, limit); !slices.Equal(idsOf(list), want) {
			t.Fatalf("the list is %v, want %v", idsOf(list), want)
		}
		if len(best) > 0 && limit > 0 && list.Kept < fullShare-concession {
			t.Fatalf("a list keeps %s at a concession of %s", list.Kept, concession)
		}
		if list.Kept < fullShare {
			moved++
		}
	}
	if moved < 200 {
		t.Errorf("only %d of 400 lists gave anybody a turn: nothing was tested", moved)
	}
}

// fairestByHand tries every lambda, from the largest down.
func fairestByHand(l *Ledger, best []Match, limit int) []string {
	n := min(limit, len(best))
	quality := func(list []Match) (q float64) {
		for i := range n {
			q += float64(ExposureAt(i+1)) * float64(list[i].Score)
		}
		return q
	}
	for lambda := lambdaSteps; ; lambda-- {
		order := slices.Clone(best)
		share := float64(lambda) / lambdaSteps
		key := func(m Match) float64 {
			return float64(m.Score) * (1 - share + share*float64(l.step(m.ID).boost())/one)
		}
		slices.SortStableFunc(order, func(a, b Match) int {
			switch ka, kb := key(a), key(b); {
			case ka > kb:
				return -1
			case ka < kb:
				return 1
			}
			return 0
		})
		if lambda == 0 || quality(order)*fullShare >= quality(best)*float64(fullShare-l.agreement.Concession) {
			return idsOf(List{Matches: order[:n]})
		}
	}
}

func TestAListBelowItsFloorIsRefused(t *testing.T) {
	best := crowd(20)
	last := List{Matches: slices.Clone(best[15:])}
	if _, err := verify(last, []int{5}, best, nil, 20); !errors.Is(err, ErrFloor) {
		t.Errorf("the five worst of twenty were taken for a good list: %v", err)
	}
	if _, err := verify(List{Matches: best[:5]}, []int{5}, best, nil, 0); err != nil {
		t.Errorf("the best list was refused: %v", err)
	}
	full := func(id string) int { return map[bool]int{true: 0, false: 1}[id == "p001"] }
	if _, err := verify(List{Matches: best[:5]}, []int{5}, best, full, 100); !errors.Is(err, ErrFloor) {
		t.Errorf("somebody without room was named: %v", err)
	}
	twice := append(slices.Clone(best[:3]), best[2:]...)
	if _, err := ledger(t, 0, nil).Share(twice, 5, nil); !errors.Is(err, ErrCandidates) {
		t.Errorf("somebody stands in one list twice: %v", err)
	}
	slices.Reverse(best)
	if _, err := ledger(t, 0, nil).Share(best, 5, nil); !errors.Is(err, ErrCandidates) {
		t.Errorf("candidates in the wrong order: %v", err)
	}
	if _, err := ledger(t, 0, nil).Share(make([]Match, MaxCandidates+1), 5, nil); !errors.Is(err, ErrCandidates) {
		t.Errorf("too many candidates: %v", err)
	}
}

func TestNobodyIsProposedToMorePeopleThanTheyHaveRoomFor(t *testing.T) {
	best := crowd(12)
	room := map[string]int{}
	for i, m := range best {
		room[m.ID] = i % 4 // every fourth has none
	}
	proposed := map[string]int{}
	l, left := ledger(t, 100, nil), maps.Clone(room)
	for range 6 {
		list, err := l.Share(best, 4, func(id string) int { return left[id] })
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list.Matches {
			proposed[m.ID]++
			left[m.ID]--
		}
	}
	// Room for 18 in all, of 24 places: each is used, nobody's twice.
	if !maps.Equal(proposed, withoutZeros(room)) {
		t.Errorf("proposed %v, room %v", proposed, room)
	}
}

func withoutZeros(m map[string]int) map[string]int {
	some := maps.Clone(m)
	maps.DeleteFunc(some, func(_ string, n int) bool { return n == 0 })
	return some
}

func TestARoundFadesAddsAndForgets(t *testing.T) {
	l := ledger(t, 100, map[string]Impact{"amara": 1000, "binta": 500, "chen": 9})
	round := NewTally()
	list := []Match{{ID: "binta", Score: 100}, {ID: "dana", Score: 100}, {ID: "gone", Score: 70}}
	for _, viewer := range []string{"amara", "amara", "esra"} { // looking twice counts once
		if err := round.Add(viewer, list); err != nil {
			t.Fatal(err)
		}
	}
	next := l.Next(round, []string{"amara", "binta", "dana", "noor"})
	want := map[string]Impact{"amara": 800, "binta": 400 + 2*100, "dana": 2 * 63, "noor": 0}
	if got := next.Impacts(); !maps.Equal(got, want) {
		t.Errorf("the round left %v, want %v", got, want)
	}
	if !next.Due("noor") || !next.Due("somebody new") || next.Due("amara") || l.Due("binta") || !l.Due("chen") {
		t.Error("the wrong people are due")
	}
	again, err := NewLedger(next.Agreement(), next.Impacts())
	if err != nil || !reflect.DeepEqual(again, next) {
		t.Errorf("the ledger made from what was kept is another one: %v", err)
	}
	if erased := next.Without("dana"); len(erased.Impacts()) != 3 || len(next.Impacts()) != 4 || erased.step("dana") != erased.unseen {
		t.Error("an erased member left a row, or the former ledger changed")
	}
}

func TestTalliesRefuseWhatWasNeverShown(t *testing.T) {
	round := NewTally()
	if err := round.Add("amara", []Match{{ID: "binta", Score: MaxPoints + 1}}); !errors.Is(err, ErrTally) {
		t.Errorf("a score that cannot be was counted: %v", err)
	}
	if err := round.Add("amara", make([]Match, MaxCandidates+1)); !errors.Is(err, ErrTally) {
		t.Errorf("an endless list was counted: %v", err)
	}
	if err := round.Add("amara", []Match{{ID: "binta", Score: 8}}); err != nil || round.impact["binta"] != 8 {
		t.Errorf("the refused lists took the turn of the right one: %v", err)
	}
}

func TestAnEmptyNetworkAndHugeImpactsAreNoTrouble(t *testing.T) {
	empty := ledger(t, 100, nil).Next(NewTally(), nil)
	if list, err := empty.Share(nil, 10, nil); err != nil || len(list.Matches) != 0 || list.Kept != fullShare {
		t.Errorf("the empty network has the list %v, %v", list, err)
	}
	huge := map[string]Impact{"amara": math.MaxUint64, "binta": math.MaxUint64, "chen": math.MaxUint64, "noor": 0}
	l := ledger(t, 100, huge).Next(NewTally(), slices.Collect(maps.Keys(huge)))
	if !l.Due("noor") || l.step("amara") >= 0 {
		t.Errorf("boosts beside huge impacts: %v", l.steps)
	}
	if list, err := l.Share(crowd(3), -1, nil); err != nil || len(list.Matches) != 0 {
		t.Errorf("a list of less than nothing: %v, %v", list, err)
	}
}

func TestAgreementsAreReadExactlyOrRefused(t *testing.T) {
	for text, want := range map[string]Thousandths{"0": 0, "0.1": 100, "0.05": 50, "0.125": 125, "0.500": 500} {
		var a Agreement
		if err := json.Unmarshal([]byte(`{"concession":`+text+`,"memory":0.8}`), &a); err != nil || a.Concession != want || a.Check() != nil {
			t.Errorf("%s was read as %s, %v", text, a.Concession, err)
		}
		if again, err := json.Marshal(a); err != nil || json.Unmarshal(again, &a) != nil || a.Concession != want {
			t.Errorf("%s was written as %s, %v", text, again, err)
		}
	}
	for _, text := range []string{"NaN", `"NaN"`, "Infinity", "-Infinity", "1e-1", "1E400", "-0.1", "0.0001", "1.001", "2", "10", "null", `""`, "0x1", "true", "[]", "{}", "+0.1", ".1", "0.", "0.1.0", "999999999999999999999"} {
		var a Agreement
		if err := json.Unmarshal([]byte(`{"concession":`+text+`}`), &a); err == nil {
			t.Errorf("%s was read as %s", text, a.Concession)
		}
		if err := new(Thousandths).UnmarshalJSON([]byte(text)); !errors.Is(err, ErrAgreement) || !strings.Contains(err.Error(), "such as 0.1") {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, a := range []Agreement{{Concession: 501}, {Concession: 1000}, {Memory: 991}, {Memory: 65535}} {
		if _, err := NewLedger(a, nil); !errors.Is(err, ErrAgreement) {
			t.Errorf("%+v was accepted: %v", a, err)
		}
	}
}

func TestALedgerServesManyAtOnce(t *testing.T) {
	l := ledger(t, 100, map[string]Impact{"p000": 1 << 40, "p005": 0})
	best := crowd(50)
	want, err := l.Share(best, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 50 {
				if got, err := l.Share(best, 10, nil); err != nil || !slices.Equal(idsOf(got), idsOf(want)) {
					t.Errorf("%v, %v", idsOf(got), err)
				}
				_ = l.Impacts()
				_ = l.Without("p000")
				_ = l.Next(NewTally(), []string{"p000"})
				_ = l.Due("p005")
				_ = l.Agreement()
			}
		})
	}
	readers.Wait()
}

func BenchmarkShare(b *testing.B) {
	impact := map[string]Impact{}
	best := crowd(Candidates)
	for i, m := range best {
		impact[m.ID] = Impact(Candidates-i) << 20
	}
	l := ledger(b, 100, impact)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Share(best, 10, nil); err != nil {
			b.Fatal(err)
		}
	}
}
