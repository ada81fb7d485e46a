package community

import (
	"context"
	"errors"
	"fmt"

	"longtable/matching"
)

// The parts in which a list is read. Each keeps the floor of the agreement, so the promise holds for a page as for the list.
const (
	MatchesAtHome = 3  // on the front page
	MatchesOnPage = 12 // people whose reasons one reads in one sitting
)

// partsOf are the parts of a list of so many people: the front page's, the rest of the first page, the pages behind. What
// stands above does not depend on how far somebody reads.
func partsOf(people int) (sizes []int) {
	people = min(people, MatchesMax)
	for _, end := range []int{MatchesAtHome, MatchesOnPage} {
		if size := end - sum(sizes); people > sum(sizes) {
			sizes = append(sizes, size)
		}
	}
	for sum(sizes) < people {
		sizes = append(sizes, min(MatchesOnPage, MatchesMax-sum(sizes)))
	}
	return sizes
}

func sum(sizes []int) (total int) {
	for _, size := range sizes {
		total += size
	}
	return total
}

// dueReach is how many people who are due are looked for behind the best candidates: a list hardly has room for more than
// one of them.
const dueReach = 20

// wish is what one list is chosen by.
type wish struct {
	viewer     matching.Profile
	day        int
	key        uint64
	allow      func(MemberID) bool
	concession int // thousandths
	people     int // how far it is read
}

// choose makes the list of a round: the best candidates, behind them those who are due, and of these who gets a turn, as
// far as the agreement concedes and everybody's week has room. Should the list break its promise, the best one is shown
// instead, and the fault told beside it.
func (m *Matchmaking) choose(r *round, w wish, now Instant) (list matching.List, fault error) {
	viewer := MemberID(w.viewer.ID)
	m.rooms.mu.RLock()
	defer m.rooms.mu.RUnlock()
	room := func(id string) int { return m.rooms.left(MemberID(id), viewer, now) }
	candidates := r.candidates(w, func(id string) bool { return w.allow(MemberID(id)) && room(id) > 0 })
	ledger, err := r.turns.ledger.Conceding(matching.Thousandths(w.concession))
	if err == nil {
		list, err = m.share(ledger, candidates, partsOf(w.people), room)
	}
	if err == nil {
		return list, nil
	}
	list = matching.List{Kept: 1000, Lambdas: make([]int, len(partsOf(w.people))), Matches: candidates[:min(w.people, len(candidates))]}
	return list, fmt.Errorf("share out turns of round %d: %w", r.turns.number, err)
}

// candidates are the best people for a viewer of those allowed, best first, without reasons.
func (r *round) candidates(w wish, allow func(id string) bool) []matching.Match {
	question := matching.Question{Limit: matching.Candidates, Day: int32(w.day), Key: w.key, Allow: allow}
	ranked := r.pool.AppendRank(make([]matching.Ranked, 0, matching.Candidates+dueReach), w.viewer, question)
	if len(ranked) == matching.Candidates && r.due.Len() > 0 {
		best := make(map[string]bool, len(ranked))
		for _, c := range ranked {
			best[c.ID] = true
		}
		question.Limit = dueReach
		question.Allow = func(id string) bool { return !best[id] && allow(id) }
		ranked = r.due.AppendRank(ranked, w.viewer, question)
	}
	candidates := make([]matching.Match, len(ranked))
	for i, c := range ranked {
		candidates[i] = matching.Match{ID: c.ID, Score: c.Score}
	}
	return candidates
}

// take makes a round of turns the one that lists are made with.
func (m *Matchmaking) take(t *turns) {
	m.writing.Lock()
	defer m.writing.Unlock()
	next := *m.round.Load()
	next.turns, next.due = t, next.pool.Among(t.ledger.Due)
	m.round.Store(&next)
}

// TakeTurns takes up the round in force and closes the days that are over, and tells how many. A day is closed once, by
// whichever program comes first; who comes second takes up what the first made of it. Days that were missed are caught up.
func (n *Network) TakeTurns(ctx context.Context) (closed int, err error) {
	if !n.Matches.loaded.Load() {
		return 0, nil // the lists can't be made yet
	}
	head, err := n.Rounds.Get(ctx, RoundOne)
	if err != nil && KindOf(err) != KindNotFound {
		return 0, err
	}
	if err != nil {
		head = nil
	}
	last, err := n.catchUpTurns(ctx, head)
	if err != nil {
		return 0, err
	}
	if head != nil && head.Set != last.set {
		return 0, nil // it was closed while it was read; the next look takes it up
	}
	today := int(n.today())
	if head != nil && head.Through >= today-1 {
		return 0, nil
	}
	next, closed, err := n.closeDays(ctx, last, today)
	if err != nil {
		return 0, err
	}
	if err := n.publish(ctx, next, head); err != nil {
		if KindOf(err) == KindConflict {
			return 0, nil // somebody else closed it; the next look takes it up
		}
		return 0, err
	}
	n.Matches.take(next)
	return closed, nil
}

// catchUpTurns reads the round in force, if it is another than the one in memory.
func (n *Network) catchUpTurns(ctx context.Context, head *Round) (*turns, error) {
	now := n.Matches.round.Load().turns
	if head == nil || head.Set == now.set {
		return now, nil
	}
	t, err := n.loadTurns(ctx, head)
	if err != nil || t == nil {
		return now, err
	}
	n.Matches.take(t)
	return t, nil
}

