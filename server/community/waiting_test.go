package community_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func newTable(t *testing.T) *communitytest.Table {
	t.Helper()
	return communitytest.New(t)
}

// joinHost makes somebody a further host.
func joinHost(t *testing.T, x *communitytest.Table, name string, hub community.HubID) community.Viewer {
	t.Helper()
	id := community.NewID[community.MemberID]()
	_, err := x.Join(t.Context(), id, name, "en")
	must(t, err)
	must(t, x.AppointHost(t.Context(), x.Farid, hub, id, true))
	return x.See(t, id)
}

func waitingAt(t *testing.T, x *communitytest.Table, hub community.HubID) []*community.Unanswered {
	t.Helper()
	found, err := x.WaitingAt(t.Context(), x.See(t, x.Farid.ID), hub)
	must(t, err)
	return found
}

func TestWhatIsLateGoesFromHostToHostAndToAStewardInTheEnd(t *testing.T) {
	x := newTable(t)
	gil := joinHost(t, x, "Gil", x.Harbour)
	asked, err := x.AskToJoin(t.Context(), x.Noor, x.Harbour, "May I?")
	must(t, err)
	if want := at(t, "Europe/Lisbon", "2027-03-03 17:00"); asked.AnswerBy != want { // asked on a Monday at nine: three days of eight hours
		t.Fatalf("it is due %s", asked.AnswerBy.In("Europe/Lisbon"))
	}
	owner := func() (community.MemberID, bool) {
		t.Helper()
		found := waitingAt(t, x, x.Harbour)
		if len(found) != 1 || found[0].Kind != community.WaitingJoin || found[0].Member != x.Noor.ID {
			t.Fatalf("what waits is %+v", found)
		}
		return found[0].Owner, found[0].Late()
	}
	first, late := owner()
	if late || first != x.Dana.ID && first != gil.ID {
		t.Fatalf("it begins with %s, late %t", first, late)
	}
	x.Clock.Pass(2*24*time.Hour + 8*time.Hour - time.Minute)
	if again, late := owner(); again != first || late {
		t.Error("before it is due it is already another's")
	}
	x.Clock.Pass(time.Minute)
	second, late := owner()
	if !late || second == first || second != x.Dana.ID && second != gil.ID {
		t.Errorf("late it is %s's, after %s", second, first)
	}
	x.Clock.Pass(24 * time.Hour)
	if own, err := x.OwnWaiting(t.Context(), x.See(t, first)); err != nil || len(own) != 1 {
		t.Errorf("the first host got rid of it by being late: %+v, %v", own, err)
	}
	if third, _ := owner(); third != x.Farid.ID {
		t.Errorf("after both hosts it is %s's, not the steward's", third)
	}
	x.Clock.Pass(3 * 24 * time.Hour) // from Friday to Monday: a weekend hands nothing on
	if own, err := x.OwnWaiting(t.Context(), x.Farid); err != nil || len(own) != 1 {
		t.Errorf("the steward has %+v, %v", own, err)
	}
	_, err = x.AnswerJoin(t.Context(), x.Farid, asked.ID, true, "Come in.")
	must(t, err)
	if found := waitingAt(t, x, x.Harbour); len(found) != 0 {
		t.Errorf("once answered there still waits %+v", found)
	}
}

func TestEveryKindOfThingWaitsUntilItIsAnswered(t *testing.T) {
	x := newTable(t)
	codes := x.Applicants(t, x.OpenProgramme(t, nil), 2, nil)
	takeBack := func(code string) {
		t.Helper()
		_, err := x.WithdrawApplication(t.Context(), community.Viewer{}, code)
		must(t, err)
	}
	ask, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	_, err = x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Offer, Title: "Two chairs"})
	must(t, err)
	closed, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A key"})
	must(t, err)
	_, err = x.ClosePosting(t.Context(), x.Amara, closed.ID)
	must(t, err)
	kinds := func() string {
		t.Helper()
		var all []string
		for _, w := range waitingAt(t, x, x.Harbour) {
			all = append(all, fmt.Sprintf("%s %d", w.Kind, w.Count))
			if w.Owner != x.Dana.ID {
				t.Errorf("%s is %q's, not the host's", w.Kind, w.Owner)
			}
		}
		return strings.Join(all, ", ")
	}
	if got := kinds(); got != "ask 0, applications 2" {
		t.Errorf("what waits is %s", got)
	}
	takeBack(codes[0])
	if got := kinds(); got != "ask 0, applications 1" {
		t.Errorf("after one was taken back there waits %s", got)
	}
	_, err = x.AnswerPosting(t.Context(), x.Chen, ask.ID, "n1", "I have one.")
	must(t, err)
	takeBack(codes[1])
	if got := kinds(); got != "" {
		t.Errorf("after all answers there waits %s", got)
	}
}

