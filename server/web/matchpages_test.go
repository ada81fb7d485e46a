package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/demo"
	"longtable/server/jobs"
	"longtable/server/store"
)

// TestMatchesAreReadWhileProfilesAreEdited is the proof below in a village.
func TestMatchesAreReadWhileProfilesAreEdited(t *testing.T) {
	found := readWhileEdited(t, crowd{members: 200, readers: 8, pages: 120, edits: 12, every: 5 * time.Millisecond, react: (*jobs.Jobs).React})
	if found.errors+found.unseen > 0 {
		t.Errorf("%d pages failed, %d edits were not seen: %s", found.errors, found.unseen, found.first)
	}
}

// TestAnEditThatReachesNobodyWouldBeNoticed leaves members out of what follows from a change.
func TestAnEditThatReachesNobodyWouldBeNoticed(t *testing.T) {
	deaf := func(j *jobs.Jobs, ctx context.Context, changed any) error {
		if _, member := changed.(*community.Member); member {
			return nil
		}
		return j.React(ctx, changed)
	}
	if found := readWhileEdited(t, crowd{members: 60, readers: 1, pages: 4, edits: 4, every: time.Millisecond, react: deaf}); found.unseen != 4 {
		t.Errorf("of 4 edits that reach nobody %d go unseen", found.unseen)
	}
}

// TestProveMatchingPages reads the page of matches from fifty browsers at once, in a network of 16,000 members, while
// profiles are edited, over real connections.
func TestProveMatchingPages(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 switches it on")
	}
	const members, readers, pages, edits = 16_000, 50, 10_000, 300
	const invited = members * 104 / 100 // a few of the demo do not want to be proposed
	found := readWhileEdited(t, crowd{members: invited, readers: readers, pages: pages, edits: edits, every: 100 * time.Millisecond, react: (*jobs.Jobs).React})
	fmt.Printf("figure matching-pages-members %d members bar %d\n", found.members, members)
	fmt.Printf("figure matching-pages-read %d pages bar %d\n", len(found.times), pages)
	fmt.Printf("figure matching-pages-errors %d pages bar 0\n", found.errors)
	fmt.Printf("figure matching-pages-edits %d edits bar %d\n", found.edits, edits)
	fmt.Printf("figure matching-pages-edits-unseen %d edits bar 0\n", found.unseen)
	fmt.Printf("figure matching-pages-edits-later-than-2s %d edits\n", found.late)
	fmt.Printf("figure matching-pages-p50 %.1f ms\n", millis(found.quantile(.5)))
	fmt.Printf("figure matching-pages-p99 %.1f ms\n", millis(found.quantile(.99)))
	fmt.Printf("figure matching-pages-rate %.0f pages/s\n", float64(len(found.times))/found.took.Seconds())
	fmt.Printf("figure matching-pages-slowest-edit %.1f ms\n", millis(found.slowest))
	if found.members < members || len(found.times) < pages || found.errors > 0 || found.edits < edits || found.unseen > 0 {
		t.Errorf("%+v", found.first)
	}
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// crowd is who reads and who edits.
type crowd struct {
	members, readers int
	pages, edits     int // at least so many of each
	every            time.Duration
	react            func(j *jobs.Jobs, ctx context.Context, changed any) error
}

// pagesFound is what the crowd met with.
type pagesFound struct {
	mu      sync.Mutex
	times   []time.Duration // of each page; guarded by mu
	errors  int             // guarded by mu
	first   string          // what went wrong first; guarded by mu
	members int
	edits   int
	unseen  int // edits that were not in the other's matches at the first look after their reaction
	late    int // edits that were in everybody's matches later than two seconds after they were acknowledged
	slowest time.Duration
	took    time.Duration
}

func (f *pagesFound) note(took time.Duration, problem string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.times = append(f.times, took)
	if problem != "" {
		f.errors++
		f.first = problem
	}
}

func (f *pagesFound) quantile(q float64) time.Duration {
	slices.Sort(f.times)
	return f.times[int(q*float64(len(f.times)-1))]
}

// delivered knows up to which revision of each member everything that follows has been done.
type delivered struct {
	mu   sync.Mutex
	rev  map[community.MemberID]int64 // guarded by mu
	more chan struct{}                // closed by the next delivery; guarded by mu
}

func (d *delivered) note(m *community.Member) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rev[m.ID] = max(d.rev[m.ID], m.Rev)
	close(d.more)
	d.more = make(chan struct{})
}

