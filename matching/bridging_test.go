package matching

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
)

func TestBridgesJoinSeparateCirclesBothOfWhomGain(t *testing.T) {
	w := newWorld(11, 30)
	people := w.members(200)
	pool := NewPool(w.definition(t, people), people)
	var from []string
	for _, p := range people[:60] {
		from = append(from, p.ID)
	}
	circle := func(id string) int { return int(tag(id) % 3) }
	separate := func(a, b string) bool { return circle(a) != circle(b) }
	q := Question{Limit: 20, Day: 3, Key: 9}
	bridges := pool.Bridges(from, separate, q)
	if len(bridges) < 20 {
		t.Fatalf("only %d bridges: nothing is tested", len(bridges))
	}
	seen := map[string]bool{}
	for i, b := range bridges {
		pair := fmt.Sprint(min(b.A, b.B), max(b.A, b.B))
		if seen[pair] || !separate(b.A, b.B) || !mutual(b.Reasons) || !slices.Contains(from, b.A) {
			t.Errorf("%s and %s: again %v, separate %v, mutual %v", b.A, b.B, seen[pair], separate(b.A, b.B), mutual(b.Reasons))
		}
		if seen[pair] = true; i > 0 && b.Score > bridges[i-1].Score {
			t.Errorf("bridge %d is better than the one before", i)
		}
	}
	if again := pool.Bridges(from, separate, q); !reflect.DeepEqual(bridges, again) {
		t.Error("the same question has another answer")
	}
	if none := pool.Bridges(append(from, "nobody"), func(string, string) bool { return false }, q); len(none) != 0 {
		t.Errorf("%d bridges within one circle", len(none))
	}
}

func TestNobodyIsInTwoOfTheChosenBridges(t *testing.T) {
	list := []Bridge{{A: "a", B: "b"}, {A: "b", B: "c"}, {A: "c", B: "d"}, {A: "e", B: "f"}, {A: "g", B: "h"}}
	keep := func(b Bridge) bool { return b.A != "e" }
	if got := Apiece(list, keep, 2); len(got) != 2 || got[0].B != "b" || got[1].B != "d" {
		t.Errorf("chosen %v", got)
	}
	if got := Apiece(list, keep, 9); len(got) != 3 {
		t.Errorf("chosen %v", got)
	}
	if got := Apiece(list, keep, 0); len(got) != 0 {
		t.Errorf("none were asked for, %v chosen", got)
	}
}
