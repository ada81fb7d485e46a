package community

import (
	"context"
	"sync"
	"sync/atomic"

	"longtable/matching"
)

// Matchmaking keeps what the network may see of everybody ready for ranking. Readers use an immutable round; each edit
// makes a new one.
type Matchmaking struct {
	round    atomic.Pointer[round]
	writing  sync.Mutex // one writer of rounds at a time; a reader never waits for it
	mu       sync.Mutex // held for one profile's numbers; protects the following
	skills   map[SkillID]matching.Skill
	hubs     map[HubID]uint32
	byNumber []SkillID // skill by its number
	diary    diary
}

// round is all that a list is made of: one request keeps one for its list, the reasons and what is remembered of it.
type round struct {
	pool          *matching.Pool
	definition    *matching.Definition
	skillByNumber []SkillID
	weights       int // version of the weights in the definition
}

// HandSetWeights is the version of the weights that hold until there is feedback to learn from.
const HandSetWeights = 1

// relatedTogether is in how many profiles two skills must stand together to count as related, so that no relation
// tells of one person.
const relatedTogether = 10

// NewMatchmaking begins with nobody.
func NewMatchmaking() (*Matchmaking, error) {
	m := &Matchmaking{skills: map[SkillID]matching.Skill{}, hubs: map[HubID]uint32{}}
	return m, m.publish(nil, nil)
}

func (m *Matchmaking) publish(related matching.Related, profiles []matching.Profile) error {
	d, err := matching.NewDefinition(related, matching.HandSet())
	if err != nil {
		return err
	}
	m.round.Store(&round{pool: matching.NewPool(d, profiles), definition: d, skillByNumber: m.numbered(), weights: HandSetWeights})
	return nil
}

// Len is how many people can be proposed.
func (m *Matchmaking) Len() int { return m.round.Load().pool.Len() }

// LoadMatches reads everybody for ranking, and learns which skills go together from what people offer.
func (n *Network) LoadMatches(ctx context.Context) error {
	m := n.Matches
	m.writing.Lock()
	defer m.writing.Unlock()
	zones, err := n.zones(ctx)
	if err != nil {
		return err
	}
	var profiles []matching.Profile
	var sets [][]matching.Skill
	for member, err := range n.Members.Each(ctx) {
		if err != nil {
			return err
		}
		if member.MatchingOff {
			continue
		}
		p := m.profile(member.ShownTo(EveryoneInNetwork), zones)
		profiles = append(profiles, p)
		sets = append(sets, offered(p))
	}
	return m.publish(matching.LearnRelated(sets, relatedTogether), profiles)
}

func offered(p matching.Profile) []matching.Skill {
	set := make([]matching.Skill, len(p.Offers))
	for i, o := range p.Offers {
		set[i] = o.Skill
	}
	return set
}

// Put brings a member's edit into everybody's matches.
func (m *Matchmaking) Put(ctx context.Context, n *Network, member *Member) error {
	zones, err := n.zoneOf(ctx, member.Hub)
	if err != nil {
		return err
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	old := m.round.Load()
	var pool *matching.Pool
	if member.Gone || member.MatchingOff {
		pool = old.pool.Without(string(member.ID))
	} else {
		pool = old.pool.With(m.profile(member.ShownTo(EveryoneInNetwork), zones))
	}
	next := *old
	next.pool, next.skillByNumber = pool, m.numbered()
	m.round.Store(&next)
	return nil
}

// numbered are the skills by number so far.
func (m *Matchmaking) numbered() []SkillID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byNumber
}
