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
)

// guest is somebody new at a hub, who joined some days before today.
func guest(t *testing.T, x *communitytest.Table, name string, hub community.HubID, days int, can, needs community.SkillID) community.Viewer {
	t.Helper()
	id := community.MemberID(strings.ToLower(name))
	must(t, x.Members.Add(t.Context(), &community.Member{Record: community.Record[community.MemberID]{ID: id}, Name: name, Hub: hub, RoomInWeek: 5,
		Languages: []string{"en"}, Offers: []community.Offered{{Skill: can, Grasp: community.CanDo}}, Needs: []community.SkillID{needs},
		JoinedAt: x.Now().Plus(-time.Duration(days) * 24 * time.Hour)}))
	return x.See(t, id)
}

func unmet(t *testing.T, x *communitytest.Table, host community.Viewer, hub community.HubID) (names []string, list []community.Unmet) {
	t.Helper()
	list, err := x.UnmetAt(t.Context(), x.See(t, host.ID), hub)
	must(t, err)
	for _, u := range list {
		names = append(names, u.Person.Name)
	}
	return names, list
}

func TestTheListOfADayHoldsNewestAndLongestWaitingInTurns(t *testing.T) {
	x := communitytest.New(t)
	for i, name := range []string{"Gil", "Hana", "Ines", "Jo"} {
		guest(t, x, name, x.Harbour, 10*(i+1), x.Bookkeeping, x.Carpentry)
	}
	must(t, x.LoadMatches(t.Context()))
	names, list := unmet(t, x, x.Dana, x.Harbour)
	// Amara and Binta joined today, with Farid: at one moment, so that their ids decide who stands first.
	if len(names) != 6 || names[1] != "Jo" || names[3] != "Ines" || names[5] != "Hana" {
		t.Errorf("the list is %v", names)
	}
	for _, u := range list {
		if len(u.People) > 2 {
			t.Errorf("%d people for %s", len(u.People), u.Person.Name)
		}
	}
	if at := slices.Index(names, "Jo"); len(list[at].People) == 0 || list[at].People[0].Person.ID != x.Amara.ID {
		t.Errorf("Jo keeps books and needs a carpenter, and is proposed %+v", list[at].People)
	}
	if again, _ := unmet(t, x, x.Dana, x.Harbour); !slices.Equal(names, again) {
		t.Errorf("the second look shows %v", again)
	}
}

func TestWhoHasMetSomebodyIsNotOnTheList(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	if names, _ := unmet(t, x, x.Dana, x.Harbour); !slices.Contains(names, x.Amara.Name) || slices.Contains(names, x.Dana.Name) || slices.Contains(names, x.Chen.Name) {
		t.Fatalf("at first the list is %v", names)
	}
	for name, meets := range map[string]func(x *communitytest.Table){
		"an accepted introduction": func(x *communitytest.Table) { connect(t, x, x.Amara, x.Chen) },
		"a conversation": func(x *communitytest.Table) {
			p, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
			must(t, err)
			said, err := x.AnswerPosting(t.Context(), x.Chen, p.ID, "n1", "I have one.")
			must(t, err)
			if names, _ := unmet(t, x, x.Dana, x.Harbour); !slices.Contains(names, x.Amara.Name) {
				t.Error("that somebody wrote to Amara can be told from the list")
			}
			_, err = x.AcceptRequest(t.Context(), x.Amara, said.Conversation)
			must(t, err)
		},
		"an event": func(x *communitytest.Table) {
			e := postEvent(t, x, 5)
			_, err := x.JoinEvent(t.Context(), x.Amara, e.ID)
			must(t, err)
			x.Clock.Pass(60 * 24 * time.Hour)
		},
		"not wanting to be proposed": func(x *communitytest.Table) {
			_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error { m.MatchingOff = true; return nil })
			must(t, err)
		},
	} {
		x := communitytest.New(t)
		must(t, x.LoadMatches(t.Context()))
		meets(x)
		if names, _ := unmet(t, x, x.Dana, x.Harbour); slices.Contains(names, x.Amara.Name) || !slices.Contains(names, x.Binta.Name) {
			t.Errorf("after %s the list is %v", name, names)
		}
	}
}

func TestHostsListsAreForHostsOfTheHub(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	for name, v := range map[string]community.Viewer{"a member": x.Amara, "a host of another hub": x.Esra, "a steward": x.Farid} {
		_, unmet := x.UnmetAt(t.Context(), v, x.Harbour)
		_, bridges := x.BridgesAt(t.Context(), v, x.Harbour)
		if community.KindOf(unmet) != community.KindNotFound || community.KindOf(bridges) != community.KindNotFound {
			t.Errorf("%s reads them: %v, %v", name, unmet, bridges)
		}
	}
}

func TestWhomAHostIntroducedMakesRoomForTheNext(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	introduce(t, x, x.Amara, x.Chen)
	if names, _ := unmet(t, x, x.Dana, x.Harbour); slices.Contains(names, x.Amara.Name) {
		t.Errorf("the list is %v", names)
	}
	x.Clock.Pass(8 * 24 * time.Hour)
	names, list := unmet(t, x, x.Dana, x.Harbour)
	at := slices.Index(names, x.Amara.Name)
	if at < 0 {
		t.Fatalf("a week later the list is %v", names)
	}
	for _, m := range list[at].People {
		if m.Person.ID == x.Chen.ID {
			t.Error("the same two are proposed to the host again")
		}
	}
}

