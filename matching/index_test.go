package matching

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// duel is one random world in which an index answers beside the definition: the
// same members, once in a pool that was edited into being, once in a list.
type duel struct {
	random     *rand.Rand
	skills     int
	coarse     bool // few different values: many ties
	definition *Definition
	there      map[string]Profile
	pool       *Pool
	members    []*member // what is there, as the definition reads it
}

// newDuel draws a world. Its sizes and habits are drawn too.
func newDuel(t testing.TB, r *rand.Rand) *duel {
	d := &duel{random: r, skills: 1 + r.IntN([]int{4, 60, 900}[r.IntN(3)]), coarse: r.IntN(4) == 0, there: map[string]Profile{}}
	weights := randomWeights(r)
	switch r.IntN(4) {
	case 0:
		weights = HandSet()
	case 1, 2: // skills alone: nothing hides a wrong bound of a coverage
		weights = Weights{Skills: fullShare, Unstated: uint16(r.IntN(fullShare))}
	}
	var err error
	if d.definition, err = NewDefinition(d.related(), weights); err != nil {
		t.Fatal(err)
	}
	profiles := make([]Profile, r.IntN([]int{5, 20, 70, 300, 901}[r.IntN(5)]))
	for i := range profiles {
		profiles[i] = d.profile(fmt.Sprintf("member-%d", i))
		d.there[profiles[i].ID] = profiles[i]
	}
	d.pool = NewPool(d.definition, profiles)
	d.edit(r.IntN([]int{1, 10, 60}[r.IntN(3)]), len(profiles))
	if r.IntN(60) == 0 {
		d.edit(maxFresh+r.IntN(maxFresh), 2*maxFresh)
	}
	for _, p := range d.there {
		d.members = append(d.members, d.definition.read(p))
	}
	return d
}

// edit lets members come, change and leave; some were never there.
func (d *duel) edit(edits, ids int) {
	for range edits {
		id := fmt.Sprintf("member-%d", d.random.IntN(ids+5))
		if d.random.IntN(3) == 0 {
			d.pool = d.pool.Without(id)
			delete(d.there, id)
			continue
		}
		p := d.profile(id)
		d.pool = d.pool.With(p)
		d.there[id] = p
	}
}

// related relates skills to any others, themselves and repetitions included.
func (d *duel) related() Related {
	related := make(Related)
	for s := range d.skills {
		for range d.random.IntN(MaxRelated + 2) {
			other := Similar{d.skill(), uint8(d.random.IntN(MaxSimilarity + 2))}
			related[Skill(s)] = append(related[Skill(s)], other)
		}
	}
	return related
}

// skill prefers low numbers, and now and then is one that nothing relates.
func (d *duel) skill() Skill {
	if d.random.IntN(50) == 0 {
		return Skill(math.MaxUint32 - d.random.Uint32N(3))
	}
	return Skill(d.random.IntN(1 + d.random.IntN(d.skills)))
}

func (d *duel) profile(id string) Profile {
	r := d.random
	p := Profile{
		ID: id, Stage: uint8(r.IntN(MaxStage + 2)), Sector: uint8(r.IntN(9)), Family: uint8(r.IntN(4)),
		Hub: r.Uint32N(7), Region: r.Uint32N(4), HoursPerWeek: uint8(r.IntN(14)),
		Hours: WorkingHours(30*r.IntN(40), 9, 9+r.IntN(10)), Languages: uint64(r.IntN(8)), Causes: r.Uint32() & r.Uint32() & r.Uint32(),
	}
	if r.IntN(8) == 0 {
		p.Hub, p.Region, p.Sector, p.Languages = p.Hub*64, math.MaxUint32, p.Sector*29, 1<<63
	}
	if d.coarse {
		p = Profile{ID: id, Causes: uint32(1 + r.IntN(2)), HoursPerWeek: 8}
	}
	for range d.length(MaxOffers) {
		p.Offers = append(p.Offers, Offer{d.skill(), Level(r.IntN(6) * 4)})
	}
	for range d.length(MaxNeeds) {
		p.Needs = append(p.Needs, Need{d.skill(), uint8(r.IntN(5))})
	}
	forget(r, &p)
	return p
}

// length is that of a list: mostly what a record holds, often nothing or one,
// sometimes more than a record holds or a profile may.
func (d *duel) length(most int) int {
	switch d.random.IntN(12) {
	case 0, 1:
		return 0
	case 2, 3:
		return 1
	case 4:
		return d.random.IntN(most + 5)
	}
	return 1 + d.random.IntN(4)
}

