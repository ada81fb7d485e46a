package matching

// buckets is how finely blocks are told apart by their bounds: to a 512th of a
// perfect match.
const buckets = 512

func bucket(bound Points) int { return buckets - 1 - int(bound)*buckets/(int(MaxPoints)+1) }

// boundBlocks bounds every block, and orders them by bucket.
func (s *searcher) boundBlocks() {
	blocks := len(s.x.blocks)
	s.u, s.v, s.bounds, s.order = resized(s.u, blocks), resized(s.v, blocks), resized(s.bounds, blocks), resized(s.order, blocks)
	var starts [buckets + 1]uint32
	for b := range s.bounds {
		s.bounds[b] = s.boundBlock(b)
		starts[bucket(s.bounds[b])+1]++
	}
	for i := range buckets {
		starts[i+1] += starts[i]
	}
	for b, bound := range s.bounds {
		at := &starts[bucket(bound)]
		s.order[*at] = uint32(b)
		*at++
	}
}

func (s *searcher) boundBlock(b int) Points {
	live := s.live[b]
	if live == 0 {
		return 0
	}
	u, v := s.ofBlock(&s.x.blocks[b])
	s.u[b], s.v[b] = u, v
	u += s.stated
	for i := range s.me.needs {
		a := &s.asks[i]
		if s.exact[a.need][b]&live != 0 {
			u += a.exactly
		} else if s.near[a.need][b]&live != 0 {
			u += a.nearly
		}
	}
	return harmonicMean(u, v+s.capOf(b, live))
}

// capOf bounds what the viewer's offers cover for anybody of a block.
func (s *searcher) capOf(b int, live uint64) Points {
	most := Points(0)
	switch {
	case s.ownAgain[b]&live != 0:
		most = s.ownTwice
	case (s.own[b]|s.again[b])&live != 0:
		most = s.several
	case s.once[b]&live != 0:
		most = s.akinOnce
	}
	if s.x.words.unstated[b]&live != 0 {
		most = max(most, s.unstated)
	}
	return most
}

// required is the least u whose harmonic mean with v reaches floor:
// 2uv >= floor*(u+v), solved for u and rounded up.
func required(v, floor Points) (u Points, possible bool) {
	if floor == 0 {
		return 0, true
	}
	if 2*v <= floor {
		return 0, false
	}
	divisor := uint64(2*v - floor)
	return Points((uint64(floor)*uint64(v) + divisor - 1) / divisor), true
}

// reaches reports whether the harmonic mean of u and v is at least floor,
// without dividing; both products are at most 2*61,440,000², as there.
func reaches(u, v, floor Points) bool {
	return 2*uint64(u)*uint64(v) >= uint64(floor)*(uint64(u)+uint64(v))
}
