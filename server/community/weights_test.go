package community_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/matching"
	"longtable/server/community"
	"longtable/server/community/communitytest"
)

const day = 24 * time.Hour

// crowd is a table with many more people, who differ in causes, time and hub.
type crowd struct {
	*communitytest.Table
	people  []community.MemberID
	teacher *community.Teacher
	kept    []shownOnce
}

// shownOnce is a list with its scores as they were when it was shown.
type shownOnce struct {
	showing *community.Showing
	points  []matching.Points
}

func crowded(t *testing.T, people int) *crowd {
	t.Helper()
	x := &crowd{Table: communitytest.New(t)}
	x.teacher = community.NewTeacher(x.Network)
	r := rand.New(rand.NewPCG(1, 0))
	for i := range people {
		m, err := x.Join(t.Context(), community.MemberID(fmt.Sprintf("person-%03d", i)), fmt.Sprintf("Person %d", i), "en")
		must(t, err)
		_, err = x.Members.Change(t.Context(), m.ID, func(m *community.Member) error {
			m.Hub, m.Languages, m.HoursPerWeek, m.RoomInWeek = []community.HubID{x.Harbour, x.Mill}[i%2], []string{"en"}, r.IntN(9), 30
			for _, c := range community.Causes[:6] {
				if r.IntN(2) == 0 && len(m.Causes) < community.CausesMax {
					m.Causes = append(m.Causes, c)
				}
			}
			m.Offers = []community.Offered{{Skill: []community.SkillID{x.Carpentry, x.Bookkeeping}[r.IntN(2)], Grasp: community.CanDo}}
			m.Needs = []community.SkillID{[]community.SkillID{x.Carpentry, x.Bookkeeping}[r.IntN(2)]}
			return nil
		})
		must(t, err)
		x.people = append(x.people, m.ID)
	}
	must(t, x.LoadMatches(t.Context()))
	return x
}

// live lets everybody look at their list and ask for the person of the first ten who has most time, and whoever was asked
// say yes when the other has time. Then the day is over.
func (x *crowd) live(t *testing.T) {
	t.Helper()
	_, err := x.TakeTurns(t.Context())
	must(t, err)
	for i, id := range x.people {
		v := x.See(t, id)
		if i%2 == 0 { // they see their front page first
			home, err := x.ShortlistFor(t.Context(), v, community.MatchesAtHome)
			must(t, err)
			must(t, x.Remember(t.Context(), v, home, len(home.Matches)))
		}
		l, err := x.ShortlistFor(t.Context(), v, 10)
		must(t, err)
		must(t, x.Remember(t.Context(), v, l, len(l.Matches)))
		today, _, err := x.OwnShowings(t.Context(), v, community.Page{Limit: 1})
		must(t, err)
		x.kept = append(x.kept, shownOnce{today[0], l.Points()})
		best := -1
		for at, m := range l.Matches {
			if !m.Introduced && (best < 0 || today[0].People[at].ForViewer.Time > today[0].People[best].ForViewer.Time) {
				best = at
			}
		}
		if best >= 0 {
			x.ask(t, v, l.Matches[best].Person.ID, today[0].People[best].ForThem.Time > matching.PerThousandth/2)
		}
	}
	x.Clock.Pass(day)
}

func (x *crowd) ask(t *testing.T, v community.Viewer, to community.MemberID, yes bool) {
	t.Helper()
	i, err := x.AskIntroduction(t.Context(), v, to, "Shall we talk?")
	must(t, err)
	if i.From != v.ID || i.State != community.IntroductionAsked {
		return // the other had asked before
	}
	if yes {
		_, err = x.AcceptIntroduction(t.Context(), x.See(t, to), i.ID)
	} else {
		err = x.PassIntroduction(t.Context(), x.See(t, to), i.ID)
	}
	must(t, err)
}

func (x *crowd) yesterday() int { return int(x.Now().Time().Unix()/86400) - 1 }

func (x *crowd) learn(t *testing.T) community.Study {
	t.Helper()
	s, done, err := x.teacher.LearnDay(t.Context())
	if err != nil || !done || s.Done != x.yesterday() {
		t.Fatalf("a day was not learnt from: %+v, %t, %v", s, done, err)
	}
	return s
}

func (x *crowd) versions(t *testing.T) []*community.WeightsVersion {
	t.Helper()
	all, _, err := x.Weights.Newest(t.Context(), community.Page{Limit: 50})
	must(t, err)
	return all
}

