package matching

// postings tell, by a skill's number, who offers it (or who needs it): a list
// of positions, or one bit a member where the list would take more room.
type postings struct {
	spans []span
	lists []uint32
	words []uint64
}

// span is where a skill's members are: in lists, or in words when dense.
type span struct{ at, members uint32 }

// dense reports whether bits, 8 bytes a block, take no more room than a list, 4
// bytes a member.
func (s span) dense(blocks int) bool { return int(s.members) >= 2*blocks && s.members > 0 }

// newPostings hears every member's skills twice: to count, and to place them.
func newPostings(skills, blocks int, each func(tell func(at, skill uint32))) postings {
	p := postings{spans: make([]span, skills)}
	each(func(_, skill uint32) { p.spans[skill].members++ })
	listed, worded := uint32(0), uint32(0)
	for s := range p.spans {
		if p.spans[s].dense(blocks) {
			p.spans[s].at = worded
			worded += uint32(blocks)
		} else {
			p.spans[s].at = listed
			listed += p.spans[s].members
		}
	}
	p.lists, p.words = make([]uint32, listed), make([]uint64, worded)
	placed := make([]uint32, skills)
	each(func(at, skill uint32) {
		if s := p.spans[skill]; s.dense(blocks) {
			p.words[s.at+at/blockSize] |= 1 << (at % blockSize)
		} else {
			p.lists[s.at+placed[skill]] = at
			placed[skill]++
		}
	})
	return p
}

// nobody reports whether a skill has no member.
func (p *postings) nobody(skill uint32) bool { return p.spans[skill].members == 0 }

// of returns a skill's members as positions, or else as words.
func (p *postings) of(skill uint32, blocks int) (list []uint32, words []uint64) {
	s := p.spans[skill]
	if s.dense(blocks) {
		return nil, p.words[s.at : int(s.at)+blocks]
	}
	return p.lists[s.at : s.at+s.members], nil
}

// mark sets the bits of a skill's members in once.
func (p *postings) mark(once []uint64, skill uint32) {
	list, words := p.of(skill, len(once))
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
	list, words := p.of(skill, len(once))
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
