package quilt_test

import (
	"fmt"
	"strings"
	"testing"

	"longtable/frontend/quilt"
)

func TestABlockIsForEver(t *testing.T) {
	got := quilt.For("amara-okafor")
	if got != quilt.For("amara-okafor") {
		t.Error("the same id was drawn twice in different ways")
	}
	want := quilt.Block{Ground: 7, First: 3, Second: 0}
	if got.Ground != want.Ground || got.First != want.First || got.Second != want.Second {
		t.Errorf("people know their block: it was %v and is %v", want, got)
	}
}

func TestPeopleGetDifferentBlocks(t *testing.T) {
	const people = 2000
	blocks := map[quilt.Block]int{}
	grounds := map[int]int{}
	for i := range people {
		b := quilt.For(fmt.Sprintf("member-%d", i))
		blocks[b]++
		grounds[b.Ground]++
		if b.Ground == b.First || b.Ground == b.Second {
			t.Fatalf("member-%d has a piece in the colour of its ground: %v", i, b)
		}
	}
	if len(blocks) < people*3/4 {
		t.Errorf("%d people have only %d blocks", people, len(blocks))
	}
	for b, n := range blocks {
		if n > people/50 {
			t.Errorf("%d of %d people share the block %v", n, people, b)
		}
	}
	if len(grounds) < 4 {
		t.Errorf("only %d grounds are used", len(grounds))
	}
}

func TestABlockIsNeverEmptyAndTurnsFourTimes(t *testing.T) {
	for i := range 500 {
		b := quilt.For(fmt.Sprint(i))
		pieces := strings.Count(b.FirstPath+b.SecondPath, "Z")
		if pieces == 0 || pieces%4 != 0 {
			t.Errorf("id %d is sewn of %d pieces", i, pieces)
		}
	}
}

func TestAMarkSaysNothingAndHasNoStyle(t *testing.T) {
	var out strings.Builder
	if err := quilt.Mark(`"><script>`, 56).Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	svg := out.String()
	for _, wanted := range []string{`aria-hidden="true"`, `width="56"`, `class="mark"`} {
		if !strings.Contains(svg, wanted) {
			t.Errorf("%s is missing in %s", wanted, svg)
		}
	}
	for _, unwanted := range []string{"style", "script", "fill=", "#"} {
		if strings.Contains(svg, unwanted) {
			t.Errorf("%s is in %s", unwanted, svg)
		}
	}
}
