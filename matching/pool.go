package matching

import (
	"cmp"
	"slices"
)

// maxFresh is how many edits a pool keeps beside its index before it makes a
// new one: looking at so many one by one costs a small part of a search, and
// the work of a new index is shared by as many edits.
const maxFresh = 512

// Pool is a set of members to be ranked: those who are active, each with what
// the whole network may see of them. It never changes; an edit makes a new
// pool, so a request that keeps one sees the same list, reasons and order
// throughout.
type Pool struct {
	definition *Definition
	// settled holds most members, shared with the pools made from this one.
	settled *index
	// fresh are the members edited since, by id, at most maxFresh.
	fresh []*entry
	// gone are the positions in settled of those who left or are fresh, in
	// order, at most maxFresh.
	gone []uint32
}

// NewPool returns a pool of copies of the profiles. Of several with one id the
// last counts.
func NewPool(d *Definition, profiles []Profile) *Pool {
	return &Pool{definition: d, settled: newIndex(d, profiles)}
}

// Len returns the number of members.
func (p *Pool) Len() int { return len(p.settled.records) - len(p.gone) + len(p.fresh) }

// Get returns a copy of a member's profile, with what is out of range brought
// into it, and whether the member is in the pool.
func (p *Pool) Get(id string) (Profile, bool) {
	at, found := p.find(id)
	if !found {
		return Profile{}, false
	}
	var m member
	profile := p.unpack(at, &m).Profile
	profile.Offers = slices.Clone(profile.Offers)
	profile.Needs = slices.Clone(profile.Needs)
	return profile, true
}

// find returns where a member is: a position in settled, or ^i for fresh[i].
func (p *Pool) find(id string) (at int, found bool) {
	if i, found := p.findFresh(id); found {
		return ^i, true
	}
	settled, found := p.settled.names.find(id)
	if found {
		_, gone := slices.BinarySearch(p.gone, settled)
		found = !gone
	}
	return int(settled), found
}

func (p *Pool) findFresh(id string) (at int, found bool) {
	return slices.BinarySearchFunc(p.fresh, id, func(e *entry, id string) int { return cmp.Compare(e.id, id) })
}

// unpack returns the member there; it may use m for it.
func (p *Pool) unpack(at int, m *member) *member {
	if at < 0 {
		e := p.fresh[^at]
		return p.unpackRecord(e.id, &e.record, e.long, m)
	}
	id, r, whole := p.settled.at(at)
	return p.unpackRecord(id, r, whole, m)
}

func (p *Pool) unpackRecord(id string, r *record, whole, m *member) *member {
	if whole != nil {
		return whole
	}
	p.settled.vocabulary.unpack(m, id, r, p.definition)
	return m
}

// With returns a pool in which the profile stands in place of that member's
// former one, if any. It costs a copy of the edits since the index was made,
// and for one in maxFresh a new index.
func (p *Pool) With(profile Profile) *Pool {
	at, found := p.findFresh(profile.ID)
	after := at
	if found {
		after++
	}
	in := p.settled.vocabulary.pack(p.definition.read(profile))
	return p.edited(slices.Concat(p.fresh[:at], []*entry{&in}, p.fresh[after:]), profile.ID)
}

// Without returns a pool that does not hold the member; the pool itself when it
// never did.
func (p *Pool) Without(id string) *Pool {
	if _, found := p.find(id); !found {
		return p
	}
	fresh := p.fresh
	if at, found := p.findFresh(id); found {
		fresh = slices.Concat(p.fresh[:at], p.fresh[at+1:])
	}
	return p.edited(fresh, id)
}

// edited returns a pool with these fresh members, in which the settled version
// of one is gone.
func (p *Pool) edited(fresh []*entry, id string) *Pool {
	gone := p.gone
	if at, settled := p.settled.names.find(id); settled {
		if i, already := slices.BinarySearch(gone, at); !already {
			gone = slices.Concat(gone[:i], []uint32{at}, gone[i:])
		}
	}
	if max(len(fresh), len(gone)) > maxFresh {
		return &Pool{definition: p.definition, settled: p.settled.merged(gone, fresh)}
	}
	return &Pool{p.definition, p.settled, fresh, gone}
}

// Ranked is a match without its reasons.
type Ranked struct {
	ID    string
	Score Points // R, more than zero
}

// Rank returns the best matches for the viewer, best first, exactly as the
// package comment defines them. The viewer need not be in the pool, and is
// taken as passed, private needs included: the answer is for the viewer alone.
func (p *Pool) Rank(viewer Profile, q Question) []Match {
	s := p.searcher(viewer)
	defer p.settled.searchers.Put(s)
	best := s.search(p.settled, p.gone, p.fresh, q)
	matches := make([]Match, len(best))
	var other member
	for i, c := range best {
		matches[i] = Match{c.id, c.score, p.definition.explain(&s.me, p.unpack(c.at, &other))}
	}
	return matches
}

// AppendRank appends what Rank would return, without reasons, to dst and
// returns it. It allocates nothing but room in dst.
func (p *Pool) AppendRank(dst []Ranked, viewer Profile, q Question) []Ranked {
	s := p.searcher(viewer)
	defer p.settled.searchers.Put(s)
	for _, c := range s.search(p.settled, p.gone, p.fresh, q) {
		dst = append(dst, Ranked{c.id, c.score})
	}
	return dst
}

func (p *Pool) searcher(viewer Profile) *searcher {
	s, _ := p.settled.searchers.Get().(*searcher)
	if s == nil {
		s = new(searcher)
	}
	p.definition.readInto(&s.me, viewer)
	return s
}

// Among returns a pool of those members whom keep names. It makes a new index,
// so it is for a part that is searched often.
func (p *Pool) Among(keep func(id string) bool) *Pool {
	var part []Profile
	add := func(id string) {
		if keep(id) {
			profile, _ := p.Get(id)
			part = append(part, profile)
		}
	}
	gone := p.gone
	for at := range p.settled.records {
		if len(gone) > 0 && gone[0] == uint32(at) {
			gone = gone[1:]
			continue
		}
		add(p.settled.names.of(uint32(at)))
	}
	for _, e := range p.fresh {
		add(e.id)
	}
	return NewPool(p.definition, part)
}
