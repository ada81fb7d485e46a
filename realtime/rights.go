package realtime

import "context"

// open subscribes to what the client may see, from where it left off.
func (c *conn) open(o opening) {
	if o.version != Version {
		c.end(byeVersion)
	}
	c.rights.Lock()
	defer c.rights.Unlock()
	ctx, cancel := c.asking()
	defer cancel()
	if c.over() || !c.alive(ctx) {
		return
	}
	c.opened = true
	since := o.since
	if o.epoch != c.hub.config.Epoch() {
		since = map[string]int64{} // positions in another history say nothing; ready tells the client
	}
	c.load(ctx, since)
	for _, topic := range o.watch {
		if no := c.watch(ctx, topic); no != nil {
			c.note(*no)
		}
	}
}

// alive ends a connection whose session has ended. Called with rights held.
func (c *conn) alive(ctx context.Context) bool {
	if c.hub.config.Session == nil {
		return true
	}
	err := c.hub.config.Session(ctx, c.person, c.session)
	if err == nil {
		return true
	}
	if kind, _ := c.hub.config.Explain(err); kind == "internal" {
		c.trouble("ask for the session", err)
	} else {
		c.end(byeSignedOut)
	}
	return false
}

// load asks which conversations the person is in, leaves the others and enters the new ones, each after the position
// in since or else at its head; since is nil once the connection is open. Called with rights held.
func (c *conn) load(ctx context.Context, since map[string]int64) {
	mark := c.hub.recent.mark()
	heads, err := c.hub.config.Log.Heads(ctx, c.person)
	if err != nil {
		c.trouble("read the heads", err)
		return
	}
	in := make(map[string]bool, len(heads))
	for _, h := range heads {
		in[h.Conversation] = true
	}
	for _, conversation := range c.out.conversations() {
		if in[conversation] {
			continue
		}
		if cur := c.out.unsubscribe(conversation); cur != nil {
			c.hub.rooms.remove(cur)
		}
	}
	c.enter(heads, since)
	c.missed(mark)
}

// enter subscribes to the conversations that are new here. ready comes first, then the gaps, then events: so both are
// noted before the first subscription, which may have events written. The caller holds rights, so nobody else enters.
func (c *conn) enter(heads []Head, since map[string]int64) {
	entered := []Head{} // never null on the wire
	for _, h := range heads {
		if !c.out.follows(h.Conversation) {
			entered = append(entered, h)
		}
	}
	if len(entered) > 0 || since != nil {
		c.out.note(readyFrame{opReady, c.hub.config.Epoch(), entered}.bytes())
	}
	from := make([]int64, len(entered))
	for i, h := range entered {
		pos, ok := since[h.Conversation]
		switch {
		case !ok || pos > h.Head: // above the head, the client sees from ready that it must load again
			pos = h.Head
		case h.Head-pos > int64(c.hub.config.Limits.Resume):
			c.note(gapFrame{opGap, h.Conversation, pos + 1, h.Head})
			pos = h.Head
		}
		from[i] = pos
	}
	for i, h := range entered {
		if cur := c.out.subscribe(h.Conversation, from[i], h.Head); cur != nil {
			if c.hub.rooms.add(cur, h.Head) && c.hub.nodes != nil {
				c.hub.nodes.fetchSoon(h.Conversation)
			}
		}
	}
}

// missed catches up with what was delivered between mark and subscribing.
func (c *conn) missed(mark uint64) {
	heads, complete := c.hub.recent.since(mark)
	if !complete {
		c.out.expectAny()
		return
	}
	for conversation, seq := range heads {
		c.out.expect(conversation, seq)
	}
}

// reload enters the conversations that are new and leaves those that have ended.
func (c *conn) reload() {
	c.rights.Lock()
	defer c.rights.Unlock()
	if !c.opened {
		return
	}
	ctx, cancel := c.asking()
	defer cancel()
	c.load(ctx, nil)
}

// recheck asks for every right again.
func (c *conn) recheck() {
	c.rights.Lock()
	defer c.rights.Unlock()
	ctx, cancel := c.asking()
	defer cancel()
	if !c.opened || !c.alive(ctx) {
		return
	}
	c.load(ctx, nil)
	for _, topic := range c.out.topics() {
		if err := c.hub.config.Authorize(ctx, c.person, topic); err != nil {
			c.unwatch(topic)
			c.note(c.no(command{Topic: topic}, err))
		}
	}
}

// watch lets nudges of topic through, or says why not. Called with rights held.
func (c *conn) watch(ctx context.Context, topic string) *noFrame {
	if len(c.out.topics()) >= c.hub.config.Limits.Watches {
		return &noFrame{Op: opNo, Topic: topic, Kind: "too-many", Say: "live.too-many-topics"}
	}
	if err := c.hub.config.Authorize(ctx, c.person, topic); err != nil {
		no := c.no(command{Topic: topic}, err)
		return &no
	}
	if cur := c.out.watch(topic); cur != nil {
		c.hub.watchers.add(cur, 0)
	}
	return nil
}

func (c *conn) unwatch(topic string) {
	if cur := c.out.unwatch(topic); cur != nil {
		c.hub.watchers.remove(cur)
	}
}
