package community

import (
	"context"
	"slices"
)

// Erasure is the intent to take away everything that the network keeps of somebody who leaves. It is written first and
// goes last, so that whatever ends the program in between, the rest is done after the next start. Its id is the
// member's, which by then leads nowhere.
type Erasure struct {
	Record[MemberID] `bson:",inline"`
	Since            Instant `json:"since"`
	EmptiedAt        Instant `json:"emptiedAt,omitempty"` // when everything was taken from the store; the files still hold traces
}

// Erasures is what the domain needs of the store.
type Erasures interface {
	Keeper[MemberID, Erasure]
	All(ctx context.Context) ([]*Erasure, error)
}

// Leaving is what somebody has to know before they leave, beside what holds for everybody.
type Leaving struct {
	LastSteward bool          // nobody else keeps the network: they have to appoint somebody first
	Hubs        []*Hub        // have no other host; the stewards look after them
	Enterprises []*Enterprise // have nobody else, and go with them
	OpenReports int           // made by them, and not handled yet; at most PageMax are counted
}

// BeforeLeaving tells the viewer what their leaving would leave behind, as they can know it: people apart are not there.
func (n *Network) BeforeLeaving(ctx context.Context, v Viewer) (l Leaving, err error) {
	if !v.Known() {
		return l, Unauthenticated()
	}
	if v.Steward {
		if l.LastSteward, err = n.lastSteward(ctx, v, nil); err != nil {
			return l, err
		}
	}
	hubs, err := n.Hubs.Many(ctx, v.HostOf)
	if err != nil {
		return l, err
	}
	for _, h := range hubs {
		if h != nil && !slices.ContainsFunc(h.Hosts, v.isOther) {
			l.Hubs = append(l.Hubs, h)
		}
	}
	own, err := n.OwnEnterprises(ctx, v)
	if err != nil {
		return l, err
	}
	for _, e := range own {
		if !slices.ContainsFunc(e.People, func(r Role) bool { return r.Until == 0 && v.isOther(r.Member) }) {
			l.Enterprises = append(l.Enterprises, e)
		}
	}
	made, _, err := n.Reports.By(ctx, v.ID, Page{Limit: PageMax})
	for _, r := range made {
		if r.Desk != "" {
			l.OpenReports++
		}
	}
	return l, err
}

// Leave takes the viewer out of the network at once and for everybody. What else is kept of them is taken away by
// Erase, which follows from the record. It may be repeated.
func (n *Network) Leave(ctx context.Context, v Viewer) error {
	if !v.Known() {
		return Unauthenticated()
	}
	if v.Steward {
		if err := n.handOver(ctx, v); err != nil {
			return err
		}
	}
	err := n.Erasures.Add(ctx, &Erasure{Record: Record[MemberID]{ID: v.ID}, Since: n.Now()})
	if err != nil && KindOf(err) != KindConflict {
		return err
	}
	return ignoreMissing(n.Members.Delete(ctx, v.ID))
}

// handOver lets a steward go if another stays. It is decided on the charter, so that the last two can't both go.
func (n *Network) handOver(ctx context.Context, v Viewer) error {
	_, err := n.Charters.Change(ctx, CharterOne, func(c *Charter) error {
		last, err := n.lastSteward(ctx, v, c.Leaving)
		switch {
		case err != nil:
			return err
		case last:
			return Forbidden("leaving.last-steward")
		case slices.Contains(c.Leaving, v.ID):
			return ErrUnchanged
		}
		c.Leaving = append(c.Leaving, v.ID)
		return nil
	})
	return err
}

// lastSteward tells whether the viewer knows of no other steward than those who are leaving. One who is apart does not
// count: that they are refused or not would tell of a block.
func (n *Network) lastSteward(ctx context.Context, v Viewer, leaving []MemberID) (bool, error) {
	stewards, err := n.Members.Stewards(ctx)
	stays := func(m *Member) bool { return v.isOther(m.ID) && !slices.Contains(leaving, m.ID) }
	return !slices.ContainsFunc(stewards, stays), err
}

// isOther tells whether the member is somebody else for the viewer.
func (v Viewer) isOther(id MemberID) bool { return id != v.ID && !v.Apart(id) }

// AppointSteward makes another member a steward; for stewards.
func (n *Network) AppointSteward(ctx context.Context, v Viewer, member MemberID) error {
	if !v.Steward {
		return NotFound("appointing stewards is for stewards")
	}
	if _, err := n.reachable(ctx, v, member); err != nil {
		return err
	}
	_, err := n.Members.Change(ctx, member, func(m *Member) error {
		if m.Steward {
			return ErrUnchanged
		}
		m.Steward = true
		return nil
	})
	return err
}

// CouldBeStewards are the people whom the viewer, a steward, would ask first: hosts, and people they are connected with.
func (n *Network) CouldBeStewards(ctx context.Context, v Viewer) ([]Profile, error) {
	if !v.Steward {
		return nil, NotFound("appointing stewards is for stewards")
	}
	hubs, err := n.Hubs.All(ctx)
	if err != nil {
		return nil, err
	}
	var ids []MemberID
	for _, h := range hubs {
		ids = append(ids, h.Hosts...)
	}
	for id := range v.contacts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	people, err := n.People(ctx, v, withOrWithout(slices.Compact(ids), v.ID, false))
	slices.SortFunc(people, byName)
	return people, err
}

// gone tells whether somebody who was a member has left.
func (n *Network) gone(ctx context.Context, id MemberID) (bool, error) {
	_, err := n.Members.Get(ctx, id)
	if KindOf(err) == KindNotFound {
		return true, nil
	}
	return false, err
}

// ignoreMissing makes taking away the same thing twice harmless.
func ignoreMissing(err error) error {
	if KindOf(err) == KindNotFound {
		return nil
	}
	return err
}
