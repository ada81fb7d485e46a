package matching

import (
	"cmp"
	"slices"
)

// Skill names one concept of the skill vocabulary. The caller assigns the
// numbers; they need not be dense.
type Skill uint32

// Level says how well a member does what they offer, in sixteenths, 1 to 16.
// Zero is "not stated" and counts as Able; more than 16 counts as 16.
type Level uint8

// The levels that members choose from.
const (
	Learning Level = 8
	Able     Level = 12
	Seasoned Level = 16
)

// Limits of what is read from one profile; the rest of a longer list is
// ignored, after repeated skills are dropped. They bound the work per
// candidate, and a person can hardly mean more.
const (
	MaxOffers = 32 // offers
	MaxNeeds  = 16 // needs
)

// Causes counts the causes a profile can name: the 17 Sustainable Development
// Goals.
const Causes = 17

// MaxStage is the last stage of an enterprise.
const MaxStage = 5

// FullWeight is what the weights of one member's needs sum to. It divides
// evenly by 2, 3, 4, 5, 6 and 8, so equal needs mostly weigh exactly the same.
const FullWeight = 240

// Offer is a skill that a member puts at others' disposal.
type Offer struct {
	Skill Skill
	Level Level
}

// Need is a skill that a member looks for.
type Need struct {
	Skill Skill
	// Weight is relative to the member's other needs: the package scales the
	// weights of a profile so that they sum to FullWeight. Zero counts as 1.
	Weight uint8
}

// EvenNeeds returns one need per distinct skill, all as important as each
// other, with weights that sum to FullWeight; of more than MaxNeeds skills, the
// first count. It returns nil for no skills.
func EvenNeeds(skills ...Skill) []Need {
	needs := make([]Need, len(skills))
	for i, s := range skills {
		needs[i].Skill = s
	}
	return normalNeeds(needs)
}

// Profile is what the ranking knows of one member. Any value is valid: what is
// out of range is read as its field says, and zero is "not stated" everywhere.
// No name, picture, age, gender, origin or popularity is here, and none may be.
type Profile struct {
	// ID is the member; a pool holds one profile per id.
	ID string
	// Offers are in any order. A skill offered twice counts at its higher level.
	Offers []Offer
	// Needs are in any order. A skill needed twice counts at its larger weight.
	Needs []Need
	// Causes has bit g-1 set for goal g, 1 to 17; higher bits are ignored.
	Causes uint32
	// Languages has one bit per language, assigned by the caller. Two members
	// match only if they share one. A member who states none is not filtered:
	// someone new would otherwise be invisible without being told.
	Languages uint64
	// Hub and Region say where the member belongs.
	Hub, Region uint32
	// Hours are the member's working hours: bit h is the half hour from h*30
	// minutes after midnight UTC; bits above 47 are ignored. See WorkingHours.
	Hours uint64
	// Stage is the enterprise's, 1 (an idea) to MaxStage; more is not stated.
	Stage uint8
	// Sector is the line of work; Family is a group of sectors near each other.
	Sector, Family uint8
	// HoursPerWeek is the time the member has for working with others.
	HoursPerWeek uint8
}

const (
	halfHoursPerDay = 48
	allHours        = uint64(1)<<halfHoursPerDay - 1
	allCauses       = uint32(1)<<Causes - 1
)

// WorkingHours returns the mask for Profile.Hours of someone who works from
// one hour to another, local time, where local time is zone minutes ahead of
// UTC (rounded down to a half hour). From after to spans midnight; equal
// hours are no hours.
func WorkingHours(zone, from, to int) uint64 {
	start := mod(2*mod(from, 24)-floorDiv(zone, 30), halfHoursPerDay)
	var hours uint64
	for h := range 2 * mod(to-from, 24) {
		hours |= 1 << ((start + h) % halfHoursPerDay)
	}
	return hours
}

func mod(a, b int) int      { return (a%b + b) % b }
func floorDiv(a, b int) int { return (a - mod(a, b)) / b }

// normal returns the profile as the formula reads it, with slices of its own.
func (p Profile) normal() Profile { return p.normalInto(nil, nil) }

// normalInto is normal with the slices appended to those given, which are empty.
func (p Profile) normalInto(offers []Offer, needs []Need) Profile {
	p.Offers = normalOffers(offers, p.Offers)
	p.Needs = appendNeeds(needs, p.Needs)
	p.Causes &= allCauses
	p.Hours &= allHours
	if p.Stage > MaxStage {
		p.Stage = 0
	}
	return p
}

func normalOffers(normal, offers []Offer) []Offer {
	for _, o := range offers {
		if o.Level == 0 {
			o.Level = Able
		}
		o.Level = min(o.Level, Seasoned)
		same := func(have Offer) bool { return have.Skill == o.Skill }
		if at := slices.IndexFunc(normal, same); at >= 0 {
			normal[at].Level = max(normal[at].Level, o.Level)
		} else if len(normal) < MaxOffers {
			normal = append(normal, o)
		}
	}
	return normal
}

func normalNeeds(needs []Need) []Need { return appendNeeds(nil, needs) }

func appendNeeds(normal, needs []Need) []Need {
	for _, n := range needs {
		n.Weight = max(n.Weight, 1)
		same := func(have Need) bool { return have.Skill == n.Skill }
		if at := slices.IndexFunc(normal, same); at >= 0 {
			normal[at].Weight = max(normal[at].Weight, n.Weight)
		} else if len(normal) < MaxNeeds {
			normal = append(normal, n)
		}
	}
	scaleWeights(normal)
	return normal
}

// scaleWeights makes the weights sum to FullWeight, as near to their
// proportions as whole numbers allow: each is rounded down, and the largest
// remainders, the earlier need first, are rounded up.
func scaleWeights(needs []Need) {
	total := 0
	for _, n := range needs {
		total += int(n.Weight)
	}
	var remainder, places [MaxNeeds]int
	order := places[:len(needs)]
	left := FullWeight
	for i, n := range needs {
		share := FullWeight * int(n.Weight)
		needs[i].Weight = uint8(share / total)
		left -= share / total
		remainder[i], order[i] = share%total, i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	for i := range min(left, len(needs)) {
		needs[order[i]].Weight++
	}
}