// viewer is somebody who is there, perhaps with private needs, or a stranger.
func (d *duel) viewer() Profile {
	if len(d.members) == 0 || d.random.IntN(5) == 0 {
		return d.profile("stranger")
	}
	p := d.members[d.random.IntN(len(d.members))].Profile
	if d.random.IntN(3) == 0 {
		p.Needs = append(slices.Clone(p.Needs), Need{Skill: d.skill(), Weight: 2})
	}
	return p
}

func (d *duel) question() Question {
	r := d.random
	q := Question{Limit: r.IntN(41), Day: int32(r.IntN(5)), Key: r.Uint64()}
	switch r.IntN(10) {
	case 0:
		q.Limit = r.IntN(2000)
	case 1, 2, 3, 4: // short lists are full early, and everything is left to the bounds
		q.Limit = 1 + r.IntN(3)
	}
	if r.IntN(3) == 0 {
		salt, of := r.Uint64(), 1+r.Uint64N(9)
		q.Allow = func(id string) bool { return mix(tag(id)^salt)%10 < of }
	}
	if r.IntN(4) == 0 {
		q.Within = Scope{Hub: r.Uint32N(3), Region: r.Uint32N(3), Languages: uint64(r.IntN(4))}
	}
	return q
}

// search asks both the same. It returns how many matches they found, and
// whether they agree.
func (d *duel) search() (found int, agree bool) {
	viewer, q := d.viewer(), d.question()
	want := d.definition.scan(d.definition.read(viewer), d.members, q)
	got := d.pool.AppendRank(nil, viewer, q)
	same := func(r Ranked, c candidate) bool { return r == Ranked{c.id, c.score} }
	return len(want), slices.EqualFunc(got, want, same)
}

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

// TestBoundsAreBounds compares every bound with what it bounds, member by
// member: a list can be right although a bound is wrong.
func TestBoundsAreBounds(t *testing.T) {
	members := 0
	for world := range uint64(400) {
		d := newDuel(t, rand.New(rand.NewPCG(5, world)))
		x := d.pool.settled
		for range 5 {
			s := bounded(d.pool, d.viewer())
			for b := range x.blocks {
				members += bits.OnesCount64(s.live[b])
				if fault := s.wrongBound(b); fault != "" {
					t.Fatalf("world %d, %s: %s", world, s.me.ID, fault)
				}
			}
		}
	}
	if members < 100_000 {
		t.Errorf("only %d members were bounded", members)
	}
}

// bounded is a search that has bounded everybody and looked at nobody.
func bounded(p *Pool, viewer Profile) *searcher {
	s := new(searcher)
	p.definition.readInto(&s.me, viewer)
	s.x, s.q = p.settled, Question{Limit: 1}
	s.readViewer()
	s.markMembers(p.gone)
	s.boundBlocks()
	return s
}

// TestRelatedOffersMayMeetMoreThanOwnOnes: Rosa is learning what Sami needs
// most, and a master of what is related to the rest.
func TestRelatedOffersMayMeetMoreThanOwnOnes(t *testing.T) {
	const bread, cakes, cooking, catering = 1, 2, 3, 4
	rosa := Profile{ID: "rosa", Offers: []Offer{{bread, Learning}, {cakes, Learning}, {cooking, Seasoned}}}
	sami := Profile{ID: "sami", Needs: EvenNeeds(bread, cakes, catering)}
	pool := NewPool(definition(t, Related{catering: {{cooking, MaxSimilarity}}}), []Profile{sami})
	if fault := bounded(pool, rosa).wrongBound(0); fault != "" {
		t.Error(fault)
	}
}

// wrongBound names a bound of a block that does not hold for one of its members.
func (s *searcher) wrongBound(b int) string {
	seen := uint64(0)
	for kind, c := range s.classes(b, s.live[b]) {
		if seen&c.members != 0 {
			return fmt.Sprintf("class %d holds members of others", kind)
		}
		seen |= c.members
		for rest := c.members; rest != 0; rest &= rest - 1 {
			if fault := s.wrongFor(b, bits.TrailingZeros64(rest), c.cap); fault != "" {
				return fmt.Sprintf("%s in class %d", fault, kind)
			}
		}
	}
	if seen != s.live[b] {
		return "the classes leave somebody out"
	}
	return ""
}

