package matching

import "math/bits"

// words say something of every member, one bit each, whoever asks.
type words struct {
	unstated  []uint64         // states no need
	single    []uint64         // states one need
	heavy     []uint64         // states several, one of them heavier than light
	unspoken  []uint64         // states no language
	languages [64][]uint64     // by language; nil when nobody states it
	causes    [Causes][]uint64 // by cause
	// heaviest is the largest weight of a need of anybody who states several.
	heaviest uint32
}

// light is the weight that none of a member's needs exceeds unless the member
// is heavy: half of all, as of two needs that are equal. Most members state
// three or more. Of 96 and 120, the latter left fewer members to look at.
const light = FullWeight / 2

func newWords(blocks int) words {
	w := words{
		unstated: make([]uint64, blocks), single: make([]uint64, blocks),
		heavy: make([]uint64, blocks), unspoken: make([]uint64, blocks),
	}
	for c := range w.causes {
		w.causes[c] = make([]uint64, blocks)
	}
	return w
}

// add says of the member with this bit of a block what is so.
func (w *words) add(block int, bit uint64, r *record, needs int, heaviest uint8) {
	switch needs {
	case 0:
		w.unstated[block] |= bit
	case 1:
		w.single[block] |= bit
	default:
		w.heaviest = max(w.heaviest, uint32(heaviest))
		if heaviest > light {
			w.heavy[block] |= bit
		}
	}
	if r.languages == 0 {
		w.unspoken[block] |= bit
	}
	for rest := r.languages; rest != 0; rest &= rest - 1 {
		language := &w.languages[bits.TrailingZeros64(rest)]
		if *language == nil {
			*language = make([]uint64, len(w.unspoken))
		}
		(*language)[block] |= bit
	}
	for rest := r.causes(); rest != 0; rest &= rest - 1 {
		w.causes[bits.TrailingZeros32(rest)][block] |= bit
	}
}
