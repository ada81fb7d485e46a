package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"longtable/server/community"
)

// carpentries is one skill as people type it, with its Arabic article and without.
var carpentries = []string{"carpentry", "menuiserie", "نجارة", "النجارة"}

// TestOnePersonIsFoundFromThreeLanguages goes through the site: somebody writes on the form what they can do, in one of
// three languages; others look for it, and need it, in each of them.
func TestOnePersonIsFoundFromThreeLanguages(t *testing.T) {
	s := openStaffed(t)
	for _, wrote := range carpentries {
		s.writeProfile(s.Noor, "Noor Aziz", "offers", wrote)
		for _, typed := range carpentries {
			s.writeProfile(s.Esra, "Esra Yılmaz", "needs", typed)
			s.settle()
			session := s.signIn(s.Esra)
			said := wrote + " looked for as " + typed
			found := read[List[community.Profile]](t, s.do(call{"GET", "/people?q=" + url.QueryEscape(typed), session, nil, nil})).Items
			if !slices.ContainsFunc(found, func(p community.Profile) bool { return p.ID == s.Noor.ID }) {
				t.Errorf("%s: the search finds %d others", said, len(found))
			}
			chosen := read[List[skillData]](t, s.do(call{"GET", "/skills?q=" + url.QueryEscape(typed), session, nil, nil})).Items
			if len(chosen) != 1 || chosen[0].ID != s.Carpentry {
				t.Errorf("%s: the picker offers %+v", said, chosen)
			}
			matches := read[List[community.Match]](t, s.do(call{"GET", "/matches", session, nil, nil})).Items
			at := slices.IndexFunc(matches, func(m community.Match) bool { return m.Person.ID == s.Noor.ID })
			if at < 0 || matches[at].ForYou.Covered != 1 {
				t.Errorf("%s: the matches are %+v", said, matches)
			}
		}
	}
	inArabic := map[string]string{"Accept": "text/html", "Cookie": "session=" + s.signIn(s.Esra) + "; language=ar"}
	page := string(s.do(call{"GET", "/matches", "", nil, inArabic}).body)
	if !strings.Contains(page, "نجارة") || strings.Contains(page, "menuiserie") {
		t.Error("an Arabic page does not tell the reason by its Arabic name")
	}
}

// writeProfile sends the form with one skill on one of its lists.
func (s *staffed) writeProfile(v community.Viewer, name, list, skill string) {
	s.t.Helper()
	form := url.Values{"name": {name}, list: {skill}, "languages": {"en"}, "roomInWeek": {"3"}}
	if got := s.do(call{"POST", "/profile", s.signIn(v), form, asPage}); got.status != http.StatusSeeOther {
		s.t.Fatalf("%s writes %q: %d %s", name, skill, got.status, got.body)
	}
}

// TestNewNamesOfASkillFindWhoHasIt: a steward accepts what Amara proposed, under three names, and an import brings one more.
func TestNewNamesOfASkillFindWhoHasIt(t *testing.T) {
	s := openStaffed(t)
	soup, err := s.ProposeSkill(t.Context(), s.Amara, "Soup for fifty", "en")
	must(t, err)
	s.writeProfile(s.Amara, "Amara Okafor", "offers", "soup for fifty")
	s.settle()
	session := s.signIn(s.Chen)
	finds := func(text string) bool {
		found := read[List[community.Profile]](t, s.do(call{"GET", "/people?q=" + url.QueryEscape(text), session, nil, nil})).Items
		return slices.ContainsFunc(found, func(p community.Profile) bool { return p.ID == s.Amara.ID })
	}
	if finds("soup") {
		t.Error("a name that only Amara can use is found by others")
	}
	_, err = s.AcceptSkill(t.Context(), s.Farid, soup.ID, map[string]string{"fr": "Soupe pour cinquante", "ar": "حساء لخمسين"})
	must(t, err)
	s.settle()
	for _, text := range []string{"soup", "soupe", "حساء"} {
		if !finds(text) {
			t.Errorf("the accepted skill is not found as %q", text)
		}
	}
	told, err := s.ImportSkills(t.Context(), community.SourceESCO, []community.Concept{{Key: "c/1", Names: map[string]string{"en": "soup for fifty", "de": "Suppe für fünfzig"}}}, func(int, int) {})
	must(t, err)
	must(t, s.jobs.Renamed(t.Context(), told.Renamed))
	if !finds("Suppe") {
		t.Error("the name that the import brought does not find her")
	}
	page := string(s.do(call{"GET", "/skills", session, nil, asPage}).body)
	if !strings.Contains(page, "ESCO classification of the European Commission") {
		t.Error("the page of the skills does not acknowledge where they come from")
	}
}

func TestASourceThatIsNotUsedIsNotAcknowledged(t *testing.T) {
	r := openRoom(t)
	if page := string(r.do(call{"GET", "/skills", r.signIn(r.Amara), nil, asPage}).body); strings.Contains(page, "ESCO") {
		t.Error("a network of its own skills only names a classification")
	}
}
