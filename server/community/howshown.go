package community

import "context"

// HowShown tells somebody how they are shown to others, and what they could change about it. It names nobody.
type HowShown struct {
	Days      int        // over how many days, the last ListDays at most
	Lists     int        // in about how many lists they stood in that time; see Few
	Few       bool       // in fewer than listsRough, and at least one
	Agreement *Agreement // in force for their own lists
	Off       bool       // they chose not to be proposed
	Room      int        // how many more introductions they can be asked for this week
	Wants     int        // introductions a week they want to be asked for
	Next      Instant    // when there is room again; 0 while there is
	Lacks     []Lack
}

// Lack is something that a profile does not tell the network, and what keeps it from being found.
type Lack struct {
	What   Field
	Hidden bool // it is written, and not shown to everyone in the network
}

// listsRough is the step in which people are told how often they were shown. An exact count would tell of single lists,
// and so of single readers.
const listsRough = 5

// HowShown is how the viewer is shown. It counts lists by what their readers show to the network: who else looks, and
// what they keep private, can't be told from it.
func (n *Network) HowShown(ctx context.Context, v Viewer) (*HowShown, error) {
	me, err := n.OwnProfile(ctx, v)
	if err != nil {
		return nil, err
	}
	h := &HowShown{Off: me.MatchingOff, Wants: me.RoomInWeek, Lacks: lacks(me)}
	if h.Agreement, err = n.inForce(ctx, me.Hub); err != nil {
		return nil, err
	}
	if h.Room, h.Next, err = n.RoomLeft(ctx, v); err != nil {
		return nil, err
	}
	t := n.Matches.round.Load().turns
	h.Days = max(0, min(t.number-1, ListDays))
	h.Lists, h.Few = roughly(sum(t.lists[v.ID]))
	return h, nil
}

// roughly rounds a count of lists, the more the larger it is.
func roughly(lists int) (about int, few bool) {
	switch {
	case lists < listsRough:
		return 0, lists > 0
	case lists < 10*listsRough:
		return (lists + listsRough/2) / listsRough * listsRough, false
	case lists < 500:
		return (lists + 25) / 50 * 50, false
	}
	return (lists + 250) / 500 * 500, false
}

// lacks are what would let somebody be found more often: what others need and they offer first.
func lacks(m *Member) (lacks []Lack) {
	whole, shown := m.ShownTo(OnlyMe), m.ShownTo(EveryoneInNetwork)
	for _, f := range []Field{FieldOffers, FieldNeeds, FieldLanguages, FieldCauses, FieldHub, FieldHours, FieldStage} {
		if !shown.says(f) {
			lacks = append(lacks, Lack{What: f, Hidden: whole.says(f)})
		}
	}
	return lacks
}

// says tells whether there is something in a field by which people are matched.
func (p Profile) says(f Field) bool {
	switch f {
	case FieldOffers:
		return len(p.Offers) > 0
	case FieldNeeds:
		return len(p.Needs) > 0
	case FieldCauses:
		return len(p.Causes) > 0
	case FieldLanguages:
		return len(p.Languages) != 1 // who names none is compared with everybody
	case FieldHub:
		return p.Hub != ""
	case FieldHours:
		return p.HoursPerWeek > 0
	default:
		return p.Stage > 0
	}
}

// BeProposed lets the viewer be proposed to others, or not.
func (n *Network) BeProposed(ctx context.Context, v Viewer, wanted bool) (*Member, error) {
	m, err := n.changeOwn(ctx, v, func(m *Member) error {
		if m.MatchingOff == !wanted {
			return ErrUnchanged
		}
		m.MatchingOff = !wanted
		return nil
	})
	if err != nil {
		return nil, err
	}
	return m, n.Matches.Put(ctx, n, m)
}
