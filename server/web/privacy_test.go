package web

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

// TestAPrivateFieldChangesNobodyElsesPages writes into one field after another, shown to one audience after another, and
// holds every page and every list of all who are outside that audience against the same before: matches with their order
// and reasons, hits, facets, counts, people of the hub, of the enterprise, of the event.
func TestAPrivateFieldChangesNobodyElsesPages(t *testing.T) {
	t.Parallel()
	s := openStaffed(t)
	things := s.furnish()
	ctx, event := t.Context(), community.EventID(things["/events"])
	for _, going := range []community.Viewer{s.Amara, s.Binta, s.Noor, s.Esra} {
		_, err := s.JoinEvent(ctx, going, event)
		must(t, err)
	}
	things["/people"] = string(s.Amara.ID)
	contact, mate := s.See(t, s.Chen.ID), s.Binta         // Chen was met when the room was furnished
	outside := map[community.Audience][]community.Viewer{ // those who are nearest to it
		community.MyHub:      {s.Esra},
		community.MyContacts: {mate},
		community.OnlyMe:     {contact},
	}
	inside := map[community.Audience]community.Viewer{community.MyHub: mate, community.MyContacts: contact, community.OnlyMe: s.Amara}
	paths := []string{"/", "/people", "/people?q=carpentry", "/people?q=bookkeeping&limit=1", "/people?skill=carpentry", "/people?cause=13", "/people?language=fr",
		"/search?q=xerxes", "/search?q=carpentry", "/matches", "/people/" + things["/people"], "/hubs/" + things["/hubs"], "/hubs/" + things["/hubs"] + "/people?limit=1",
		"/people?hub=" + things["/hubs"], "/enterprises/" + things["/enterprises"], "/events/" + things["/events"] + "/attendance", "/board",
		"/board/for-you", "/roles", "/programmes/for-you", "/introducing"}
	albums := func(viewers []community.Viewer) (all []map[string]string) {
		s.settle()
		for _, v := range viewers {
			all = append(all, s.look(v, paths))
		}
		return all
	}
	hers := []string{"/people/" + things["/people"]}
	fields := community.Fields
	if testing.Short() { // a few are enough to look for races; all run without the detector
		fields = fields[2:4]
	}
	for audience, viewers := range outside {
		must(t, s.write(func(m *community.Member) { m.Shown = allShownTo(audience) }))
		before, own := albums(viewers), s.look(inside[audience], hers)
		for _, field := range fields {
			was, err := s.OwnProfile(ctx, s.Amara)
			must(t, err)
			must(t, s.write(func(m *community.Member) { s.flip(m, field) }))
			for i, after := range albums(viewers) {
				sameAlbum(t, string(field)+" shown to "+string(audience)+", seen by "+viewers[i].Name, before[i], after)
			}
			if maps.Equal(own, s.look(inside[audience], hers)) {
				t.Errorf("%s shown to %s changes nothing for who may see it, so this test means nothing", field, audience)
			}
			must(t, s.write(func(m *community.Member) { stamp := m.Stamp; *m = *was; m.Stamp = stamp }))
		}
	}
}

func allShownTo(audience community.Audience) map[community.Field]community.Audience {
	shown := map[community.Field]community.Audience{}
	for _, f := range community.Fields {
		shown[f] = audience
	}
	return shown
}

func (s *staffed) write(change func(*community.Member)) error {
	_, err := s.Members.Change(s.t.Context(), s.Amara.ID, func(m *community.Member) error { change(m); return nil })
	return err
}

// flip gives a field another value, one that its owner would be found, ranked and counted by.
func (s *staffed) flip(m *community.Member, field community.Field) {
	switch field {
	case community.FieldPronouns:
		m.Pronouns = "she/they"
	case community.FieldAbout:
		m.Headline, m.About = "Xerxes and his oven", "carpentry baker"
	case community.FieldOffers:
		m.Offers = []community.Offered{{Skill: s.Bookkeeping, Grasp: community.LivedExperience}}
	case community.FieldNeeds:
		m.Needs = []community.SkillID{s.Bookkeeping, s.Carpentry}
	case community.FieldCauses:
		m.Causes = []community.Cause{2, 13}
	case community.FieldLanguages:
		m.Languages = []string{"fr", "ar"}
	case community.FieldHub:
		m.Hub = ""
	case community.FieldHours:
		m.HoursPerWeek = 40
	case community.FieldStage:
		m.Stage = community.StageSettled
	case community.FieldEnterprise:
		m.Enterprise = ""
	}
}

// TestASenderCannotTellWhatBecameOfTheirAsking compares every page of who asked: after the other let it pass, after
// silence, and after weeks that had no room for it. The one act that shows is a yes.
func TestASenderCannotTellWhatBecameOfTheirAsking(t *testing.T) {
	t.Parallel()
	s := openStaffed(t)
	things := s.furnish()
	ctx := t.Context()
	asked, err := s.AskIntroduction(ctx, s.Esra, s.Binta.ID, "Tea?")
	must(t, err)
	things["/people"] = string(s.Binta.ID)
	see := func() map[string]string {
		s.settle()
		return s.album(s.Esra, things)
	}
	verbs := func() string {
		session := s.signIn(s.Esra)
		var all []string
		for _, c := range []call{
			{method: "POST", path: "/people/" + string(s.Binta.ID) + "/introduction", body: map[string]string{"words": "Tea?"}},
			{method: "POST", path: "/introductions", body: map[string]string{"to": string(s.Binta.ID), "words": "Tea?"}},
			{method: "POST", path: "/introductions/" + string(asked.ID) + "/accept"},
			{method: "POST", path: "/introductions/" + string(asked.ID) + "/pass"},
		} {
			c.session = session
			got := s.do(c)
			all = append(all, string(rune('0'+got.status/100)), got.header.Get("Location"), string(got.body))
		}
		must(t, s.door.EndAll(ctx, s.Esra.ID))
		return strings.Join(all, "\n")
	}
	see()
	silence, answered := see(), verbs()
	_, err = s.Members.Change(ctx, s.Binta.ID, func(m *community.Member) error { m.RoomInWeek = 0; return nil })
	must(t, err)
	sameAlbum(t, "no room in the week", silence, see())
	must(t, s.PassIntroduction(ctx, s.Binta, asked.ID))
	sameAlbum(t, "passed", silence, see())
	if got := verbs(); got != answered {
		t.Errorf("asking again tells of the pass: %s, not %s", got, answered)
	}
	_, err = s.AcceptIntroduction(ctx, s.Binta, asked.ID)
	must(t, err)
	accepted := see()
	if !slices.ContainsFunc([]string{"/introductions text/html", "/notices text/html"}, func(p string) bool { return accepted[p] != silence[p] }) {
		t.Error("a yes does not show either, so this test means nothing")
	}
}
