package matching

import "math/bits"

// scale is what the terms of affinity are worth, by what they count.
type scale struct {
	causes [Causes + 1][Causes + 1]Points // by own causes and those shared
	hours  [64]Points                     // by half hours in common
	time   [enoughPerWeek + 1]Points      // by hours a week
}

func newScale(d *Definition) *scale {
	s := new(scale)
	for own := 1; own <= Causes; own++ {
		for shared := range own + 1 {
			s.causes[own][shared] = part(d.weights.Causes, shared, own)
		}
	}
	for shared := range s.hours {
		s.hours[shared] = part(d.weights.Hours, min(shared, enoughHours), enoughHours)
	}
	for hours := range s.time {
		s.time[hours] = part(d.weights.Time, hours, enoughPerWeek)
	}
	return s
}

// circumstances are a viewer's own as the affinities compare them.
type circumstances struct {
	*scale
	ownCauses int
	causeMask uint32
	hourMask  uint64
	ownTime   Points
	stages    [1 << (MaxStage + 1)]Points // by a block's stages, as bits
	stage     [stageMask + 1]Points       // by a member's stage

	// What the viewer has not stated has a value here that nobody can have.
	sector, family int32
	hub, region    int64
	sameSector     Points
	nearSector     Points
	sameHub        Points
	sameRegion     Points
	wholeCauses    Points
	sectorSieve    uint64
	familySieve    uint64
	hubSieve       uint64
	regionSieve    uint64
}

func (c *circumstances) read(d *Definition, s *scale, me *member) {
	c.scale = s
	c.ownCauses, c.causeMask, c.hourMask = bits.OnesCount32(me.Causes), me.Causes, me.Hours
	c.ownTime = s.time[min(me.HoursPerWeek, enoughPerWeek)]
	c.sector, c.family, c.hub, c.region = int32(me.Sector), int32(me.Family), int64(me.Hub), int64(me.Region)
	if me.Sector == 0 {
		c.sector = -1
	}
	if me.Family == 0 {
		c.family = -1
	}
	if me.Hub == 0 {
		c.hub = -1
	}
	if me.Region == 0 {
		c.region = -1
	}
	c.sectorSieve, c.familySieve = sieve(uint32(me.Sector)), sieve(uint32(me.Family))
	c.hubSieve, c.regionSieve = sieve(me.Hub), sieve(me.Region)
	c.sameSector, c.nearSector = part(d.weights.Sector, 1, 1), part(d.weights.Sector, 1, 2)
	c.sameHub, c.sameRegion = part(d.weights.Place, 1, 1), part(d.weights.Place, 1, 2)
	c.wholeCauses = part(d.weights.Causes, 1, 1)
	c.readStage(d, me)
}

func (c *circumstances) readStage(d *Definition, me *member) {
	for stage := range c.stage {
		other := member{Profile: Profile{Stage: uint8(stage)}}
		c.stage[stage] = d.stage(me, &other)
	}
	for stages := range c.stages {
		c.stages[stages] = 0
		for rest := uint32(stages); rest != 0; rest &= rest - 1 {
			c.stages[stages] = max(c.stages[stages], c.stage[bits.TrailingZeros32(rest)])
		}
	}
}

// ofBlock bounds aff(i<-j) and aff(j<-i) for the viewer i and anybody j of the
// block.
func (c *circumstances) ofBlock(b *block) (u, v Points) {
	both := c.stages[b.stages] + c.hours[bits.OnesCount64(b.hours&c.hourMask)]
	switch {
	case b.sectors&c.sectorSieve != 0:
		both += c.sameSector
	case b.families&c.familySieve != 0:
		both += c.nearSector
	}
	switch {
	case b.hubs&c.hubSieve != 0:
		both += c.sameHub
	case b.regions&c.regionSieve != 0:
		both += c.sameRegion
	}
	mine, theirs := c.withoutCauses(b)
	return both + c.time[b.time] + mine, both + c.ownTime + theirs
}

// withoutCauses is what the bounds of a block are less for who shares no cause.
func (c *circumstances) withoutCauses(b *block) (u, v Points) {
	shared := bits.OnesCount32(b.causes & c.causeMask)
	if shared == 0 {
		return 0, 0
	}
	return c.causes[c.ownCauses][shared], c.wholeCauses
}

// ofMember returns aff(i<-j) and aff(j<-i) for the viewer i and the member j.
func (c *circumstances) ofMember(r *record) (u, v Points) {
	both := c.stage[r.stage()] + c.hours[bits.OnesCount64(r.clock&c.hourMask)]
	switch {
	case int32(r.sector()) == c.sector:
		both += c.sameSector
	case int32(r.family()) == c.family:
		both += c.nearSector
	}
	switch {
	case int64(r.hub) == c.hub:
		both += c.sameHub
	case int64(r.region) == c.region:
		both += c.sameRegion
	}
	causes := r.causes()
	shared := bits.OnesCount32(causes & c.causeMask)
	u = both + c.time[min(r.time(), enoughPerWeek)] + c.causes[c.ownCauses][shared]
	v = both + c.ownTime + c.causes[bits.OnesCount32(causes)][shared]
	return u, v
}