func TestNobodyIsGivenWhoBlockedThemNorThemselves(t *testing.T) {
	x := newTable(t)
	gil := joinHost(t, x, "Gil", x.Harbour)
	must(t, x.Block(t.Context(), x.Noor, x.Dana.ID))
	_, err := x.AskToJoin(t.Context(), x.See(t, x.Noor.ID), x.Harbour, "May I?")
	must(t, err)
	ask, err := x.Post(t.Context(), gil, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	for _, w := range waitingAt(t, x, x.Harbour) {
		switch {
		case w.Kind == community.WaitingJoin && w.Owner != gil.ID:
			t.Errorf("the request is %s's, not that of the host who is not apart", w.Owner)
		case w.ID == string(ask.ID) && w.Owner != x.Dana.ID:
			t.Errorf("a host's own ask is %s's", w.Owner)
		}
	}
	seen, err := x.WaitingAt(t.Context(), x.See(t, x.Dana.ID), x.Harbour)
	must(t, err)
	if len(seen) != 1 || seen[0].ID != string(ask.ID) {
		t.Errorf("the blocked host reads %+v", seen)
	}
}

// A no that is hidden stays hidden: the desk of the hub of who asked is the same to the last figure, whether the other
// let it pass, never looked, or blocked them.
func TestAHiddenNoAndNoAnswerCountTheSame(t *testing.T) {
	counts := map[string][]int{}
	for name, answer := range map[string]func(x *communitytest.Table, i *community.Introduction, c community.ConversationID){
		"no answer": func(*communitytest.Table, *community.Introduction, community.ConversationID) {},
		"a no": func(x *communitytest.Table, i *community.Introduction, c community.ConversationID) {
			must(t, x.PassIntroduction(t.Context(), x.Chen, i.ID))
			must(t, x.PassRequest(t.Context(), x.Chen, c))
		},
		"a yes": func(x *communitytest.Table, i *community.Introduction, c community.ConversationID) {
			_, err := x.AcceptIntroduction(t.Context(), x.Chen, i.ID)
			must(t, err)
			_, err = x.AcceptRequest(t.Context(), x.Chen, c)
			must(t, err)
		},
	} {
		x := newTable(t)
		i, err := x.AskIntroduction(t.Context(), x.Amara, x.Chen.ID, "Tea?")
		must(t, err)
		p, err := x.Post(t.Context(), x.Chen, community.PostingDraft{Kind: community.Offer, Title: "Two chairs"})
		must(t, err)
		said, err := x.AnswerPosting(t.Context(), x.Binta, p.ID, "n1", "I would take them.")
		must(t, err)
		answer(x, i, said.Conversation)
		for range 3 {
			n, err := x.StillWaitAt(t.Context(), x.See(t, x.Dana.ID), x.Harbour)
			must(t, err)
			counts[name] = append(counts[name], n)
			x.Clock.Pass(4 * 24 * time.Hour)
		}
		hidden, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error {
			m.Shown = map[community.Field]community.Audience{community.FieldHub: community.OnlyMe}
			return nil
		})
		must(t, err)
		n, err := x.StillWaitAt(t.Context(), x.See(t, x.Dana.ID), hidden.Hub)
		must(t, err)
		if name != "a yes" && n != 1 {
			t.Errorf("%s: somebody who hides their hub is counted in %d", name, n)
		}
	}
	if !slices.Equal(counts["no answer"], counts["a no"]) {
		t.Errorf("a no counts %v, no answer %v", counts["a no"], counts["no answer"])
	}
	if !slices.Equal(counts["no answer"], []int{0, 0, 2}) || !slices.Equal(counts["a yes"], []int{0, 0, 0}) {
		t.Errorf("the counts can't tell anything: %v", counts)
	}
}

