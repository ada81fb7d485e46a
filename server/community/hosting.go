package community

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"sync"

	"longtable/matching"
)

// What hosts have at hand for introductions: who has met nobody yet, and pairs that would join two circles. What costs much
// of it, the pairs and who went to events, is made once a day. Only what the network may see of people is ranked; what is
// shown is what the host may see.

const (
	unmetShown     = 6           // people whom nobody has met, at a time: what a host can care for in ten minutes
	talksLook      = 6           // conversations of somebody that are looked at: hardly more are with people who block one host
	unmetPeople    = 2           // people proposed for each of them
	bridgesShown   = 5           // pairs on the list of a day
	bridgesLook    = 20          // matches of each member among which bridges are looked for
	bridgesFrom    = 300         // members of one hub for whom bridges are looked for on one day, by lot where it has more
	proposedRecent = 2 * PageMax // proposals of a host that their lists know of
)

// Unmet is somebody whom nobody has met yet: no accepted introduction, no conversation, no event they went to.
type Unmet struct {
	Person Profile `json:"person"`
	Since  Instant `json:"-"`      // when they joined the network
	People []Match `json:"people"` // who would fit: ForYou is what each brings to them
}

// BridgePair is two people who fit each other and move in separate circles.
type BridgePair struct {
	One      Profile `json:"one"`
	Other    Profile `json:"other"`
	ForOne   Benefit `json:"forOne"`
	ForOther Benefit `json:"forOther"`
}

// hostDays keep what was made today.
type hostDays struct {
	mu      sync.Mutex        // protects the following
	day     int32             // of all of it
	went    map[MemberID]bool // who had a place at an event that has begun; nil when not made yet
	bridges map[HubID][]matching.Bridge
}

// today drops what was made on another day; for who holds mu.
func (d *hostDays) today(day int32) {
	if d.day != day || d.bridges == nil {
		d.day, d.went, d.bridges = day, nil, map[HubID][]matching.Bridge{}
	}
}

// bridgesOf are the bridges that were found today for a hub, before it is asked what a host may see. Two who look at once
// both look for them, and find the same.
func (n *Network) bridgesOf(ctx context.Context, hub HubID) ([]matching.Bridge, error) {
	today := n.today()
	n.hosting.mu.Lock()
	n.hosting.today(today)
	found, there := n.hosting.bridges[hub]
	n.hosting.mu.Unlock()
	if there {
		return found, nil
	}
	members, err := n.membersOf(ctx, hub)
	if err != nil {
		return nil, err
	}
	r := n.Matches.round.Load()
	if found, err = n.bridgesAmong(ctx, r, members); err != nil || r.pool.Len() == 0 {
		return nil, err // nothing is kept while the profiles are still being read
	}
	n.hosting.mu.Lock()
	defer n.hosting.mu.Unlock()
	n.hosting.today(today)
	n.hosting.bridges[hub] = found
	return found, nil
}

// whoWent are those who went to an event before today.
func (n *Network) whoWent(ctx context.Context) (map[MemberID]bool, error) {
	today := n.today()
	n.hosting.mu.Lock()
	n.hosting.today(today)
	went := n.hosting.went
	n.hosting.mu.Unlock()
	if went != nil {
		return went, nil
	}
	went, err := n.readWhoWent(ctx)
	if err != nil {
		return nil, err
	}
	n.hosting.mu.Lock()
	defer n.hosting.mu.Unlock()
	n.hosting.today(today)
	n.hosting.went = went
	return went, nil
}

// membersOf are the people of a hub who can be proposed to others.
func (n *Network) membersOf(ctx context.Context, hub HubID) ([]*Member, error) {
	var all []*Member
	read := func(p Page) ([]*Member, Cursor, error) { return n.Members.InHub(ctx, hub, p) }
	err := throughout(read, func(m *Member) {
		if !m.MatchingOff && !slices.Contains(m.HostOf, hub) {
			all = append(all, m)
		}
	})
	return all, err
}

// hasMet tells whether a member has an accepted introduction or a conversation with anybody whom the viewer may know of.
func (n *Network) hasMet(ctx context.Context, v Viewer, id MemberID) (bool, error) {
	contacts, err := n.Connections.Of(ctx, id)
	if err != nil {
		return false, err
	}
	for other := range contacts {
		if !v.Apart(other) {
			return true, nil
		}
	}
	talks, _, err := n.talksOf(ctx, id, Page{Limit: talksLook})
	return slices.ContainsFunc(talks, func(t *Talk) bool {
		return t.Conversation != nil && t.Conversation.Asked == "" && slices.ContainsFunc(t.Conversation.Members, func(m MemberID) bool { return m != id && !v.Apart(m) })
	}), err
}

func (n *Network) readWhoWent(ctx context.Context) (map[MemberID]bool, error) {
	went := map[MemberID]bool{}
	for e, err := range n.Events.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if e.State == EventCancelled || e.StartsAt > n.Now() {
			continue
		}
		for _, id := range e.Going {
			went[id] = true
		}
	}
	return went, nil
}

