package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"longtable/search"
	"longtable/search/meilitest"
	"longtable/server/community"
	"longtable/server/jobs"
	"longtable/server/store"
)

// The storm: the program saves what people write while its Meilisearch drops, delays and breaks answers, fails tasks and
// forgets them, and is itself killed again and again. What must hold afterwards: nothing acknowledged is lost, and both
// indexes hold exactly what the store says.

// The child is this test binary as the program, told by these variables what to do.
const (
	stormDir    = "LONGTABLE_STORM_DIR"    // of its data; set in the child alone
	stormMeili  = "LONGTABLE_STORM_MEILI"  // address of the stand-in
	stormFrom   = "LONGTABLE_STORM_FROM"   // number of its first change; empty: it only catches up
	stormPeople = "LONGTABLE_STORM_PEOPLE" // how many there are
)

const stormWriters = 4

// TestStormChild is the program; it does nothing unless the storm starts it.
func TestStormChild(t *testing.T) {
	dir := os.Getenv(stormDir)
	if dir == "" {
		return
	}
	if err := stormProgram(dir, os.Getenv(stormMeili), os.Getenv(stormFrom)); err != nil {
		t.Fatal(err)
	}
}

// stormProgram runs the whole house, and saves until it is killed or, with nothing to save, until it has caught up.
func stormProgram(dir, meili, from string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	h, err := build(ctx, Config{Addr: "127.0.0.1:0", Data: dir, MeiliURL: meili, Sockets: "goroutine"}, false, slog.New(slog.DiscardHandler), io.Discard)
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- h.run(ctx) }()
	if from == "" {
		err = h.caughtUp(ctx)
	} else {
		err = h.saveForEver(ctx, from)
	}
	cancel()
	return errors.Join(err, <-ended)
}

// caughtUp waits until every change is told and the preferred engine lacks nothing.
func (h *house) caughtUp(ctx context.Context) error {
	two := h.search.(*search.Fallback)
	for {
		err := h.relay.Settle(ctx)
		h.catchUpOnce(ctx)
		if err == nil && len(two.Lagging()) == 0 && h.progress.ended.Load() {
			return nil
		}
		if err != nil && !errors.Is(err, store.ErrPutOff) {
			return err
		}
	}
}

// saveForEver lets some writers save, each its own people, and tells every acknowledged save with how long it took.
func (h *house) saveForEver(ctx context.Context, from string) error {
	first, err := strconv.Atoi(from)
	if err != nil {
		return err
	}
	people, err := strconv.Atoi(os.Getenv(stormPeople))
	if err != nil {
		return err
	}
	if err := h.seat(ctx, people); err != nil {
		return err
	}
	var next atomic.Int64
	next.Store(int64(first))
	var failed atomic.Pointer[error]
	var writers sync.WaitGroup
	for w := range stormWriters {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(uint64(first), uint64(w)))
			for failed.Load() == nil {
				n := next.Add(1)
				who := r.IntN(people/stormWriters)*stormWriters + w
				start := time.Now()
				if err := h.saveOne(ctx, who, n); err != nil {
					failed.Store(&err)
					return
				}
				fmt.Printf("saved %d %d %d\n", who, n, time.Since(start).Nanoseconds())
			}
		})
	}
	writers.Wait()
	return *failed.Load()
}

func stormID(who int) community.MemberID { return community.MemberID(fmt.Sprint("storm", who)) }

// seat lets the people in who are not there yet.
func (h *house) seat(ctx context.Context, people int) error {
	for who := range people {
		m := &community.Member{Record: community.Record[community.MemberID]{ID: stormID(who)}, Name: fmt.Sprint("Person ", who)}
		if err := h.network.Members.Add(ctx, m); err != nil && community.KindOf(err) != community.KindConflict {
			return err
		}
	}
	return nil
}

// saveOne changes one profile: mostly a line of it, sometimes who may see that line, sometimes what they ask on the board.
func (h *house) saveOne(ctx context.Context, who int, n int64) error {
	if _, err := h.network.Members.Change(ctx, stormID(who), func(m *community.Member) error {
		m.Headline = fmt.Sprint("word", n)
		if n%7 == 0 {
			m.About = fmt.Sprint("more", n)
		}
		return nil
	}); err != nil {
		return err
	}
	if n%10 != 0 {
		return nil
	}
	p := &community.Posting{Record: community.Record[community.PostingID]{ID: community.PostingID(fmt.Sprint("post", who))}, Author: stormID(who),
		Kind: community.Ask, Title: fmt.Sprint("asks", n)}
	err := h.network.Postings.Add(ctx, p)
	if community.KindOf(err) == community.KindConflict {
		_, err = h.network.Postings.Change(ctx, p.ID, func(old *community.Posting) error {
			old.Title, old.Closed = p.Title, n%20 == 0
			return nil
		})
	}
	return err
}