func TestTheFirstAnswerIsNotedOnceAndSummedUpForTen(t *testing.T) {
	x := newTable(t)
	var asked []*community.JoinRequest
	for i := range 12 {
		id := community.MemberID(fmt.Sprintf("guest%d", i))
		_, err := x.Join(t.Context(), id, "Guest", "en")
		must(t, err)
		r, err := x.AskToJoin(t.Context(), x.See(t, id), x.Harbour, "")
		must(t, err)
		asked = append(asked, r)
	}
	for i, r := range asked {
		if i == 9 {
			if times, err := x.AnswersAt(t.Context(), community.Viewer{}, x.Harbour); err != nil || !times.Few || times.Median != 0 {
				t.Errorf("nine answers are summed up: %+v, %v", times, err)
			}
		}
		x.Clock.Pass(time.Hour)
		answered, err := x.AnswerJoin(t.Context(), x.Dana, r.ID, i%2 == 0, "")
		must(t, err)
		for range 2 { // told twice is noted once
			must(t, x.NoteAnswer(t.Context(), answered))
		}
	}
	times, err := x.AnswersAt(t.Context(), community.Viewer{}, x.Harbour)
	must(t, err)
	if times.Few || times.People != 10 || times.Median != 6*time.Hour || times.InTime != 100 {
		t.Errorf("twelve answers after one to twelve hours are %+v", times)
	}
	noted, _, err := x.OwnFirstAnswers(t.Context(), x.See(t, "guest3"), community.Page{Limit: 9})
	if err != nil || len(noted) != 1 || noted[0].Took() != 4*time.Hour {
		t.Errorf("of guest 3 there is noted %+v, %v", noted, err)
	}
}

func TestALetterOfTheDayIsSentOnceAtOpening(t *testing.T) {
	x := newTable(t)
	_, err := x.AskToJoin(t.Context(), x.Noor, x.Harbour, "May I?")
	must(t, err)
	letters := func(v community.Viewer) (n int) {
		t.Helper()
		notices, _, err := x.OwnNotices(t.Context(), x.See(t, v.ID), community.Page{Limit: 50})
		must(t, err)
		for _, notice := range notices {
			if notice.Kind == community.NoticeWaiting {
				n++
			}
		}
		return n
	}
	x.Clock.Pass(23*time.Hour + 59*time.Minute) // to the minute before opening on Tuesday
	var one, other community.Mornings           // two programs
	must(t, x.KeepMornings(t.Context(), &one))
	if n := letters(x.Dana); n != 0 {
		t.Fatalf("before the hub opens there are %d letters", n)
	}
	x.Clock.Pass(time.Minute)
	for range 3 {
		must(t, x.KeepMornings(t.Context(), &one))
		must(t, x.KeepMornings(t.Context(), &other))
		must(t, x.KeepMornings(t.Context(), &community.Mornings{})) // and one that was started just now
		x.Clock.Pass(time.Hour)
	}
	if n := letters(x.Dana); n != 1 {
		t.Errorf("on the first day there are %d letters", n)
	}
	x.Clock.Pass(21 * time.Hour) // opening on Wednesday
	must(t, x.KeepMornings(t.Context(), &other))
	if n := letters(x.Dana); n != 2 {
		t.Errorf("on the second day there are %d letters in all", n)
	}
	if n := letters(x.Esra); n != 0 {
		t.Errorf("a host of another hub got %d", n)
	}
}

func TestWhoWasAskedIsRemindedOnceUnlessTheyLetItPass(t *testing.T) {
	x := newTable(t)
	i, err := x.AskIntroduction(t.Context(), x.Amara, x.Chen.ID, "Tea?")
	must(t, err)
	passed, err := x.AskIntroduction(t.Context(), x.Amara, x.Binta.ID, "Tea?")
	must(t, err)
	must(t, x.PassIntroduction(t.Context(), x.Binta, passed.ID))
	for range 20 {
		must(t, x.KeepMornings(t.Context(), &community.Mornings{}))
		x.Clock.Pass(24 * time.Hour)
	}
	for id, want := range map[community.NoticeID]bool{community.NoticeID("still~" + string(i.ID)): true, community.NoticeID("still~" + string(passed.ID)): false} {
		if _, err := x.Notices.Get(t.Context(), id); (err == nil) != want {
			t.Errorf("%s is there: %t", id, err == nil)
		}
	}
}

func TestMorningsAndAskedTakeAllCallsAtOnce(t *testing.T) {
	x := newTable(t)
	_, err := x.AskIntroduction(t.Context(), x.Amara, x.Chen.ID, "Tea?")
	must(t, err)
	var m community.Mornings
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			must(t, x.KeepMornings(t.Context(), &m))
			_, err := x.StillWaitAt(t.Context(), x.Dana, x.Harbour)
			must(t, err)
			x.Clock.Pass(3 * time.Hour)
		})
	}
	all.Wait()
}

