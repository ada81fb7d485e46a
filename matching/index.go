package matching

import (
	"math/bits"
	"slices"
	"sync"
)

// blockSize is the members of a block: as many as a machine word has bits, so
// that one word says of each of them whether something holds.
const blockSize = 64

func blocksFor(members int) int { return (members + blockSize - 1) / blockSize }

type index struct {
	definition *Definition
	vocabulary *vocabulary
	names      names
	records    []record
	longs      []long
	blocks     []block
	offers     postings
	needs      postings
	words      words
	scale      *scale
	// searchers are at rest between searches. They belong to all pools made
	// from one another, whatever their size.
	searchers *sync.Pool
}

// long is a member whom no record holds.
type long struct {
	*member
	at uint32 // their position
}

// words say something of every member, one bit each.
type words struct {
	unstated  []uint64         // states no need
	single    []uint64         // states one need
	unspoken  []uint64         // states no language
	languages [64][]uint64     // by language; nil when nobody has it
	causes    [Causes][]uint64 // by cause
	// heaviest is the largest weight of a need of members who state several.
	heaviest uint32
}

// builder gathers members in the order of an index to be.
type builder struct {
	index *index
	ids   []string
}

func newBuilder(d *Definition, v *vocabulary, searchers *sync.Pool, room int) *builder {
	x := &index{definition: d, vocabulary: v, scale: newScale(d), searchers: searchers, records: make([]record, 0, room)}
	return &builder{x, make([]string, 0, room)}
}

func (b *builder) add(id string, r record, whole *member) {
	x := b.index
	if whole != nil {
		number := len(x.longs)
		r.offers[0], r.offers[1] = uint16(number), uint16(number>>16)
		x.longs = append(x.longs, long{whole, uint32(len(x.records))})
	}
	x.records = append(x.records, r)
	b.ids = append(b.ids, id)
}

// finish derives everything else from the records.
func (b *builder) finish() *index {
	x := b.index
	x.names = newNames(b.ids)
	blocks, skills := blocksFor(len(x.records)), len(x.vocabulary.skills)
	x.offers = newPostings(skills, blocks, x.eachOffer)
	x.needs = newPostings(skills, blocks, x.eachNeed)
	x.summarise(blocks)
	return x
}

func (x *index) eachOffer(yield func(at, skill uint32)) {
	for at := range x.records {
		r := &x.records[at]
		if r.long() {
			for _, o := range x.longs[r.longAt()].Offers {
				yield(uint32(at), x.vocabulary.numbers[o.Skill])
			}
			continue
		}
		for _, skill := range r.offers {
			if skill == 0 {
				break
			}
			yield(uint32(at), uint32(skill))
		}
	}
}

func (x *index) eachNeed(yield func(at, skill uint32)) {
	for at := range x.records {
		r := &x.records[at]
		if r.long() {
			for _, n := range x.longs[r.longAt()].Needs {
				yield(uint32(at), x.vocabulary.numbers[n.Skill])
			}
			continue
		}
		for _, skill := range r.needs {
			if skill == 0 {
				break
			}
			yield(uint32(at), uint32(skill))
		}
	}
}

// summarise fills the static words and the blocks.
func (x *index) summarise(blocks int) {
	x.blocks = make([]block, blocks)
	w := &x.words
	w.unstated, w.single, w.unspoken = make([]uint64, blocks), make([]uint64, blocks), make([]uint64, blocks)
	for c := range w.causes {
		w.causes[c] = make([]uint64, blocks)
	}
	for at := range x.records {
		r := &x.records[at]
		b, bit := at/blockSize, uint64(1)<<(at%blockSize)
		x.blocks[b].add(r)
		needs, heaviest := x.weights(r)
		w.addNeeds(b, bit, needs, heaviest)
		if r.languages == 0 {
			w.unspoken[b] |= bit
		}
		for rest := r.languages; rest != 0; rest &= rest - 1 {
			language := &w.languages[bits.TrailingZeros64(rest)]
			if *language == nil {
				*language = make([]uint64, blocks)
			}
			(*language)[b] |= bit
		}
		for rest := r.causes(); rest != 0; rest &= rest - 1 {
			w.causes[bits.TrailingZeros32(rest)][b] |= bit
		}
	}
}

// weights returns how many needs a member states and the largest's weight.
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

func (w *words) addNeeds(b int, bit uint64, needs int, heaviest uint8) {
	switch needs {
	case 0:
		w.unstated[b] |= bit
	case 1:
		w.single[b] |= bit
	default:
		w.heaviest = max(w.heaviest, uint32(heaviest))
	}
}

// merged returns an index of the same members without those gone and with the
// fresh ones. Both are in order already, so nothing is sorted but the fresh.
func (x *index) merged(gone []uint32, fresh []*entry) *index {
	v := x.vocabulary.with(fresh)
	in := make([]*entry, len(fresh))
	for i, e := range fresh {
		in[i] = e
		if e.long != nil {
			in[i] = v.pack(e.long) // a larger vocabulary may have room for them
		}
	}
	slices.SortFunc(in, func(a, b *entry) int { return a.record.near(&b.record) })
	b := newBuilder(x.definition, v, x.searchers, len(x.records)-len(gone)+len(in))
	for at := range x.records {
		r := &x.records[at]
		for len(in) > 0 && in[0].record.near(r) < 0 {
			b.add(in[0].id, in[0].record, in[0].long)
			in = in[1:]
		}
		if len(gone) > 0 && gone[0] == uint32(at) {
			gone = gone[1:]
			continue
		}
		var whole *member
		if r.long() {
			whole = x.longs[r.longAt()].member
		}
		b.add(x.names.of(uint32(at)), *r, whole)
	}
	for _, e := range in {
		b.add(e.id, e.record, e.long)
	}
	return b.finish()
}

// at returns the member at a position, or at ^i fresh[i]; whole is nil unless
// they are long.
func (x *index) at(at int, fresh []*entry) (id string, r *record, whole *member) {
	if at < 0 {
		e := fresh[^at]
		return e.id, &e.record, e.long
	}
	r = &x.records[at]
	if r.long() {
		whole = x.longs[r.longAt()].member
	}
	return x.names.of(uint32(at)), r, whole
}