// storm is what the parent knows.
type storm struct {
	t      *testing.T
	dir    string
	server *meilitest.Server
	people int
	acked  map[int]int64 // the newest acknowledged number of each person
	saves  int
	kills  int
	down   atomic.Bool // nothing gets through to the stand-in
	took   map[bool][]time.Duration
}

// weather is how the stand-in fails for a while.
type weather struct {
	name string
	rule func(r *http.Request) meilitest.Fault
}

// sometimes lets a share of requests fail.
func sometimes(share int, what meilitest.Fault) func(*http.Request) meilitest.Fault {
	var n atomic.Int64
	return func(*http.Request) meilitest.Fault {
		if n.Add(1)%int64(share) == 0 {
			return what
		}
		return meilitest.Well
	}
}

var weathers = []weather{
	{"fair", sometimes(1<<30, meilitest.Busy)}, {"down", sometimes(1, meilitest.Busy)}, {"refusing", sometimes(2, meilitest.Busy)},
	{"dropping", sometimes(3, meilitest.Drop)}, {"torn", sometimes(3, meilitest.Torn)}, {"failing", sometimes(2, meilitest.Fails)},
	{"forgetting", sometimes(4, meilitest.Forget)}, {"late", sometimes(2, meilitest.Late)}, {"down", sometimes(1, meilitest.Busy)},
}

// child starts the program.
func (s *storm) child(from string) (*exec.Cmd, io.Reader) {
	s.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestStormChild$")
	cmd.Env = append(os.Environ(), stormDir+"="+s.dir, stormMeili+"="+s.server.URL, stormFrom+"="+from, fmt.Sprintf("%s=%d", stormPeople, s.people))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(s.t, err)
	must(s.t, cmd.Start())
	return cmd, out
}

// blow lets the program save until it has acknowledged some more changes, changing the weather meanwhile, and kills it.
func (s *storm) blow(r *rand.Rand, until int) {
	s.t.Helper()
	cmd, out := s.child(fmt.Sprint(s.kills * 1_000_000)) // numbers only rise, those of saves that nobody heard of too
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var who int
		var n, took int64
		if c, _ := fmt.Sscanf(lines.Text(), "saved %d %d %d", &who, &n, &took); c != 3 {
			continue
		}
		s.acked[who] = max(s.acked[who], n)
		s.took[s.down.Load()] = append(s.took[s.down.Load()], time.Duration(took))
		s.saves++
		if s.saves%97 == 0 {
			w := weathers[r.IntN(len(weathers))]
			s.server.BreakIf(w.rule)
			s.down.Store(w.name == "down")
			s.server.CloseClientConnections()
		}
		if s.saves >= until {
			break
		}
	}
	must(s.t, cmd.Process.Kill())
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() == 1 {
		s.t.Fatalf("the program ended by itself: %v", err)
	}
	s.kills++
}

// difference is what an index holds against what the store says.
type difference struct{ lost, stale, stray int }

func (d difference) none() bool { return d == difference{} }

func compareHeld(t *testing.T, want map[string]string, e search.Engine, index community.Index) (d difference) {
	t.Helper()
	seen := map[string]bool{}
	for h, err := range e.Each(string(index)) {
		must(t, err)
		seen[h.ID] = true
		switch sum, wanted := want[h.ID]; {
		case !wanted:
			d.stray++
		case sum != h.Sum:
			d.stale++
		}
	}
	d.lost = len(want) - (len(seen) - d.stray)
	return d
}

