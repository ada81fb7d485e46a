package community

import (
	"context"
	"slices"

	"longtable/matching"
)

// The hours of a day at which people of a hub can be expected to work, by its own clocks.
const (
	dayBegins = 9
	dayEnds   = 18
)

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
		if slices.Contains(Causes, c) {
			mp.Causes |= 1 << (c - 1)
		}
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

// number of a skill; m.mu is held. Rounds keep shorter slices of byNumber, of which nothing changes when it grows.
func (m *Matchmaking) number(id SkillID) matching.Skill {
	no, known := m.skills[id]
	if !known {
		no = matching.Skill(len(m.byNumber))
		m.skills[id] = no
		m.byNumber = append(m.byNumber, id)
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