func TestWhatPeopleChooseByCountsMoreTheNextDay(t *testing.T) {
	x := crowded(t, 80)
	x.live(t)
	if s := x.learn(t); s.Outcome != community.LearntAnew {
		t.Fatalf("after a day on which everybody chose: %+v", s)
	}
	all := x.versions(t)
	if len(all) != 2 || all[1].Number != community.HandSetWeights || all[1].Weights != matching.HandSet() {
		t.Fatalf("versions %+v", all)
	}
	v := all[0]
	if v.Number != 2 || v.From != 1 || v.SameAs != 0 || v.Weights.Time != 42 || v.LastDay != x.yesterday() || v.LossAfter > v.LossBefore || v.LossBefore == 0 || len(v.Choices) != 64 {
		t.Errorf("learnt %+v", v)
	}
	if v.Members < matching.LearnersMin || v.Members > 80 || v.Learners[6] < matching.LearnersMin || v.Learners[2] != 0 {
		t.Errorf("of %d people it learnt from, %v had a choice", v.Members, v.Learners)
	}
	for _, n := range append(v.Learners[:], v.Members, v.Decisions) {
		if n%community.CountStep != 0 {
			t.Errorf("the version tells the exact number %d", n)
		}
	}
	if _, done, err := x.teacher.LearnDay(t.Context()); done || err != nil {
		t.Errorf("the same day was learnt from twice, %v", err)
	}
	if s := show(t, x.Table, x.Amara, 10); s.Weights != 2 {
		t.Errorf("the next list names version %d", s.Weights)
	}
}

func TestTooFewPeopleMakeNoVersion(t *testing.T) {
	x := crowded(t, 45)
	x.live(t)
	if s := x.learn(t); s.Outcome != community.TooFewDecided || s.Why == "" {
		t.Errorf("from 45 people: %+v", s)
	}
	if all := x.versions(t); len(all) != 1 || all[0].Number != community.HandSetWeights {
		t.Errorf("versions %+v", all)
	}
}

func TestADayThatWasMissedIsCaughtUpInOneStep(t *testing.T) {
	x := crowded(t, 80)
	x.live(t)
	x.Clock.Pass(5 * day)
	if s := x.learn(t); s.Outcome != community.LearntAnew {
		t.Fatalf("after five days without the program: %+v", s)
	}
	if v := x.versions(t)[0]; v.Number != 2 || v.Weights.Time != 42 {
		t.Errorf("caught up with %+v", v)
	}
}

// Whatever versions follow each other, each list that was shown is computed again from the one it names, to the bit.
func TestEveryListIsComputedAgainFromTheVersionItNames(t *testing.T) {
	t.Parallel()
	x := crowded(t, 64)
	for range 5 {
		x.live(t)
		x.learn(t)
	}
	_, err := x.teacher.RollBack(t.Context(), 1)
	must(t, err)
	x.live(t)
	key, err := x.TieKey(t.Context())
	must(t, err)
	versions := map[int]*community.WeightsVersion{}
	for _, v := range x.versions(t) {
		versions[v.Number] = v
	}
	named, differ, turned := map[int]int{}, 0, 0
	for _, was := range x.kept {
		s, err := x.Showings.Get(t.Context(), was.showing.ID)
		must(t, err)
		named[s.Weights]++
		if !slices.IsSortedFunc(was.points, func(a, b matching.Points) int { return int(b) - int(a) }) {
			turned++
		}
		ids, points := versions[s.Weights].Again(s, key)
		if !slices.Equal(ids, peopleShown(was.showing)) || !slices.Equal(points, was.points) {
			t.Fatalf("the list of %s on day %d under version %d was %v with %v, and is %v with %v", s.Viewer, s.Day, s.Weights, peopleShown(was.showing), was.points, ids, points)
		}
		if wrong, _ := versions[len(versions)-1].Again(s, key); s.Weights == 1 && !slices.Equal(wrong, ids) {
			differ++
		}
	}
	if len(named) < 4 || differ == 0 || turned == 0 {
		t.Errorf("lists under %v, of which %d differ under another version, and %d have turns: little was tested", named, differ, turned)
	}
}

