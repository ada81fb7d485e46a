package community

import (
	"context"
	"hash/fnv"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
}

type round struct {
	pool          *matching.Pool
	definition    *matching.Definition
	skillByNumber []SkillID
}

// relatedTogether is in how many profiles two skills must stand together to count as related, so that no relation
// tells of one person.
const relatedTogether = 10

// The hours of a day at which people of a hub can be expected to work, by its own clocks.
const (
	dayBegins = 9
	dayEnds   = 18
)

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
	m.round.Store(&round{matching.NewPool(d, profiles), d, m.numbered()})
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

// zoning knows where a hub is: its country as a number, and how far its clocks are ahead of UTC, in minutes.
type zoning map[HubID]struct {
	region uint32
	offset int
}

// zones of all hubs, for reading everybody.
func (n *Network) zones(ctx context.Context) (zoning, error) {
	hubs, err := n.Hubs.All(ctx)
	return n.zonesOf(hubs...), err
}

// zoneOf is the zone of one hub, for ranking one person; none when the hub is not shown or gone.
func (n *Network) zoneOf(ctx context.Context, id HubID) (zoning, error) {
	if id == "" {
		return zoning{}, nil
	}
	hub, err := n.Hubs.Get(ctx, id)
	if err != nil && KindOf(err) == KindNotFound {
		return zoning{}, nil
	}
	if err != nil {
		return nil, err
	}
	return n.zonesOf(hub), nil
}

func (n *Network) zonesOf(hubs ...*Hub) zoning {
	zones := zoning{}
	for _, h := range hubs {
		_, seconds := n.Now().In(h.Zone).Zone()
		at := zones[h.ID]
		at.region, at.offset = uint32(slices.Index(Countries, h.Country)+1), seconds/60
		zones[h.ID] = at
	}
	return zones
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
	m.round.Store(&round{pool, old.definition, m.numbered()})
	return nil
}

// numbered are the skills by number so far.
func (m *Matchmaking) numbered() []SkillID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.byNumber
}

// profile is what the ranking knows of a person.
func (m *Matchmaking) profile(p Profile, zones zoning) matching.Profile {
	m.mu.Lock()
	defer m.mu.Unlock()
	mp := matching.Profile{ID: string(p.ID), Stage: uint8(p.Stage), HoursPerWeek: uint8(p.HoursPerWeek)}
	for _, o := range p.Offers {
		mp.Offers = append(mp.Offers, matching.Offer{Skill: m.number(o.Skill), Level: levelOf(o.Grasp)})
	}
	needs := make([]matching.Skill, len(p.Needs))
	for i, s := range p.Needs {
		needs[i] = m.number(s)
	}
	mp.Needs = matching.EvenNeeds(needs...)
	for _, c := range p.Causes {
		mp.Causes |= 1 << (c - 1)
	}
	for _, l := range p.Languages {
		if at := slices.Index(Languages, l); at >= 0 {
			mp.Languages |= 1 << at
		}
	}
	if at, ok := zones[p.Hub]; ok {
		mp.Hub, mp.Region = m.hubNumber(p.Hub), at.region
		mp.Hours = matching.WorkingHours(at.offset, dayBegins, dayEnds)
	}
	return mp
}

func levelOf(g Grasp) matching.Level {
	switch g {
	case Learning:
		return matching.Learning
	case LivedExperience:
		return matching.Seasoned
	default:
		return matching.Able
	}
}

func (m *Matchmaking) number(id SkillID) matching.Skill {
	no, known := m.skills[id]
	if !known {
		no = matching.Skill(len(m.byNumber))
		m.skills[id] = no
		m.byNumber = append(m.byNumber[:len(m.byNumber):len(m.byNumber)], id)
	}
	return no
}

func (m *Matchmaking) hubNumber(id HubID) uint32 {
	no, known := m.hubs[id]
	if !known {
		no = uint32(len(m.hubs) + 1)
		m.hubs[id] = no
	}
	return no
}

// ReasonKind says what a reason is about.
type ReasonKind string

const (
	ReasonCoversNeed  ReasonKind = "covers-need"
	ReasonNoNeed      ReasonKind = "no-need-stated"
	ReasonCauses      ReasonKind = "shared-causes"
	ReasonStage       ReasonKind = "near-stage"
	ReasonSharedHours ReasonKind = "shared-hours"
	ReasonSameHub     ReasonKind = "same-hub"
	ReasonSameRegion  ReasonKind = "same-country"
	ReasonHasTime     ReasonKind = "has-time"
)

