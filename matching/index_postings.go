package matching

import "slices"

// postings tell, by a skill's number, who offers it (or who needs it): a list
// of positions, or one bit a member where the list would take more room.
type postings struct {
	from  []uint32 // list s is lists[from[s]:from[s+1]]; it is empty when s is dense
	lists []uint32
	dense map[uint32][]uint64
}

// wordMembers is from how many members a block bits take less room than a list:
// 8 bytes a block against 4 a member.
const wordMembers = 2

// posting is one skill of the member at a position.
type posting struct{ skill, at uint32 }

// newPostings sorts postings, which are in order of position, by skill.
func newPostings(skills, blocks int, all []posting) postings {
	p := postings{from: make([]uint32, skills+1), dense: make(map[uint32][]uint64)}
	members := make([]uint32, skills)
	for _, one := range all {
		members[one.skill]++
	}
	words := make([][]uint64, skills)
	for skill, count := range members {
		p.from[skill+1] = p.from[skill] + count
		if count > 0 && int(count) >= wordMembers*blocks {
			words[skill] = make([]uint64, blocks)
			p.dense[uint32(skill)] = words[skill]
			p.from[skill+1] = p.from[skill]
		}
	}
	p.lists = make([]uint32, p.from[skills])
	next := slices.Clone(p.from)
	for _, one := range all {
		if bits := words[one.skill]; bits != nil {
			bits[one.at/blockSize] |= 1 << (one.at % blockSize)
		} else {
			p.lists[next[one.skill]] = one.at
			next[one.skill]++
		}
	}
	return p
}

// of returns a skill's members as positions, or else as words.
func (p *postings) of(skill uint32) (list []uint32, words []uint64) {
	if list = p.lists[p.from[skill]:p.from[skill+1]]; len(list) > 0 {
		return list, nil
	}
	return nil, p.dense[skill]
}

// nobody reports whether a skill has no member.
func (p *postings) nobody(skill uint32) bool {
	list, words := p.of(skill)
	return list == nil && words == nil
}

// mark sets the bits of a skill's members in once.
func (p *postings) mark(once []uint64, skill uint32) {
	list, words := p.of(skill)
	for _, at := range list {
		once[at/blockSize] |= 1 << (at % blockSize)
	}
	for b, word := range words {
		once[b] |= word
	}
}

// markAgain sets the bits of a skill's members in once, and in again of those
// that once had already.
func (p *postings) markAgain(once, again []uint64, skill uint32) {
	list, words := p.of(skill)
	for _, at := range list {
		b, bit := at/blockSize, uint64(1)<<(at%blockSize)
		again[b] |= once[b] & bit
		once[b] |= bit
	}
	for b, word := range words {
		again[b] |= once[b] & word
		once[b] |= word
	}
}
