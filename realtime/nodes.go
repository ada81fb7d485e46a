package realtime

import (
	"context"
	"crypto/rand"
	"math/big"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// pulseEvery is how often a node says that it lives and looks whether it has missed something; a tenth more or less, so
	// that nodes don't all do it at once.
	pulseEvery = 400 * time.Millisecond
	// silentAfter is when a node that says nothing, or this one's own voice, counts as unheard: two pulses and some delay.
	silentAfter = time.Second
	// forgottenAfter is when an unheard node counts as gone. Until then its hints may be missed any moment, so each pulse looks.
	forgottenAfter = 10 * time.Minute
	// nodesMax bounds the nodes that one keeps track of; a network with more has another problem.
	nodesMax = 256

	errandsMax = 1024 // errands that wait; when there are more, what was asked for counts as missed
	errandBoys = 8    // errands and reads of a log at a time, so that the store has time for pages

	// recheckEvery is how long a right that nobody heard end may last, when no loss was noticed.
	recheckEvery = 5 * time.Minute
	// recheckMax is how many people one pulse asks for again after a loss: some 400 a second.
	recheckMax = 160
	// roundEvery is how often everything watched may be fetched again, and everybody asked for, while the bus is down.
	roundEvery = 20 * time.Second
)

// nodes is what a hub knows of the others. It finds out that hints were lost in two ways: a hole in the numbers of a node,
// and silence, its own on the bus too. Then it looks into the logs of all conversations that have connections here.
type nodes struct {
	hub  *Hub
	name string

	telling sync.Mutex
	count   uint64 // of hints told; guarded by telling

	mu        sync.Mutex
	now       time.Time // of the last pulse
	peers     map[string]*peer
	closed    bool
	fetching  map[string]bool // conversation to whether it is to be read once more
	resting   time.Time       // until when no look begins
	expired   time.Time       // when those who were not named again were forgotten last
	people    []string        // left of a round
	round     time.Time       // when the last round began
	rounds    bool            // whether another one is due
	following int             // where the quiet round of people goes on

	missed  atomic.Bool // something was lost; the next pulse looks
	looking atomic.Bool
	errands chan func()
	running sync.WaitGroup // pulse, errand boys and looks
	stop    func()         // of the bus
	leaving sync.Once

	presence presence
}

// peer is a node, this one included.
type peer struct {
	count uint64
	heard time.Time // the pulse before
	left  bool      // it ends, and is not missed; its last hints may still come

	people map[string]time.Time // who has connections there, and until when that is believed
}

// join begins to listen to the other nodes.
func (h *Hub) join() error {
	n := &nodes{hub: h, name: rand.Text(), peers: map[string]*peer{}, fetching: map[string]bool{}, errands: make(chan func(), errandsMax)}
	n.peers[n.name] = &peer{}
	h.nodes = n
	stop, err := h.config.Bus.Listen(n.hear)
	if err != nil {
		h.nodes = nil
		return err
	}
	n.stop = stop
	for range errandBoys {
		n.running.Go(n.runErrands)
	}
	n.running.Go(n.pulse)
	return nil
}

// leave stops listening and waits for everything; the hub's context has ended.
func (n *nodes) leave() {
	n.leaving.Do(func() {
		n.hub.tell(hint{Kind: hintLeave})
		n.stop()
		n.mu.Lock()
		n.closed = true
		close(n.errands)
		n.mu.Unlock()
	})
	n.running.Wait()
}

// pulse says that this node lives and looks around, until the hub ends.
func (n *nodes) pulse() {
	pulses := n.hub.config.Pulse
	if pulses == nil {
		pulses = n.heartbeat()
	}
	for {
		select {
		case <-n.hub.ctx.Done():
			return
		case now := <-pulses:
			n.beat(now)
		}
	}
}

func (n *nodes) beat(now time.Time) {
	n.at(now)
	n.hub.tell(hint{Kind: hintAlive})
	n.lookAround(now)
	n.tellPresence(now)
}

// at is the time from here on. Nobody is silent before the first pulse.
func (n *nodes) at(now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.now.IsZero() {
		for _, p := range n.peers {
			p.heard = now
		}
	}
	n.now = now
}

// heartbeat sends the time every pulseEvery or so, until the hub ends.
func (n *nodes) heartbeat() <-chan time.Time {
	beats := make(chan time.Time)
	n.running.Go(func() {
		for {
			timer := time.NewTimer(pulseEvery*9/10 + random(pulseEvery/5))
			select {
			case <-n.hub.ctx.Done():
				timer.Stop()
				return
			case now := <-timer.C:
				select {
				case beats <- now:
				case <-n.hub.ctx.Done():
					return
				}
			}
		}
	})
	return beats
}

// random is a time below most.
func random(most time.Duration) time.Duration {
	d, err := rand.Int(rand.Reader, big.NewInt(int64(most)))
	if err != nil {
		return most / 2
	}
	return time.Duration(d.Int64())
}

// hear takes one hint from the bus.
func (n *nodes) hear(data []byte) {
	in, err := parseHint(data)
	if err != nil {
		n.hub.config.Logger.Warn("hint not understood", "error", err)
		return
	}
	n.keepCount(in)
	if in.Node != n.name {
		n.hub.heed(in)
	}
}

// keepCount notices holes in the numbers of a node. Of one that is new here only the first hint can't have been missed.
func (n *nodes) keepCount(in hint) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := n.peers[in.Node]
	switch {
	case p == nil && len(n.peers) >= nodesMax:
		n.missed.Store(true)
		return
	case p == nil:
		p = &peer{}
		n.peers[in.Node] = p
		n.presence.begin() // it knows nobody yet
	}
	if in.Count > p.count+1 {
		n.missed.Store(true)
	}
	p.count, p.heard = max(p.count, in.Count), n.now
	p.left = p.left || in.Kind == hintLeave
	if in.Node != n.name {
		p.believe(in, n.now)
	}
}

