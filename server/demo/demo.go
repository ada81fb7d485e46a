// Package demo invents a whole network from a seed: hubs, people, what they do, ask, plan and say to each other. The
// same seed gives the same network on every machine; only its dates follow the clock that it is given, so that its
// events lie ahead. Nobody in it is real.
package demo

import (
	"time"

	"longtable/server/community"
)

const (
	// MembersUsual is the size of the network after which the product is measured.
	MembersUsual = 16_000

	// MembersMin is the smallest network in which every persona still has people around them.
	MembersMin = 100
)

// Options of a demo network.
type Options struct {
	Members int       // people; 0 is MembersUsual, fewer than MembersMin are raised to it
	Seed    uint64    // another seed is another network
	Now     time.Time // dates are set around it; a store that was begun before keeps its own
}

// Generator makes every document of a demo network, each from its own number, so that any of them can be made again.
// It is for one goroutine.
type Generator struct {
	members int
	seed    uint64
	now     time.Time // whole hours, UTC
	words   words
	skills  *vocabulary
	causes  [][]string // names of the seventeen causes, by column of tongues
	hubs    []place
	plan    plan
}

// New prepares a network; nothing is stored yet.
func New(o Options) *Generator {
	if o.Members == 0 {
		o.Members = MembersUsual
	}
	g := &Generator{members: max(o.Members, MembersMin), seed: o.Seed, now: o.Now.UTC().Truncate(time.Hour), words: readWords(),
		causes: rows("causes.txt")}
	g.skills = compose(g.dice("popularity", 0))
	g.hubs = readPlaces()
	g.hubs = g.hubs[:min(len(g.hubs), max(5, g.members/20))]
	g.plan = g.makePlan()
	return g
}

// scaled is how many there are of something of which the usual network has so many, and at least a few.
func (g *Generator) scaled(usual, atLeast int) int {
	return max(atLeast, usual*g.members/MembersUsual)
}

func (g *Generator) enterprises() int   { return g.scaled(1500, 12) }
func (g *Generator) postings() int      { return g.scaled(400, 20) }
func (g *Generator) events() int        { return g.scaled(300, 16) }
func (g *Generator) programmes() int    { return g.scaled(60, 9) }
func (g *Generator) talks() int         { return g.scaled(3000, 30) }
func (g *Generator) introductions() int { return g.scaled(700, 12) }

const day = 24 * time.Hour

// ago is an instant before the network's present.
func (g *Generator) ago(d time.Duration) community.Instant { return community.At(g.now.Add(-d)) }