func (s *searcher) wrongFor(b, bit int, cap Points) string {
	d, at := s.x.definition, b*blockSize+bit
	r := &s.x.records[at]
	m := new(member)
	if r.long() {
		m = s.x.longs[r.longAt()]
	} else {
		s.x.vocabulary.unpack(m, s.x.names.of(uint32(at)), r, d)
	}
	mine, theirs := d.benefit(&s.me, m), d.benefit(m, &s.me)
	affinity, affinityOfTheirs := s.ofMember(r)
	most, mostOfTheirs := s.u[b], s.v[b]
	if s.sharing[b]>>bit&1 == 0 {
		less, theirsLess := s.withoutCauses(&s.x.blocks[b])
		most, mostOfTheirs = most-less, mostOfTheirs-theirsLess
	}
	covered, left := s.stated, s.stated+s.asks[0].rest
	for i := range s.me.needs {
		a := &s.asks[i]
		if s.exact[a.need][b]>>bit&1 == 1 {
			covered += a.exactly
		} else if s.near[a.need][b]>>bit&1 == 1 {
			covered += a.nearly
		}
	}
	switch {
	case affinity > most || affinityOfTheirs > mostOfTheirs:
		return "an affinity exceeds the block's"
	case mine > affinity+covered || covered > left:
		return "what a member covers exceeds its bound"
	case theirs > affinityOfTheirs+cap:
		return "what a member has covered exceeds its cap"
	case harmonicMean(mine, theirs) > s.bounds[b]:
		return "a score exceeds the block's bound"
	}
	return ""
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

// TestWrongBoundsAreFound spoils one bound after the other, and expects the
// comparison with the definition to notice each.
func TestWrongBoundsAreFound(t *testing.T) {
	for fault, spoil := range map[string]func(x *index){
		"a block forgets its causes":        func(x *index) { x.blocks[0].causes = 0 },
		"a block forgets its hours":         func(x *index) { x.blocks[0].hours = 0 },
		"a block forgets its hubs":          func(x *index) { x.blocks[0].hubs = 0 },
		"a block forgets its regions":       func(x *index) { x.blocks[0].regions = 0 },
		"a block forgets its sectors":       func(x *index) { x.blocks[0].sectors = 0 },
		"a block forgets its families":      func(x *index) { x.blocks[0].families = 0 },
		"a block forgets its stages":        func(x *index) { x.blocks[0].stages = 0 },
		"a block forgets its time":          func(x *index) { x.blocks[0].time = 0 },
		"needs weigh less than they do":     func(x *index) { x.words.heaviest /= 2 },
		"nobody has a heavy need":           func(x *index) { clear(x.words.heavy) },
		"nobody has a single need":          func(x *index) { clear(x.words.single) },
		"everybody has stated a need":       func(x *index) { clear(x.words.unstated) },
		"everybody speaks":                  func(x *index) { clear(x.words.unspoken) },
		"a cause is nobody's":               func(x *index) { clear(x.words.causes[3]) },
		"offers are not posted":             func(x *index) { x.offers = unposted(x.offers) },
		"needs are not posted":              func(x *index) { x.needs = unposted(x.needs) },
		"no skill helps with another":       func(x *index) { x.vocabulary.helps = rows{} },
		"a long member counts as any other": func(x *index) { forgetLong(x) },
	} {
		noticed := false
		for world := uint64(0); world < 400 && !noticed; world++ {
			d := newDuel(t, rand.New(rand.NewPCG(3, world)))
			if len(d.pool.settled.records) == 0 {
				continue
			}
			spoil(d.pool.settled)
			for range 25 {
				_, agree := d.search()
				noticed = noticed || !agree
			}
		}
		if !noticed {
			t.Errorf("%s, and no search differed", fault)
		}
	}
}

func unposted(p postings) postings { return postings{from: make([]uint32, len(p.from))} }

func forgetLong(x *index) {
	for at := range x.records {
		if r := &x.records[at]; r.long() {
			r.facts &^= longFlag
			r.offers = [recordOffers]uint16{}
		}
	}
}

func TestSearchesAllocateNothing(t *testing.T) {
	w := newWorld(37, 300)
	profiles := w.members(4000)
	pool := NewPool(w.definition(t, profiles), profiles).With(profiles[7]).Without(profiles[8].ID)
	list := make([]Ranked, 0, 20)
	i := 0
	allocations := testing.AllocsPerRun(200, func() {
		i++
		list = pool.AppendRank(list[:0], profiles[i], Question{Limit: 20})
	})
	if allocations != 0 {
		t.Errorf("%v allocations a search", allocations)
	}
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
