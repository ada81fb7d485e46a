package search

import "math/bits"

// docset is a set of document numbers of one snapshot of a bleve index.
type docset []uint64

func (s *docset) add(n uint64) {
	for uint64(len(*s)) <= n/64 {
		*s = append(*s, make([]uint64, 64)...)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

// both returns what is in s and in t.
func (s docset) both(t docset) docset {
	out := make(docset, min(len(s), len(t)))
	for i := range out {
		out[i] = s[i] & t[i]
	}
	return out
}

// either returns what is in s or in t.
func (s docset) either(t docset) docset {
	if len(s) < len(t) {
		s, t = t, s
	}
	out := append(docset(nil), s...)
	for i := range t {
		out[i] |= t[i]
	}
	return out
}

// without returns what is in s and not in t.
func (s docset) without(t docset) docset {
	out := append(docset(nil), s...)
	for i := range min(len(s), len(t)) {
		out[i] &^= t[i]
	}
	return out
}

// numbers returns the members in order.
func (s docset) numbers() []uint64 {
	var out []uint64
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			out = append(out, uint64(i*64+bits.TrailingZeros64(w)))
		}
	}
	return out
}