// Reason is one term of the score in the community's words. Its points stay with the ranking: who knew them could solve
// for what others hide.
type Reason struct {
	Kind   ReasonKind `json:"kind"`
	Need   SkillID    `json:"need,omitempty"`
	Offer  SkillID    `json:"offer,omitempty"`
	Causes []Cause    `json:"causes,omitempty"`
	Hours  int        `json:"hours,omitempty"`
}

// Benefit is what one side brings to the other: how many of the stated needs are covered, and every reason that counted.
type Benefit struct {
	Needs   int      `json:"needs"`
	Covered int      `json:"covered"`
	Reasons []Reason `json:"reasons"`
}

// Match is somebody to work with, and why: what they bring to the viewer, and the viewer to them.
type Match struct {
	Person     Profile `json:"person"`
	ForYou     Benefit `json:"forYou"`
	ForThem    Benefit `json:"forThem"`
	Introduced bool    `json:"introduced,omitempty"` // the viewer has asked for them already
}

// MatchesFor are the people who fit the viewer best, best first. Everything the viewer wrote counts, private fields
// too; of the others only what the whole network may see. People already met and people apart are left out.
func (n *Network) MatchesFor(ctx context.Context, v Viewer, limit int) ([]Match, error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, err
	}
	zones, err := n.zoneOf(ctx, me.Hub)
	if err != nil {
		return nil, err
	}
	key, err := n.tieKey(ctx)
	if err != nil {
		return nil, err
	}
	mine := n.Matches.profile(me.ShownTo(OnlyMe), zones)
	round := n.Matches.round.Load()
	ranked := round.pool.Rank(mine, matching.Question{Limit: min(limit, MatchesMax), Day: n.today(), Key: key,
		Allow: func(id string) bool { return !v.Apart(MemberID(id)) && !v.Contact(MemberID(id)) }})
	return n.present(ctx, v, round, ranked)
}

// present loads the people of a list as the viewer may see them.
func (n *Network) present(ctx context.Context, v Viewer, r *round, ranked []matching.Match) ([]Match, error) {
	ids := make([]MemberID, len(ranked))
	asked := make([]IntroductionID, len(ranked))
	for i, m := range ranked {
		ids[i], asked[i] = MemberID(m.ID), introductionID(v.ID, MemberID(m.ID))
	}
	members, err := n.Members.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	introductions, err := n.Introductions.Many(ctx, asked)
	if err != nil {
		return nil, err
	}
	matches := make([]Match, 0, len(ranked))
	for i, m := range members {
		if m == nil || m.MatchingOff {
			continue
		}
		matches = append(matches, Match{Person: m.ShownTo(v.Reach(m)), ForYou: r.benefit(ranked[i].Reasons.ForViewer),
			ForThem: r.benefit(ranked[i].Reasons.ForCandidate), Introduced: introductions[i] != nil})
	}
	return matches, nil
}

func (r *round) benefit(b matching.Benefit) Benefit {
	told := Benefit{Needs: b.Needs, Covered: b.Covered(), Reasons: []Reason{}}
	for _, t := range b.Terms {
		told.Reasons = append(told.Reasons, r.reason(t))
	}
	return told
}

func (r *round) reason(t matching.Term) Reason {
	switch t.Kind {
	case matching.CoversNeed:
		return Reason{Kind: ReasonCoversNeed, Need: r.skillByNumber[t.Need], Offer: r.skillByNumber[t.Offer]}
	case matching.SharedCauses:
		return Reason{Kind: ReasonCauses, Causes: causesOf(t.Causes)}
	case matching.NearStage:
		return Reason{Kind: ReasonStage}
	case matching.SharedHours:
		return Reason{Kind: ReasonSharedHours, Hours: t.SharedHalfHours() / 2}
	case matching.SameHub:
		return Reason{Kind: ReasonSameHub}
	case matching.SameRegion:
		return Reason{Kind: ReasonSameRegion}
	case matching.HasTime:
		return Reason{Kind: ReasonHasTime}
	default:
		return Reason{Kind: ReasonNoNeed}
	}
}

func causesOf(mask uint32) (causes []Cause) {
	for _, c := range Causes {
		if mask&(1<<(c-1)) != 0 {
			causes = append(causes, c)
		}
	}
	return causes
}

// today numbers the day; ties turn over with it.
func (n *Network) today() int32 { return int32(n.Now() / Instant((24 * time.Hour).Milliseconds())) }

// tieKey is the network's own secret for breaking ties, so that nobody can choose an id that wins them.
func (n *Network) tieKey(ctx context.Context) (uint64, error) {
	charter, err := n.Charter(ctx)
	if err != nil && KindOf(err) != KindNotFound {
		return 0, err
	}
	h := fnv.New64a()
	if charter != nil {
		_, _ = h.Write([]byte(charter.TieSecret)) // a hash takes everything
	}
	return h.Sum64(), nil
}