// verify opens what the storm left and compares.
func (s *storm) verify() (lostSaves int, differences map[string]difference) {
	t := s.t
	t.Helper()
	engine, err := store.OpenSQLite(s.dir)
	must(t, err)
	db := store.NewDB(engine)
	defer func() { must(t, db.Close()) }()
	stores, err := store.Community(t.Context(), db)
	must(t, err)
	network, err := community.New(stores, time.Now)
	must(t, err)
	for who, n := range s.acked {
		m, err := network.Members.Get(t.Context(), stormID(who))
		must(t, err)
		if kept, err := strconv.ParseInt(strings.TrimPrefix(m.Headline, "word"), 10, 64); err != nil || kept < n {
			lostSaves++
		}
	}
	fresh, err := search.OpenEmbedded(t.TempDir())
	must(t, err)
	left, err := search.OpenEmbedded(filepath.Join(s.dir, searchFolder))
	must(t, err)
	meili, err := search.OpenMeili(s.server.URL, "", meiliPrefix)
	must(t, err)
	anew := jobs.New(jobs.Tools{Network: network, Search: fresh, Log: slog.New(slog.DiscardHandler)})
	differences = map[string]difference{}
	for _, index := range []community.Index{community.IndexPeople, community.IndexBoard} {
		must(t, anew.Rebuild(t.Context(), index, nil))
		want := map[string]string{}
		for h, err := range fresh.Each(string(index)) {
			must(t, err)
			want[h.ID] = h.Sum
		}
		if len(want) == 0 {
			t.Fatalf("nothing to compare in %s", index)
		}
		for name, e := range map[string]search.Engine{"embedded": left, "meilisearch": meili} {
			if again, err := e.Ensure(t.Context(), jobs.Schemas()[index]); err != nil || again {
				t.Errorf("%s of %s is to be built anew, %v", name, index, err)
			}
			differences[name+" "+string(index)] = compareHeld(t, want, e, index)
		}
		if index == community.IndexPeople {
			s.seeItFail(want, left)
		}
	}
	must(t, errors.Join(fresh.Close(), left.Close(), meili.Close()))
	return lostSaves, differences
}

// seeItFail shows that the comparison sees a document that is lost and one that is stale.
func (s *storm) seeItFail(want map[string]string, e search.Engine) {
	t := s.t
	t.Helper()
	planted := search.Batch{Deletes: []string{string(stormID(0))}, Upserts: []search.Document{{ID: string(stormID(1)), Of: string(stormID(1))}, {ID: "stray", Of: "stray"}}}
	must(t, e.Apply(t.Context(), string(community.IndexPeople), planted))
	if d := compareHeld(t, want, e, community.IndexPeople); d.lost < 1 || d.stale < 1 || d.stray < 1 {
		t.Errorf("of a lost, a stale and a stray document were seen %+v", d)
	}
}

// stormOver lets it storm, then clears up and waits until the program has caught up.
func stormOver(t *testing.T, people, changes, each int) *storm {
	t.Helper()
	s := &storm{t: t, dir: t.TempDir(), server: meilitest.New(t, meilitest.Nothing), people: people, acked: map[int]int64{}, took: map[bool][]time.Duration{}}
	r := rand.New(rand.NewPCG(3, 9))
	for s.saves < changes {
		s.blow(r, min(changes, s.saves+each/2+r.IntN(each)))
	}
	s.server.BreakIf(weathers[0].rule)
	last, _ := s.child("")
	if err := last.Wait(); err != nil {
		t.Fatalf("the program did not catch up: %v", err)
	}
	return s
}

func TestAStormLosesNothing(t *testing.T) {
	s := stormOver(t, 24, 240, 120)
	lost, differences := s.verify()
	if lost != 0 {
		t.Errorf("%d acknowledged saves are lost", lost)
	}
	for where, d := range differences {
		if !d.none() {
			t.Errorf("%s: %+v", where, d)
		}
	}
}

func TestProveSearchStorm(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") != "1" {
		t.Skip("LONGTABLE_PROVE=1 switches on the long proofs")
	}
	const changes = 20_000
	s := stormOver(t, 400, changes, 1_000)
	lostSaves, differences := s.verify()
	var sum difference
	for where, d := range differences {
		sum = difference{sum.lost + d.lost, sum.stale + d.stale, sum.stray + d.stray}
		if !d.none() {
			t.Errorf("%s: %+v", where, d)
		}
	}
	fmt.Printf("figure search-storm-changes %d saves bar %d\n", s.saves, changes)
	fmt.Printf("figure search-storm-kills %d kills bar 10\n", s.kills)
	fmt.Printf("figure search-storm-saves-lost %d saves bar 0\n", lostSaves)
	fmt.Printf("figure search-storm-lost %d documents bar 0\n", sum.lost)
	fmt.Printf("figure search-storm-stale %d documents bar 0\n", sum.stale+sum.stray)
	up, down := median(s.took[false]), median(s.took[true])
	fmt.Printf("figure search-storm-save-down-to-up %.2f of the median save with Meilisearch up (%d down, %d up) bar none\n",
		float64(down)/float64(up), len(s.took[true]), len(s.took[false]))
	if lostSaves > 0 || s.kills < 10 {
		t.Errorf("%d saves lost, %d kills", lostSaves, s.kills)
	}
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 1
	}
	slices.Sort(d)
	return d[len(d)/2]
}
