package evaluate

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"longtable/matching"
)

// listLength is how many people one list shows, as on the page of matches.
const listLength = 10

// option is somebody whom a viewer could be shown, with what both would have of it.
type option struct {
	to             int32
	score          matching.Points
	forMe, forThem matching.Points
}

// town is a network with the best options of everybody, found once: scores don't change between rounds.
type town struct {
	members []Member
	pool    *matching.Pool
	number  map[string]int32
	best    [][]option // of each member, exact, best first
	seed    uint64
}

// meet ranks everybody for everybody. Progress may be nil; it is called from one goroutine at a time.
func meet(ctx context.Context, n Network, weights matching.Weights, seed uint64, progress func(done, of int64)) (*town, error) {
	members := n.Members
	d, err := matching.NewDefinition(n.Related, weights)
	if err != nil {
		return nil, err
	}
	t := &town{members: members, number: make(map[string]int32, len(members)), best: make([][]option, len(members)), seed: seed}
	for i, m := range members {
		t.number[m.ID] = int32(i)
	}
	if len(t.number) != len(members) {
		return nil, fmt.Errorf("evaluate: two members have the same id")
	}
	t.pool = matching.NewPool(d, n.profiles())
	var next, done atomic.Int64
	var mu sync.Mutex // one report at a time
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(members)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				t.best[i] = t.options(t.pool.Rank(members[i].Profile, matching.Question{Limit: matching.Candidates, Key: seed}))
				if n := done.Add(1); progress != nil {
					mu.Lock()
					progress(n, int64(len(members)))
					mu.Unlock()
				}
			}
		})
	}
	workers.Wait()
	return t, ctx.Err()
}

func (t *town) options(ranked []matching.Match) []option {
	options := make([]option, len(ranked))
	for i, m := range ranked {
		options[i] = option{t.number[m.ID], m.Score, m.Reasons.ForViewer.Points, m.Reasons.ForCandidate.Points}
	}
	return options
}

// matches are the options of a member as the ranking returned them, without reasons.
func (t *town) matches(viewer int, into []matching.Match) []matching.Match {
	into = into[:0]
	for _, o := range t.best[viewer] {
		into = append(into, matching.Match{ID: t.members[o.to].ID, Score: o.score})
	}
	return into
}
