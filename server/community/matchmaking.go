package community

import (
	"context"
	"math"
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
	rooms    *rooms
	loaded   atomic.Bool        // everybody was read once
	revs     map[MemberID]int64 // under writing: which state of each edited member is in, so that an older one that comes late is not

	// share is the ledger's own, unless a test wants it to fail.
	share func(l *matching.Ledger, best []matching.Match, parts []int, room func(string) int) (matching.List, error)
}

// round is all that a list is made of: one request keeps one for its list, the reasons and what is remembered of it.
type round struct {
	pool          *matching.Pool
	definition    *matching.Definition
	skillByNumber []SkillID
	weights       int // version of the weights in the definition
	turns         *turns
	due           *matching.Pool // those of the pool who wait for a turn
	givers        *matching.Pool // those of the pool as who could be asked for something
}

// HandSetWeights is the version of the weights that hold until there is feedback to learn from.
const HandSetWeights = 1

// relatedTogether is in how many profiles two skills must stand together to count as related, so that no relation
// tells of one person.
const relatedTogether = 10

// NewMatchmaking begins with nobody.
func NewMatchmaking() (*Matchmaking, error) {
	m := &Matchmaking{skills: map[SkillID]matching.Skill{}, hubs: map[HubID]uint32{}, rooms: newRooms(), revs: map[MemberID]int64{}, share: (*matching.Ledger).ShareParts}
	none, err := noTurns()
	if err != nil {
		return nil, err
	}
	return m, m.publish(nil, nil, none, handSet())
}

func (m *Matchmaking) publish(related matching.Related, profiles []matching.Profile, t *turns, in *WeightsVersion) error {
	d, err := matching.NewDefinition(related, in.Weights)
	if err != nil {
		return err
	}
	pool := matching.NewPool(d, profiles)
	m.round.Store(&round{pool: pool, definition: d, skillByNumber: m.numbered(), weights: in.Number, turns: t, due: pool.Among(t.ledger.Due),
		givers: matching.NewPool(d, giversOf(profiles))})
	return nil
}

// Len is how many people can be proposed.
func (m *Matchmaking) Len() int { return m.round.Load().pool.Len() }

// LoadMatches reads everybody for ranking, and which skills go together: by the classification that the list of skills
// came from, and by what people offer, whichever says more of two skills. It takes up the round of turns that is in force.
func (n *Network) LoadMatches(ctx context.Context) error {
	if err := n.readEverybody(ctx); err != nil {
		return err
	}
	head, err := n.Rounds.Get(ctx, RoundOne)
	if err == nil {
		_, err = n.catchUpTurns(ctx, head)
	}
	return ignoreMissing(err)
}

func (n *Network) readEverybody(ctx context.Context) error {
	m := n.Matches
	m.writing.Lock()
	defer m.writing.Unlock()
	zones, err := n.zones(ctx)
	if err != nil {
		return err
	}
	var profiles []matching.Profile
	var offers [][]Offered
	for member, err := range n.Members.Each(ctx) {
		if err != nil {
			return err
		}
		m.rooms.allow(member)
		m.revs[member.ID] = member.Rev
		if member.MatchingOff {
			continue
		}
		shown := member.ShownTo(EveryoneInNetwork)
		profiles = append(profiles, m.profile(shown, zones))
		offers = append(offers, shown.Offers)
	}
	if err := n.LookForAskings(ctx); err != nil {
		return err
	}
	inForce, err := n.weightsInForce(ctx)
	if err != nil {
		return err
	}
	if err := m.publish(m.related(n.Skills, offers), profiles, m.round.Load().turns, inForce); err != nil {
		return err
	}
	m.loaded.Store(true)
	return nil
}

// Loaded tells whether everybody has been read for ranking; before that, lists are shorter than they will be.
func (m *Matchmaking) Loaded() bool { return m.loaded.Load() }

// Put brings a member's edit into everybody's matches.
func (m *Matchmaking) Put(ctx context.Context, n *Network, member *Member) error {
	return m.put(ctx, n, member, member.ShownTo(EveryoneInNetwork))
}

func (m *Matchmaking) put(ctx context.Context, n *Network, member *Member, shown Profile) error {
	zones, err := n.zoneOf(ctx, member.Hub)
	if err != nil {
		return err
	}
	m.writing.Lock()
	defer m.writing.Unlock()
	if m.revs[member.ID] > member.Rev && !member.Gone {
		return nil
	}
	if m.revs[member.ID] = member.Rev; member.Gone {
		m.revs[member.ID] = math.MaxInt64
	}
	m.rooms.allow(member)
	next := *m.round.Load()
	id := string(member.ID)
	if member.Gone || member.MatchingOff {
		next.pool, next.due, next.givers = next.pool.Without(id), next.due.Without(id), next.givers.Without(id)
	} else {
		p := m.profile(shown, zones)
		next.pool, next.givers = next.pool.With(p), next.givers.With(giver(p))
		if next.turns.ledger.Due(id) {
			next.due = next.due.With(p)
		}
	}
	if member.Gone {
		next.turns = next.turns.without(member.ID)
	}
	next.skillByNumber = m.numbered()
	m.round.Store(&next)
	return nil
}

// numbered are the skills by number so far.
func (m *Matchmaking) numbered() []SkillID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byNumber
}
