package matching

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// fight searches worlds until so many searches are done.
func fight(t testing.TB, seed uint64, searches int) (found, differences int) {
	const searchesPerWorld = 25
	for world := range searches / searchesPerWorld {
		d := newDuel(t, rand.New(rand.NewPCG(seed, uint64(world))))
		for range searchesPerWorld {
			matches, agree := d.search()
			found += matches
			if !agree {
				differences++
			}
		}
	}
	return found, differences
}

func TestIndexEqualsTheDefinition(t *testing.T) {
	const searches = 10_000
	found, differences := fight(t, 1, searches)
	if differences > 0 {
		t.Errorf("%d of %d searches differ from the definition", differences, searches)
	}
	if found < 5*searches {
		t.Errorf("only %d matches in %d searches: the worlds are too poor to mean anything", found, searches)
	}
}

// TestProveMatchingExact is the same for longer.
func TestProveMatchingExact(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	const searches = 100_000
	_, differences := fight(t, 2, searches)
	fmt.Printf("figure matching-exact-searches %d searches bar %d\n", searches, searches)
	fmt.Printf("figure matching-exact-differences %d searches bar 0\n", differences)
	if differences > 0 {
		t.Errorf("%d of %d searches differ from the definition", differences, searches)
	}
}

// FuzzRank draws its worlds from the fuzzer's bytes.
func FuzzRank(f *testing.F) {
	for seed := range byte(8) {
		f.Add([]byte{seed, seed * 31, 7, seed})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := newDuel(t, rand.New(&bytesFirst{data: data, then: rand.NewPCG(uint64(len(data)), 3)}))
		for range 5 {
			if _, agree := d.search(); !agree {
				t.Fatal("the index differs from the definition")
			}
		}
	})
}

// bytesFirst is a source of chance that gives out bytes before it draws.
type bytesFirst struct {
	data []byte
	then rand.Source
}

func (b *bytesFirst) Uint64() uint64 {
	var word [8]byte
	if n := copy(word[:], b.data); n > 0 {
		b.data = b.data[n:]
		return mix(binary.LittleEndian.Uint64(word[:]))
	}
	return b.then.Uint64()
}

// TestNewSkillsFindRoom brings in, by edits, more skills than the first index
// knew, and enough edits for a new index.
func TestNewSkillsFindRoom(t *testing.T) {
	pool := NewPool(definition(t, Related{1: {{2, 8}}}), nil)
	var profiles []Profile
	for i := range Skill(3 * maxFresh) {
		p := Profile{ID: fmt.Sprint(i), Offers: []Offer{{i, Able}}, Needs: EvenNeeds(i + 1)}
		profiles = append(profiles, p)
		pool = pool.With(p)
	}
	if len(pool.settled.records) < 2*maxFresh || len(pool.settled.longs) > 0 {
		t.Errorf("%d members are settled, %d of them long; want most, none long", len(pool.settled.records), len(pool.settled.longs))
	}
	for _, p := range profiles[1 : len(profiles)-1] {
		want := brief(pool.definition.Rank(p, profiles, Question{Limit: 5}))
		if got := brief(pool.Rank(p, Question{Limit: 5})); !slices.Equal(got, want) {
			t.Fatalf("%s finds %v, want %v", p.ID, got, want)
		}
	}
}

// TestMoreSkillsThanARecordCanNumber: members with the last skills are kept whole.
func TestMoreSkillsThanARecordCanNumber(t *testing.T) {
	const skills = maxNumber + 300
	var profiles []Profile
	for i := range skills / MaxOffers {
		p := Profile{ID: fmt.Sprint(i), Needs: EvenNeeds(Skill((i + 1) * MaxOffers % skills))}
		for o := range MaxOffers {
			p.Offers = append(p.Offers, Offer{Skill(i*MaxOffers + o), Able})
		}
		profiles = append(profiles, p)
	}
	last := Profile{ID: "last", Offers: []Offer{{skills + 1, Able}}, Needs: EvenNeeds(0)}
	other := Profile{ID: "other", Offers: []Offer{{0, Able}}, Needs: EvenNeeds(skills + 1)}
	pool := NewPool(definition(t, nil), append(profiles, last, other))
	if got := brief(pool.Rank(last, Question{Limit: 1})); len(got) != 1 || got[0].id != "other" {
		t.Errorf("last finds %v, want other", got)
	}
}

// TestLongIDs: any text is an id, a page of it and none included.
func TestLongIDs(t *testing.T) {
	var profiles []Profile
	for i := range 200 {
		profiles = append(profiles, Profile{ID: strings.Repeat("x", i*i), Causes: 1})
	}
	pool := NewPool(definition(t, nil), profiles)
	for _, p := range profiles {
		if got, found := pool.Get(p.ID); !found || got.ID != p.ID {
			t.Errorf("the id of %d letters is not found", len(p.ID))
		}
	}
	want := brief(pool.definition.Rank(profiles[0], profiles, Question{Limit: 200}))
	if got := brief(pool.Rank(profiles[0], Question{Limit: 200})); !slices.Equal(got, want) || len(got) != 199 {
		t.Errorf("%d matches, want the %d of the definition", len(got), len(want))
	}
}

// TestReadersNeverWaitForEdits is for the race detector: readers of one pool
// while a writer publishes the next ones.
func TestReadersNeverWaitForEdits(t *testing.T) {
	w := newWorld(41, 60)
	profiles := w.members(700)
	first := NewPool(w.definition(t, profiles), profiles)
	want := first.AppendRank(nil, profiles[3], Question{Limit: 15})
	var many sync.WaitGroup
	for range 4 {
		many.Go(func() {
			for range 30 {
				if got := first.AppendRank(nil, profiles[3], Question{Limit: 15}); !slices.Equal(got, want) {
					t.Error("a pool changed its answer while another was made of it")
				}
			}
		})
	}
	many.Go(func() {
		pool := first
		for i := range maxFresh + 20 {
			pool = pool.With(w.established(profiles[i].ID))
			pool.AppendRank(nil, profiles[i], Question{Limit: 15})
		}
	})
	many.Wait()
}