func (n *Network) bridgesAmong(ctx context.Context, r *round, members []*Member) ([]matching.Bridge, error) {
	key, err := n.tieKey(ctx)
	if err != nil {
		return nil, err
	}
	c := circles{n: n, ctx: ctx, pool: r.pool, contacts: map[string]map[MemberID]bool{}}
	bridges := r.pool.Bridges(n.lot(members), c.separate, matching.Question{Limit: bridgesLook, Day: n.today(), Key: key})
	return bridges, c.err
}

// lot draws whose turn it is today.
func (n *Network) lot(members []*Member) []string {
	ids := make([]string, len(members))
	drawn := make(map[string]uint64, len(members))
	for i, m := range members {
		h := fnv.New64a()
		_, _ = h.Write([]byte{byte(n.today()), byte(n.today() >> 8)}) // a hash takes everything
		_, _ = h.Write([]byte(m.ID))
		ids[i], drawn[string(m.ID)] = string(m.ID), h.Sum64()
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(drawn[a], drawn[b]), cmp.Compare(a, b)) })
	return ids[:min(len(ids), bridgesFrom)]
}

// circles tell who moves among whom, each member's contacts read once.
type circles struct {
	n        *Network
	ctx      context.Context
	pool     *matching.Pool
	contacts map[string]map[MemberID]bool
	err      error // the first one; from then on nobody is separate
}

// separate tells whether two people neither know each other nor anybody in common, and belong to different hubs, or at
// one hub to different circles: somebody there who knows nobody is on the other list.
func (c *circles) separate(a, b string) bool {
	as, bs := c.of(a), c.of(b)
	if c.err != nil || as[MemberID(b)] {
		return false
	}
	for id := range as {
		if bs[id] {
			return false
		}
	}
	one, _ := c.pool.Get(a)
	other, _ := c.pool.Get(b)
	elsewhere := one.Hub != 0 && other.Hub != 0 && one.Hub != other.Hub
	return elsewhere || len(as) > 0 && len(bs) > 0
}

func (c *circles) of(id string) map[MemberID]bool {
	if met, known := c.contacts[id]; known || c.err != nil {
		return met
	}
	c.contacts[id], c.err = c.n.Connections.Of(c.ctx, MemberID(id))
	return c.contacts[id]
}

// hostsEye is a host at their lists: whom they proposed already, and how much room there is in people's weeks.
type hostsEye struct {
	n        *Network
	v        Viewer
	hub      HubID
	proposed map[[2]MemberID]bool
	busy     map[MemberID]bool // proposed in the last week
	room     map[MemberID]int
}

func (n *Network) hostsEye(ctx context.Context, v Viewer, hub HubID) (*hostsEye, error) {
	if !v.Known() {
		return nil, Unauthenticated()
	}
	if !v.Hosts(hub) {
		return nil, NotFound("the lists of hub %s are for its hosts", hub)
	}
	eye := &hostsEye{n, v, hub, map[[2]MemberID]bool{}, map[MemberID]bool{}, map[MemberID]int{}}
	err := upTo(proposedRecent, func(p Page) ([]*Brokering, Cursor, error) { return n.Brokerings.BrokeredBy(ctx, v.ID, p) }, func(b *Brokering) {
		eye.proposed[[2]MemberID{b.A.Member, b.B.Member}] = true
		if b.AskedAt >= n.Now().Plus(-week) {
			eye.busy[b.A.Member], eye.busy[b.B.Member] = true, true
		}
	})
	return eye, err
}

func (eye *hostsEye) hasProposed(a, b MemberID) bool {
	return eye.proposed[[2]MemberID{min(a, b), max(a, b)}]
}

// takeRoom takes a place in somebody's week for the lists of this moment; false when there is none left.
func (eye *hostsEye) takeRoom(m *Member) bool {
	room, known := eye.room[m.ID]
	if !known {
		room = eye.n.roomFor(m)
	}
	eye.room[m.ID] = room - 1
	return room > 0
}

// shows tells whether the host sees the member as one of the hub.
func (eye *hostsEye) shows(m *Member) bool {
	return m != nil && !m.MatchingOff && m.ID != eye.v.ID && !eye.v.Apart(m.ID) && m.ShownTo(eye.v.Reach(m)).Hub == eye.hub
}

