package realtime

import (
	"sync"
	"time"
)

const (
	// renewEvery is how long a node takes to name everybody who has a connection to it.
	renewEvery = 15 * time.Second
	// leaseTime is how long somebody is believed to be there who was not named again: three rounds, of which two may be lost.
	leaseTime = 3 * renewEvery
	// presentWhile is how long a node may be silent before nobody is believed to be there.
	presentWhile = 5 * time.Second
	// leasesMax bounds what is kept of one node, in people.
	leasesMax = 1 << 17
	// namesBytes is how much of a hint people take; the rest is its frame.
	namesBytes = hintMax - 200
	// presenceHints is how many hints of this kind one pulse tells; the others wait for the next.
	presenceHints = 64
)

// presence is what this node is to tell the others of who is here. Each pulse tells who has come and gone since the last
// one, once however often, and some of the others again: a hint that is lost is made up for within a round. Nobody is
// written down anywhere.
type presence struct {
	mu      sync.Mutex
	changed map[string]bool // came, or went, or both
	round   []string        // those who are still to be named
	share   int             // of the round, at each pulse
	began   time.Time       // of the round; zero is long ago
}

// begin has a round begin at the next pulse.
func (p *presence) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.began, p.round = time.Time{}, nil
}

func (p *presence) change(person string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = map[string]bool{}
	}
	p.changed[person] = true
}

// due are the people to be named at a pulse; all tells everybody who is here.
func (p *presence) due(now time.Time, all func() []string) (people []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for person := range p.changed {
		people = append(people, person)
	}
	p.changed = nil
	if len(p.round) == 0 && now.Sub(p.began) >= renewEvery {
		p.began, p.round = now, all()
		p.share = len(p.round)*int(pulseEvery)/int(renewEvery) + 1
	}
	some := min(p.share, len(p.round))
	people = append(people, p.round[:some]...)
	p.round = p.round[some:]
	return people
}

// cameOrWent has the next pulse tell of a person.
func (h *Hub) cameOrWent(person string) {
	if h.nodes != nil && isName(person) {
		h.nodes.presence.change(person)
	}
}

// tellPresence names who came, who went and some of the others, while there is somebody to be told.
func (n *nodes) tellPresence(now time.Time) {
	if n.alone() {
		return
	}
	var here, away []string
	for _, person := range n.presence.due(now, n.hub.people.names) {
		if n.hub.people.has(person) {
			here = append(here, person)
		} else {
			away = append(away, person)
		}
	}
	left := n.nameAll(hintAway, away, presenceHints)
	n.nameAll(hintHere, here, left)
}

// nameAll tells of people in as few hints as they fit in, at most so many, and returns how many are left of these.
func (n *nodes) nameAll(kind string, people []string, hints int) (left int) {
	for ; len(people) > 0 && hints > 0; hints-- {
		fit, bytes := 0, 0
		for fit < len(people) && bytes+len(people[fit])+3 <= namesBytes { // quotes and a comma
			bytes += len(people[fit]) + 3
			fit++
		}
		n.hub.tell(hint{Kind: kind, People: people[:fit]})
		people = people[fit:]
	}
	for _, person := range people {
		n.presence.change(person)
	}
	return hints
}

func (n *nodes) alone() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.peers) < 2
}

// believe notes what a node says of who is there. Called with the nodes' mu held.
func (p *peer) believe(in hint, now time.Time) {
	switch {
	case p.left:
		p.people = nil
	case in.Kind == hintAway:
		for _, person := range in.People {
			delete(p.people, person)
		}
	case in.Kind == hintHere:
		if p.people == nil {
			p.people = map[string]time.Time{}
		}
		for _, person := range in.People {
			if _, known := p.people[person]; known || len(p.people) < leasesMax {
				p.people[person] = now.Add(leaseTime)
			}
		}
	}
}

// elsewhere tells whether a person has a connection to another node, as far as it was said.
func (n *nodes) elsewhere(person string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, p := range n.peers {
		if name != n.name && n.now.Sub(p.heard) <= presentWhile && n.now.Before(p.people[person]) {
			return true
		}
	}
	return false
}

// expire forgets those who were not named again. Called with mu held.
func (n *nodes) expire(now time.Time) {
	for _, p := range n.peers {
		for person, until := range p.people {
			if !now.Before(until) {
				delete(p.people, person)
			}
		}
	}
}
