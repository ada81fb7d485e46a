package community

import (
	"context"
	"hash/fnv"
	"time"

	"longtable/matching"
)

const (
	// newcomerTime is how long somebody counts as new when it is looked how often newcomers are seen.
	newcomerTime = 90 * 24 * time.Hour
	// smallHub is how many people a small hub has at most, for the same.
	smallHub = 20
	// auditViewers is about how many people's lists are tried under new weights: each of a group of twenty is then seen a
	// few times, and the look takes less than a second.
	auditViewers = 400
	// auditPlaces is how long these lists are: what one reads at a sitting, and a little more.
	auditPlaces = 20
)

// skewed tries the lists of some people under new weights, and says whether a group would be seen too little or too much.
// Groups are told by what everybody may know; no ranking reads them.
func (t *Teacher) skewed(ctx context.Context, proposed matching.Weights) (string, error) {
	n := t.network
	zones, err := n.zones(ctx)
	if err != nil {
		return "", err
	}
	pool, every := n.Matches.round.Load().pool, uint64(max(1, n.Matches.Len()/auditViewers))
	var viewers []matching.Profile
	c := newCensus(n.Now())
	for member, err := range n.Members.Each(ctx) {
		if err != nil {
			return "", err
		}
		if member.MatchingOff {
			continue
		}
		public := member.ShownTo(EveryoneInNetwork)
		c.count(public)
		if drawn(member.ID)%every == 0 {
			viewers = append(viewers, n.Matches.profile(public, zones))
		}
	}
	seen := map[matching.Weights]map[string]uint64{}
	for _, w := range []matching.Weights{matching.HandSet(), proposed} {
		under, err := pool.Under(w)
		if err != nil {
			return "", err
		}
		seen[w] = under.Exposure(viewers, matching.Question{Limit: auditPlaces, Day: n.today()})
	}
	return matching.Skewed(seen[matching.HandSet()], seen[proposed], c.groups(), c.people), nil
}

// drawn is a number for everybody by which the same are drawn every time.
func drawn(id MemberID) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // a hash takes everything
	return h.Sum64()
}

// census counts people by what everybody may know of them.
type census struct {
	newSince  Instant
	people    int
	newcomers map[string]bool
	byHub     map[HubID][]string
	speakers  map[string]map[string]bool // by language
	stated    map[string]bool            // who names a language
}

func newCensus(now Instant) *census {
	return &census{newSince: now.Plus(-newcomerTime), newcomers: map[string]bool{}, byHub: map[HubID][]string{},
		speakers: map[string]map[string]bool{}, stated: map[string]bool{}}
}

func (c *census) count(p Profile) {
	id := string(p.ID)
	c.people++
	if p.JoinedAt > c.newSince {
		c.newcomers[id] = true
	}
	if p.Hub != "" {
		c.byHub[p.Hub] = append(c.byHub[p.Hub], id)
	}
	for _, l := range p.Languages {
		if c.speakers[l] == nil {
			c.speakers[l] = map[string]bool{}
		}
		c.speakers[l][id], c.stated[id] = true, true
	}
}

// groups are newcomers, people of small hubs, and people who don't speak what most speak.
func (c *census) groups() []matching.Group {
	small, others, most := map[string]bool{}, map[string]bool{}, ""
	for _, people := range c.byHub {
		if len(people) <= smallHub {
			for _, id := range people {
				small[id] = true
			}
		}
	}
	for l, who := range c.speakers {
		if len(who) > len(c.speakers[most]) || len(who) == len(c.speakers[most]) && l < most {
			most = l
		}
	}
	for id := range c.stated {
		if !c.speakers[most][id] {
			others[id] = true
		}
	}
	return []matching.Group{{Name: "newcomers", IDs: c.newcomers}, {Name: "people of small hubs", IDs: small}, {Name: "people without the most common language", IDs: others}}
}
