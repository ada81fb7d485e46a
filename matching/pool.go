package matching

import (
	"cmp"
	"maps"
	"slices"
)

// Pool is a set of members to be ranked: those who are active, each with what
// the whole network may see of them. It never changes; an edit makes a new
// pool, so a request that keeps one sees the same list, reasons and order
// throughout.
type Pool struct {
	definition *Definition
	members    []*member // by id; shared with the pools made from this one
}

// NewPool returns a pool of copies of the profiles. Of several with one id the
// last counts.
func NewPool(d *Definition, profiles []Profile) *Pool {
	last := make(map[string]int, len(profiles))
	for i, p := range profiles {
		last[p.ID] = i
	}
	members := make([]*member, 0, len(last))
	for _, id := range slices.Sorted(maps.Keys(last)) {
		members = append(members, d.read(profiles[last[id]]))
	}
	return &Pool{definition: d, members: members}
}

// Len returns the number of members.
func (p *Pool) Len() int { return len(p.members) }

// Get returns a copy of a member's profile, with what is out of range brought
// into it, and whether the member is in the pool.
func (p *Pool) Get(id string) (Profile, bool) {
	at, found := p.find(id)
	if !found {
		return Profile{}, false
	}
	profile := p.members[at].Profile
	profile.Offers = slices.Clone(profile.Offers)
	profile.Needs = slices.Clone(profile.Needs)
	return profile, true
}

// With returns a pool in which the profile stands in place of that member's
// former one, if any. It costs a copy of one pointer per member.
func (p *Pool) With(profile Profile) *Pool {
	at, found := p.find(profile.ID)
	after := at
	if found {
		after++
	}
	return p.splice(at, after, p.definition.read(profile))
}

// Without returns a pool that does not hold the member; the pool itself when it
// never did.
func (p *Pool) Without(id string) *Pool {
	at, found := p.find(id)
	if !found {
		return p
	}
	return p.splice(at, at+1)
}

func (p *Pool) find(id string) (at int, found bool) {
	return slices.BinarySearchFunc(p.members, id, func(m *member, id string) int { return cmp.Compare(m.ID, id) })
}

func (p *Pool) splice(from, to int, in ...*member) *Pool {
	return &Pool{
		definition: p.definition,
		members:    slices.Concat(p.members[:from], in, p.members[to:]),
	}
}
