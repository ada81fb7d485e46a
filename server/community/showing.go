package community

import (
	"context"
	"fmt"
	"sync"

	"longtable/matching"
)

// Showing is the list of people that a member was really shown on a day: the first of the day, as far as they read it.
// The lists of a day give the turns of the next, and what people make of their lists is what weights are learnt from.
// It is nobody's to read but the network's own work; the member's export says who was shown to them and when.
type Showing struct {
	Record[ShowingID] `bson:",inline"`
	Viewer            MemberID `json:"viewer"`
	Day               int      `json:"day"` // since 1970, by the clocks of UTC
	At                Instant  `json:"at"`

	// What the list was made with. The terms of a person under the weights of that version give their score; scores,
	// boosts and lambdas give the order.
	Weights   int         `json:"weights"`             // version
	Agreement AgreementID `json:"agreement,omitempty"` // empty while nothing was agreed on
	Round     int         `json:"round,omitempty"`     // of the ledger; 0 before the first
	Lambdas   []int       `json:"lambdas,omitempty"`   // of each of the parts in which a list is read, 128ths
	Kept      int         `json:"kept"`                // thousandths of the best quality that the whole list had

	People []Shown `json:"people"` // best first, at most MatchesMax
}

// Shown is a person in a list. When they leave, an empty one keeps their place.
type Shown struct {
	Member    MemberID       `json:"member,omitempty"`
	ForViewer matching.Terms `json:"forViewer,omitzero"` // what they bring to the viewer, private fields of whom count
	ForThem   matching.Terms `json:"forThem,omitzero"`   // what the viewer brings to them
	Boost     int            `json:"boost,omitempty"`    // quarter octaves
}

// Showings is what the domain needs of the store.
type Showings interface {
	Keeper[ShowingID, Showing]
	Whole[Showing]
	OfDay(ctx context.Context, day int, page Page) ([]*Showing, Cursor, error)
	To(ctx context.Context, viewer MemberID, page Page) ([]*Showing, Cursor, error) // newest first
	Before(ctx context.Context, day int, page Page) ([]*Showing, Cursor, error)     // earliest first
}

func showingID(viewer MemberID, day int) ShowingID {
	return ShowingID(fmt.Sprintf("%s~%d", viewer, day))
}

// diary knows of which lists of the day how many people are kept, so that looking again writes nothing. It forgets
// them with the day, and holds a number for each member at most.
type diary struct {
	mu   sync.Mutex
	day  int
	kept map[MemberID]int
}

func (d *diary) has(viewer MemberID, day, people int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.day == day && d.kept[viewer] >= people
}

func (d *diary) note(viewer MemberID, day, people int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.day != day {
		d.day, d.kept = day, map[MemberID]int{}
	}
	d.kept[viewer] = max(d.kept[viewer], people)
}

// Remember keeps the first people of a list as shown to the viewer: of the day's first list, and more of it as they read
// on. Whoever shows the list calls it, and shows it all the same when it fails.
func (n *Network) Remember(ctx context.Context, v Viewer, l *Shortlist, people int) error {
	day := int(n.today())
	people = min(people, len(l.ranked))
	if people == 0 || n.Matches.diary.has(v.ID, day, people) {
		return nil
	}
	s := l.showing(v.ID, people)
	s.ID, s.Day, s.At = showingID(v.ID, day), day, n.Now()
	err := n.Showings.Add(ctx, s)
	if KindOf(err) == KindConflict {
		_, err = n.Showings.Change(ctx, s.ID, func(first *Showing) error { return first.readOn(s) })
	}
	if err == nil {
		n.Matches.diary.note(v.ID, day, people)
	}
	return err
}

// showing is what is kept of the list.
func (l *Shortlist) showing(viewer MemberID, people int) *Showing {
	s := &Showing{Viewer: viewer, Weights: l.round.weights, Agreement: l.Agreement.ID, Round: l.round.turns.number, Lambdas: l.list.Lambdas, Kept: int(l.list.Kept)}
	for _, m := range l.ranked[:people] {
		other, _ := l.round.pool.Get(m.ID)
		shown := Shown{Member: MemberID(m.ID), Boost: l.round.turns.ledger.Step(m.ID)}
		shown.ForViewer, shown.ForThem = l.round.definition.Terms(l.viewer, other)
		s.People = append(s.People, shown)
	}
	return s
}

// readOn adds whom the viewer saw further down, if it is the same list still.
func (s *Showing) readOn(later *Showing) error {
	if len(later.People) <= len(s.People) || s.Weights != later.Weights || s.Agreement != later.Agreement || s.Round != later.Round {
		return ErrUnchanged
	}
	for i := range s.People {
		if s.People[i].Member != later.People[i].Member {
			return ErrUnchanged
		}
	}
	s.People, s.Lambdas, s.Kept = later.People, later.Lambdas, later.Kept
	return nil
}

// SweepShowings forgets the lists that are too old.
func (n *Network) SweepShowings(ctx context.Context) error {
	oldest := int(n.today()) - ShowingDays
	return drain(func(p Page) ([]*Showing, Cursor, error) { return n.Showings.Before(ctx, oldest, p) },
		func(s *Showing) error { return n.Showings.Delete(ctx, s.ID) })
}

// OwnShowings are the lists that the viewer was shown, newest first.
func (n *Network) OwnShowings(ctx context.Context, v Viewer, page Page) ([]*Showing, Cursor, error) {
	if !v.Known() {
		return nil, "", Unauthenticated()
	}
	return n.Showings.To(ctx, v.ID, page)
}

func (n *Network) eraseShowings(ctx context.Context, id MemberID) error {
	return drain(func(p Page) ([]*Showing, Cursor, error) { return n.Showings.To(ctx, id, p) },
		func(s *Showing) error { return n.Showings.Delete(ctx, s.ID) })
}

// eraseFromShowings empties the places of somebody in others' lists. It reads all of them, which no index could spare
// and takes longer than a reaction has, so it belongs to the last round.
func (n *Network) eraseFromShowings(ctx context.Context, id MemberID) error {
	for s, err := range n.Showings.Each(ctx) {
		if err != nil {
			return err
		}
		if !s.empty(id) {
			continue
		}
		_, err := n.Showings.Change(ctx, s.ID, func(s *Showing) error { s.empty(id); return nil })
		if ignoreMissing(err) != nil {
			return err
		}
	}
	return nil
}

// empty takes a person out of the list and leaves their place; it tells whether they had one.
func (s *Showing) empty(id MemberID) (had bool) {
	for i := range s.People {
		if s.People[i].Member == id {
			s.People[i], had = Shown{}, true
		}
	}
	return had
}
