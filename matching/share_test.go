package matching

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// However far somebody reads, to the end of any page, the promise holds; and with one list for all pages it would not.
func TestEveryPartOfAListKeepsItsFloor(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 0))
	parts, ends := []int{3, 9, 12}, []int{3, 12, 24}
	below := 0
	for range 300 {
		best, impact := crowd(40+r.IntN(100)), map[string]Impact{}
		for i := range best {
			best[i].Score = MaxPoints/4 + Points(r.IntN(int(MaxPoints/2)))
			impact[best[i].ID] = Impact(r.IntN(1<<30)) >> r.IntN(30)
		}
		slices.SortFunc(best, func(a, b Match) int { return int(b.Score) - int(a.Score) })
		l := ledger(t, 100, impact)
		list, err := l.ShareParts(best, parts, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(list.Matches) != 24 || len(list.Lambdas) != 3 || list.Kept < 900 {
			t.Fatalf("%d people, lambdas %v, keeps %s", len(list.Matches), list.Lambdas, list.Kept)
		}
		whole, err := l.Share(best, 24, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range ends {
			if kept := keptUpTo(list.Matches, best, end); kept < 0.9 {
				t.Fatalf("the first %d keep %.4f", end, kept)
			}
			if keptUpTo(whole.Matches, best, end) < 0.9 {
				below++
			}
		}
	}
	if below == 0 {
		t.Error("one list for all pages kept every floor too: nothing was tested")
	}
}

func keptUpTo(list, best []Match, end int) float64 {
	var shown, ideal float64
	for i := range end {
		shown += float64(ExposureAt(i+1)) * float64(list[i].Score)
		ideal += float64(ExposureAt(i+1)) * float64(best[i].Score)
	}
	return shown / ideal
}

func TestPartsEndWithThePeople(t *testing.T) {
	l := ledger(t, 100, nil)
	for people, want := range map[int]int{0: 0, 2: 2, 5: 5, 30: 12} {
		list, err := l.ShareParts(crowd(people), []int{3, 9}, nil)
		if err != nil || len(list.Matches) != want {
			t.Errorf("of %d people %d are shown, %v", people, len(list.Matches), err)
		}
	}
}

// The record of a list gives its order again.
func TestLambdaAndBoostsGiveTheOrderAgain(t *testing.T) {
	best, impact := crowd(60), map[string]Impact{}
	for i, m := range best {
		impact[m.ID] = Impact(i%7) << 20
	}
	l := ledger(t, 100, impact)
	list, err := l.Share(best, 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := func(m Match) uint64 {
		return uint64(m.Score) * (uint64(lambdaSteps-list.Lambdas[0])*one + uint64(list.Lambdas[0])*step(l.Step(m.ID)).boost())
	}
	if !slices.IsSortedFunc(list.Matches, func(a, b Match) int { return int(int64(key(b)>>20) - int64(key(a)>>20)) }) || list.Lambdas[0] == 0 {
		t.Errorf("lambda %v does not order %v", list.Lambdas, idsOf(list))
	}
}

func TestAHubMayConcedeAnotherShare(t *testing.T) {
	l := ledger(t, 100, map[string]Impact{"p000": 1 << 40, "p039": 0})
	none, err := l.Conceding(0)
	if err != nil {
		t.Fatal(err)
	}
	if list, err := none.Share(crowd(40), 5, nil); err != nil || list.Kept != fullShare {
		t.Errorf("without concession a list keeps %s, %v", list.Kept, err)
	}
	if list, err := l.Share(crowd(40), 5, nil); err != nil || list.Kept == fullShare {
		t.Errorf("the ledger itself concedes nothing any more: %s, %v", list.Kept, err)
	}
	if _, err := l.Conceding(MaxConcession + 1); !errors.Is(err, ErrAgreement) {
		t.Errorf("too much was conceded: %v", err)
	}
}

// A part of a pool ranks its members as the whole does.
func TestAPartOfAPoolRanksAsTheWhole(t *testing.T) {
	w := newWorld(21, 80)
	people := w.members(700)
	d := w.definition(t, people)
	pool := NewPool(d, people[:600])
	for _, p := range people[600:] {
		pool = pool.With(p)
	}
	pool = pool.Without(people[3].ID).Without(people[601].ID)
	some := func(id string) bool { return tag(id)%5 == 0 }
	part := pool.Among(some)
	if part.Len() < 80 || part.Len() > 250 {
		t.Fatalf("%d of %d are in the part", part.Len(), pool.Len())
	}
	for _, viewer := range people[:50] {
		q := Question{Limit: 20, Day: 3, Key: 9}
		got := part.AppendRank(nil, viewer, q)
		q.Allow = some
		if want := pool.AppendRank(nil, viewer, q); !slices.Equal(got, want) || len(got) == 0 {
			t.Fatalf("for %s: %v, not %v", viewer.ID, got, want)
		}
	}
}
