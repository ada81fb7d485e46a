package matching

import (
	"slices"
	"sync"
)

// newIndex indexes the profiles. Of several with one id the last counts.
func newIndex(d *Definition, profiles []Profile) *index {
	last := make(map[string]int, len(profiles))
	for i := range profiles {
		last[profiles[i].ID] = i
	}
	v := newVocabulary(d.related, profiles)
	in := make([]entry, 0, len(last))
	scratch := new(member)
	for i := range profiles {
		if last[profiles[i].ID] != i {
			continue
		}
		d.readInto(scratch, profiles[i])
		in = append(in, v.pack(scratch))
		if in[len(in)-1].long != nil {
			scratch = new(member) // the entry keeps the other
		}
	}
	slices.SortFunc(in, func(a, b entry) int { return a.record.near(&b.record) })
	b := newBuilder(&index{definition: d, vocabulary: v, scale: newScale(d), searchers: new(sync.Pool)}, len(in))
	for i := range in {
		b.add(in[i].id, &in[i].record, in[i].long)
	}
	return b.finish()
}

// merged returns an index of the same members without those gone, whose
// positions are in order, and with the fresh. The members are in order already,
// so only the fresh are sorted.
func (x *index) merged(gone []uint32, fresh []*entry) *index {
	v := x.vocabulary.with(fresh)
	in := make([]entry, len(fresh))
	for i, e := range fresh {
		in[i] = *e
		if e.long != nil {
			in[i] = v.pack(e.long) // the grown vocabulary may have room for them
		}
	}
	slices.SortFunc(in, func(a, b entry) int { return a.record.near(&b.record) })
	next := &index{definition: x.definition, vocabulary: v, scale: x.scale, searchers: x.searchers}
	b := newBuilder(next, len(x.records)-len(gone)+len(in))
	for at := range x.records {
		if len(gone) > 0 && gone[0] == uint32(at) {
			gone = gone[1:]
			continue
		}
		id, r, whole := x.at(at)
		for len(in) > 0 && in[0].record.near(r) < 0 {
			b.add(in[0].id, &in[0].record, in[0].long)
			in = in[1:]
		}
		b.add(id, r, whole)
	}
	for i := range in {
		b.add(in[i].id, &in[i].record, in[i].long)
	}
	return b.finish()
}

// builder gathers members in the order of an index to be.
type builder struct {
	index *index
	ids   []string
}

func newBuilder(x *index, members int) *builder {
	x.records = make([]record, 0, members)
	return &builder{x, make([]string, 0, members)}
}

func (b *builder) add(id string, r *record, whole *member) {
	x := b.index
	x.records = append(x.records, *r)
	if whole != nil {
		x.records[len(x.records)-1].setLongAt(len(x.longs))
		x.longs = append(x.longs, whole)
	}
	b.ids = append(b.ids, id)
}

// finish derives everything else from the records.
func (b *builder) finish() *index {
	x := b.index
	x.names = newNames(b.ids)
	blocks, skills := blocksFor(len(x.records)), len(x.vocabulary.skills)
	room := make([]posting, 0, len(x.records)*recordOffers)
	room = x.everyOffer(room)
	x.offers = newPostings(skills, blocks, room)
	x.needs = newPostings(skills, blocks, x.everyNeed(room[:0]))
	x.blocks, x.words = make([]block, blocks), newWords(blocks)
	for at := range x.records {
		r := &x.records[at]
		needs, heaviest := x.weights(r)
		x.blocks[at/blockSize].add(r)
		x.words.add(at/blockSize, 1<<(at%blockSize), r, needs, heaviest)
	}
	return x
}

// everyOffer appends every member's position with every skill they offer.
func (x *index) everyOffer(all []posting) []posting {
	for at := range x.records {
		r := &x.records[at]
		if r.long() {
			for _, o := range x.longs[r.longAt()].Offers {
				all = append(all, posting{x.vocabulary.numbers[o.Skill], uint32(at)})
			}
			continue
		}
		for o := 0; o < recordOffers && r.offers[o] != 0; o++ {
			all = append(all, posting{uint32(r.offers[o]), uint32(at)})
		}
	}
	return all
}

// everyNeed appends every member's position with every skill they need.
func (x *index) everyNeed(all []posting) []posting {
	for at := range x.records {
		r := &x.records[at]
		if r.long() {
			for _, n := range x.longs[r.longAt()].Needs {
				all = append(all, posting{x.vocabulary.numbers[n.Skill], uint32(at)})
			}
			continue
		}
		for n := 0; n < recordNeeds && r.needs[n] != 0; n++ {
			all = append(all, posting{uint32(r.needs[n]), uint32(at)})
		}
	}
	return all
}

// weights returns how many needs a member states, and the heaviest's weight.
func (x *index) weights(r *record) (needs int, heaviest uint8) {
	if r.long() {
		whole := x.longs[r.longAt()].Needs
		for _, n := range whole {
			heaviest = max(heaviest, n.Weight)
		}
		return len(whole), heaviest
	}
	for needs < recordNeeds && r.needs[needs] != 0 {
		heaviest = max(heaviest, r.weights[needs])
		needs++
	}
	return needs, heaviest
}