func TestRollingBackIsANewVersionAndEndsLearning(t *testing.T) {
	t.Parallel()
	x := crowded(t, 90)
	x.live(t)
	x.learn(t)
	for number, says := range map[int]string{0: "versions are 1 to 2", 3: "there is no version 3", -7: "no version -7", 2: "in force already"} {
		if _, err := x.teacher.RollBack(t.Context(), number); !errors.Is(err, community.ErrNoSuchVersion) || !strings.Contains(err.Error(), says) {
			t.Errorf("back to %d: %v", number, err)
		}
	}
	v, err := x.teacher.RollBack(t.Context(), 1)
	if err != nil || v.Number != 3 || v.From != 2 || v.SameAs != 1 || v.Weights != matching.HandSet() {
		t.Fatalf("rolled back to %+v, %v", v, err)
	}
	if s := show(t, x.Table, x.Amara, 10); s.Weights != 3 {
		t.Errorf("the next list names version %d", s.Weights)
	}
	x.live(t)
	if s := x.learn(t); s.Outcome != community.WasOff || len(x.versions(t)) != 3 {
		t.Errorf("after a roll-back it goes on: %+v", s)
	}
	must(t, x.teacher.Switch(t.Context(), true))
	x.live(t)
	if s := x.learn(t); s.Outcome != community.LearntAnew || x.versions(t)[0].From != 3 {
		t.Errorf("switched on again: %+v", s)
	}
}

