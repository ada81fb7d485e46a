package matching

// postings tell, by a skill's number, who offers it (or who needs it): a list
// of positions, or one bit a member where the list would be longer than that.
type postings struct {
	spans []span
	lists []uint32
	words []uint64
}

// span is where a skill's members are: in lists, or in words when dense.
type span struct{ at, members uint32 }

// dense reports whether bits take no more room than the list: 8 bytes a block
// against 4 a member.
func (s span) dense(blocks int) bool { return int(s.members) >= 2*blocks && s.members > 0 }

// newPostings reads every member's skills twice, to count and to place them.
func newPostings(skills, blocks int, each func(yield func(at, skill uint32))) postings {
	p := postings{spans: make([]span, skills)}
	each(func(_, skill uint32) { p.spans[skill].members++ })
	listed, words := uint32(0), uint32(0)
	for s := range p.spans {
		if p.spans[s].dense(blocks) {
			p.spans[s].at = words
			words += uint32(blocks)
		} else {
			p.spans[s].at = listed
			listed += p.spans[s].members
		}
	}
	p.lists, p.words = make([]uint32, listed), make([]uint64, words)
	next := make([]uint32, skills)
	each(func(at, skill uint32) {
		if s := p.spans[skill]; s.dense(blocks) {
			p.words[s.at+at/blockSize] |= 1 << (at % blockSize)
		} else {
			p.lists[s.at+next[skill]] = at
			next[skill]++
		}
	})
	return p
}

// list returns a skill's members as positions, or else as words.
func (p *postings) of(skill uint32, blocks int) (list []uint32, words []uint64) {
	s := p.spans[skill]
	if s.dense(blocks) {
		return nil, p.words[s.at : int(s.at)+blocks]
	}
	return p.lists[s.at : s.at+s.members], nil
}

// mark sets the bits of a skill's members.
func (p *postings) mark(into []uint64, skill uint32) {
	list, words := p.of(skill, len(into))
	for _, at := range list {
		into[at/blockSize] |= 1 << (at % blockSize)
	}
	for b, word := range words {
		into[b] |= word
	}
}
