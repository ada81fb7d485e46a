package community_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
	"longtable/server/store"
	"longtable/server/store/storetest"
)

const (
	rushPeople = 200
	rushPlaces = 20

	// rushesAtOnce are events that open at the same moment: their writes meet in one transaction, as on a busy evening.
	rushesAtOnce = 10
)

func TestARushFillsEveryPlaceOnce(t *testing.T) {
	r := newRush(t, honest)
	if faults := r.rounds(1); len(faults) > 0 {
		t.Error(strings.Join(faults, "\n"))
	}
}

func TestARushThatWritesCarelesslyIsFound(t *testing.T) {
	r := newRush(t, func(e store.Engine) store.Engine { return storetest.Careless{Engine: e} })
	if faults := r.rounds(1); len(faults) == 0 {
		t.Error("two servers wrote over each other, and nothing seems wrong")
	}
}

// The same rush runs over HTTP in server/journeys, for 200 rounds: a thousand take ten minutes there, a minute here.
func TestProveStoreRush(t *testing.T) {
	storetest.NeedsProving(t)
	r := newRush(t, honest)
	const rounds = 1000
	var faults []string
	for range rounds / rushesAtOnce {
		faults = append(faults, r.rounds(rushesAtOnce)...)
	}
	fmt.Printf("figure store-rush-rounds %d rounds bar %d\n", r.held, rounds)
	fmt.Printf("figure store-rush-faults %d faults bar 0\n", len(faults))
	if len(faults) > 0 {
		t.Error(strings.Join(faults[:min(5, len(faults))], "\n"))
	}
}

// rush is a hub whose events more people want to join than there are places, at two servers over one store.
type rush struct {
	t       *testing.T
	table   *communitytest.Table
	servers [2]*community.Network
	held    int // rounds that were judged
}

func honest(e store.Engine) store.Engine { return e }

func newRush(t *testing.T, over func(store.Engine) store.Engine) *rush {
	r := &rush{t: t, table: communitytest.New(t)}
	for i := range r.servers {
		stores, err := store.Community(t.Context(), store.NewDB(over(r.table.DB.Engine())))
		if err != nil {
			t.Fatal(err)
		}
		if r.servers[i], err = community.New(stores, r.table.Clock.Now); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// press is one person's try to join.
type press struct {
	who          community.MemberID
	asked, heard time.Time
	told         *community.Event
	err          error
}

// rounds announces some events, lets everybody join each of them at once, and says what was wrong with the outcome.
func (r *rush) rounds(atOnce int) (faults []string) {
	r.t.Helper()
	presses := make([][]press, atOnce)
	ids := make([]community.EventID, atOnce)
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range ids {
		ids[i] = postEvent(r.t, r.table, rushPlaces).ID
		presses[i] = make([]press, rushPeople)
		for j := range presses[i] {
			all.Go(func() {
				<-begin
				presses[i][j] = r.join(j, ids[i])
			})
		}
	}
	close(begin)
	all.Wait()
	for i, id := range ids {
		r.held++
		faults = append(faults, wrongAfter(event(r.t, r.table, id), presses[i])...)
	}
	return faults
}

func (r *rush) join(person int, id community.EventID) press {
	p := press{who: community.MemberID(fmt.Sprintf("guest-%03d", person)), asked: time.Now()}
	p.told, p.err = r.servers[person%2].JoinEvent(r.t.Context(), community.Viewer{ID: p.who}, id)
	p.heard = time.Now()
	return p
}

// wrongAfter holds an event that everybody joined and nobody left against what each was told, and when.
func wrongAfter(e *community.Event, presses []press) (faults []string) {
	if len(e.Going) != rushPlaces || len(e.Waiting) != rushPeople-rushPlaces {
		faults = append(faults, fmt.Sprintf("%d go and %d wait", len(e.Going), len(e.Waiting)))
	}
	line := append(slices.Clone(e.Going), e.Waiting...)
	ordered := make([]*press, 0, len(line))
	for _, p := range presses {
		place := slices.Index(line, p.who)
		switch {
		case p.err != nil:
			faults = append(faults, fmt.Sprintf("%s was refused: %v", p.who, p.err))
		case place < 0 || slices.Contains(line[place+1:], p.who):
			faults = append(faults, fmt.Sprintf("%s does not stand in the line once", p.who))
		case p.told.AttendanceOf(p.who) != e.AttendanceOf(p.who):
			faults = append(faults, fmt.Sprintf("%s was told %s and is %s", p.who, p.told.AttendanceOf(p.who), e.AttendanceOf(p.who)))
		}
		ordered = append(ordered, &p)
	}
	slices.SortFunc(ordered, func(a, b *press) int { return slices.Index(line, a.who) - slices.Index(line, b.who) })
	latest := ordered[0]
	for _, p := range ordered {
		if latest.asked.After(p.heard) {
			faults = append(faults, fmt.Sprintf("%s asked after %s was answered, and stands before them", latest.who, p.who))
		}
		if p.asked.After(latest.asked) {
			latest = p
		}
	}
	return faults
}