// Two programs over one store: one of them does the day.
func TestOneOfManyLearns(t *testing.T) {
	x := crowded(t, 64)
	x.live(t)
	other, err := community.New(x.Stores, x.Clock.Now)
	must(t, err)
	must(t, other.LoadMatches(t.Context()))
	teachers := []*community.Teacher{x.teacher, community.NewTeacher(other)}
	var mu sync.Mutex
	var all sync.WaitGroup
	learnt := 0
	for i := range 8 {
		all.Go(func() {
			_, done, err := teachers[i%2].LearnDay(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if done {
				learnt++
			}
		})
	}
	all.Wait()
	if learnt != 1 || len(x.versions(t)) != 2 {
		t.Errorf("%d learnt, and there are %d versions", learnt, len(x.versions(t)))
	}
	for i, n := range []*community.Network{x.Network, other} {
		must(t, teachers[i].TakeUp(t.Context()))
		l, err := n.ShortlistFor(t.Context(), x.See(t, x.people[0]), 5)
		must(t, err)
		must(t, n.Remember(t.Context(), x.See(t, x.people[0]), l, 5))
	}
	if s, _, err := x.OwnShowings(t.Context(), x.See(t, x.people[0]), community.Page{Limit: 1}); err != nil || s[0].Weights != 2 {
		t.Errorf("the other program's list: %+v, %v", s, err)
	}
	started, err := community.New(x.Stores, x.Clock.Now)
	must(t, err)
	must(t, started.LoadMatches(t.Context()))
	l, err := started.ShortlistFor(t.Context(), x.See(t, x.people[1]), 5)
	must(t, err)
	must(t, started.Remember(t.Context(), x.See(t, x.people[1]), l, 5))
	if s, _, err := x.OwnShowings(t.Context(), x.See(t, x.people[1]), community.Page{Limit: 1}); err != nil || s[0].Weights != 2 {
		t.Errorf("a program that starts later shows %+v, %v", s, err)
	}
}

// While versions change, people look and edit, and nobody waits or sees half of one.
func TestVersionsChangeUnderReaders(t *testing.T) {
	x := crowded(t, 64)
	x.live(t)
	x.learn(t)
	var all sync.WaitGroup
	for i := range 4 {
		v := x.See(t, x.people[i])
		all.Go(func() {
			for range 20 {
				l, err := x.ShortlistFor(t.Context(), v, 10)
				if err != nil || len(l.Matches) == 0 || !slices.IsSortedFunc(l.Points(), func(a, b matching.Points) int { return int(b) - int(a) }) {
					t.Errorf("a list %v, %v", l.Points(), err)
				}
			}
		})
	}
	all.Go(func() {
		for range 5 {
			m, err := x.Members.Get(t.Context(), x.people[9])
			if err = errors.Join(err, x.Matches.Put(t.Context(), x.Network, m), x.LoadMatches(t.Context())); err != nil {
				t.Error(err)
			}
		}
	})
	all.Go(func() {
		for _, to := range []int{1, 2, 1, 2} {
			if _, err := x.teacher.RollBack(t.Context(), to); err != nil {
				t.Error(err)
			}
			if _, _, err := x.teacher.Weighing(t.Context(), community.Page{Limit: 3}); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()
	if s := show(t, x.Table, x.Amara, 10); s.Weights != 6 {
		t.Errorf("in the end version %d is in force", s.Weights)
	}
}

// What somebody chose, and that they were chosen, is nowhere once they have left; a version keeps counts.
func TestChoicesGoWithWhoeverLeaves(t *testing.T) {
	x := crowded(t, 64)
	x.live(t)
	x.Clock.Pass(15 * day)
	x.live(t)
	gone := x.people[5]
	count := func() (by, answers, options int) {
		all, err := x.DecisionsUntil(t.Context(), x.yesterday())
		must(t, err)
		for _, d := range all {
			if d.By == string(gone) {
				by++
			}
			if len(d.Ranks) == 2 && d.Ranks[0] == 0 {
				answers++
			}
			options += len(d.Ranks)
		}
		return by, answers, options
	}
	by, answers, options := count()
	if by == 0 || answers < 10 {
		t.Fatalf("%d decisions of theirs and %d answers: there is nothing to forget", by, answers)
	}
	x.learn(t)
	must(t, x.Erase(t.Context(), gone, false))
	must(t, x.Erase(t.Context(), gone, true))
	if after, _, fewer := count(); after != 0 || fewer >= options {
		t.Errorf("%d decisions of who left are learnt from, and %d options were %d", after, fewer, options)
	}
	if kept := fmt.Sprintf("%+v", x.versions(t)[0]); x.versions(t)[0].Number < 2 || strings.Contains(kept, string(gone)) {
		t.Errorf("a version names who left: %s", kept)
	}
}

// Somebody who lets it pass and somebody who leaves it are the same to learning, and before its time nothing is.
func TestANoIsLearntFromLikeSilence(t *testing.T) {
	x := crowded(t, 12)
	asker, other, busy := x.See(t, x.people[0]), x.See(t, x.people[2]), x.people[1]
	for _, v := range []community.Viewer{asker, other} {
		show(t, x.Table, v, 50)
	}
	first, err := x.AskIntroduction(t.Context(), asker, busy, "Shall we talk?")
	must(t, err)
	x.Clock.Pass(time.Hour)
	second, err := x.AskIntroduction(t.Context(), other, busy, "And we?")
	must(t, err)
	answers := func() (said []matching.Decision) {
		all, err := x.DecisionsUntil(t.Context(), x.yesterday())
		must(t, err)
		for _, d := range all {
			if d.By == string(busy) {
				said = append(said, d)
			}
		}
		return said
	}
	x.Clock.Pass(20 * day)
	if said := answers(); len(said) != 0 {
		t.Errorf("somebody who was never there said %+v", said)
	}
	_, err = x.AcceptIntroduction(t.Context(), x.See(t, busy), second.ID)
	must(t, err)
	x.Clock.Pass(day)
	silent := answers()
	must(t, x.PassIntroduction(t.Context(), x.See(t, busy), first.ID))
	x.Clock.Pass(day)
	passed := answers()
	if len(silent) != 2 || fmt.Sprint(silent) != fmt.Sprint(passed) {
		t.Errorf("silence is %+v, and passing %+v", silent, passed)
	}
}

// Weights under which nobody would see newcomers, people of a small hub, or those of another language are found out.
func TestWeightsThatWouldHideAGroupAreFoundOut(t *testing.T) {
	for name, group := range map[string]struct {
		size int // with two who live at the small hub already
		mark func(*crowd, *community.Member)
	}{
		"newcomers":            {22, func(x *crowd, m *community.Member) { m.JoinedAt = x.Now() }},
		"people of small hubs": {18, func(x *crowd, m *community.Member) { m.Hub = x.Mill }},
		"people without the most common language": {22, func(_ *crowd, m *community.Member) { m.Languages = []string{"pt"} }}, // which a third of the others speak too
	} {
		x := crowded(t, 90)
		x.Clock.Pass(200 * day)
		for i, id := range x.people {
			_, err := x.Members.Change(t.Context(), id, func(m *community.Member) error {
				m.Hub, m.HoursPerWeek, m.Languages = x.Harbour, 8, []string{"en", "pt"}[:2-i%2]
				if i%4 == 0 && i/4 < group.size {
					m.HoursPerWeek = 0
					group.mark(x, m)
				}
				return nil
			})
			must(t, err)
		}
		must(t, x.LoadMatches(t.Context()))
		if said, err := x.teacher.Skewed(t.Context(), matching.HandSet()); err != nil || said != "" {
			t.Errorf("%s: the hand-set weights are refused: %q, %v", name, said, err)
		}
		if said, err := x.teacher.Skewed(t.Context(), matching.Weights{Time: 990, Causes: 10, Unstated: 100}); err != nil || !strings.HasPrefix(said, name+" would be seen 0") {
			t.Errorf("%s: who has no time would never be seen, and it says %q, %v", name, said, err)
		}
	}
}
