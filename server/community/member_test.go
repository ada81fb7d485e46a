package community_test

import (
	"testing"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

func TestAFieldThatIsNotNamedStaysAsHiddenAsItWas(t *testing.T) {
	x := communitytest.New(t)
	hideEverything(t, x, x.Amara.ID)
	draft := community.DraftOf(own(t, x, x.Amara))
	draft.Shown = map[community.Field]community.Audience{community.FieldCauses: community.MyHub}
	if _, err := x.WriteProfile(t.Context(), x.Amara, draft); err != nil {
		t.Fatal(err)
	}
	for _, f := range community.Fields {
		want := community.OnlyMe
		if f == community.FieldCauses {
			want = community.MyHub
		}
		if got := own(t, x, x.Amara).AudienceOf(f); got != want {
			t.Errorf("%s is open to %s, not to %s", f, got, want)
		}
	}
}

func TestASkillThatSomebodyProposedIsTheirsUntilItIsAccepted(t *testing.T) {
	x := communitytest.New(t)
	soup, err := x.ProposeSkill(t.Context(), x.Amara, "soup", "en")
	if err != nil {
		t.Fatal(err)
	}
	use := func(v community.Viewer) error {
		draft := community.DraftOf(own(t, x, v))
		draft.Needs = []community.SkillID{soup.ID}
		_, inProfile := x.WriteProfile(t.Context(), v, draft)
		_, onBoard := x.Post(t.Context(), v, community.PostingDraft{Kind: community.Ask, Title: "Soup", Skills: draft.Needs})
		if community.KindOf(inProfile) != community.KindOf(onBoard) {
			t.Errorf("in the profile %v, on the board %v", inProfile, onBoard)
		}
		return inProfile
	}
	if err := use(x.Binta); community.KindOf(err) != community.KindInvalid {
		t.Errorf("somebody else uses it: %v", err)
	}
	if err := use(x.Amara); err != nil {
		t.Errorf("who proposed it: %v", err)
	}
	if _, err := x.AcceptSkill(t.Context(), x.Farid, soup.ID, nil); err != nil {
		t.Fatal(err)
	}
	if err := use(x.Binta); err != nil {
		t.Errorf("once it is accepted: %v", err)
	}
}

func TestABlockedContactIsAContactNoLonger(t *testing.T) {
	x := communitytest.New(t)
	connect(t, x, x.Amara, x.Binta)
	amara := x.See(t, x.Amara.ID)
	e, err := x.FoundEnterprise(t.Context(), amara, community.EnterpriseDraft{Name: "Plank"})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Network.Block(t.Context(), x.Binta, amara.ID); err != nil {
		t.Fatal(err)
	}
	amara = x.See(t, amara.ID)
	if amara.Contact(x.Binta.ID) {
		t.Error("they are connected through a block")
	}
	if _, err := x.BringIn(t.Context(), amara, e.ID, x.Binta.ID, "Books"); community.KindOf(err) != community.KindInvalid {
		t.Errorf("who blocked is brought in: %v", err)
	}
}

func own(t *testing.T, x *communitytest.Table, v community.Viewer) *community.Member {
	t.Helper()
	m, err := x.OwnProfile(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
