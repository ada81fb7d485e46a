package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

func read[T any](t *testing.T, r reply) T {
	t.Helper()
	var into T
	if err := json.Unmarshal(r.body, &into); err != nil {
		t.Fatalf("%d %s: %v", r.status, r.body, err)
	}
	return into
}

func TestAProgramChangesOnlyWhatItNames(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	got := r.do(call{"PATCH", "/profile", session, `{"headline": "I build shelves", "shown": {"hours": "me"}}`, nil})
	if got.status != http.StatusOK {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	draft := read[community.ProfileDraft](t, r.do(call{"GET", "/profile", session, nil, nil}))
	if draft.Headline != "I build shelves" || draft.Name != "Amara Okafor" || !slices.Equal(draft.Needs, []community.SkillID{r.Bookkeeping}) {
		t.Errorf("after changing one line the profile is %+v", draft)
	}
	if draft.Shown[community.FieldHours] != community.OnlyMe || draft.Shown[community.FieldNeeds] != community.EveryoneInNetwork {
		t.Errorf("after hiding the hours, shown is %v", draft.Shown)
	}
}

func TestAFormThatSaysNothingOfWhoSeesAPartDoesNotOpenIt(t *testing.T) {
	r := openRoom(t)
	session := r.signIn(r.Amara)
	must(t, r.hide(r.Amara, community.FieldNeeds, community.OnlyMe))
	got := r.do(call{"POST", "/profile", session, url.Values{"name": {"Amara"}, "shown.about": {"hub"}}, asPage})
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	me, err := r.OwnProfile(t.Context(), r.Amara)
	must(t, err)
	if me.AudienceOf(community.FieldNeeds) != community.OnlyMe || me.AudienceOf(community.FieldAbout) != community.MyHub {
		t.Errorf("shown is %v", me.Shown)
	}
	if len(me.Needs) != 0 {
		t.Errorf("an empty list of needs was sent and %v stayed", me.Needs)
	}
}

// hide narrows who sees a part of somebody's profile.
func (r *room) hide(v community.Viewer, part community.Field, from community.Audience) error {
	_, err := r.Members.Change(r.t.Context(), v.ID, func(m *community.Member) error {
		m.Shown = map[community.Field]community.Audience{part: from}
		return nil
	})
	return err
}

var asPage = map[string]string{"Accept": "text/html"}

func TestSkillsAreMeantByTheirNamesInAnyLanguage(t *testing.T) {
	r := openRoom(t)
	form := url.Values{"name": {"Noor"}, "offers": {"Menuiserie", ""}, "needs": {"مسك الدفاتر"}}
	if got := r.do(call{"POST", "/profile", r.signIn(r.Noor), form, asPage}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	me, err := r.OwnProfile(t.Context(), r.Noor)
	must(t, err)
	if len(me.Offers) != 1 || me.Offers[0].Skill != r.Carpentry || !slices.Equal(me.Needs, []community.SkillID{r.Bookkeeping}) {
		t.Errorf("offers %v, needs %v", me.Offers, me.Needs)
	}
}

func TestAProfileThatCannotBeSavedLosesNothing(t *testing.T) {
	r := openRoom(t)
	form := url.Values{"name": {""}, "headline": {"Soup for everyone"}, "offers": {"glass blowing"}, "hoursPerWeek": {"many"}}
	got := r.do(call{"POST", "/profile", r.signIn(r.Amara), form, asPage})
	if got.status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d", got.status)
	}
	for _, want := range []string{"Soup for everyone", "glass blowing", `value="many"`} {
		if !strings.Contains(string(got.body), want) {
			t.Errorf("%q was lost", want)
		}
	}
	if me, err := r.OwnProfile(t.Context(), r.Amara); err != nil || me.Name != "Amara Okafor" {
		t.Errorf("a refused form changed the name to %q, %v", me.Name, err)
	}
}
