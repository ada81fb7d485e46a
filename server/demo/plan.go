package demo

import (
	"slices"

	"longtable/server/community"
)

// The first members have fixed parts; everybody else follows behind them.
const (
	amara = iota
	jonas
	leila
	noor
	firstHost // hosts of all hubs stand from here on
)

// Around the hosts follow people who make the personas' pages lively: their numbers, in this order.
const (
	circleOfAmara = 14 // in her hub, with what she needs
	circleOfJonas = 12 // in his hub
	callersAtHub  = 6  // without a hub, asking to join that of Jonas
	circleOfLeila = 8  // in her hub
	circleOthers  = 60 // anywhere, so that the first pages show many places
)

// plan says who belongs where, before any document is made, so that documents agree with each other.
type plan struct {
	home       []int           // hub of each member, -1 without one
	thin       []bool          // newcomers who have written next to nothing
	hosts      [][]int         // of each hub
	people     [][]int         // of each hub
	enterprise []int           // of each member, -1 without one
	staff      [][]int         // of each enterprise
	pairs      []pair          // who talks with whom
	known      map[string]bool // pairs of members who talk with each other
	busy       []int           // members with a hub: a draw of them is a draw of hubs by size
	circle     int             // first member of the circles
	first      int             // members before this number are stored first
}

// pair is a conversation: from asked, to said yes. posting is the one that they talk about, -1 for an introduction.
type pair struct{ from, to, posting int }

const (
	nobody        = -1
	thinPercent   = 12
	noHubPercent  = 40 // of the thin
	hostsUsualMax = 4
)

func (g *Generator) makePlan() plan {
	p := plan{home: make([]int, g.members), thin: make([]bool, g.members), enterprise: make([]int, g.members),
		hosts: make([][]int, len(g.hubs)), people: make([][]int, len(g.hubs))}
	p.settle(g)
	for i, hub := range p.home {
		p.enterprise[i] = nobody
		if hub != nobody {
			p.people[hub] = append(p.people[hub], i)
			p.busy = append(p.busy, i)
		}
	}
	p.employ(g)
	p.acquaint(g)
	return p
}

// settle gives everybody a home.
func (p *plan) settle(g *Generator) {
	p.home[amara], p.home[jonas], p.home[leila], p.home[noor] = 0, 1, 2, nobody
	p.thin[noor] = true
	next := firstHost
	p.hosts[1] = []int{jonas}
	for hub := range g.hubs {
		for range g.dice("hosts", hub).between(2, hostsUsualMax) - len(p.hosts[hub]) {
			p.hosts[hub] = append(p.hosts[hub], next)
			p.home[next] = hub
			next++
		}
	}
	p.circle = next
	for _, part := range []struct{ count, hub int }{{circleOfAmara, 0}, {circleOfJonas, 1}, {callersAtHub, nobody}, {circleOfLeila, 2}} {
		for range part.count {
			p.home[next] = part.hub
			next++
		}
	}
	p.first = min(next+circleOthers, g.members)
	var crowd []int // each hub as often as its weight
	for hub, at := range g.hubs {
		crowd = append(crowd, slices.Repeat([]int{hub}, at.weight)...)
	}
	for i := next; i < g.members; i++ {
		d := g.dice("home", i)
		p.home[i] = pick(d, crowd)
		p.thin[i] = d.chance(thinPercent)
		if p.thin[i] && d.chance(noHubPercent) {
			p.home[i] = nobody
		}
	}
}

// staffSizes is how many people enterprises have; most are one or two.
var staffSizes = []int{1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20}

// largest is how many people the biggest enterprises have; every hundredth is of that kind.
const largest = 60

// employ puts people of one hub together into enterprises.
func (p *plan) employ(g *Generator) {
	free := make([][]int, len(p.people))
	for hub, people := range p.people {
		free[hub] = slices.DeleteFunc(slices.Clone(people), func(i int) bool { return p.thin[i] })
	}
	p.staff = make([][]int, g.enterprises())
	for e := range p.staff {
		d := g.dice("staff", e)
		hub := e % len(free)
		for try := 0; try < len(free) && len(free[hub]) == 0; try++ {
			hub = (hub + 1) % len(free)
		}
		size := pick(d, staffSizes)
		if e%100 == 7 {
			size = d.between(largest/2, largest)
		}
		p.staff[e] = free[hub][:min(size, len(free[hub]))]
		free[hub] = free[hub][len(p.staff[e]):]
		for _, i := range p.staff[e] {
			p.enterprise[i] = e
		}
	}
}

// postingEvery is how often a conversation comes from the board instead of an introduction.
const postingEvery = 10

// acquaint decides who talks with whom: the personas first, then neighbours more often than strangers.
func (p *plan) acquaint(g *Generator) {
	p.known = map[string]bool{}
	meet := func(from, to, posting int) {
		if from != to && !p.talking(g, from, to) && !p.thin[from] && !p.thin[to] {
			p.known[community.PairID[string](g.memberID(from), g.memberID(to))] = true
			p.pairs = append(p.pairs, pair{from, to, posting})
		}
	}
	for i := range 6 {
		meet(p.circle+3+i, amara, nobody)
	}
	for i := range 4 {
		meet(p.circle+circleOfAmara+i, jonas, nobody)
		meet(leila, p.circle+circleOfAmara+circleOfJonas+callersAtHub+i, nobody)
	}
	meet(jonas, amara, nobody)
	meet(leila, jonas, nobody)
	for try := 0; len(p.pairs) < g.talks() && try < 4*g.talks(); try++ {
		d := g.dice("meeting", try)
		from := d.between(firstHost, g.members-1)
		to := d.between(firstHost, g.members-1)
		if home := p.home[from]; home != nobody && d.chance(60) {
			to = pick(d, p.people[home])
		}
		posting := nobody
		if try%postingEvery == 0 {
			posting = d.IntN(g.postings())
			to = p.author(g, posting)
		}
		if to > noor {
			meet(from, to, posting)
		}
	}
}

// talking tells whether two members are in a conversation.
func (p *plan) talking(g *Generator, a, b int) bool {
	return p.known[community.PairID[string](g.memberID(a), g.memberID(b))]
}

// author of a posting: the first ones are by people who are stored first.
func (p *plan) author(g *Generator, posting int) int {
	d := g.dice("author", posting)
	for {
		i := d.between(firstHost, g.members-1)
		if posting < firstPostings {
			i = d.between(firstHost, p.first-1)
		}
		if p.home[i] != nobody && !p.thin[i] {
			return i
		}
	}
}
