package demo

import (
	"strconv"
	"strings"
	"time"

	"longtable/server/community"
)

// place is a line of hubs.txt: a real city with an invented hub.
type place struct {
	city, country, zone, name string
	latitude, longitude       float64
	form                      community.HubForm
	weight                    int      // how many people it has, relative to the others
	languages                 []string // spoken there
	texts                     []string // written there; more often what stands there twice
	origins                   []string // where its people's names come from
	cities                    map[string]string
	clock                     *time.Location
}

func readPlaces() []place {
	native := map[string]map[string]string{}
	for _, row := range rows("places.txt") {
		native[row[0]] = named(func(column int) string { return row[column] })
	}
	var all []place
	for _, row := range rows("hubs.txt") {
		p := place{city: row[0], country: row[1], zone: row[4], name: row[5], form: community.Collective, cities: native[row[0]],
			languages: strings.Split(row[8], ","), texts: strings.Split(row[9], ","), origins: strings.Split(row[10], ",")}
		p.latitude, p.longitude, p.weight = number(row[2]), number(row[3]), int(number(row[7]))
		if row[6] == "b" {
			p.form = community.Business
		}
		p.clock = clockOf(p.zone)
		all = append(all, p)
	}
	return all
}

// number reads a figure of our own files; the tests find one that isn't.
func number(text string) float64 {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return n
}

// clockOf is a time zone, or UTC on a machine that doesn't know it.
func clockOf(zone string) *time.Location {
	clock, err := time.LoadLocation(zone)
	if err != nil {
		return time.UTC
	}
	return clock
}

// cityIn is the name of the city in a language.
func (p *place) cityIn(tongue string) string {
	if name := p.cities[tongue]; name != "" {
		return name
	}
	return p.city
}

func (g *Generator) hubID(at int) community.HubID { return idOf[community.HubID](g, "hub", at) }

// founded is how long before the network's present its first hub opened, in days.
const founded = 6 * 365

func (g *Generator) hub(h *harvest, at int) {
	p, d := g.hubs[at], g.dice("hub", at)
	hub := &community.Hub{Record: community.Record[community.HubID]{ID: g.hubID(at)}, Name: p.name, Form: p.form, City: p.city,
		Country: p.country, Latitude: p.latitude, Longitude: p.longitude, Zone: p.zone, Languages: p.languages}
	about, _ := g.words.in(p.texts[0], "hub-about")
	opening, _ := g.words.in(p.texts[0], "hub-opening")
	streets, _ := g.words.in(p.texts[0], "hub-street")
	hub.About = strings.Join(some(d, about, 2), "\n\n")
	hub.Opening = pick(d, opening)
	hub.Address = address(p.texts[0], pick(d, streets), d.between(2, 98))
	hub.Facilities = inOrder(d, community.Facilities, d.between(4, len(community.Facilities)-1))
	hub.Access = inOrder(d, community.AccessFacts, d.between(2, 8))
	hub.OpenedAt = g.ago(time.Duration(d.between(200, founded)) * day)
	for _, host := range g.plan.hosts[at] {
		hub.Hosts = append(hub.Hosts, g.memberID(host))
	}
	if at == 0 {
		hub.Bookkeepers = []community.MemberID{g.memberID(amara)}
	}
	h.Hubs = append(h.Hubs, hub)
}

// address writes street and number in the order of the language.
func address(tongue, street string, number int) string {
	no := strconv.Itoa(number)
	switch tongue {
	case "en", "fr":
		return no + " " + street
	case "zh":
		return street + no + "号"
	case "es", "uk":
		return street + ", " + no
	default:
		return street + " " + no
	}
}
