package realtime

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/gorilla/websocket"
)

const (
	proveClients  = 60
	proveMessages = 300
)

// TestProveRealtimeOrderOnce drops clients without a goodbye and lets them resume, while messages flow, some hints are
// lost and some are repeated late. Every client must apply 1, 2, 3, … of both conversations, each once, by the client's
// one rule.
func TestProveRealtimeOrderOnce(t *testing.T) {
	town := newTown()
	config := town.config()
	config.Limits = Limits{PerPerson: 1 << 20, PerAddress: 1 << 20, Queue: 8, Page: 16, Resume: 2 * proveMessages}
	hub, address := open(t, config)

	var clients sync.WaitGroup
	for i := range proveClients {
		clients.Go(func() { follow(t, address, rand.New(rand.NewPCG(1, uint64(i)))) })
	}
	chance := rand.New(rand.NewPCG(2, 2))
	talk(t, hub, town, chance)
	clients.Wait()
}

// talk says everything in both conversations. The last hint of each is never lost: nothing would follow to show it.
func talk(t *testing.T, hub *Hub, town *town, chance *rand.Rand) {
	for i := 1; i <= proveMessages; i++ {
		for _, conversation := range []string{"bakery", "garden"} {
			ev, err := town.send(t.Context(), "amara", conversation, fmt.Sprint("n", i), fmt.Sprint("message ", i))
			if err != nil {
				t.Error(err)
				return
			}
			if i == proveMessages || chance.IntN(10) > 0 {
				hub.Deliver(ev)
			}
			if chance.IntN(10) == 0 {
				hub.Deliver(town.said[conversation][chance.IntN(i)])
			}
		}
	}
}

// follow is one client; it leaves after a random number of frames until it has everything.
func follow(t *testing.T, address string, chance *rand.Rand) {
	have := map[string]int64{"bakery": 0, "garden": 0}
	for have["bakery"] < proveMessages || have["garden"] < proveMessages {
		ws, _, err := websocket.DefaultDialer.Dial(fmt.Sprintf("ws://%s/live?v=1&person=chen&epoch=e1&since=bakery.%d,garden.%d",
			address, have["bakery"], have["garden"]), nil)
		if err != nil {
			t.Error(err)
			return
		}
		c := &client{t, ws}
		for range 1 + chance.IntN(100) {
			f, err := c.next()
			if err != nil {
				t.Errorf("at %v: %v", have, err)
				return
			}
			if f.Op == "ev" && !apply(t, have, f) {
				return
			}
			if !slices.ContainsFunc([]string{"bakery", "garden"}, func(c string) bool { return have[c] < proveMessages }) {
				break
			}
		}
		_ = ws.NetConn().Close() // without a goodbye
	}
}

// apply is stricter than a real client: the server must never send what is not next.
func apply(t *testing.T, have map[string]int64, f frame) bool {
	if f.Seq != have[f.C]+1 || f.Body != fmt.Sprint("message ", f.Seq) {
		t.Errorf("%s %d %q after %d", f.C, f.Seq, f.Body, have[f.C])
		return false
	}
	have[f.C] = f.Seq
	return true
}