// UnmetAt are the people of a hub whom nobody has met yet, each with people who would fit them; for its hosts. Whom the
// host introduced to somebody in the last week makes room for the next.
func (n *Network) UnmetAt(ctx context.Context, v Viewer, hub HubID) ([]Unmet, error) {
	eye, err := n.hostsEye(ctx, v, hub)
	if err != nil {
		return nil, err
	}
	unmet, err := eye.unmetOf(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Unmet, len(unmet))
	for i, m := range unmet {
		if list[i], err = eye.unmet(ctx, m); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// unmetOf are some members of the hub who have met nobody to this moment: the newest, who has waited longest, the second
// newest and so on. It looks no further than it must.
func (eye *hostsEye) unmetOf(ctx context.Context) ([]*Member, error) {
	members, err := eye.n.membersOf(ctx, eye.hub)
	if err != nil {
		return nil, err
	}
	went, err := eye.n.whoWent(ctx)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(members, func(a, b *Member) int { return cmp.Or(cmp.Compare(b.JoinedAt, a.JoinedAt), cmp.Compare(a.ID, b.ID)) })
	members = slices.DeleteFunc(members, func(m *Member) bool { return !eye.shows(m) || eye.busy[m.ID] || went[m.ID] })
	var unmet []*Member
	for newest := true; len(members) > 0 && len(unmet) < unmetShown; {
		m := members[len(members)-1]
		if newest {
			m, members = members[0], members[1:]
		} else {
			members = members[:len(members)-1]
		}
		met, err := eye.n.hasMet(ctx, eye.v, m.ID)
		if err != nil {
			return nil, err
		}
		if !met {
			unmet, newest = append(unmet, m), !newest
		}
	}
	return unmet, nil
}

// unmet puts people beside somebody: those who fit best of those with room.
func (eye *hostsEye) unmet(ctx context.Context, m *Member) (Unmet, error) {
	n, u := eye.n, Unmet{Person: m.ShownTo(eye.v.Reach(m)), Since: m.JoinedAt, People: []Match{}}
	r := n.Matches.named(n.Matches.round.Load())
	public, found := r.pool.Get(string(m.ID))
	if !found {
		return u, nil
	}
	key, err := n.tieKey(ctx)
	if err != nil {
		return u, err
	}
	ranked := r.pool.Rank(public, matching.Question{Limit: unmetPeople * lookBehind, Day: n.today(), Key: key, Allow: func(id string) bool {
		return MemberID(id) != eye.v.ID && !eye.v.Apart(MemberID(id)) && !eye.hasProposed(m.ID, MemberID(id))
	}})
	if ranked, err = n.withRoom(ctx, ranked, unmetPeople, eye.takeRoom); err != nil {
		return u, err
	}
	_, u.People, err = n.present(ctx, eye.v, ranked, r.toldAlready)
	for i := range u.People {
		u.People[i].Introduced = false // what the host asked for themselves is not about these two
	}
	return u, err
}

// BridgesAt are pairs that fit each other well and join separate circles or hubs, one of each at least of this hub; for
// its hosts. Nobody is in two of them.
func (n *Network) BridgesAt(ctx context.Context, v Viewer, hub HubID) ([]BridgePair, error) {
	eye, err := n.hostsEye(ctx, v, hub)
	if err != nil {
		return nil, err
	}
	found, err := n.bridgesOf(ctx, hub)
	if err != nil {
		return nil, err
	}
	r := n.Matches.named(n.Matches.round.Load())
	var pairs []BridgePair
	var failed error
	matching.Apiece(found, func(b matching.Bridge) bool {
		pair, fits, err := eye.bridge(ctx, r, b)
		if failed = cmp.Or(failed, err); fits && failed == nil {
			pairs = append(pairs, pair)
		}
		return fits && failed == nil
	}, bridgesShown)
	return pairs, failed
}

// bridge is a pair as the host may see it, when it is still one to propose. Its reasons are made anew: what somebody hid
// since this morning is not told.
func (eye *hostsEye) bridge(ctx context.Context, r *round, b matching.Bridge) (BridgePair, bool, error) {
	one, other := MemberID(b.A), MemberID(b.B)
	if other == eye.v.ID || eye.v.Apart(other) || eye.hasProposed(one, other) {
		return BridgePair{}, false, nil
	}
	members, err := eye.n.Members.Many(ctx, []MemberID{one, other})
	if err != nil || !eye.shows(members[0]) || members[1] == nil {
		return BridgePair{}, false, err
	}
	for _, m := range members {
		if eye.n.roomFor(m) == 0 {
			return BridgePair{}, false, nil
		}
	}
	pair := BridgePair{One: members[0].ShownTo(eye.v.Reach(members[0])), Other: members[1].ShownTo(eye.v.Reach(members[1]))}
	pair.ForOne, pair.ForOther = r.between(one, other)
	met, err := eye.n.Connections.Of(ctx, one)
	return pair, !met[other] && pair.ForOne.Covered > 0 && pair.ForOther.Covered > 0, err
}

// WhyTogether explains two people to a third by what the network may see of both; nothing when either is not proposed to
// others.
func (n *Network) WhyTogether(_ context.Context, v Viewer, one, other MemberID) (forOne, forOther Benefit) {
	if !v.Known() {
		return Benefit{Reasons: []Reason{}}, Benefit{Reasons: []Reason{}}
	}
	return n.Matches.named(n.Matches.round.Load()).between(one, other)
}

func (r *round) between(one, other MemberID) (forOne, forOther Benefit) {
	a, known := r.pool.Get(string(one))
	b, both := r.pool.Get(string(other))
	if !known || !both {
		return Benefit{Reasons: []Reason{}}, Benefit{Reasons: []Reason{}}
	}
	reasons := r.definition.Explain(a, b)
	return r.benefit(reasons.ForViewer), r.benefit(reasons.ForCandidate)
}
