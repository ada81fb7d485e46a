package community_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestAProfileHoldsOnlyWhatTheViewerMaySee(t *testing.T) {
	x := communitytest.New(t)
	connect(t, x, x.Amara, x.Chen)
	amara, chen, binta, noor := x.See(t, x.Amara.ID), x.See(t, x.Chen.ID), x.Binta, x.Noor
	secret := "Only for some: a stall on Saturdays"
	for _, c := range []struct {
		audience community.Audience
		sees     []community.Viewer
		not      []community.Viewer
	}{
		{community.EveryoneInNetwork, []community.Viewer{amara, chen, binta, noor}, nil},
		{community.MyHub, []community.Viewer{amara, chen, binta}, []community.Viewer{noor}},
		{community.MyContacts, []community.Viewer{amara, chen}, []community.Viewer{binta, noor}},
		{community.OnlyMe, []community.Viewer{amara}, []community.Viewer{chen, binta, noor}},
	} {
		_, err := x.Members.Change(t.Context(), amara.ID, func(m *community.Member) error {
			m.About, m.Shown = secret, map[community.Field]community.Audience{community.FieldAbout: c.audience}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range c.sees {
			if p := profile(t, x, v, amara.ID); p.About != secret {
				t.Errorf("about shown to %s is hidden from %s", c.audience, v.Name)
			}
		}
		for _, v := range c.not {
			if text, _ := json.Marshal(profile(t, x, v, amara.ID)); strings.Contains(string(text), "stall") {
				t.Errorf("about shown to %s reaches %s: %s", c.audience, v.Name, text)
			}
		}
	}
}

func TestAPrivateFieldChangesNobodyElsesMatches(t *testing.T) {
	x := communitytest.New(t)
	others := []community.Viewer{x.Binta, x.Chen, x.Dana, x.Noor}
	hideEverything(t, x, x.Amara.ID)
	before := matchesOf(t, x, others)
	mine := matches(t, x, x.Amara)
	_, err := x.Members.Change(t.Context(), x.Amara.ID, func(m *community.Member) error {
		m.Needs, m.Offers, m.Causes, m.HoursPerWeek, m.Stage = nil, nil, []community.Cause{13}, 1, community.StageSettled
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.LoadMatches(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := matchesOf(t, x, others); !reflect.DeepEqual(before, after) {
		t.Error("what only Amara may see changed somebody else's matches")
	}
	if reflect.DeepEqual(mine, matches(t, x, x.Amara)) {
		t.Error("it did not change her own either, so this test means nothing")
	}
}

func TestABlockMakesEachAbsentForTheOther(t *testing.T) {
	x := communitytest.New(t)
	connect(t, x, x.Amara, x.Binta)
	if err := x.LoadMatches(t.Context()); err != nil {
		t.Fatal(err)
	}
	talk := community.PairID[community.ConversationID](x.Amara.ID, x.Binta.ID)
	posted, err := x.Post(t.Context(), x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van for a morning"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Conversation(t.Context(), x.See(t, x.Binta.ID), talk); err != nil {
		t.Fatalf("before the block they talk: %v", err)
	}
	if err := x.Network.Block(t.Context(), x.Amara, x.Binta.ID); err != nil {
		t.Fatal(err)
	}
	amara, binta := x.See(t, x.Amara.ID), x.See(t, x.Binta.ID)
	for _, side := range []struct{ me, other community.Viewer }{{amara, binta}, {binta, amara}} {
		_, seen := x.Network.Member(t.Context(), side.me, side.other.ID)
		_, spoken := x.Say(t.Context(), side.me, talk, "n1", "hello?")
		_, asked := x.AskIntroduction(t.Context(), side.me, side.other.ID, "hello?")
		for verb, err := range map[string]error{"seeing": seen, "talking": spoken, "asking": asked} {
			if community.KindOf(err) != community.KindNotFound {
				t.Errorf("%s for %s gives %v, not not-found", verb, side.me.Name, err)
			}
		}
		for _, m := range matches(t, x, side.me) {
			if m.Person.ID == side.other.ID {
				t.Errorf("%s is still proposed to %s", side.other.Name, side.me.Name)
			}
		}
	}
	if _, err := x.Posting(t.Context(), binta, posted.ID); community.KindOf(err) != community.KindNotFound {
		t.Errorf("the posting of the one who blocked: %v", err)
	}
	if err := x.Unblock(t.Context(), binta, amara.ID); err != nil {
		t.Fatal(err)
	}
	if !x.See(t, amara.ID).Apart(binta.ID) {
		t.Error("who was blocked could take the block back")
	}
}

func TestAReportNeverReachesThePersonItIsAbout(t *testing.T) {
	x := communitytest.New(t)
	about := community.ReportDraft{About: community.ReportPerson, Subject: string(x.Dana.ID), Words: "Shouts at people."}
	if _, err := x.Network.Report(t.Context(), x.Amara, about); err != nil {
		t.Fatal(err)
	}
	if found, _, err := x.ReportsOn(t.Context(), x.Dana, string(x.Harbour), community.Page{Limit: 10}); err != nil || len(found) != 0 {
		t.Errorf("the host finds what is said of them: %+v, %v", found, err)
	}
	if found, _, err := x.ReportsOn(t.Context(), x.Farid, community.NetworkDesk, community.Page{Limit: 10}); err != nil || len(found) != 1 {
		t.Errorf("the stewards find %d reports, %v", len(found), err)
	}
	if _, _, err := x.ReportsOn(t.Context(), x.Amara, string(x.Harbour), community.Page{Limit: 10}); community.KindOf(err) != community.KindNotFound {
		t.Errorf("a member reads the desk: %v", err)
	}
}

func connect(t *testing.T, x *communitytest.Table, a, b community.Viewer) {
	t.Helper()
	i := ask(t, x, a, b)
	if _, err := x.AcceptIntroduction(t.Context(), b, i.ID); err != nil {
		t.Fatal(err)
	}
}

func profile(t *testing.T, x *communitytest.Table, v community.Viewer, id community.MemberID) community.Profile {
	t.Helper()
	p, err := x.Network.Member(t.Context(), v, id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func hideEverything(t *testing.T, x *communitytest.Table, id community.MemberID) {
	t.Helper()
	_, err := x.Members.Change(t.Context(), id, func(m *community.Member) error {
		m.Shown = map[community.Field]community.Audience{}
		for _, f := range community.Fields {
			m.Shown[f] = community.OnlyMe
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.LoadMatches(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func matchesOf(t *testing.T, x *communitytest.Table, viewers []community.Viewer) [][]community.Match {
	t.Helper()
	var all [][]community.Match
	for _, v := range viewers {
		found := matches(t, x, v)
		for i := range found {
			found[i].Person.Rev = 0 // is shown to nobody: it tells an index that lags behind
		}
		all = append(all, found)
	}
	return all
}

func matches(t *testing.T, x *communitytest.Table, v community.Viewer) []community.Match {
	t.Helper()
	found, err := x.MatchesFor(t.Context(), v, 10)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