// await waits until what follows from a revision has been done.
func (d *delivered) await(ctx context.Context, id community.MemberID, rev int64) error {
	for {
		d.mu.Lock()
		done, more := d.rev[id] >= rev, d.more
		d.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// readWhileEdited fills a network, and lets the crowd at it.
func readWhileEdited(t *testing.T, c crowd) *pagesFound {
	t.Helper()
	r, told := openRoom(t), &delivered{rev: map[community.MemberID]int64{}, more: make(chan struct{})}
	g := demo.New(demo.Options{Members: c.members, Seed: 1, Now: r.Clock.Now()})
	must(t, g.Fill(t.Context(), r.Stores, nil))
	must(t, r.LoadSkills(t.Context()))
	pairs := r.inventPairs(20)
	must(t, r.LoadMatches(t.Context()))
	work := jobs.New(jobs.Tools{Network: r.Network, Search: r.engine, Hub: r.hub, Door: r.door, Files: r.DB, Log: slog.New(slog.DiscardHandler)})
	relay, err := store.NewRelay(t.Context(), r.DB, slog.New(slog.DiscardHandler), func(ctx context.Context, changed any) error {
		err := c.react(work, ctx, changed)
		if m, member := changed.(*community.Member); member && err == nil {
			told.note(m)
		}
		return err
	})
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { relay.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	must(t, relay.Settle(t.Context())) // what the filling left to tell
	found := &pagesFound{members: r.Matches.Len()}
	var left atomic.Int64
	left.Store(int64(c.pages))
	began := time.Now()
	var readers sync.WaitGroup
	for _, session := range r.sessionsOf(c.readers) {
		readers.Go(func() {
			for left.Add(-1) >= 0 {
				found.note(r.readMatches(session))
			}
		})
	}
	r.editSteadily(c, pairs, told, found)
	readers.Wait()
	found.took = time.Since(began)
	return found
}

// pair is somebody who edits, and somebody who needs just what they now offer and then no longer do.
type pair struct {
	editor, other community.Viewer
	skill         community.SkillID
	theirs, mine  string // sessions
	offered       bool
}

// inventPairs invents people who share a skill with nobody else.
func (r *room) inventPairs(count int) []*pair {
	r.t.Helper()
	var pairs []*pair
	for i := range count {
		p := &pair{}
		var other community.SkillID
		for at, into := range []*community.SkillID{&p.skill, &other} {
			name := fmt.Sprintf("bridge of kind %d-%d", i, at)
			s := &community.Skill{Record: community.Record[community.SkillID]{ID: community.SkillID(strings.ReplaceAll(name, " ", "-"))},
				Names: map[string]string{"en": name}, State: community.SkillAccepted}
			must(r.t, r.SkillList.Add(r.t.Context(), s))
			r.Skills.Put(s)
			*into = s.ID
		}
		p.editor, p.other = r.invented("Ede Editor", nil, other), r.invented("Una Seeker", []community.SkillID{other}, p.skill)
		p.theirs, p.mine = r.signIn(p.editor), r.signIn(p.other)
		pairs = append(pairs, p)
	}
	return pairs
}

func (r *room) invented(name string, offers []community.SkillID, need community.SkillID) community.Viewer {
	r.t.Helper()
	m, err := r.Join(r.t.Context(), community.NewID[community.MemberID](), name, "en")
	must(r.t, err)
	_, err = r.Members.Change(r.t.Context(), m.ID, func(m *community.Member) error {
		m.Languages, m.Needs = []string{"en"}, []community.SkillID{need}
		for _, s := range offers {
			m.Offers = append(m.Offers, community.Offered{Skill: s, Grasp: community.CanDo})
		}
		return nil
	})
	must(r.t, err)
	return r.See(r.t, m.ID)
}

// sessionsOf signs in so many of the members.
func (r *room) sessionsOf(count int) []string {
	r.t.Helper()
	draw := rand.New(rand.NewPCG(1, 1))
	var ids []community.MemberID
	for m, err := range r.Members.Each(r.t.Context()) {
		must(r.t, err)
		ids = append(ids, m.ID)
	}
	var sessions []string
	for _, at := range draw.Perm(len(ids))[:count] {
		sessions = append(sessions, r.signIn(community.Viewer{ID: ids[at]}))
	}
	return sessions
}

// browsers keep their connections, as real ones do.
var browsers = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// readMatches reads the page as a browser does, and says what is wrong with it; nothing when all is well.
func (r *room) readMatches(session string) (took time.Duration, problem string) {
	began := time.Now()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.base+"/matches", nil)
	if err != nil {
		return 0, err.Error()
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Accept-Encoding", "identity")
	req.AddCookie(&http.Cookie{Name: "session", Value: session})
	answer, err := browsers.Do(req)
	if err != nil {
		return time.Since(began), err.Error()
	}
	page, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	took = time.Since(began)
	switch {
	case err != nil:
		return took, err.Error()
	case answer.StatusCode != http.StatusOK || !strings.Contains(string(page), "</html>"):
		return took, fmt.Sprintf("%d: %.200s", answer.StatusCode, page)
	case !strings.Contains(string(page), `href="/people/`):
		return took, "a page without anybody on it"
	}
	return took, ""
}

// editSteadily sends one edit after another, and looks at the other's matches once what follows from it has been done.
func (r *room) editSteadily(c crowd, pairs []*pair, told *delivered, found *pagesFound) {
	r.t.Helper()
	tick := time.NewTicker(c.every)
	defer tick.Stop()
	for i := range c.edits {
		<-tick.C
		p := pairs[i%len(pairs)]
		p.offered = !p.offered
		offers := []community.SkillID{}
		if p.offered {
			offers = append(offers, p.skill)
		}
		if got := r.do(call{"PATCH", "/profile", p.theirs, map[string]any{"offers": offers}, nil}); got.status != http.StatusOK {
			r.t.Fatalf("an edit is refused: %d %s", got.status, got.body)
		}
		acknowledged := time.Now()
		kept, err := r.Members.Get(r.t.Context(), p.editor.ID)
		must(r.t, err)
		must(r.t, told.await(r.t.Context(), kept.ID, kept.Rev))
		waited := time.Since(acknowledged)
		list := read[List[community.Match]](r.t, r.do(call{"GET", "/matches", p.mine, nil, nil})).Items
		found.edits++
		found.slowest = max(found.slowest, waited)
		if waited > 2*time.Second {
			found.late++
		}
		covered := slices.ContainsFunc(list, func(m community.Match) bool { return m.Person.ID == p.editor.ID && m.ForYou.Covered == 1 })
		if covered != p.offered {
			found.unseen++
		}
	}
}
