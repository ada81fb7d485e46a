package matching

// block is what its members have, all in one: nobody in it can have more in
// common with the viewer than it has. Places and lines of work are sieves: bit
// n%64 stands for number n, so a bit may promise too much and never too little.
type block struct {
	hours             uint64
	hubs, regions     uint64
	sectors, families uint64
	causes            uint32
	stages            uint8 // bit s for stage s
	time              uint8 // the most hours a week, at most enoughPerWeek
}

func (b *block) add(r *record) {
	b.hours |= r.hours()
	b.hubs |= sieve(r.hub)
	b.regions |= sieve(r.region)
	b.sectors |= sieve(uint32(r.sector()))
	b.families |= sieve(uint32(r.family()))
	b.causes |= r.causes()
	if stage := r.stage(); stage != 0 {
		b.stages |= 1 << stage
	}
	b.time = max(b.time, min(r.time(), enoughPerWeek))
}

// sieve is the bit of a number, none when it is not stated.
func sieve(n uint32) uint64 {
	if n == 0 {
		return 0
	}
	return 1 << (n % 64)
}
