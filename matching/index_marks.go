package matching

import "math/bits"

// marks are the words of one search: facts about the viewer and every member.
type marks struct {
	live     []uint64           // may be listed, for all that filters but Allow say
	exact    [MaxNeeds][]uint64 // offers just what need n asks
	near     [MaxNeeds][]uint64 // offers something related to need n
	once     []uint64           // has a need that the viewer's offers meet
	again    []uint64           // has several, or no other need
	own      []uint64           // has a need of just what the viewer offers
	ownAgain []uint64           // has several, or no other need
	sharing  []uint64           // shares a cause
}

// caps bound what the viewer's offers cover of a member's needs, by what the
// marks say of them. A need that the viewer's own offers meet counts at most by
// its weight times the strongest meeting, one that a related offer meets by its
// weight times the strongest of those; the weights sum to FullWeight, and none
// is above heaviest, or above light for who is not heavy.
type caps struct {
	ownTwice            Points // all needs met by own offers
	mixed, mixedLight   Points // one met by an own offer, the others by related ones
	ownOnce, ownLight   Points // one met by an own offer
	akinTwice           Points // all met by related offers
	akinOnce, akinLight Points // one met by a related offer
	several             Points // the largest of all but ownTwice
}

func (c *caps) read(x *index, t *skillTables) {
	akin := strongest(x, t.meets, t.kin)
	own := max(strongest(x, t.meets, t.meant), akin)
	heavy := x.words.heaviest
	slight := min(heavy, light)
	skills := uint32(x.definition.weights.Skills)
	c.ownTwice = Points(skills * FullWeight * own)
	c.mixed = Points(skills * (heavy*own + (FullWeight-heavy)*akin))
	c.mixedLight = Points(skills * (slight*own + (FullWeight-slight)*akin))
	c.ownOnce, c.ownLight = Points(skills*heavy*own), Points(skills*slight*own)
	c.akinTwice = Points(skills * FullWeight * akin)
	c.akinOnce, c.akinLight = Points(skills*heavy*akin), Points(skills*slight*akin)
	c.several = max(c.mixed, c.akinTwice)
}

// strongest is the most that any of these skills meets which somebody needs.
func strongest(x *index, meets []uint16, skills []uint32) uint32 {
	most := uint16(0)
	for _, skill := range skills {
		if !x.needs.nobody(skill) {
			most = max(most, meets[skill])
		}
	}
	return uint32(most)
}

// markMembers makes the words of the search.
func (s *searcher) markMembers(gone []uint32) {
	blocks := len(s.x.blocks)
	for _, words := range []*[]uint64{&s.live, &s.once, &s.again, &s.own, &s.ownAgain, &s.sharing} {
		*words = cleared(*words, blocks)
	}
	for n := range s.me.needs {
		s.exact[n], s.near[n] = cleared(s.exact[n], blocks), cleared(s.near[n], blocks)
	}
	s.markLive(gone)
	s.markNeeds()
	for rest := s.me.Causes; rest != 0; rest &= rest - 1 {
		join(s.sharing, s.x.words.causes[bits.TrailingZeros32(rest)])
	}
}

func cleared(words []uint64, n int) []uint64 {
	words = resized(words, n)
	clear(words)
	return words
}

// join sets in words what more has set; more may be nil.
func join(words, more []uint64) {
	for b, word := range more {
		words[b] |= word
	}
}

func (s *searcher) markLive(gone []uint32) {
	s.markSpeakers()
	for _, at := range gone {
		s.live[at/blockSize] &^= 1 << (at % blockSize)
	}
	if at, found := s.x.names.find(s.me.ID); found {
		s.live[at/blockSize] &^= 1 << (at % blockSize)
	}
	if s.q.Within != (Scope{}) {
		for b := range s.live {
			s.live[b] = s.within(b)
		}
	}
}

// markSpeakers marks who shares a language with the viewer, or might.
func (s *searcher) markSpeakers() {
	if s.me.Languages == 0 {
		for b := range s.live {
			s.live[b] = ^uint64(0)
		}
		if past := len(s.x.records) % blockSize; past != 0 {
			s.live[len(s.live)-1] = 1<<past - 1
		}
		return
	}
	copy(s.live, s.x.words.unspoken)
	for rest := s.me.Languages; rest != 0; rest &= rest - 1 {
		join(s.live, s.x.words.languages[bits.TrailingZeros64(rest)])
	}
}

// within returns who is live in a block and inside the scope.
func (s *searcher) within(b int) uint64 {
	to, k, live := &s.q.Within, &s.x.blocks[b], s.live[b]
	if to.Hub != 0 && k.hubs&sieve(to.Hub) == 0 || to.Region != 0 && k.regions&sieve(to.Region) == 0 {
		return 0
	}
	for rest := live; rest != 0; rest &= rest - 1 {
		at := bits.TrailingZeros64(rest)
		r := &s.x.records[b*blockSize+at]
		if !to.holds(&Profile{Hub: r.hub, Region: r.region, Languages: r.languages}) {
			live &^= 1 << at
		}
	}
	return live
}

// markNeeds marks whose offers help with the viewer's needs, and whose needs
// the viewer's offers meet.
func (s *searcher) markNeeds() {
	for i := range s.touches {
		t := &s.touches[i]
		for rest := t.needs; rest != 0; rest &= rest - 1 {
			if n := bits.TrailingZeros16(rest); t.helps[n] == sameSkill {
				s.x.offers.mark(s.exact[n], t.skill)
			} else {
				s.x.offers.mark(s.near[n], t.skill)
			}
		}
	}
	for _, skill := range s.meant {
		s.x.needs.markAgain(s.own, s.ownAgain, skill)
		s.x.needs.markAgain(s.once, s.again, skill)
	}
	for _, skill := range s.kin {
		s.x.needs.markAgain(s.once, s.again, skill)
	}
	for b, word := range s.x.words.single {
		s.again[b] |= s.once[b] & word
		s.ownAgain[b] |= s.own[b] & word
	}
}
