package matching

import "math/bits"

// names are the ids of an index by position, and the positions by id. The ids
// of a block stand in one string: that spares a pointer for each member, and an
// id that somebody keeps holds on to its block's names only.
type names struct {
	chunks []string          // one a block
	ends   []uint16          // where each id ends in its chunk
	apart  map[uint32]string // ids that are longer than maxName; their part of a chunk is empty
	// slots is a hash table of positions plus one; 0 is free. It is never full.
	slots []uint32
}

const (
	// maxName keeps a chunk of 64 ids below 2^16 bytes.
	maxName = 1000
	// Of eight slots seven are taken: a search ends after a few.
	slotsPerNames, namesPerSlots = 8, 7
)

func (n *names) of(at uint32) string {
	from := uint16(0)
	if at%blockSize != 0 {
		from = n.ends[at-1]
	}
	if from == n.ends[at] {
		return n.apart[at]
	}
	return n.chunks[at/blockSize][from:n.ends[at]]
}

func (n *names) find(id string) (at uint32, found bool) {
	if len(n.slots) == 0 {
		return 0, false
	}
	for slot := n.slot(id); n.slots[slot] != 0; slot = n.after(slot) {
		if at := n.slots[slot] - 1; n.of(at) == id {
			return at, true
		}
	}
	return 0, false
}

// slot is where the search for an id begins.
func (n *names) slot(id string) int {
	slot, _ := bits.Mul64(mix(tag(id)), uint64(len(n.slots)))
	return int(slot)
}

func (n *names) after(slot int) int {
	if slot++; slot < len(n.slots) {
		return slot
	}
	return 0
}

// newNames takes the ids, which differ from each other, in order of position.
func newNames(ids []string) names {
	n := names{
		chunks: make([]string, 0, blocksFor(len(ids))), ends: make([]uint16, len(ids)),
		apart: make(map[uint32]string), slots: make([]uint32, len(ids)*slotsPerNames/namesPerSlots+1),
	}
	var chunk []byte
	for at, id := range ids {
		if len(id) > maxName {
			n.apart[uint32(at)] = id
		} else {
			chunk = append(chunk, id...)
		}
		n.ends[at] = uint16(len(chunk))
		if at%blockSize == blockSize-1 || at == len(ids)-1 {
			n.chunks = append(n.chunks, string(chunk))
			chunk = chunk[:0]
		}
		slot := n.slot(id)
		for n.slots[slot] != 0 {
			slot = n.after(slot)
		}
		n.slots[slot] = uint32(at) + 1
	}
	return n
}