func TestNobodyIsProposedBeyondTheRoomOfTheirWeek(t *testing.T) {
	x := communitytest.New(t)
	for i := range 6 {
		guest(t, x, fmt.Sprintf("Guest%d", i), x.Harbour, i, x.Bookkeeping, x.Carpentry)
	}
	_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error { m.RoomInWeek = 2; return nil })
	must(t, err)
	must(t, x.LoadMatches(t.Context()))
	proposed := func() (times int) {
		_, list := unmet(t, x, x.Dana, x.Harbour)
		for _, u := range list {
			for _, m := range u.People {
				if m.Person.ID == x.Amara.ID {
					times++
				}
			}
		}
		return times
	}
	if got := proposed(); got != 2 {
		t.Errorf("the one carpenter has room for two and is proposed %d times", got)
	}
	ask(t, x, x.Chen, x.Amara)
	if got := proposed(); got != 1 {
		t.Errorf("with one asking she is proposed %d times", got)
	}
}

func TestBridgesJoinPeopleOfSeparateCircles(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	bridges := func() []community.BridgePair {
		t.Helper()
		found, err := x.BridgesAt(t.Context(), x.See(t, x.Dana.ID), x.Harbour)
		must(t, err)
		return found
	}
	// Amara and Binta fit and share a hub and nobody knows anybody; Amara and Chen fit and are of two hubs.
	found := bridges()
	if len(found) != 1 || found[0].One.ID != x.Amara.ID || found[0].Other.ID != x.Chen.ID || found[0].ForOne.Covered != 1 || found[0].ForOther.Covered != 1 {
		t.Fatalf("bridges are %+v", found)
	}
	connect(t, x, x.Amara, x.Esra)
	connect(t, x, x.Chen, x.See(t, x.Esra.ID))
	if found = bridges(); len(found) != 1 {
		t.Errorf("the list of the day moved: %+v", found)
	}
	x.Clock.Pass(24 * time.Hour)
	if found = bridges(); len(found) != 0 {
		t.Errorf("with a friend in common: %+v", found)
	}
}

func TestWhatSomebodyHidesIsNotToldOfABridge(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	if found, err := x.BridgesAt(t.Context(), x.Dana, x.Harbour); err != nil || len(found) != 1 {
		t.Fatalf("bridges are %+v, %v", found, err)
	}
	chen, err := x.Members.Change(t.Context(), x.Chen.ID, func(m *community.Member) error {
		m.Shown = map[community.Field]community.Audience{community.FieldNeeds: community.OnlyMe}
		return nil
	})
	must(t, err)
	must(t, x.Matches.Put(t.Context(), x.Network, chen))
	if found, err := x.BridgesAt(t.Context(), x.Dana, x.Harbour); err != nil || len(found) != 0 {
		t.Errorf("what Chen needs is told from this morning: %+v, %v", found, err)
	}
}

func TestListsOfAnEmptyNetworkAreEmpty(t *testing.T) {
	x := communitytest.New(t)
	if names, list := unmet(t, x, x.Dana, x.Harbour); len(names) > 0 && len(list[0].People) > 0 {
		t.Errorf("before anybody was read for ranking: %+v", list)
	}
	for name, look := range map[string]func() (int, error){
		"bridges":    func() (int, error) { l, err := x.BridgesAt(t.Context(), x.Dana, x.Harbour); return len(l), err },
		"asks":       func() (int, error) { l, err := x.AsksFor(t.Context(), x.Amara); return len(l), err },
		"roles":      func() (int, error) { l, err := x.RolesFor(t.Context(), x.Amara); return len(l), err },
		"programmes": func() (int, error) { l, err := x.ProgrammesFor(t.Context(), x.Amara); return len(l), err },
	} {
		if n, err := look(); n != 0 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
}

func TestListsAreReadWhileProfilesAreEdited(t *testing.T) {
	x := communitytest.New(t)
	must(t, x.LoadMatches(t.Context()))
	asked := post(t, x, x.Amara, x.Bookkeeping)
	var all sync.WaitGroup
	do := func(what func() error) {
		all.Go(func() {
			for range 5 {
				if err := what(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 2 {
		do(func() error { return errorOf(x.HelpersFor(t.Context(), x.Amara, asked.ID)) })
		do(func() error { return errorOf(x.AsksFor(t.Context(), x.Chen)) })
		do(func() error { return errorOf(x.UnmetAt(t.Context(), x.Dana, x.Harbour)) })
		do(func() error { return errorOf(x.BridgesAt(t.Context(), x.Dana, x.Harbour)) })
	}
	do(func() error {
		x.Clock.Pass(24 * time.Hour)
		binta, err := x.Members.Get(t.Context(), x.Binta.ID)
		if err != nil {
			return err
		}
		return x.Matches.Put(t.Context(), x.Network, binta)
	})
	all.Wait()
}
