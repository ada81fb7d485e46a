package matching

import "math/bits"

const (
	// enoughHours is the overlap, in half hours, from which more hours in
	// common bring nothing: a working day of eight hours.
	enoughHours = 16
	// enoughPerWeek is the time, in hours a week, from which more time brings
	// nothing: one working day, more than most collaborations ask for.
	enoughPerWeek = 8
)

// Definition is the formula with its numbers: which skills are related, and
// how much each term weighs. It is the specification of what a match is worth;
// anything faster must agree with it bit for bit.
type Definition struct {
	related Related
	weights Weights
}

// NewDefinition copies what it is given. The error matches ErrWeights.
func NewDefinition(related Related, weights Weights) (*Definition, error) {
	if err := weights.check(); err != nil {
		return nil, err
	}
	return &Definition{related: related.normal(), weights: weights}, nil
}

// Score returns R of two members, 1 to MaxPoints, and whether they are a match
// at all: two different people who share a language and have something for
// each other. It is symmetric. Pool.Rank gives the same for many candidates.
func (d *Definition) Score(viewer, candidate Profile) (Points, bool) {
	i, j := d.read(viewer), d.read(candidate)
	if !eligible(i, j) {
		return 0, false
	}
	score := d.score(i, j)
	return score, score > 0
}

// member is a profile as the formula reads it.
type member struct {
	Profile
	needs []need
}

// need is a Need with its skill's related skills at hand.
type need struct {
	Need
	related []Similar
	// sieve has bit s%64 set for the skill and each related one. Most offers
	// have nothing to do with most needs, and fall through it at once.
	sieve uint64
}

func (d *Definition) readNeed(n Need) need {
	read := need{Need: n, related: d.related[n.Skill], sieve: 1 << (n.Skill % 64)}
	for _, r := range read.related {
		read.sieve |= 1 << (r.Skill % 64)
	}
	return read
}

func (d *Definition) read(p Profile) *member {
	m := new(member)
	d.readInto(m, p)
	return m
}

// readInto reads a profile in place of the one that m held, into its slices.
func (d *Definition) readInto(m *member, p Profile) {
	m.Profile = p.normalInto(m.Offers[:0], m.Needs[:0])
	m.needs = m.needs[:0]
	for _, n := range m.Needs {
		m.needs = append(m.needs, d.readNeed(n))
	}
}

// eligible reports what no score can outweigh.
func eligible(i, j *member) bool {
	understand := i.Languages&j.Languages != 0 || i.Languages == 0 || j.Languages == 0
	return understand && i.ID != j.ID
}

func (d *Definition) score(i, j *member) Points {
	return harmonicMean(d.benefit(i, j), d.benefit(j, i))
}

// harmonicMean of two benefits, rounded down; zero when either is. Of the means
// tried on decisions that real people made about each other, it predicted best
// whom both would choose; its product of at most 2*61,440,000² fits 64 bits.
func harmonicMean(u, v Points) Points {
	if u == 0 || v == 0 {
		return 0
	}
	return Points(2 * uint64(u) * uint64(v) / (uint64(u) + uint64(v)))
}

// benefit returns u(i<-j): what j brings to i. Explain lists the same terms.
func (d *Definition) benefit(i, j *member) Points {
	u := d.causes(i, j) + d.sector(i, j) + d.stage(i, j) + d.hours(i, j) + d.place(i, j) + d.time(j)
	if len(i.needs) == 0 {
		return u + d.unstated()
	}
	for n := range i.needs {
		_, covered := d.cover(&i.needs[n], j.Offers)
		u += covered
	}
	return u
}

// cover returns the offer that covers a need best, the first of equals, and
// what that is worth; nothing when none is related.
func (d *Definition) cover(n *need, offers []Offer) (best helper, worth Points) {
	strength := uint32(0)
	for _, o := range offers {
		similarity := n.similarity(o.Skill)
		if s := uint32(similarity) * uint32(o.Level); s > strength {
			best, strength = helper{o, similarity}, s
		}
	}
	return best, Points(uint32(d.weights.Skills) * uint32(n.Weight) * strength)
}

// helper is an offer seen from a need: its skill is that need's, or related.
type helper struct {
	Offer
	similarity uint8 // sixteenths
}

// similarity returns sim(n,s), in sixteenths.
func (n *need) similarity(s Skill) uint8 {
	if n.sieve>>(s%64)&1 == 0 {
		return 0
	}
	if s == n.Skill {
		return sameSkill
	}
	for _, r := range n.related {
		if r.Skill == s {
			return r.Sixteenths
		}
	}
	return 0
}

func (d *Definition) unstated() Points {
	return Points(uint64(d.weights.Skills) * uint64(d.weights.Unstated) * uint64(PerThousandth) / fullShare)
}

func (d *Definition) causes(i, j *member) Points {
	own := bits.OnesCount32(i.Causes)
	if own == 0 {
		return 0
	}
	return part(d.weights.Causes, bits.OnesCount32(i.Causes&j.Causes), own)
}

func (d *Definition) sector(i, j *member) Points {
	switch {
	case same(i.Sector, j.Sector):
		return part(d.weights.Sector, 1, 1)
	case same(i.Family, j.Family):
		return part(d.weights.Sector, 1, 2)
	}
	return 0
}

func (d *Definition) stage(i, j *member) Points {
	if i.Stage == 0 || j.Stage == 0 || max(i.Stage, j.Stage)-min(i.Stage, j.Stage) > 1 {
		return 0
	}
	return part(d.weights.Stage, 1, 1)
}

func (d *Definition) hours(i, j *member) Points {
	shared := bits.OnesCount64(i.Hours & j.Hours)
	return part(d.weights.Hours, min(shared, enoughHours), enoughHours)
}

func (d *Definition) place(i, j *member) Points {
	switch {
	case same(i.Hub, j.Hub):
		return part(d.weights.Place, 1, 1)
	case same(i.Region, j.Region):
		return part(d.weights.Place, 1, 2)
	}
	return 0
}

func (d *Definition) time(j *member) Points {
	return part(d.weights.Time, min(int(j.HoursPerWeek), enoughPerWeek), enoughPerWeek)
}

// same reports whether both are stated and equal.
func same[T uint8 | uint32](a, b T) bool { return a != 0 && a == b }

// part returns the share num/den of a weight, rounded down. Num is at most den
// and at most Causes, so the product stays below 2^31.
func part(weight uint16, num, den int) Points {
	return Points(uint32(weight) * PerThousandth * uint32(num) / uint32(den))
}
