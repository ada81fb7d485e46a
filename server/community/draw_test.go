package community_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

// TestGivingUpAPlaceMovesOneUp shares places out among invented orders, takes one holder away after another, and holds the
// shares against each other: whoever else had a place keeps it, and exactly one more has one while anybody is left.
func TestGivingUpAPlaceMovesOneUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 12))
	for range 400 {
		order := make([]community.Contender, r.IntN(40))
		for i := range order {
			order[i] = community.Contender{Row: fmt.Sprint("row", i), Fits: r.IntN(3) == 0}
		}
		places := 1 + r.IntN(12)
		reserved := r.IntN(places + 1)
		before := community.Share(order, places, reserved)
		for len(order) > 0 {
			if len(before) != min(places, len(order)) {
				t.Fatalf("%d places, %d people: %d have one", places, len(order), len(before))
			}
			var gone string
			for _, c := range order {
				if _, has := before[c.Row]; has && r.IntN(2) == 0 {
					gone = c.Row
				}
			}
			if gone == "" {
				break
			}
			order = slices.DeleteFunc(slices.Clone(order), func(c community.Contender) bool { return c.Row == gone })
			after := community.Share(order, places, reserved)
			for row := range before {
				if _, has := after[row]; row != gone && !has {
					t.Fatalf("%s gave up a place, and %s lost theirs", gone, row)
				}
			}
			before = after
		}
	}
}

func TestReservedPlacesComeBesideThoseOfTheOrder(t *testing.T) {
	order := []community.Contender{{"a", true}, {"b", false}, {"c", false}, {"d", false}, {"e", true}, {"f", true}}
	given := community.Share(order, 4, 2)
	want := map[string]community.GivenBy{"a": community.ByOrder, "b": community.ByOrder, "e": community.ByReserved, "f": community.ByReserved}
	if fmt.Sprint(given) != fmt.Sprint(want) {
		t.Errorf("given %v, not %v", given, want)
	}
	if given := community.Share(order[:4], 4, 2); len(given) != 4 {
		t.Errorf("reserved places that fit nobody stay empty: %v", given)
	}
}

// TestEveryChangeToADrawIsNoticed changes one value after another of a public file.
func TestEveryChangeToADrawIsNoticed(t *testing.T) {
	s := readyToRead(t, 5, nil)
	s.ReadAll(t, s.p, func(int) int { return 3 })
	whole, err := json.Marshal(s.Draw(t, s.p))
	must(t, err)
	var values []string
	collect(t, whole, &values)
	if len(values) < 15 {
		t.Fatalf("only %d values to change", len(values))
	}
	for _, v := range values {
		fresh := strings.Map(func(r rune) rune {
			switch {
			case r >= '0' && r < '9', r >= 'a' && r < 'f':
				return r + 1
			case r == '9', r == 'f':
				return r - 1
			}
			return 'x'
		}, v)
		for at := 0; ; {
			next := strings.Index(string(whole[at:]), `"`+v+`"`)
			if next < 0 {
				break
			}
			at += next + 1
			changed := string(whole[:at]) + fresh + string(whole[at+len(v):])
			var f community.DrawFile
			if json.Unmarshal([]byte(changed), &f) == nil && f.Check() == nil && v != f.Result && !strings.Contains(changed, `"result":"`+fresh) {
				t.Errorf("%q was changed to %q and nobody noticed", v, fresh)
			}
		}
	}
}

// collect finds all texts of a document that are values.
func collect(t *testing.T, document []byte, into *[]string) {
	t.Helper()
	var walk func(any)
	walk = func(x any) {
		switch x := x.(type) {
		case map[string]any:
			for _, y := range x {
				walk(y)
			}
		case []any:
			for _, y := range x {
				walk(y)
			}
		case string:
			if !slices.Contains(*into, x) {
				*into = append(*into, x)
			}
		}
	}
	var whole any
	must(t, json.Unmarshal(document, &whole))
	walk(whole)
}