// lookAround does what a pulse has to: it looks for what was missed, and asks for some people's rights again.
func (n *nodes) lookAround(now time.Time) {
	unheard := n.unheard(now)
	if n.missed.Swap(false) || unheard {
		n.look(now)
	}
	for _, person := range n.due(now) {
		n.errand(func() { n.hub.recheckHere(person) })
	}
}

// unheard tells whether a node can't be heard, this one included, and forgets those that are gone.
func (n *nodes) unheard(now time.Time) (silent bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for name, p := range n.peers {
		if now.Sub(p.heard) > forgottenAfter && name != n.name {
			delete(n.peers, name)
			continue
		}
		silent = silent || !p.left && now.Sub(p.heard) > silentAfter
	}
	return silent
}

// due are the people whose rights are to be asked for at this pulse: all of them, bit by bit, in a round after a loss,
// and else so few that everybody comes up once in recheckEvery. A round also has all that is watched fetched again.
func (n *nodes) due(now time.Time) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now.Sub(n.expired) >= leaseTime {
		n.expired = now
		n.expire(now)
	}
	if n.rounds && len(n.people) == 0 && now.Sub(n.round) >= roundEvery {
		n.rounds, n.round, n.people = false, now, n.hub.people.names()
		n.errandLocked(n.hub.nudgeAll)
	}
	if len(n.people) > 0 {
		some := n.people[:min(recheckMax, len(n.people))]
		n.people = n.people[len(some):]
		return some
	}
	all := n.hub.people.names()
	if len(all) == 0 {
		return nil
	}
	few := (len(all)*int(pulseEvery) + int(recheckEvery) - 1) / int(recheckEvery)
	some := make([]string, 0, few)
	for range few {
		n.following = (n.following + 1) % len(all)
		some = append(some, all[n.following])
	}
	return some
}

// errand has something done that may wait for the store.
func (n *nodes) errand(do func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.errandLocked(do)
}

// errandLocked is false when there are too many.
func (n *nodes) errandLocked(do func()) bool {
	if n.closed {
		return false
	}
	select {
	case n.errands <- do:
		return true
	default:
		n.missed.Store(true)
		return false
	}
}

func (n *nodes) runErrands() {
	for do := range n.errands {
		if n.hub.ctx.Err() == nil {
			do()
		}
	}
}

// look reads what is new in the logs of the conversations that have connections here; one look at a time, and as long a
// pause after it as it took, so that a bus that is down costs the store half its time at most. Whoever is about to subscribe
// reads their logs, too.
func (n *nodes) look(now time.Time) {
	if n.rests(now) || !n.looking.CompareAndSwap(false, true) {
		n.missed.Store(true)
		return
	}
	n.hub.recent.forget()
	n.running.Go(func() {
		began := time.Now()
		n.readAll(n.hub.rooms.names())
		n.rest(time.Since(began))
		n.looking.Store(false)
	})
}

func (n *nodes) readAll(conversations []string) {
	var readers sync.WaitGroup
	next := atomic.Int64{}
	for range errandBoys {
		readers.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(conversations) && n.hub.ctx.Err() == nil; i = next.Add(1) - 1 {
				n.fetch(conversations[i])
			}
		})
	}
	readers.Wait()
}

// rests tells whether it is too early for a look; a round of people follows all the same.
func (n *nodes) rests(now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rounds = true
	return now.Before(n.resting)
}

func (n *nodes) rest(took time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.resting = n.now.Add(took)
}

// fetchSoon reads what is new in a conversation, by an errand; while it is being read, once more.
func (n *nodes) fetchSoon(conversation string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, already := n.fetching[conversation]; already {
		n.fetching[conversation] = true
		return
	}
	if n.errandLocked(func() { n.readOut(conversation) }) {
		n.fetching[conversation] = false
	}
}

// fetch reads what nobody here was told of in a conversation, and delivers it. Of two at once the second has the first
// read again.
func (n *nodes) fetch(conversation string) {
	if n.begin(conversation) {
		n.readOut(conversation)
	}
}

// readOut is called after begin.
func (n *nodes) readOut(conversation string) {
	for {
		err := n.read(conversation)
		if err != nil && n.hub.ctx.Err() == nil {
			n.hub.config.Logger.Error("what another node said was not read", "conversation", conversation, "error", err)
			n.missed.Store(true)
		}
		if n.end(conversation, err) {
			return
		}
	}
}

func (n *nodes) begin(conversation string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, already := n.fetching[conversation]; already {
		n.fetching[conversation] = true
		return false
	}
	n.fetching[conversation] = false
	return true
}

// end tells whether a conversation need not be read again now.
func (n *nodes) end(conversation string, err error) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fetching[conversation] && err == nil {
		n.fetching[conversation] = false
		return false
	}
	delete(n.fetching, conversation)
	return true
}

func (n *nodes) read(conversation string) error {
	limit := n.hub.config.Limits.Page
	for {
		after, here := n.hub.rooms.told(conversation)
		if !here {
			return nil
		}
		ctx, cancel := context.WithTimeout(n.hub.ctx, n.hub.config.Limits.StoreWait)
		events, err := n.hub.config.Log.Page(ctx, conversation, after, limit)
		cancel()
		if err != nil {
			return err
		}
		for _, ev := range events {
			n.hub.hand(ev)
		}
		if len(events) < limit {
			return nil
		}
	}
}
