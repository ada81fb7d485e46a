package matching

import (
	"cmp"
	"math"
	"math/bits"
)

const (
	// recordOffers and recordNeeds are what a record has room for. Nearly
	// everybody fits; the others are kept whole beside the records.
	recordOffers = 8
	recordNeeds  = 4
	// maxNumber is the highest skill number that a record can hold.
	maxNumber = math.MaxUint16
)

// record is one member packed in 64 bytes, a line of the processor's cache:
// reading one member costs one access to memory, and no other member's.
type record struct {
	languages uint64
	// clock is the hours in the lower 48 bits, HoursPerWeek in the next eight,
	// the sector in the highest eight.
	clock       uint64
	hub, region uint32
	// facts is the causes in the lower 17 bits, the stage in the next 3, the
	// family in 8 from bit 20, and longFlag.
	facts   uint32
	offers  [recordOffers]uint16 // numbers in the vocabulary; 0 ends them
	needs   [recordNeeds]uint16
	levels  [recordOffers]uint8
	weights [recordNeeds]uint8
}

const (
	timeShift, sectorShift  = 48, 56
	stageShift, familyShift = 17, 20
	stageMask               = 7
	// longFlag marks a member with more than a record holds. The two first
	// offers then say where among the long ones they are.
	longFlag = 1 << 31
)

func (r *record) long() bool       { return r.facts&longFlag != 0 }
func (r *record) longAt() uint32   { return uint32(r.offers[0]) | uint32(r.offers[1])<<16 }
func (r *record) setLongAt(at int) { r.offers[0], r.offers[1] = uint16(at), uint16(at>>16) }
func (r *record) causes() uint32   { return r.facts & allCauses }
func (r *record) stage() uint8     { return uint8(r.facts >> stageShift & stageMask) }
func (r *record) family() uint8    { return uint8(r.facts >> familyShift) }
func (r *record) hours() uint64    { return r.clock & allHours }
func (r *record) sector() uint8    { return uint8(r.clock >> sectorShift) }
func (r *record) time() uint8      { return uint8(r.clock >> timeShift) }

// entry is a member on the way into an index, or fresh beside one.
type entry struct {
	id     string
	record record
	long   *member // the whole member when the record can't hold them, else nil
}

// pack makes an entry of a member as read. It keeps the member if they are
// long, else only their record.
func (v *vocabulary) pack(m *member) entry {
	e := entry{id: m.ID}
	r := &e.record
	r.languages, r.hub, r.region = m.Languages, m.Hub, m.Region
	r.clock = m.Hours | uint64(m.HoursPerWeek)<<timeShift | uint64(m.Sector)<<sectorShift
	r.facts = m.Causes | uint32(m.Stage)<<stageShift | uint32(m.Family)<<familyShift
	if !v.fill(r, m) {
		r.offers, r.needs = [recordOffers]uint16{}, [recordNeeds]uint16{}
		r.facts |= longFlag
		e.long = m
	}
	return e
}

// fill writes the skills into a record, and reports whether they fit.
func (v *vocabulary) fill(r *record, m *member) bool {
	if len(m.Offers) > recordOffers || len(m.Needs) > recordNeeds {
		return false
	}
	for i, o := range m.Offers {
		number := v.numbers[o.Skill]
		if number == 0 || number > maxNumber {
			return false
		}
		r.offers[i], r.levels[i] = uint16(number), uint8(o.Level)
	}
	for i, n := range m.Needs {
		number := v.numbers[n.Skill]
		if number == 0 || number > maxNumber {
			return false
		}
		r.needs[i], r.weights[i] = uint16(number), n.Weight
	}
	return true
}

// unpack writes the profile that a record was made of into m, with slices of
// its own; the record is not a long one's.
func (v *vocabulary) unpack(m *member, id string, r *record, d *Definition) {
	m.Profile = Profile{
		ID: id, Offers: m.Offers[:0], Needs: m.Needs[:0], Causes: r.causes(), Languages: r.languages,
		Hub: r.hub, Region: r.region, Hours: r.hours(), Stage: r.stage(),
		Sector: r.sector(), Family: r.family(), HoursPerWeek: r.time(),
	}
	for i := 0; i < recordOffers && r.offers[i] != 0; i++ {
		m.Offers = append(m.Offers, Offer{v.skills[r.offers[i]], Level(r.levels[i])})
	}
	m.needs = m.needs[:0]
	for i := 0; i < recordNeeds && r.needs[i] != 0; i++ {
		m.Needs = append(m.Needs, Need{v.skills[r.needs[i]], r.weights[i]})
		m.needs = append(m.needs, d.readNeed(m.Needs[i]))
	}
}

// near orders records so that members alike in place, then in work, stand in
// the same block: what a block's members have in common bounds it tightly.
// Any order gives the same answers.
func (r *record) near(o *record) int {
	if r.region != o.region { // apart from cmp.Or, which would compare all each time
		return cmp.Compare(r.region, o.region)
	}
	if r.hub != o.hub {
		return cmp.Compare(r.hub, o.hub)
	}
	return cmp.Or(
		cmp.Compare(r.sector(), o.sector()),
		cmp.Compare(bits.Len32(r.causes()), bits.Len32(o.causes())),
		cmp.Compare(r.time(), o.time()), cmp.Compare(r.stage(), o.stage()),
	)
}
