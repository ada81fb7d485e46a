package realtime

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Bus carries hints between the nodes of one network, and may lose any of them. A network of one node needs none.
type Bus interface {
	// Publish sends a hint to every node, this one too, or not at all; it never waits.
	Publish(data []byte)
	// Listen calls hear with what is published, one call at a time, until stop returns. data is not kept.
	Listen(hear func(data []byte)) (stop func(), err error)
}

// hint is what one node tells the others: where to look, and never what somebody wrote. PROTOCOL.md lists them.
type hint struct {
	Kind    string   `json:"k"`
	Node    string   `json:"n"`           // who says it, drawn anew at each start
	Count   uint64   `json:"i"`           // 1, 2, 3, … of that node: a hole is a hint that was lost
	C       string   `json:"c,omitempty"` // a conversation
	Seq     int64    `json:"seq,omitempty"`
	Topic   string   `json:"topic,omitempty"`
	Rev     int64    `json:"rev,omitempty"`
	Person  string   `json:"person,omitempty"`
	Session string   `json:"session,omitempty"` // the hash by which a session is found, not what opens it
	People  []string `json:"people,omitempty"`
}

const (
	hintEvent   = "event"
	hintNudge   = "nudge"
	hintTyping  = "typing"
	hintJoin    = "join"
	hintRecheck = "recheck"
	hintSession = "end-session"
	hintPerson  = "end-person"
	hintHere    = "here"
	hintAway    = "away"
	hintAlive   = "alive"
	hintLeave   = "leave"
)

// hintMax is the longest hint in bytes: names are at most idMax each, and of people there are as many as fit.
const hintMax = 1 << 10

// parseHint reads what came from the bus. Another version of the program may say more; what is not understood is an error
// and does nothing.
func parseHint(data []byte) (hint, error) {
	var h hint
	if len(data) > hintMax {
		return h, fmt.Errorf("a hint of %d bytes; the longest has %d", len(data), hintMax)
	}
	if err := json.Unmarshal(data, &h); err != nil {
		return h, fmt.Errorf("a hint that can't be read: %w", err)
	}
	if !isName(h.Node) || h.Count == 0 {
		return h, fmt.Errorf("a hint of nobody")
	}
	names := map[string][]string{
		hintEvent: {h.C}, hintNudge: {h.Topic}, hintTyping: {h.C, h.Person}, hintJoin: {h.C, h.Person}, hintRecheck: {h.Person},
		hintSession: {h.Session}, hintPerson: {h.Person}, hintAlive: {}, hintLeave: {},
		hintHere: h.People, hintAway: h.People,
	}
	needs, known := names[h.Kind]
	if !known || slices.ContainsFunc(needs, func(name string) bool { return !isName(name) }) || !h.counts() {
		return h, fmt.Errorf("a hint of the kind %q that can't be followed", h.Kind)
	}
	return h, nil
}

// counts tells whether a hint has the numbers, or the people, that its kind needs.
func (h hint) counts() bool {
	switch h.Kind {
	case hintEvent:
		return h.Seq > 0
	case hintHere, hintAway:
		return len(h.People) > 0
	}
	return true
}

// tell publishes a hint of this node; without a bus there is nobody to tell.
func (h *Hub) tell(out hint) {
	n := h.nodes
	if n == nil {
		return
	}
	n.telling.Lock() // the bus gets hints in the order of their counts
	defer n.telling.Unlock()
	n.count++
	out.Node, out.Count = n.name, n.count
	data, err := json.Marshal(out)
	if err != nil {
		h.config.Logger.Error("hint not sent", "kind", out.Kind, "error", err)
		return
	}
	h.config.Bus.Publish(data)
}

// heed does what a hint of another node says. It must not wait for the store: what does is an errand.
func (h *Hub) heed(in hint) {
	switch in.Kind {
	case hintEvent:
		h.recent.note(in.C, in.Seq)
		if told, here := h.rooms.told(in.C); here && in.Seq > told {
			h.nodes.fetchSoon(in.C)
		}
	case hintNudge:
		h.nudgeHere(in.Topic, in.Rev)
	case hintTyping:
		h.typingHere(in.C, in.Person)
	case hintJoin:
		h.nodes.errand(func() { h.joinHere(in.Person, in.C) })
	case hintRecheck:
		h.nodes.errand(func() { h.recheckHere(in.Person) })
	case hintSession:
		h.endSessionHere(in.Session)
	case hintPerson:
		h.endPersonHere(in.Person)
	}
}