// closeDays adds up the lists of each day that is over and not closed yet, and makes the round that follows. The very
// first round begins with nobody shown. Lists that are forgotten already are not missed: what they showed has faded.
func (n *Network) closeDays(ctx context.Context, last *turns, today int) (next *turns, closed int, err error) {
	everybody, err := n.everybodyShown(ctx)
	if err != nil {
		return nil, 0, err
	}
	next = &turns{number: last.number, through: last.through, ledger: last.ledger, lists: last.lists}
	if last.number == 0 {
		next.number, next.through = 1, today-1
	}
	for day := max(next.through+1, today-ShowingDays); day < today; day++ {
		tally, stood := matching.NewTally(), map[MemberID]int{}
		if err := n.addUp(ctx, next, day, tally, stood); err != nil {
			return nil, 0, err
		}
		next.number, next.through = next.number+1, day
		next.ledger = next.ledger.Next(tally, everybody)
		next.lists = standing(next.lists, stood, everybody)
		closed++
	}
	return next, closed, nil
}

// everybodyShown are the ids of all who may be proposed.
func (n *Network) everybodyShown(ctx context.Context) (ids []string, err error) {
	for m, err := range n.Members.Each(ctx) {
		if err != nil {
			return nil, err
		}
		if !m.MatchingOff {
			ids = append(ids, string(m.ID))
		}
	}
	return ids, nil
}

// standing puts a day in front of everybody's days, and forgets the oldest, and who is shown no more.
func standing(before map[MemberID][]int, stood map[MemberID]int, everybody []string) map[MemberID][]int {
	after := make(map[MemberID][]int, len(before))
	for _, id := range everybody {
		days := append([]int{stood[MemberID(id)]}, before[MemberID(id)]...)
		days = days[:min(len(days), ListDays)]
		for len(days) > 0 && days[len(days)-1] == 0 {
			days = days[:len(days)-1]
		}
		if len(days) > 0 {
			after[MemberID(id)] = days
		}
	}
	return after
}

// addUp counts the lists of a day as they would be if everything that a viewer keeps from the network were not there.
// Otherwise what somebody keeps private would show in the boosts of others, and in how often those are told they were
// shown. So each list is made again, with the round that it was made with.
func (n *Network) addUp(ctx context.Context, t *turns, day int, tally *matching.Tally, stood map[MemberID]int) error {
	book := &dayBook{n: n, day: day, tally: tally, stood: stood}
	page := Page{Limit: PageMax}
	for {
		showings, next, err := n.Showings.OfDay(ctx, day, page)
		if err != nil {
			return err
		}
		if book.r == nil && len(showings) > 0 {
			if err := book.open(ctx, t); err != nil {
				return err
			}
		}
		if err := book.add(ctx, showings); err != nil {
			return err
		}
		if page.After = next; next == "" {
			return nil
		}
	}
}

// dayBook counts the lists of one day.
type dayBook struct {
	n     *Network
	r     *round
	day   int
	key   uint64
	zones zoning
	tally *matching.Tally
	stood map[MemberID]int
}

// open gets ready what all lists of the day are made from.
func (b *dayBook) open(ctx context.Context, t *turns) (err error) {
	r := *b.n.Matches.round.Load()
	r.turns, r.due = t, r.pool.Among(t.ledger.Due)
	b.r = &r
	if b.zones, err = b.n.zones(ctx); err != nil {
		return err
	}
	b.key, err = b.n.tieKey(ctx)
	return err
}

func (b *dayBook) add(ctx context.Context, showings []*Showing) error {
	ids := make([]MemberID, len(showings))
	for i, s := range showings {
		ids[i] = s.Viewer
	}
	viewers, err := b.n.Members.Many(ctx, ids)
	if err != nil {
		return err
	}
	for i, viewer := range viewers {
		if viewer == nil {
			continue // they left, and their lists go with them
		}
		list, err := b.again(ctx, viewer, len(showings[i].People))
		if err != nil {
			return err
		}
		if err := b.tally.Add(string(viewer.ID), list.Matches); err != nil {
			return err
		}
		for _, m := range list.Matches {
			b.stood[MemberID(m.ID)]++
		}
	}
	return nil
}

// again makes a list from what the network may see of its viewer, as far as they read. People they have met are left out,
// which both know; people apart are not, which nobody may learn of.
func (b *dayBook) again(ctx context.Context, viewer *Member, people int) (matching.List, error) {
	met, err := b.n.Connections.Of(ctx, viewer.ID)
	if err != nil {
		return matching.List{}, err
	}
	shown := viewer.ShownTo(EveryoneInNetwork)
	agreed, err := b.n.inForce(ctx, shown.Hub)
	if err != nil {
		return matching.List{}, err
	}
	list, err := b.n.Matches.choose(b.r, wish{viewer: b.n.Matches.profile(shown, b.zones), day: b.day, key: b.key,
		allow: func(id MemberID) bool { return !met[id] }, concession: agreed.Concession, people: people}, b.n.Now())
	list.Matches = list.Matches[:min(people, len(list.Matches))]
	if errors.Is(err, matching.ErrFloor) || errors.Is(err, matching.ErrCandidates) {
		err = nil // it was shown as the best list too
	}
	return list, err
}
