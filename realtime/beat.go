package realtime

import "time"

// beatSlots spreads what every connection needs from time to time: each beat looks at one slot of them.
const beatSlots = 16

// beat asks every connection for a sign of life each Limits.PingEvery, and lets go of those that have given none for
// Limits.ReadWait. It also has the shelf forget. It ends with the hub.
func (h *Hub) beat() {
	defer close(h.rested)
	limits := &h.config.Limits
	ticker, tidy := time.NewTicker(max(limits.PingEvery/beatSlots, time.Millisecond)), time.NewTicker(tidyEvery)
	defer ticker.Stop()
	defer tidy.Stop()
	for slot := uint8(0); ; {
		select {
		case <-h.ctx.Done():
			return
		case now := <-tidy.C:
			h.shelf.tidy(now)
		case now := <-ticker.C:
			slot = (slot + 1) % beatSlots
			for _, c := range h.people.all() {
				if c.slot == slot {
					c.ask(now, limits)
				}
			}
		}
	}
}

// ask sends a ping, unless the peer has been silent or has taken nothing for too long.
func (c *conn) ask(now time.Time, limits *Limits) {
	switch {
	case now.UnixNano()-c.heard.Load() > int64(limits.ReadWait):
		c.end(byeGone)
		return
	case c.link.stuck(now, limits.WriteWait):
		c.end(byeSlow)
		c.link.cut() // a goodbye would wait behind the rest
		return
	}
	if c.out.hasRoom() == nil {
		c.out.note(ping)
	}
}