// hasOwner tells whether the thing stands on the list of somebody who is here, and not who waits.
func hasOwner(t *testing.T, x *communitytest.Table, w *community.Unanswered, people []community.MemberID) bool {
	t.Helper()
	for _, id := range people {
		v, err := x.Viewer(t.Context(), id)
		must(t, err)
		own, err := x.OwnWaiting(t.Context(), v)
		must(t, err)
		if id != w.Member && slices.ContainsFunc(own, func(o *community.Unanswered) bool { return o.ID == w.ID && o.Kind == w.Kind }) {
			return true
		}
	}
	return false
}

// ownerless lives some days of a network in which everything can happen, and counts what waits without an owner.
func ownerless(t *testing.T, seed uint64, days int, stewards bool) (looked, without int) {
	t.Helper()
	x := newTable(t)
	dice := rand.New(rand.NewPCG(seed, 7))
	hosts := map[community.HubID][]community.MemberID{x.Harbour: {x.Dana.ID}, x.Mill: {x.Esra.ID}}
	people := []community.MemberID{x.Amara.ID, x.Binta.ID, x.Chen.ID}
	hubs := []community.HubID{x.Harbour, x.Mill}
	for day := range days * 4 {
		hub := hubs[dice.IntN(2)]
		who := people[dice.IntN(len(people))]
		switch dice.IntN(7) {
		case 0:
			id := community.MemberID(fmt.Sprintf("guest%d", day))
			_, err := x.Join(t.Context(), id, "Guest", "en")
			must(t, err)
			_, err = x.AskToJoin(t.Context(), x.See(t, id), hub, "")
			must(t, err)
			people = append(people, id)
		case 1:
			if v := x.See(t, who); v.Hub != "" {
				_, err := x.Post(t.Context(), v, community.PostingDraft{Kind: community.Ask, Title: "A van"})
				must(t, err)
			}
		case 2:
			host := joinHost(t, x, fmt.Sprintf("Host %d", day), hub)
			hosts[hub] = append(hosts[hub], host.ID)
		case 3, 4: // a host leaves the network, or only the post
			if n := len(hosts[hub]); n > 0 {
				gone := hosts[hub][n-1]
				hosts[hub] = hosts[hub][:n-1]
				if dice.IntN(2) == 0 {
					must(t, x.AppointHost(t.Context(), x.Farid, hub, gone, false))
				} else {
					must(t, x.Leave(t.Context(), x.See(t, gone)))
				}
			}
		case 5: // somebody blocks a host, or two hosts are apart
			if n := len(hosts[hub]); n > 0 {
				if dice.IntN(3) == 0 {
					who = hosts[hub][0]
				}
				if err := x.Block(t.Context(), x.See(t, who), hosts[hub][n-1]); err != nil && community.KindOf(err) == community.KindInternal {
					t.Fatal(err)
				}
			}
		default:
			x.Clock.Pass(time.Duration(dice.IntN(40)) * time.Hour)
		}
		for _, hub := range hubs {
			for _, w := range waitingAt(t, x, hub) {
				looked++
				people := slices.Clone(hosts[hub])
				if stewards {
					people = append(people, x.Farid.ID)
				}
				if !hasOwner(t, x, w, people) {
					without++
				}
			}
		}
	}
	return looked, without
}

func TestNothingEverWaitsWithoutAnOwner(t *testing.T) {
	if looked, without := ownerless(t, 1, 8, true); without > 0 || looked < 50 {
		t.Errorf("of %d things that waited %d had no owner", looked, without)
	}
	if _, without := ownerless(t, 1, 8, false); without == 0 {
		t.Error("a network whose stewards look away leaves nobody waiting, so this test could not fail")
	}
}

// TestProveProgrammesNobodyIsLeftWaiting lives many networks in which hosts come, go, are blocked and sleep.
func TestProveProgrammesNobodyIsLeftWaiting(t *testing.T) {
	if os.Getenv("LONGTABLE_PROVE") == "" {
		t.Skip("a long proof; LONGTABLE_PROVE=1 runs it")
	}
	looked, without := 0, 0
	for seed := range uint64(40) {
		l, w := ownerless(t, seed, 30, true)
		looked, without = looked+l, without+w
	}
	fmt.Printf("figure waiting-looked-at %d things bar 10000\n", looked)
	fmt.Printf("figure waiting-without-owner %d things bar 0\n", without)
	if without > 0 || looked < 10_000 {
		t.Errorf("of %d things that waited %d had no owner", looked, without)
	}
}
