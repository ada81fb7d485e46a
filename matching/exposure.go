package matching

import "math/bits"

// How much a place in a list is seen, and the binary logarithm behind it, in
// whole numbers: the processor's own logarithm may differ in the last bit
// between machines, and one bit can turn an order.

// one is 1 in the fixed point of exposures, logarithms and boosts: 16 bits
// behind the point. Finer would not change an order that anybody could notice.
const (
	oneBits = 16
	one     = 1 << oneBits
)

// Exposure is how much a rank is seen, where one (65,536) is the first place.
type Exposure uint32

// ExposureAt returns e(r) = 1/log2(1+r) of a rank, 1 for the best; nothing for
// ranks below 1.
func ExposureAt(rank int) Exposure {
	if rank < 1 {
		return 0
	}
	return Exposure(one * one / log2(uint64(rank)+1))
}

// log2 returns the binary logarithm of x, which is at least 1, rounded down to
// the fixed point. Each squaring of the mantissa yields one more bit.
func log2(x uint64) uint64 {
	whole := bits.Len64(x) - 1
	log, mantissa := uint64(whole), x<<(63-whole) // from 1 to below 2, the point behind the first bit
	for range oneBits {
		log <<= 1
		square, _ := bits.Mul64(mantissa, mantissa)
		if square>>63 == 1 {
			log, mantissa = log|1, square
		} else {
			mantissa = square << 1
		}
	}
	return log
}
